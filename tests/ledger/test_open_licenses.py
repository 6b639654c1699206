"""Open licenses: declared, announced, withdrawn and taken up, on trial and by statute."""

from datetime import date
from typing import Any

import pytest

from ledger.facts import (
    AnnuityDue,
    EvaluationReportIssued,
    LicenseGranted,
    OpenLicenseTaken,
    PatentPledged,
)
from ledger.money import Rate
from ledger.open_licenses import (
    AnnounceOpenLicense,
    DeclareOpenLicense,
    TakeOpenLicense,
    WithdrawOpenLicense,
)
from ledger.patents import FilePatent, LapsePatent
from ledger.refusals import Refused
from tests.ledger.deal_desk import (
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_UNIVERSITY,
    SECOND,
    DealDesk,
    codes,
    license_of,
    ready,
    shown,
    terms,
    uuid,
)

DECLARATION = f"declaration:{uuid(80)}"
DECLARED, ANNOUNCED, TAKEN = date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1)
PENDING = "patent:202210000003X"


def declared(**changed: Any) -> DeclareOpenLicense:
    usual: dict[str, Any] = {
        "declaration": DECLARATION,
        "patent": INVENTION,
        "payment": "fixed",
        "fee_fen": 30_000,
        "on": DECLARED,
    }
    return DeclareOpenLicense(**{**usual, **changed})


def taken(**changed: Any) -> TakeOpenLicense:
    usual: dict[str, Any] = {
        "license": SECOND,
        "declaration": DECLARATION,
        "contract_number": "K-1",
        "counterparty": FIRM,
        "on": TAKEN,
    }
    return TakeOpenLicense(**{**usual, **changed})


def announced(**changed: Any) -> DealDesk:
    desk = ready()
    desk.tell(declared(**changed))
    desk.tell(AnnounceOpenLicense(declaration=DECLARATION, on=ANNOUNCED))
    return desk


# --- declared


@pytest.mark.parametrize(
    ("on", "scheme"), [(date(2024, 1, 19), "open-pilot"), (date(2024, 1, 20), "open")]
)
def test_the_day_tells_the_scheme_and_a_scheme_that_denies_the_day_is_a_breach(
    on: date, scheme: Any
) -> None:
    desk = ready()
    assert codes(desk.tell(declared(on=on))) == []
    assert desk.state(DECLARATION).scheme == scheme
    other = "open" if scheme == "open-pilot" else "open-pilot"
    denied = declared(on=on, declaration=f"declaration:{uuid(81)}", patent=INVENTION, scheme=other)
    assert "open-license-scheme-contradicts-day" in codes(desk.tell(denied))


def test_terms_that_contradict_themselves_and_strangers_rights_are_refused() -> None:
    desk = ready()
    desk.denies(Refused.FREE_LICENSE_HAS_FEES, declared(payment="free"))
    desk.denies(Refused.ZERO_ENTRY_FEE_LICENSE_HAS_ENTRY_FEE, declared(payment="zero-entry-fee"))
    desk.denies(Refused.ROYALTY_RATE_IS_MISSING, declared(payment="royalty"))
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, declared(ends=date(2024, 1, 31)))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, declared(patent=FOREIGN_PATENT))
    desk.tell(declared())
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, declared())


def test_an_application_and_a_lapsed_right_are_not_to_be_declared() -> None:
    desk = ready()
    desk.tell(FilePatent(patent=PENDING, title="待审", filed=date(2022, 1, 4)))
    assert codes(desk.tell(declared(patent=PENDING))) == ["right-is-not-granted-yet"]
    desk.tell(LapsePatent(patent=INVENTION, cause="unpaid-annuity", on=date(2024, 1, 1)))
    lapsed = declared(declaration=f"declaration:{uuid(81)}")
    assert codes(desk.tell(lapsed)) == ["right-is-not-in-force"]


@pytest.mark.parametrize("exclusivity", ["exclusive", "sole"])
def test_a_live_exclusive_or_sole_license_stands_in_the_way(exclusivity: Any) -> None:
    desk = ready()
    desk.tell(license_of(FIRST, exclusivity=exclusivity, ends=date(2024, 1, 31)))
    assert codes(desk.tell(declared())) == []
    again = declared(declaration=f"declaration:{uuid(81)}", on=date(2024, 1, 31))
    assert "open-under-exclusive" in codes(desk.tell(again))


def test_an_unpaid_annuity_stands_in_the_way() -> None:
    desk = ready()
    desk.put(AnnuityDue(patent=INVENTION, year=3, due=date(2024, 1, 5), amount_fen=90_000))
    assert codes(desk.tell(declared())) == ["annuity-is-unpaid"]


