"""Allocations: no fen is spent twice, and contracts and receipts agree whatever happens."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.allocations import AllocateReceipt, AllocationPart, DeallocateReceipt
from ledger.case import Command, Ref
from ledger.facts import ReceiptDeallocated
from ledger.facts.fund import ClaimLine
from ledger.refunds import RecordBankFee, RefundReceipt, ReverseReceipt
from ledger.refusals import Refusal, Refused
from tests.ledger.cash_given import (
    APPROVER,
    ARRIVED,
    CLERK,
    FOREIGN_LICENSE,
    LICENSE,
    OTHER_UNIVERSITY,
    RECEIPT,
    REWARD,
    SECOND_LICENSE,
    SECOND_RECEIPT,
    CashDesk,
    allocate,
    cash_desk,
    claim,
    put_into_a_claim,
    return_the_claim,
    take_back,
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


# --- allocating


def test_one_receipt_pays_for_two_contracts(claimed: CashDesk) -> None:
    parts = tuple(
        AllocationPart(
            contract=contract, instalment=1, purpose="license-fee", amount_fen=amount_fen
        )
        for contract, amount_fen in ((LICENSE, 60_000), (SECOND_LICENSE, 40_000))
    )
    new = claimed.tell(AllocateReceipt(receipt=RECEIPT, parts=parts)).new
    assert [item.fact.effective for item in new] == [ARRIVED, ARRIVED]
    assert new[1].rests_on == (Ref(RECEIPT, 1), Ref(SECOND_LICENSE, 1))
    receipt = claimed.receipt()
    assert (receipt.allocated_fen, receipt.free_fen) == (100_000, 0)
    assert [part.sequence for part in receipt.allocations.values()] == [2, 3]
    assert claimed.settled_fen() == 60_000
    assert claimed.settled_fen(SECOND_LICENSE) == 40_000


def test_two_receipts_pay_one_instalment_and_numbers_run_on(allocated: CashDesk) -> None:
    allocated.tell(claim(SECOND_RECEIPT))
    allocated.tell(allocate(40_000, receipt=SECOND_RECEIPT))
    allocated.tell(allocate(10_000, instalment=2))
    assert allocated.settled_fen() == 100_000
    assert set(allocated.receipt().allocations) == {1, 2}
    refusal = allocated.denies(Refused.INSTALMENT_WOULD_BE_OVERPAID, allocate(1))
    assert refusal.values["open_fen"] == 0


def test_no_more_is_allocated_than_came(allocated: CashDesk) -> None:
    refusal = allocated.denies(Refused.MORE_THAN_IS_THERE, allocate(40_001, instalment=None))
    assert refusal.values == {"receipt": RECEIPT, "amount_fen": 40_001, "there_fen": 40_000}


def test_parts_of_one_command_share_the_rest_of_an_instalment(claimed: CashDesk) -> None:
    part = AllocationPart(
        contract=SECOND_LICENSE, instalment=1, purpose="license-fee", amount_fen=50_000
    )
    both = AllocateReceipt(receipt=RECEIPT, parts=(part, part))
    refusal = claimed.denies(Refused.INSTALMENT_WOULD_BE_OVERPAID, both)
    assert refusal.values["open_fen"] == 30_000


def test_what_an_instalment_lacks_does_not_bind_money_without_one(claimed: CashDesk) -> None:
    claimed.tell(allocate(90_000, SECOND_LICENSE, None, "unknown"))
    assert claimed.settled_fen(SECOND_LICENSE) == 0
    assert claimed.state(SECOND_LICENSE).schedule.received_fen == 90_000


def test_the_purpose_is_the_instalments(claimed: CashDesk) -> None:
    claimed.denies(
        Refused.PURPOSE_IS_NOT_THE_INSTALMENTS, allocate(100, purpose="liquidated-damages")
    )


def test_an_instalment_has_to_exist(claimed: CashDesk) -> None:
    claimed.denies(Refused.INSTALMENT_IS_UNKNOWN, allocate(100, instalment=7))


def test_foreign_money_waits_for_its_conversion(desk: CashDesk) -> None:
    desk.tell(claim(currency="USD"))
    refusal = desk.denies(Refused.RECEIPT_IS_IN_ANOTHER_CURRENCY, allocate(100))
    assert refusal.values["currency"] == "USD"


def test_receipts_and_contracts_of_others_are_unknown(claimed: CashDesk) -> None:
    claimed.denies(Refused.SUBJECT_IS_UNKNOWN, allocate(100), institution=OTHER_UNIVERSITY)
    claimed.denies(Refused.SUBJECT_IS_UNKNOWN, allocate(100, FOREIGN_LICENSE))
    claimed.denies(Refused.SUBJECT_IS_UNKNOWN, allocate(100, receipt=SECOND_RECEIPT))


# --- taking back


def test_an_allocation_is_taken_back_wholly_on_its_value_date(allocated: CashDesk) -> None:
    (new,) = allocated.tell(take_back(), APPROVER).new
    assert isinstance(new.fact, ReceiptDeallocated)
    assert (new.fact.amount_fen, new.fact.effective) == (60_000, ARRIVED)
    assert new.rests_on == (Ref(RECEIPT, 2),)
    assert allocated.receipt().free_fen == 100_000
    assert allocated.settled_fen() == 0
    allocated.denies(Refused.MORE_THAN_IS_THERE, take_back(), actor=APPROVER)


def test_an_allocation_is_taken_back_in_part(allocated: CashDesk) -> None:
    allocated.tell(take_back(20_000), APPROVER)
    receipt = allocated.receipt()
    assert receipt.allocations[1].received_fen == 40_000
    assert (receipt.allocated_fen, receipt.free_fen) == (40_000, 60_000)
    allocated.denies(Refused.MORE_THAN_IS_THERE, take_back(40_001), actor=APPROVER)


def test_taking_back_needs_a_reason_and_another_person(allocated: CashDesk) -> None:
    allocated.denies(Refused.REASON_IS_NEEDED, take_back(reason=None), actor=APPROVER)
    allocated.denies(Refused.ANOTHER_PERSON_MUST_DO_THIS, take_back(), actor=CLERK)
    missing = DeallocateReceipt(receipt=RECEIPT, number=9, reason="理由")
    allocated.denies(Refused.ALLOCATION_IS_UNKNOWN, missing, actor=APPROVER)


def test_what_a_reward_claim_counts_stays_until_the_claim_is_returned(allocated: CashDesk) -> None:
    put_into_a_claim(allocated, RECEIPT)
    assert allocated.receipt().allocations[1].claimed_in == REWARD
    refusal = allocated.denies(Refused.ALLOCATION_IS_IN_A_CLAIM, take_back(), actor=APPROVER)
    assert refusal.values["claim"] == REWARD
    return_the_claim(allocated)
    assert allocated.receipt().allocations[1].claimed_in is None
    allocated.tell(take_back(), APPROVER)


def test_a_claim_marks_only_the_allocations_it_counts(allocated: CashDesk) -> None:
    allocated.tell(allocate(10_000, instalment=2))
    allocated.tell(claim(SECOND_RECEIPT))
    for instalment in (1, 2):
        allocated.tell(allocate(10_000, instalment=instalment, receipt=SECOND_RECEIPT))
    line_two_of_the_second = ClaimLine(
        receipt=SECOND_RECEIPT, number=2, base_fen=10_000, vat_fen=0, value_date=ARRIVED
    )
    put_into_a_claim(allocated, RECEIPT, more=(line_two_of_the_second,))
    marks = {
        receipt: [part.claimed_in for part in allocated.receipt(receipt).allocations.values()]
        for receipt in (RECEIPT, SECOND_RECEIPT)
    }
    assert marks == {RECEIPT: [REWARD, None], SECOND_RECEIPT: [None, REWARD]}


# --- whatever the order

RECEIPTS = st.sampled_from([RECEIPT, SECOND_RECEIPT])
AMOUNTS = st.integers(min_value=1, max_value=130_000)
NUMBERS = st.integers(min_value=1, max_value=4)
INSTALMENTS = {LICENSE: {1: 100_000, 2: 50_000}, SECOND_LICENSE: {1: 80_000}}
PLACES = st.sampled_from(
    [(LICENSE, 1), (LICENSE, 2), (LICENSE, None), (SECOND_LICENSE, 1), (SECOND_LICENSE, None)]
)


@st.composite
def allocations(draw: st.DrawFn) -> Command:
    """Up to three parts, some of them for the same instalment."""
    places = draw(st.lists(st.tuples(PLACES, AMOUNTS), min_size=1, max_size=3))
    parts = tuple(
        AllocationPart(
            contract=contract, instalment=instalment, purpose="license-fee", amount_fen=amount_fen
        )
        for (contract, instalment), amount_fen in places
    )
    return AllocateReceipt(receipt=draw(RECEIPTS), parts=parts)


def fee(receipt: str, place: tuple[str, int | None], fee_fen: int) -> Command:
    return RecordBankFee(
        receipt=receipt, contract=place[0], instalment=place[1] or 1, fee_fen=fee_fen
    )


def taken_back(receipt: str, number: int, amount_fen: int | None) -> Command:
    return DeallocateReceipt(receipt=receipt, number=number, amount_fen=amount_fen, reason="理由")


def refunded(receipt: str, number: int | None, amount_fen: int) -> Command:
    return RefundReceipt(receipt=receipt, number=number, amount_fen=amount_fen)


def reversed_(receipt: str) -> Command:
    return ReverseReceipt(receipt=receipt)


def claims(receipt: str, amount_fen: int) -> Command:
    return claim(receipt, amount_fen)


def _built(
    make: Callable[..., Command], *parts: st.SearchStrategy[object]
) -> st.SearchStrategy[Command]:
    return st.tuples(*parts).map(lambda drawn: make(*drawn))


ANYTHING = st.one_of(
    allocations(),
    allocations(),
    _built(claims, RECEIPTS, AMOUNTS),
    _built(taken_back, RECEIPTS, NUMBERS, st.none() | AMOUNTS),
    _built(refunded, RECEIPTS, st.none() | NUMBERS, AMOUNTS),
    _built(fee, RECEIPTS, PLACES, AMOUNTS),
    _built(reversed_, RECEIPTS),
)


def every_fen_is_in_one_place(desk: CashDesk) -> None:
    for name in (RECEIPT, SECOND_RECEIPT):
        receipt = desk.receipt(name)
        parts = receipt.allocations.values()
        assert receipt.free_fen >= 0
        assert all(part.received_fen >= 0 for part in parts)
        assert receipt.allocated_fen == sum(part.received_fen for part in parts)
        if not receipt.reversed:
            placed_fen = receipt.allocated_fen + receipt.refunded_fen + receipt.free_fen
            assert placed_fen == receipt.amount_fen
        else:
            assert receipt.allocated_fen == receipt.free_fen == 0


def contracts_and_receipts_agree(desk: CashDesk) -> None:
    parts = [
        part
        for name in (RECEIPT, SECOND_RECEIPT)
        for part in desk.receipt(name).allocations.values()
    ]
    for contract, instalments in INSTALMENTS.items():
        received_fen = sum(part.received_fen for part in parts if part.contract == contract)
        assert desk.state(contract).schedule.received_fen == received_fen
        for number, amount_fen in instalments.items():
            assert 0 <= desk.settled_fen(contract, number) <= amount_fen


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(ANYTHING, min_size=1, max_size=14))
def test_no_sequence_of_commands_spends_a_fen_twice(commands: list[Command]) -> None:
    desk = cash_desk()
    desk.tell(claim())
    for command in commands:
        try:
            desk.tell(command, CLERK if isinstance(command, AllocateReceipt) else APPROVER)
        except Refusal:
            continue
        every_fen_is_in_one_place(desk)
        contracts_and_receipts_agree(desk)
