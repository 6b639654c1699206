"""The patent register: each patent with the status of its right, its owners and its licenses."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ledger.facts import (
    AssignmentRegistered,
    AssignmentRescinded,
    Fact,
    PatentExpired,
    PatentFiled,
    PatentGranted,
    PatentInvalidated,
    PatentLapsed,
    PatentPublished,
    PatentRejected,
    PatentRestored,
    PatentWithdrawn,
)
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import CLAIMS, contested, filings, standing
from projections.open_licenses import open_licenses
from projections.pledges import burdened_patents
from projections.portfolio import family_offices, grades, live_tags, next_annuities
from projections.sharing import shared
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View

_PARTLY: Final = "partly-invalidated"
_PUBLISHED: Final = "published"
_BESIDE: Final = (_PARTLY, _PUBLISHED)
"""Turns that do not decide whether the right lives."""
_IN_FORCE: Final = ("granted", "restored")

_STATUSES: Final[Mapping[type[Fact], pl.Expr]] = {
    PatentPublished: pl.lit(_PUBLISHED),
    PatentWithdrawn: pl.lit("withdrawn"),
    PatentRejected: pl.lit("rejected"),
    PatentGranted: pl.lit("granted"),
    PatentLapsed: pl.when(pl.col("cause") == "abandoned")
    .then(pl.lit("abandoned"))
    .otherwise(pl.lit("lapsed")),
    PatentRestored: pl.lit("restored"),
    PatentExpired: pl.lit("expired"),
    PatentInvalidated: pl.when(pl.col("extent") == "partly")
    .then(pl.lit(_PARTLY))
    .otherwise(pl.lit("invalidated")),
}


def turns(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Turns in the life of each right, at any date, as those tell for whom the number stands.

    patent, institution String, on Date, stands_at Int64, status String; sorted by on, stands_at.
    Publications and partial invalidations are among them though the right lives on as it was.
    """
    return standing(_all_turns(tape), tape, moment)


@shared
def _all_turns(tape: Tape) -> pl.LazyFrame:
    chosen = ("patent", "institution")
    filed = tape.frame(PatentFiled).select(
        *chosen, pl.col("filed").alias("on"), "stands_at", status=pl.lit("pending")
    )
    announced = [
        tape.frame(fact).select(*chosen, "on", "stands_at", status=status)
        for fact, status in _STATUSES.items()
    ]
    return pl.concat([filed, *announced]).sort("on", "stands_at")


