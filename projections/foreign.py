"""Applications beyond China: international and with offices abroad, with their Chinese family."""

import polars as pl

from ledger.facts import ForeignFiled, ForeignGranted, PctFiled
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View

_FILED = ("institution", "foreign", "number", "patents", "filed")


def foreign_applications(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an application by the moment; office WO is the international application itself."""
    international = up_to(tape, PctFiled, moment).select(*_FILED, "title", office=pl.lit("WO"))
    abroad = up_to(tape, ForeignFiled, moment).select(*_FILED, "office", "pct")
    granted = (
        up_to(tape, ForeignGranted, moment)
        .sort("on", "stands_at")
        .group_by("foreign")
        .agg(granted_on=pl.col("on").first(), grant_number=pl.col("number").last())
    )
    both = pl.concat([international, abroad], how="diagonal")
    return both.join(granted, on="foreign", how="left")


FOREIGN_APPLICATIONS = View(
    name="foreign-applications",
    zh="境外专利申请台账",
    en="Applications abroad",
    columns=(
        OF_INSTITUTION,
        Column("foreign", "境外申请", "Application", Kind.SUBJECT),
        Column("office", "受理局", "Office"),
        Column("number", "申请号", "Number"),
        Column("title", "名称", "Title"),
        Column("filed", "申请日", "Filed on", Kind.DATE),
        Column("patents", "中国同族专利", "Chinese family", Kind.SUBJECTS),
        Column("pct", "所依据的国际申请", "Through PCT application", Kind.SUBJECT),
        Column("granted_on", "授权日", "Granted on", Kind.DATE),
        Column("grant_number", "授权号", "Grant number"),
    ),
    key=("filed", "foreign"),
    filters=("institution", "foreign", "office"),
    build=foreign_applications,
    reach=Reach("foreign", ("foreign",)),
)
