"""The market desk: what is on offer, what firms look for, the talks about both, and events."""

import polars as pl

from ledger.facts import (
    DemandClosed,
    DemandRecorded,
    EventHeld,
    LeadAdvanced,
    LeadLost,
    LeadOpened,
    SupplyListed,
    SupplyWithdrawn,
)
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen


def supplies(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an item listed by the moment's day; `live` while it was not withdrawn by then."""
    withdrawn = (
        up_to(tape, SupplyWithdrawn, moment).group_by("supply").agg(withdrawn_on=pl.col("on").min())
    )
    return (
        up_to(tape, SupplyListed, moment)
        .join(withdrawn, on="supply", how="left")
        .with_columns(listed_on="on", live=pl.col("withdrawn_on").is_null())
    )


def demands(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a demand taken down by the moment's day; `outcome` is null while it is open."""
    closed = (
        up_to(tape, DemandClosed, moment)
        .sort("on", "stands_at")
        .group_by("demand")
        .agg(pl.col("outcome").last(), closed_on=pl.col("on").last())
    )
    return (
        up_to(tape, DemandRecorded, moment)
        .join(closed, on="demand", how="left")
        .with_columns(recorded_on="on")
    )


def leads(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a lead opened by the moment's day, with the last stage its talks reached by then.

    `stage` is null before the first; a lead is `live` while it led to no contract and is not lost.
    """
    advanced = (
        up_to(tape, LeadAdvanced, moment)
        .sort("on", "stands_at")
        .group_by("lead")
        .agg(pl.col("stage", "contract").last(), stage_on=pl.col("on").last())
    )
    lost = (
        up_to(tape, LeadLost, moment)
        .group_by("lead")
        .agg(pl.col("cause").first(), lost_on=pl.col("on").min())
    )
    contracted = (pl.col("stage") == "contracted").fill_null(False)
    return (
        up_to(tape, LeadOpened, moment)
        .join(advanced, on="lead", how="left")
        .join(lost, on="lead", how="left")
        .with_columns(opened_on="on", live=pl.col("lost_on").is_null() & ~contracted)
    )


def events(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an event held by the moment's day."""
    shown = pl.col("patents").list.n_unique().cast(pl.Int64)
    return up_to(tape, EventHeld, moment).with_columns(held_on="on", patent_count=shown)


SUPPLIES = View(
    name="supplies",
    zh="供给清单",
    en="Supply list",
    columns=(
        OF_INSTITUTION,
        Column("supply", "供给项", "Item", Kind.SUBJECT),
        Column("title", "名称", "Title"),
        Column("patents", "专利", "Patents", Kind.SUBJECTS),
        Column("disclosure", "成果披露", "Disclosure", Kind.SUBJECT),
        Column("channel", "发布渠道", "Published on"),
        fen("asking_fen", "意向价", "Asking price"),
        Column("listed_on", "列入日", "Listed on", Kind.DATE),
        Column("withdrawn_on", "移出日", "Withdrawn on", Kind.DATE),
        Column("live", "在列", "On the list", Kind.FLAG),
    ),
    key=("listed_on", "supply"),
    filters=("institution", "supply", "disclosure"),
    build=supplies,
    reach=Reach("supply", ("supply",)),
)

DEMANDS = View(
    name="demands",
    zh="需求清单",
    en="Demand list",
    columns=(
        OF_INSTITUTION,
        Column("demand", "需求项", "Demand", Kind.SUBJECT),
        Column("title", "名称", "Title"),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("industry", "行业", "Industry"),
        fen("budget_fen", "预算", "Budget"),
        Column("recorded_on", "登记日", "Recorded on", Kind.DATE),
        Column("outcome", "结果", "Outcome", Kind.CODE),
        Column("closed_on", "了结日", "Closed on", Kind.DATE),
    ),
    key=("recorded_on", "demand"),
    filters=("institution", "demand", "counterparty", "outcome"),
    build=demands,
    reach=Reach("demand", ("demand",)),
)

LEADS = View(
    name="leads",
    zh="对接线索",
    en="Leads",
    columns=(
        OF_INSTITUTION,
        Column("lead", "线索", "Lead", Kind.SUBJECT),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("supply", "供给项", "Item on offer", Kind.SUBJECT),
        Column("demand", "需求项", "Demand", Kind.SUBJECT),
        Column("patents", "专利", "Patents", Kind.SUBJECTS),
        Column("opened_on", "开始日", "Opened on", Kind.DATE),
        Column("stage", "阶段", "Stage", Kind.CODE),
        Column("stage_on", "进展日", "Stage reached on", Kind.DATE),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        Column("lost_on", "流失日", "Lost on", Kind.DATE),
        Column("cause", "流失原因", "Cause"),
        Column("live", "进行中", "Under way", Kind.FLAG),
    ),
    key=("opened_on", "lead"),
    filters=("institution", "lead", "counterparty", "supply", "demand", "stage", "contract"),
    build=leads,
    reach=Reach("lead", ("lead",)),
)

EVENTS = View(
    name="events",
    zh="对接活动",
    en="Events",
    columns=(
        OF_INSTITUTION,
        Column("event", "活动", "Event", Kind.SUBJECT),
        Column("title", "名称", "Title"),
        Column("kind", "活动类型", "Kind", Kind.CODE),
        Column("other_kind", "类型说明", "Kind in words"),
        Column("channel", "方式", "Channel", Kind.CODE),
        count("firms", "参加企业", "Firms", "firm"),
        count("patent_count", "展示专利", "Patents shown", "patent"),
        Column("held_on", "举办日", "Held on", Kind.DATE),
    ),
    key=("held_on", "event"),
    filters=("institution", "event", "kind", "channel"),
    build=events,
    reach=Reach("event", ("event",)),
)
