"""An institution's accounting periods, and above which amount who approves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import ApprovalLimitsSet, PeriodClosed, PeriodReopened
from ledger.facts.books import ApprovalTier, Matter
from ledger.refusals import Refusal, Refused
from ledger.subjects import Text
from ledger.terms import need_no_earlier

Days = tuple[date, date]
"""The first and the last of some days in a row."""
_DAY = timedelta(days=1)

# --- State


@dataclass(frozen=True, slots=True)
class Books:
    """The days on which nothing posts any more: apart from one another, in order."""

    known: bool = False
    institution: str = ""
    closed: tuple[Days, ...] = ()

    def holds(self, first: date, last: date) -> bool:
        """Whether all these days are closed."""
        return any(start <= first and last <= end for start, end in self.closed)


@dataclass(frozen=True, slots=True)
class Limits:
    """Approval limits as they were set, by matter."""

    known: bool = False
    institution: str = ""
    matters: frozenset[str] = field(default_factory=frozenset)


# --- evolve


def evolve_books(state: Books, fact: PeriodClosed | PeriodReopened, seen: Recorded) -> Books:
    """Fold one fact about an institution's periods."""
    match fact:
        case PeriodClosed():
            closed = _joined(state.closed, (fact.first, fact.last))
        case PeriodReopened():
            closed = _without(state.closed, (fact.first, fact.last))
        case _:
            assert_never(fact)
    return Books(True, seen.institution, closed)


def evolve_limits(state: Limits, fact: ApprovalLimitsSet, seen: Recorded) -> Limits:
    """Fold one fact about approval limits."""
    match fact:
        case ApprovalLimitsSet():
            return Limits(True, seen.institution, state.matters | {fact.matter})
        case _:
            assert_never(fact)


def _joined(closed: tuple[Days, ...], more: Days) -> tuple[Days, ...]:
    """With these days too; days that touch become one stretch."""
    first, last = more
    near = [(s, e) for s, e in closed if s <= last + _DAY and first <= e + _DAY]
    whole = (min([first, *(s for s, _ in near)]), max([last, *(e for _, e in near)]))
    return tuple(sorted([*(days for days in closed if days not in near), whole]))


def _without(closed: tuple[Days, ...], less: Days) -> tuple[Days, ...]:
    """Without these days: a stretch may leave a part on either side."""
    first, last = less
    before = {(s, min(e, first - _DAY)) for s, e in closed if s < first}
    after = {(max(s, last + _DAY), e) for s, e in closed if last < e}
    return tuple(sorted(before | after))


# --- Commands


class ClosePeriod(Command):
    """Close the books for some days; what comes late posts on the first open day after them."""

    NAME: ClassVar[str] = "period.close"
    ZH: ClassVar[str] = "会计期间结账"
    EN: ClassVar[str] = "Close an accounting period"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset(
        {Role.FINANCE_APPROVER, Role.BUREAU_APPROVER}
    )
    first: date
    last: date


class ReopenPeriod(Command):
    """Open closed days again; `reason` says why."""

    NAME: ClassVar[str] = "period.reopen"
    ZH: ClassVar[str] = "会计期间重开"
    EN: ClassVar[str] = "Reopen an accounting period"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset(
        {Role.FINANCE_APPROVER, Role.SCHOOL_LEADER, Role.BUREAU_APPROVER}
    )
    first: date
    last: date


class SetApprovalLimits(Command):
    """Set who approves up to which amount for a matter, in place of what was set before.

    Each tier goes up to and including its amount; one without an amount takes all the rest.
    """

    NAME: ClassVar[str] = "approval-limits.set"
    ZH: ClassVar[str] = "设定审批权限"
    EN: ClassVar[str] = "Set approval limits"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_HEAD, Role.SCHOOL_LEADER})
    matter: Matter
    tiers: Annotated[tuple[ApprovalTier, ...], Field(min_length=1, max_length=10)]
    document: Text | None = None
    starts: date | None = None


# --- decide


def close_period(command: ClosePeriod, case: Case) -> Decision:
    """Close days that are over. Refuses days that are all closed already."""
    need_no_earlier(command.last, command.first)
    if command.last > case.today:
        raise Refusal(
            Refused.DATE_MUST_NOT_LIE_IN_THE_FUTURE,
            field="last",
            date=command.last.isoformat(),
            today=case.today.isoformat(),
        )
    books = _own(case, "books")
    if case.read(Books, books).holds(command.first, command.last):
        raise Refusal(Refused.PERIOD_IS_CLOSED_ALREADY, **_days(command))
    fact = PeriodClosed(books=books, first=command.first, last=command.last, on=case.today)
    return Decision((New(fact),))


def reopen_period(command: ReopenPeriod, case: Case) -> Decision:
    """Reopen closed days. Refused without a reason, and for days of which one is open."""
    if command.reason is None:
        raise Refusal(Refused.REASON_IS_NEEDED, command=command.NAME)
    need_no_earlier(command.last, command.first)
    books = _own(case, "books")
    if not case.read(Books, books).holds(command.first, command.last):
        raise Refusal(Refused.PERIOD_IS_NOT_CLOSED, **_days(command))
    fact = PeriodReopened(books=books, first=command.first, last=command.last, on=case.today)
    return Decision((New(fact),))


def set_approval_limits(command: SetApprovalLimits, case: Case) -> Decision:
    """Set approval limits. Refuses tiers that do not rise to an end."""
    need_rising(command.tiers, command.matter)
    fact = ApprovalLimitsSet(
        limits=_own(case, "limits"),
        matter=command.matter,
        tiers=command.tiers,
        document=command.document,
        starts=command.starts or case.today,
    )
    return Decision((New(fact),))


def need_rising(tiers: Sequence[ApprovalTier], matter: str) -> None:
    """Refuse tiers of which one goes no further than the one before it."""
    amounts = [tier.up_to_fen for tier in tiers]
    rising = [amount for amount in amounts if amount is not None]
    if None in amounts[:-1] or any(low >= high for low, high in pairwise(rising)):
        raise Refusal(Refused.TIERS_MUST_RISE, matter=matter)


def _own(case: Case, kind: str) -> str:
    """The subject of this kind that belongs to the case's institution."""
    return f"{kind}:{case.institution.partition(':')[2]}"


def _days(command: ClosePeriod | ReopenPeriod) -> dict[str, str]:
    return {"first": command.first.isoformat(), "last": command.last.isoformat()}


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ClosePeriod, close_period, (PeriodClosed,)),
    Declaration(ReopenPeriod, reopen_period, (PeriodReopened,)),
    Declaration(SetApprovalLimits, set_approval_limits, (ApprovalLimitsSet,)),
)
