"""An institution claims a reward; the bureau takes the claim in or gives it back."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Ref
from ledger.contracts import read_contract
from ledger.declaration import Declaration
from ledger.facts import RewardAccepted, RewardClaimed, RewardReturned
from ledger.facts.base import Value
from ledger.facts.cash import Number
from ledger.facts.deals import FeeFen
from ledger.facts.fund import ClaimLine, FundTerms, TeamShare
from ledger.persons import need_person
from ledger.receipt_state import Allocation, Receipt, need_covered
from ledger.refusals import Refusal, Refused
from ledger.reward_amounts import LineBase, accrual_fen
from ledger.reward_fund_state import open_terms
from ledger.reward_stages import (
    BUREAU_CLERKS,
    Reward,
    of_claimant,
    read_reward,
    receipts_of,
    stage_day,
)
from ledger.service_contracts import ServiceContract
from ledger.subjects import ContractId, FundId, ReceiptId, RewardId, Text

# --- Commands


class ClaimedAllocation(Value):
    """One allocation to be rewarded, and the VAT inside it (used if the terms take VAT off)."""

    receipt: ReceiptId
    number: Number
    vat_fen: FeeFen = 0


class ClaimReward(Command):
    """Claim the reward for money received under one contract, and name the service team."""

    NAME: ClassVar[str] = "reward.claim"
    ZH: ClassVar[str] = "申报奖励"
    EN: ClassVar[str] = "Claim a reward"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_STAFF})
    FRESH: ClassVar[str | None] = "reward"
    reward: RewardId
    fund: FundId
    contract: ContractId
    lines: Annotated[tuple[ClaimedAllocation, ...], Field(min_length=1, max_length=200)]
    team: Annotated[tuple[TeamShare, ...], Field(min_length=1, max_length=100)]
    other_funding: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    on: date | None = None


class AcceptReward(Command):
    """Take a claim in."""

    NAME: ClassVar[str] = "reward.accept"
    ZH: ClassVar[str] = "受理申报"
    EN: ClassVar[str] = "Accept a claim"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_CLERKS
    reward: RewardId
    on: date | None = None


class ReturnReward(Command):
    """Give a claim back, with the reason; until the award every claim can be given back."""

    NAME: ClassVar[str] = "reward.return"
    ZH: ClassVar[str] = "退回申报"
    EN: ClassVar[str] = "Return a claim"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_CLERKS
    reward: RewardId
    on: date | None = None


# --- decide: claim, accept, return


def claim_reward(command: ClaimReward, case: Case) -> Decision:
    """Claim allocations of one contract of one's own institution.

    Refuses a closed fund, a contract that grants no right, a person or an allocation named twice,
    an allocation of another contract, in another live claim, for a purpose the fund does not
    reward, or with no money left.
    """
    fund, terms = open_terms(case, command.fund)
    if fund.closed:
        raise Refusal(Refused.FUND_IS_CLOSED, fund=command.fund)
    if case.read(Reward, command.reward).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.reward)
    contract = read_contract(case, command.contract)
    if isinstance(contract, ServiceContract):
        raise Refusal(Refused.DEAL_KIND_IS_NOT_REWARDED, kind=contract.kind)
    _need_each_once(command, case)
    parts = [_claimable(wanted, command.contract, terms, case) for wanted in command.lines]
    lines = tuple(
        _line(wanted, part, terms) for wanted, part in zip(command.lines, parts, strict=True)
    )
    before = fund.accrued(command.contract, command.reward)
    bases = [LineBase(line.receipt, line.base_fen) for line in lines]
    fact = RewardClaimed(
        reward=command.reward,
        fund=command.fund,
        contract=command.contract,
        counterparty=contract.counterparty,
        lines=lines,
        team=command.team,
        other_funding=command.other_funding,
        base_fen=sum(line.base_fen for line in lines),
        amount_fen=accrual_fen(terms, bases, before, len(command.team)),
        on=command.on or case.today,
    )
    money = (Ref(line.receipt, part.sequence) for line, part in zip(lines, parts, strict=True))
    rests_on = (Ref(command.fund, fund.opened), Ref(command.contract, contract.granted), *money)
    return Decision((New(fact, rests_on=rests_on),))


def _need_each_once(command: ClaimReward, case: Case) -> None:
    persons = [share.person for share in command.team]
    for person in persons:
        if persons.count(person) > 1:
            raise Refusal(Refused.TEAM_NAMES_A_PERSON_TWICE, person=person)
        need_person(case, person)
    places = [(line.receipt, line.number) for line in command.lines]
    for receipt, number in places:
        if places.count((receipt, number)) > 1:
            raise Refusal(Refused.CLAIM_NAMES_AN_ALLOCATION_TWICE, receipt=receipt, number=number)


def _claimable(
    wanted: ClaimedAllocation, contract: str, terms: FundTerms, case: Case
) -> Allocation:
    receipt = case.read(Receipt, wanted.receipt)
    if not receipt.known or receipt.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=wanted.receipt)
    need_covered(receipt)
    place = {"receipt": wanted.receipt, "number": wanted.number}
    part = receipt.allocations.get(wanted.number)
    if part is None:
        raise Refusal(Refused.ALLOCATION_IS_UNKNOWN, **place)
    if part.contract != contract:
        raise Refusal(Refused.ALLOCATION_IS_FOR_ANOTHER_CONTRACT, **place, contract=part.contract)
    if part.claimed_in is not None:
        raise Refusal(Refused.ALLOCATION_IS_IN_A_CLAIM, **place, reward=part.claimed_in)
    if part.purpose not in terms.purposes:
        raise Refusal(Refused.PURPOSE_IS_NOT_REWARDED, **place, purpose=part.purpose)
    return part


def _line(wanted: ClaimedAllocation, part: Allocation, terms: FundTerms) -> ClaimLine:
    taken_off_fen = wanted.vat_fen if terms.base_reduced_by_vat else 0
    if part.received_fen - taken_off_fen <= 0:
        raise Refusal(
            Refused.NOTHING_IS_LEFT_TO_REWARD,
            receipt=wanted.receipt,
            number=wanted.number,
            received_fen=part.received_fen,
            vat_fen=taken_off_fen,
        )
    return ClaimLine(
        receipt=wanted.receipt,
        number=wanted.number,
        base_fen=part.received_fen - taken_off_fen,
        vat_fen=wanted.vat_fen,
        value_date=part.value_date,
    )


def accept_reward(command: AcceptReward, case: Case) -> Decision:
    """Take a claim in; refused at any other stage than claimed."""
    reward = read_reward(case, command.reward, "claimed")
    day = stage_day(reward, command.on, case)
    fact = RewardAccepted(reward=command.reward, fund=reward.fund, on=day)
    return Decision((of_claimant(command.reward, reward, fact, "claimed"),))


def return_reward(command: ReturnReward, case: Case) -> Decision:
    """Give a claim back at any stage before the award; refused without a reason."""
    reward = read_reward(
        case, command.reward, "claimed", "accepted", "judged", "reviewed", "publicised"
    )
    if command.reason is None:
        raise Refusal(Refused.REASON_IS_NEEDED)
    fact = RewardReturned(
        reward=command.reward,
        fund=reward.fund,
        contract=reward.contract,
        receipts=receipts_of(reward),
        on=stage_day(reward, command.on, case),
    )
    return Decision((of_claimant(command.reward, reward, fact, "claimed"),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ClaimReward, claim_reward, (RewardClaimed,)),
    Declaration(AcceptReward, accept_reward, (RewardAccepted,)),
    Declaration(ReturnReward, return_reward, (RewardReturned,)),
)
