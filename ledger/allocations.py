"""Setting received money against contracts, taking it back, and confirming whose money it is."""

from collections import defaultdict
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.access import need_another_person
from ledger.accounts import FINANCE_CLERKS
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Ref
from ledger.contracts import Contract, Due, read_contract
from ledger.counterparties import Counterparty
from ledger.declaration import Declaration
from ledger.facts import PayerConfirmed, ReceiptAllocated, ReceiptDeallocated
from ledger.facts.base import Value
from ledger.facts.cash import Number
from ledger.facts.deals import PositiveFen, Purpose
from ledger.receipt_state import Receipt, own_allocation, own_receipt
from ledger.refusals import Refusal, Refused
from ledger.subjects import ContractId, CounterpartyId, ReceiptId

FINANCE_APPROVERS = frozenset({Role.FINANCE_APPROVER})

CONTRACT_CURRENCY = "CNY"
"""Contracts are kept in fen; a receipt in another currency is worth what its conversion brings."""


# --- Commands


class ConfirmPayer(Command):
    """Confirm, as a second person, that this receipt is that counterparty's money."""

    NAME: ClassVar[str] = "receipt.confirm-payer"
    ZH: ClassVar[str] = "确认付款人"
    EN: ClassVar[str] = "Confirm the payer"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_APPROVERS
    receipt: ReceiptId
    counterparty: CounterpartyId


class AllocationPart(Value):
    """One part of a receipt: how much in fen, for which contract, due date and purpose."""

    contract: ContractId
    instalment: Number | None = None
    purpose: Purpose
    amount_fen: PositiveFen


class AllocateReceipt(Command):
    """Set parts of a receipt against contracts; all of them or none."""

    NAME: ClassVar[str] = "receipt.allocate"
    ZH: ClassVar[str] = "核销到合同"
    EN: ClassVar[str] = "Allocate a receipt"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_CLERKS
    receipt: ReceiptId
    parts: Annotated[tuple[AllocationPart, ...], Field(min_length=1, max_length=100)]


class DeallocateReceipt(Command):
    """Take an allocation back, wholly (no amount) or in part, with a reason."""

    NAME: ClassVar[str] = "receipt.deallocate"
    ZH: ClassVar[str] = "撤销核销"
    EN: ClassVar[str] = "Take an allocation back"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_APPROVERS
    receipt: ReceiptId
    number: Number
    amount_fen: PositiveFen | None = None


# --- What allocations and bank fees ask of a contract's schedule


def open_due(contract: Contract, contract_id: str, number: int) -> Due:
    """The due of that number, or a refusal."""
    due = contract.schedule.due(number)
    if due is None:
        raise Refusal(Refused.INSTALMENT_IS_UNKNOWN, contract=contract_id, instalment=number)
    return due


def need_room(due: Due, contract_id: str, amount_fen: int, open_fen: int) -> None:
    """Refuse an amount larger than what is still open, both in fen."""
    if amount_fen > open_fen:
        raise Refusal(
            Refused.INSTALMENT_WOULD_BE_OVERPAID,
            contract=contract_id,
            instalment=due.number,
            amount_fen=amount_fen,
            open_fen=open_fen,
        )


def refs(contract: Contract, contract_id: str, due: Due | None) -> tuple[Ref, ...]:
    """What money set against a contract rests on: the contract, and the fact that made it due."""
    sequences = (contract.granted,) if due is None else (contract.granted, due.since)
    return tuple(Ref(contract_id, sequence) for sequence in dict.fromkeys(sequences))


# --- decide


def confirm_payer(command: ConfirmPayer, case: Case) -> Decision:
    """Confirm for whom a payer paid. Refuses whoever claimed the receipt, and a second time."""
    receipt = own_receipt(case, command.receipt)
    if not case.read(Counterparty, command.counterparty).known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.counterparty)
    if receipt.stands_for(command.counterparty) is not None:
        raise Refusal(
            Refused.PAYER_IS_CONFIRMED_ALREADY,
            receipt=command.receipt,
            counterparty=command.counterparty,
        )
    need_another_person(case, receipt.claimed_by, done="receipt.claim")
    fact = PayerConfirmed(receipt=command.receipt, counterparty=command.counterparty, on=case.today)
    return Decision((New(fact, rests_on=(Ref(command.receipt, receipt.claimed),)),))


