"""Licenses: contradictions refused, conflicts recorded beside the contract."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.assignments import AgreeAssignment, RegisterAssignment
from ledger.licenses import AmendLicense, GrantLicense, RecordLicense, TerminateLicense
from ledger.money import Rate
from ledger.patents import FilePatent, InvalidatePatent, LapsePatent
from ledger.refusals import Refused
from ledger.scopes import Scope, collision, overlaps
from tests.ledger.deal_desk import (
    ASSIGNMENT,
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_FIRM,
    OTHER_UNIVERSITY,
    SECOND,
    THIRD,
    TODAY,
    UNIVERSITY,
    codes,
    instalment,
    license_of,
    ready,
    shown,
    terms,
    uuid,
)

ROYALTY = Rate(numerator=3, denominator=100)


def scope(license_id: str = FIRST, **changed: Any) -> Scope:
    usual: dict[str, Any] = {
        "exclusivity": "exclusive",
        "origin": "negotiated",
        "parent": None,
        "signed": date(2023, 12, 1),
        "territory": (),
        "field": None,
        "starts": date(2024, 1, 1),
        "ends": date(2024, 12, 31),
    }
    return Scope(license=license_id, **{**usual, **changed})


# --- terms that contradict themselves


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        (Refused.END_MUST_NOT_PRECEDE_START, {"ends": date(2023, 12, 31)}),
        (
            Refused.INSTALMENTS_DO_NOT_SUM_TO_PRICE,
            {"instalments": (instalment(1, 40_000), instalment(2, 59_999))},
        ),
        (
            Refused.INSTALMENT_NUMBER_IS_USED,
            {"instalments": (instalment(1, 40_000), instalment(1, 60_000))},
        ),
        (Refused.INSTALMENTS_ARE_MISSING, {"payment": "instalments"}),
        (Refused.FREE_LICENSE_HAS_FEES, {"payment": "free"}),
        (
            Refused.FREE_LICENSE_HAS_FEES,
            {"payment": "free", "fixed_fee_fen": 0, "royalty_rate": ROYALTY},
        ),
        (Refused.ROYALTY_RATE_IS_MISSING, {"payment": "royalty", "fixed_fee_fen": 0}),
        (Refused.ROYALTY_RATE_IS_MISSING, {"payment": "entry-fee-plus-royalty"}),
        (
            Refused.ZERO_ENTRY_FEE_LICENSE_HAS_ENTRY_FEE,
            {"payment": "zero-entry-fee", "entry_fee_fen": 1, "royalty_rate": ROYALTY},
        ),
        (Refused.OPEN_LICENSE_MUST_BE_ORDINARY, {"origin": "open", "exclusivity": "sole"}),
    ],
)
def test_terms_that_cannot_all_be_true_are_refused(code: Refused, changed: dict[str, Any]) -> None:
    ready().denies(code, license_of(**changed))


def test_deposits_and_royalties_on_the_schedule_are_no_part_of_the_price() -> None:
    desk = ready()
    dues = (
        instalment(1, 100_000),
        instalment(2, 20_000, purpose="deposit"),
        instalment(3, 500, purpose="royalty"),
    )
    desk.tell(license_of(instalments=dues))
    assert [due.amount_fen for due in desk.state(FIRST).schedule.dues] == [100_000, 20_000, 500]


def test_entry_fee_and_fixed_fee_make_the_price_together() -> None:
    dues = (instalment(1, 130_000),)
    both = license_of(
        payment="entry-fee-plus-royalty",
        entry_fee_fen=30_000,
        royalty_rate=ROYALTY,
        instalments=dues,
    )
    assert codes(ready().tell(both)) == []


def test_unknown_parties_and_rights_are_refused() -> None:
    desk = ready()
    for changed in (
        {"counterparty": f"counterparty:{uuid(98)}"},
        {"patents": (INVENTION, "patent:2021109999995")},
        {"patents": (FOREIGN_PATENT,)},
        {"parent_license": THIRD},
        {"reciprocal": THIRD},
    ):
        desk.denies(Refused.SUBJECT_IS_UNKNOWN, license_of(**changed))
    desk.denies(Refused.DATE_MUST_NOT_LIE_IN_THE_FUTURE, license_of(signed=date(2024, 7, 2)))
    desk.tell(license_of())
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, license_of())


def test_what_another_institution_licensed_is_unknown() -> None:
    desk = ready()
    desk.tell(license_of())
    for command in (
        AmendLicense(license=FIRST, terms=terms()),
        RecordLicense(license=FIRST, recordal_number="X1"),
        TerminateLicense(license=FIRST, cause="agreed"),
    ):
        desk.denies(Refused.SUBJECT_IS_UNKNOWN, command, institution=OTHER_UNIVERSITY)


# --- conflicts

CONFLICTS = {
    ("exclusive", "exclusive"): "exclusive-licenses-overlap",
    ("exclusive", "sole"): "exclusive-licenses-overlap",
    ("sole", "exclusive"): "exclusive-licenses-overlap",
    ("sole", "sole"): "exclusive-licenses-overlap",
    ("ordinary", "exclusive"): "exclusive-over-ordinary",
    ("ordinary", "sole"): "exclusive-over-ordinary",
    ("exclusive", "ordinary"): "ordinary-under-exclusive",
    ("sole", "ordinary"): "ordinary-under-sole",
    ("ordinary", "ordinary"): None,
}


@pytest.mark.parametrize("pair", list(product(("exclusive", "sole", "ordinary"), repeat=2)))
def test_each_pair_of_licenses_agrees_or_breaks_one_named_rule(pair: tuple[str, str]) -> None:
    desk = ready()
    before, after = pair
    desk.tell(license_of(FIRST, exclusivity=before))
    decision = desk.tell(license_of(SECOND, exclusivity=after, counterparty=OTHER_FIRM))
    expected = CONFLICTS[pair]
    assert codes(decision) == ([] if expected is None else [expected])
    if expected is not None:
        assert decision.breaches[0].values["other"] == FIRST
    assert desk.state(SECOND).known


def test_the_license_signed_later_breaks_the_rule_though_it_was_recorded_first() -> None:
    desk = ready()
    desk.tell(license_of(FIRST, signed=date(2024, 1, 5)))
    late = license_of(SECOND, exclusivity="exclusive", signed=date(2023, 7, 1))
    assert codes(desk.tell(late)) == ["ordinary-under-exclusive"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"exclusivity": "sole"}, {"origin": "open"}, "open-under-exclusive"),
        ({"origin": "open"}, {"exclusivity": "exclusive"}, "exclusive-after-open"),
        ({"origin": "open-pilot"}, {"exclusivity": "sole"}, "exclusive-over-ordinary"),
        ({"exclusivity": "exclusive"}, {"origin": "compulsory"}, None),
    ],
)
def test_the_origin_of_a_license_decides_which_rule_it_breaks(
    first: dict[str, Any], second: dict[str, Any], expected: str | None
) -> None:
    desk = ready()
    desk.tell(license_of(FIRST, **first))
    decision = desk.tell(license_of(SECOND, **second))
    assert codes(decision) == ([] if expected is None else [expected])


def test_every_patent_of_a_license_is_looked_at() -> None:
    desk = ready()
    both = (INVENTION, MODEL)
    desk.tell(license_of(FIRST, exclusivity="exclusive", patents=both))
    decision = desk.tell(license_of(SECOND, exclusivity="exclusive", patents=both))
    assert [breach.values["patent"] for breach in decision.breaches] == [INVENTION, MODEL]


@pytest.mark.parametrize(
    "changed",
    [
        {"territory": ("浙江",)},
        {"field": "医疗"},
        {"starts": date(2025, 1, 1), "ends": None},
        {"starts": date(2023, 1, 1), "ends": date(2023, 12, 31)},
    ],
)
def test_licenses_apart_in_place_field_or_time_agree(changed: dict[str, Any]) -> None:
    own: dict[str, Any] = {"territory": ("上海",), "field": "汽车", "ends": date(2024, 12, 31)}
    desk = ready()
    desk.tell(license_of(FIRST, exclusivity="exclusive", **own))
    other = license_of(SECOND, exclusivity="exclusive", **{**own, **changed})
    assert codes(desk.tell(other)) == []
    assert overlaps(scope(**own), scope(SECOND, **own))


def test_a_terminated_license_stands_in_nobodys_way_from_that_day() -> None:
    desk = ready()
    desk.tell(license_of(FIRST, exclusivity="exclusive"))
    desk.tell(TerminateLicense(license=FIRST, cause="agreed", on=date(2024, 5, 1)))
    after = license_of(SECOND, exclusivity="exclusive", starts=date(2024, 5, 1))
    assert codes(desk.tell(after)) == []
    before = license_of(THIRD, starts=date(2024, 4, 30), ends=date(2024, 4, 30))
    assert codes(desk.tell(before)) == ["ordinary-under-exclusive"]


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
scopes = st.builds(
    scope,
    st.sampled_from((FIRST, SECOND, THIRD)),
    exclusivity=st.sampled_from(("exclusive", "sole", "ordinary")),
    origin=st.sampled_from(("negotiated", "open", "open-pilot", "compulsory", "implied")),
    signed=days,
    territory=st.sampled_from(((), ("上海",), ("上海", "浙江"), ("北京",))),
    field=st.sampled_from((None, "汽车", "医疗")),
    starts=days,
    ends=st.none() | days,
)


@given(scopes, scopes)
def test_overlap_is_mutual_and_means_a_day_that_both_run(a: Scope, b: Scope) -> None:
    assert overlaps(a, b) is overlaps(b, a)
    if overlaps(a, b):
        assert any(a.holds(day) and b.holds(day) for day in (a.starts, b.starts))
    if a.signed != b.signed:
        assert collision(a, b) == collision(b, a)


# --- rights


def test_a_pending_application_can_be_licensed() -> None:
    desk = ready()
    pending = "patent:202210000003X"
    desk.tell(FilePatent(patent=pending, title="申请", filed=date(2022, 1, 4)))
    assert codes(desk.tell(license_of(patents=(pending,)))) == []


def test_a_license_on_a_right_that_was_dead_when_signed_is_recorded_with_a_breach() -> None:
    desk = ready()
    desk.tell(LapsePatent(patent=INVENTION, cause="unpaid-annuity", on=date(2023, 11, 1)))
    desk.tell(InvalidatePatent(patent=MODEL, extent="wholly", on=date(2024, 6, 1)))
    decision = desk.tell(license_of(patents=(INVENTION, MODEL)))
    assert codes(decision) == ["right-is-not-in-force"]
    assert decision.breaches[0].values == {
        "patent": INVENTION,
        "status": "lapsed",
        "on": "2023-12-01",
    }


def test_an_assigned_patent_is_no_longer_ones_own_to_license() -> None:
    desk = ready()
    agreed = AgreeAssignment(
        assignment=ASSIGNMENT,
        contract_number="Z1",
        counterparty=FIRM,
        patents=(INVENTION,),
        signed=date(2023, 8, 1),
        price_fen=1,
    )
    desk.tell(agreed)
    assert codes(desk.tell(license_of(FIRST))) == []
    desk.tell(RegisterAssignment(assignment=ASSIGNMENT, on=date(2023, 10, 1)))
    assert codes(desk.tell(license_of(SECOND))) == ["patent-is-assigned-already"]


def test_a_co_owned_patent_needs_consent_for_all_but_ordinary_licenses() -> None:
    desk = ready()
    shared = "patent:202210000003X"
    desk.tell(
        FilePatent(patent=shared, title="共有", filed=date(2022, 1, 4), other_owners=("某研究所",))
    )
    assert codes(desk.tell(license_of(FIRST, patents=(shared,), ends=date(2024, 2, 1)))) == []
    alone = license_of(SECOND, patents=(shared,), exclusivity="sole", starts=date(2025, 1, 1))
    assert codes(desk.tell(alone)) == ["co-owner-consent-is-missing"]
    agreed = license_of(
        THIRD,
        patents=(shared,),
        exclusivity="sole",
        starts=date(2024, 3, 1),
        ends=date(2024, 12, 31),
        evidence=shown("co-owner-consent"),
    )
    assert codes(desk.tell(agreed)) == []


def test_a_licensor_that_is_not_among_the_owners_is_a_breach() -> None:
    desk = ready()
    kept = "patent:202210000003X"
    filing = FilePatent(
        patent=kept, title="代管", filed=date(2022, 1, 4), owners=(OTHER_UNIVERSITY,)
    )
    desk.tell(filing)
    assert codes(desk.tell(license_of(patents=(kept,)))) == ["institution-is-not-owner"]


def test_an_open_license_on_a_utility_model_needs_an_evaluation_report() -> None:
    desk = ready()
    bare = license_of(FIRST, origin="open", patents=(INVENTION, MODEL))
    decision = desk.tell(bare)
    assert codes(decision) == ["evaluation-report-is-missing"]
    assert decision.breaches[0].values["patent"] == MODEL
    proven = license_of(
        SECOND, origin="open", patents=(MODEL,), evidence=shown("evaluation-report")
    )
    assert codes(desk.tell(proven)) == []


# --- sub-licenses


def sub_license(**changed: Any) -> GrantLicense:
    usual = {"counterparty": OTHER_FIRM, "parent_license": FIRST, "ends": date(2024, 12, 31)}
    return license_of(SECOND, **{**usual, **changed})


def test_a_sub_license_does_not_collide_with_its_parent_but_needs_consent() -> None:
    desk = ready()
    desk.tell(license_of(FIRST, exclusivity="exclusive", ends=date(2024, 12, 31)))
    assert codes(desk.tell(sub_license())) == ["sub-license-consent-is-missing"]
    parent = desk.state(FIRST)
    assert (parent.counterparty, parent.sub_licenses) == (FIRM, (SECOND,))
    assert (FIRST, 1) in desk.facts[-1].rests_on


@pytest.mark.parametrize(
    "changed",
    [
        {"ends": None},
        {"ends": date(2025, 1, 1)},
        {"starts": date(2023, 12, 31)},
        {"patents": (INVENTION, MODEL)},
        {"territory": ("北京",)},
        {"field": None},
    ],
)
def test_a_sub_license_beyond_its_parent_is_a_breach(changed: dict[str, Any]) -> None:
    desk = ready()
    limits = {"territory": ("上海",), "field": "汽车", "ends": date(2024, 12, 31)}
    desk.tell(license_of(FIRST, **limits))
    within = {**limits, "evidence": shown("sub-license-consent")}
    decision = desk.tell(sub_license(**{**within, **changed}))
    assert codes(decision) == ["sub-license-exceeds-parent"]


def test_a_sub_license_of_an_ended_license_and_one_left_behind_are_breaches() -> None:
    desk = ready()
    desk.tell(license_of(FIRST))
    desk.tell(sub_license(evidence=shown("sub-license-consent")))
    ending = desk.tell(TerminateLicense(license=FIRST, cause="breach", on=date(2024, 3, 1)))
    assert codes(ending) == ["sub-license-outlives-parent"]
    late = license_of(
        THIRD,
        parent_license=FIRST,
        starts=date(2024, 3, 1),
        evidence=shown("sub-license-consent"),
    )
    assert codes(desk.tell(late)) == ["parent-license-has-ended"]


# --- recordal, amendment, end


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2024, 4, 1), []), (date(2024, 4, 2), ["recordal-is-late"])],
)
def test_recordal_is_late_after_three_months_from_the_start(on: date, expected: list[str]) -> None:
    desk = ready()
    desk.tell(license_of())
    decision = desk.tell(RecordLicense(license=FIRST, recordal_number="X1", on=on))
    assert codes(decision) == expected
    assert desk.state(FIRST).recorded == on


def test_the_last_day_for_recordal_moves_past_a_holiday() -> None:
    desk = ready()
    desk.tell(license_of(signed=date(2024, 1, 4), starts=date(2023, 9, 1)))
    # three months after 4 January 2024 is Qingming, off until Saturday 6 April; Sunday is worked
    in_time = desk.tell(RecordLicense(license=FIRST, recordal_number="X", on=date(2024, 4, 7)))
    assert codes(in_time) == []
    again = desk.tell(RecordLicense(license=FIRST, recordal_number="X", on=date(2024, 4, 8)))
    assert codes(again) == ["license-is-recorded-already", "recordal-is-late"]


def test_nothing_happens_to_a_license_before_it_is_signed() -> None:
    desk = ready()
    desk.tell(license_of())
    day = date(2023, 11, 30)
    for command in (
        AmendLicense(license=FIRST, terms=terms(), on=day),
        RecordLicense(license=FIRST, recordal_number="X1", on=day),
        TerminateLicense(license=FIRST, cause="agreed", on=day),
    ):
        desk.denies(Refused.EVENT_PRECEDES_CONTRACT, command)


def test_an_amendment_replaces_the_scope_and_is_measured_against_the_others() -> None:
    desk = ready()
    desk.tell(license_of(FIRST, territory=("上海",)))
    desk.tell(
        license_of(SECOND, exclusivity="exclusive", territory=("浙江",), signed=date(2024, 1, 1))
    )
    assert desk.facts[-1].institution == UNIVERSITY
    wider = AmendLicense(license=FIRST, terms=terms(territory=("上海", "浙江")))
    assert codes(desk.tell(wider)) == ["ordinary-under-exclusive"]
    assert desk.state(INVENTION).licenses[0].territory == ("上海", "浙江")


def test_an_amendment_of_the_fees_alone_repeats_no_conflict() -> None:
    desk = ready()
    desk.tell(license_of(FIRST))
    desk.tell(license_of(SECOND, exclusivity="exclusive"))
    cheaper = AmendLicense(license=SECOND, terms=terms(exclusivity="exclusive", fixed_fee_fen=1))
    assert codes(desk.tell(cheaper)) == []


def test_a_second_end_is_a_breach() -> None:
    desk = ready()
    desk.tell(license_of(ends=date(2024, 6, 1)))
    assert codes(desk.tell(TerminateLicense(license=FIRST, cause="other"))) == ["license-has-ended"]
    assert desk.state(FIRST).ended(TODAY)
