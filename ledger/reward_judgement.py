"""Two clerks look at a claim: one judges whether it is eligible, another fixes the amount."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.access import need_another_person
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Ref
from ledger.contracts import Contract, read_contract
from ledger.counterparties import Counterparty, SizeRecord
from ledger.declaration import Declaration
from ledger.facts import RewardJudged, RewardRefused, RewardReviewed
from ledger.facts.fund import FundTerms
from ledger.institutions import Institution
from ledger.receipts import Receipt
from ledger.refusals import Refusal, Refused
from ledger.reward_fund_state import open_terms
from ledger.reward_stages import (
    BUREAU_CLERKS,
    DECIDED,
    Reward,
    due,
    of_claimant,
    read_reward,
    receipts_of,
    stage_day,
)
from ledger.subjects import RewardId, Text

# --- Commands


class JudgeReward(Command):
    """Judge whether a claim is eligible; a no needs its grounds."""

    NAME: ClassVar[str] = "reward.judge"
    ZH: ClassVar[str] = "认定资格"
    EN: ClassVar[str] = "Judge a claim's eligibility"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_CLERKS
    reward: RewardId
    eligible: bool
    grounds: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    on: date | None = None


class ReviewReward(Command):
    """Fix the amount on the money held today; a second person after the judge."""

    NAME: ClassVar[str] = "reward.review"
    ZH: ClassVar[str] = "审核金额"
    EN: ClassVar[str] = "Review a claim's amount"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_CLERKS
    reward: RewardId
    on: date | None = None


# --- decide: judge, review


def judge_reward(command: JudgeReward, case: Case) -> Decision:
    """Judge a claim: a no names its grounds, a yes is refused while a term is not fulfilled."""
    reward = read_reward(case, command.reward, "accepted")
    day = stage_day(reward, command.on, case)
    if not command.eligible:
        return _refuse(command, reward, day)
    _, terms = open_terms(case, reward.fund)
    contract = read_contract(case, reward.contract, any_institution=True)
    _need_rewarded_deal(reward, contract, terms, case)
    _need_rewarded_money(reward, terms, case)
    sizes = _sizes(reward, contract, terms, case)
    size_on, relied_on = max(sizes, key=lambda dated: dated[0])
    controlled = any(size.controlled_by_large for _, size in sizes)
    if controlled and terms.controlled_by_large == "exclude":
        raise Refusal(Refused.FIRM_IS_CONTROLLED_BY_A_LARGE_ONE, counterparty=reward.counterparty)
    flagged = (("related-party", contract.related_party), ("controlled-by-large", controlled))
    fact = RewardJudged(
        reward=command.reward,
        fund=reward.fund,
        counterparty=reward.counterparty,
        size=relied_on.size,
        size_on=size_on,
        flags=tuple(flag for flag, holds in flagged if holds),
        on=day,
    )
    judged = of_claimant(command.reward, reward, fact, "accepted")
    verified = dict.fromkeys(Ref(reward.counterparty, size.sequence) for _, size in sizes)
    return Decision((New(fact, (*judged.rests_on, *verified), judged.institution),))


def _refuse(command: JudgeReward, reward: Reward, day: date) -> Decision:
    if not command.grounds:
        raise Refusal(Refused.GROUNDS_ARE_NEEDED, reward=command.reward)
    fact = RewardRefused(
        reward=command.reward,
        fund=reward.fund,
        contract=reward.contract,
        receipts=receipts_of(reward),
        grounds=command.grounds,
        on=day,
    )
    return Decision((of_claimant(command.reward, reward, fact, "accepted"),))


def _need_rewarded_deal(reward: Reward, contract: Contract, terms: FundTerms, case: Case) -> None:
    kind = case.read(Institution, reward.claimant).kind
    if kind not in terms.institution_kinds:
        raise Refusal(Refused.INSTITUTION_KIND_IS_NOT_REWARDED, kind=kind)
    if contract.kind not in terms.deal_kinds:
        raise Refusal(Refused.DEAL_KIND_IS_NOT_REWARDED, kind=contract.kind)
    if not terms.contract_window.holds(contract.signed):
        raise Refusal(
            Refused.CONTRACT_IS_OUTSIDE_THE_WINDOW,
            contract=reward.contract,
            signed=contract.signed.isoformat(),
        )
    if contract.related_party and terms.related_party == "exclude":
        raise Refusal(Refused.RELATED_PARTY_IS_NOT_REWARDED, contract=reward.contract)
    funded = [funding for funding in reward.other_funding if funding in terms.excluded_funding]
    if funded:
        raise Refusal(Refused.DEAL_IS_FUNDED_ALREADY, funding=funded)


def _need_rewarded_money(reward: Reward, terms: FundTerms, case: Case) -> None:
    for line in reward.lines:
        receipt = case.read(Receipt, line.receipt)
        if receipt.holder not in terms.holders:
            raise Refusal(
                Refused.HOLDER_IS_NOT_REWARDED, receipt=line.receipt, holder=receipt.holder
            )
        part = receipt.allocations.get(line.number)
        if part is not None and part.purpose not in terms.purposes:
            raise Refusal(
                Refused.PURPOSE_IS_NOT_REWARDED,
                receipt=line.receipt,
                number=line.number,
                purpose=part.purpose,
            )
        if not terms.receipt_window.holds(line.value_date):
            raise Refusal(
                Refused.RECEIPT_IS_OUTSIDE_THE_WINDOW,
                receipt=line.receipt,
                value_date=line.value_date.isoformat(),
            )


def _sizes(
    reward: Reward, contract: Contract, terms: FundTerms, case: Case
) -> tuple[tuple[date, SizeRecord], ...]:
    """The verified size on each day the terms ask about; refused where one is missing or unfit."""
    days = {
        "contract": (contract.signed,),
        "receipt": tuple(dict.fromkeys(line.value_date for line in reward.lines)),
        "claim": (reward.steps["claimed"].on,),
    }[terms.size_as_of]
    firm = case.read(Counterparty, reward.counterparty)
    found = []
    for day in days:
        size = firm.size_on(day)
        if size is None:
            raise Refusal(
                Refused.SIZE_IS_NOT_VERIFIED, counterparty=reward.counterparty, on=day.isoformat()
            )
        if size.size not in terms.sizes:
            raise Refusal(Refused.SIZE_IS_NOT_REWARDED, size=size.size, on=day.isoformat())
        found.append((day, size))
    return tuple(found)


def review_reward(command: ReviewReward, case: Case) -> Decision:
    """Fix base and amount from the money held now; refused to the person who judged.

    A claim reviewed before is reviewed again only if money moved since, and then has to be
    publicised again; after the award a review restates what is due and leaves the award alone.
    """
    reward = read_reward(case, command.reward, "judged", "reviewed", "publicised", *DECIDED)
    need_another_person(case, reward.steps["judged"].actor, "judged")
    fund, terms = open_terms(case, reward.fund)
    today = due(case, fund, terms, command.reward, reward)
    if not today.moved:
        raise Refusal(
            Refused.REWARD_IS_REVIEWED_ALREADY, reward=command.reward, amount_fen=reward.amount_fen
        )
    fact = RewardReviewed(
        reward=command.reward,
        fund=reward.fund,
        contract=reward.contract,
        base_fen=today.base_fen,
        amount_fen=today.amount_fen,
        on=stage_day(reward, command.on, case),
    )
    return Decision((of_claimant(command.reward, reward, fact, "claimed", "judged"),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(JudgeReward, judge_reward, (RewardJudged, RewardRefused)),
    Declaration(ReviewReward, review_reward, (RewardReviewed,)),
)
