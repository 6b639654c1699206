"""Receipts with what became of their money, and the allocations one by one."""

import polars as pl

from ledger.facts import (
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptRefunded,
    ReceiptReversed,
)
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import bank_fees, movements, sum_of, up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen

_REVERSED = pl.col("reversed_fen") > 0

FREE = (
    pl.when(_REVERSED)
    .then(0)
    .otherwise(pl.col("amount_fen") - pl.col("allocated_fen") - pl.col("refunded_fen"))
    .alias("free_fen")
)
"""What is claimed and set against nothing; negative where a correction made a receipt smaller."""


def receipts(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a receipt whose value date has come.

    At every moment amount = allocated + refunded + reversed + free, in fen: `allocated_fen` is
    what contracts still hold of it, `refunded_fen` what went back to the payer.
    """
    held = movements(tape, moment).group_by("receipt").agg(allocated_fen=pl.col("amount_fen").sum())
    refunded = (
        up_to(tape, ReceiptRefunded, moment)
        .group_by("receipt")
        .agg(refunded_fen=pl.col("amount_fen").sum())
    )
    reversed_ = (
        up_to(tape, ReceiptReversed, moment)
        .group_by("receipt")
        .agg(reversed_on=pl.col("on").min(), reversed_fen=pl.col("amount_fen").sum())
    )
    fees = bank_fees(tape, moment).group_by("receipt").agg(bank_fee_fen=pl.col("fee_fen").sum())
    days = (pl.lit(moment.as_of) - pl.col("value_date")).dt.total_days()
    return (
        up_to(tape, ReceiptClaimed, moment)
        .join(held, on="receipt", how="left")
        .join(refunded, on="receipt", how="left")
        .join(reversed_, on="receipt", how="left")
        .join(fees, on="receipt", how="left")
        .with_columns(
            pl.col("allocated_fen", "refunded_fen", "reversed_fen", "bank_fee_fen").fill_null(0)
        )
        .with_columns(FREE)
        .with_columns(
            days_unallocated=pl.when(pl.col("free_fen") > 0).then(days).otherwise(0),
        )
    )


RECEIPTS = View(
    name="receipts",
    zh="到款台账",
    en="Receipts",
    columns=(
        OF_INSTITUTION,
        Column("receipt", "到款", "Receipt", Kind.SUBJECT),
        Column("statement", "银行对账单", "Statement", Kind.SUBJECT),
        count("line", "行号", "Line"),
        Column("account", "账户", "Account", Kind.SUBJECT),
        Column("holder", "账户归属", "Account holder", Kind.CODE),
        Column("payer", "付款方", "Payer", Kind.SUBJECT),
        Column("currency", "币种", "Currency", Kind.CODE),
        Column("value_date", "起息日", "Value date", Kind.DATE),
        Column("booking_date", "记账日", "Booking date", Kind.DATE),
        fen("amount_fen", "到账金额", "Received"),
        fen("allocated_fen", "已核销", "Allocated"),
        fen("refunded_fen", "已退款", "Refunded"),
        fen("reversed_fen", "已冲正", "Reversed"),
        fen("free_fen", "未核销", "Unallocated"),
        fen("bank_fee_fen", "银行扣费", "Bank fee"),
        Column("reversed_on", "冲正日", "Reversed on", Kind.DATE),
        count("days_unallocated", "未核销天数", "Days unallocated", "day"),
    ),
    key=("value_date", "receipt"),
    filters=("institution", "receipt", "account", "payer"),
    build=receipts,
    reach=Reach("receipt", ("receipt",)),
)


def allocations(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an allocation whose value date has come, with what was taken back of it since."""
    moved = (
        movements(tape, moment)
        .group_by("receipt", "number")
        .agg(
            sum_of("deallocated", "deallocated_fen"),
            sum_of("refunded", "refunded_fen"),
            sum_of("reversed", "reversed_fen"),
            received_fen=pl.col("amount_fen").sum(),
        )
    )
    return up_to(tape, ReceiptAllocated, moment).join(moved, on=["receipt", "number"], how="left")


ALLOCATIONS = View(
    name="allocations",
    zh="核销明细",
    en="Allocations",
    columns=(
        OF_INSTITUTION,
        count("position", "日志位置", "Position"),
        Column("receipt", "到款", "Receipt", Kind.SUBJECT),
        count("number", "序号", "Number"),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        count("instalment", "期次", "Instalment"),
        Column("purpose", "用途", "Purpose", Kind.CODE),
        Column("value_date", "起息日", "Value date", Kind.DATE),
        fen("amount_fen", "核销金额", "Allocated"),
        fen("deallocated_fen", "撤销核销", "De-allocated"),
        fen("refunded_fen", "退款", "Refunded"),
        fen("reversed_fen", "冲正", "Reversed"),
        fen("received_fen", "净到账", "Received"),
        Column("actor", "经办", "Actor", Kind.SUBJECT),
    ),
    key=("receipt", "number"),
    filters=("institution", "receipt", "contract", "purpose"),
    build=allocations,
    reach=Reach("receipt", ("receipt",)),
)
