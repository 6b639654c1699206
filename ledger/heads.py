"""Where everything of an institution stood when a day was over: what an omission would have to
contradict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final, NamedTuple, assert_never

import orjson
from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, business_day
from ledger.declaration import Declaration
from ledger.facts import HeadsRecorded, ReadsDigested
from ledger.merkle import Edge, leaf_hash
from ledger.refusals import Refusal, Refused
from ledger.subjects import Digest, Subject

_UNASKED: Final = frozenset({HeadsRecorded.TOPIC, ReadsDigested.TOPIC})
"""Facts that ask for no heads of their own day, or the log would never come to rest."""

# --- the lines


def chain_of(institution: str) -> str:
    """The subject of an institution's daily heads."""
    return f"heads:{institution.partition(':')[2]}"


class Standing(NamedTuple):
    """An institution's facts and subjects by number, and the root over their lines (hex)."""

    facts: int
    heads: int
    root: str


@dataclass(slots=True)
class _Own:
    """One institution: how many facts, and of each subject its last one: sequence and leaf."""

    facts: int = 0
    last: dict[str, tuple[int, bytes]] = field(default_factory=dict)


class Heads:
    """What every institution's lines are, entry after entry in the order of the log.

    A line is `subject sequence leaf`, of the last fact of that institution which touches the
    subject; lines are leaves of an RFC 9162 tree, sorted by their bytes. Facts that record heads
    are not counted.
    """

    def __init__(self) -> None:
        self.size = 0
        self._own: dict[str, _Own] = {}

    def add(self, entry: bytes) -> None:
        """Take in the entry at position `size`."""
        self.take(entry, orjson.loads(entry))

    def take(self, entry: bytes, told: Mapping[str, Any]) -> None:
        """Take in the entry at position `size`, which was read already."""
        self.size += 1
        if told["type"] == HeadsRecorded.TOPIC:
            return
        own = self._own.setdefault(told["institution"], _Own())
        own.facts += 1
        leaf = leaf_hash(entry)
        for link in told["subjects"]:
            own.last[link["subject"]] = (link["sequence"], leaf)

    def standing(self, institution: str) -> Standing:
        """How an institution stands by now; it must have facts."""
        own = self._own[institution]
        edge = Edge()
        # No character of a subject sorts before the blank, so subjects sort as their lines do.
        for subject in sorted(own.last):
            sequence, leaf = own.last[subject]
            edge.add(leaf_hash(f"{subject} {sequence} {leaf.hex()}".encode("ascii")))
        return Standing(own.facts, len(own.last), edge.root().hex())


class DailyHeads:
    """Says which heads are due as days go by; the log is read once, from its beginning.

    `pinned` is the last day that each institution's chain holds already.
    """

    def __init__(self, pinned: Mapping[str, date]) -> None:
        self._heads, self._pinned = Heads(), pinned
        self._day = date.min
        self._active: set[str] = set()

    @property
    def size(self) -> int:
        """How many entries were taken in; the next one is at this position."""
        return self._heads.size

    def take(self, entry: bytes) -> tuple[dict[str, Any], ...]:
        """Take in the next entry; bodies of the heads of the day before it, if it begins one."""
        told = orjson.loads(entry)
        bodies = self.turn(business_day(datetime.fromisoformat(told["recorded"])))
        self._heads.take(entry, told)
        if told["type"] not in _UNASKED:
            self._active.add(told["institution"])
        return bodies

    def turn(self, today: date) -> tuple[dict[str, Any], ...]:
        """Bodies of the heads of the last day with facts, once it is over."""
        if today <= self._day:
            return ()
        bodies = tuple(self._bodies())
        self._day, self._active = today, set()
        return bodies

    def _bodies(self) -> Iterator[dict[str, Any]]:
        for institution in sorted(self._active):
            if self._pinned.get(institution, date.min) < self._day:
                yield {
                    "of": institution,
                    "day": self._day,
                    "through": self._heads.size - 1,
                    **self._heads.standing(institution)._asdict(),
                }


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
