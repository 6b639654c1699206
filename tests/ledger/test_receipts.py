"""Receipts: claimed once, for a payer two people agree on, and what became of the money."""

from datetime import date

import pytest

from ledger.accounts import RegisterAccount
from ledger.allocations import ConfirmPayer
from ledger.case import Command, Ref
from ledger.facts import (
    ReceiptClaimed,
    ReceiptRefunded,
    ReceiptReversed,
)
from ledger.refunds import RecordBankFee, RefundReceipt, ReverseReceipt
from ledger.refusals import Refused
from tests.ledger.cash_given import (
    APPROVER,
    ARRIVED,
    CLERK,
    COMMITMENTS,
    FOREIGN_ACCOUNT,
    LICENSE,
    LICENSEE,
    OTHER_UNIVERSITY,
    RECEIPT,
    SECOND_LICENSE,
    STATEMENT,
    STRANGER,
    CashDesk,
    allocate,
    cash_desk,
    claim,
    put_into_a_claim,
    take_back,
    uuid,
)


@pytest.fixture
def desk() -> CashDesk:
    return cash_desk()


@pytest.fixture
def claimed(desk: CashDesk) -> CashDesk:
    """1,000.00 yuan from the licensee."""
    desk.tell(claim())
    return desk


@pytest.fixture
def allocated(claimed: CashDesk) -> CashDesk:
    """600.00 of them on the first instalment."""
    claimed.tell(allocate(60_000))
    return claimed


# --- claiming


def test_a_claimed_line_becomes_a_receipt_with_the_accounts_holder(desk: CashDesk) -> None:
    (new,) = desk.tell(claim()).new
    assert isinstance(new.fact, ReceiptClaimed)
    assert new.fact.holder == "institution"
    assert new.fact.effective == ARRIVED
    assert new.fact.payer_commitment == COMMITMENTS["payer"]
    assert new.fact.remittance_commitment == COMMITMENTS["remittance"]
    assert new.rests_on == (Ref(STATEMENT, 1),)
    receipt = desk.receipt()
    assert (receipt.free_fen, receipt.allocated_fen) == (100_000, 0)
    assert (receipt.claimed, receipt.claimed_by) == (1, CLERK)


def test_a_line_is_claimed_once(claimed: CashDesk) -> None:
    claimed.denies(Refused.RECEIPT_IS_CLAIMED_ALREADY, claim())


def test_money_out_is_no_receipt(desk: CashDesk) -> None:
    desk.denies(Refused.LINE_IS_NOT_A_CREDIT, claim(amount_fen=-100))


def test_a_reversal_by_the_bank_is_no_receipt(desk: CashDesk) -> None:
    desk.denies(Refused.LINE_IS_A_REVERSAL, claim(reversal=True))


def test_the_file_and_the_payer_of_a_claim_are_known(desk: CashDesk) -> None:
    unknown_payer = claim(payer=f"counterparty:{uuid(98)}")
    unknown_file = claim().model_copy(update={"statement": f"statement:{uuid(97)}"})
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, unknown_payer)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, unknown_file)


def test_a_line_is_claimed_for_the_account_of_its_file(desk: CashDesk) -> None:
    other = RegisterAccount(
        account=FOREIGN_ACCOUNT, bank="交通银行", holder="asset-company", number="6222"
    )
    desk.tell(other)
    refusal = desk.denies(Refused.SUBJECT_IS_UNKNOWN, claim(account=FOREIGN_ACCOUNT))
    assert refusal.values == {"subject": STATEMENT}


def test_another_institution_cannot_claim_the_line(desk: CashDesk) -> None:
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, claim(), institution=OTHER_UNIVERSITY)


# --- payers


def test_money_of_a_stranger_needs_a_second_person(desk: CashDesk) -> None:
    desk.tell(claim(payer=None))
    refusal = desk.denies(Refused.PAYER_NEEDS_CONFIRMATION, allocate(60_000))
    assert refusal.values == {"receipt": RECEIPT, "counterparty": LICENSEE}
    confirmation = ConfirmPayer(receipt=RECEIPT, counterparty=LICENSEE)
    desk.denies(Refused.ANOTHER_PERSON_MUST_DO_THIS, confirmation, actor=CLERK)
    desk.tell(confirmation, APPROVER)
    (new,) = desk.tell(allocate(60_000)).new
    assert Ref(RECEIPT, 2) in new.rests_on
    assert desk.receipt().confirmed[0].actor == APPROVER


def test_a_payer_is_confirmed_once(claimed: CashDesk) -> None:
    named = ConfirmPayer(receipt=RECEIPT, counterparty=LICENSEE)
    claimed.denies(Refused.PAYER_IS_CONFIRMED_ALREADY, named, actor=APPROVER)
    other = ConfirmPayer(receipt=RECEIPT, counterparty=STRANGER)
    claimed.tell(other, APPROVER)
    claimed.denies(Refused.PAYER_IS_CONFIRMED_ALREADY, other, actor=APPROVER)


