"""What auditors and the bureau were shown on a day, pinned by one fact once the day is over."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.actors import AUDITORS, BUREAU_ROLES, Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import ReadsDigested
from ledger.facts.sealing import READS
from ledger.refusals import Refusal, Refused
from ledger.subjects import Digest

READERS_KEPT = AUDITORS | BUREAU_ROLES | {Role.EDUCATION_COMMISSION_READER}
"""Whose readings are kept: those who judge others have to answer for what they looked at."""

# --- State


@dataclass(frozen=True, slots=True)
class Reads:
    """Up to which day readings are pinned."""

    through: date = date.min


# --- evolve


def evolve(state: Reads, fact: ReadsDigested, seen: Recorded) -> Reads:
    """Fold one fact about what was read."""
    match fact:
        case ReadsDigested():
            return Reads(max(state.through, fact.day))
        case _:
            assert_never(fact)


# --- Commands


class DigestReads(Command):
    """Pin what was shown on a day that is over; given by the log itself."""

    NAME: ClassVar[str] = "reads.digest"
    ZH: ClassVar[str] = "固定查阅摘要"
    EN: ClassVar[str] = "Pin what was read"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset()
    day: date
    reads: Annotated[int, Field(ge=1)]
    root: Digest


# --- decide


def digest_reads(command: DigestReads, case: Case) -> Decision:
    """Pin a day after the last one that is pinned; refused before the day is over."""
    through = case.read(Reads, READS).through
    if command.day <= through:
        raise Refusal(Refused.DAY_IS_PINNED_ALREADY, day=command.day.isoformat())
    if command.day >= case.today:
        raise Refusal(Refused.DAY_IS_NOT_OVER, day=command.day.isoformat())
    return Decision((New(ReadsDigested(day=command.day, reads=command.reads, root=command.root)),))


DECLARATIONS: tuple[Declaration, ...] = (Declaration(DigestReads, digest_reads, (ReadsDigested,)),)