def right_turns(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Turns that decide whether the right lives; a published application stays pending here."""
    return turns(tape, moment).filter(~pl.col("status").is_in(_BESIDE))


@shared
def transfers(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents whose title passed by a registered assignment that stands at the moment.

    assignment String, patent String, passed Date; each patent once, by the newest of them.
    """
    rescinded = _each_patent(up_to(tape, AssignmentRescinded, moment))
    registered = _each_patent(up_to(tape, AssignmentRegistered, moment))
    return (
        standing(registered, tape, moment)
        .join(rescinded, on=["assignment", "patent"], how="anti")
        .sort("on", "stands_at")
        .group_by("patent")
        .agg(pl.col("assignment").last(), passed=pl.col("on").last())
    )


def _each_patent(frame: pl.LazyFrame) -> pl.LazyFrame:
    chosen = frame.select("institution", "assignment", "on", "stands_at", patent="patents")
    return chosen.explode("patent", empty_as_null=False)


def patents(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a patent filed by the moment; status is the last turn on or before it."""
    until = turns(tape, moment).filter(pl.col("on") <= moment.as_of)
    last = (
        until.filter(~pl.col("status").is_in(_BESIDE))
        .group_by("patent", maintain_order=True)
        .agg(status=pl.col("status").last(), status_on=pl.col("on").last())
    )
    cut = until.filter(pl.col("status") == _PARTLY).select("patent", cut=True).unique()
    granted = (
        until.filter(pl.col("status") == "granted")
        .group_by("patent")
        .agg(granted_on=pl.col("on").first())
    )
    published = (
        until.filter(pl.col("status") == _PUBLISHED)
        .group_by("patent")
        .agg(published_on=pl.col("on").last())
    )
    in_force = pl.col("status").is_in(_IN_FORCE)
    shows = (pl.col("status") == "pending") & pl.col("published_on").is_not_null()
    register = (
        filings(tape, moment)
        .join(contested(tape, moment).with_columns(contested=True), on="patent", how="left")
        .join(last, on="patent", how="left")
        .join(cut, on="patent", how="left")
        .join(granted, on="patent", how="left")
        .join(published, on="patent", how="left")
        .join(transfers(tape, moment), on="patent", how="left")
        .with_columns(
            in_force=in_force,
            status=pl.when(in_force & pl.col("cut"))
            .then(pl.lit(_PARTLY))
            .when(shows)
            .then(pl.lit(_PUBLISHED))
            .otherwise("status"),
            status_on=pl.when(shows).then("published_on").otherwise("status_on"),
            assigned_by=pl.col("assignment"),
            assigned_on=pl.col("passed"),
        )
    )
    return _with_portfolio(register, tape, moment)


def _with_portfolio(register: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The register with what is known of each patent besides the life of its right."""
    tags = live_tags(tape, moment).group_by("patent").agg(high_value_tags=pl.col("tag").sort())
    offices = family_offices(tape, moment).group_by("patent")
    live = open_licenses(tape, moment, {}).filter("live")
    declared = standing(live, tape, moment).select("patent", open_license=True)
    for known in (
        grades(tape, moment),
        tags,
        burdened_patents(tape, moment).with_columns(pledged=True),
        declared.unique(),
        offices.agg(foreign_offices=pl.col("office").sort()),
        next_annuities(tape, moment),
    ):
        register = register.join(known, on="patent", how="left")
    return register.with_columns(
        pl.col("high_value_tags", "foreign_offices").fill_null([]),
        pl.col("pledged", "open_license", "contested").fill_null(False),
        next_annuity_due=pl.when("in_force").then("next_annuity_due"),
    )


PATENTS = View(
    name="patents",
    zh="专利台账",
    en="Patent register",
    columns=(
        OF_INSTITUTION,
        Column("patent", "专利", "Patent", Kind.SUBJECT),
        Column("kind", "专利类型", "Kind", Kind.CODE),
        Column("title", "名称", "Title"),
        Column("filed", "申请日", "Filed on", Kind.DATE),
        Column("granted_on", "授权公告日", "Granted on", Kind.DATE),
        Column("status", "法律状态", "Legal status", Kind.CODE),
        Column("status_on", "状态日期", "Status since", Kind.DATE),
        Column("in_force", "权利有效", "In force", Kind.FLAG),
        Column("owners", "申请时权利人", "Owners at filing", Kind.SUBJECTS),
        Column("other_owners", "其他共有人", "Other co-owners", Kind.SUBJECTS),
        Column("assigned_by", "转让合同", "Assigned by", Kind.SUBJECT),
        Column("assigned_on", "转让登记日", "Assignment registered on", Kind.DATE),
        Column("published_on", "公布日", "Published on", Kind.DATE),
        Column("disclosure", "来源成果", "From disclosure", Kind.SUBJECT),
        Column("grade", "等级", "Grade"),
        Column("high_value_tags", "高价值标注", "High-value tags", Kind.CODES),
        Column("pledged", "在押", "Pledged", Kind.FLAG),
        Column("open_license", "开放许可中", "Open to license", Kind.FLAG),
        Column("foreign_offices", "境外申请局", "Offices abroad", Kind.CODES),
        Column("next_annuity_due", "下次年费应缴日", "Next annuity due", Kind.DATE),
        Column("contested", "号码有争议，暂不计入", "Number contested, not counted", Kind.FLAG),
    ),
    key=("patent",),
    filters=("institution", "patent", "kind", "status"),
    build=patents,
    reach=Reach("patent", ("patent",), whole=CLAIMS),
)
