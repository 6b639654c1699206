"""Money in the bank: accounts, statements, receipts and what they paid for."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from ledger.facts.base import Fact, Value, each_once
from ledger.facts.deals import PositiveFen, Purpose
from ledger.money import Fen
from ledger.subjects import (
    AccountId,
    ContractId,
    CounterpartyId,
    Digest,
    ReceiptId,
    StatementId,
    Text,
)

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]
Holder = Literal["institution", "asset-company", "exchange-escrow", "acceptance-bill"]


class AccountRegistered(Fact):
    """A bank account into which fees arrive; `holder` says whose account it really is."""

    TOPIC: ClassVar[str] = "account-registered.v1"
    account: AccountId
    bank: Text
    holder: Holder
    currency: Currency
    number_commitment: Digest
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.account,)


class StatementImported(Fact):
    """A bank file was taken in: its hash, counts, sums and balances; the lines stay in the vault.

    `credit_fen` and `debit_fen` are sums over the accepted lines, both not negative.
    """

    TOPIC: ClassVar[str] = "statement-imported.v1"
    EFFECTIVE: ClassVar[str] = "last_day"
    statement: StatementId
    account: AccountId
    format: Text
    file_sha256: Digest
    accepted: Count
    duplicates: Count
    rejected: Count
    credit_fen: Fen
    debit_fen: Fen
    opening_fen: Fen | None
    closing_fen: Fen | None
    first_day: date
    last_day: date

    def subjects(self) -> tuple[str, ...]:
        return (self.statement, self.account)


class ReceiptClaimed(Fact):
    """A credit line of a bank file was claimed as money for intellectual property.

    Who paid and the remittance text lie in the vault under the line's own key; `payer` is set
    where the payer is a registered counterparty.
    """

    TOPIC: ClassVar[str] = "receipt-claimed.v1"
    EFFECTIVE: ClassVar[str] = "value_date"
    REPORTED: ClassVar[bool] = True
    receipt: ReceiptId
    statement: StatementId
    account: AccountId
    line: Number
    holder: Holder
    amount_fen: PositiveFen
    currency: Currency
    booking_date: date
    value_date: date
    payer: CounterpartyId | None
    payer_commitment: Digest
    remittance_commitment: Digest

    def subjects(self) -> tuple[str, ...]:
        return (self.receipt, self.statement)


class PayerConfirmed(Fact):
    """A second person confirmed that this payer paid for that counterparty."""

    TOPIC: ClassVar[str] = "payer-confirmed.v1"
    receipt: ReceiptId
    counterparty: CounterpartyId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.receipt,)


class ReceiptAllocated(Fact):
    """Part of a receipt was set against a contract, for one purpose.

    `number` counts the allocations of the receipt from 1. `instalment` is null where the contract
    names no due date for this money.
    """

    TOPIC: ClassVar[str] = "receipt-allocated.v1"
    EFFECTIVE: ClassVar[str] = "value_date"
    receipt: ReceiptId
    number: Number
    contract: ContractId
    instalment: Number | None
    purpose: Purpose
    amount_fen: PositiveFen
    value_date: date

    def subjects(self) -> tuple[str, ...]:
        return (self.receipt, self.contract)


class ReceiptDeallocated(Fact):
    """An allocation was taken back, wholly or in part; the money is free again."""

    TOPIC: ClassVar[str] = "receipt-deallocated.v1"
    EFFECTIVE: ClassVar[str] = "value_date"
    receipt: ReceiptId
    number: Number
    contract: ContractId
    instalment: Number | None
    purpose: Purpose
    amount_fen: PositiveFen
    value_date: date

    def subjects(self) -> tuple[str, ...]:
        return (self.receipt, self.contract)


class BankFeeRecorded(Fact):
    """The bank kept a fee out of a payment: the instalment is settled, the fee not received."""

    TOPIC: ClassVar[str] = "bank-fee-recorded.v1"
    REPORTED: ClassVar[bool] = True
    EFFECTIVE: ClassVar[str] = "value_date"
    receipt: ReceiptId
    contract: ContractId
    instalment: Number
    fee_fen: PositiveFen
    value_date: date

    def subjects(self) -> tuple[str, ...]:
        return (self.receipt, self.contract)


class ReceiptRefunded(Fact):
    """Money was paid back to the payer, out of one allocation or out of the free rest."""

    TOPIC: ClassVar[str] = "receipt-refunded.v1"
    REPORTED: ClassVar[bool] = True
    receipt: ReceiptId
    number: Number | None
    contract: ContractId | None
    instalment: Number | None
    purpose: Purpose | None
    amount_fen: PositiveFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.receipt, self.contract)


class UndoneAllocation(Value):
    """What was left of one allocation when its receipt was reversed."""

    number: Number
    contract: ContractId
    instalment: Number | None
    purpose: Purpose
    amount_fen: PositiveFen


class ReceiptReversed(Fact):
    """The bank undid the credit (冲正): the money never was the institution's.

    `undone` lists what was still allocated; it falls with the receipt.
    """

    TOPIC: ClassVar[str] = "receipt-reversed.v1"
    REPORTED: ClassVar[bool] = True
    receipt: ReceiptId
    amount_fen: PositiveFen
    undone: tuple[UndoneAllocation, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.receipt, *(part.contract for part in self.undone))
