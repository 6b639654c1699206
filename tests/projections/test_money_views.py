"""Receivables, receipts and allocations worked by hand: boundary days, late facts, corrections."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger import facts
from projections.moment import moment_of
from projections.views import BY_NAME
from tests.projections import facts_given as given
from tests.projections.tape_builder import Story

LICENSE = given.license_id(1)


def rows(
    story: Story, name: str, as_of: date | None = None, size: int | None = None, **filters: str
) -> list[dict[str, Any]]:
    tape = story.tape(size)
    return BY_NAME[name].rows(tape, moment_of(tape, as_of), filters).collect().to_dicts()


def signed() -> Story:
    """A license with 1,000.00 due on 1 April and 600.00 on 1 September."""
    story = Story()
    story.tell(given.filed())
    dues = (given.due(1, date(2022, 4, 1), 100_000), given.due(2, date(2022, 9, 1), 60_000))
    agreed = given.terms(date(2022, 3, 1), fixed_fee_fen=160_000, instalments=dues)
    story.tell(given.granted(1, date(2022, 2, 20), agreed), on=date(2022, 2, 20))
    return story


@pytest.mark.parametrize(
    ("days", "overdue", "ageing"),
    [
        (-5, 0, "not-due"),
        (0, 0, "not-due"),
        (1, 1, "1-30"),
        (30, 30, "1-30"),
        (31, 31, "31-60"),
        (60, 60, "31-60"),
        (61, 61, "61-90"),
        (91, 91, "91-180"),
        (181, 181, "181-365"),
        (365, 365, "181-365"),
        (366, 366, "over-365"),
    ],
)
def test_an_instalment_ages_from_the_day_after_it_is_due(
    days: int, overdue: int, ageing: str
) -> None:
    first = rows(signed(), "receivables", date(2022, 4, 1) + timedelta(days=days))[0]
    assert (first["days_overdue"], first["ageing"]) == (overdue, ageing)
    assert (first["amount_fen"], first["open_fen"]) == (100_000, 100_000)


def test_money_and_a_bank_fee_settle_an_instalment_and_a_reversal_opens_it_again() -> None:
    story = signed()
    receipt = given.claimed(1, date(2022, 4, 10), 99_000)
    part = given.allocated(1, LICENSE, date(2022, 4, 10), 99_000, instalment=1)
    story.tell(receipt)
    story.tell(part)
    story.tell(
        facts.BankFeeRecorded(
            receipt=receipt.receipt,
            contract=LICENSE,
            instalment=1,
            fee_fen=1_000,
            value_date=date(2022, 4, 10),
        )
    )
    story.tell(given.reversed_receipt(receipt, date(2022, 5, 2), part))
    before, on = (rows(story, "receivables", date(2022, 5, day))[0] for day in (1, 2))
    assert (before["received_fen"], before["bank_fee_fen"], before["open_fen"]) == (
        99_000,
        1_000,
        0,
    )
    assert (before["ageing"], before["days_overdue"]) == ("settled", 0)
    assert (on["received_fen"], on["bank_fee_fen"], on["open_fen"]) == (0, 0, 100_000)
    assert (on["ageing"], on["days_overdue"]) == ("31-60", 31)


def test_new_terms_bring_a_new_schedule_and_keep_money_and_later_royalties() -> None:
    story = signed()
    story.tell(given.claimed(1, date(2022, 4, 10), 100_000))
    story.tell(given.allocated(1, LICENSE, date(2022, 4, 10), 30_000, instalment=1))
    royalty = facts.InstalmentScheduled(
        contract=LICENSE, number=3, due=date(2022, 12, 1), amount_fen=7, purpose="royalty"
    )
    story.tell(royalty, on=date(2022, 4, 20))
    new = given.terms(date(2022, 3, 1), instalments=(given.due(1, date(2022, 5, 1), 40_000),))
    story.tell(
        facts.LicenseAmended(
            license=LICENSE, patents=(given.PATENT,), terms=new, on=date(2022, 4, 25)
        )
    )

    def dues(as_of: date) -> list[tuple[int, int, int]]:
        found = rows(story, "receivables", as_of, contract=LICENSE)
        return [(row["number"], row["amount_fen"], row["open_fen"]) for row in found]

    assert dues(date(2022, 4, 24)) == [(1, 100_000, 70_000), (2, 60_000, 60_000), (3, 7, 7)]
    assert dues(date(2022, 4, 25)) == [(1, 40_000, 10_000), (3, 7, 7)]
    less = given.terms(date(2022, 3, 1), instalments=(given.due(1, date(2022, 5, 1), 20_000),))
    story.tell(
        facts.LicenseAmended(
            license=LICENSE, patents=(given.PATENT,), terms=less, on=date(2022, 4, 26)
        )
    )
    assert dues(date(2022, 4, 26)) == [(1, 20_000, 0), (3, 7, 7)]


def test_a_receipt_is_allocated_refunded_reversed_or_free_to_the_fen() -> None:
    story = signed()
    day = date(2022, 4, 10)
    receipt = given.claimed(1, day, 100)
    part = given.allocated(1, LICENSE, day, 70)
    story.tell(receipt)
    story.tell(part)
    story.tell(given.deallocated(part, 10), on=date(2022, 4, 12))
    story.tell(given.refunded(part, date(2022, 4, 15), 20))
    story.tell(
        given.reversed_receipt(receipt, date(2022, 4, 20), given.allocated(1, LICENSE, day, 40))
    )

    def parts(as_of: date) -> tuple[int, ...]:
        (row,) = rows(story, "receipts", as_of)
        names = ("allocated_fen", "refunded_fen", "reversed_fen", "free_fen", "days_unallocated")
        return tuple(row[name] for name in names)

    assert rows(story, "receipts", date(2022, 4, 9)) == []
    assert parts(day) == (60, 0, 0, 40, 0)  # taken back on its value date, whenever it was told
    assert parts(date(2022, 4, 14)) == (60, 0, 0, 40, 4)
    assert parts(date(2022, 4, 15)) == (40, 20, 0, 40, 5)
    assert parts(date(2022, 4, 20)) == (0, 20, 100, 0, 0)
    (row,) = rows(story, "allocations")
    wanted = ("amount_fen", "deallocated_fen", "refunded_fen", "reversed_fen", "received_fen")
    assert [row[name] for name in wanted] == [70, 10, 20, 40, 0]


def test_a_corrected_amount_counts_from_the_correction_and_not_before() -> None:
    story = signed()
    wrong = story.tell(given.claimed(1, date(2022, 4, 10), 100))
    known_then = len(story.entries)
    story.correct(wrong, given.claimed(1, date(2022, 4, 9), 90), on=date(2022, 5, 1))
    day = date(2022, 4, 10)
    assert [row["amount_fen"] for row in rows(story, "receipts", day, known_then)] == [100]
    assert [row["amount_fen"] for row in rows(story, "receipts", day)] == [90]
    assert [row["days_unallocated"] for row in rows(story, "receipts", day)] == [1]


def test_a_late_fact_was_true_on_its_day_though_nobody_knew() -> None:
    story = signed()
    story.tell(given.claimed(1, date(2022, 4, 10), 100), on=date(2022, 6, 1))
    assert len(rows(story, "receipts", date(2022, 4, 10))) == 1
    assert rows(story, "receipts", date(2022, 4, 10), len(story.entries) - 1) == []
