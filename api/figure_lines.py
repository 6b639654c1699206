"""What stands behind a figure as tables: its entries, and its changes adding up."""

from typing import Any, Final

import polars as pl

from api.figure_answers import Restated, explained, restatement
from api.figure_documents import entry_unit, restated_as_json
from api.figure_facts import ReaderRights, without_persons
from api.figure_tables import FigureTable, title_of
from api.figures import AskedFigures, Standpoint
from api.readings import Reading, rules_in_use
from projections.figures import Indicator, Reducer, Unit
from projections.view import DTYPES, OF_INSTITUTION, Column, Kind, count, fen

_WHAT: Final = (
    Column("line", "行", "Line", Kind.CODE),
    OF_INSTITUTION,
    Column("part", "部分", "Part", Kind.CODE),
    Column("subject", "主体", "Subject", Kind.SUBJECT),
    Column("day", "业务日期", "Day", Kind.DATE),
)
_NUMBERS: Final = (
    ("before", "原值", "Before"),
    ("after", "现值", "After"),
    ("amount", "计入", "Counts"),
)
_WHY: Final = (
    Column("cause", "原因", "Cause", Kind.CODE),
    Column("positions", "事实", "Facts", Kind.POSITIONS),
)


def entries_reading(asked: AskedFigures, at: Standpoint, reader: ReaderRights) -> Reading:
    """The entries of a figure as a table, the figure itself told beside it. Blocks."""
    found = explained(asked, at)
    title = title_of(found.indicator)
    columns = (
        count("number", "序号", "No."),
        *_WHAT[1:],
        _number(found.indicator, "value", "数值", "Value"),
        _WHY[-1],
    )
    table = FigureTable(
        f"{found.indicator.code} {title.zh} {asked.period} 明细",
        f"{found.indicator.code} {title.en} {asked.period}: entries",
        "entries",
        columns,
    )
    entries = without_persons(found.entries, reader, "subject")
    rows = _under(entries, columns)
    told = {"figure": found.figure, "parts": found.parts}
    return Reading(table, at.moment, at.head, rules_in_use(at.tape), rows, told)


def _number(indicator: Indicator, name: str, zh: str, en: str) -> Column:
    """A column of entries' values; amounts of money are named `_fen`."""
    unit = entry_unit(indicator)
    return fen(f"{name}_fen", zh, en) if unit is Unit.FEN else count(name, zh, en, unit.value)


def _under(rows: pl.DataFrame, columns: tuple[Column, ...]) -> pl.DataFrame:
    """Rows under the names of columns, where money is named without its unit so far."""
    return rows.select(
        pl.col(each.name.removesuffix("_fen")).cast(DTYPES[each.kind]).alias(each.name)
        for each in columns
    )


def restatement_columns(indicator: Indicator) -> tuple[Column, ...]:
    """The columns of the table: `line` is then, change or now, and `amount` adds up to now.

    `before` and `after` are those of a changed entry alone.
    """
    return (*_WHAT, *(_number(indicator, *each) for each in _NUMBERS), *_WHY)


def restatement_lines(found: Restated, reader: ReaderRights) -> pl.DataFrame:
    """The lines of the table: of each part then, its changes, and now; samples have changes alone.

    The `amount` of then and of all changes of a part is that of now.
    """
    changes = without_persons(found.changes, reader, "subject").with_columns(
        line=pl.lit("change"), amount="change"
    )
    parts = [] if found.indicator.reducer is Reducer.MEDIAN else found.parts
    ends = [
        {"line": line, "part": part["part"], "amount": part[side]}
        for part in parts
        for line, side in (("then", "before"), ("now", "after"))
    ]
    lines = pl.concat([pl.DataFrame(ends, schema=_ENDS), changes], how="diagonal")
    ordered = lines.sort("part", pl.col("line").cast(_LINES), maintain_order=True)
    return _under(ordered, restatement_columns(found.indicator))


_LINES: Final = pl.Enum(["then", "change", "now"])
_ENDS: Final = {"line": pl.String, "part": pl.String, "amount": pl.Int64}


def restatement_reading(
    asked: AskedFigures,
    earlier: Standpoint,
    later: Standpoint,
    reader: ReaderRights,
) -> Reading:
    """The table of a restatement, with its whole document told beside it. Blocks."""
    found = restatement(asked, earlier, later)
    title = title_of(found.indicator)
    table = FigureTable(
        f"{found.indicator.code} {title.zh} {asked.period} 变化原因",
        f"{found.indicator.code} {title.en} {asked.period}: why it changed",
        "restatement",
        restatement_columns(found.indicator),
    )
    rows, rules = restatement_lines(found, reader), rules_in_use(later.tape)
    told: dict[str, Any] = restated_as_json(asked, earlier, later, found, reader)
    return Reading(table, later.moment, later.head, rules, rows, told, earlier.moment)
