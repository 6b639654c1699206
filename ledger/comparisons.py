"""Lists from elsewhere laid beside the ledger, to see whether anything is missing on a side."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, assert_never

from ledger.actors import AUDITORS, Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import ListCompared
from ledger.facts.audits import Compared, Count
from ledger.refusals import Refusal, Refused
from ledger.subjects import ComparisonId, Digest, Text

COMPARERS = AUDITORS
"""Who compares the ledger with lists from elsewhere."""

# --- State


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison that was made."""

    known: bool = False
    institution: str = ""


# --- evolve


def evolve(state: Comparison, fact: ListCompared, seen: Recorded) -> Comparison:
    """Fold one fact about a comparison."""
    match fact:
        case ListCompared():
            return Comparison(known=True, institution=seen.institution)
        case _:
            assert_never(fact)


# --- Commands


class RecordComparison(Command):
    """Record what came of comparing a list with the ledger at a moment.

    `sha256` is the list's file; its lines matched, differ, stand only there, or are unread.
    """

    NAME: ClassVar[str] = "comparison.record"
    ZH: ClassVar[str] = "登记清单比对"
    EN: ClassVar[str] = "Record a comparison with a list"
    ROLES: ClassVar[frozenset[Role] | None] = COMPARERS
    FRESH: ClassVar[str | None] = "comparison"
    comparison: ComparisonId
    kind: Compared
    source: Text
    sha256: Digest
    matched: Count
    differing: Count
    unread: Count
    only_listed: Count
    only_held: Count
    as_of: date
    known_at: Count


# --- decide


def record_comparison(command: RecordComparison, case: Case) -> Decision:
    """Record a comparison. Refuses an id in use."""
    if case.read(Comparison, command.comparison).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.comparison)
    fact = ListCompared(
        comparison=command.comparison,
        kind=command.kind,
        source=command.source,
        sha256=command.sha256,
        lines=command.matched + command.differing + command.unread + command.only_listed,
        matched=command.matched,
        differing=command.differing,
        unread=command.unread,
        only_listed=command.only_listed,
        only_held=command.only_held,
        as_of=command.as_of,
        known_at=command.known_at,
        on=case.today,
    )
    return Decision((New(fact),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RecordComparison, record_comparison, (ListCompared,)),
)
