"""A license's state: parties, terms, what is due, and whether it is over."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal, assert_never

from ledger.case import Case, Recorded
from ledger.facts import (
    BankFeeRecorded,
    ClausesReviewed,
    InstalmentScheduled,
    LicenseAmended,
    LicenseGranted,
    LicenseRecorded,
    LicenseTerminated,
    ReceiptAllocated,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardAwarded,
    RewardCapped,
    RewardClaimed,
    RewardClawedBack,
    RewardRefused,
    RewardReturned,
    RewardReviewed,
    TechnologyContractRegistered,
)
from ledger.facts.deals import Origin, Terms
from ledger.refusals import Refusal, Refused
from ledger.schedules import (
    NOTHING_DUE,
    CashFact,
    RewardFact,
    Schedule,
    amended,
    schedule_of,
    settle,
)

# --- State


@dataclass(frozen=True, slots=True)
class License:
    """A license contract. `granted` is its fact's sequence on the license itself.

    `terms` are None only while nothing is known.
    """

    kind: ClassVar[Literal["license"]] = "license"
    known: bool = False
    license: str = ""
    institution: str = ""
    counterparty: str = ""
    signed: date = date.min
    related_party: bool = False
    patents: tuple[str, ...] = ()
    schedule: Schedule = NOTHING_DUE
    granted: int = 0
    origin: Origin = "negotiated"
    parent: str | None = None
    terms: Terms | None = None
    recorded: date | None = None
    terminated: date | None = None
    sub_licenses: tuple[str, ...] = ()
    registration: str | None = None

    def ended(self, day: date) -> bool:
        """Whether the license was over on a day: terminated, or past the end its terms name."""
        if self.terminated is not None and self.terminated <= day:
            return True
        return self.terms is not None and self.terms.ends is not None and self.terms.ends < day


# --- evolve

LicenseFact = (
    LicenseGranted
    | LicenseAmended
    | LicenseRecorded
    | LicenseTerminated
    | TechnologyContractRegistered
    | ClausesReviewed
    | CashFact
    | RewardFact
)


def evolve(state: License, fact: LicenseFact, seen: Recorded) -> License:
    """Fold one fact about a license; a sub-license granted under it touches it too."""
    match fact:
        case LicenseGranted():
            if state.known and fact.license != state.license:
                return replace(state, sub_licenses=(*state.sub_licenses, fact.license))
            return _granted(fact, seen)
        case LicenseAmended():
            sequence = seen.sequences[fact.license]
            schedule = amended(state.schedule, fact.terms.instalments, sequence)
            return replace(state, terms=fact.terms, schedule=schedule)
        case LicenseRecorded():
            return replace(state, recorded=fact.on)
        case LicenseTerminated():
            return replace(state, terminated=fact.on)
        case TechnologyContractRegistered():
            return replace(state, registration=fact.registration)
        case (
            ReceiptAllocated()
            | ReceiptDeallocated()
            | BankFeeRecorded()
            | ReceiptRefunded()
            | ReceiptReversed()
            | InstalmentScheduled()
        ):
            sequence = seen.sequences.get(state.license, 0)
            return replace(state, schedule=settle(state.schedule, fact, state.license, sequence))
        case (
            ClausesReviewed()
            | RewardClaimed()
            | RewardReturned()
            | RewardRefused()
            | RewardReviewed()
            | RewardAwarded()
            | RewardCapped()
            | RewardClawedBack()
        ):
            return state
        case _:
            assert_never(fact)


def _granted(fact: LicenseGranted, seen: Recorded) -> License:
    sequence = seen.sequences[fact.license]
    return License(
        known=True,
        license=fact.license,
        institution=seen.institution,
        counterparty=fact.counterparty,
        signed=fact.signed,
        related_party=fact.related_party,
        patents=fact.patents,
        schedule=schedule_of(fact.terms.instalments, sequence),
        granted=sequence,
        origin=fact.origin,
        parent=fact.parent_license,
        terms=fact.terms,
    )


def need_license(case: Case, license_id: str) -> License:
    """A license of the case's institution; refuses SUBJECT_IS_UNKNOWN for any other."""
    state = case.read(License, license_id)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=license_id)
    return state
