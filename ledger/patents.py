"""Patents: the life of the right as the office announces it, its owners, and what burdens it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import (
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    EquityContributed,
    Fact,
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
from ledger.facts.patents import PatentKind
from ledger.identifiers import filing_year, patent_kind
from ledger.institutions import Institution
from ledger.persons import need_person
from ledger.policies.holidays import add_months
from ledger.refusals import Refusal, Refused
from ledger.scopes import Scope, cut_off, under
from ledger.subjects import InstitutionId, PatentId, PersonId, Text

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
IN_FORCE = frozenset({"granted", "restored"})
LICENSABLE = IN_FORCE | {"pending"}
"""Applications can be licensed too (judicial interpretation on technology contracts, art. 29)."""

_DESIGN_TERM_CHANGED = date(2021, 6, 1)

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

PatentFact = (
    PatentFiled
    | PatentGranted
    | PatentLapsed
    | PatentRestored
    | PatentExpired
    | PatentInvalidated
    | LicenseGranted
    | LicenseAmended
    | LicenseTerminated
    | AssignmentAgreed
    | AssignmentRegistered
    | AssignmentRescinded
    | EquityContributed
)


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
        case PatentGranted():
            return _turned(state, Turn(fact.on, "granted", seen.sequences[fact.patent]))
        case PatentLapsed():
            status: Status = "abandoned" if fact.cause == "abandoned" else "lapsed"
            return _turned(state, Turn(fact.on, status, seen.sequences[fact.patent]))
        case PatentRestored():
            return _turned(state, Turn(fact.on, "restored", seen.sequences[fact.patent]))
        case PatentExpired():
            return _turned(state, Turn(fact.on, "expired", seen.sequences[fact.patent]))
        case PatentInvalidated():
            status = "invalidated" if fact.extent == "wholly" else "partly-invalidated"
            return _turned(state, Turn(fact.on, status, seen.sequences[fact.patent]))
        case LicenseGranted():
            return replace(state, licenses=(*state.licenses, scope_of(fact)))
        case LicenseAmended():
            return _with_license(state, fact.license, lambda scope: under(scope, fact.terms))
        case LicenseTerminated():
            return _with_license(state, fact.license, lambda scope: cut_off(scope, fact.on))
        case AssignmentAgreed():
            transfer = Transfer(fact.assignment, fact.signed)
            return replace(state, transfers=(*state.transfers, transfer))
        case AssignmentRegistered():
            return _with_transfer(state, fact.assignment, registered=fact.on)
        case AssignmentRescinded():
            return _with_transfer(state, fact.assignment, rescinded=fact.on)
        case EquityContributed():
            return state
        case _:
            assert_never(fact)
