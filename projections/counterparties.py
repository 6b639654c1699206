"""Counterparties with the size they declared and the size the bureau verified; readable by all."""

import polars as pl

from ledger.facts import (
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
)
from projections.moment import Moment
from projections.movements import up_to
from projections.sharing import shared
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count


@shared
def verified_sizes(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Verified sizes, each holding from its day on, for `join_asof`; sorted by that day.

    counterparty String, size_on Date, size String, size_year Int64, industry String,
    controlled_by_large Boolean, size_position Int64.
    """
    return (
        up_to(tape, CounterpartySizeVerified, moment)
        .sort("on", "stands_at")
        .select(
            "counterparty",
            "size",
            "industry",
            "controlled_by_large",
            size_on="on",
            size_year="year",
            size_position="position",
        )
    )


def size_on(frame: pl.LazyFrame, day: str, sizes: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with the size that held on the day in column `day` (null = none verified by then).

    `frame` has `counterparty`; `sizes` are `verified_sizes`, whose other columns are added.
    """
    return frame.sort(day).join_asof(
        sizes, left_on=day, right_on="size_on", by="counterparty", check_sortedness=False
    )


def counterparties(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a counterparty known by the moment, with the last sizes up to its day."""
    verified = verified_sizes(tape, moment).group_by("counterparty").agg(pl.all().last())
    declared = (
        up_to(tape, CounterpartySizeDeclared, moment)
        .sort("on", "stands_at")
        .group_by("counterparty")
        .agg(declared_size=pl.col("size").last(), declared_on=pl.col("on").last())
    )
    return (
        up_to(tape, CounterpartyRegistered, moment)
        .join(verified, on="counterparty", how="left")
        .join(declared, on="counterparty", how="left")
        .with_columns(institution=pl.lit(None, pl.String))
    )


COUNTERPARTIES = View(
    name="counterparties",
    zh="相对方名录",
    en="Counterparties",
    columns=(
        OF_INSTITUTION,
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("identifier_kind", "证件类型", "Identifier kind", Kind.CODE),
        Column("code", "代码", "Code"),
        Column("name", "名称", "Name"),
        Column("declared_size", "自报规模", "Declared size", Kind.CODE),
        Column("declared_on", "自报日期", "Declared on", Kind.DATE),
        Column("size", "核定规模", "Verified size", Kind.CODE),
        Column("size_on", "核定日期", "Verified on", Kind.DATE),
        count("size_year", "核定年度", "Measurement year"),
        Column("industry", "行业", "Industry", Kind.CODE),
        Column("controlled_by_large", "受大型企业控制", "Controlled by a large firm", Kind.FLAG),
    ),
    key=("counterparty",),
    filters=("institution", "counterparty", "size"),
    build=counterparties,
)
