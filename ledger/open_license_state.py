"""A declaration's state: what was declared, whether it stands, and the terms it offers."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from ledger.case import Case, Recorded
from ledger.facts import (
    OpenLicenseAnnounced,
    OpenLicenseDeclared,
    OpenLicenseTaken,
    OpenLicenseWithdrawn,
)
from ledger.facts.deals import Payment, Terms
from ledger.facts.open_licenses import Scheme
from ledger.money import Rate
from ledger.refusals import Refusal, Refused

_ENTRY_FEES: frozenset[Payment] = frozenset({"entry-fee-plus-royalty", "zero-entry-fee"})

# --- State


@dataclass(frozen=True, slots=True)
class OpenLicense:
    """A declaration; `declared` is its fact's sequence on itself."""

    known: bool = False
    institution: str = ""
    patent: str = ""
    scheme: Scheme = "open"
    payment: Payment = "fixed"
    fee_fen: int = 0
    royalty_rate: Rate | None = None
    royalty_base: str | None = None
    on: date = date.min
    ends: date | None = None
    declared: int = 0
    announced: date | None = None
    withdrawn: date | None = None


# --- evolve

OpenLicenseFact = (
    OpenLicenseDeclared | OpenLicenseAnnounced | OpenLicenseWithdrawn | OpenLicenseTaken
)


def evolve(state: OpenLicense, fact: OpenLicenseFact, seen: Recorded) -> OpenLicense:
    """Fold one fact about a declaration; licenses taken up change nothing in it."""
    match fact:
        case OpenLicenseDeclared():
            return OpenLicense(
                known=True,
                institution=seen.institution,
                patent=fact.patent,
                scheme=fact.scheme,
                payment=fact.payment,
                fee_fen=fact.fee_fen,
                royalty_rate=fact.royalty_rate,
                royalty_base=fact.royalty_base,
                on=fact.on,
                ends=fact.ends,
                declared=seen.sequences[fact.declaration],
            )
        case OpenLicenseAnnounced():
            return replace(state, announced=fact.on)
        case OpenLicenseWithdrawn():
            return replace(state, withdrawn=fact.on)
        case OpenLicenseTaken():
            return state
        case _:
            assert_never(fact)


# --- readings that commands share


def read_open_license(case: Case, declaration: str) -> OpenLicense:
    """A declaration of the case's institution; refuses SUBJECT_IS_UNKNOWN for any other."""
    state = case.read(OpenLicense, declaration)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=declaration)
    return state


def terms_of(declared: OpenLicenseDeclared | OpenLicense, starts: date) -> Terms:
    """The terms of a license taken up on a day: ordinary, everywhere, at the declared fee."""
    to_enter = declared.payment in _ENTRY_FEES
    return Terms(
        exclusivity="ordinary",
        territory=(),
        field=None,
        starts=starts,
        ends=declared.ends,
        payment=declared.payment,
        fixed_fee_fen=0 if to_enter else declared.fee_fen,
        entry_fee_fen=declared.fee_fen if to_enter else 0,
        minimum_royalty_fen=0,
        royalty_rate=declared.royalty_rate,
        royalty_base=declared.royalty_base,
        instalments=(),
    )
