"""Disclosures of results: who contributed, what was decided, and what became of each result."""

import polars as pl

from ledger.actors import Role
from ledger.facts import (
    ActorRegistered,
    DisclosureAccepted,
    DisclosureAmended,
    DisclosureRejected,
    DisclosureSubmitted,
    DisclosureWithdrawn,
    Fact,
    FilingDecided,
    OwnershipDetermined,
    PatentFiled,
    PrefilingAssessed,
    ResultPublished,
    ResultRightGranted,
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
    OwnRows,
    View,
    count,
)

_CONTENT = ("title", "kind", "contributors", "project", "funding")


def contents(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """What each disclosure says by the moment, the last amendment counting.

    disclosure, title, kind, project, funding String, contributors List(String).
    """
    written = [
        up_to(tape, fact, moment).select("disclosure", "effective", "stands_at", *_CONTENT)
        for fact in (DisclosureSubmitted, DisclosureAmended)
    ]
    persons = pl.col("contributors").list.eval(pl.element().struct.field("person"))
    return (
        pl.concat(written)
        .sort("effective", "stands_at")
        .group_by("disclosure")
        .agg(pl.col(*_CONTENT).last())
        .with_columns(contributors=persons)
    )


def stages(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Disclosures no longer waiting for a decision by the moment.

    disclosure String, stage String (accepted, rejected, withdrawn), decided_on Date (null for a
    withdrawal, which decides nothing).
    """
    ended = [
        up_to(tape, fact, moment).select("disclosure", "on", "stands_at", stage=pl.lit(stage))
        for fact, stage in (
            (DisclosureAccepted, "accepted"),
            (DisclosureRejected, "rejected"),
            (DisclosureWithdrawn, "withdrawn"),
        )
    ]
    decided = pl.when(pl.col("stage") != "withdrawn").then("on")
    return (
        pl.concat(ended)
        .with_columns(decided_on=decided)
        .sort("on", "stands_at")
        .group_by("disclosure")
        .agg(pl.col("stage", "decided_on").last())
    )


def disclosures(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a disclosure submitted by the moment, with the last of each thing decided on it."""
    frame = (
        up_to(tape, DisclosureSubmitted, moment)
        .select("institution", "disclosure", "submitted", "stands_at")
        .join(_submitters(tape), on="stands_at")
        .join(contents(tape, moment), on="disclosure")
        .join(stages(tape, moment), on="disclosure", how="left")
        .join(_persons(tape), on="submitted_by", how="left")
    )
    for results in _results(tape, moment):
        frame = frame.join(results, on="disclosure", how="left")
    own = pl.col("contributors").list.contains(pl.col("person"))
    return frame.with_columns(
        stage=pl.col("stage").fill_null("submitted"),
        by_contributor=own.fill_null(False),
        days_to_decision=(pl.col("decided_on") - pl.col("submitted")).dt.total_days(),
        patents=pl.col("patents").fill_null([]),
        breaches=_breaches(),
    )


def _submitters(tape: Tape) -> pl.LazyFrame:
    """Who submitted, not who corrected what was submitted: stands_at Int64, submitted_by String."""
    return tape.raw(DisclosureSubmitted).select(stands_at="position", submitted_by="actor")


def _persons(tape: Tape) -> pl.LazyFrame:
    registered = tape.frame(ActorRegistered).select("person", submitted_by="registered")
    return registered.unique("submitted_by", keep="last", maintain_order=True)


def _results(tape: Tape, moment: Moment) -> tuple[pl.LazyFrame, ...]:
    """What is known of results, one row a disclosure each."""
    filed = pl.col("filed") <= moment.as_of
    patents = tape.frame(PatentFiled).filter(filed).drop_nulls("disclosure")
    published = up_to(tape, ResultPublished, moment).group_by("disclosure")
    return (
        _last(tape, moment, OwnershipDetermined, "owner", "service_result"),
        _last(tape, moment, ResultRightGranted, "right", right_granted_on="on"),
        _last(tape, moment, PrefilingAssessed, "verdict", assessed_on="on"),
        _last(tape, moment, FilingDecided, "decision", filing_decided_on="on"),
        _earliest(tape, moment, PrefilingAssessed, "first_assessed"),
        _earliest(tape, moment, FilingDecided, "first_decided"),
        _holders(tape, moment),
        published.agg(published_on=pl.col("on").min()),
        patents.group_by("disclosure").agg(patents=pl.col("patent").sort()),
    )


def _last(
    tape: Tape, moment: Moment, fact: type[Fact], *fields: str, **renamed: str
) -> pl.LazyFrame:
    ordered = up_to(tape, fact, moment).sort("on", "stands_at").group_by("disclosure")
    return ordered.agg(
        pl.col(*fields).last(), **{name: pl.col(field).last() for name, field in renamed.items()}
    )


def _earliest(tape: Tape, moment: Moment, fact: type[Fact], name: str) -> pl.LazyFrame:
    return up_to(tape, fact, moment).group_by("disclosure").agg(pl.col("on").min().alias(name))


def _holders(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Everybody who was given a right in a result: disclosure String, holders List(String)."""
    granted = up_to(tape, ResultRightGranted, moment).select("disclosure", "holders")
    each = granted.explode("holders", empty_as_null=False)
    return each.group_by("disclosure").agg(pl.col("holders").unique())


def _breaches() -> pl.Expr:
    """The codes the ledger gives when such a fact is recorded; here late facts count too."""
    unassessed = pl.col("first_assessed").is_null() | (
        pl.col("first_decided") < pl.col("first_assessed")
    )
    undecided = pl.col("first_decided").is_null() | (
        pl.col("published_on") < pl.col("first_decided")
    )
    strangers = pl.col("holders").list.set_difference("contributors").list.len() > 0
    found = {
        "filing-decided-without-assessment": pl.col("first_decided").is_not_null() & unassessed,
        "holder-is-not-a-contributor": strangers,
        "result-published-before-filing-decided": pl.col("published_on").is_not_null() & undecided,
    }
    codes = [pl.when(broken).then(pl.lit(code)) for code, broken in found.items()]
    return pl.concat_list(codes).list.drop_nulls()


DISCLOSURES = View(
    name="disclosures",
    zh="成果披露台账",
    en="Disclosures",
    columns=(
        OF_INSTITUTION,
        Column("disclosure", "披露", "Disclosure", Kind.SUBJECT),
        Column("title", "成果名称", "Title"),
        Column("kind", "成果类型", "Kind", Kind.CODE),
        Column("contributors", "完成人", "Contributors", Kind.SUBJECTS),
        Column("project", "项目", "Project"),
        Column("funding", "经费来源", "Funding", Kind.CODE),
        Column("submitted", "披露日", "Submitted on", Kind.DATE),
        Column("submitted_by", "提交人", "Submitted by", Kind.SUBJECT),
        Column("by_contributor", "完成人自行提交", "By a contributor", Kind.FLAG),
        Column("stage", "环节", "Stage", Kind.CODE),
        Column("decided_on", "受理决定日", "Decided on", Kind.DATE),
        count("days_to_decision", "受理用时", "Days to decision", "day"),
        Column("owner", "权属", "Owner", Kind.CODE),
        Column("service_result", "职务成果", "Service result", Kind.FLAG),
        Column("right", "赋权", "Right granted", Kind.CODE),
        Column("right_granted_on", "赋权日", "Right granted on", Kind.DATE),
        Column("verdict", "申请前评估", "Pre-filing assessment", Kind.CODE),
        Column("assessed_on", "评估日", "Assessed on", Kind.DATE),
        Column("decision", "申请决定", "Filing decision", Kind.CODE),
        Column("filing_decided_on", "申请决定日", "Filing decided on", Kind.DATE),
        Column("published_on", "成果发布日", "Published on", Kind.DATE),
        Column("patents", "由此申请的专利", "Patents filed from it", Kind.SUBJECTS),
        Column("breaches", "违规项", "Breaches", Kind.CODES),
    ),
    key=("disclosure",),
    filters=("institution", "disclosure", "stage", "kind", "decision"),
    build=disclosures,
    reads=OFFICES_SEEING_PERSONS,
    reach=Reach("disclosure", ("disclosure",), whole=(ActorRegistered,)),
    own=OwnRows(frozenset({Role.INVENTOR}), "contributors"),
)
