"""Accounting periods day by day, approval limits, and facts that came after a closing."""

import polars as pl

from ledger.facts import (
    ApprovalLimitsSet,
    BankFeeRecorded,
    Fact,
    PeriodClosed,
    PeriodReopened,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardAppropriated,
    RewardClawedBack,
    RewardDisbursed,
    RewardUnspentReturned,
)
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen

POSTINGS: tuple[type[Fact], ...] = (
    ReceiptClaimed,
    ReceiptAllocated,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    BankFeeRecorded,
    RewardAppropriated,
    RewardDisbursed,
    RewardUnspentReturned,
    RewardClawedBack,
)
"""Facts that move money, which a closed period takes none of."""

_DAY = ["institution", "day"]
_RECORDED = pl.col("recorded_at").dt.convert_time_zone("Asia/Shanghai").dt.date()


def closings(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Closings and reopenings up to the moment's day: position Int64, institution String, first,
    last Date, closed Boolean, and the envelope."""
    told = [
        up_to(tape, fact, moment).select(
            "position",
            "institution",
            "recorded_at",
            "actor",
            "reason",
            "first",
            "last",
            "on",
            closed=pl.lit(fact is PeriodClosed),
        )
        for fact in (PeriodClosed, PeriodReopened)
    ]
    return pl.concat(told).sort("position")


def days_told(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """What was said of each day: institution String, day Date, closed Boolean, `position` of the
    fact that said it, `until` the position from which another holds (null = still), both Int64."""
    return (
        closings(tape, moment)
        .with_columns(day=pl.date_ranges("first", "last"))
        .explode("day", empty_as_null=False)
        .sort("position")
        .with_columns(until=pl.col("position").shift(-1).over(_DAY))
        .select(*_DAY, "closed", "position", "until")
    )


def periods(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a closing or reopening; `days_in_force` are those of its days for which it is the
    last word at the moment."""
    standing = (
        days_told(tape, moment)
        .filter(pl.col("until").is_null())
        .group_by("position")
        .agg(days_in_force=pl.len())
    )
    days = (pl.col("last") - pl.col("first")).dt.total_days() + 1
    return (
        closings(tape, moment)
        .join(standing, on="position", how="left")
        .with_columns(pl.col("days_in_force").fill_null(0), days=days, recorded_by="actor")
    )


PERIODS = View(
    name="periods",
    zh="会计期间",
    en="Accounting periods",
    columns=(
        OF_INSTITUTION,
        count("position", "日志位置", "Position"),
        Column("closed", "结账", "Closed", Kind.FLAG),
        Column("first", "首日", "First day", Kind.DATE),
        Column("last", "末日", "Last day", Kind.DATE),
        count("days", "天数", "Days", "day"),
        count("days_in_force", "仍有效的天数", "Days still in force", "day"),
        Column("on", "办理日", "Done on", Kind.DATE),
        Column("reason", "理由", "Reason"),
        Column("recorded_by", "办理人", "Done by", Kind.SUBJECT),
    ),
    key=("position",),
    filters=("institution",),
    build=periods,
)


def limits_set(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Approval limits that had begun by the moment's day, of one start the last recorded.

    institution, matter String, starts Date, tiers List(Struct), document String, position Int64.
    """
    return (
        up_to(tape, ApprovalLimitsSet, moment)
        .sort("starts", "stands_at")
        .unique(["institution", "matter", "starts"], keep="last", maintain_order=True)
        .select("institution", "matter", "starts", "tiers", "document", "position")
    )


def approval_limits(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a tier of the limits in force on the moment's day; no amount takes all the rest."""
    return (
        limits_set(tape, moment)
        .unique(["institution", "matter"], keep="last", maintain_order=True)
        .with_columns(tier=pl.int_ranges(1, pl.col("tiers").list.len() + 1))
        .explode("tiers", "tier", empty_as_null=False)
        .unnest("tiers")
    )


APPROVAL_LIMITS = View(
    name="approval-limits",
    zh="审批权限",
    en="Approval limits",
    columns=(
        OF_INSTITUTION,
        Column("matter", "事项", "Matter", Kind.CODE),
        count("tier", "档", "Tier"),
        Column("level", "审批层级", "Who approves", Kind.CODE),
        fen("up_to_fen", "上限金额", "Up to"),
        Column("starts", "起始日", "In force from", Kind.DATE),
        Column("document", "依据文件", "Document"),
        count("position", "日志位置", "Position"),
    ),
    key=("institution", "matter", "tier"),
    filters=("institution", "matter"),
    build=approval_limits,
)


def facts_after_closing(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a movement of money whose business day was closed when it was recorded.

    `posts_on` is the first day from then on that was open at that time: there it posts.
    """
    told = days_told(tape, moment)
    late = (
        pl.concat([_postings(tape, fact, moment) for fact in POSTINGS])
        .join(told, left_on=["institution", "effective"], right_on=_DAY)
        .filter(_closed_then())
        .rename({"position_right": "closing"})
        .drop("closed", "until")
    )
    onward = (
        late.join(told, on="institution")
        .filter(pl.col("day") >= pl.col("effective"), _closed_then())
        .sort("position", "day")
        .group_by("position", maintain_order=True)
        .agg(closed_days=_in_a_row())
    )
    return late.join(onward, on="position").with_columns(
        posts_on=pl.col("effective") + pl.duration(days=pl.col("closed_days"))
    )


def _postings(tape: Tape, fact: type[Fact], moment: Moment) -> pl.LazyFrame:
    return up_to(tape, fact, moment).select(
        "position",
        "institution",
        "subject",
        "effective",
        "actor",
        fact=pl.lit(fact.TOPIC),
        recorded_on=_RECORDED,
    )


def _closed_then() -> pl.Expr:
    """Whether a day was closed at the position of a fact that it is joined to."""
    at = pl.col("position")
    said = pl.col("position_right") < at
    return pl.col("closed") & said & (pl.col("until").is_null() | (pl.col("until") > at))


def _in_a_row() -> pl.Expr:
    """How many closed days follow one another from the business day on."""
    apart = (pl.col("day") - pl.col("effective")).dt.total_days()
    return (apart == pl.int_range(pl.len())).sum()


FACTS_AFTER_CLOSING = View(
    name="facts-after-closing",
    zh="结账后登记的事实",
    en="Facts after closing",
    columns=(
        OF_INSTITUTION,
        count("position", "日志位置", "Position"),
        Column("fact", "事实", "Fact", Kind.CODE),
        Column("subject", "主体", "Subject", Kind.SUBJECT),
        Column("effective", "业务日期", "Business date", Kind.DATE),
        Column("recorded_on", "登记日", "Recorded on", Kind.DATE),
        count("closing", "结账的日志位置", "Closed at position"),
        Column("posts_on", "入账日", "Posts on", Kind.DATE),
        Column("actor", "经办", "Actor", Kind.SUBJECT),
    ),
    key=("position",),
    filters=("institution", "fact"),
    build=facts_after_closing,
)
