"""What auditors do: samples with their items, and findings on their way to being mended."""

import polars as pl

from ledger.facts import (
    FindingAnswered,
    FindingClosed,
    FindingRaised,
    FindingVerified,
    SampleDrawn,
    SampleProjected,
)
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import (
    OF_INSTITUTION,
    OFFICES_SEEING_PERSONS,
    Column,
    Filters,
    Kind,
    View,
    count,
    fen,
)

_STEPS = (
    (FindingRaised, pl.lit("raised")),
    (FindingAnswered, pl.lit("answered")),
    (FindingVerified, pl.col("outcome")),
    (FindingClosed, pl.lit("closed")),
)


def findings(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a finding raised by the moment's day, with how far it came.

    `days_left` counts to the day it is due, below zero past it; one that was mended or is closed
    has none left.
    """
    steps = pl.concat(
        [
            up_to(tape, fact, moment).select("finding", "stands_at", stage=stage)
            for fact, stage in _STEPS
        ]
    )
    stages = steps.sort("stands_at").group_by("finding").agg(pl.col("stage").last())
    answered = (
        up_to(tape, FindingAnswered, moment)
        .group_by("finding")
        .agg(answers=pl.len(), answered_on=pl.col("on").last(), answer=pl.col("body").last())
    )
    verified = (
        up_to(tape, FindingVerified, moment)
        .group_by("finding")
        .agg(verified_on=pl.col("on").last(), verified=pl.col("outcome").last())
    )
    closed = up_to(tape, FindingClosed, moment).select("finding", "outcome", closed_on="on")
    open_ = ~pl.col("stage").is_in(["mended", "closed"])
    left = (pl.col("due") - pl.lit(moment.as_of)).dt.total_days()
    return (
        up_to(tape, FindingRaised, moment)
        .join(stages, on="finding", how="left")
        .join(answered, on="finding", how="left")
        .join(verified, on="finding", how="left")
        .join(closed, on="finding", how="left")
        .with_columns(
            pl.col("answers").fill_null(0),
            raised_on="on",
            raised_by="actor",
            days_left=pl.when(open_).then(left),
            overdue=open_ & (pl.col("due") < moment.as_of),
        )
    )


FINDINGS = View(
    name="findings",
    zh="审计发现",
    en="Findings",
    columns=(
        OF_INSTITUTION,
        Column("finding", "审计发现", "Finding", Kind.SUBJECT),
        Column("title", "标题", "Title"),
        Column("severity", "严重程度", "Severity", Kind.CODE),
        Column("stage", "阶段", "Stage", Kind.CODE),
        Column("raised_on", "提出日", "Raised on", Kind.DATE),
        Column("due", "整改期限", "Due", Kind.DATE),
        count("days_left", "剩余天数", "Days left", "day"),
        Column("overdue", "逾期", "Overdue", Kind.FLAG),
        count("answers", "答复次数", "Answers"),
        Column("answered_on", "最近答复日", "Last answered on", Kind.DATE),
        Column("verified_on", "最近核实日", "Last verified on", Kind.DATE),
        Column("outcome", "关闭结论", "Closed as", Kind.CODE),
        Column("closed_on", "关闭日", "Closed on", Kind.DATE),
        Column("about", "涉及对象", "About", Kind.SUBJECTS),
        Column("positions", "依据的事实", "Facts it rests on", Kind.POSITIONS),
        Column("sample", "样本", "Sample", Kind.SUBJECT),
        Column("body", "内容", "Text"),
        Column("answer", "最近答复", "Last answer"),
        Column("raised_by", "提出人", "Raised by", Kind.SUBJECT),
    ),
    key=("raised_on", "finding"),
    filters=("institution", "finding", "severity", "stage"),
    build=findings,
    reads=OFFICES_SEEING_PERSONS,
    reach=Reach("finding", ("finding",)),
)


def _projections(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The newest projection of each sample by the moment's day."""
    return (
        up_to(tape, SampleProjected, moment)
        .group_by("sample")
        .agg(
            pl.col("estimator", "audited", "misstated_fen", "projected_fen").last(),
            pl.col("upper_limit_fen").last(),
            projected_on=pl.col("on").last(),
        )
    )


def samples(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a sample drawn by the moment's day, with the errors last projected from it.

    `exceeds` says that the upper limit, or the projection where there is none, is above what was
    tolerable.
    """
    population = pl.col("population").struct
    worst = pl.coalesce("upper_limit_fen", "projected_fen")
    return (
        up_to(tape, SampleDrawn, moment)
        .join(_projections(tape, moment), on="sample", how="left")
        .with_columns(
            population.field("view", "digest", "amount_fen"),
            population_as_of=population.field("as_of"),
            population_known_at=population.field("known_at"),
            population_rows=population.field("rows"),
            drawn=pl.col("items").list.len(),
            drawn_on="on",
            drawn_by="actor",
            exceeds=worst > pl.col("tolerable_fen"),
        )
    )


SAMPLES = View(
    name="samples",
    zh="审计样本",
    en="Samples",
    columns=(
        OF_INSTITUTION,
        Column("sample", "样本", "Sample", Kind.SUBJECT),
        Column("view", "抽样视图", "View"),
        Column("population_as_of", "业务时点", "As of", Kind.DATE),
        count("population_known_at", "认知时点", "Known at"),
        count("population_rows", "总体行数", "Rows of the population"),
        fen("amount_fen", "总体金额", "Amount of the population"),
        Column("digest", "总体散列", "Digest of the population"),
        Column("method", "抽样方法", "Method", Kind.CODE),
        count("confidence", "置信度", "Confidence", "%"),
        fen("tolerable_fen", "可容忍错报", "Tolerable misstatement"),
        fen("expected_fen", "预计错报", "Expected misstatement"),
        fen("interval_fen", "抽样间隔", "Interval"),
        Column("seed", "随机种子", "Seed"),
        count("drawn", "样本项数", "Items"),
        Column("estimator", "推断方法", "Estimator", Kind.CODE),
        fen("misstated_fen", "已查出错报", "Misstated in the sample"),
        fen("projected_fen", "推断错报", "Projected misstatement"),
        fen("upper_limit_fen", "错报上限", "Upper limit"),
        Column("exceeds", "超过可容忍错报", "Above what is tolerable", Kind.FLAG),
        Column("projected_on", "推断日", "Projected on", Kind.DATE),
        Column("drawn_on", "抽取日", "Drawn on", Kind.DATE),
        Column("drawn_by", "抽取人", "Drawn by", Kind.SUBJECT),
    ),
    key=("drawn_on", "sample"),
    filters=("institution", "sample", "method"),
    build=samples,
    reach=Reach("sample", ("sample",)),
)


def sample_items(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an item of a sample, in the order of the population, with its audited value."""
    audited = (
        _projections(tape, moment)
        .select("sample", "audited")
        .explode("audited", empty_as_null=False)
        .unnest("audited")
    )
    return (
        up_to(tape, SampleDrawn, moment)
        .select("institution", "sample", "method", "items")
        .with_columns(place=pl.int_ranges(1, pl.col("items").list.len() + 1))
        .explode("items", "place", empty_as_null=False)
        .unnest("items")
        .join(audited, on=["sample", "key"], how="left")
        .with_columns(misstated_fen=pl.col("book_fen") - pl.col("audit_fen"))
    )


SAMPLE_ITEMS = View(
    name="sample-items",
    zh="样本明细",
    en="Items of samples",
    columns=(
        OF_INSTITUTION,
        Column("sample", "样本", "Sample", Kind.SUBJECT),
        count("place", "序号", "Place"),
        Column("key", "总体中的键", "Key in the population"),
        Column("layer", "层", "Layer", Kind.CODE),
        fen("book_fen", "账面金额", "Book value"),
        fen("audit_fen", "审定金额", "Audited value"),
        fen("misstated_fen", "错报", "Misstatement"),
    ),
    key=("sample", "place"),
    filters=("institution", "sample"),
    build=sample_items,
    reads=OFFICES_SEEING_PERSONS,
    reach=Reach("sample", ("sample",)),
)
