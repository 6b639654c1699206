"""Contracts for development, consulting and services: signed, settled by money, ended."""

from datetime import date
from typing import Any

from ledger.contracts import ScheduleInstalment
from ledger.facts import ReceiptAllocated
from ledger.refusals import Refused
from ledger.service_contracts import SignContract, TerminateContract
from tests.ledger.deal_desk import (
    FIRM,
    OTHER_UNIVERSITY,
    DealDesk,
    codes,
    instalment,
    ready,
    uuid,
)

CONTRACT = f"contract:{uuid(50)}"
SIGNED = date(2024, 2, 1)


def signed(**changed: Any) -> SignContract:
    usual: dict[str, Any] = {
        "contract": CONTRACT,
        "kind": "development",
        "contract_number": "K1",
        "title": "散热片开发",
        "counterparty": FIRM,
        "signed": SIGNED,
        "amount_fen": 100_000,
    }
    return SignContract(**{**usual, **changed})


def with_contract(**changed: Any) -> DealDesk:
    desk = ready()
    desk.tell(signed(**changed))
    return desk


def test_a_signed_contract_has_its_kind_its_side_and_no_patents() -> None:
    contract = with_contract(kind="consulting", related_party=True).state(CONTRACT)
    assert (contract.kind, contract.counterparty, contract.signed) == ("consulting", FIRM, SIGNED)
    assert contract.related_party
    assert contract.patents == ()


def test_money_settles_what_is_due_under_it() -> None:
    dues = (
        instalment(1, 60_000, purpose="development-fee"),
        instalment(2, 40_000, purpose="development-fee"),
    )
    desk = with_contract(instalments=dues)
    further = ScheduleInstalment(
        contract=CONTRACT, due=date(2024, 9, 1), amount_fen=5, purpose="service-fee"
    )
    desk.tell(further)
    money = ReceiptAllocated(
        receipt=f"receipt:{uuid(30)}",
        number=1,
        contract=CONTRACT,
        instalment=2,
        purpose="development-fee",
        amount_fen=30_000,
        value_date=date(2024, 4, 1),
    )
    desk.put(money)
    schedule = desk.state(CONTRACT).schedule
    assert [(due.number, due.open_fen) for due in schedule.dues] == [
        (1, 60_000),
        (2, 10_000),
        (3, 5),
    ]
    assert schedule.received_fen == 30_000


def test_only_fees_for_the_work_make_up_the_amount() -> None:
    desk = ready()
    deposit = instalment(2, 9_000, purpose="deposit")
    short = (instalment(1, 99_999, purpose="service-fee"), deposit)
    desk.denies(Refused.INSTALMENTS_DO_NOT_SUM_TO_PRICE, signed(instalments=short))
    whole = (instalment(1, 100_000, purpose="service-fee"), deposit)
    assert codes(desk.tell(signed(instalments=whole))) == []


def test_a_contract_that_contradicts_itself_or_names_strangers_is_refused() -> None:
    desk = ready()
    doubled = (instalment(1, 50_000), instalment(1, 50_000))
    desk.denies(Refused.INSTALMENT_NUMBER_IS_USED, signed(instalments=doubled))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, signed(counterparty=f"counterparty:{uuid(97)}"))
    desk.tell(signed())
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, signed())


def test_an_end_comes_after_signing_and_a_second_one_is_a_breach() -> None:
    desk = with_contract()
    early = TerminateContract(contract=CONTRACT, on=date(2024, 1, 31))
    desk.denies(Refused.EVENT_PRECEDES_CONTRACT, early)
    end = TerminateContract(contract=CONTRACT, on=SIGNED)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, end, institution=OTHER_UNIVERSITY)
    assert codes(desk.tell(end)) == []
    assert desk.state(CONTRACT).terminated == SIGNED
    assert codes(desk.tell(end)) == ["contract-has-ended"]
