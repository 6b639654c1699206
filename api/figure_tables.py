"""Figures as a table: one row an indicator and place, for programs exact, for people in digits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import polars as pl

from api.figures import AskedFigures, Standpoint, entries_within, groups_within, levels_of
from api.readings import Reading, rules_in_use
from projections.fact_titles import Title
from projections.figure_rows import Level, figure_rows
from projections.figure_words import GROUPS, LEVELS
from projections.figures import Indicator, Reducer, Unit, exact, strands_of
from projections.subject_names import subject_names
from projections.tape import Tape
from projections.view import DTYPES, OF_INSTITUTION, Column, Kind, count, fen

COLUMNS: Final = (
    Column("code", "代码", "Code"),
    Column("variant", "口径", "Variant"),
    Column("indicator_zh", "指标(中文)", "Indicator (Chinese)"),
    Column("indicator_en", "指标(英文)", "Indicator (English)"),
    Column("scope", "层次", "Level", Kind.CODE),
    OF_INSTITUTION,
    Column("group", "组别", "Group", Kind.CODE),
    Column("name_zh", "名称(中文)", "Name (Chinese)"),
    Column("name_en", "名称(英文)", "Name (English)"),
    Column("value", "数值", "Value", Kind.DECIMAL),
    Column("unit", "单位", "Unit", Kind.CODE),
    fen("value_fen", "金额", "Amount"),
    count("numerator", "精确分子", "Exact numerator"),
    count("denominator", "精确分母", "Exact denominator"),
    count("entries", "明细数", "Entries"),
    Column("undefined", "无数值的原因", "Why undefined", Kind.CODE),
)
_SHOWN: Final[Mapping[Unit, tuple[Fraction, int]]] = {
    Unit.FEN: (Fraction(1, 100), 2),
    Unit.SHARE: (Fraction(100), 2),
    Unit.DAY: (Fraction(1), 1),
    Unit.YEAR: (Fraction(1), 2),
}
"""By what a figure is multiplied before people read it, and with how many decimals."""

_READ_IN: Final = {Unit.FEN: "yuan", Unit.SHARE: "percent"}


@dataclass(frozen=True, slots=True)
class FigureTable:
    """What a table of figures is called, and its columns."""

    zh: str
    en: str
    name: str = "figures"
    columns: tuple[Column, ...] = COLUMNS


def decimal(value: Fraction, places: int) -> str:
    """A number with so many decimals, halves away from zero: 1/8 with two is "0.13"."""
    digits = int(abs(value) * 10**places + Fraction(1, 2))
    whole, rest = divmod(digits, 10**places)
    sign = "-" if value < 0 and digits else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def value_of(indicator: Indicator, numerator: int, denominator: int) -> str | None:
    """A figure as digits in the unit people read it in; None where nothing defines it."""
    value = exact(numerator, denominator)
    if value is None:
        return None
    times, places = _SHOWN.get(indicator.unit, (Fraction(1), 0))
    return decimal(value * times, places)


def unit_of(indicator: Indicator) -> str:
    """The unit of `value_of`: money is read in yuan, shares in percent."""
    return _READ_IN.get(indicator.unit, indicator.unit.value)


def undefined_of(indicator: Indicator, denominator: int) -> str | None:
    """Why there is no value, if there is none."""
    if denominator:
        return None
    return "no-samples" if indicator.reducer is Reducer.MEDIAN else "no-denominator"


def title_of(indicator: Indicator) -> Title:
    """An indicator's name with that of its variant."""
    zh = f"{indicator.zh}（{indicator.variant_zh}）" if indicator.variant else indicator.zh
    en = f"{indicator.en} ({indicator.variant_en})" if indicator.variant else indicator.en
    return Title(zh, en)


def described(indicator: Indicator) -> dict[str, Any]:
    """All that is declared of an indicator, and where to ask for it."""
    href = f"/v1/indicators/{indicator.code}"
    return {
        "code": indicator.code,
        "variant": indicator.variant or None,
        "zh": indicator.zh,
        "en": indicator.en,
        "variant_zh": indicator.variant_zh or None,
        "variant_en": indicator.variant_en or None,
        "unit": unit_of(indicator),
        "direction": indicator.direction,
        "reducer": indicator.reducer,
        "source": indicator.source,
        "mark": indicator.mark,
        "note_zh": indicator.note_zh or None,
        "note_en": indicator.note_en or None,
        "version": indicator.version,
        "city_only": indicator.city_only,
        "href": f"{href}?variant={indicator.variant}" if indicator.variant else href,
    }


def figures(asked: AskedFigures, at: Standpoint) -> Reading:
    """The table of all figures asked for, as far as their reader may see them. Blocks."""
    groups, levels = groups_within(asked, at), levels_of(asked)
    at.kept.warm(strands_of(asked.indicators, asked.period, at.moment.as_of), at.tape)
    found = [
        (each, row)
        for each in asked.indicators
        for row in figure_rows(
            each, entries_within(each, asked, at, groups), groups, levels
        ).iter_rows(named=True)
    ]
    rows = table_rows(at.tape, found)
    told = {
        "period": str(asked.period),
        "indicators": [described(each) for each in asked.indicators],
    }
    return Reading(_table(asked), at.moment, at.head, rules_in_use(at.tape), rows, told)


def table_rows(tape: Tape, found: Sequence[tuple[Indicator, Mapping[str, Any]]]) -> pl.DataFrame:
    """Rows of `figure_rows` with their indicators as people read them, in COLUMNS."""
    names = _names(tape, {row["place"] for _, row in found if row["place"] is not None})
    schema = pl.Schema({column.name: DTYPES[column.kind] for column in COLUMNS})
    return pl.DataFrame([_row(each, row, names) for each, row in found], schema=schema)


def _row(
    indicator: Indicator, row: Mapping[str, Any], names: Mapping[str | None, Title]
) -> dict[str, Any]:
    level, place = row["level"], row["place"]
    name = names.get(place, Title(place, place))
    return {
        "code": indicator.code,
        "variant": indicator.variant or None,
        "indicator_zh": title_of(indicator).zh,
        "indicator_en": title_of(indicator).en,
        "scope": level,
        "institution": place if level == Level.INSTITUTION else None,
        "group": place if level == Level.GROUP else None,
        "name_zh": name.zh,
        "name_en": name.en,
        **number_of(indicator, row["numerator"], row["denominator"]),
        "entries": row["entries"],
    }


def number_of(indicator: Indicator, numerator: int, denominator: int) -> dict[str, Any]:
    """A figure in digits and exactly; `value_fen` where it is an amount of money."""
    is_money = indicator.unit is Unit.FEN and denominator == 1
    return {
        "value": value_of(indicator, numerator, denominator),
        "unit": unit_of(indicator),
        "value_fen": numerator if is_money else None,
        "numerator": numerator,
        "denominator": denominator,
        "undefined": undefined_of(indicator, denominator),
    }


def _names(tape: Tape, places: set[str]) -> dict[str | None, Title]:
    names: dict[str | None, Title] = {None: LEVELS["total"]}
    names.update(GROUPS)
    names.update(subject_names(tape, places))
    return names


def _table(asked: AskedFigures) -> FigureTable:
    if len(asked.indicators) != 1:
        return FigureTable(f"指标 {asked.period}", f"Indicators {asked.period}")
    (one,) = asked.indicators
    title = title_of(one)
    return FigureTable(
        f"{one.code} {title.zh} {asked.period}", f"{one.code} {title.en} {asked.period}"
    )
