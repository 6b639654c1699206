"""Taking awards back: after refunds, by a decision of the bureau, or out of the next award."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar, NamedTuple

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New
from ledger.declaration import Declaration
from ledger.facts import RewardClawedBack, RewardReviewed
from ledger.facts.deals import PositiveFen
from ledger.facts.fund import FundTerms
from ledger.refusals import Refusal, Refused
from ledger.reward_fund import BUREAU_APPROVERS
from ledger.reward_fund_state import Fund, after, open_terms
from ledger.reward_stages import Reward, due, of_claimant, read_reward, stage_day
from ledger.subjects import RewardId

# --- Commands


class ClawBackReward(Command):
    """Take back what an award lost by refunds, or an amount that the bureau decides on."""

    NAME: ClassVar[str] = "reward.claw-back"
    ZH: ClassVar[str] = "追回奖励"
    EN: ClassVar[str] = "Claw a reward back"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_APPROVERS
    reward: RewardId
    amount_fen: PositiveFen | None = None
    on: date | None = None


# --- decide: claw back


class _Loss(NamedTuple):
    """An award that is more than what is due on the money held today."""

    facts: tuple[RewardReviewed, ...]
    over_fen: int


def _loss(
    case: Case, fund: Fund, terms: FundTerms, reward_id: str, reward: Reward, day: date
) -> _Loss:
    """What an award stands above what is due, in fen, with the restated review if money moved."""
    today = due(case, fund, terms, reward_id, reward)
    restated = RewardReviewed(
        reward=reward_id,
        fund=reward.fund,
        contract=reward.contract,
        base_fen=today.base_fen,
        amount_fen=today.amount_fen,
        on=day,
    )
    over_fen = max(0, reward.standing_fen - today.amount_fen)
    return _Loss((restated,) if today.moved else (), over_fen)


def claw_back_reward(command: ClawBackReward, case: Case) -> Decision:
    """Take an award back: without an amount what refunds took from under it, restating the review.

    An amount is the bureau's own decision and needs a reason. Money not yet paid to the
    institution falls away; the rest has to come back from it. Refuses more than what stands.
    """
    reward = read_reward(case, command.reward, "awarded", "appropriated", "disbursed")
    fund, terms = open_terms(case, reward.fund)
    day = stage_day(reward, command.on, case)
    if command.amount_fen is not None:
        if command.reason is None:
            raise Refusal(Refused.REASON_IS_NEEDED)
        return Decision(_taken(command.reward, reward, command.amount_fen, day))
    if terms.refund_policy == "leave":
        raise Refusal(Refused.REFUNDS_LEAVE_THE_AWARD_ALONE, fund=reward.fund)
    loss = _loss(case, fund, terms, command.reward, reward, day)
    if loss.over_fen == 0:
        raise Refusal(Refused.NOTHING_IS_TO_BE_CLAWED_BACK, reward=command.reward)
    restated = [of_claimant(command.reward, reward, fact, "awarded") for fact in loss.facts]
    return Decision((*restated, *_taken(command.reward, reward, loss.over_fen, day)))


def _taken(reward_id: str, reward: Reward, amount_fen: int, day: date) -> tuple[New, ...]:
    if amount_fen > reward.standing_fen:
        raise Refusal(
            Refused.CLAW_BACK_EXCEEDS_THE_AWARD,
            reward=reward_id,
            amount_fen=amount_fen,
            standing_fen=reward.standing_fen,
        )
    from_award_fen = min(amount_fen, reward.payable_fen)
    fact = RewardClawedBack(
        reward=reward_id,
        fund=reward.fund,
        contract=reward.contract,
        amount_fen=amount_fen,
        from_award_fen=from_award_fen,
        from_payment_fen=amount_fen - from_award_fen,
        on=day,
    )
    return (of_claimant(reward_id, reward, fact, "awarded"),)


def set_off(
    claims: Sequence[tuple[str, Reward]], fund: Fund, terms: FundTerms, day: date, case: Case
) -> Iterator[New]:
    """Take what earlier awards lost by refunds out of what their institutions are awarded now.

    The old award is clawed back and the new one paid in full, so that sums and cap stay those of
    two separate deals; the bureau pays the difference. At most the new awards are taken; the rest
    waits for the next.
    """
    named = {reward_id for reward_id, _ in claims}
    for claimant in dict.fromkeys(reward.claimant for _, reward in claims):
        budget_fen = sum(
            fund.claims[one].awarded_fen for one, r in claims if r.claimant == claimant
        )
        for old_id, kept in tuple(fund.claims.items()):
            if old_id in named or kept.claimant != claimant or not kept.standing_fen:
                continue
            old = case.read(Reward, old_id)
            loss = _loss(case, fund, terms, old_id, old, day)
            taken_fen = min(loss.over_fen, budget_fen)
            if taken_fen == 0:
                continue
            budget_fen -= taken_fen
            for fact in loss.facts:
                fund = after(fund, fact)
                yield of_claimant(old_id, old, fact, "awarded")
            yield from _taken(old_id, old, taken_fen, day)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ClawBackReward, claw_back_reward, (RewardReviewed, RewardClawedBack)),
)
