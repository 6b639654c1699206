"""Money that arrived: bank lines claimed as receipts, and what is left of each."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import StringConstraints

from ledger.accounts import FINANCE_CLERKS, Statement, own_account
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.counterparties import Counterparty
from ledger.declaration import Declaration
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
from ledger.facts.cash import Currency, Holder, Number
from ledger.facts.deals import Purpose
from ledger.money import Fen
from ledger.refusals import Refusal, Refused
from ledger.subjects import AccountId, CounterpartyId, ReceiptId, StatementId

BankText = Annotated[str, StringConstraints(max_length=2000)]
"""A text as the bank wrote it; banks leave fields empty."""


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

    At every moment amount = allocated + refunded + free, all in fen, unless a correction made the
    amount smaller than what had been allocated: then `free_fen` is negative by the difference.
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


def own_allocation(receipt: Receipt, number: int) -> Allocation:
    """An allocation of a receipt by its number."""
    part = receipt.allocations.get(number)
    if part is None:
        raise Refusal(Refused.ALLOCATION_IS_UNKNOWN, receipt=receipt.receipt, number=number)
    return part


# --- Commands


class ClaimReceipt(Command):
    """Claim a credit line of a bank file as money for intellectual property.

    The caller names the line by its receipt id; everything the bank said about it comes from the
    vault, amounts in fen (money out is negative). `payer` names a registered firm whose name the
    bank gives as the payer's; whoever else paid is confirmed by a second person.
    """

    NAME: ClassVar[str] = "receipt.claim"
    ZH: ClassVar[str] = "认领到款"
    EN: ClassVar[str] = "Claim a receipt"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_CLERKS
    PRIVATE: ClassVar[tuple[str, ...]] = ("payer_name", "payer_account", "remittance")
    receipt: ReceiptId
    statement: StatementId
    account: AccountId
    line: Number
    amount_fen: Fen
    currency: Currency
    booking_date: date
    value_date: date
    reversal: bool
    payer: CounterpartyId | None = None
    payer_name: BankText
    payer_account: BankText
    remittance: BankText


# --- decide


def claim_receipt(command: ClaimReceipt, case: Case) -> Decision:
    """Claim a bank line once. Refuses money out, the bank's own reversal lines, unknown payers."""
    if case.read(Receipt, command.receipt).known:
        raise Refusal(Refused.RECEIPT_IS_CLAIMED_ALREADY, receipt=command.receipt)
    if command.reversal:
        raise Refusal(Refused.LINE_IS_A_REVERSAL, receipt=command.receipt)
    if command.amount_fen <= 0:
        raise Refusal(Refused.LINE_IS_NOT_A_CREDIT, receipt=command.receipt)
    account = own_account(case, command.account)
    statement = case.read(Statement, command.statement)
    if not statement.known or statement.account != command.account:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.statement)
    if command.payer is not None:
        _need_payer(case, command.payer, command.payer_name)
    fact = ReceiptClaimed(
        receipt=command.receipt,
        statement=command.statement,
        account=command.account,
        line=command.line,
        holder=account.holder,
        amount_fen=command.amount_fen,
        currency=command.currency,
        booking_date=command.booking_date,
        value_date=command.value_date,
        payer=command.payer,
        payer_commitment=case.commitments["payer"],
        remittance_commitment=case.commitments["remittance"],
    )
    return Decision((New(fact, rests_on=(Ref(command.statement, statement.imported),)),))


def _need_payer(case: Case, payer: str, name: str) -> None:
    """A payer may be named only where the bank's text is that firm's registered name.

    Otherwise one clerk could declare a stranger's money to be the licensee's, which takes two.
    """
    registered = case.read(Counterparty, payer)
    if not registered.known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=payer)
    if registered.name is None or _plain(registered.name) != _plain(name):
        raise Refusal(Refused.PAYER_NAME_DIFFERS, payer=payer)


def _plain(name: str) -> str:
    """A name as banks and registers both would give it: one width, no blanks, one case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ClaimReceipt, claim_receipt, (ReceiptClaimed,)),
)