def test_an_unregistered_counterparty_is_not_confirmed(claimed: CashDesk) -> None:
    unknown = ConfirmPayer(receipt=RECEIPT, counterparty=f"counterparty:{uuid(98)}")
    claimed.denies(Refused.SUBJECT_IS_UNKNOWN, unknown, actor=APPROVER)


# --- what the bank and the payer do


def test_a_bank_fee_settles_without_being_received(allocated: CashDesk) -> None:
    allocated.tell(RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=40_000))
    assert allocated.settled_fen() == 100_000
    assert allocated.state(LICENSE).schedule.received_fen == 60_000
    assert allocated.receipt().free_fen == 40_000
    too_much = RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=2, fee_fen=50_001)
    allocated.denies(Refused.INSTALMENT_WOULD_BE_OVERPAID, too_much)


def test_a_refund_out_of_an_allocation_is_recorded_even_in_a_claim(allocated: CashDesk) -> None:
    put_into_a_claim(allocated, RECEIPT)
    refund = RefundReceipt(receipt=RECEIPT, number=1, amount_fen=10_000)
    (new,) = allocated.tell(refund, APPROVER).new
    assert isinstance(new.fact, ReceiptRefunded)
    assert (new.fact.contract, new.fact.instalment) == (LICENSE, 1)
    assert new.rests_on == (Ref(RECEIPT, 2),)
    receipt = allocated.receipt()
    assert receipt.allocations[1].received_fen == 50_000
    assert (receipt.free_fen, receipt.refunded_fen) == (40_000, 10_000)
    assert allocated.settled_fen() == 50_000


def test_a_refund_of_the_free_rest_names_no_contract(allocated: CashDesk) -> None:
    (new,) = allocated.tell(RefundReceipt(receipt=RECEIPT, amount_fen=40_000), APPROVER).new
    assert new.fact.subjects() == (RECEIPT,)
    assert allocated.receipt().free_fen == 0
    allocated.denies(
        Refused.MORE_THAN_IS_THERE, RefundReceipt(receipt=RECEIPT, amount_fen=1), actor=APPROVER
    )


def test_no_more_is_refunded_than_an_allocation_holds(allocated: CashDesk) -> None:
    refund = RefundReceipt(receipt=RECEIPT, number=1, amount_fen=60_001)
    allocated.denies(Refused.MORE_THAN_IS_THERE, refund, actor=APPROVER)


@pytest.mark.parametrize(
    "command",
    [
        RefundReceipt(receipt=RECEIPT, amount_fen=1, on=date(2022, 6, 9)),
        ReverseReceipt(receipt=RECEIPT, on=date(2022, 6, 9)),
    ],
)
def test_money_does_not_leave_before_it_came(allocated: CashDesk, command: Command) -> None:
    allocated.denies(Refused.END_MUST_NOT_PRECEDE_START, command, actor=APPROVER)


def test_a_reversal_undoes_what_was_left_of_every_allocation(allocated: CashDesk) -> None:
    allocated.tell(allocate(30_000, SECOND_LICENSE))
    allocated.tell(take_back(10_000), APPROVER)
    allocated.tell(RefundReceipt(receipt=RECEIPT, number=1, amount_fen=5_000), APPROVER)
    (new,) = allocated.tell(ReverseReceipt(receipt=RECEIPT), APPROVER).new
    assert isinstance(new.fact, ReceiptReversed)
    undone = [(part.number, part.contract, part.amount_fen) for part in new.fact.undone]
    assert undone == [(1, LICENSE, 45_000), (2, SECOND_LICENSE, 30_000)]
    assert new.rests_on == (Ref(RECEIPT, 1), Ref(RECEIPT, 2), Ref(RECEIPT, 3))
    receipt = allocated.receipt()
    assert (receipt.allocated_fen, receipt.free_fen) == (0, 0)
    assert [part.received_fen for part in receipt.allocations.values()] == [0, 0]
    assert allocated.settled_fen() == allocated.settled_fen(SECOND_LICENSE) == 0


@pytest.mark.parametrize(
    "command",
    [
        allocate(1),
        take_back(),
        ConfirmPayer(receipt=RECEIPT, counterparty=STRANGER),
        RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=1),
        RefundReceipt(receipt=RECEIPT, amount_fen=1),
        ReverseReceipt(receipt=RECEIPT),
    ],
)
def test_nothing_more_happens_to_a_reversed_receipt(allocated: CashDesk, command: Command) -> None:
    allocated.tell(ReverseReceipt(receipt=RECEIPT), APPROVER)
    allocated.denies(Refused.RECEIPT_IS_REVERSED, command, actor=APPROVER)
