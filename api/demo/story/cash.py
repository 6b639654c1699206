"""What the contracts of three years brought: bank files by the quarter, claimed and allocated."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from api.demo.story.bank_files import Entry, Passbook
from api.demo.story.claims import Paid, Part, booked
from api.demo.story.contracts import Deal
from api.demo.story.dealings import DEALINGS, LATE
from api.demo.story.firms import CLIENTS
from api.demo.story.openings import TAKEN
from api.demo.story.people import EXAMPLES
from api.demo.story.services import BROKEN_OFF, WORKS
from api.demo.story.steps import Line, Step, after, day, moment, yuan
from ledger.policies.holidays import add_months

_NAMES = {firm.id: firm.name for firms in CLIENTS.values() for firm in firms}
_CLOSES = date(2024, 12, 20)
"""The last day whose lines are in a bank file before the story ends."""


class Payment(NamedTuple):
    """Money for one due of a contract, on the day the bank booked it."""

    deal: Deal
    due: int
    on: date
    amount_fen: int

    @property
    def line(self) -> Line:
        return Line(f"{self.deal.house}-ip", self.on, self.amount_fen)


def _payments() -> Iterator[Payment]:
    """Early, in time or late; every eleventh due never, every eighth in two parts."""
    deals = (*(one.deal for one in DEALINGS), *TAKEN, *WORKS)
    for place, deal in enumerate(deals):
        for number, (due, amount_fen) in enumerate(deal.dues, 1):
            if (place + number) % 11 == 0 or (deal.key == BROKEN_OFF and number == 2):
                continue
            paid = after(due, (5 * place + 3 * number) % 13 - 6)
            first_fen = amount_fen * 3 // 5 if (place + number) % 8 == 3 else amount_fen
            yield Payment(deal, number, paid, first_fen)
            if first_fen < amount_fen:
                yield Payment(deal, number, after(paid, 33), amount_fen - first_fen)


PAYMENTS: tuple[Payment, ...] = tuple(one for one in _payments() if one.on <= _CLOSES)

REVERSED = next(one for one in PAYMENTS if one.deal.key == "ding-2022-3" and one.due == 1)
REVERSED_ON = day("2022-12-28")
"""A bill that the bank took back after it had credited it."""
REFUNDED = next(one for one in PAYMENTS if one.deal.key == "jia-2022-1" and one.due == 1)
REFUNDED_ON = day("2022-12-05")
REFUNDED_FEN = yuan(26_000)
"""What went back to the payer; first it was noted as 20,000 yuan."""


def _noise(house: str, first: date) -> tuple[Entry, ...]:
    """Lines of everyday life that nobody claims as money for intellectual property."""
    place = EXAMPLES.index(house)
    return (
        Entry(after(first, 9), yuan(4_800 + 100 * place), "某学生", "学费(虚构)"),
        Entry(after(first, 40), -yuan(2_300 + 70 * place), "示例水务有限公司", "水费(虚构)"),
    )


def _taken_back(house: str) -> tuple[Entry, ...]:
    """Money out that answers money in."""
    if house == REVERSED.deal.house:
        text = "退票 冲销"
        return (Entry(REVERSED_ON, -REVERSED.amount_fen, _NAMES[REVERSED.deal.firm], text),)
    if house == REFUNDED.deal.house:
        return (Entry(REFUNDED_ON, -REFUNDED_FEN, _NAMES[REFUNDED.deal.firm], "退许可费"),)
    return ()


def _entry(one: Payment) -> Entry:
    text = f"合同款 示例-{one.deal.key} 第{one.due}期"
    return Entry(one.on, one.amount_fen, _NAMES[one.deal.firm], text)


def _quarter(house: str, book: Passbook, first: date) -> Iterator[Step]:
    """The file of three months, imported nine days later, and its lines claimed on that day."""
    last = min(add_months(first, 3) - timedelta(days=1), _CLOSES)
    paid = [one for one in PAYMENTS if one.deal.house == house and first <= one.on <= last]
    others = (*_noise(house, first), *_taken_back(house))
    entries = [*map(_entry, paid), *(entry for entry in others if first <= entry.day <= last)]
    imported = after(last, 3 if last == _CLOSES else 9)
    yield book.import_of(moment(imported, 9), sorted(entries, key=lambda entry: entry.day))
    for one in paid:
        # A contract that is told late takes its money when it is known.
        at = max(moment(imported), LATE.get(one.deal.key, moment(imported)))
        part = Part(one.deal, one.due, one.amount_fen)
        yield from booked(at, (Paid(one.line, one.deal.firm, (part,)),))


def _steps() -> Iterator[Step]:
    for place, house in enumerate(EXAMPLES):
        book = Passbook.opened(f"{house}-ip", yuan(3_000_000 + 400_000 * place))
        for year in (2022, 2023, 2024):
            for month in (1, 4, 7, 10):
                yield from _quarter(house, book, date(year, month, 1))


RECEIVED: tuple[Step, ...] = tuple(_steps())
