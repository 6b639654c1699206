"""Money that arrived: a credit line of a bank file is claimed and becomes a receipt."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from ledger import allocations, refunds
from ledger.accounts import FINANCE_CLERKS, Statement, own_account
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Ref
from ledger.counterparties import Counterparty
from ledger.declaration import Declaration
from ledger.facts import ReceiptClaimed
from ledger.facts.cash import Currency, Number
from ledger.money import Fen
from ledger.receipt_state import Allocation, ConfirmedPayer, Receipt, evolve
from ledger.refusals import Refusal, Refused
from ledger.subjects import AccountId, CounterpartyId, ReceiptId, StatementId

__all__ = [
    "DECLARATIONS",
    "Allocation",
    "ClaimReceipt",
    "ConfirmedPayer",
    "Receipt",
    "claim_receipt",
    "evolve",
]

BankText = Annotated[str, StringConstraints(max_length=2000)]
"""A text as the bank wrote it; banks leave fields empty."""


# --- Commands


class ClaimReceipt(Command):
    """Claim a credit line of a bank file as money for intellectual property.

    The caller names the line by its receipt id; everything the bank said about it comes from the
    vault, amounts in fen (money out is negative). `payer` is the registered counterparty that the
    bank names as payer; money of anybody else is confirmed by a second person.
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
    if command.payer is not None and not case.read(Counterparty, command.payer).known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.payer)
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


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ClaimReceipt, claim_receipt, (ReceiptClaimed,)),
    *allocations.DECLARATIONS,
    *refunds.DECLARATIONS,
)
