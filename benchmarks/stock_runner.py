"""The peer's way to read: `ProjectionRunner`, one event after another into a view of sums."""

import time
from collections import Counter
from itertools import count
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from benchmarks.machine import Rate
from benchmarks.stock import environment

_names = count()


class Sums(Protocol):
    """A view with the number of facts and the sum of money by type of fact."""

    def add(self, name: str, amount_fen: int, tracking: Tracking) -> None:
        """Count one fact, once."""


class PostgresSums(PostgresTrackingRecorder):
    """The view as a table beside the position it stands at, written in one transaction."""

    def __init__(self, datastore: PostgresDatastore, **given: Any) -> None:
        super().__init__(datastore, **given)
        table = Identifier(self.datastore.schema, self.tracking_table_name + "_sums")
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {} "
                "(name text PRIMARY KEY, facts bigint, amount_fen bigint)"
            ).format(table)
        )
        self._add = SQL(
            "INSERT INTO {} AS sums VALUES (%s, 1, %s) ON CONFLICT (name) DO UPDATE "
            "SET facts = sums.facts + 1, amount_fen = sums.amount_fen + excluded.amount_fen"
        ).format(table)

    def add(self, name: str, amount_fen: int, tracking: Tracking) -> None:
        """Count one fact, once."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(self._add, (name, amount_fen), prepare=True)
            self._insert_tracking(cursor, tracking)


class MemorySums(POPOTrackingRecorder):
    """The view as two counters of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: Counter[str] = Counter()
        self.amounts: Counter[str] = Counter()

    def add(self, name: str, amount_fen: int, tracking: Tracking) -> None:
        """Count one fact, once."""
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self.facts[name] += 1
            self.amounts[name] += amount_fen


class Summing(Projection[Any]):
    """Feeds the view."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Count one fact."""
        self.view.add(domain_event.topic_name, domain_event.fields["amount_fen"], tracking)


def into_postgres(url: str, facts: int) -> Rate:
    """Rebuild the view in PostgreSQL from zero."""
    return _run(url, facts, PostgresSums, "eventsourcing.postgres")


def into_memory(url: str, facts: int) -> Rate:
    """Rebuild the view in memory from zero."""
    return _run(url, facts, MemorySums, "eventsourcing.popo")


def _run(url: str, facts: int, view: Any, module: str) -> Rate:
    name = f"summing{next(_names)}"
    projection = type("Fresh", (Summing,), {"name": name})
    environ = {**environment(url), f"{name.upper()}_PERSISTENCE_MODULE": module}
    started = time.perf_counter()
    with ProjectionRunner[Application[UUID], Any](
        application_class=Application, projection_class=projection, view_class=view, env=environ
    ) as runner:
        runner.wait(facts, timeout=3_600)
        seconds = time.perf_counter() - started
    return Rate(facts / seconds)
