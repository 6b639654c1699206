"""Everything the readings say at one moment, as canonical bytes that two computers can compare."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from ledger.case import business_day
from projections.figure_rows import ROWS, Level, figure_rows, memberships
from projections.figures import Indicator, entries_of, strands_of
from projections.indicators import INDICATORS
from projections.kept import Kept
from projections.period import Period
from projections.tape import Tape
from projections.view import View
from projections.views import VIEWS

FIGURE_COLUMNS: Final = ("year", *ROWS.names())
"""Columns of a figure's rows: a calendar year, and the columns of `figure_rows.ROWS`."""

_TIME: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"


class Answer(NamedTuple):
    """A view or a figure at a moment: its name (`view/deals`, `figure/D04`) and its rows in order.

    `key` names the columns that tell rows apart; `version` grows when the meaning changes.
    """

    name: str
    key: tuple[str, ...]
    version: int
    rows: pl.DataFrame

    @property
    def digest(self) -> str:
        """SHA-256 of the rows' canonical NDJSON, in hex."""
        return digest(self.rows)


def answers(
    kept: Kept,
    tape: Tape,
    as_of: date,
    *,
    views: Sequence[View] = VIEWS,
    indicators: Sequence[Indicator] = INDICATORS,
    levels: Collection[Level] = tuple(Level),
) -> Iterator[Answer]:
    """Every view that stands without an argument, then every figure of each calendar year since
    the first fact; a view at a time, so that they need not all be in memory together."""
    for view in views:
        if not view.needs:
            rows = kept.rows(view, tape, as_of)
            yield Answer(f"view/{view.name}", view.key, 1, rows)
    for indicator in indicators:
        yield figure_answer(indicator, kept, tape, as_of, levels)


def figure_answer(
    indicator: Indicator,
    kept: Kept,
    tape: Tape,
    as_of: date,
    levels: Collection[Level] = tuple(Level),
) -> Answer:
    """A figure of each calendar year, for every institution, group, and in total."""
    found = [
        _of_year(indicator, kept, tape, as_of, Period.parse(f"{year:04d}"), levels)
        for year in years_of(tape, as_of)
    ]
    rows = pl.concat(found).select(FIGURE_COLUMNS)
    name = f"figure/{indicator.name}"
    return Answer(name, ("year", "level", "place"), indicator.version, rows)


def years_of(tape: Tape, as_of: date) -> range:
    """The calendar years (Shanghai) from that of the first fact to that of the day."""
    first = tape.first_recorded()
    opened = as_of.year if first is None else business_day(first).year
    return range(min(opened, as_of.year), as_of.year + 1)


def _of_year(
    indicator: Indicator,
    kept: Kept,
    tape: Tape,
    as_of: date,
    period: Period,
    levels: Collection[Level],
) -> pl.DataFrame:
    kept.warm(strands_of([indicator], period, as_of), tape)
    entries = entries_of(indicator, kept, tape, as_of, period)
    groups = memberships(tape, as_of, period)
    rows = figure_rows(indicator, entries, groups, levels)
    return rows.with_columns(year=pl.lit(period.first.year, pl.Int64))


def canonical(rows: pl.DataFrame) -> bytes:
    """Rows as NDJSON in their order, each in RFC 8785 form, dates and times as text."""
    cells = [_cell(name, dtype) for name, dtype in sorted(rows.schema.items())]
    return rows.select(cells).write_ndjson().encode()


def digest(rows: pl.DataFrame) -> str:
    """SHA-256 of the canonical NDJSON of rows, in hex."""
    return hashlib.sha256(canonical(rows)).hexdigest()


def _cell(name: str, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).dt.strftime(_TIME)
    return pl.col(name).dt.to_string("%Y-%m-%d") if dtype == pl.Date else pl.col(name)
