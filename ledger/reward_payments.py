"""The money's way: appropriated to the institution, disbursed to persons, the unspent returned."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.access import need_another_person
from ledger.actors import Role
from ledger.case import Case, Command, Decision
from ledger.declaration import Declaration
from ledger.facts import RewardAppropriated, RewardDisbursed, RewardUnspentReturned
from ledger.facts.base import Value
from ledger.facts.deals import FeeFen, PositiveFen
from ledger.facts.fund import Payout
from ledger.refusals import Refusal, Refused
from ledger.reward_fund_state import open_terms, shares_of
from ledger.reward_stages import (
    Reward,
    due,
    of_claimant,
    read_own_reward,
    read_reward,
    stage_day,
)
from ledger.subjects import PersonId, RewardId

# --- Commands


class AppropriateReward(Command):
    """Pay an award to the institution, as far as it still stands, in one sum."""

    NAME: ClassVar[str] = "reward.appropriate"
    ZH: ClassVar[str] = "拨付奖励"
    EN: ClassVar[str] = "Appropriate a reward"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.BUREAU_PAYER})
    reward: RewardId
    on: date | None = None


class PersonPaid(Value):
    """One person paid: the gross amount (null: all that is due) and the income tax out of it."""

    person: PersonId
    amount_fen: PositiveFen | None = None
    tax_fen: FeeFen


class DisburseReward(Command):
    """Pay the team, all at once or in parts, with the income tax withheld from each person."""

    NAME: ClassVar[str] = "reward.disburse"
    ZH: ClassVar[str] = "发放奖励"
    EN: ClassVar[str] = "Disburse a reward"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.FINANCE_CLERK})
    DECIDES: ClassVar[bool] = True
    reward: RewardId
    payouts: Annotated[tuple[PersonPaid, ...], Field(min_length=1, max_length=100)]
    on: date | None = None


class ReturnUnspent(Command):
    """Give appropriated money back to the bureau that was not paid out."""

    NAME: ClassVar[str] = "reward.return-unspent"
    ZH: ClassVar[str] = "退回未发放奖励"
    EN: ClassVar[str] = "Return unspent reward money"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.FINANCE_APPROVER})
    reward: RewardId
    amount_fen: PositiveFen
    on: date | None = None


# --- decide


def appropriate_reward(command: AppropriateReward, case: Case) -> Decision:
    """Pay an award, inside the appropriation window; refused to its judge and its approver.

    Where refunds are clawed back, an award above what is due today is refused until that is done.
    """
    reward = read_reward(case, command.reward, "awarded")
    for stage in ("judged", "awarded"):
        need_another_person(case, reward.steps[stage].actor, stage)
    fund, terms = open_terms(case, reward.fund)
    day = stage_day(reward, command.on, case)
    if not terms.appropriation_window.holds(day):
        window = terms.appropriation_window.model_dump(mode="json")
        raise Refusal(Refused.APPROPRIATION_IS_OUTSIDE_THE_WINDOW, on=day.isoformat(), **window)
    if terms.refund_policy == "claw-back":
        due_fen = due(case, fund, terms, command.reward, reward).amount_fen
        if reward.standing_fen > due_fen:
            raise Refusal(
                Refused.AWARD_EXCEEDS_WHAT_IS_DUE,
                reward=command.reward,
                standing_fen=reward.standing_fen,
                due_fen=due_fen,
            )
    fact = RewardAppropriated(
        reward=command.reward, fund=reward.fund, amount_fen=reward.payable_fen, on=day
    )
    return Decision((of_claimant(command.reward, reward, fact, "awarded"),))


def disburse_reward(command: DisburseReward, case: Case) -> Decision:
    """Pay persons of the team, each within the person's share, together within what is in hand.

    Shares are the award's; after a claw-back or an unspent return what is left is shared in their
    proportion by largest remainder. Refuses a person named twice, and more tax than pay.
    """
    reward = read_own_reward(case, command.reward, "appropriated", "disbursed")
    persons = [payout.person for payout in command.payouts]
    if len(set(persons)) < len(persons):
        raise Refusal(Refused.PAYOUT_NAMES_A_PERSON_TWICE, reward=command.reward)
    owed = _owed(reward)
    payouts = tuple(_payout(wanted, owed) for wanted in command.payouts)
    amount_fen = sum(payout.amount_fen for payout in payouts)
    if amount_fen > reward.in_hand_fen:
        raise Refusal(
            Refused.PAYOUT_EXCEEDS_WHAT_IS_IN_HAND,
            reward=command.reward,
            amount_fen=amount_fen,
            in_hand_fen=reward.in_hand_fen,
        )
    fact = RewardDisbursed(
        reward=command.reward,
        fund=reward.fund,
        contract=reward.contract,
        payouts=payouts,
        amount_fen=amount_fen,
        tax_fen=sum(payout.tax_fen for payout in payouts),
        on=stage_day(reward, command.on, case),
    )
    return Decision((of_claimant(command.reward, reward, fact, "appropriated"),))


def _owed(reward: Reward) -> dict[str, int]:
    """What each person of the team may still be paid, in fen; an overpaid person nothing."""
    return {
        person: max(0, share_fen - reward.paid.get(person, 0))
        for person, share_fen in shares_of(reward.shares, reward.standing_fen)
    }


def _payout(wanted: PersonPaid, owed: dict[str, int]) -> Payout:
    if wanted.person not in owed:
        raise Refusal(Refused.PERSON_IS_NOT_IN_THE_TEAM, person=wanted.person)
    owed_fen = owed[wanted.person]
    amount_fen = owed_fen if wanted.amount_fen is None else wanted.amount_fen
    if amount_fen > owed_fen or amount_fen == 0:
        raise Refusal(
            Refused.PAYOUT_EXCEEDS_THE_SHARE,
            person=wanted.person,
            amount_fen=amount_fen,
            owed_fen=owed_fen,
        )
    if wanted.tax_fen > amount_fen:
        raise Refusal(
            Refused.TAX_EXCEEDS_THE_PAYOUT,
            person=wanted.person,
            amount_fen=amount_fen,
            tax_fen=wanted.tax_fen,
        )
    return Payout(person=wanted.person, amount_fen=amount_fen, tax_fen=wanted.tax_fen)


def return_unspent(command: ReturnUnspent, case: Case) -> Decision:
    """Give money back that is in hand; refused beyond that."""
    reward = read_own_reward(case, command.reward, "appropriated", "disbursed")
    if command.amount_fen > reward.in_hand_fen:
        raise Refusal(
            Refused.RETURN_EXCEEDS_WHAT_IS_IN_HAND,
            reward=command.reward,
            amount_fen=command.amount_fen,
            in_hand_fen=reward.in_hand_fen,
        )
    fact = RewardUnspentReturned(
        reward=command.reward,
        fund=reward.fund,
        amount_fen=command.amount_fen,
        on=stage_day(reward, command.on, case),
    )
    return Decision((of_claimant(command.reward, reward, fact, "appropriated"),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(AppropriateReward, appropriate_reward, (RewardAppropriated,)),
    Declaration(DisburseReward, disburse_reward, (RewardDisbursed,)),
    Declaration(ReturnUnspent, return_unspent, (RewardUnspentReturned,)),
)
