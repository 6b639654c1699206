"""The stages of a reward: their order, who may take them, what judgement asks, and the payout."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ledger.case import Command
from ledger.facts import ActorRegistered, InstitutionRegistered
from ledger.facts.fund import TeamShare
from ledger.policies.sme_2011 import Size
from ledger.refusals import Refused
from ledger.rewards import (
    AcceptReward,
    AppropriateReward,
    AwardRewards,
    ClaimedAllocation,
    ClawBackReward,
    DisburseReward,
    JudgeReward,
    PersonPaid,
    PubliciseReward,
    ReturnReward,
    ReturnUnspent,
    ReviewReward,
)
from ledger.texts.fund import TEXTS
from tests.ledger.reward_city import (
    ANN,
    APPROVER,
    ARRIVED,
    AWARD_DAY,
    BEN,
    BUREAU,
    BUREAU_STAGES,
    CAI,
    CLERK,
    FINANCE,
    FIRM,
    MONDAY,
    NOTICE_ENDS,
    OTHER_UNIVERSITY,
    PAYER,
    REVIEWER,
    SIGNED,
    STAFF,
    UNIVERSITY,
    YUAN,
    City,
    city,
)

MILLION = 1_000_000 * YUAN
TWO = (TeamShare(person=ANN, weight=2), TeamShare(person=BEN, weight=1))

ORDER = ("claimed", *BUREAU_STAGES, "disbursed")
COMMANDS: dict[str, tuple[Callable[[str], Command], str, str]] = {
    "accepted": (lambda r: AcceptReward(reward=r), CLERK, BUREAU),
    "judged": (lambda r: JudgeReward(reward=r, eligible=True), CLERK, BUREAU),
    "reviewed": (lambda r: ReviewReward(reward=r), REVIEWER, BUREAU),
    "publicised": (
        lambda r: PubliciseReward(reward=r, first_day=MONDAY, last_day=NOTICE_ENDS),
        APPROVER,
        BUREAU,
    ),
    "awarded": (lambda r: AwardRewards(claims=(r,)), APPROVER, BUREAU),
    "appropriated": (lambda r: AppropriateReward(reward=r), PAYER, BUREAU),
    "disbursed": (
        lambda r: DisburseReward(reward=r, payouts=(PersonPaid(person=ANN, tax_fen=0),)),
        FINANCE,
        UNIVERSITY,
    ),
    "clawed-back": (lambda r: ClawBackReward(reward=r, amount_fen=1, reason="x"), APPROVER, BUREAU),
    "unspent": (lambda r: ReturnUnspent(reward=r, amount_fen=1), FINANCE, UNIVERSITY),
}
MAY_FOLLOW = {
    "claimed": {"accepted"},
    "accepted": {"judged"},
    "judged": {"reviewed"},
    "reviewed": {"publicised"},
    "publicised": {"awarded"},
    "awarded": {"appropriated", "clawed-back"},
    "appropriated": {"disbursed", "clawed-back", "unspent"},
    "disbursed": {"clawed-back", "disbursed", "unspent"},
}


def disburse(desk: City, reward: str, *payouts: PersonPaid) -> None:
    command = DisburseReward(reward=reward, payouts=payouts)
    desk.do(command, actor=FINANCE, institution=UNIVERSITY, today=AWARD_DAY)


def reaching(desk: City, last: str) -> str:
    contract = desk.license()
    reward = desk.claim(contract, desk.money(contract, MILLION))
    if last == "claimed":
        return reward
    desk.brought(reward, last if last in BUREAU_STAGES else "appropriated")
    if last == "disbursed":
        disburse(desk, reward, PersonPaid(person=ANN, amount_fen=1, tax_fen=0))
    return reward


# --- order


@pytest.mark.parametrize("stage", ORDER)
def test_every_stage_out_of_its_order_is_refused(stage: str) -> None:
    desk = city()
    reward = reaching(desk, stage)
    for wanted, (command, actor, institution) in COMMANDS.items():
        if wanted in MAY_FOLLOW[stage]:
            continue
        code = Refused.REWARD_IS_AT_ANOTHER_STAGE
        if wanted == "reviewed" and ORDER.index(stage) > ORDER.index("judged"):
            code = Refused.REWARD_IS_REVIEWED_ALREADY
        desk.denied(code, command(reward), actor, AWARD_DAY, institution)


@pytest.mark.parametrize("stage", ORDER)
def test_a_claim_can_be_returned_with_a_reason_until_it_is_awarded(stage: str) -> None:
    desk = city()
    reward = reaching(desk, stage)
    if ORDER.index(stage) >= ORDER.index("awarded"):
        command = ReturnReward(reward=reward, reason="x")
        desk.denied(Refused.REWARD_IS_AT_ANOTHER_STAGE, command, CLERK)
        return
    desk.denied(Refused.REASON_IS_NEEDED, ReturnReward(reward=reward), CLERK)
    desk.give_back(reward)
    kept = desk.reward(reward)
    assert kept.stage == "returned"
    assert reward not in desk.fund().claims
    desk.claim(kept.contract, kept.lines[0].receipt)


@pytest.mark.parametrize("wanted", COMMANDS)
def test_a_reward_nobody_claimed_is_unknown(wanted: str) -> None:
    desk = city()
    command, actor, institution = COMMANDS[wanted]
    unknown = command(desk.fresh("reward"))
    desk.denied(Refused.SUBJECT_IS_UNKNOWN, unknown, actor, AWARD_DAY, institution)


@pytest.mark.parametrize("wanted", ["disbursed", "unspent"])
def test_another_institutions_reward_is_unknown(wanted: str) -> None:
    desk = city()
    reward = reaching(desk, "appropriated")
    command, actor, _ = COMMANDS[wanted]
    desk.denied(Refused.SUBJECT_IS_UNKNOWN, command(reward), actor, AWARD_DAY, OTHER_UNIVERSITY)


def test_no_stage_is_dated_before_the_one_it_follows() -> None:
    desk = city()
    reward = reaching(desk, "accepted")
    early = JudgeReward(reward=reward, eligible=True, on=SIGNED)
    desk.denied(Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE, early, CLERK)


def test_the_award_waits_for_the_day_after_the_notice() -> None:
    desk = city()
    reward = reaching(desk, "publicised")
    command = AwardRewards(claims=(reward,))
    desk.denied(Refused.PUBLIC_NOTICE_IS_NOT_OVER, command, APPROVER, NOTICE_ENDS)
    desk.bureau(command, APPROVER, date(2022, 9, 10))


def test_a_notice_does_not_end_before_it_begins() -> None:
    desk = city()
    reward = reaching(desk, "reviewed")
    command = PubliciseReward(reward=reward, first_day=NOTICE_ENDS, last_day=MONDAY)
    desk.denied(Refused.END_MUST_NOT_PRECEDE_START, command, APPROVER)


def test_a_claim_that_is_worth_nothing_is_not_publicised() -> None:
    desk = city()
    reward = desk.received(4_99, "reviewed")
    command = PubliciseReward(reward=reward, last_day=NOTICE_ENDS)
    desk.denied(Refused.NOTHING_IS_LEFT_TO_REWARD, command, APPROVER)


# --- four eyes


@pytest.mark.parametrize(
    ("last", "wanted", "same"),
    [
        ("judged", "reviewed", CLERK),
        ("publicised", "awarded", CLERK),
        ("publicised", "awarded", REVIEWER),
        ("awarded", "appropriated", CLERK),
        ("awarded", "appropriated", APPROVER),
    ],
)
def test_judge_reviewer_approver_and_payer_are_different_persons(
    last: str, wanted: str, same: str
) -> None:
    desk = city()
    reward = reaching(desk, last)
    command = COMMANDS[wanted][0](reward)
    desk.denied(Refused.ANOTHER_PERSON_MUST_DO_THIS, command, same, AWARD_DAY)


def test_two_accounts_of_one_person_are_one_pair_of_eyes() -> None:
    desk = city()
    for actor in (CLERK, REVIEWER):
        fact = ActorRegistered(registered=actor, kind="human", person=CAI, on=SIGNED)
        desk.told(fact, BUREAU)
    reward = reaching(desk, "judged")
    desk.denied(Refused.ANOTHER_PERSON_MUST_DO_THIS, ReviewReward(reward=reward), REVIEWER)


# --- what may be claimed


def claim_is_refused(desk: City, code: Refused, contract: str, *receipts: str, **more: Any) -> None:
    command = desk.claiming(contract, *receipts, **more)
    desk.denied(code, command, STAFF, institution=UNIVERSITY)


def test_a_claim_names_each_person_and_each_allocation_once() -> None:
    desk = city()
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    twice = (TWO[0], TWO[0])
    claim_is_refused(desk, Refused.TEAM_NAMES_A_PERSON_TWICE, contract, receipt, team=twice)
    claim_is_refused(desk, Refused.CLAIM_NAMES_AN_ALLOCATION_TWICE, contract, receipt, receipt)


def test_a_claim_holds_ones_own_money_of_one_contract() -> None:
    desk = city()
    contract, other = desk.license(), desk.license()
    foreign = desk.license(OTHER_UNIVERSITY)
    receipt = desk.money(contract, MILLION)
    theirs = desk.money(foreign, MILLION, institution=OTHER_UNIVERSITY)
    nobody = (TeamShare(person=desk.fresh("person"), weight=1),)
    claim_is_refused(desk, Refused.ALLOCATION_IS_FOR_ANOTHER_CONTRACT, other, receipt)
    claim_is_refused(desk, Refused.SUBJECT_IS_UNKNOWN, foreign, theirs)
    claim_is_refused(desk, Refused.SUBJECT_IS_UNKNOWN, contract, theirs)
    claim_is_refused(desk, Refused.SUBJECT_IS_UNKNOWN, contract, receipt, team=nobody)
    missing = desk.claiming(contract, receipt).model_copy(
        update={"lines": (ClaimedAllocation(receipt=receipt, number=2),)}
    )
    desk.denied(Refused.ALLOCATION_IS_UNKNOWN, missing, STAFF, institution=UNIVERSITY)


def test_money_in_a_live_claim_is_not_claimed_again() -> None:
    desk = city()
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    reward = desk.claim(contract, receipt)
    claim_is_refused(desk, Refused.ALLOCATION_IS_IN_A_CLAIM, contract, receipt)
    desk.brought(reward, "accepted")
    no = JudgeReward(reward=reward, eligible=False, grounds=("非专利许可",))
    desk.bureau(no, CLERK)
    assert desk.reward(reward).stage == "refused"
    desk.claim(contract, receipt)


@pytest.mark.parametrize("purpose", ["deposit", "liquidated-damages", "annuity-reimbursement"])
def test_money_for_other_purposes_is_never_in_the_base(purpose: Any) -> None:
    desk = city()
    contract = desk.license()
    receipt = desk.money(contract, MILLION, purpose=purpose)
    claim_is_refused(desk, Refused.PURPOSE_IS_NOT_REWARDED, contract, receipt)


def test_money_paid_back_is_not_claimed() -> None:
    desk = city()
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    desk.refunded(receipt, MILLION)
    claim_is_refused(desk, Refused.NOTHING_IS_LEFT_TO_REWARD, contract, receipt)


# --- judgement


def judged(desk: City, reward: str) -> tuple[str, ...]:
    desk.step(reward, "accepted")
    [new] = desk.step(reward, "judged").new
    flags: tuple[str, ...] = new.fact.model_dump()["flags"]
    return flags


def not_judged(desk: City, code: Refused, reward: str) -> None:
    desk.step(reward, "accepted")
    desk.denied(code, JudgeReward(reward=reward, eligible=True), CLERK)


def claimed(desk: City, contract: str, **money: Any) -> str:
    return desk.claim(contract, desk.money(contract, MILLION, **money))


@pytest.mark.parametrize("size", [Size.MEDIUM, Size.SMALL, Size.MICRO])
def test_medium_small_and_micro_firms_are_rewarded(size: Size) -> None:
    desk = City()
    desk.sized(size)
    assert judged(desk, claimed(desk, desk.license())) == ()


@pytest.mark.parametrize("size", [Size.LARGE, Size.NOT_CLASSIFIABLE])
def test_other_firms_are_not(size: Size) -> None:
    desk = City()
    desk.sized(size)
    not_judged(desk, Refused.SIZE_IS_NOT_REWARDED, claimed(desk, desk.license()))


@pytest.mark.parametrize(
    ("size_as_of", "verified_on", "eligible"),
    [
        ("contract", SIGNED, True),
        ("contract", date(2022, 3, 2), False),
        ("receipt", ARRIVED, True),
        ("receipt", date(2022, 7, 2), False),
        ("claim", MONDAY, True),
        ("claim", date(2022, 9, 6), False),
    ],
)
def test_the_size_counts_on_the_day_the_terms_name(
    size_as_of: str, verified_on: date, eligible: bool
) -> None:
    desk = City(size_as_of=size_as_of)
    desk.sized(Size.SMALL, verified_on)
    reward = claimed(desk, desk.license())
    if eligible:
        assert judged(desk, reward) == ()
    else:
        not_judged(desk, Refused.SIZE_IS_NOT_VERIFIED, reward)


def test_the_judgement_rests_on_the_verified_size() -> None:
    desk = city()
    reward = claimed(desk, desk.license())
    desk.step(reward, "accepted")
    [new] = desk.step(reward, "judged").new
    size = desk.state(FIRM).size_on(SIGNED)
    assert (FIRM, size.sequence) in new.rests_on


@pytest.mark.parametrize("switch", ["flag", "exclude"])
def test_related_parties_and_large_owners_are_flagged_or_excluded(switch: str) -> None:
    desk = City(related_party=switch, controlled_by_large=switch)
    desk.sized(Size.SMALL)
    related = claimed(desk, desk.license(related=True))
    owned = claimed(desk, desk.license(signed=date(2022, 4, 1)))
    desk.sized(Size.SMALL, date(2022, 4, 1), controlled=True)
    if switch == "flag":
        assert judged(desk, related) == ("related-party",)
        assert judged(desk, owned) == ("controlled-by-large",)
    else:
        not_judged(desk, Refused.RELATED_PARTY_IS_NOT_REWARDED, related)
        not_judged(desk, Refused.FIRM_IS_CONTROLLED_BY_A_LARGE_ONE, owned)


@pytest.mark.parametrize("holder", ["asset-company", "exchange-escrow", "acceptance-bill"])
def test_accounts_of_others_count_only_if_the_terms_say_so(holder: Any) -> None:
    desk = city()
    not_judged(desk, Refused.HOLDER_IS_NOT_REWARDED, claimed(desk, desk.license(), holder=holder))
    desk = city(holders=["institution", holder])
    judged(desk, claimed(desk, desk.license(), holder=holder))


def test_windows_bound_contracts_and_receipts_each_by_its_own_day() -> None:
    window = {"first": "2022-03-01", "last": "2022-07-01"}
    desk = city(contract_window=window, receipt_window=window)
    judged(desk, claimed(desk, desk.license()))
    early = claimed(desk, desk.license(signed=date(2022, 2, 28)))
    not_judged(desk, Refused.CONTRACT_IS_OUTSIDE_THE_WINDOW, early)
    late = claimed(desk, desk.license(), arrived=date(2022, 7, 2))
    not_judged(desk, Refused.RECEIPT_IS_OUTSIDE_THE_WINDOW, late)


def test_kinds_of_deal_and_of_institution_are_switches() -> None:
    desk = city()
    judged(desk, claimed(desk, desk.assignment()))
    desk = city(deal_kinds=["license"])
    not_judged(desk, Refused.DEAL_KIND_IS_NOT_REWARDED, claimed(desk, desk.assignment()))
    desk = city(institution_kinds=["research-institute"])
    reward = claimed(desk, desk.license())
    not_judged(desk, Refused.INSTITUTION_KIND_IS_NOT_REWARDED, reward)
    institute = InstitutionRegistered(
        code=UNIVERSITY, kind="research-institute", name_zh="x", name_en="x", on=SIGNED
    )
    desk.told(institute, UNIVERSITY)
    desk.step(reward, "judged")


def test_what_other_money_already_supports_is_not_funded_twice() -> None:
    desk = city(excluded_funding=["浦东重点城区资金"])
    contract = desk.license()
    receipt = desk.money(contract, MILLION)
    funded = desk.claim(contract, receipt, other_funding=("浦东重点城区资金",))
    not_judged(desk, Refused.DEAL_IS_FUNDED_ALREADY, funded)


def test_a_no_needs_its_grounds() -> None:
    desk = city()
    reward = reaching(desk, "accepted")
    desk.denied(Refused.GROUNDS_ARE_NEEDED, JudgeReward(reward=reward, eligible=False), CLERK)


# --- the money's way


def test_appropriation_keeps_inside_its_window() -> None:
    desk = city()
    reward = reaching(desk, "awarded")
    command = AppropriateReward(reward=reward)
    desk.denied(Refused.APPROPRIATION_IS_OUTSIDE_THE_WINDOW, command, PAYER, date(2023, 1, 1))
    desk.bureau(command, PAYER, date(2022, 12, 31))


def test_an_award_above_what_is_due_is_clawed_back_before_it_is_paid() -> None:
    desk = city()
    reward = reaching(desk, "awarded")
    desk.refunded(desk.reward(reward).lines[0].receipt, 1000_00)
    command = AppropriateReward(reward=reward)
    desk.denied(Refused.AWARD_EXCEEDS_WHAT_IS_DUE, command, PAYER, AWARD_DAY)
    desk.claw_back(reward)
    desk.step(reward, "appropriated")
    assert desk.fund().appropriated_fen == 999_00


def paid_team() -> tuple[City, str]:
    """A thousand yuan appropriated for a team of two, 666.67 and 333.33."""
    desk = city()
    return desk, desk.received(MILLION, "appropriated", team=TWO)


def not_disbursed(desk: City, code: Refused, reward: str, *payouts: PersonPaid) -> None:
    command = DisburseReward(reward=reward, payouts=payouts)
    desk.denied(code, command, FINANCE, AWARD_DAY, UNIVERSITY)


def test_persons_are_paid_in_parts_up_to_their_shares() -> None:
    desk, reward = paid_team()
    disburse(desk, reward, PersonPaid(person=ANN, amount_fen=600_00, tax_fen=120_00))
    over = PersonPaid(person=ANN, amount_fen=66_68, tax_fen=0)
    not_disbursed(desk, Refused.PAYOUT_EXCEEDS_THE_SHARE, reward, over)
    rest = [PersonPaid(person=person, tax_fen=0) for person in (ANN, BEN)]
    disburse(desk, reward, *rest)
    assert desk.reward(reward).paid == {ANN: 666_67, BEN: 333_33}
    assert desk.fund().disbursed_fen == 1000_00
    not_disbursed(desk, Refused.PAYOUT_EXCEEDS_THE_SHARE, reward, rest[1])


def test_only_the_team_is_paid_each_once_and_never_less_than_the_tax() -> None:
    desk, reward = paid_team()
    outsider = PersonPaid(person=CAI, amount_fen=1, tax_fen=0)
    ann = PersonPaid(person=ANN, amount_fen=1, tax_fen=0)
    taxed = PersonPaid(person=ANN, amount_fen=1, tax_fen=2)
    not_disbursed(desk, Refused.PERSON_IS_NOT_IN_THE_TEAM, reward, outsider)
    not_disbursed(desk, Refused.PAYOUT_NAMES_A_PERSON_TWICE, reward, ann, ann)
    not_disbursed(desk, Refused.TAX_EXCEEDS_THE_PAYOUT, reward, taxed)


def test_what_is_returned_unspent_is_in_hand_no_more() -> None:
    desk, reward = paid_team()
    disburse(desk, reward, PersonPaid(person=ANN, tax_fen=0))
    over = ReturnUnspent(reward=reward, amount_fen=333_34)
    desk.denied(Refused.RETURN_EXCEEDS_WHAT_IS_IN_HAND, over, FINANCE, AWARD_DAY, UNIVERSITY)
    exact = ReturnUnspent(reward=reward, amount_fen=333_33)
    desk.do(exact, actor=FINANCE, institution=UNIVERSITY, today=AWARD_DAY)
    assert desk.fund().unspent_returned_fen == 333_33
    part = PersonPaid(person=BEN, amount_fen=1, tax_fen=0)
    not_disbursed(desk, Refused.PAYOUT_EXCEEDS_WHAT_IS_IN_HAND, reward, part)


def test_a_claw_back_lowers_every_share_alike() -> None:
    desk, reward = paid_team()
    desk.claw_back(reward, 400_00, "抽查发现问题")
    disburse(desk, reward, *(PersonPaid(person=person, tax_fen=0) for person in (ANN, BEN)))
    assert desk.reward(reward).paid == {ANN: 400_00, BEN: 200_00}
    assert desk.reward(reward).in_hand_fen == 0


def test_a_claw_back_by_decision_needs_a_reason_and_keeps_within_the_award() -> None:
    desk = city()
    reward = reaching(desk, "appropriated")
    silent = ClawBackReward(reward=reward, amount_fen=1)
    desk.denied(Refused.REASON_IS_NEEDED, silent, APPROVER, AWARD_DAY)
    over = ClawBackReward(reward=reward, amount_fen=1000_01, reason="x")
    desk.denied(Refused.CLAW_BACK_EXCEEDS_THE_AWARD, over, APPROVER, AWARD_DAY)
    desk.claw_back(reward, 400_00, "x")
    rest = ClawBackReward(reward=reward, amount_fen=600_01, reason="x")
    desk.denied(Refused.CLAW_BACK_EXCEEDS_THE_AWARD, rest, APPROVER, AWARD_DAY)
    nothing = ClawBackReward(reward=reward)
    desk.denied(Refused.NOTHING_IS_TO_BE_CLAWED_BACK, nothing, APPROVER, AWARD_DAY)


def test_awards_of_one_command_are_of_one_fund_and_named_once() -> None:
    desk = city()
    reward = reaching(desk, "publicised")
    twice = AwardRewards(claims=(reward, reward))
    desk.denied(Refused.CLAIM_IS_NAMED_TWICE, twice, APPROVER, AWARD_DAY)


def test_every_refusal_of_the_fund_has_its_words() -> None:
    codes = list(Refused)
    first, last = (
        codes.index(Refused.FUND_IS_CLOSED),
        codes.index(Refused.RETURN_EXCEEDS_WHAT_IS_IN_HAND),
    )
    assert set(codes[first : last + 1]) == set(TEXTS)
    assert all(part.strip() for text in TEXTS.values() for part in text)
