"""Dated rules stay what they were, and give the classes and days the rules say."""

from datetime import date, timedelta

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.facts.fund import FundTerms
from ledger.money import Rate, Rounding
from ledger.policies import POLICIES, Mark, Policy, digest, policy
from ledger.policies.holidays import (
    HOLIDAYS_2018_2026,
    add_months,
    add_working_days,
    deadline_after_months,
    holiday_calendar,
    is_working_day,
)
from ledger.policies.policy import canonical_bytes
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from ledger.policies.sme_2011 import (
    SME_2011,
    CannotClassify,
    Industry,
    Measure,
    Size,
    SizeFault,
    classify,
    size_table,
)

TABLE = size_table(SME_2011)
CALENDAR = holiday_calendar(HOLIDAYS_2018_2026)
TEN_THOUSAND_YUAN_FEN = 1_000_000

WORKING_DAYS = {
    2018: 250,
    2019: 250,
    2020: 249,
    2021: 250,
    2022: 249,
    2023: 249,
    2024: 251,
    2025: 248,
    2026: 248,
}

# A change here means that history adopted something else: give the rule a new version instead.
DIGESTS = {
    "sme-size 1": "590f1b4e4b391ad0644d6fd5185b726e116f0e7c835f04937dfd88e1daa3707e",
    "public-holidays 1": "8401911ee732a720a60d38dd23c1a13159f1daf503468344a7a597870de25469",
    "reward-fund 1": "168d20c0cab6c2f10ffb3994406a2790e66226ee9220c7649cfdde28a4845262",
    "ip-operation-centres 1": "8f2e16c02c211682ddee4c3e142193da1ab7e693e7c77961408c13414853ecc0",
    "pricing-notice 1": "1a96483fa54cbb7cec689f98436a55d356f5c8cb4707f5b786e7743576c7e8ea",
    "audit-sampling 1": "045c71a8ac0b6f6c80151cf6de532e8bbeb4b98fce69875c27815760be96c3f4",
    "audit-rectification 1": "4de58ebc53c4c4486ec9a1d9e7a4eec5a945c0b7a87895c907769950e353e06e",
    "first-look 1": "76fa4e8d9bb02d7b8c485959f522eeb828f285c8e3683e24f6a871ab6d4f7027",
}


def test_a_shipped_version_never_changes() -> None:
    assert {f"{shipped.id} {shipped.version}": digest(shipped) for shipped in POLICIES} == DIGESTS


@pytest.mark.parametrize("shipped", POLICIES, ids=lambda shipped: str(shipped.id))
def test_a_policy_is_found_by_id_and_version_and_its_bytes_are_rfc_8785(shipped: Policy) -> None:
    assert policy(shipped.id, shipped.version) is shipped
    assert canonical_bytes(shipped) == rfc8785.dumps(shipped.model_dump(mode="json"))
    assert Policy.model_validate_json(canonical_bytes(shipped)) == shipped


def test_an_unknown_rule_or_version_is_not_found() -> None:
    assert policy("sme-size", 2) is None
    assert policy("sme", 1) is None


@pytest.mark.parametrize(
    "data",
    [
        {"rate": 0.001},
        {"rows": [{"rate": 1.0}]},
        {"cap_fen": 2**53},
        {"上限": 1},
    ],
)
def test_data_without_one_canonical_spelling_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(
            {
                "id": "a-rule",
                "version": 1,
                "title_zh": "规则",
                "title_en": "A rule",
                "source": "test",
                "mark": Mark.UNSURE,
                "valid_from": date(2022, 1, 1),
                "data": data,
            }
        )


def in_fen(ten_thousand_yuan: int | None) -> int | None:
    return None if ten_thousand_yuan is None else ten_thousand_yuan * TEN_THOUSAND_YUAN_FEN


