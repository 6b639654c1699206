"""What a portfolio adds to the register: grades, tags, families abroad, annuities to come."""

import polars as pl

from ledger.facts import (
    AnnuityDue,
    AnnuityPaid,
    ForeignFiled,
    HighValueTagged,
    HighValueUntagged,
    PatentGraded,
)
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import standing, standing_each
from projections.tape import Tape


def grades(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The last grade of each patent: patent String, grade String."""
    graded = standing(up_to(tape, PatentGraded, moment), tape, moment).sort("on", "stands_at")
    return graded.group_by("patent").agg(grade=pl.col("grade").last())


def live_tags(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Every high-value tag set on the moment's day: patent String, tag String."""
    chosen = ("patent", "institution", "tag", "on", "stands_at")
    turned = [
        up_to(tape, HighValueTagged, moment).select(*chosen, is_set=pl.lit(True)),
        up_to(tape, HighValueUntagged, moment).select(*chosen, is_set=pl.lit(False)),
    ]
    return (
        standing(pl.concat(turned), tape, moment)
        .sort("on", "stands_at")
        .group_by("patent", "tag")
        .agg(pl.col("is_set").last())
        .filter("is_set")
        .select("patent", "tag")
    )


def family_offices(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Offices abroad with an application of a patent's family: patent String, office String."""
    filed = up_to(tape, ForeignFiled, moment).select("institution", "office", "patents")
    return standing_each(filed, tape, moment).select("patent", "office").unique()


def next_annuities(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The earliest annuity not paid by the moment's day: patent String, next_annuity_due Date."""
    paid = standing(up_to(tape, AnnuityPaid, moment), tape, moment)
    return (
        standing(tape.frame(AnnuityDue), tape, moment)
        .join(paid, on=["patent", "year"], how="anti")
        .group_by("patent")
        .agg(next_annuity_due=pl.col("due").min())
    )
