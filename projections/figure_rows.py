"""Figures told apart: by institution, by group of institutions, and in total."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final

import polars as pl

from ledger.facts import InstitutionRegistered
from projections.centres import centres
from projections.figures import Indicator, reduced
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
    wanted = (Level.TOTAL,) if indicator.city_only else levels
    nothing = reduced(entries.clear(), indicator.reducer, ())
    found = [_rows(each, indicator, entries, groups, nothing) for each in Level if each in wanted]
    scale = indicator.scale
    return pl.concat(found).with_columns(
        pl.col("numerator") * scale.numerator, pl.col("denominator") * scale.denominator
    )


def _rows(
    level: Level,
    indicator: Indicator,
    entries: pl.DataFrame,
    groups: pl.DataFrame,
    nothing: pl.DataFrame,
) -> pl.DataFrame:
    match level:
        case Level.INSTITUTION:
            made = reduced(entries, indicator.reducer, ("institution",))
            places = pl.concat([groups["institution"], entries["institution"]])
            made = made.rename({"institution": "place"})
        case Level.GROUP:
            within = entries.join(groups, on="institution")
            made = reduced(within, indicator.reducer, ("group",)).rename({"group": "place"})
            places = groups["group"]
        case Level.TOTAL:
            made = reduced(entries, indicator.reducer, ()).with_columns(place=pl.lit(None))
            return made.select(pl.lit(level.value).alias("level"), *list(ROWS)[1:]).cast(ROWS)
    empty = nothing.row(0, named=True)
    every = pl.DataFrame({"place": places.unique().sort()})
    return (
        every.join(made, on="place", how="left", maintain_order="left")
        .with_columns(pl.col(name).fill_null(value) for name, value in empty.items())
        .select(pl.lit(level.value).alias("level"), *list(ROWS)[1:])
        .cast(ROWS)
    )
