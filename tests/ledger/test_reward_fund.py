"""The reward fund to the fen: amounts, rounding, the cap and every other limit, and refunds."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.facts import (
    RewardAwarded,
    RewardCapped,
    RewardClawedBack,
    RewardReviewed,
)
from ledger.facts.fund import TeamShare
from ledger.institutions import AdoptPolicy
from ledger.refusals import Refused
from ledger.reward_amounts import in_proportion
from ledger.reward_fund import FUND_POLICY, CloseFund, OpenFund
from ledger.rewards import AwardRewards, ClaimReward, ReviewReward
from tests.ledger.reward_city import (
    ANN,
    APPROVER,
    AWARD_DAY,
    BEN,
    BUREAU,
    CAI,
    FUND,
    OTHER_UNIVERSITY,
    REVIEWER,
    STAFF,
    UNIVERSITY,
    YUAN,
    City,
    city,
    terms,
)

MILLION = 1_000_000 * YUAN
TWO = (TeamShare(person=ANN, weight=2), TeamShare(person=BEN, weight=1))
THREE = tuple(TeamShare(person=person, weight=1) for person in (ANN, BEN, CAI))


def facts(decision: Any, kind: type) -> list[Any]:
    return [new.fact for new in decision.new if isinstance(new.fact, kind)]


def three_thirds(desk: City) -> list[str]:
    """Three claims of 333.33 yuan each under one contract, not yet accepted."""
    contract = desk.license()
    return [desk.claim(contract, desk.money(contract, 333_33)) for _ in range(3)]


# --- amounts


@pytest.mark.parametrize(
    ("received_fen", "rounding", "reward_fen"),
    [
        (MILLION, "half-up-fen", 1000_00),
        (12_345_67, "half-up-fen", 12_35),
        (12_345_67, "floor-fen", 12_34),
        (12_345_67, "floor-yuan", 12_00),
        (4_99, "half-up-fen", 0),
        (5_00, "half-up-fen", 1),
    ],
)
def test_a_thousandth_of_what_was_received_is_rewarded(
    received_fen: int, rounding: str, reward_fen: int
) -> None:
    desk = city(rounding=rounding)
    reward = desk.reward(desk.received(received_fen, "reviewed"))
    assert (reward.base_fen, reward.amount_fen) == (received_fen, reward_fen)


@pytest.mark.parametrize(
    ("level", "amounts"),
    [
        ("contract-cumulative", [33, 34, 33]),
        ("claim", [33, 33, 33]),
        ("receipt", [33, 33, 33]),
    ],
)
def test_three_receipts_of_333_33_give_one_yuan_only_if_rounded_cumulatively(
    level: str, amounts: list[int]
) -> None:
    desk = city(rounding_level=level)
    rewards = [desk.brought(reward, "reviewed") for reward in three_thirds(desk)]
    assert [desk.reward(reward).amount_fen for reward in rewards] == amounts


@pytest.mark.parametrize(("level", "fen"), [("claim", 100), ("receipt", 99)])
def test_one_claim_of_three_receipts_is_rounded_once_or_receipt_by_receipt(
    level: str, fen: int
) -> None:
    desk = city(rounding_level=level)
    contract = desk.license()
    receipts = [desk.money(contract, 333_33) for _ in range(3)]
    reward = desk.brought(desk.claim(contract, *receipts), "reviewed")
    assert desk.reward(reward).amount_fen == fen


def test_allocations_of_one_receipt_are_rounded_together_by_receipt() -> None:
    desk = city(rounding_level="receipt")
    contract = desk.license()
    receipt = desk.money(contract, 6_00, 6_00, 6_00)
    claim = desk.claiming(contract, receipt)
    lines = tuple(claim.lines[0].model_copy(update={"number": n}) for n in (1, 2, 3))
    command = claim.model_copy(update={"lines": lines})
    desk.do(command, actor=STAFF, institution=UNIVERSITY, today=AWARD_DAY)
    assert desk.reward(claim.reward).amount_fen == 2


def test_contracts_are_accumulated_apart() -> None:
    desk = city()
    amounts = [desk.reward(desk.received(333_33, "reviewed")).amount_fen for _ in range(3)]
    assert amounts == [33, 33, 33]


def test_after_a_return_the_parts_meet_the_whole_again() -> None:
    desk = city()
    first, second, third = three_thirds(desk)
    desk.brought(first, "reviewed")
    desk.brought(second, "reviewed")
    desk.give_back(first)
    desk.brought(third, "reviewed")
    assert desk.reward(second).amount_fen + desk.reward(third).amount_fen == 67
    contract = desk.reward(first).contract
    again = desk.claim(contract, desk.reward(first).lines[0].receipt)
    desk.brought(again, "reviewed")
    assert desk.fund().accrued(contract, but="").each_fen == 100


def test_an_earlier_rounding_up_is_made_up_for_and_never_turns_negative() -> None:
    desk = city()
    contract = desk.license()
    first, second, tiny = (
        desk.claim(contract, desk.money(contract, fen)) for fen in (4_00, 4_00, 5)
    )
    desk.brought(first, "reviewed")
    desk.brought(second, "reviewed")
    assert desk.reward(second).amount_fen == 1
    desk.give_back(first)
    desk.brought(tiny, "reviewed")
    assert desk.reward(tiny).amount_fen == 0


def test_read_as_each_members_the_rate_is_given_to_everybody_in_equal_parts() -> None:
    desk = city(team_reading="each-member")
    contract = desk.license()
    first, second = (desk.claim(contract, desk.money(contract, 333_33), team=TWO) for _ in "12")
    desk.brought(first, "awarded")
    desk.brought(second, "awarded")
    assert [desk.reward(one).amount_fen for one in (first, second)] == [66, 68]
    assert [share.amount_fen for share in desk.reward(second).shares] == [34, 34]


def test_vat_is_taken_off_only_where_the_terms_say_so() -> None:
    for reduced, base_fen in ((False, 10_600_00), (True, 10_000_00)):
        desk = city(base_reduced_by_vat=reduced)
        reward = desk.received(10_600_00, "reviewed", vat_fen=600_00)
        assert desk.reward(reward).base_fen == base_fen


def test_half_a_refund_halves_a_base_without_vat() -> None:
    desk = city(base_reduced_by_vat=True)
    contract = desk.license()
    receipt = desk.money(contract, 10_600_00)
    reward = desk.claim(contract, receipt, vat_fen=600_00)
    desk.refunded(receipt, 5_300_00)
    desk.brought(reward, "reviewed")
    assert desk.reward(reward).base_fen == 5_000_00


def test_shares_are_by_weight_and_sum_to_the_award() -> None:
    desk = city()
    reward = desk.reward(desk.received(MILLION, "awarded", team=TWO))
    assert [share.amount_fen for share in reward.shares] == [666_67, 333_33]


# --- the cap


def test_the_cap_can_be_hit_exactly() -> None:
    desk = city()
    desk.received(3500 * MILLION, "awarded")
    assert (desk.fund().awarded_fen, desk.fund().left_fen) == (350_000_000, 0)


def test_the_cap_crossed_inside_one_deal_pays_the_rest_and_caps_the_remainder() -> None:
    desk = city()
    desk.received(3_499_999_500 * YUAN, "awarded")
    crossing = desk.received(800_000 * YUAN, "publicised")
    decision = desk.award(crossing)
    [awarded], [capped] = facts(decision, RewardAwarded), facts(decision, RewardCapped)
    assert (awarded.amount_fen, capped.capped_fen, capped.limit) == (50, 799_50, "fund")
    assert decision.refusal is None
    assert desk.fund().committed_fen == 350_000_000


def test_at_the_cap_the_no_is_on_record_and_final() -> None:
    desk = city(cap_fen=100_00)
    desk.received(100_000_00, "awarded")
    late = desk.received(100_000_00, "publicised")
    decision = desk.award(late)
    [capped] = facts(decision, RewardCapped)
    assert (capped.awarded_fen, capped.capped_fen) == (0, 100_00)
    assert decision.refusal is not None
    assert decision.refusal.code is Refused.FUND_CAP_REACHED
    assert decision.refusal.values["left_fen"] == 0
    assert desk.reward(late).stage == "capped"
    desk.denied(
        Refused.REWARD_IS_AT_ANOTHER_STAGE, AwardRewards(claims=(late,)), APPROVER, AWARD_DAY
    )


@settings(max_examples=30, deadline=None)
@given(cap_fen=st.integers(1, 1499), each_fen=st.integers(250, 800), together=st.booleans())
@example(cap_fen=1000, each_fen=250, together=True)
@example(cap_fen=1001, each_fen=250, together=False)
def test_of_equal_claims_those_that_fit_are_paid_one_in_part_and_the_others_not(
    cap_fen: int, each_fen: int, together: bool
) -> None:
    desk = city(cap_fen=cap_fen)
    claims = [desk.received(each_fen * 1000, "publicised") for _ in range(7)]
    decisions = [desk.award(*claims)] if together else [desk.award(claim) for claim in claims]
    amounts = [fact.amount_fen for one in decisions for fact in facts(one, RewardAwarded)]
    full, part = divmod(cap_fen, each_fen)
    assert amounts == [each_fen] * full + [part] * (part > 0)
    assert sum(amounts) == cap_fen == desk.fund().awarded_fen
    assert sum(len(facts(one, RewardCapped)) for one in decisions) == 7 - full
    refused = [one for one in decisions if one.refusal is not None]
    assert len(refused) == (1 if together else 7 - full - (part > 0))


@pytest.mark.parametrize(("freed_money", "left_fen"), [("not-reusable", 0), ("reusable", 400_00)])
def test_money_clawed_back_frees_the_cap_only_if_it_is_reusable(
    freed_money: str, left_fen: int
) -> None:
    desk = city(cap_fen=1000_00, freed_money=freed_money)
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    reward = desk.brought(desk.claim(contract, receipt), "appropriated")
    desk.refunded(receipt, 400_000 * YUAN)
    desk.claw_back(reward)
    assert desk.fund().left_fen == left_fen
    next_one = desk.received(MILLION, "publicised")
    desk.award(next_one)
    assert desk.reward(next_one).awarded_fen == left_fen
    assert desk.fund().awarded_fen == 1000_00 + left_fen


def test_pro_rata_cuts_all_alike_and_gives_out_the_cap_exactly() -> None:
    desk = city(cap_fen=100_00, over_cap="pro-rata")
    claims = [desk.received(fen * 1000, "publicised") for fen in (100_00, 50_00, 50_01)]
    decision = desk.award(*claims)
    assert [desk.reward(claim).awarded_fen for claim in claims] == [50_00, 25_00, 25_00]
    assert len(facts(decision, RewardCapped)) == 3
    assert decision.refusal is None


@given(left_fen=st.integers(0, 10_000), reviewed=st.lists(st.integers(1, 5_000), min_size=1))
def test_pro_rata_gives_out_all_there_is_and_nobody_more_than_the_review(
    left_fen: int, reviewed: list[int]
) -> None:
    parts = in_proportion(left_fen, reviewed)
    assert sum(parts) == min(left_fen, sum(reviewed))
    assert all(part <= wanted for part, wanted in zip(parts, reviewed, strict=True))


def test_pro_rata_below_the_cap_cuts_nobody() -> None:
    desk = city(cap_fen=200_00, over_cap="pro-rata")
    claims = [desk.received(fen * 1000, "publicised") for fen in (100_00, 100_00)]
    assert not facts(desk.award(*claims), RewardCapped)


def test_amounts_by_hand_keep_within_review_and_fund() -> None:
    desk = city(cap_fen=120_00, over_cap="manual")
    claims = tuple(desk.received(100_000_00, "publicised") for _ in range(2))

    def denied(code: Refused, amounts_fen: tuple[int, ...] | None) -> None:
        command = AwardRewards(claims=claims, amounts_fen=amounts_fen)
        desk.denied(code, command, APPROVER, AWARD_DAY)

    denied(Refused.AMOUNTS_ARE_NEEDED, None)
    denied(Refused.AMOUNTS_ARE_NEEDED, (1,))
    denied(Refused.AWARD_EXCEEDS_THE_REVIEW, (100_01, 0))
    denied(Refused.AWARDS_EXCEED_WHAT_IS_LEFT, (100_00, 20_01))
    decision = desk.award(*claims, amounts_fen=(100_00, 20_00))
    [capped] = facts(decision, RewardCapped)
    assert (capped.reward, capped.limit, capped.capped_fen) == (claims[1], "manual", 80_00)
    assert desk.fund().left_fen == 0


def test_amounts_are_given_only_where_the_fund_is_awarded_by_hand() -> None:
    desk = city()
    claim = desk.received(MILLION, "publicised")
    command = AwardRewards(claims=(claim,), amounts_fen=(1,))
    desk.denied(Refused.AMOUNTS_ARE_NOT_GIVEN_BY_HAND, command, APPROVER, AWARD_DAY)


# --- the other limits


@pytest.mark.parametrize(
    ("limit", "name"),
    [("cap_per_institution_fen", "institution"), ("cap_per_person_fen", "person")],
)
def test_limits_hold_over_all_awards(limit: str, name: str) -> None:
    desk = city(**{limit: 150_00})
    first, second, third = (desk.received(100_000_00, "publicised") for _ in range(3))
    desk.award(first)
    [capped] = facts(desk.award(second), RewardCapped)
    assert (capped.awarded_fen, capped.capped_fen, capped.limit) == (50_00, 50_00, name)
    decision = desk.award(third)
    assert decision.refusal is not None
    assert decision.refusal.code is Refused.REWARD_LIMIT_REACHED
    assert decision.refusal.values["limits"] == [name]


def test_the_limit_of_an_institution_is_its_own() -> None:
    desk = city(cap_per_institution_fen=100_00)
    desk.received(100_000_00, "awarded")
    other = desk.received(100_000_00, "awarded", OTHER_UNIVERSITY)
    assert desk.reward(other).awarded_fen == 100_00


def test_the_limit_of_a_contract_holds_over_its_claims() -> None:
    desk = city(cap_per_contract_fen=150_00)
    contract = desk.license()
    claims = [desk.claim(contract, desk.money(contract, 100_000_00)) for _ in range(2)]
    for claim in claims:
        desk.brought(claim, "publicised")
    [capped] = facts(desk.award(*claims), RewardCapped)
    assert (capped.reward, capped.limit, capped.capped_fen) == (claims[1], "contract", 50_00)


def test_a_person_at_the_limit_passes_nothing_on_to_the_others() -> None:
    desk = city(cap_per_person_fen=50_00)
    desk.received(40_000_00, "awarded")
    both = desk.received(60_000_00, "awarded", team=TWO)
    assert [share.amount_fen for share in desk.reward(both).shares] == [10_00, 20_00]
    assert desk.reward(both).awarded_fen == 30_00


def test_no_more_institutions_than_the_fund_may_reward() -> None:
    desk = city(max_recipients=1)
    desk.received(MILLION, "awarded")
    desk.received(MILLION, "awarded")
    other = desk.received(MILLION, "publicised", OTHER_UNIVERSITY)
    [capped] = facts(desk.award(other), RewardCapped)
    assert (capped.awarded_fen, capped.limit) == (0, "recipients")


# --- refunds


def test_a_refund_of_two_fifths_claws_back_two_fifths() -> None:
    desk = city()
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    reward = desk.brought(desk.claim(contract, receipt), "appropriated")
    desk.refunded(receipt, 400_000 * YUAN)
    decision = desk.claw_back(reward)
    [review], [back] = facts(decision, RewardReviewed), facts(decision, RewardClawedBack)
    assert (back.amount_fen, back.from_award_fen, back.from_payment_fen) == (400_00, 0, 400_00)
    assert (review.base_fen, review.amount_fen) == (600_000 * YUAN, 600_00)
    assert desk.reward(reward).standing_fen == 600_00


def test_an_award_not_yet_paid_falls_away_and_only_the_rest_is_appropriated() -> None:
    desk = city()
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    reward = desk.brought(desk.claim(contract, receipt), "awarded")
    desk.refunded(receipt, 400_000 * YUAN)
    [back] = facts(desk.claw_back(reward), RewardClawedBack)
    assert (back.from_award_fen, back.from_payment_fen) == (400_00, 0)
    desk.step(reward, "appropriated")
    assert desk.reward(reward).appropriated_fen == 600_00


def test_an_award_that_falls_away_wholly_ends_the_claim() -> None:
    desk = city()
    reward = desk.received(MILLION, "awarded")
    desk.claw_back(reward, 1000_00, "弄虚作假")
    assert desk.reward(reward).stage == "clawed-back"
    assert desk.fund().unsettled == ()


def test_a_capped_award_loses_nothing_while_it_is_within_what_is_due() -> None:
    desk = city(cap_fen=50)
    contract = desk.license()
    receipt = desk.money(contract, 800_000 * YUAN)
    reward = desk.brought(desk.claim(contract, receipt), "awarded")
    desk.refunded(receipt, 320_000 * YUAN)
    with pytest.raises(Exception, match="nothing_is_to_be_clawed_back"):
        desk.claw_back(reward)


def test_claw_backs_of_one_contract_meet_the_rounded_whole() -> None:
    desk = city()
    claims = [desk.brought(claim, "awarded") for claim in three_thirds(desk)]
    for claim in claims[:2]:
        desk.refunded(desk.reward(claim).lines[0].receipt, 166_67)
        desk.claw_back(claim)
    # 166.66 + 166.66 + 333.33 yuan are left: 0.66665 yuan
    assert sum(desk.reward(claim).standing_fen for claim in claims) == 67


def test_refunds_leave_awards_alone_where_the_terms_say_so() -> None:
    desk = city(refund_policy="leave")
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    reward = desk.brought(desk.claim(contract, receipt), "awarded")
    desk.refunded(receipt, MILLION)
    with pytest.raises(Exception, match="refunds_leave_the_award_alone"):
        desk.claw_back(reward)
    desk.step(reward, "appropriated")
    assert desk.reward(reward).appropriated_fen == 1000_00


def test_set_off_takes_the_loss_out_of_the_institutions_next_award() -> None:
    desk = city(refund_policy="set-off")
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    old = desk.brought(desk.claim(contract, receipt), "appropriated")
    desk.refunded(receipt, 400_000 * YUAN)
    desk.received(MILLION, "awarded", OTHER_UNIVERSITY)
    assert desk.reward(old).standing_fen == 1000_00
    small = desk.received(300_000 * YUAN, "publicised")
    [back] = facts(desk.award(small), RewardClawedBack)
    assert (back.reward, back.amount_fen, back.from_payment_fen) == (old, 300_00, 300_00)
    [rest] = facts(desk.award(desk.received(MILLION, "publicised")), RewardClawedBack)
    assert (rest.reward, rest.amount_fen) == (old, 100_00)
    assert not facts(desk.award(desk.received(MILLION, "publicised")), RewardClawedBack)


def test_set_off_takes_no_more_than_the_new_award_from_several_old_ones() -> None:
    desk = city(refund_policy="set-off")
    contract = desk.license()
    receipts = [desk.money(contract, MILLION) for _ in "12"]
    old = [desk.brought(desk.claim(contract, one), "appropriated") for one in receipts]
    for receipt in receipts:
        desk.refunded(receipt, 400_000 * YUAN)
    decision = desk.award(desk.received(500_000 * YUAN, "publicised"))
    backs = [(back.reward, back.amount_fen) for back in facts(decision, RewardClawedBack)]
    assert backs == [(old[0], 400_00), (old[1], 100_00)]


def test_money_refunded_after_the_review_stops_the_award_until_it_is_reviewed_again() -> None:
    desk = city()
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    reward = desk.brought(desk.claim(contract, receipt), "publicised")
    desk.denied(Refused.REWARD_IS_REVIEWED_ALREADY, ReviewReward(reward=reward), REVIEWER)
    desk.refunded(receipt, 100_000 * YUAN)
    desk.denied(
        Refused.MONEY_MOVED_SINCE_THE_REVIEW, AwardRewards(claims=(reward,)), APPROVER, AWARD_DAY
    )
    for stage in ("reviewed", "publicised", "awarded"):
        desk.step(reward, stage)
    assert desk.reward(reward).awarded_fen == 900_00


# --- opening and closing


def test_a_fund_needs_an_adopted_policy_and_takes_its_terms() -> None:
    desk = City()
    command = OpenFund(fund="fund:second")
    desk.bureau(command, APPROVER)
    assert desk.state("fund:second").terms == terms()
    desk.denied(Refused.SUBJECT_EXISTS_ALREADY, command, APPROVER)
    other = OpenFund(fund="fund:third", policy="policy:none")
    desk.denied(Refused.POLICY_IS_NOT_ADOPTED, other, APPROVER)
    unfit = OpenFund(fund="fund:third", policy="policy:sme-size", policy_version=1)
    adopted = AdoptPolicy(policy=FUND_POLICY, version=1)
    desk.denied(Refused.POLICY_VERSION_IS_OLDER, adopted, APPROVER)
    desk.denied(Refused.POLICY_IS_NOT_ADOPTED, unfit, APPROVER)


def test_a_window_must_not_end_before_it_begins() -> None:
    window = {"first": "2022-12-31", "last": "2022-01-01"}
    desk = City()
    command = OpenFund(fund="fund:second", terms=terms(receipt_window=window))
    desk.denied(Refused.END_MUST_NOT_PRECEDE_START, command, APPROVER)


def test_a_fund_closes_only_when_every_claim_ended_or_was_paid() -> None:
    desk = city()
    desk.give_back(desk.received(MILLION, "accepted"))
    desk.received(MILLION, "appropriated")
    desk.received(4_00, "reviewed")
    waiting = desk.received(MILLION, "awarded")
    refusal = desk.denied(Refused.FUND_HAS_UNSETTLED_CLAIMS, CloseFund(fund=FUND), APPROVER)
    assert refusal.values["claims"] == [waiting]
    desk.step(waiting, "appropriated")
    [closed] = [new.fact for new in desk.bureau(CloseFund(fund=FUND), APPROVER, AWARD_DAY).new]
    assert closed.model_dump(include={"awarded_fen", "appropriated_fen", "disbursed_fen"}) == {
        "awarded_fen": 2000_00,
        "appropriated_fen": 2000_00,
        "disbursed_fen": 0,
    }
    desk.denied(Refused.FUND_IS_CLOSED, CloseFund(fund=FUND), APPROVER)
    contract = desk.license()
    late: ClaimReward = desk.claiming(contract, desk.money(contract, MILLION))
    desk.denied(Refused.FUND_IS_CLOSED, late, STAFF, institution=UNIVERSITY)


def test_reward_facts_are_the_claimants_and_fund_facts_the_bureaus() -> None:
    desk = city()
    desk.received(MILLION, "appropriated")
    readers = {seen.institution for seen in desk.facts if seen.fact.TOPIC.startswith("reward-")}
    assert readers == {UNIVERSITY}
    assert desk.history(FUND)[0].institution == BUREAU
    assert desk.history(FUND)[0].effective <= date(2022, 9, 5)
