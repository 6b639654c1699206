"""Where everything of an institution stood when a day was over: what an omission would have to
contradict."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, ClassVar, Final, NamedTuple, assert_never

import psycopg
from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import HeadsRecorded
from ledger.merkle import Edge, leaf_hash
from ledger.refusals import Refusal, Refused
from ledger.subjects import Digest, Subject

# No character of a subject sorts before the blank, so subjects sort as their lines do.
_LAST: Final = f"""
SELECT DISTINCT ON (f.institution, s.subject COLLATE "C")
       f.institution, s.subject, s.sequence, f.leaf
FROM ledger.facts f JOIN ledger.subjects s USING (position)
WHERE f.institution = ANY(%(of)s) AND f.position <= %(through)s
  AND f.topic <> '{HeadsRecorded.TOPIC}'
ORDER BY f.institution, s.subject COLLATE "C", s.sequence DESC"""
_COUNTS: Final = f"""
SELECT institution, count(*) FROM ledger.facts
WHERE institution = ANY(%(of)s) AND position <= %(through)s
  AND topic <> '{HeadsRecorded.TOPIC}'
GROUP BY institution"""
_LINES_AT_ONCE: Final = 10_000

# --- the lines


def chain_of(institution: str) -> str:
    """The subject of an institution's daily heads."""
    return f"heads:{institution.partition(':')[2]}"


class Standing(NamedTuple):
    """An institution's facts and subjects by number, and the root over their lines (hex)."""

    facts: int
    heads: int
    root: str


def standings(
    connection: psycopg.Connection[Any], institutions: Collection[str], through: int
) -> dict[str, Standing]:
    """How institutions stood once the fact at `through` was recorded; each must have facts by then.

    A line is `subject sequence leaf`, of the last fact of that institution which touches the
    subject; lines are leaves of an RFC 9162 tree, sorted by their bytes. Facts that record heads
    are not counted. However long the log is, no more than a few lines are held at once.
    """
    asked = {"of": list(institutions), "through": through}
    facts = dict(connection.execute(_COUNTS.encode(), asked).fetchall())
    found = {}
    with connection.transaction(), connection.cursor("last", binary=True) as rows:
        rows.itersize = _LINES_AT_ONCE
        for institution, own in groupby(rows.execute(_LAST, asked), itemgetter(0)):
            edge = Edge()
            for _, subject, sequence, leaf in own:
                edge.add(leaf_hash(f"{subject} {sequence} {leaf.hex()}".encode("ascii")))
            found[institution] = Standing(facts[institution], edge.size, edge.root().hex())
    return found


# --- State


@dataclass(frozen=True, slots=True)
class HeadsChain:
    """Up to which day and position an institution's heads are recorded."""

    day: date = date.min
    through: int = -1


# --- evolve


def evolve(state: HeadsChain, fact: HeadsRecorded, seen: Recorded) -> HeadsChain:
    """Fold one fact about daily heads."""
    match fact:
        case HeadsRecorded():
            return HeadsChain(fact.day, fact.through)
        case _:
            assert_never(fact)


# --- Commands


class RecordHeads(Command):
    """Pin where everything of an institution stood at the end of a day; given by the log itself."""

    NAME: ClassVar[str] = "heads.record"
    ZH: ClassVar[str] = "固定日终链首"
    EN: ClassVar[str] = "Pin the heads of a day"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset()
    of: Subject
    day: date
    through: Annotated[int, Field(ge=0)]
    facts: Annotated[int, Field(ge=1)]
    heads: Annotated[int, Field(ge=1)]
    root: Digest


# --- decide


def record_heads(command: RecordHeads, case: Case) -> Decision:
    """Pin a day that is over, after all that are pinned."""
    chain = chain_of(command.of)
    pinned = case.read(HeadsChain, chain)
    if command.day <= pinned.day or command.through <= pinned.through:
        raise Refusal(Refused.DAY_IS_PINNED_ALREADY, day=command.day.isoformat())
    if command.day >= case.today:
        raise Refusal(Refused.DAY_IS_NOT_OVER, day=command.day.isoformat())
    fact = HeadsRecorded(
        chain=chain,
        of=command.of,
        day=command.day,
        through=command.through,
        facts=command.facts,
        heads=command.heads,
        root=command.root,
    )
    return Decision((New(fact, institution=command.of),))


DECLARATIONS: tuple[Declaration, ...] = (Declaration(RecordHeads, record_heads, (HeadsRecorded,)),)
