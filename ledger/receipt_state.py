"""A receipt as its facts leave it: how much came, where it went, and what is still free."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from ledger.case import Case, Recorded, Ref
from ledger.facts import (
    BankFeeRecorded,
    PayerConfirmed,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardClaimed,
    RewardRefused,
    RewardReturned,
)
from ledger.facts.cash import Holder
from ledger.facts.deals import Purpose
from ledger.refusals import Refusal, Refused

# --- State


@dataclass(frozen=True, slots=True)
class Allocation:
    """One part of a receipt set against a contract.

    `sequence` is its fact's place in the receipt's chain, `claimed_in` the live reward claim that
    counts it, `undone` whether it fell with the receipt.
    """

    number: int
    contract: str
    instalment: int | None
    purpose: Purpose
    amount_fen: int
    value_date: date
    actor: str
    sequence: int
    deallocated_fen: int = 0
    refunded_fen: int = 0
    claimed_in: str | None = None
    undone: bool = False

    @property
    def received_fen(self) -> int:
        """What the institution still holds of it, in fen."""
        return 0 if self.undone else self.amount_fen - self.deallocated_fen - self.refunded_fen


@dataclass(frozen=True, slots=True)
class ConfirmedPayer:
    """For whom the payer paid, who confirmed it, and that fact's place in the receipt's chain."""

    counterparty: str
    actor: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """One credit on a bank account and where its money went.

    As long as the bank leaves it, amount = allocated + refunded + free, all in fen. Where a
    correction made the amount smaller than what had been allocated, `free_fen` is negative.
    `claimed` is the sequence of the claim in the receipt's chain.
    """

    known: bool = False
    institution: str = ""
    receipt: str = ""
    statement: str = ""
    account: str = ""
    holder: Holder = "institution"
    amount_fen: int = 0
    currency: str = ""
    value_date: date = date.min
    payer: str | None = None
    confirmed: tuple[ConfirmedPayer, ...] = ()
    claimed: int = 0
    claimed_by: str = ""
    allocations: Mapping[int, Allocation] = field(default_factory=dict)
    refunded_free_fen: int = 0
    reversed: bool = False

    @property
    def allocated_fen(self) -> int:
        """What stands against contracts and is still held, in fen."""
        return sum(part.received_fen for part in self.allocations.values())

    @property
    def refunded_fen(self) -> int:
        """What went back to the payer, in fen."""
        out_of_parts = sum(part.refunded_fen for part in self.allocations.values())
        return self.refunded_free_fen + out_of_parts

    @property
    def free_fen(self) -> int:
        """What may still be allocated or refunded, in fen; nothing once the bank undid it."""
        if self.reversed:
            return 0
        return self.amount_fen - self.allocated_fen - self.refunded_fen

    def stands_for(self, counterparty: str) -> Ref | None:
        """The fact that makes this money that counterparty's, if there is one."""
        if self.payer == counterparty:
            return Ref(self.receipt, self.claimed)
        for payer in self.confirmed:
            if payer.counterparty == counterparty:
                return Ref(self.receipt, payer.sequence)
        return None


# --- evolve

ReceiptFact = (
    ReceiptClaimed
    | PayerConfirmed
    | ReceiptAllocated
    | ReceiptDeallocated
    | BankFeeRecorded
    | ReceiptRefunded
    | ReceiptReversed
    | RewardClaimed
    | RewardReturned
    | RewardRefused
)


def evolve(state: Receipt, fact: ReceiptFact, seen: Recorded) -> Receipt:
    """Fold one fact about a receipt; reward claims mark the allocations they count."""
    match fact:
        case ReceiptClaimed():
            return _claimed(state, fact, seen)
        case PayerConfirmed():
            payer = ConfirmedPayer(fact.counterparty, seen.actor, seen.sequences[fact.receipt])
            return replace(state, confirmed=(*state.confirmed, payer))
        case ReceiptAllocated():
            part = Allocation(
                number=fact.number,
                contract=fact.contract,
                instalment=fact.instalment,
                purpose=fact.purpose,
                amount_fen=fact.amount_fen,
                value_date=fact.value_date,
                actor=seen.actor,
                sequence=seen.sequences[fact.receipt],
            )
            return replace(state, allocations={**state.allocations, part.number: part})
        case ReceiptDeallocated():
            return _change(state, fact.number, deallocated_fen=fact.amount_fen)
        case BankFeeRecorded():
            return state
        case ReceiptRefunded():
            if fact.number is not None:
                return _change(state, fact.number, refunded_fen=fact.amount_fen)
            return replace(state, refunded_free_fen=state.refunded_free_fen + fact.amount_fen)
        case ReceiptReversed():
            undone = {n: replace(part, undone=True) for n, part in state.allocations.items()}
            return replace(state, reversed=True, allocations=undone)
        case RewardClaimed():
            numbers = {line.number for line in fact.lines if line.receipt == state.receipt}
            return _mark(state, numbers, fact.reward)
        case RewardReturned() | RewardRefused():
            freed = {n for n, part in state.allocations.items() if part.claimed_in == fact.reward}
            return _mark(state, freed, None)
        case _:
            assert_never(fact)


def _claimed(state: Receipt, fact: ReceiptClaimed, seen: Recorded) -> Receipt:
    return replace(
        state,
        known=True,
        institution=seen.institution,
        receipt=fact.receipt,
        statement=fact.statement,
        account=fact.account,
        holder=fact.holder,
        amount_fen=fact.amount_fen,
        currency=fact.currency,
        value_date=fact.value_date,
        payer=fact.payer,
        claimed=seen.sequences[fact.receipt],
        claimed_by=seen.actor,
    )


def _change(
    state: Receipt, number: int, deallocated_fen: int = 0, refunded_fen: int = 0
) -> Receipt:
    """Add to what left one allocation; a number the receipt does not have changes nothing."""
    part = state.allocations.get(number)
    if part is None:
        return state
    changed = replace(
        part,
        deallocated_fen=part.deallocated_fen + deallocated_fen,
        refunded_fen=part.refunded_fen + refunded_fen,
    )
    return replace(state, allocations={**state.allocations, number: changed})


def _mark(state: Receipt, numbers: set[int], reward: str | None) -> Receipt:
    marked = {
        number: replace(part, claimed_in=reward) if number in numbers else part
        for number, part in state.allocations.items()
    }
    return replace(state, allocations=marked)


def own_receipt(case: Case, receipt_id: str) -> Receipt:
    """A claimed receipt of the case's institution that the bank did not undo."""
    receipt = case.read(Receipt, receipt_id)
    if not receipt.known or receipt.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=receipt_id)
    if receipt.reversed:
        raise Refusal(Refused.RECEIPT_IS_REVERSED, receipt=receipt_id)
    return receipt


def need_covered(receipt: Receipt) -> None:
    """Refuse to reckon with allocations that a correction left without money behind them."""
    if receipt.free_fen < 0:
        raise Refusal(
            Refused.RECEIPT_IS_OVERALLOCATED, receipt=receipt.receipt, over_fen=-receipt.free_fen
        )


def own_allocation(receipt: Receipt, number: int) -> Allocation:
    """An allocation of a receipt by its number."""
    part = receipt.allocations.get(number)
    if part is None:
        raise Refusal(Refused.ALLOCATION_IS_UNKNOWN, receipt=receipt.receipt, number=number)
    return part