def test_a_pledge_needs_the_pledgees_consent() -> None:
    desk = ready()
    desk.put(
        PatentPledged(
            pledge=f"pledge:{uuid(82)}",
            patents=(INVENTION,),
            pledgee="某银行",
            secured_fen=1,
            registration=None,
            on=date(2024, 1, 2),
        )
    )
    assert codes(desk.tell(declared())) == ["pledgee-consent-is-missing"]
    shown_ = declared(declaration=f"declaration:{uuid(81)}", evidence=shown("pledgee-consent"))
    assert "pledgee-consent-is-missing" not in codes(desk.tell(shown_))


def test_a_utility_model_needs_an_evaluation_report_shown_or_recorded() -> None:
    desk = ready()
    assert codes(desk.tell(declared(patent=MODEL))) == ["evaluation-report-is-missing"]
    with_paper = declared(
        patent=MODEL,
        declaration=f"declaration:{uuid(81)}",
        evidence=shown("evaluation-report"),
    )
    assert codes(desk.tell(with_paper)) == ["open-license-is-declared-already"]
    desk.put(EvaluationReportIssued(patent=MODEL, favourable=True, on=date(2024, 1, 8)))
    recorded = declared(patent=MODEL, declaration=f"declaration:{uuid(83)}")
    assert "evaluation-report-is-missing" not in codes(desk.tell(recorded))


def test_on_trial_the_obstacles_of_the_statute_do_not_count() -> None:
    desk = ready()
    desk.put(AnnuityDue(patent=MODEL, year=2, due=date(2023, 10, 5), amount_fen=None))
    assert codes(desk.tell(declared(patent=MODEL, on=date(2023, 11, 1)))) == []


# --- announced and withdrawn


def test_an_announcement_and_a_withdrawal_come_once_and_after_the_declaration() -> None:
    desk = ready()
    desk.tell(declared())
    for command in (AnnounceOpenLicense, WithdrawOpenLicense):
        early = command(declaration=DECLARATION, on=date(2024, 1, 31))
        desk.denies(Refused.END_MUST_NOT_PRECEDE_START, early)
        desk.denies(Refused.SUBJECT_IS_UNKNOWN, early, institution=OTHER_UNIVERSITY)
        assert codes(desk.tell(command(declaration=DECLARATION, on=ANNOUNCED))) == []
        assert len(codes(desk.tell(command(declaration=DECLARATION, on=ANNOUNCED)))) == 1


# --- taken up


def test_taking_it_up_makes_a_license_on_the_declared_terms_in_one_commit() -> None:
    desk = announced(
        payment="entry-fee-plus-royalty",
        royalty_rate=Rate(numerator=1, denominator=50),
        royalty_base="净销售额",
        ends=date(2025, 12, 31),
    )
    decision = desk.tell(taken())
    assert codes(decision) == []
    license_, up = (new.fact for new in decision.new)
    assert isinstance(license_, LicenseGranted)
    assert isinstance(up, OpenLicenseTaken)
    assert (license_.origin, license_.patents, license_.signed) == ("open", (INVENTION,), TAKEN)
    agreed = license_.terms
    assert (agreed.exclusivity, agreed.starts, agreed.ends) == (
        "ordinary",
        TAKEN,
        date(2025, 12, 31),
    )
    assert (agreed.entry_fee_fen, agreed.fixed_fee_fen) == (30_000, 0)
    assert desk.state(SECOND).known
    assert [scope.license for scope in desk.state(INVENTION).licenses_on(TAKEN)] == [SECOND]


def test_terms_of_its_own_hold_instead_but_stay_ordinary() -> None:
    desk = announced()
    sole = terms(exclusivity="sole")
    desk.denies(Refused.OPEN_LICENSE_MUST_BE_ORDINARY, taken(terms=sole))
    desk.tell(taken(terms=terms(fixed_fee_fen=7)))
    assert desk.state(SECOND).terms.fixed_fee_fen == 7


def test_a_take_up_before_the_announcement_after_the_withdrawal_or_past_the_end_is_a_breach() -> (
    None
):
    desk = ready()
    desk.tell(declared(ends=date(2024, 3, 31)))
    assert codes(desk.tell(taken(on=DECLARED))) == ["open-license-is-not-announced"]
    desk.tell(AnnounceOpenLicense(declaration=DECLARATION, on=ANNOUNCED))
    third, fourth, fifth = (f"license:{uuid(number)}" for number in (84, 85, 86))
    assert codes(desk.tell(taken(license=third, on=ANNOUNCED))) == []
    late = taken(license=fourth)
    assert codes(desk.tell(late)) == ["open-license-has-ended"]
    desk.tell(WithdrawOpenLicense(declaration=DECLARATION, on=date(2024, 3, 20)))
    gone = taken(license=fifth, on=date(2024, 3, 20))
    assert codes(desk.tell(gone)) == ["open-license-is-withdrawn"]


def test_a_take_up_of_nothing_before_it_or_twice_under_one_id_is_refused() -> None:
    desk = announced()
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, taken(on=date(2024, 1, 31)))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, taken(), institution=OTHER_UNIVERSITY)
    desk.tell(taken())
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, taken())
