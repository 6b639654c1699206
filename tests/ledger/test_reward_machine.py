"""Any interleaving of claims, refunds, awards, payments and claw-backs keeps every limit."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from ledger.case import Command
from ledger.facts import RewardAwarded, RewardCapped, RewardClawedBack
from ledger.facts.fund import TeamShare
from ledger.money import apply_rate
from ledger.refusals import Refusal
from ledger.reward_fund import Fund
from ledger.rewards import (
    AppropriateReward,
    AwardRewards,
    ClawBackReward,
    DisburseReward,
    PersonPaid,
    ReturnReward,
    ReturnUnspent,
    ReviewReward,
)
from tests.ledger.reward_city import (
    ANN,
    APPROVER,
    AWARD_DAY,
    BEN,
    BUREAU,
    CAI,
    CLERK,
    FINANCE,
    OTHER_UNIVERSITY,
    PAYER,
    REVIEWER,
    UNIVERSITY,
    City,
    city,
    terms,
)

MONEY = st.integers(min_value=50_000, max_value=900_000)
INSTITUTIONS = st.sampled_from([UNIVERSITY, OTHER_UNIVERSITY])
TEAMS = st.lists(
    st.builds(TeamShare, person=st.sampled_from([ANN, BEN, CAI]), weight=st.integers(1, 9)),
    min_size=1,
    max_size=3,
    unique_by=lambda share: share.person,
).map(tuple)
LIMITS = st.sampled_from([None, None, 350, 900])
SWITCHES = st.fixed_dictionaries(
    {
        "cap_fen": st.sampled_from([300, 999, 1500, 4000]),
        "cap_per_institution_fen": LIMITS,
        "cap_per_contract_fen": LIMITS,
        "cap_per_person_fen": LIMITS,
        "max_recipients": st.sampled_from([None, None, 1]),
        "over_cap": st.sampled_from(["order-of-award", "pro-rata"]),
        "freed_money": st.sampled_from(["reusable", "not-reusable"]),
        "refund_policy": st.sampled_from(["claw-back", "set-off", "leave"]),
        "team_reading": st.sampled_from(["team-in-all", "each-member"]),
        "rounding": st.sampled_from(["half-up-fen", "floor-fen"]),
        "rounding_level": st.sampled_from(["contract-cumulative", "receipt", "claim"]),
    }
)


class RewardMachine(RuleBasedStateMachine):
    """Claims of two institutions over a few contracts; what is refused changes nothing."""

    contracts = Bundle("contracts")
    rewards = Bundle("rewards")

    @initialize(target=contracts, switches=SWITCHES)
    def begin(self, switches: dict[str, Any]) -> Any:
        self.terms = terms(**switches)
        self.city: City = city(**switches)
        self.owner: dict[str, str] = {}
        return multiple(*(self._contract(one) for one in (UNIVERSITY, OTHER_UNIVERSITY) * 2))

    def _contract(self, institution: str) -> str:
        contract = self.city.license(institution)
        self.owner[contract] = institution
        return contract

    def attempt(self, command: Command, actor: str, institution: str = BUREAU) -> None:
        """Try; a refusal is an answer, and leaves nothing behind."""
        before = len(self.city.facts)
        try:
            self.city.do(command, actor=actor, institution=institution, today=AWARD_DAY)
        except Refusal:
            assert len(self.city.facts) == before

    @rule(target=rewards, contract=contracts, fen=MONEY, team=TEAMS)
    def claim(self, contract: str, fen: int, team: tuple[TeamShare, ...]) -> str:
        receipt = self.city.money(contract, fen, institution=self.owner[contract])
        reward = self.city.claim(contract, receipt, team=team)
        self.city.brought(reward, "reviewed")
        self.publicise(reward)
        return reward

    @rule(reward=rewards)
    def publicise(self, reward: str) -> None:
        state = self.city.reward(reward)
        if state.stage == "reviewed" and state.amount_fen and state.latest < AWARD_DAY:
            self.city.step(reward, "publicised")

    @precondition(lambda self: self.publicised())
    @rule(most=st.integers(1, 4))
    def award(self, most: int) -> None:
        self.attempt(AwardRewards(claims=self.publicised()[:most]), APPROVER)

    def publicised(self) -> tuple[str, ...]:
        """The claims ready for award."""
        claims = self.city.fund().claims
        return tuple(one for one in claims if self.city.reward(one).stage == "publicised")

    @rule(reward=rewards, fen=MONEY)
    def refund(self, reward: str, fen: int) -> None:
        line = self.city.reward(reward).lines[0]
        held_fen = self.city.state(line.receipt).allocations[1].received_fen
        if held_fen:
            self.city.refunded(line.receipt, min(fen, held_fen))

    @rule(reward=rewards)
    def give_back(self, reward: str) -> None:
        self.attempt(ReturnReward(reward=reward, reason="x"), CLERK)

    @rule(reward=rewards)
    def review_again(self, reward: str) -> None:
        self.attempt(ReviewReward(reward=reward), REVIEWER)

    @rule(reward=rewards, fen=st.none() | st.integers(1, 900))
    def claw_back(self, reward: str, fen: int | None) -> None:
        self.attempt(ClawBackReward(reward=reward, amount_fen=fen, reason="x"), APPROVER)

    @rule(reward=rewards)
    def appropriate(self, reward: str) -> None:
        self.attempt(AppropriateReward(reward=reward), PAYER)

    @rule(reward=rewards, person=st.sampled_from([ANN, BEN, CAI]), fen=st.none() | MONEY)
    def disburse(self, reward: str, person: str, fen: int | None) -> None:
        paid = PersonPaid(person=person, amount_fen=fen and fen % 500 + 1, tax_fen=0)
        command = DisburseReward(reward=reward, payouts=(paid,))
        self.attempt(command, FINANCE, self.city.reward(reward).claimant)

    @rule(reward=rewards, fen=st.integers(1, 900))
    def return_unspent(self, reward: str, fen: int) -> None:
        command = ReturnUnspent(reward=reward, amount_fen=fen)
        self.attempt(command, FINANCE, self.city.reward(reward).claimant)

    # what always holds, reckoned from the bare facts

    @invariant()
    def cap_holds_at_this_prefix(self) -> None:
        fund = self.city.fund()
        awarded_fen = sum(fact.amount_fen for fact in self._facts(RewardAwarded))
        taken_fen = sum(fact.amount_fen for fact in self._facts(RewardClawedBack))
        exposed_fen = awarded_fen - taken_fen - fund.unspent_returned_fen
        assert (fund.awarded_fen, fund.clawed_back_fen) == (awarded_fen, taken_fen)
        assert 0 <= exposed_fen <= self.terms.cap_fen
        if self.terms.freed_money == "not-reusable":
            assert awarded_fen <= self.terms.cap_fen
        assert fund.left_fen >= 0

    @invariant()
    def other_limits_hold(self) -> None:
        fund = self.city.fund()
        for claim in fund.claims.values():
            for room in fund.rooms(claim.claimant, claim.contract):
                assert room.left_fen >= 0, room
        for person in (ANN, BEN, CAI):
            left_fen = fund.person_left_fen(person)
            # Sharing what a claw-back left can move one fen of each award between members.
            assert left_fen is None or left_fen >= -len(fund.claims)
        assert len(fund.recipients) <= (self.terms.max_recipients or 2)

    @invariant()
    def shares_sum_to_the_award_and_nothing_is_lost_at_a_limit(self) -> None:
        for awarded in self._facts(RewardAwarded):
            assert sum(share.amount_fen for share in awarded.shares) == awarded.amount_fen
        for capped in self._facts(RewardCapped):
            assert capped.awarded_fen + capped.capped_fen == capped.reviewed_fen
        for taken in self._facts(RewardClawedBack):
            assert taken.from_award_fen + taken.from_payment_fen == taken.amount_fen

    @invariant()
    def money_only_goes_where_it_was_given(self) -> None:
        fund = self.city.fund()
        for reward_id, claim in fund.claims.items():
            reward = self.city.reward(reward_id)
            assert claim.standing_fen == reward.standing_fen >= 0
            assert reward.payable_fen >= 0
            assert sum(reward.paid.values()) <= reward.appropriated_fen
            shares = {share.person: share.amount_fen for share in reward.shares}
            assert set(reward.paid) <= set(shares)
        assert fund.disbursed_fen <= fund.appropriated_fen <= fund.awarded_fen

    @invariant()
    def accruals_meet_the_rounded_whole(self) -> None:
        fund = self.city.fund()
        if self.terms.rounding_level != "contract-cumulative":
            return
        for contract in self.owner:
            accrued = fund.accrued(contract, but="")
            whole_fen = apply_rate(self.terms.rate, accrued.base_fen, self.terms.rounding)
            # Exact as long as nothing was returned or lowered; then off by a rounding a claim.
            reviewed = [c for c in fund.claims.values() if c.contract == contract and c.reviewed]
            assert abs(accrued.each_fen - whole_fen) <= len(reviewed)

    @invariant()
    def folding_again_gives_the_same_fund(self) -> None:
        state = self.city.fund()
        assert isinstance(state, Fund)
        assert state.awarded_fen == sum(claim.awarded_fen for claim in state.claims.values())

    def _facts(self, kind: type) -> list[Any]:
        return [seen.fact for seen in self.city.facts if isinstance(seen.fact, kind)]


TestRewardMachine = RewardMachine.TestCase
TestRewardMachine.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
