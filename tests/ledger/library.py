"""The eventsourcing library on a test's ledger."""

from datetime import datetime
from typing import Any

from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict

from ledger.case import New
from ledger.codec import encode, leaf_hash, timestamp
from ledger.facts import TokenRevoked
from ledger.recorder import LedgerRecorder
from ledger.subjects import LOG


def environment(url: str) -> dict[str, str]:
    """What makes the library build an application on the ledger behind a URL."""
    parts = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "ledger.recorder",
        "ORIGINATOR_ID_TYPE": "text",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts["port"]),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": "ledger",
        "POSTGRES_POOL_SIZE": "1",
    }


def factory(url: str) -> InfrastructureFactory[Any]:
    """The library's factory; close it when done."""
    return InfrastructureFactory.construct(Environment("", environment(url)))


def recorder(made: InfrastructureFactory[Any]) -> LedgerRecorder:
    """The factory's application recorder."""
    built = made.application_recorder()
    if not isinstance(built, LedgerRecorder):
        raise TypeError(f"the library built a {type(built).__name__}")
    return built


class Chain:
    """Entries one after another for one subject, as a writer of its own would make them."""

    def __init__(self, subject: str) -> None:
        self.subject, self.sequence = subject, 0
        self._leaf: str | None = None

    def grow(self, count: int, recorded: datetime) -> list[StoredEvent]:
        """The next entries. They become the chain's own only with `keep`."""
        leaf, events = self._leaf, []
        for sequence in range(self.sequence + 1, self.sequence + 1 + count):
            fact = TokenRevoked(
                holder=self.subject,
                token=f"00000000-0000-4000-8000-{sequence:012d}",
                on=recorded.date(),
            )
            entry = encode(
                New(fact),
                institution=LOG,
                actor=self.subject,
                behalf=None,
                reason=None,
                evidence=[],
                command=f"{sequence:032x}",
                recorded=timestamp(recorded),
                links=[(self.subject, sequence, leaf)],
            )
            leaf = leaf_hash(entry)
            events.append(StoredEvent(self.subject, sequence, fact.TOPIC, entry))
        return events

    def keep(self, events: list[StoredEvent]) -> None:
        """These entries are in the log now."""
        self.sequence += len(events)
        self._leaf = leaf_hash(events[-1].state)
