"""What a scraper may count: how often, how long, how full; never whose and never which.

Labels come from closed sets only: route templates, command names, names of views and outcomes.
"""

import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from api.attested import Attested
from api.clock import real_clock
from api.home import Home
from api.sealed import WAITING, published, waiting
from api.sealing import read_state
from api.stamps import RELEASE
from api.telemetry import work_span
from ledger.writers import BATCH_MAX, Writer

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, BATCH_MAX)
_SCRAPE_SECONDS = 2


class Metrics:
    """The instruments of one app, in a registry of its own."""

    def __init__(self, writer: Writer, pool: AsyncConnectionPool[Any], home: Home) -> None:
        self._pool, self._registry, self._home = pool, CollectorRegistry(), home
        self.requests = self._seconds(
            "http_request", "HTTP requests by route template", ("method", "route", "status")
        )
        self.commands = self._seconds(
            "command",
            "Commands by name and outcome: recorded, refused, replayed, unchanged, failed",
            ("command", "outcome"),
        )
        self.readings = self._seconds("reading", "Readings answered, by name", ("reading",))
        self._batches = self._seconds("writer_batch", "Batches decided and appended", ())
        self._sizes = Histogram(
            "zhiheng_writer_batch_commands",
            "Commands decided together",
            buckets=_SIZES,
            registry=self._registry,
        )
        waiting = self._gauge("writer_waiting_commands", "Commands waiting for their batch")
        waiting.set_function(lambda: writer.waiting)
        self._size = self._gauge("log_facts", "Facts in the log at the last answer")
        self._sealed = self._gauge("sealed_size", "Facts under the published checkpoint")
        self._lag = self._gauge("sealing_lag_seconds", "How long the oldest unsealed fact waits")
        self._stopped = self._gauge("sealing_stopped", "1 while sealing must not go on")
        self._have = self._gauge("cosignatures", "Cosignatures the witness policy counts")
        self._needed = self._gauge("cosignatures_needed", "Cosignatures the policy asks for")
        self._stamp_age = self._gauge("timestamp_age_seconds", "Since the last RFC 3161 stamp")
        self._answers = self._gauge("database_up", "1 while the database answers")
        about = Info("zhiheng_release", "This program", registry=self._registry)
        about.info({"version": RELEASE})
        self._registry.register(_Pool(pool))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    @contextmanager
    def batch(self, size: int) -> Iterator[None]:
        """Time a batch of so many commands, and let it be seen as a span."""
        started = time.perf_counter()
        try:
            with work_span("writer batch", **{"zhiheng.commands": size}):
                yield
        finally:
            self._sizes.observe(size)
            self._batches.observe(time.perf_counter() - started)

    async def exposed(self) -> bytes:
        """Everything in the text format of Prometheus; says so when the database is silent."""
        settings = self._home.settings
        found, state = published(settings.log_folder), read_state(settings)
        sealed = found.checkpoint.head.size if found else 0
        self._sealed.set(sealed)
        self._stopped.set(state is not None and state.reason is not None)
        self._attest(state.attested if state is not None else Attested())
        try:
            async with self._pool.connection(timeout=_SCRAPE_SECONDS) as connection:
                row = await (await connection.execute(WAITING, {"sealed": sealed})).fetchone()
            behind = waiting(sealed, row, self._home.clock())
            self._size.set(sealed + behind.facts)
            self._lag.set(behind.seconds)
            self._answers.set(1)
        except (psycopg.OperationalError, PoolTimeout):
            self._answers.set(0)
        return generate_latest(self._registry)

    def _attest(self, found: Attested) -> None:
        """Nobody asked counts as 0 of 0; never stamped as NaN."""
        self._have.set(found.have or 0)
        self._needed.set(found.needed or 0)
        at = found.stamped_at
        self._stamp_age.set((real_clock() - at).total_seconds() if at else math.nan)

    def _seconds(self, name: str, about: str, labels: Iterable[str]) -> Histogram:
        return Histogram(
            f"zhiheng_{name}_seconds", about, labels, buckets=_SECONDS, registry=self._registry
        )

    def _gauge(self, name: str, about: str) -> Gauge:
        return Gauge(f"zhiheng_{name}", about, registry=self._registry)


class _Pool(Collector):
    """Connections for reading, as the pool itself counts them."""

    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        """One family a number."""
        told = self._pool.get_stats()
        for name, about in (
            ("pool_size", "Connections open for reading"),
            ("pool_available", "Connections nobody uses"),
            ("requests_waiting", "Requests waiting for a connection"),
        ):
            family = f"zhiheng_reading_{name}"
            yield GaugeMetricFamily(family, about, value=told.get(name, 0))
        errors = told.get("requests_errors", 0)
        yield CounterMetricFamily(
            "zhiheng_reading_pool_errors", "Requests that got no connection", value=errors
        )
