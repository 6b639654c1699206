"""Money set against contracts and taken back, as one signed column: what money views sum."""

import polars as pl

from ledger.facts import (
    BankFeeRecorded,
    Fact,
    ReceiptAllocated,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
)
from projections.moment import Moment
from projections.sharing import shared
from projections.tape import Tape

_PLACE = ("institution", "receipt", "number", "contract", "instalment", "purpose")


@shared
def movements(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Everything that changed what contracts received, up to the moment's day.

    position Int64, stands_at Int64, institution, receipt String, number Int64 (of the allocation),
    contract String, instalment Int64 (null = none), purpose String, day Date, movement String
    (allocated, deallocated, refunded, reversed), amount_fen Int64 (allocated > 0, others < 0).
    An allocation counts on its value date, a refund and a reversal on theirs.
    """
    undone = (
        tape.frame(ReceiptReversed)
        .select("position", "stands_at", "institution", "receipt", "on", "undone")
        .explode("undone", empty_as_null=False)
        .unnest("undone")
    )
    return pl.concat(
        [
            _moved(tape.frame(ReceiptAllocated), "allocated", "value_date", 1),
            _moved(tape.frame(ReceiptDeallocated), "deallocated", "value_date", -1),
            _moved(
                tape.frame(ReceiptRefunded).drop_nulls(["number", "contract"]), "refunded", "on", -1
            ),
            _moved(undone, "reversed", "on", -1),
        ]
    ).filter(pl.col("day") <= moment.as_of)


def _moved(frame: pl.LazyFrame, movement: str, day: str, sign: int) -> pl.LazyFrame:
    return frame.select(
        "position",
        "stands_at",
        *_PLACE,
        day=pl.col(day),
        movement=pl.lit(movement),
        amount_fen=pl.col("amount_fen") * sign,
    )


def bank_fees(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Fees that banks kept out of payments by the moment's day; a reversed receipt takes its along.

    receipt, contract String, instalment Int64, fee_fen Int64.
    """
    reversed_ = up_to(tape, ReceiptReversed, moment).select("receipt")
    return (
        up_to(tape, BankFeeRecorded, moment)
        .join(reversed_, on="receipt", how="anti")
        .select("receipt", "contract", "instalment", "fee_fen")
    )


def up_to(tape: Tape, fact: type[Fact], moment: Moment) -> pl.LazyFrame:
    """The facts of a type that hold by the moment's day: its prefix corrected, then cut by date."""
    return tape.frame(fact).filter(pl.col("effective") <= moment.as_of)


def sum_of(movement: str, name: str) -> pl.Expr:
    """Sum over the rows of one movement as a positive amount in fen."""
    chosen = pl.col("amount_fen").filter(pl.col("movement") == movement)
    return chosen.sum().abs().alias(name)