@pytest.mark.parametrize(
    ("industry", "employees", "revenue", "assets", "size"),
    [
        (Industry.INDUSTRY, 1000, 40000, None, Size.LARGE),
        (Industry.INDUSTRY, 999, 40000, None, Size.MEDIUM),
        (Industry.INDUSTRY, 1000, 39999, None, Size.MEDIUM),
        (Industry.INDUSTRY, 300, 2000, None, Size.MEDIUM),
        (Industry.INDUSTRY, 5000, 1999, None, Size.SMALL),
        (Industry.INDUSTRY, 20, 300, None, Size.SMALL),
        (Industry.INDUSTRY, 19, 90000, None, Size.MICRO),
        (Industry.AGRICULTURE, None, 50, None, Size.SMALL),
        (Industry.AGRICULTURE, None, 20000, None, Size.LARGE),
        (Industry.CONSTRUCTION, None, 80000, 79999, Size.MEDIUM),
        (Industry.REAL_ESTATE, None, 200000, 10000, Size.LARGE),
        (Industry.REAL_ESTATE, None, 200000, 1999, Size.MICRO),
        (Industry.SOFTWARE, 100, 50, None, Size.SMALL),
        (Industry.LEASING, 300, None, 119999, Size.MEDIUM),
        (Industry.OTHER, 9, None, None, Size.MICRO),
        (Industry.OTHER, 300, None, None, Size.LARGE),
        (None, None, None, None, Size.NOT_CLASSIFIABLE),
    ],
)
def test_one_measure_that_falls_short_takes_an_enterprise_down_a_class(
    industry: Industry | None,
    employees: int | None,
    revenue: int | None,
    assets: int | None,
    size: Size,
) -> None:
    assert classify(industry, employees, in_fen(revenue), in_fen(assets), TABLE) is size


def test_money_just_under_a_bound_does_not_reach_it() -> None:
    assert classify(Industry.INDUSTRY, 300, 2000 * TEN_THOUSAND_YUAN_FEN - 1, None, TABLE) is (
        Size.SMALL
    )


@pytest.mark.parametrize(
    ("employees", "revenue_fen", "fault", "measure"),
    [
        (None, 1, SizeFault.MEASURE_IS_MISSING, Measure.EMPLOYEES),
        (1, None, SizeFault.MEASURE_IS_MISSING, Measure.REVENUE),
        (-1, 1, SizeFault.MEASURE_IS_NEGATIVE, Measure.EMPLOYEES),
    ],
)
def test_a_measure_that_is_needed_is_never_guessed(
    employees: int | None, revenue_fen: int | None, fault: SizeFault, measure: Measure
) -> None:
    with pytest.raises(CannotClassify) as refused:
        classify(Industry.INDUSTRY, employees, revenue_fen, 10**12, TABLE)
    assert (refused.value.fault, refused.value.measure) == (fault, measure)


def test_the_table_holds_sixteen_industries_with_falling_bounds() -> None:
    assert list(TABLE) == list(Industry)
    assert len(TABLE) == 16
    for measures in TABLE.values():
        assert measures
        for bounds in measures.values():
            assert bounds.large > bounds.medium > bounds.small > 0


def test_an_industry_outside_the_table_is_refused() -> None:
    with pytest.raises(CannotClassify, match="industry is not in table: retail"):
        classify(Industry.RETAIL, 1, 1, 1, {})


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2022-10-07", False),
        ("2022-10-08", True),
        ("2022-10-09", True),
        ("2022-12-31", False),
        ("2018-12-29", True),
        ("2018-12-31", False),
        ("2020-01-31", False),
        ("2020-02-01", False),
        ("2020-02-03", True),
        ("2023-04-05", False),
        ("2024-02-09", True),
        ("2024-02-18", True),
        ("2026-01-04", True),
        ("2022-07-02", False),
        ("2022-07-04", True),
    ],
)
def test_offices_work_on_the_days_that_the_notices_say(day: str, worked: bool) -> None:
    assert is_working_day(date.fromisoformat(day), CALENDAR) is worked


def test_days_worked_instead_are_weekend_days_and_never_off() -> None:
    assert all(day.weekday() >= 5 for day in CALENDAR.make_up_days)
    assert not CALENDAR.make_up_days & CALENDAR.days_off


@pytest.mark.parametrize(("year", "days"), WORKING_DAYS.items())
def test_every_year_has_its_known_number_of_working_days(year: int, days: int) -> None:
    new_year = date(year, 1, 1)
    all_days = [new_year + timedelta(days=step) for step in range(366)]
    worked = [day for day in all_days if day.year == year and is_working_day(day, CALENDAR)]
    assert CALENDAR.covers(new_year)
    assert len(worked) == days


