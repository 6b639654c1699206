"""What is due under a contract, and how money that comes and goes settles it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from ledger.facts import (
    BankFeeRecorded,
    InstalmentScheduled,
    ReceiptAllocated,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardAwarded,
    RewardCapped,
    RewardClaimed,
    RewardClawedBack,
    RewardRefused,
    RewardReturned,
    RewardReviewed,
)
from ledger.facts.deals import Instalment, Purpose

CashFact = (
    ReceiptAllocated
    | ReceiptDeallocated
    | BankFeeRecorded
    | ReceiptRefunded
    | ReceiptReversed
    | InstalmentScheduled
)
"""Facts that change what a contract still has to bring in."""

RewardFact = (
    RewardClaimed
    | RewardReturned
    | RewardRefused
    | RewardReviewed
    | RewardAwarded
    | RewardCapped
    | RewardClawedBack
)
"""Facts about a reward for a contract; they touch its chain and change nothing in it."""


@dataclass(frozen=True, slots=True)
class Due:
    """One amount due. `settled_fen` counts receipts and bank fees and may exceed the amount.

    `since` is the sequence, on the contract, of the fact that made it due; `agreed` is false where
    it was scheduled after the contract, so that an amendment of the terms leaves it alone.
    """

    number: int
    due: date
    amount_fen: int
    purpose: Purpose
    settled_fen: int = 0
    since: int = 0
    agreed: bool = True

    @property
    def open_fen(self) -> int:
        """What is still to come in, in fen; never negative."""
        return max(0, self.amount_fen - self.settled_fen)


@dataclass(frozen=True, slots=True)
class BankFee:
    """A fee that the bank kept out of one receipt; it settles the due as long as that stands."""

    receipt: str
    instalment: int
    fee_fen: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """All amounts due, by number, and what was received in fen (bank fees not counted)."""

    dues: tuple[Due, ...] = ()
    received_fen: int = 0
    fees: tuple[BankFee, ...] = ()

    def due(self, number: int) -> Due | None:
        """The due of this number."""
        return next((due for due in self.dues if due.number == number), None)

    @property
    def next_number(self) -> int:
        """The first number above all used ones."""
        return max((due.number for due in self.dues), default=0) + 1


NOTHING_DUE = Schedule()


def schedule_of(instalments: Iterable[Instalment], sequence: int) -> Schedule:
    """What a contract makes due on signing; `sequence` is that of the contract's fact."""
    return Schedule(tuple(_due(item, sequence) for item in instalments))


def amended(schedule: Schedule, instalments: Iterable[Instalment], sequence: int) -> Schedule:
    """The schedule after new terms: money stays with its number, later instalments stay."""
    settled = {due.number: due.settled_fen for due in schedule.dues}
    fresh = [_due(item, sequence, settled.get(item.number, 0)) for item in instalments]
    taken = {due.number for due in fresh}
    kept = [due for due in schedule.dues if not due.agreed and due.number not in taken]
    return replace(schedule, dues=tuple(sorted((*fresh, *kept), key=lambda due: due.number)))


def _due(item: Instalment, sequence: int, settled_fen: int = 0) -> Due:
    return Due(item.number, item.due, item.amount_fen, item.purpose, settled_fen, sequence)


def settle(schedule: Schedule, fact: CashFact, contract: str, sequence: int = 0) -> Schedule:
    """Fold one fact about money into the schedule of `contract`, the subject being folded.

    An allocation or a bank fee settles its due; a de-allocation, a refund or a reversal takes that
    back, and a reversed receipt takes its bank fees along. Money set against no due date, or
    against a number that the terms no longer have, moves `received_fen` alone. `sequence` is that
    of the fact on the contract.
    """
    match fact:
        case ReceiptAllocated():
            return _move(schedule, fact.instalment, fact.amount_fen)
        case ReceiptDeallocated():
            return _move(schedule, fact.instalment, -fact.amount_fen)
        case ReceiptRefunded():
            if fact.contract != contract:
                return schedule
            return _move(schedule, fact.instalment, -fact.amount_fen)
        case ReceiptReversed():
            for part in fact.undone:
                if part.contract == contract:
                    schedule = _move(schedule, part.instalment, -part.amount_fen)
            return _without_fees(schedule, fact.receipt)
        case BankFeeRecorded():
            fee = BankFee(fact.receipt, fact.instalment, fact.fee_fen)
            settled = _settled(schedule, fact.instalment, fact.fee_fen)
            return replace(settled, fees=(*schedule.fees, fee))
        case InstalmentScheduled():
            due = Due(
                fact.number, fact.due, fact.amount_fen, fact.purpose, since=sequence, agreed=False
            )
            dues = sorted((*schedule.dues, due), key=lambda item: item.number)
            return replace(schedule, dues=tuple(dues))
        case _:
            assert_never(fact)


def _move(schedule: Schedule, number: int | None, amount_fen: int) -> Schedule:
    received = replace(schedule, received_fen=schedule.received_fen + amount_fen)
    return received if number is None else _settled(received, number, amount_fen)


def _settled(schedule: Schedule, number: int, amount_fen: int) -> Schedule:
    dues = tuple(
        replace(due, settled_fen=due.settled_fen + amount_fen) if due.number == number else due
        for due in schedule.dues
    )
    return replace(schedule, dues=dues)


def _without_fees(schedule: Schedule, receipt: str) -> Schedule:
    if not any(fee.receipt == receipt for fee in schedule.fees):
        return schedule
    for fee in schedule.fees:
        if fee.receipt == receipt:
            schedule = _settled(schedule, fee.instalment, -fee.fee_fen)
    return replace(schedule, fees=tuple(fee for fee in schedule.fees if fee.receipt != receipt))
