"""A log of any length, written past the append function: entries as the book encodes them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

import psycopg

from benchmarks.history import stories
from benchmarks.workload import ident
from ledger.case import New
from ledger.codec import encode, leaf_hash, timestamp
from ledger.facts import Fact, FactVoided

OPENED = datetime(2025, 1, 6, 1, tzinfo=UTC)
"""The history of years before was taken in from this day on, ten seconds a fact."""

_CORRECTED_EVERY = 2_000
_CLERK = ident("actor", "clerk")
_COPY_FACTS = (
    "COPY ledger.facts (position, subject, sequence, topic, institution, effective, recorded_at, "
    "leaf, state) FROM STDIN"
)
_HEADS = """
SELECT DISTINCT ON (touched.subject) touched.subject, touched.sequence, encode(facts.leaf, 'hex')
FROM ledger.subjects AS touched JOIN ledger.facts USING (position)
ORDER BY touched.subject, touched.sequence DESC"""
_COPY_SUBJECTS = "COPY ledger.subjects (subject, sequence, position) FROM STDIN"


class Entry(NamedTuple):
    """A stored entry with the columns that repeat it."""

    position: int
    fact: Fact
    institution: str
    recorded: datetime
    leaf: str
    state: bytes
    links: tuple[tuple[str, int, str | None], ...]


Chains = Mapping[str, tuple[int, str | None]]
"""Each subject's last sequence number and leaf."""


class Book:
    """Continues chains and positions; `position` is that of the next entry."""

    def __init__(self, position: int, chains: Chains) -> None:
        self.position = position
        self._chains = dict(chains)

    def entry(
        self,
        fact: Fact,
        institution: str,
        touched: tuple[str, ...],
        replaces: int | None = None,
    ) -> Entry:
        """The next entry of the log."""
        position, recorded = self.position, OPENED + timedelta(seconds=10 * self.position)
        known = ((subject, *self._chains.get(subject, (0, None))) for subject in touched)
        links = tuple((subject, sequence + 1, leaf) for subject, sequence, leaf in known)
        state = encode(
            New(fact, (), institution, replaces),
            institution=institution,
            actor=_CLERK,
            behalf=None,
            reason=None,
            evidence=(),
            command=f"{position:032x}",
            recorded=timestamp(recorded),
            links=links,
        )
        leaf = leaf_hash(state)
        self._chains |= {subject: (sequence, leaf) for subject, sequence, _ in links}
        self.position += 1
        return Entry(position, fact, institution, recorded, leaf, state, links)


def continued(owner_url: str, seed: int = 1) -> Iterator[Entry]:
    """What follows in a ledger, without end; one fact in two thousand is corrected at once."""
    with psycopg.connect(owner_url) as connection:
        size = connection.execute("SELECT count(*) FROM ledger.facts").fetchone()
        found = connection.execute(_HEADS).fetchall()
    chains = {subject: (sequence, leaf) for subject, sequence, leaf in found}
    return entries(Book(size[0] if size else 0, chains), seed)


def entries(book: Book, seed: int) -> Iterator[Entry]:
    for fact, institution in stories(seed):
        touched = fact.subjects()
        entry = book.entry(fact, institution, touched)
        yield entry
        if book.position % _CORRECTED_EVERY == 0 and fact.REPORTED:
            void = FactVoided(
                voided=entry.position, voided_leaf=entry.leaf, touched=touched, on=fact.effective
            )
            yield book.entry(void, institution, void.subjects())
            yield book.entry(fact, institution, touched, entry.position)


def write(owner_url: str, log: Iterator[Entry], size: int) -> None:
    """Copy the next `size` entries into a ledger, as its owner."""
    with psycopg.connect(owner_url) as connection:
        while batch := list(islice(log, min(size, 50_000))):
            _copy(connection, batch)
            size -= len(batch)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE ledger.facts, ledger.subjects")


def _copy(connection: psycopg.Connection[Any], batch: list[Entry]) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(_COPY_FACTS) as copy:
            for entry in batch:
                subject, sequence, _ = entry.links[0]
                copy.write_row(
                    (
                        entry.position,
                        subject,
                        sequence,
                        entry.fact.TOPIC,
                        entry.institution,
                        entry.fact.effective,
                        entry.recorded,
                        bytes.fromhex(entry.leaf),
                        entry.state,
                    )
                )
        with cursor.copy(_COPY_SUBJECTS) as copy:
            for entry in batch:
                for subject, sequence, _ in entry.links:
                    copy.write_row((subject, sequence, entry.position))
