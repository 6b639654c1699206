"""Contracts: schedules settled by money, assignments and equity beside licenses."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.assignments import AgreeAssignment, RegisterAssignment, RescindAssignment
from ledger.case import Case
from ledger.contracts import ScheduleInstalment, read_contract
from ledger.equity import ContributeEquity
from ledger.facts import (
    BankFeeRecorded,
    Fact,
    ReceiptAllocated,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
)
from ledger.facts.cash import UndoneAllocation
from ledger.facts.deals import InstalmentScheduled
from ledger.licenses import AmendLicense
from ledger.money import Rate
from ledger.patents import FilePatent, LapsePatent
from ledger.refusals import Refusal, Refused
from ledger.schedules import Schedule
from tests.ledger.deal_desk import (
    ASSIGNMENT,
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_FIRM,
    OTHER_UNIVERSITY,
    SECOND,
    SECOND_ASSIGNMENT,
    STAFF,
    UNIVERSITY,
    DealDesk,
    codes,
    instalment,
    license_of,
    ready,
    shown,
    terms,
    uuid,
)

RECEIPT, OTHER_RECEIPT = f"receipt:{uuid(30)}", f"receipt:{uuid(31)}"
EQUITY = f"equity:{uuid(40)}"
DAY = date(2024, 4, 1)
TWO_DUES = (instalment(1, 40_000), instalment(2, 60_000))


def licensed() -> DealDesk:
    """A desk with one license due in two instalments."""
    desk = ready()
    desk.tell(license_of(FIRST, instalments=TWO_DUES))
    return desk


def allocated(amount_fen: int, number: int | None = 1, receipt: str = RECEIPT) -> Fact:
    return ReceiptAllocated(
        receipt=receipt,
        number=1,
        contract=FIRST,
        instalment=number,
        purpose="license-fee",
        amount_fen=amount_fen,
        value_date=DAY,
    )


def took_back(amount_fen: int, number: int | None = 1) -> Fact:
    return ReceiptDeallocated(
        receipt=RECEIPT,
        number=1,
        contract=FIRST,
        instalment=number,
        purpose="license-fee",
        amount_fen=amount_fen,
        value_date=DAY,
    )


def bank_fee(fee_fen: int) -> Fact:
    return BankFeeRecorded(
        receipt=RECEIPT, contract=FIRST, instalment=1, fee_fen=fee_fen, value_date=DAY
    )


def refunded(amount_fen: int, contract: str | None = FIRST) -> Fact:
    return ReceiptRefunded(
        receipt=RECEIPT,
        number=1,
        contract=contract,
        instalment=1 if contract else None,
        purpose="license-fee",
        amount_fen=amount_fen,
        on=DAY,
    )


def bounced(*parts: tuple[str, int, int]) -> Fact:
    undone = tuple(
        UndoneAllocation(
            number=place,
            contract=contract,
            instalment=number,
            purpose="license-fee",
            amount_fen=amount_fen,
        )
        for place, (contract, number, amount_fen) in enumerate(parts, start=1)
    )
    return ReceiptReversed(receipt=RECEIPT, amount_fen=99_000, undone=undone, on=DAY)


def after(desk: DealDesk, *facts: Fact) -> Schedule:
    """The schedule of the first license once these facts are in its chain."""
    for fact in facts:
        desk.put(fact)
    schedule = desk.state(FIRST).schedule
    assert isinstance(schedule, Schedule)
    return schedule


def settled(schedule: Schedule) -> dict[int, int]:
    return {due.number: due.settled_fen for due in schedule.dues}


@pytest.mark.parametrize(
    ("facts", "expected", "received_fen"),
    [
        ((allocated(15_000),), {1: 15_000, 2: 0}, 15_000),
        ((allocated(15_000, None),), {1: 0, 2: 0}, 15_000),
        ((allocated(15_000, 7),), {1: 0, 2: 0}, 15_000),
        ((allocated(39_900), bank_fee(100)), {1: 40_000, 2: 0}, 39_900),
        ((allocated(15_000), took_back(5_000)), {1: 10_000, 2: 0}, 10_000),
        ((allocated(15_000), refunded(15_000)), {1: 0, 2: 0}, 0),
        ((allocated(15_000), bounced((FIRST, 1, 15_000))), {1: 0, 2: 0}, 0),
        ((allocated(39_900), bank_fee(100), bounced((FIRST, 1, 39_900))), {1: 0, 2: 0}, 0),
        (
            (allocated(10), allocated(20, 2), bounced((FIRST, 1, 10), (FIRST, 2, 20))),
            {1: 0, 2: 0},
            0,
        ),
    ],
)
def test_money_settles_its_due_and_going_back_opens_it_again(
    facts: tuple[Fact, ...], expected: dict[int, int], received_fen: int
) -> None:
    schedule = after(licensed(), *facts)
    assert settled(schedule) == expected
    assert schedule.received_fen == received_fen


def test_a_reversal_moves_on_each_contract_its_own_part_only() -> None:
    desk = licensed()
    desk.tell(license_of(SECOND, instalments=TWO_DUES))
    schedule = after(desk, allocated(700), bounced((FIRST, 1, 700), (SECOND, 1, 300)))
    assert settled(schedule) == {1: 0, 2: 0}
    assert desk.state(SECOND).schedule.received_fen == -300


def test_a_reversal_leaves_the_bank_fee_of_another_receipt() -> None:
    fee = BankFeeRecorded(
        receipt=OTHER_RECEIPT, contract=FIRST, instalment=1, fee_fen=5, value_date=DAY
    )
    schedule = after(licensed(), allocated(700), fee, bounced((FIRST, 1, 700)))
    assert settled(schedule) == {1: 5, 2: 0}


def test_what_is_open_never_falls_below_nothing() -> None:
    schedule = after(licensed(), allocated(50_000))
    assert [due.open_fen for due in schedule.dues] == [0, 60_000]


# --- instalments added later


def test_a_later_instalment_gets_the_next_number_and_rests_on_the_contract() -> None:
    desk = licensed()
    further = ScheduleInstalment(
        contract=FIRST, due=date(2025, 1, 31), amount_fen=900, purpose="royalty"
    )
    desk.tell(further)
    fact = desk.facts[-1].fact
    assert isinstance(fact, InstalmentScheduled)
    assert fact.number == 3
    assert desk.facts[-1].rests_on == ((FIRST, 1),)
    due = desk.state(FIRST).schedule.due(3)
    assert (due.amount_fen, due.agreed, due.since) == (900, False, 2)
    used = further.model_copy(update={"number": 2})
    desk.denies(Refused.INSTALMENT_NUMBER_IS_USED, used)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, further, institution=OTHER_UNIVERSITY)


def test_an_amendment_keeps_money_with_its_number_and_later_instalments() -> None:
    desk = licensed()
    desk.tell(ScheduleInstalment(contract=FIRST, due=DAY, amount_fen=900, purpose="royalty"))
    after(desk, allocated(15_000), allocated(100, 3, OTHER_RECEIPT))
    fresh = (instalment(1, 100_000),)
    desk.tell(AmendLicense(license=FIRST, terms=terms(instalments=fresh)))
    schedule = desk.state(FIRST).schedule
    assert settled(schedule) == {1: 15_000, 3: 100}
    assert schedule.received_fen == 15_100
    assert schedule.due(1).since == 5


def test_an_amendment_neither_drops_an_instalment_with_money_nor_takes_a_later_number() -> None:
    desk = licensed()
    desk.tell(ScheduleInstalment(contract=FIRST, due=DAY, amount_fen=900, purpose="royalty"))
    after(desk, allocated(15_000))
    dropped = terms(instalments=(instalment(2, 100_000),))
    desk.denies(Refused.INSTALMENT_HOLDS_MONEY, AmendLicense(license=FIRST, terms=dropped))
    cut = terms(instalments=(instalment(1, 14_999), instalment(2, 85_001)))
    desk.denies(Refused.INSTALMENT_HOLDS_MONEY, AmendLicense(license=FIRST, terms=cut))
    taken = terms(instalments=(instalment(1, 90_000), instalment(3, 10_000)))
    desk.denies(Refused.INSTALMENT_NUMBER_IS_USED, AmendLicense(license=FIRST, terms=taken))


# --- reading contracts


def case_of(desk: DealDesk, institution: str) -> Case:
    return Case(STAFF, institution, datetime(2024, 7, 1, 4, tzinfo=UTC), desk)


def agreed(assignment: str = ASSIGNMENT, **changed: Any) -> AgreeAssignment:
    usual: dict[str, Any] = {
        "contract_number": "Z1",
        "counterparty": FIRM,
        "patents": (INVENTION, MODEL),
        "signed": date(2024, 2, 1),
        "price_fen": 100_000,
    }
    return AgreeAssignment(assignment=assignment, **{**usual, **changed})


def test_licenses_and_assignments_are_read_alike() -> None:
    desk = licensed()
    desk.tell(agreed(related_party=True))
    case = case_of(desk, UNIVERSITY)
    for contract, kind, related in ((FIRST, "license", False), (ASSIGNMENT, "assignment", True)):
        state = read_contract(case, contract)
        assert (state.kind, state.known, state.granted) == (kind, True, 1)
        assert (state.institution, state.counterparty) == (UNIVERSITY, FIRM)
        assert (state.related_party, state.patents[0]) == (related, INVENTION)


def test_a_strangers_contract_is_unknown_but_not_to_the_bureaus_decisions() -> None:
    desk = licensed()
    case = case_of(desk, OTHER_UNIVERSITY)
    for contract in (FIRST, SECOND, ASSIGNMENT):
        with pytest.raises(Refusal) as caught:
            read_contract(case, contract)
        assert caught.value.code is Refused.SUBJECT_IS_UNKNOWN
    assert read_contract(case, FIRST, any_institution=True).known
    with pytest.raises(Refusal):
        read_contract(case, SECOND, any_institution=True)


# --- assignments


def test_title_passes_on_registration_and_returns_on_rescission() -> None:
    desk = ready()
    desk.tell(agreed())
    assert desk.state(INVENTION).assigned_on(date(2024, 3, 1)) is None
    desk.tell(RegisterAssignment(assignment=ASSIGNMENT, patents=(INVENTION,), on=date(2024, 3, 1)))
    assert desk.state(INVENTION).assigned_on(date(2024, 3, 1)).assignment == ASSIGNMENT
    assert desk.state(INVENTION).assigned_on(date(2024, 2, 29)) is None
    assert desk.state(MODEL).assigned_on(date(2024, 3, 1)) is None
    desk.tell(RescindAssignment(assignment=ASSIGNMENT, on=date(2024, 6, 1)))
    assert desk.state(INVENTION).assigned_on(date(2024, 5, 31)) is not None
    assert desk.state(INVENTION).assigned_on(date(2024, 6, 1)) is None
    assert desk.facts[-1].rests_on == ((ASSIGNMENT, 1), (ASSIGNMENT, 2))


def test_an_assignment_refuses_what_contradicts_itself() -> None:
    desk = ready()
    short = agreed(instalments=(instalment(1, 99_999, purpose="assignment-price"),))
    desk.denies(Refused.INSTALMENTS_DO_NOT_SUM_TO_PRICE, short)
    doubled = agreed(instalments=(instalment(1, 50_000), instalment(1, 50_000)))
    desk.denies(Refused.INSTALMENT_NUMBER_IS_USED, doubled)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, agreed(patents=(FOREIGN_PATENT,)))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, agreed(counterparty=f"counterparty:{uuid(97)}"))
    desk.tell(agreed(patents=(MODEL,)))
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, agreed())
    other = RegisterAssignment(assignment=ASSIGNMENT, patents=(INVENTION,))
    desk.denies(Refused.PATENT_IS_NOT_IN_CONTRACT, other)
    early = date(2024, 1, 31)
    for command in (
        RegisterAssignment(assignment=ASSIGNMENT, on=early),
        RescindAssignment(assignment=ASSIGNMENT, on=early),
    ):
        desk.denies(Refused.EVENT_PRECEDES_CONTRACT, command)
        desk.denies(Refused.SUBJECT_IS_UNKNOWN, command, institution=OTHER_UNIVERSITY)


def test_a_second_assignment_of_one_patent_is_a_breach() -> None:
    desk = ready()
    desk.tell(agreed())
    second = agreed(SECOND_ASSIGNMENT, counterparty=OTHER_FIRM, patents=(MODEL,))
    assert codes(desk.tell(second)) == ["assignment-is-under-way"]
    desk.tell(RegisterAssignment(assignment=ASSIGNMENT, on=date(2024, 3, 1)))
    late = RegisterAssignment(assignment=SECOND_ASSIGNMENT, on=date(2024, 4, 1))
    assert codes(desk.tell(late)) == ["patent-is-assigned-already"]


def test_odd_registrations_are_recorded_with_a_breach() -> None:
    desk = ready()
    desk.tell(LapsePatent(patent=MODEL, cause="unpaid-annuity", on=date(2024, 1, 1)))
    assert codes(desk.tell(agreed())) == ["right-is-not-in-force"]
    registered = RegisterAssignment(assignment=ASSIGNMENT, patents=(INVENTION,))
    assert codes(desk.tell(registered)) == []
    assert codes(desk.tell(registered)) == ["assignment-is-registered-already"]
    desk.tell(RescindAssignment(assignment=ASSIGNMENT))
    assert codes(desk.tell(RescindAssignment(assignment=ASSIGNMENT))) == ["assignment-is-rescinded"]


# --- equity


def contributed(**changed: Any) -> ContributeEquity:
    usual: dict[str, Any] = {
        "equity": EQUITY,
        "contract_number": "G1",
        "counterparty": FIRM,
        "patents": (INVENTION,),
        "rights_count": 2,
        "amount_fen": 500_000_00,
        "share": Rate(numerator=1, denominator=5),
    }
    return ContributeEquity(**{**usual, **changed})


def test_equity_counts_rights_beyond_patents_and_refuses_what_cannot_be() -> None:
    desk = ready()
    desk.denies(
        Refused.RIGHTS_COUNT_IS_TOO_SMALL, contributed(patents=(INVENTION, MODEL), rights_count=1)
    )
    desk.denies(Refused.SHARE_EXCEEDS_WHOLE, contributed(share=Rate(numerator=6, denominator=5)))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, contributed(patents=(FOREIGN_PATENT,)))
    assert codes(desk.tell(contributed())) == []
    assert desk.state(EQUITY).amount_fen == 500_000_00
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, contributed())


def test_equity_of_a_co_owned_patent_needs_the_co_owners() -> None:
    desk = ready()
    shared = "patent:202210000003X"
    desk.tell(
        FilePatent(patent=shared, title="共有", filed=date(2022, 1, 4), other_owners=("某院",))
    )
    bare = contributed(patents=(shared,))
    assert codes(desk.tell(bare)) == ["co-owner-consent-is-missing"]
    proven = bare.model_copy(
        update={"equity": f"equity:{uuid(41)}", "evidence": shown("co-owner-consent")}
    )
    assert codes(desk.tell(proven)) == []