def test_outside_its_years_the_calendar_says_so_and_counts_weekends_only() -> None:
    assert not CALENDAR.covers(date(2027, 10, 1))
    assert is_working_day(date(2027, 10, 1), CALENDAR)
    assert not is_working_day(date(2027, 10, 2), CALENDAR)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2022-01-31", 1, "2022-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2022-02-28", 1, "2022-03-28"),
        ("2022-11-15", 3, "2023-02-15"),
        ("2022-03-31", -1, "2022-02-28"),
        ("2022-01-15", -1, "2021-12-15"),
        ("2022-12-15", 0, "2022-12-15"),
        ("2020-02-29", 36, "2023-02-28"),
        ("9999-07-01", 6, "9999-12-31"),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_of_the_month(
    start: str, months: int, end: str
) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (
            "2022-07-01",
            3,
            "2022-10-08",
        ),  # 1 October: past the holiday, to a Saturday that is worked
        ("2022-03-15", 3, "2022-06-15"),
        ("2022-04-02", 3, "2022-07-04"),  # a Saturday
        ("2023-12-30", 1, "2024-01-30"),
        ("2018-11-10", 3, "2019-02-11"),  # a Sunday at the end of the Spring Festival
    ],
)
def test_a_term_in_months_ends_past_days_off(start: str, months: int, end: str) -> None:
    deadline = deadline_after_months(date.fromisoformat(start), months, CALENDAR)
    assert deadline == date.fromisoformat(end)


def test_fifteen_working_days_pass_over_the_national_holiday_and_count_make_up_days() -> None:
    assert add_working_days(date(2022, 9, 23), 15, CALENDAR) == date(2022, 10, 19)
    assert add_working_days(date(2022, 10, 1), 0, CALENDAR) == date(2022, 10, 1)


@given(st.dates(date(2018, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_working_days_after_a_start_are_counted_one_by_one(start: date, count: int) -> None:
    end = add_working_days(start, count, CALENDAR)
    later = [start + timedelta(days=step) for step in range(1, (end - start).days + 1)]
    assert is_working_day(end, CALENDAR)
    assert sum(is_working_day(day, CALENDAR) for day in later) == count


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 working days"):
        add_working_days(date(2022, 1, 1), -1, CALENDAR)
    with pytest.raises(ValueError, match="-1 months"):
        deadline_after_months(date(2022, 1, 1), -1, CALENDAR)


def fund_terms() -> FundTerms:
    return FundTerms.model_validate_json(orjson.dumps(REWARD_FUND_2022.data["terms"]))


def test_the_fund_pays_a_thousandth_up_to_three_and_a_half_million_yuan() -> None:
    terms = fund_terms()
    assert terms.cap_fen == 3_500_000_00
    assert terms.rate == Rate(numerator=1, denominator=1000)
    assert terms.purposes == ("license-fee", "royalty", "assignment-price")
    assert terms.sizes == (Size.MEDIUM, Size.SMALL, Size.MICRO)


def test_the_fund_stands_on_its_defaults() -> None:
    terms = fund_terms()
    assert terms.rounding is Rounding.HALF_UP_FEN
    assert terms.rounding_level == "contract-cumulative"
    assert terms.team_reading == "team-in-all"
    assert terms.holders == ("institution",)
    assert (terms.size_as_of, terms.over_cap) == ("contract", "order-of-award")
    assert (terms.refund_policy, terms.freed_money) == ("claw-back", "not-reusable")
    assert (terms.related_party, terms.controlled_by_large) == ("flag", "flag")
    assert not terms.base_reduced_by_vat
    assert terms.appropriation_window.holds(date(2022, 12, 31))
    assert not terms.appropriation_window.holds(date(2023, 1, 1))
    assert terms.receipt_window.holds(date(2019, 1, 1))


def test_every_choice_of_every_switch_makes_terms_that_a_fund_can_open_with() -> None:
    terms, choices = REWARD_FUND_2022.data["terms"], REWARD_FUND_2022.data["choices"]
    assert isinstance(terms, dict)
    assert isinstance(choices, dict)
    for switch, allowed in choices.items():
        assert isinstance(allowed, list)
        assert terms[switch] == allowed[0], "the default stands first"
        for choice in allowed:
            FundTerms.model_validate_json(orjson.dumps({**terms, switch: choice}))


def test_judge_approver_and_payer_of_the_fund_are_three_persons() -> None:
    distinct = REWARD_FUND_2022.data["distinct_persons"]
    assert isinstance(distinct, list)
    assert ["judged", "awarded", "appropriated"] in distinct
