"""A patent's state: turns of the right, owners, deals that burden it, and its upkeep."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never

from ledger.case import Recorded
from ledger.facts import (
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    EquityContributed,
    ForeignFiled,
    LicenseAmended,
    LicenseGranted,
    LicenseTerminated,
    NumberProven,
    NumberSettled,
    PatentExpired,
    PatentFiled,
    PatentGranted,
    PatentInvalidated,
    PatentLapsed,
    PatentPublished,
    PatentRejected,
    PatentRestored,
    PatentWithdrawn,
    PctFiled,
    ResultRightGranted,
)
from ledger.facts.patents import PatentKind
from ledger.scopes import Scope, cut_off, scope_under, under
from ledger.upkeep import NOTHING_KEPT, Annuity, Burden, Declared, Upkeep, UpkeepFact, kept

Status = Literal[
    "unknown",
    "pending",
    "published",
    "withdrawn",
    "rejected",
    "granted",
    "lapsed",
    "abandoned",
    "restored",
    "expired",
    "invalidated",
    "partly-invalidated",
]
IN_FORCE: frozenset[Status] = frozenset({"granted", "restored"})
PENDING: frozenset[Status] = frozenset({"pending", "published"})
LICENSABLE: frozenset[Status] = IN_FORCE | PENDING
"""Applications can be licensed too (judicial interpretation on technology contracts, art. 29)."""
_BESIDE: frozenset[Status] = frozenset({"published", "partly-invalidated"})
"""Turns that do not decide whether the right lives."""

# --- State


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn in the life of the right; `sequence` is its fact's on the patent."""

    on: date
    status: Status
    sequence: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """An assignment of this patent: agreed, perhaps registered, perhaps undone."""

    assignment: str
    signed: date
    registered: date | None = None
    rescinded: date | None = None

    def pending(self, day: date) -> bool:
        """Whether the parties are bound on a day and title has not yet passed."""
        return self.signed <= day and not (
            (self.registered is not None and self.registered <= day)
            or (self.rescinded is not None and self.rescinded <= day)
        )

    def passed(self, day: date) -> bool:
        """Whether the assignee owns the patent on a day."""
        return (
            self.registered is not None
            and self.registered <= day
            and (self.rescinded is None or day < self.rescinded)
        )


