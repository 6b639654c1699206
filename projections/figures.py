"""Figures: a reducer over entries, so that each one can list its facts and say why it changed."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

import polars as pl

from ledger.policies import Mark
from projections.kept import Kept, Reach, Reading
from projections.moment import Moment
from projections.period import Period
from projections.tape import Tape

ENTRIES: Final = pl.Schema(
    {
        "institution": pl.String(),
        "part": pl.String(),
        "unit": pl.String(),
        "subject": pl.String(),
        "day": pl.Date(),
        "value": pl.Int64(),
        "positions": pl.List(pl.Int64()),
    }
)
"""What a figure is made of: one unit (a patent, a contract, a movement of money) an institution.

`unit` tells entries apart, `subject` is where to read on, `value` is exact in the indicator's
unit (1 where units are counted), `positions` are the facts it rests on. A unit that two
institutions share, such as a patent of both, counts once in their total.
"""

_WHOLE_MAX: Final = 1_000_000
"""Up to so many facts whole strands are kept, of which institutions' entries are slices; those of
a longer log would drive one another out of what is kept."""

_OWN: Final = ("institution", "part", "unit", "subject", "day")


class Part(StrEnum):
    """What an entry is to its figure."""

    MEMBER = "member"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    SAMPLE = "sample"


class Reducer(StrEnum):
    """How entries become one number."""

    SUM = "sum"
    COUNT = "count"
    DISTINCT = "distinct"
    RATIO = "ratio"
    MEDIAN = "median"
    DAYS = "days"


class Unit(StrEnum):
    """What a figure's number counts. A share is shown in percent, an age in years."""

    ITEM = "item"
    PATENT = "patent"
    CONTRACT = "contract"
    PERSON = "person"
    FEN = "fen"
    DAY = "day"
    YEAR = "year"
    SHARE = "share"


class Timing(StrEnum):
    """On which days of a period a strand of entries speaks."""

    DURING = "during"
    AT_END = "at-end"
    AT_START = "at-start"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


DAYS_A_YEAR: Final = Fraction(146_097, 400)
"""The mean year of the calendar, by which ages in days are shown as years."""


@dataclass(frozen=True, slots=True)
class Strand:
    """Entries of one making: `build` gives the columns of ENTRIES.

    DURING gets the whole history up to the moment's day, and the period picks by `day`; AT_END and
    AT_START get the moment at the end of the period or of the day before it, and all entries stay.
    Where strands are `apart`, an institution's entries rest on its own facts alone, and on those
    of the types that `reach` names as whole.
    """

    name: str
    timing: Timing
    build: Callable[[Tape, Moment], pl.LazyFrame]
    reach: Reach | None = None
    apart: bool = False
    key: tuple[str, ...] = _OWN

    def frame(self, tape: Tape, moment: Moment) -> pl.LazyFrame:
        """The entries, each unit of a day once, with all its facts."""
        columns = (pl.col(name).cast(dtype) for name, dtype in ENTRIES.items())
        return (
            self.build(tape, moment)
            .select(columns)
            .group_by(_OWN)
            .agg(pl.col("value").max(), pl.col("positions").explode(empty_as_null=False))
            .with_columns(pl.col("positions").list.drop_nulls().list.unique().list.sort())
        )

    def day(self, period: Period, as_of: date) -> date:
        """The day up to which facts count for a period."""
        match self.timing:
            case Timing.DURING:
                return as_of
            case Timing.AT_END:
                return min(period.last, as_of)
            case Timing.AT_START:
                return min(period.eve, as_of)


