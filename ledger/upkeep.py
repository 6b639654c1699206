"""What a patent carries besides its right: annuities, pledges, tags, open-license declarations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from ledger.case import Recorded
from ledger.facts import (
    AnnuityDue,
    AnnuityPaid,
    EvaluationReportIssued,
    HighValueTagged,
    HighValueUntagged,
    MaintenanceDecided,
    OpenLicenseAnnounced,
    OpenLicenseDeclared,
    OpenLicenseWithdrawn,
    PatentGraded,
    PatentPledged,
    PledgeReleased,
    StatusChecked,
    ValuationReceived,
)
from ledger.facts.open_licenses import Scheme
from ledger.facts.portfolio import HighValueTag
from ledger.policies.holidays import HOLIDAYS_2018_2026, deadline_after_months, holiday_calendar

_CALENDAR = holiday_calendar(HOLIDAYS_2018_2026)

# --- State


@dataclass(frozen=True, slots=True)
class Annuity:
    """The fee of one year of the right; either day may be unknown. `scheduled` is a sequence."""

    year: int
    due: date | None = None
    scheduled: int = 0
    paid: date | None = None

    def overdue(self, day: date) -> bool:
        """Whether the last day had passed by a day and nothing was paid until then.

        What is due on a day off can be paid on the next working day.
        """
        if self.due is None or (self.paid is not None and self.paid <= day):
            return False
        return deadline_after_months(self.due, 0, _CALENDAR) < day


@dataclass(frozen=True, slots=True)
class Burden:
    """A pledge as a patent remembers it."""

    pledge: str
    on: date
    released: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the pledge lay on the patent on a day; that of its release is free."""
        return self.on <= day and (self.released is None or day < self.released)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration to license anybody, as a patent remembers it."""

    declaration: str
    scheme: Scheme
    on: date
    ends: date | None
    announced: date | None = None
    withdrawn: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the declaration stood on a day, announced or not."""
        return (
            self.on <= day
            and (self.ends is None or day <= self.ends)
            and (self.withdrawn is None or day < self.withdrawn)
        )


@dataclass(frozen=True, slots=True)
class Tagging:
    """A high-value tag that was set, or taken off, on a day."""

    tag: HighValueTag
    on: date
    is_set: bool


@dataclass(frozen=True, slots=True)
class Upkeep:
    """All of it, in the order in which it was recorded; taggings in order of date."""

    annuities: tuple[Annuity, ...] = ()
    burdens: tuple[Burden, ...] = ()
    declarations: tuple[Declared, ...] = ()
    taggings: tuple[Tagging, ...] = ()
    evaluated: date | None = None

    def annuity(self, year: int) -> Annuity:
        """What is known of a year's annuity."""
        return next((a for a in self.annuities if a.year == year), Annuity(year))

    def tagged_on(self, day: date, tag: HighValueTag) -> bool:
        """Whether a tag is set on a day."""
        held = [t for t in self.taggings if t.tag == tag and t.on <= day]
        return bool(held) and held[-1].is_set


NOTHING_KEPT = Upkeep()

# --- evolve

UpkeepFact = (
    AnnuityDue
    | AnnuityPaid
    | MaintenanceDecided
    | PatentGraded
    | HighValueTagged
    | HighValueUntagged
    | PatentPledged
    | PledgeReleased
    | EvaluationReportIssued
    | ValuationReceived
    | StatusChecked
    | OpenLicenseDeclared
    | OpenLicenseAnnounced
    | OpenLicenseWithdrawn
)


def kept(state: Upkeep, fact: UpkeepFact, seen: Recorded) -> Upkeep:
    """Fold one fact about the patent that carries all this."""
    match fact:
        case AnnuityDue():
            sequence = seen.sequences[fact.patent]
            annuity = replace(state.annuity(fact.year), due=fact.due, scheduled=sequence)
            return _with_annuity(state, annuity)
        case AnnuityPaid():
            return _with_annuity(state, replace(state.annuity(fact.year), paid=fact.on))
        case PatentPledged():
            return replace(state, burdens=(*state.burdens, Burden(fact.pledge, fact.on)))
        case PledgeReleased():
            return _released(state, fact)
        case HighValueTagged():
            return _tagged(state, Tagging(fact.tag, fact.on, True))
        case HighValueUntagged():
            return _tagged(state, Tagging(fact.tag, fact.on, False))
        case EvaluationReportIssued():
            return replace(state, evaluated=fact.on)
        case OpenLicenseDeclared():
            declared = Declared(fact.declaration, fact.scheme, fact.on, fact.ends)
            return replace(state, declarations=(*state.declarations, declared))
        case OpenLicenseAnnounced():
            return _declared(
                state, fact.declaration, lambda declared: replace(declared, announced=fact.on)
            )
        case OpenLicenseWithdrawn():
            return _declared(
                state, fact.declaration, lambda declared: replace(declared, withdrawn=fact.on)
            )
        case MaintenanceDecided() | PatentGraded() | ValuationReceived() | StatusChecked():
            return state
        case _:
            assert_never(fact)


def _with_annuity(state: Upkeep, annuity: Annuity) -> Upkeep:
    others = (other for other in state.annuities if other.year != annuity.year)
    return replace(state, annuities=(*others, annuity))


def _released(state: Upkeep, fact: PledgeReleased) -> Upkeep:
    burdens = (
        replace(burden, released=fact.on) if burden.pledge == fact.pledge else burden
        for burden in state.burdens
    )
    return replace(state, burdens=tuple(burdens))


def _tagged(state: Upkeep, tagging: Tagging) -> Upkeep:
    taggings = sorted((*state.taggings, tagging), key=lambda item: item.on)
    return replace(state, taggings=tuple(taggings))


def _declared(state: Upkeep, declaration: str, change: Callable[[Declared], Declared]) -> Upkeep:
    changed = (change(d) if d.declaration == declaration else d for d in state.declarations)
    return replace(state, declarations=tuple(changed))
