"""Stored entries for the facts feed and for histories, cut to what a caller may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from psycopg_pool import AsyncConnectionPool

from api.access import Caller
from ledger.actors import Role
from ledger.case import SHANGHAI
from ledger.facts import (
    ActorRegistered,
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
    FactVoided,
    FundClosed,
    FundOpened,
    InstitutionRegistered,
    LogOpened,
    PolicyAdopted,
    RoleGranted,
    RoleRevoked,
    TokenIssued,
    TokenRevoked,
)
from projections.view import OFFICES_SEEING_PERSONS

Pool = AsyncConnectionPool[Any]

SHARED = tuple(
    fact.TOPIC
    for fact in (
        InstitutionRegistered,
        PolicyAdopted,
        CounterpartyRegistered,
        CounterpartySizeDeclared,
        CounterpartySizeVerified,
        FundOpened,
        FundClosed,
    )
)
"""Facts that all institutions read: identities, sizes, adopted rules and the terms of funds."""

ACCESS = tuple(
    fact.TOPIC
    for fact in (
        LogOpened,
        InstitutionRegistered,
        ActorRegistered,
        RoleGranted,
        RoleRevoked,
        TokenIssued,
        TokenRevoked,
    )
)
"""Facts about rights, which their administrators read and nothing else."""

SHARED_KINDS = ("counterparty", "institution", "policy")
"""Subjects whose corrections all institutions read, as they read what was corrected."""

_READABLE = f"""
(%(everywhere)s OR f.institution = ANY(%(institutions)s) OR f.topic = ANY(%(topics)s)
 OR (%(shared)s AND f.topic = '{FactVoided.TOPIC}'
     AND split_part(f.subject, ':', 1) = ANY(%(kinds)s)))"""
_FEED = f"""
SELECT f.position, encode(f.leaf, 'hex'), f.state FROM ledger.facts f
WHERE f.position > %(after)s AND f.position < %(known_at)s AND {_READABLE}
  AND (%(topic)s::text IS NULL OR f.topic = %(topic)s)
  AND (%(institution)s::text IS NULL OR f.institution = %(institution)s)
ORDER BY f.position LIMIT %(limit)s"""
_HISTORY = f"""
SELECT f.position, encode(f.leaf, 'hex'), f.state, s.sequence FROM ledger.subjects s
JOIN ledger.facts f USING (position)
WHERE s.subject = %(subject)s AND s.position < %(known_at)s AND ({_READABLE} OR %(own)s)
ORDER BY s.sequence"""
_HEAD = "SELECT coalesce(max(position) + 1, 0) FROM ledger.facts"
_RECORDED = """
SELECT coalesce(max(position) + 1, 0) FROM ledger.facts
WHERE recorded_at < %s OR (%s AND recorded_at = %s)"""


class Entry(NamedTuple):
    """A stored fact: position, leaf in hex, stored bytes; sequence in the subject asked for."""

    position: int
    leaf: str
    state: bytes
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Readable:
    """What one caller may read of the log, as conditions on its rows."""

    everywhere: bool
    institutions: tuple[str, ...]
    topics: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything may be read at all."""
        return self.everywhere or bool(self.topics)

    def parameters(self) -> dict[str, Any]:
        """The named parameters of the condition."""
        return {
            "everywhere": self.everywhere,
            "institutions": list(self.institutions),
            "topics": list(self.topics),
            "shared": bool(self.institutions),
            "kinds": list(SHARED_KINDS),
        }


def readable(caller: Caller) -> Readable:
    """Entries carry persons' ids, so they are for offices that see persons (glossary D)."""
    scope = caller.scope(OFFICES_SEEING_PERSONS)
    guardian = bool(caller.roles & {Role.ADMINISTRATOR, Role.SECURITY_AUDITOR})
    topics = (SHARED if scope else ()) + (ACCESS if guardian else ())
    return Readable(scope.everywhere, tuple(sorted(scope.institutions)), topics)


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
    return [Entry(row[0], row[1], bytes(row[2])) for row in rows]


async def history(
    pool: Pool, rights: Readable, subject: str, known_at: int, *, own: bool
) -> list[Entry]:
    """The readable entries of a subject in the order of its chain; all of them if it is `own`."""
    asked = {"subject": subject, "known_at": known_at, "own": own}
    async with pool.connection() as connection:
        rows = await (await connection.execute(_HISTORY, asked | rights.parameters())).fetchall()
    return [Entry(row[0], row[1], bytes(row[2]), row[3]) for row in rows]


def as_json(entry: Entry, extra: bytes = b"") -> bytes:
    """One entry as answered; `fact` is the stored JSON byte for byte."""
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
