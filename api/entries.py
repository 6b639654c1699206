"""Stored entries for the facts feed and for histories, cut to what a caller may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

import orjson
from psycopg_pool import AsyncConnectionPool

from api.access import Caller, Scope
from api.rights import ACCESS, SHARED, SHARED_KINDS, Kind, closed_files, scope_of, tells_who
from ledger.case import SHANGHAI
from ledger.codec import canonical
from ledger.facts import FactVoided
from projections.reader import Reader

Pool = AsyncConnectionPool[Any]

_READABLE = f"""
(%(everywhere)s OR f.institution = ANY(%(institutions)s) OR f.topic = ANY(%(topics)s)
 OR (%(shared)s AND f.topic = '{FactVoided.TOPIC}'
     AND split_part(f.subject, ':', 1) = ANY(%(kinds)s)))"""
_FEED = f"""
SELECT f.position, encode(f.leaf, 'hex'), f.state, f.institution FROM ledger.facts f
WHERE f.position > %(after)s AND f.position < %(known_at)s AND {_READABLE}
  AND f.position <> ALL(%(withheld)s)
  AND (%(topic)s::text IS NULL OR f.topic = %(topic)s)
  AND (%(institution)s::text IS NULL OR f.institution = %(institution)s)
ORDER BY f.position LIMIT %(limit)s"""
_HISTORY = f"""
SELECT f.position, encode(f.leaf, 'hex'), f.state, f.institution, s.sequence FROM ledger.subjects s
JOIN ledger.facts f USING (position)
WHERE s.subject = %(subject)s AND s.position < %(known_at)s AND ({_READABLE} OR %(own)s)
  AND f.position <> ALL(%(withheld)s)
ORDER BY s.sequence"""
_HEAD = "SELECT coalesce(max(position) + 1, 0) FROM ledger.facts"
_RECORDED = """
SELECT coalesce(max(position) + 1, 0) FROM ledger.facts
WHERE recorded_at < %s OR (%s AND recorded_at = %s)"""

WHO_AND_WHY: Final[Mapping[str, Any]] = {
    "actor": None,
    "behalf": None,
    "evidence": [],
    "reason": None,
}
"""What a shared fact keeps from readers of other institutions, and what stands there instead."""


class Entry(NamedTuple):
    """A stored fact: position, leaf in hex, stored bytes; sequence in the subject asked for.

    Where who and why are `withheld`, the bytes are no longer those of the leaf.
    """

    position: int
    leaf: str
    state: bytes
    sequence: int = 0
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Readable:
    """What one caller may read of the log, as conditions on its rows."""

    scope: Scope
    topics: tuple[str, ...]
    withheld: tuple[int, ...]
    guards: bool

    def __bool__(self) -> bool:
        """Whether anything may be read at all."""
        return self.scope.everywhere or bool(self.topics)

    def parameters(self) -> dict[str, Any]:
        """The named parameters of the condition."""
        return {
            "everywhere": self.scope.everywhere,
            "institutions": sorted(self.scope.institutions),
            "topics": list(self.topics),
            "shared": bool(self.scope.institutions),
            "kinds": list(SHARED_KINDS),
            "withheld": list(self.withheld),
        }

    def told(self, institution: str, entry: Entry) -> Entry:
        """An entry of an institution as its reader is told it."""
        if self.guards or tells_who(self.scope, institution):
            return entry
        fact = orjson.loads(entry.state) | WHO_AND_WHY
        return entry._replace(state=canonical(fact), withheld=True)


def readable(caller: Caller, reader: Reader) -> Readable:
    """What the caller may read of the log as it stands: of facts appended later this says nothing.

    Blocks: use a thread.
    """
    scope, guards = scope_of(caller, Kind.FACT), bool(scope_of(caller, Kind.RIGHT))
    topics = (SHARED if scope else ()) + (ACCESS if guards else ())
    closed = () if guards else closed_files(scope, reader)
    return Readable(scope, topics, tuple(closed), guards)


async def head(pool: Pool) -> int:
    """How many facts the log holds."""
    async with pool.connection() as connection:
        row = await (await connection.execute(_HEAD)).fetchone()
    return int(row[0]) if row else 0


async def size_known(pool: Pool, known_at: datetime | date) -> int:
    """How many facts were recorded by a time (included), or by the end of a date in Shanghai."""
    at_once = isinstance(known_at, datetime)
    until = (
        known_at
        if isinstance(known_at, datetime)
        else datetime.combine(known_at + timedelta(days=1), time(0), SHANGHAI)
    )
    async with pool.connection() as connection:
        row = await (await connection.execute(_RECORDED, (until, at_once, until))).fetchone()
    return int(row[0]) if row else 0


async def feed(
    pool: Pool,
    rights: Readable,
    *,
    after: int,
    known_at: int,
    limit: int,
    topic: str | None,
    institution: str | None,
) -> list[Entry]:
    """Up to `limit` readable entries after a position, among the first `known_at` facts."""
    asked = {
        "after": after,
        "known_at": known_at,
        "limit": limit,
        "topic": topic,
        "institution": institution,
    }
    async with pool.connection() as connection:
        rows = await (await connection.execute(_FEED, asked | rights.parameters())).fetchall()
    return [rights.told(row[3], Entry(row[0], row[1], bytes(row[2]))) for row in rows]


async def history(
    pool: Pool, rights: Readable, subject: str, known_at: int, *, own: bool
) -> list[Entry]:
    """The readable entries of a subject in the order of its chain; all of them if it is `own`."""
    asked = {"subject": subject, "known_at": known_at, "own": own}
    async with pool.connection() as connection:
        rows = await (await connection.execute(_HISTORY, asked | rights.parameters())).fetchall()
    found = [(row[3], Entry(row[0], row[1], bytes(row[2]), row[4])) for row in rows]
    return [entry if own else rights.told(place, entry) for place, entry in found]


def as_json(entry: Entry, extra: bytes = b"") -> bytes:
    """One entry as answered; `fact` is the stored JSON byte for byte, unless `withheld` says what
    was left out of it."""
    if entry.withheld:
        extra += b'"withheld":%b,' % orjson.dumps(sorted(WHO_AND_WHY))
    return b'{"position":%d,"leaf":"%b",%b"fact":%b}' % (
        entry.position,
        entry.leaf.encode(),
        extra,
        entry.state,
    )


def voids(entries: Iterable[tuple[int, dict[str, Any]]]) -> dict[int, int]:
    """Voided position to the position of the fact that voids it, from (position, entry) pairs."""
    return {
        fact["payload"]["voided"]: position
        for position, fact in entries
        if fact["type"] == FactVoided.TOPIC
    }