def allocate_receipt(command: AllocateReceipt, case: Case) -> Decision:
    """Allocate parts of a receipt, numbered on from its last allocation, on its value date.

    Refuses more than is free, more than an instalment lacks, a purpose other than the
    instalment's, a counterparty the money is not confirmed for, and any currency but CNY.
    """
    receipt = own_receipt(case, command.receipt)
    if receipt.currency != CONTRACT_CURRENCY:
        raise Refusal(
            Refused.RECEIPT_IS_IN_ANOTHER_CURRENCY,
            receipt=command.receipt,
            currency=receipt.currency,
        )
    wanted_fen = sum(part.amount_fen for part in command.parts)
    if wanted_fen > receipt.free_fen:
        raise Refusal(
            Refused.MORE_THAN_IS_THERE,
            receipt=command.receipt,
            amount_fen=wanted_fen,
            there_fen=receipt.free_fen,
        )
    taken_fen: dict[tuple[str, int | None], int] = defaultdict(int)
    first = max(receipt.allocations, default=0) + 1
    new = []
    for number, part in enumerate(command.parts, first):
        place = (part.contract, part.instalment)
        new.append(_allocation(case, receipt, number, part, taken_fen[place]))
        taken_fen[place] += part.amount_fen
    return Decision(tuple(new))


def _allocation(
    case: Case, receipt: Receipt, number: int, part: AllocationPart, taken_fen: int
) -> New:
    """One part as a fact; `taken_fen` is what earlier parts put on the same instalment."""
    contract = read_contract(case, part.contract)
    stands = receipt.stands_for(contract.counterparty)
    if stands is None:
        raise Refusal(
            Refused.PAYER_NEEDS_CONFIRMATION,
            receipt=receipt.receipt,
            counterparty=contract.counterparty,
        )
    due = None
    if part.instalment is not None:
        due = open_due(contract, part.contract, part.instalment)
        if part.purpose != due.purpose:
            raise Refusal(
                Refused.PURPOSE_IS_NOT_THE_INSTALMENTS,
                instalment=due.number,
                purpose=part.purpose,
                instalment_purpose=due.purpose,
            )
        need_room(due, part.contract, part.amount_fen, due.open_fen - taken_fen)
    fact = ReceiptAllocated(
        receipt=receipt.receipt,
        number=number,
        contract=part.contract,
        instalment=part.instalment,
        purpose=part.purpose,
        amount_fen=part.amount_fen,
        value_date=receipt.value_date,
    )
    own = dict.fromkeys((Ref(receipt.receipt, receipt.claimed), stands))
    return New(fact, rests_on=(*own, *refs(contract, part.contract, due)))


def deallocate_receipt(command: DeallocateReceipt, case: Case) -> Decision:
    """Take an allocation back, on the value date it had. Another person than the allocator does it.

    Refused while a reward claim counts the allocation: the claim is returned or refused first,
    and after an award only a refund or a reversal changes what the award rests on. What a
    correction left without money behind it may be taken back all the same, so that the award sees
    it is gone.
    """
    if command.reason is None:
        raise Refusal(Refused.REASON_IS_NEEDED, command=command.NAME)
    receipt = own_receipt(case, command.receipt)
    part = own_allocation(receipt, command.number)
    amount_fen = part.received_fen if command.amount_fen is None else command.amount_fen
    if part.claimed_in is not None and amount_fen > -receipt.free_fen:
        raise Refusal(
            Refused.ALLOCATION_IS_IN_A_CLAIM,
            receipt=command.receipt,
            number=command.number,
            claim=part.claimed_in,
        )
    if part.received_fen == 0 or amount_fen > part.received_fen:
        raise Refusal(
            Refused.MORE_THAN_IS_THERE,
            receipt=command.receipt,
            amount_fen=amount_fen,
            there_fen=part.received_fen,
        )
    need_another_person(case, part.actor, done="receipt.allocate")
    fact = ReceiptDeallocated(
        receipt=command.receipt,
        number=part.number,
        contract=part.contract,
        instalment=part.instalment,
        purpose=part.purpose,
        amount_fen=amount_fen,
        value_date=part.value_date,
    )
    return Decision((New(fact, rests_on=(Ref(command.receipt, part.sequence),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ConfirmPayer, confirm_payer, (PayerConfirmed,)),
    Declaration(AllocateReceipt, allocate_receipt, (ReceiptAllocated,)),
    Declaration(DeallocateReceipt, deallocate_receipt, (ReceiptDeallocated,)),
)