@dataclass(frozen=True, slots=True)
class Patent:
    """A patent or application, with its turns in order of date and all its licenses.

    `proven` = the patent office's record was shown. Where the bureau settled for whom the number
    stands (`settled_for`), this is that institution's file, and `aside` are those of the others.
    """

    known: bool = False
    kind: PatentKind = "invention"
    institution: str = ""
    owners: tuple[str, ...] = ()
    other_owners: tuple[str, ...] = ()
    filed: date = date.min
    filing: int = 0
    turns: tuple[Turn, ...] = ()
    licenses: tuple[Scope, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    upkeep: Upkeep = NOTHING_KEPT
    proven: bool = False
    settled_for: str | None = None
    aside: tuple["Patent", ...] = ()

    @property
    def parties(self) -> tuple[str, ...]:
        """The institutions that act on the file: who recorded it, and its owners."""
        return (self.institution, *self.owners)

    @property
    def is_shared(self) -> bool:
        """Whether there is more than one owner."""
        return len(self.owners) + len(self.other_owners) > 1

    def turn_on(self, day: date) -> Turn:
        """The last turn on or before a day.

        A partial invalidation leaves the right in force; a publication shows while nothing has
        followed the filing, however late it was.
        """
        by_then = [turn for turn in self.turns if turn.on <= day]
        held = [turn for turn in by_then if turn.status not in _BESIDE]
        last = held[-1] if held else Turn(day, "unknown", 0)
        published = [turn for turn in by_then if turn.status == "published"]
        return published[-1] if published and last.status == "pending" else last

    def status_on(self, day: date) -> Status:
        """Status of the right on a day, from what is recorded by now."""
        return self.turn_on(day).status

    def assigned_on(self, day: date) -> Transfer | None:
        """The registered assignment by which the owners no longer own it on a day."""
        return next((transfer for transfer in self.transfers if transfer.passed(day)), None)

    def licenses_on(self, day: date) -> tuple[Scope, ...]:
        """The licenses that run on a day."""
        return tuple(scope for scope in self.licenses if scope.holds(day))

    def pledged_on(self, day: date) -> Burden | None:
        """A pledge that lay on the patent on a day."""
        return next((burden for burden in self.upkeep.burdens if burden.holds(day)), None)

    def annuity_overdue_on(self, day: date) -> Annuity | None:
        """The earliest annuity whose last day had passed by a day without its having been paid."""
        late = [annuity for annuity in self.upkeep.annuities if annuity.overdue(day)]
        return min(late, key=lambda annuity: annuity.year, default=None)

    def declared_open_on(self, day: date) -> Declared | None:
        """The open-license declaration that stood on a day, announced or not."""
        return next((made for made in self.upkeep.declarations if made.holds(day)), None)

    @property
    def has_evaluation_report(self) -> bool:
        """Whether the office issued an evaluation report, whatever it says."""
        return self.upkeep.evaluated is not None


# --- evolve

AnnouncedFact = (
    PatentPublished
    | PatentWithdrawn
    | PatentRejected
    | PatentGranted
    | PatentLapsed
    | PatentRestored
    | PatentExpired
    | PatentInvalidated
)
DealFact = (
    LicenseGranted
    | LicenseAmended
    | LicenseTerminated
    | AssignmentAgreed
    | AssignmentRegistered
    | AssignmentRescinded
    | EquityContributed
    | ResultRightGranted
)
NumberFact = NumberProven | NumberSettled
PatentFact = (
    PatentFiled | NumberFact | AnnouncedFact | DealFact | UpkeepFact | PctFiled | ForeignFiled
)


def evolve(state: Patent, fact: PatentFact, seen: Recorded) -> Patent:
    """Fold one fact about a patent."""
    if isinstance(fact, UpkeepFact):
        return replace(state, upkeep=kept(state.upkeep, fact, seen))
    if isinstance(fact, NumberFact):
        return _numbered(state, fact)
    match fact:
        case PatentFiled():
            sequence = seen.sequences[fact.patent]
            filed = replace(
                state,
                known=True,
                kind=fact.kind,
                institution=seen.institution,
                owners=fact.owners,
                other_owners=fact.other_owners,
                filed=fact.filed,
                filing=sequence,
            )
            return _turned(filed, Turn(fact.filed, "pending", sequence))
        case (
            PatentPublished()
            | PatentWithdrawn()
            | PatentRejected()
            | PatentGranted()
            | PatentLapsed()
            | PatentRestored()
            | PatentExpired()
            | PatentInvalidated()
        ):
            turn = Turn(fact.on, _announced(fact), seen.sequences[fact.patent])
            return _turned(state, turn)
        case LicenseGranted():
            return replace(state, licenses=(*state.licenses, _scope_of(fact)))
        case LicenseAmended():
            return _with_license(state, fact.license, lambda scope: under(scope, fact.terms))
        case LicenseTerminated():
            return _with_license(state, fact.license, lambda scope: cut_off(scope, fact.on))
        case AssignmentAgreed():
            transfer = Transfer(fact.assignment, fact.signed)
            return replace(state, transfers=(*state.transfers, transfer))
        case AssignmentRegistered():
            return _with_transfer(
                state, fact.assignment, lambda moved: replace(moved, registered=fact.on)
            )
        case AssignmentRescinded():
            return _with_transfer(
                state, fact.assignment, lambda moved: replace(moved, rescinded=fact.on)
            )
        case EquityContributed() | ResultRightGranted() | PctFiled() | ForeignFiled():
            return state
        case _:
            assert_never(fact)


def _numbered(state: Patent, fact: NumberFact) -> Patent:
    match fact:
        case NumberProven():
            return replace(state, proven=True)
        case NumberSettled():
            return _settled(state, fact.holder)
        case _:
            assert_never(fact)


def _settled(state: Patent, holder: str) -> Patent:
    """The holder's file, kept before or still to begin; what the others wrote stays with them."""
    files = (replace(state, aside=(), settled_for=None), *state.aside)
    held = next((file for file in files if file.institution == holder), Patent())
    aside = tuple(file for file in files if file is not held)
    return replace(held, settled_for=holder, proven=True, aside=aside)


def _announced(fact: AnnouncedFact) -> Status:
    match fact:
        case PatentPublished():
            return "published"
        case PatentWithdrawn():
            return "withdrawn"
        case PatentRejected():
            return "rejected"
        case PatentGranted():
            return "granted"
        case PatentLapsed():
            return "abandoned" if fact.cause == "abandoned" else "lapsed"
        case PatentRestored():
            return "restored"
        case PatentExpired():
            return "expired"
        case PatentInvalidated():
            return "invalidated" if fact.extent == "wholly" else "partly-invalidated"
        case _:
            assert_never(fact)


def _turned(state: Patent, turn: Turn) -> Patent:
    """Facts come late: turns stand in order of date, those of one day as they were recorded."""
    return replace(state, turns=tuple(sorted((*state.turns, turn), key=lambda item: item.on)))


def _scope_of(fact: LicenseGranted) -> Scope:
    return scope_under(
        fact.terms,
        license_id=fact.license,
        origin=fact.origin,
        parent=fact.parent_license,
        signed=fact.signed,
    )


def _with_license(state: Patent, license_id: str, change: Callable[[Scope], Scope]) -> Patent:
    changed = (change(s) if s.license == license_id else s for s in state.licenses)
    return replace(state, licenses=tuple(changed))


def _with_transfer(
    state: Patent, assignment: str, change: Callable[[Transfer], Transfer]
) -> Patent:
    changed = (change(t) if t.assignment == assignment else t for t in state.transfers)
    return replace(state, transfers=tuple(changed))
