"""Every figure of every calendar year as one table: what tools that speak SQL read."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from api.figure_tables import COLUMNS, table_rows
from projections.answers import years_of
from projections.figure_rows import Level, figure_rows, memberships
from projections.figures import entries_of, strands_of
from projections.indicators import INDICATORS
from projections.kept import Kept
from projections.period import Period
from projections.tape import Tape
from projections.view import Column, count

_YEAR: Final = count("year", "年度", "Year")


@dataclass(frozen=True, slots=True)
class YearlyFigures:
    """All indicators with their variants by institution, group and in total, a row a year."""

    name: str = "indicators"
    zh: str = "年度指标"
    en: str = "Indicators by year"
    columns: tuple[Column, ...] = (_YEAR, *COLUMNS)

    def standing(self, kept: Kept, tape: Tape, as_of: date) -> pl.DataFrame:
        """The rows of all years from that of the first fact to that of the day."""
        found = [_of_year(year, kept, tape, as_of) for year in years_of(tape, as_of)]
        return pl.concat(found).select(column.name for column in self.columns)


def _of_year(year: int, kept: Kept, tape: Tape, as_of: date) -> pl.DataFrame:
    period = Period.parse(f"{year:04d}")
    groups = memberships(tape, as_of, period)
    kept.warm(strands_of(INDICATORS, period, as_of), tape)
    found = [
        (each, row)
        for each in INDICATORS
        for row in figure_rows(
            each, entries_of(each, kept, tape, as_of, period), groups, tuple(Level)
        ).iter_rows(named=True)
    ]
    return table_rows(tape, found).with_columns(year=pl.lit(year, pl.Int64))


YEARLY_FIGURES: Final = YearlyFigures()
