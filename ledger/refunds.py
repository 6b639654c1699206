"""What happened to money after it arrived: fees the bank kept, refunds, and reversals."""

from datetime import date
from typing import ClassVar

from ledger.accounts import FINANCE_CLERKS
from ledger.actors import Role
from ledger.allocations import FINANCE_APPROVERS, need_room, open_due, refs
from ledger.case import Case, Command, Decision, New, Ref
from ledger.contracts import read_contract
from ledger.declaration import Declaration
from ledger.facts import BankFeeRecorded, ReceiptRefunded, ReceiptReversed
from ledger.facts.cash import Number, UndoneAllocation
from ledger.facts.deals import PositiveFen
from ledger.receipt_state import Receipt, own_allocation, own_receipt
from ledger.refusals import Refusal, Refused
from ledger.subjects import ContractId, ReceiptId

# --- Commands


class RecordBankFee(Command):
    """Report that the bank kept a fee out of a payment, so that the instalment counts as settled.

    The value date is the receipt's unless another one is given.
    """

    NAME: ClassVar[str] = "receipt.record-fee"
    ZH: ClassVar[str] = "登记银行扣费"
    EN: ClassVar[str] = "Record a bank fee"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_CLERKS
    receipt: ReceiptId
    contract: ContractId
    instalment: Number
    fee_fen: PositiveFen
    value_date: date | None = None


class RefundReceipt(Command):
    """Report money paid back to the payer, out of one allocation or (no number) the free rest."""

    NAME: ClassVar[str] = "receipt.refund"
    ZH: ClassVar[str] = "登记退款"
    EN: ClassVar[str] = "Record a refund"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_APPROVERS
    receipt: ReceiptId
    number: Number | None = None
    amount_fen: PositiveFen
    on: date | None = None


class ReverseReceipt(Command):
    """Report that the bank undid the credit (冲正)."""

    NAME: ClassVar[str] = "receipt.reverse"
    ZH: ClassVar[str] = "登记冲正"
    EN: ClassVar[str] = "Record a reversal"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_APPROVERS
    receipt: ReceiptId
    on: date | None = None


# --- decide


def record_bank_fee(command: RecordBankFee, case: Case) -> Decision:
    """Record a fee kept by the bank. Refuses one larger than what the instalment lacks."""
    receipt = own_receipt(case, command.receipt)
    contract = read_contract(case, command.contract)
    due = open_due(contract, command.contract, command.instalment)
    need_room(due, command.contract, command.fee_fen, due.open_fen)
    fact = BankFeeRecorded(
        receipt=command.receipt,
        contract=command.contract,
        instalment=command.instalment,
        fee_fen=command.fee_fen,
        value_date=command.value_date or receipt.value_date,
    )
    rests_on = (Ref(command.receipt, receipt.claimed), *refs(contract, command.contract, due))
    return Decision((New(fact, rests_on=rests_on),))


def refund_receipt(command: RefundReceipt, case: Case) -> Decision:
    """Record a refund, also of money a reward was paid for: it happened. Refuses what is not there.

    A refund dated before the money came contradicts itself and is refused.
    """
    receipt = own_receipt(case, command.receipt)
    on = command.on or case.today
    _need_day_after_arrival(receipt, on)
    part = None if command.number is None else own_allocation(receipt, command.number)
    there_fen = part.received_fen if part else receipt.free_fen
    if command.amount_fen > there_fen:
        raise Refusal(
            Refused.MORE_THAN_IS_THERE,
            receipt=command.receipt,
            amount_fen=command.amount_fen,
            there_fen=there_fen,
        )
    fact = ReceiptRefunded(
        receipt=command.receipt,
        number=command.number,
        contract=part.contract if part else None,
        instalment=part.instalment if part else None,
        purpose=part.purpose if part else None,
        amount_fen=command.amount_fen,
        on=on,
    )
    source = part.sequence if part else receipt.claimed
    return Decision((New(fact, rests_on=(Ref(command.receipt, source),)),))


def reverse_receipt(command: ReverseReceipt, case: Case) -> Decision:
    """Record that the bank undid the credit, with what was still allocated at that moment."""
    receipt = own_receipt(case, command.receipt)
    on = command.on or case.today
    _need_day_after_arrival(receipt, on)
    held = [part for part in receipt.allocations.values() if part.received_fen > 0]
    fact = ReceiptReversed(
        receipt=command.receipt,
        amount_fen=receipt.amount_fen,
        undone=tuple(
            UndoneAllocation(
                number=part.number,
                contract=part.contract,
                instalment=part.instalment,
                purpose=part.purpose,
                amount_fen=part.received_fen,
            )
            for part in held
        ),
        on=on,
    )
    sequences = (receipt.claimed, *(part.sequence for part in held))
    return Decision((New(fact, rests_on=tuple(Ref(command.receipt, n) for n in sequences)),))


def _need_day_after_arrival(receipt: Receipt, on: date) -> None:
    if on < receipt.value_date:
        raise Refusal(
            Refused.END_MUST_NOT_PRECEDE_START,
            starts=receipt.value_date.isoformat(),
            ends=on.isoformat(),
        )


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RecordBankFee, record_bank_fee, (BankFeeRecorded,)),
    Declaration(RefundReceipt, refund_receipt, (ReceiptRefunded,)),
    Declaration(ReverseReceipt, reverse_receipt, (ReceiptReversed,)),
)
