"""Annuities of patents: what is due when, what was paid, and what is overdue on the day."""

import polars as pl

from ledger.facts import AnnuityDue, AnnuityPaid
from projections.breaches import to_working_day
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen

_PLACE = ["patent", "year"]


def annuities(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a year of a patent with an annuity due or paid; of two payments the first counts.

    The last day is the due day, or the next on which offices work; on it nothing is late yet. The
    grace ends six months after the due day (专利法实施细则 art. 115).
    """
    dues = tape.frame(AnnuityDue).select("institution", *_PLACE, "due", "amount_fen")
    paid = (
        up_to(tape, AnnuityPaid, moment)
        .sort("on", "stands_at")
        .group_by(_PLACE)
        .agg(
            paid_by=pl.col("institution").first(),
            paid_on=pl.col("on").first(),
            paid_fen=pl.col("amount_fen").sum(),
            late_fee_fen=pl.col("late_fee_fen").sum(),
        )
    )
    return (
        dues.join(paid, on=_PLACE, how="full", coalesce=True)
        .with_columns(institution=pl.coalesce("institution", "paid_by"))
        .pipe(to_working_day, "due", "last_day")
        .with_columns(ends=pl.col("due").dt.offset_by("6mo"))
        .pipe(to_working_day, "ends", "grace_ends")
        .with_columns(status=_status(moment))
    )


def _status(moment: Moment) -> pl.Expr:
    return (
        pl.when(pl.col("paid_on") > pl.col("last_day"))
        .then(pl.lit("paid-late"))
        .when(pl.col("paid_on").is_not_null())
        .then(pl.lit("paid"))
        .when(pl.lit(moment.as_of) > pl.col("last_day"))
        .then(pl.lit("overdue"))
        .otherwise(pl.lit("due"))
    )


ANNUITIES = View(
    name="annuities",
    zh="年费台账",
    en="Annuities",
    columns=(
        OF_INSTITUTION,
        Column("patent", "专利", "Patent", Kind.SUBJECT),
        count("year", "年度", "Year"),
        Column("due", "应缴日", "Due on", Kind.DATE),
        Column("last_day", "应缴最后一日", "Last day", Kind.DATE),
        Column("grace_ends", "宽限期最后一日", "Last day of grace", Kind.DATE),
        fen("amount_fen", "应缴金额", "Amount due"),
        Column("paid_on", "缴纳日", "Paid on", Kind.DATE),
        fen("paid_fen", "已缴年费", "Paid"),
        fen("late_fee_fen", "滞纳金", "Late fee"),
        Column("status", "缴费状态", "Status", Kind.CODE),
    ),
    key=("patent", "year"),
    filters=("institution", "patent", "status"),
    build=annuities,
    reach=Reach("patent", ("patent",)),
)
