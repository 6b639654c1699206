"""A patent's state: turns of the right, owners, deals that burden it, and what that forbids."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never

from ledger.case import Breach, Case, Recorded, Ref
from ledger.facts import (
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    EquityContributed,
    LicenseAmended,
    LicenseGranted,
    LicenseTerminated,
    PatentExpired,
    PatentFiled,
    PatentGranted,
    PatentInvalidated,
    PatentLapsed,
    PatentRestored,
)
from ledger.facts.base import Evidence
from ledger.facts.patents import PatentKind
from ledger.refusals import Refusal, Refused
from ledger.scopes import Scope, cut_off, scope_under, under

Status = Literal[
    "unknown",
    "pending",
    "granted",
    "lapsed",
    "abandoned",
    "restored",
    "expired",
    "invalidated",
    "partly-invalidated",
]
IN_FORCE: frozenset[Status] = frozenset({"granted", "restored"})
LICENSABLE: frozenset[Status] = IN_FORCE | {"pending"}
"""Applications can be licensed too (judicial interpretation on technology contracts, art. 29)."""

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
    """A patent or application, with its turns in order of date and all its licenses."""

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

    @property
    def is_shared(self) -> bool:
        """Whether there is more than one owner."""
        return len(self.owners) + len(self.other_owners) > 1

    def turn_on(self, day: date) -> Turn:
        """The last turn on or before a day; a partial invalidation leaves the right in force."""
        held = [t for t in self.turns if t.on <= day and t.status != "partly-invalidated"]
        return held[-1] if held else Turn(day, "unknown", 0)

    def status_on(self, day: date) -> Status:
        """Status of the right on a day, from what is recorded by now."""
        return self.turn_on(day).status

    def assigned_on(self, day: date) -> Transfer | None:
        """The registered assignment by which the owners no longer own it on a day."""
        return next((transfer for transfer in self.transfers if transfer.passed(day)), None)

    def licenses_on(self, day: date) -> tuple[Scope, ...]:
        """The licenses that run on a day."""
        return tuple(scope for scope in self.licenses if scope.holds(day))


# --- evolve

AnnouncedFact = PatentGranted | PatentLapsed | PatentRestored | PatentExpired | PatentInvalidated
DealFact = (
    LicenseGranted
    | LicenseAmended
    | LicenseTerminated
    | AssignmentAgreed
    | AssignmentRegistered
    | AssignmentRescinded
    | EquityContributed
)
PatentFact = PatentFiled | AnnouncedFact | DealFact


def evolve(state: Patent, fact: PatentFact, seen: Recorded) -> Patent:
    """Fold one fact about a patent."""
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
            PatentGranted()
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
        case EquityContributed():
            return state
        case _:
            assert_never(fact)


def _announced(fact: AnnouncedFact) -> Status:
    match fact:
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


# --- what deals ask of patents


def need_patent(case: Case, patent: str) -> Patent:
    """A patent of the case's institution: one that it recorded or co-owns.

    Refuses SUBJECT_IS_UNKNOWN for any other, without a hint that it exists.
    """
    state = case.read(Patent, patent)
    if not state.known or case.institution not in (state.institution, *state.owners):
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=patent)
    return state


def need_patents(case: Case, patents: Iterable[str]) -> dict[str, Patent]:
    """Each patent once, in the given order; refuses as `need_patent` does."""
    return {patent: need_patent(case, patent) for patent in dict.fromkeys(patents)}


def filings(patents: Mapping[str, Patent]) -> tuple[Ref, ...]:
    """The filings on which a deal about these patents rests."""
    return tuple(Ref(patent, state.filing) for patent, state in patents.items())


def title_breaches(
    patents: Mapping[str, Patent], institution: str, days: Iterable[date]
) -> tuple[Breach, ...]:
    """What is wrong with disposing of these patents on these days: dead rights, lost title.

    民法典 art. 865: a right is licensed only while it lives. Applications count as alive.
    """
    days = tuple(days)
    found: list[Breach] = []
    for patent, state in patents.items():
        dead = next((day for day in days if state.status_on(day) not in LICENSABLE), None)
        if dead is not None:
            values = {"status": state.status_on(dead), "on": dead.isoformat()}
            found.append(Breach("right-is-not-in-force", {"patent": patent, **values}))
        moved = next((t for day in days if (t := state.assigned_on(day)) is not None), None)
        if moved is not None:
            values = {"patent": patent, "assignment": moved.assignment}
            found.append(Breach("patent-is-assigned-already", values))
        if institution not in state.owners:
            found.append(Breach("institution-is-not-owner", {"patent": patent}))
    return tuple(found)


def consent_breaches(
    patents: Mapping[str, Patent], evidence: Iterable[Evidence]
) -> tuple[Breach, ...]:
    """Co-owned patents whose co-owners' consent (evidence `co-owner-consent`) is not shown.

    专利法 art. 14: one co-owner alone may work the right and give ordinary licenses, no more.
    """
    if any(item.kind == "co-owner-consent" for item in evidence):
        return ()
    return tuple(
        Breach("co-owner-consent-is-missing", {"patent": patent})
        for patent, state in patents.items()
        if state.is_shared
    )
