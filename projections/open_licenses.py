"""Declarations of open licenses: when they stood, and how often they were taken up."""

import polars as pl

from ledger.facts import (
    Fact,
    OpenLicenseAnnounced,
    OpenLicenseDeclared,
    OpenLicenseTaken,
    OpenLicenseWithdrawn,
)
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen


def open_licenses(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a declaration by the moment's day.

    `live` says whether anybody can take it up on that day: announced, not withdrawn, and not past
    the end it names. Whether the right itself still lives is the patents' view to tell.
    """
    taken = (
        up_to(tape, OpenLicenseTaken, moment)
        .group_by("declaration")
        .agg(taken=pl.col("license").n_unique().cast(pl.Int64))
    )
    live = (
        pl.col("announced_on").is_not_null()
        & pl.col("withdrawn_on").is_null()
        & (pl.col("ends").is_null() | (pl.col("ends") >= moment.as_of))
    )
    return (
        up_to(tape, OpenLicenseDeclared, moment)
        .join(
            _first(tape, moment, OpenLicenseAnnounced, "announced_on"), on="declaration", how="left"
        )
        .join(
            _first(tape, moment, OpenLicenseWithdrawn, "withdrawn_on"), on="declaration", how="left"
        )
        .join(taken, on="declaration", how="left")
        .with_columns(pl.col("taken").fill_null(0), live=live)
    )


def _first(tape: Tape, moment: Moment, fact: type[Fact], name: str) -> pl.LazyFrame:
    """The first day on which a declaration was so announced or withdrawn."""
    return up_to(tape, fact, moment).group_by("declaration").agg(pl.col("on").min().alias(name))


OPEN_LICENSES = View(
    name="open-licenses",
    zh="开放许可台账",
    en="Open licenses",
    columns=(
        OF_INSTITUTION,
        Column("declaration", "声明", "Declaration", Kind.SUBJECT),
        Column("patent", "专利", "Patent", Kind.SUBJECT),
        Column("scheme", "实行方式", "Scheme", Kind.CODE),
        Column("on", "声明日", "Declared on", Kind.DATE),
        Column("payment", "支付方式", "Payment", Kind.CODE),
        fen("fee_fen", "许可费标准", "Declared fee"),
        Column("ends", "许可期限至", "Open until", Kind.DATE),
        Column("announced_on", "公告日", "Announced on", Kind.DATE),
        Column("withdrawn_on", "撤回日", "Withdrawn on", Kind.DATE),
        Column("live", "可达成", "Open to all", Kind.FLAG),
        count("taken", "达成项数", "Taken up", "license"),
    ),
    key=("on", "declaration"),
    filters=("institution", "declaration", "patent", "scheme"),
    build=open_licenses,
    reach=Reach("declaration", ("declaration",)),
)
