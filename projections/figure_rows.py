"""Figures told apart: by institution, by group of institutions, and in total."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

import polars as pl

from ledger.facts import InstitutionRegistered
from projections.centres import centres
from projections.figures import ENTRIES, Indicator, Reducer, reduced
from projections.moment import Moment
from projections.movements import up_to
from projections.period import Period
from projections.tape import Tape

GROUPS: Final = ("university", "research-institute", "centres")
"""Kinds of institutions that transfer technology, and the designated centres among them."""

ROWS: Final = pl.Schema(
    {
        "level": pl.String(),
        "place": pl.String(),
        "numerator": pl.Int64(),
        "denominator": pl.Int64(),
        "entries": pl.Int64(),
    }
)
"""A figure a row: `place` is an institution or a group, null in the total; 0 below = undefined."""


_PLACE: Final = ("level", "place")


class Level(StrEnum):
    """For whom a figure stands."""

    INSTITUTION = "institution"
    GROUP = "group"
    TOTAL = "total"


def memberships(tape: Tape, as_of: date, period: Period) -> pl.DataFrame:
    """Which institution is in which group: institution, group String, in order of both.

    Kinds as registered by `as_of`; centres are those designated on the last day of the period.
    """
    kinds = (
        up_to(tape, InstitutionRegistered, Moment(as_of, tape.size))
        .filter(pl.col("kind").is_in(GROUPS))
        .select(institution="code", group="kind")
    )
    last = Moment(min(period.last, as_of), tape.size)
    live = centres(tape, last, {}).filter(pl.col("live"))
    chosen = live.select(institution="centre", group=pl.lit("centres"))
    return pl.concat([kinds, chosen]).unique().sort("institution", "group").collect()


def figure_rows(
    indicator: Indicator,
    entries: pl.DataFrame,
    groups: pl.DataFrame,
    levels: Collection[Level] = tuple(Level),
) -> pl.DataFrame:
    """The figure at each level, in the columns of ROWS, scaled to the indicator's unit.

    Institutions of `groups` without entries have a row all the same: nothing happened there. A
    figure of the city has its total alone.
    """
    wanted = (Level.TOTAL,) if indicator.city_only else tuple(levels)
    places = pl.concat([_expected(level, groups.lazy()) for level in wanted])
    spread = pl.concat([_counted(level, entries.lazy(), groups.lazy()) for level in wanted])
    made = reduced(spread.collect(), indicator.reducer, _PLACE).lazy()
    empty, scale = _nothing(indicator.reducer), indicator.scale
    return (
        places.unique()
        .join(made, on=_PLACE, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col(name).fill_null(value) for name, value in empty.items())
        .with_columns(
            pl.col("numerator") * scale.numerator, pl.col("denominator") * scale.denominator
        )
        .sort(pl.col("level").cast(pl.Enum([each.value for each in Level])), "place")
        .select(pl.col(name).cast(dtype) for name, dtype in ROWS.items())
        .collect()
    )


def _expected(level: Level, groups: pl.LazyFrame) -> pl.LazyFrame:
    """The places of a level that have a figure in any case, in the columns of _PLACE."""
    match level:
        case Level.INSTITUTION:
            places = groups.select(place="institution")
        case Level.GROUP:
            places = groups.select(place="group")
        case Level.TOTAL:
            places = pl.LazyFrame({"place": [None]}, schema={"place": pl.String})
    return places.select(pl.lit(level.value).alias("level"), "place")


def _counted(level: Level, entries: pl.LazyFrame, groups: pl.LazyFrame) -> pl.LazyFrame:
    """Entries under each place of a level for which they count, with columns `level`, `place`."""
    match level:
        case Level.INSTITUTION:
            placed = entries.with_columns(place="institution")
        case Level.GROUP:
            placed = entries.join(groups.rename({"group": "place"}), on="institution")
        case Level.TOTAL:
            placed = entries.with_columns(place=pl.lit(None, pl.String))
    return placed.with_columns(level=pl.lit(level.value))


@cache
def _nothing(reducer: Reducer) -> dict[str, int]:
    """What a reducer makes of no entries at all."""
    return reduced(pl.DataFrame(schema=ENTRIES), reducer, ()).row(0, named=True)
