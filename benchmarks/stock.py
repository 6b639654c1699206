"""The peer: the eventsourcing library as it comes, default settings, facts as its events."""

import threading
import time
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from psycopg.conninfo import conninfo_to_dict

from benchmarks.machine import Rate
from benchmarks.workload import SPACE

FIELDS: dict[str, Any] = {
    "actor": "actor:7a686968-656e-6700-8000-00000000beef",
    "institution": "institution:12310000MB0000002K",
    "command": "0123456789abcdef0123456789abcdef",
    "effective": date(2022, 3, 1).isoformat(),
    "recorded": datetime(2022, 3, 1, 8, tzinfo=UTC).isoformat(),
    "reason": None,
    "counterparty": "counterparty:7a686968-656e-6700-8000-00000000cafe",
    "number": 17,
    "amount_fen": 12_345_617,
    "purpose": "royalty",
    "note": "一种基于超材料的无线充电装置",
}


class Chain(Aggregate):
    """A chain of facts; it folds nothing, so that only storing is measured."""

    class Happened(Aggregate.Event):
        """Any of the fourteen facts: stored with the fields of a fact of ours."""

        topic_name: str
        fields: dict[str, Any]

        def apply(self, aggregate: Any) -> None:
            """Nothing to fold."""


def environment(url: str) -> dict[str, str]:
    """The library's settings for a database."""
    given = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": str(given.get("port", 5432)),
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_POOL_SIZE": "10",
    }


def application(url: str) -> Application[UUID]:
    """The stock application on PostgreSQL."""
    return Application(env=environment(url))


def save_with_threads(app: Application[UUID], threads: int, facts: int) -> Rate:
    """`Application.save`, one event each, from several threads; every chain grows to about 20."""
    waits: list[float] = []

    def work(number: int) -> None:
        chain, mine = Chain(), []
        for turn in range(facts // threads):
            if turn % 20 == 0:
                chain = Chain()
            chain.trigger_event(Chain.Happened, topic_name=f"fact-{turn % 14}.v1", fields=FIELDS)
            started = time.perf_counter()
            app.save(chain)
            mine.append(time.perf_counter() - started)
        waits.extend(mine)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return Rate(len(waits) / (time.perf_counter() - started), tuple(waits))


def insert_batches(app: Application[UUID], round_number: int, facts: int, size: int) -> Rate:
    """`insert_events` of the stock recorder in batches of events that its mapper encodes."""
    chains = [uuid5(SPACE, f"bulk {round_number} {n}") for n in range(facts // 20)]
    events = [_event(chains[n // 20], n % 20 + 1, n) for n in range(facts)]
    started = time.perf_counter()
    for first in range(0, facts, size):
        batch = [app.mapper.to_stored_event(event) for event in events[first : first + size]]
        app.recorder.insert_events(batch)
    return Rate(facts / (time.perf_counter() - started))


def bytes_per_event(app: Application[UUID]) -> int:
    """Length of a stored state in bytes."""
    return len(app.mapper.to_stored_event(_event(SPACE, 1, 1)).state)


def _event(chain: UUID, version: int, number: int) -> Any:
    given: dict[str, Any] = {
        "originator_id": chain,
        "originator_version": version,
        "timestamp": datetime.now(UTC),
        "topic_name": f"fact-{number % 14}.v1",
        "fields": FIELDS,
    }
    return Chain.Happened(**given)
