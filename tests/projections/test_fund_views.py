"""The reward fund worked by hand: exact accruals, the running ledger, and its sums."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from ledger import facts
from ledger.facts.cash import Holder
from ledger.facts.deals import Purpose
from ledger.facts.fund import Window
from ledger.money import FEN_LIMIT, Rate, Rounding, apply_rate
from ledger.policies.sme_2011 import Size
from projections.accruals import rated
from projections.moment import moment_of
from projections.views import BY_NAME
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BUREAU, Story

LICENSE = given.license_id(1)
START = date(2022, 1, 3)


def rows(
    story: Story, name: str, as_of: date | None = None, **filters: str
) -> list[dict[str, Any]]:
    tape = story.tape()
    return BY_NAME[name].rows(tape, moment_of(tape, as_of), filters).collect().to_dicts()


def funded(of_size: Size = Size.SMALL, controlled: bool = False, **terms: Any) -> Story:
    """A university, a firm verified before signing, an open fund and one license of 2022-02-20."""
    story = Story()
    story.tell(given.institution(ALPHA, START))
    story.tell(given.firm(START), institution=BUREAU)
    story.tell(given.size(START, of_size, controlled=controlled), institution=BUREAU)
    story.tell(given.fund_opened(START, **terms), institution=BUREAU)
    story.tell(given.filed())
    story.tell(given.granted(1, date(2022, 2, 20)))
    return story


def pay(
    story: Story,
    number: int,
    day: date,
    amount_fen: int,
    purpose: Purpose = "license-fee",
    holder: Holder = "institution",
    on: date | None = None,
) -> facts.ReceiptAllocated:
    story.tell(given.claimed(number, day, amount_fen, holder), on=on)
    part = given.allocated(number, LICENSE, day, amount_fen, purpose=purpose)
    story.tell(part, on=on)
    return part


def accrued(story: Story, as_of: date | None = None) -> list[int]:
    return [row["accrued_fen"] for row in rows(story, "reward-accruals", as_of)]


@settings(max_examples=200, deadline=None)
@over(
    st.integers(-FEN_LIMIT + 1, FEN_LIMIT - 1),
    st.integers(0, FEN_LIMIT - 1),
    st.integers(1, FEN_LIMIT - 1),
    st.sampled_from(Rounding),
)
def test_a_rate_of_an_amount_is_the_ledgers_to_the_fen(
    amount_fen: int, numerator: int, denominator: int, rounding: Rounding
) -> None:
    numerator = min(numerator, denominator)
    frame = pl.DataFrame(
        {"n": [amount_fen], "numerator": [numerator], "denominator": [denominator]}
    ).with_columns(rounding=pl.lit(rounding.value))
    rate = Rate(numerator=numerator, denominator=denominator)
    expected = apply_rate(rate, amount_fen, rounding)
    assert frame.select(rated(pl.col("n"))).item() == expected


def test_three_thirds_of_a_thousand_yuan_earn_one_yuan_together() -> None:
    story = funded()
    for number in (1, 2, 3):
        pay(story, number, date(2022, 4, number), 33_333)
    assert accrued(story) == [33, 34, 33]
    assert [row["earned_fen"] for row in rows(story, "reward-accruals")] == [33, 67, 100]


def test_rounded_receipt_by_receipt_they_earn_a_fen_less() -> None:
    story = funded(rounding_level="receipt")
    for number in (1, 2, 3):
        pay(story, number, date(2022, 4, number), 33_333)
    assert accrued(story) == [33, 33, 33]


def test_rounded_by_claim_the_lines_of_a_claim_go_together() -> None:
    story = funded(rounding_level="claim")
    parts = [pay(story, number, date(2022, 4, number), 33_333) for number in (1, 2, 3)]
    story.tell(given.reward_claimed(1, LICENSE, date(2022, 5, 1), *parts[:2]))
    assert accrued(story) == [33, 34, 33]


def test_a_late_receipt_takes_its_place_by_value_date() -> None:
    story = funded()
    pay(story, 1, date(2022, 4, 2), 500)
    pay(story, 2, date(2022, 4, 1), 500, on=date(2022, 6, 1))
    found = [(row["day"].day, row["accrued_fen"]) for row in rows(story, "reward-accruals")]
    assert found == [(1, 1), (2, 0)]


def test_refund_reversal_and_deallocation_give_the_accrual_back_exactly() -> None:
    story = funded()
    first = pay(story, 1, date(2022, 4, 1), 33_333)
    second = pay(story, 2, date(2022, 4, 2), 33_333)
    story.tell(given.deallocated(second, 33_333), on=date(2022, 4, 10))
    story.tell(given.refunded(first, date(2022, 5, 1), 10_000))
    story.tell(
        given.reversed_receipt(
            given.claimed(1, date(2022, 4, 1), 33_333),
            date(2022, 6, 1),
            given.allocated(1, LICENSE, date(2022, 4, 1), 23_333),
        )
    )
    assert sum(accrued(story, date(2022, 4, 30))) == 33
    assert sum(accrued(story, date(2022, 5, 1))) == 23
    assert sum(accrued(story)) == 0


@pytest.mark.parametrize(
    ("terms", "money", "counts"),
    [
        ({}, {}, True),
        ({}, {"purpose": "royalty"}, True),
        ({}, {"purpose": "deposit"}, False),
        ({}, {"purpose": "liquidated-damages"}, False),
        ({}, {"holder": "asset-company"}, False),
        ({"holders": ("institution", "asset-company")}, {"holder": "asset-company"}, True),
        ({"deal_kinds": ("assignment",)}, {}, False),
        ({"institution_kinds": ("research-institute",)}, {}, False),
        ({"of_size": Size.LARGE}, {}, False),
        ({"of_size": Size.NOT_CLASSIFIABLE}, {}, False),
        ({"controlled": True}, {}, True),
        ({"controlled": True, "controlled_by_large": "exclude"}, {}, False),
        ({"receipt_window": Window(first=date(2022, 4, 1), last=date(2022, 4, 1))}, {}, True),
        ({"receipt_window": Window(first=date(2022, 4, 2), last=None)}, {}, False),
        ({"contract_window": Window(first=None, last=date(2022, 2, 20))}, {}, True),
        ({"contract_window": Window(first=None, last=date(2022, 2, 19))}, {}, False),
    ],
)
def test_only_what_the_terms_name_earns(
    terms: dict[str, Any], money: dict[str, Any], counts: bool
) -> None:
    story = funded(**terms)
    pay(story, 1, date(2022, 4, 1), 100_000, **money)
    assert accrued(story) == ([100] if counts else [])


@pytest.mark.parametrize(("rule", "counts"), [("flag", True), ("exclude", False)])
def test_a_related_party_is_flagged_or_excluded(rule: str, counts: bool) -> None:
    story = funded(related_party=rule)
    story.tell(given.granted(2, date(2022, 2, 21), related=True))
    story.tell(given.claimed(1, date(2022, 4, 1), 100_000))
    story.tell(given.allocated(1, given.license_id(2), date(2022, 4, 1), 100_000))
    assert bool(accrued(story)) is counts


def test_a_size_verified_only_after_signing_counts_only_if_the_receipt_date_decides() -> None:
    for size_as_of, expected in (("contract", []), ("receipt", [100])):
        story = funded(Size.LARGE, size_as_of=size_as_of)
        story.tell(given.size(date(2022, 3, 1), Size.MICRO), institution=BUREAU)
        pay(story, 1, date(2022, 4, 1), 100_000)
        assert accrued(story) == expected


def test_vat_leaves_the_base_with_the_part_that_is_still_held() -> None:
    story = funded(base_reduced_by_vat=True)
    part = pay(story, 1, date(2022, 4, 1), 106_000)
    story.tell(given.reward_claimed(1, LICENSE, date(2022, 5, 1), part, vat_fen=6_000))
    assert [row["base_fen"] for row in rows(story, "reward-accruals")] == [100_000]
    story.tell(given.refunded(part, date(2022, 6, 1), 53_000))
    assert [row["base_fen"] for row in rows(story, "reward-accruals")] == [100_000, -50_000]


def test_each_member_of_a_team_can_earn_the_rate() -> None:
    story = funded(team_reading="each-member")
    part = pay(story, 1, date(2022, 4, 1), 100_000)
    story.tell(given.reward_claimed(1, LICENSE, date(2022, 5, 1), part))
    assert accrued(story) == [200]


def rewarded(**terms: Any) -> Story:
    """Two awards against a cap of 500: the first whole, the second cut to what was left."""
    story = funded(cap_fen=500, **terms)
    first, second = (pay(story, n, date(2022, 4, n), 300_000) for n in (1, 2))
    story.tell(given.reward_claimed(1, LICENSE, date(2022, 5, 1), first))
    story.tell(given.reward_claimed(2, LICENSE, date(2022, 5, 2), second))
    story.tell(given.awarded(1, LICENSE, date(2022, 6, 1), 200, 100))
    story.tell(given.awarded(2, LICENSE, date(2022, 6, 2), 100, 100))
    story.tell(given.capped(2, LICENSE, date(2022, 6, 2), 300, 200))
    story.tell(given.appropriated(1, date(2022, 6, 3), 300))
    story.tell(given.disbursed(1, LICENSE, date(2022, 6, 4), 190, 100, tax_fen=5))
    story.tell(
        facts.RewardUnspentReturned(
            reward=given.reward_id(1), fund=given.FUND, amount_fen=10, on=date(2022, 6, 5)
        )
    )
    story.tell(given.clawed_back(1, LICENSE, date(2022, 6, 6), 0, 50))
    story.tell(given.clawed_back(2, LICENSE, date(2022, 6, 6), 20, 0))
    return story


def test_the_ledger_runs_up_to_the_cap_and_says_what_is_left_after_each_fact() -> None:
    found = rows(rewarded(), "reward-fund")
    told = [
        (row["stage"], row["exposure_fen"], row["left_fen"], row["available_fen"]) for row in found
    ]
    assert told == [
        ("opened", 0, 500, 500),
        ("claimed", 0, 500, 500),
        ("claimed", 0, 500, 500),
        ("awarded", 300, 200, 200),
        ("awarded", 500, 0, 0),
        ("capped", 500, 0, 0),
        ("appropriated", 500, 0, 0),
        ("disbursed", 500, 0, 0),
        ("unspent-returned", 490, 10, 0),
        ("clawed-back", 440, 60, 0),
        ("clawed-back", 420, 80, 0),
    ]
    assert {row["institution"] for row in found} == {None, ALPHA}
    assert found[5]["capped_fen"] == 100
    assert found[5]["limit"] == "fund"
    assert {row["rounding_level"] for row in found} == {"contract-cumulative"}


def test_freed_money_can_be_awarded_again_where_the_terms_say_so() -> None:
    (row,) = rows(rewarded(freed_money="reusable"), "reward-fund-summary")
    assert (row["left_fen"], row["available_fen"]) == (80, 80)
    (row,) = rows(rewarded(), "reward-fund-summary")
    assert (row["left_fen"], row["available_fen"]) == (80, 0)


def test_sums_by_fund_institution_and_deal_agree() -> None:
    expected = {
        "base_fen": 600_000,
        "accrued_fen": 600,
        "claimed_fen": 600,
        "awarded_fen": 500,
        "capped_fen": 100,
        "appropriated_fen": 300,
        "disbursed_fen": 290,
        "tax_fen": 10,
        "unspent_returned_fen": 10,
        "clawed_back_fen": 70,
        "clawed_from_payment_fen": 50,
        "exposure_fen": 420,
        "paid_fen": 240,
    }
    for name in ("reward-fund-summary", "rewards-by-institution", "rewards-by-deal"):
        (row,) = rows(rewarded(), name)
        assert {key: row[key] for key in expected} == expected
    (row,) = rows(rewarded(), "rewards-by-deal")
    assert row["contract"] == LICENSE


def test_each_claim_stands_where_its_last_step_took_it() -> None:
    told = [
        (row["stage"], row["stage_on"], row["claimed_fen"], row["awarded_fen"])
        for row in rows(rewarded(), "reward-claims", date(2022, 6, 3))
    ]
    assert sorted(told) == [
        ("appropriated", date(2022, 6, 3), 300, 300),
        ("capped", date(2022, 6, 2), 300, 200),
    ]
    waiting = rows(rewarded(), "reward-claims", date(2022, 5, 1))
    assert [(row["stage"], row["contract"]) for row in waiting] == [("claimed", LICENSE)]
    assert rows(rewarded(), "reward-claims", date(2022, 4, 30)) == []


def test_the_sums_are_those_of_the_day() -> None:
    (row,) = rows(rewarded(), "reward-fund-summary", date(2022, 6, 1))
    assert (row["awarded_fen"], row["left_fen"], row["appropriated_fen"]) == (300, 200, 0)
    assert rows(rewarded(), "reward-fund-summary", date(2022, 1, 2)) == []


def test_each_person_has_shares_and_payments() -> None:
    found = rows(rewarded(), "rewards-by-person")
    told = [
        (row["person"], row["rewards"], row["awarded_fen"], row["disbursed_fen"], row["net_fen"])
        for row in found
    ]
    assert told == [
        (given.person_id(1), 2, 300, 190, 185),
        (given.person_id(2), 2, 200, 100, 95),
    ]


def test_money_nobody_claimed_accrues_to_its_institution_without_any_stage() -> None:
    story = funded()
    pay(story, 1, date(2022, 4, 1), 100_000)
    (row,) = rows(story, "rewards-by-institution")
    assert (row["institution"], row["accrued_fen"], row["claimed_fen"]) == (ALPHA, 100, 0)