@dataclass(frozen=True, slots=True)
class OwnEntries:
    """One institution's entries of a strand that is apart, made from a small part of the tape."""

    strand: Strand
    institution: str

    @property
    def name(self) -> str:
        """What tells it from the whole strand and from other institutions' entries."""
        return f"{self.strand.name} of {self.institution}"

    @property
    def key(self) -> tuple[str, ...]:
        """The strand's."""
        return self.strand.key

    @property
    def reach(self) -> Reach | None:
        """The strand's."""
        return self.strand.reach

    def frame(self, tape: Tape, moment: Moment) -> pl.LazyFrame:
        """The institution's entries."""
        whole = self.reach.whole if self.reach else ()
        own = self.strand.frame(tape.of(self.institution, whole), moment)
        return own.filter(pl.col("institution") == self.institution)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared figure. `variant` tells readings of one code apart; "" is the plain one.

    `version` grows when the meaning changes; `note` says what the number leaves open. `city_only`
    figures have no meaning for one institution. An exact figure times `scale` is in `unit`; values
    of entries are in `entries_in` where that is another one.
    """

    code: str
    zh: str
    en: str
    unit: Unit
    direction: Direction
    reducer: Reducer
    strands: tuple[Strand, ...]
    source: str
    mark: Mark
    variant: str = ""
    variant_zh: str = ""
    variant_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    version: int = 1
    scale: Fraction = Fraction(1)
    entries_in: Unit | None = None
    city_only: bool = False

    @property
    def name(self) -> str:
        """Code and variant in one word."""
        return f"{self.code}:{self.variant}" if self.variant else self.code


def entries_of(
    indicator: Indicator,
    kept: Kept,
    tape: Tape,
    as_of: date,
    period: Period,
    institutions: Collection[str] | None = None,
) -> pl.DataFrame:
    """The entries for a period at a moment, in the columns of ENTRIES, in order.

    Those of all institutions, or of the given ones. A unit that occurs on several days of the
    period is one entry, on the first of them.
    """
    parts = [
        _of_strand(strand, kept, tape, as_of, period, institutions) for strand in indicator.strands
    ]
    facts = pl.col("positions").explode(empty_as_null=False).unique().sort()
    return (
        pl.concat(parts)
        .lazy()
        .group_by("institution", "part", "unit", maintain_order=True)
        .agg(pl.col("subject", "day").sort_by("day").first(), pl.col("value").max(), facts)
        .select(ENTRIES.names())
        .sort("institution", "part", "unit")
        .collect()
    )


def strands_of(
    indicators: Iterable[Indicator], period: Period, as_of: date
) -> list[tuple[Strand, date]]:
    """What has to be read, and on which days, for these indicators in a period."""
    return [(strand, strand.day(period, as_of)) for each in indicators for strand in each.strands]


def _of_strand(
    strand: Strand,
    kept: Kept,
    tape: Tape,
    as_of: date,
    period: Period,
    institutions: Collection[str] | None,
) -> pl.DataFrame:
    rows = kept.rows(_read(strand, tape, institutions), tape, strand.day(period, as_of))
    if institutions is not None:
        none = pl.DataFrame(schema=ENTRIES)
        rows = pl.concat([none, *(_of(each, rows) for each in sorted(institutions))])
    if strand.timing is not Timing.DURING:
        return rows
    return rows.filter(pl.col("day").is_between(period.first, min(period.last, as_of)))


def _read(strand: Strand, tape: Tape, institutions: Collection[str] | None) -> Reading:
    """What to keep for these institutions: of a long log one institution's entries alone."""
    if institutions is None or len(institutions) > 1 or tape.size <= _WHOLE_MAX:
        return strand
    return OwnEntries(strand, *institutions) if strand.apart and institutions else strand


def _of(institution: str, rows: pl.DataFrame) -> pl.DataFrame:
    """One institution's entries out of all, which lie in order of institutions."""
    column = rows["institution"]
    first = column.search_sorted(institution, "left")
    return rows.slice(first, column.search_sorted(institution, "right") - first)


def reduced(entries: pl.DataFrame, reducer: Reducer, by: tuple[str, ...]) -> pl.DataFrame:
    """Each group's figure as an exact fraction: the columns of `by`, and

    numerator Int64, denominator Int64 (0 = the figure is not defined), entries Int64. Units that
    several rows of a group share are taken once. In order of `by`; without `by` a single row.
    """
    once = entries.lazy().unique([*by, "part", "unit"], keep="first", maintain_order=True)
    exprs = (*_reduction(reducer), pl.len().cast(pl.Int64).alias("entries"))
    if not by:
        return once.select(exprs).collect()
    return once.group_by(by).agg(exprs).sort(by).collect()


def _reduction(reducer: Reducer) -> tuple[pl.Expr, pl.Expr]:
    value, one = pl.col("value"), pl.lit(1, pl.Int64)
    match reducer:
        case Reducer.SUM:
            parts = value.sum(), one
        case Reducer.COUNT | Reducer.DISTINCT:
            parts = pl.col("unit").n_unique(), one
        case Reducer.DAYS:
            parts = pl.col("day").n_unique(), one
        case Reducer.RATIO:
            parts = (
                value.filter(pl.col("part") == Part.NUMERATOR).sum(),
                value.filter(pl.col("part") == Part.DENOMINATOR).sum(),
            )
        case Reducer.MEDIAN:
            ordered, count = value.sort(), pl.len()
            middle = ordered.slice((count - 1) // 2, 2 - count % 2)
            # One middle sample stands for two, so that the half is exact in either case.
            parts = (middle.sum() * (1 + count % 2), pl.when(count > 0).then(2).otherwise(0))
    numerator, denominator = parts
    return numerator.cast(pl.Int64).alias("numerator"), denominator.cast(pl.Int64).alias(
        "denominator"
    )


def exact(numerator: int, denominator: int, scale: Fraction = Fraction(1)) -> Fraction | None:
    """The figure itself; None where nothing defines it."""
    return Fraction(numerator, denominator) * scale if denominator else None
