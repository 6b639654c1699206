"""Receivables: what is due under each contract, what settled it, and how long it is overdue."""

from typing import Final

import polars as pl

from projections.contracts import instalments, parties
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import bank_fees, movements
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen

AGES: Final = ((30, "1-30"), (60, "31-60"), (90, "61-90"), (180, "91-180"), (365, "181-365"))
"""Ageing buckets by their last day overdue; beyond the last one it is `over-365`."""


def settled(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """What settled each instalment by the moment's day.

    contract String, number Int64, received_fen Int64, bank_fee_fen Int64 (0 = none).
    """
    place = ["contract", "number"]
    received = (
        movements(tape, moment)
        .drop_nulls("instalment")
        .select("contract", "amount_fen", number="instalment", fee_fen=pl.lit(0, pl.Int64))
    )
    fees = bank_fees(tape, moment).select(
        "contract", pl.lit(0, pl.Int64).alias("amount_fen"), "fee_fen", number="instalment"
    )
    return (
        pl.concat([received, fees], how="diagonal")
        .group_by(place)
        .agg(received_fen=pl.col("amount_fen").sum(), bank_fee_fen=pl.col("fee_fen").sum())
    )


def ageing(days: pl.Expr) -> pl.Expr:
    """The bucket of a number of days overdue (at least 1)."""
    bucket = pl.lit("over-365")
    for last, label in reversed(AGES):
        bucket = pl.when(days <= last).then(pl.lit(label)).otherwise(bucket)
    return bucket


def receivables(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an instalment of the schedule in force; a bank fee settles, though nothing came.

    Overdue is what is still open after its due day: on the day itself nothing is late.
    """
    late = (pl.lit(moment.as_of) - pl.col("due")).dt.total_days()
    is_open = pl.col("open_fen") > 0
    state = (
        pl.when(~is_open)
        .then(pl.lit("settled"))
        .when(pl.col("days_overdue") == 0)
        .then(pl.lit("not-due"))
        .otherwise(ageing(pl.col("days_overdue")))
    )
    return (
        instalments(tape, moment)
        .join(parties(tape, moment), on="contract")
        .join(settled(tape, moment), on=["contract", "number"], how="left")
        .with_columns(pl.col("received_fen", "bank_fee_fen").fill_null(0))
        .with_columns(settled_fen=pl.col("received_fen") + pl.col("bank_fee_fen"))
        .with_columns(open_fen=(pl.col("amount_fen") - pl.col("settled_fen")).clip(lower_bound=0))
        .with_columns(days_overdue=pl.when(is_open).then(late.clip(lower_bound=0)).otherwise(0))
        .with_columns(ageing=state)
    )


RECEIVABLES = View(
    name="receivables",
    zh="应收款台账",
    en="Receivables",
    columns=(
        OF_INSTITUTION,
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        Column("contract_number", "合同编号", "Contract number"),
        Column("kind", "合同类型", "Kind", Kind.CODE),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        count("number", "期次", "Instalment"),
        Column("due", "应收日", "Due on", Kind.DATE),
        Column("purpose", "用途", "Purpose", Kind.CODE),
        fen("amount_fen", "应收金额", "Amount due"),
        fen("received_fen", "已到账", "Received"),
        fen("bank_fee_fen", "银行扣费", "Bank fee"),
        fen("settled_fen", "已结清", "Settled"),
        fen("open_fen", "未收", "Open"),
        count("days_overdue", "逾期天数", "Days overdue", "day"),
        Column("ageing", "账龄", "Ageing", Kind.CODE),
    ),
    key=("due", "contract", "number"),
    filters=("institution", "contract", "counterparty", "purpose", "ageing"),
    build=receivables,
    reach=Reach("contract", ("license", "assignment", "contract"), through=("receipt",)),
)
