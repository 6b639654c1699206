"""Figures and their entries as people read them, on pages and on terminals."""

from typing import Any

from api.console.cells import grouped_yuan
from api.exports.cells import word_of
from api.language import Language
from projections.figures import Unit

NOTHING = "—"


def figure_text(figure: dict[str, Any], spoken: Language) -> str:
    """A figure with its unit; a dash where nothing defines it."""
    value = figure["value"]
    if value is None:
        return NOTHING
    if figure["unit"] == "percent":
        return f"{value}%"
    return f"{grouped(value)} {word_of('unit', figure['unit'], spoken)}"


def grouped(digits: str) -> str:
    """Digits with commas between thousands: "1234567.80" is "1,234,567.80"."""
    whole, point, rest = digits.removeprefix("-").partition(".")
    return f"{'-' if digits.startswith('-') else ''}{int(whole):,}{point}{rest}"


def entry_text(value: int | None, unit: Unit) -> str:
    """An entry's value: amounts in yuan, all else as it is; nothing is a dash."""
    if value is None:
        return NOTHING
    return grouped_yuan(value) if unit is Unit.FEN else f"{value:,}"


def line_text(line: dict[str, Any], spoken: Language) -> str:
    """The line of a bank's file behind a receipt."""
    amount = grouped_yuan(line["amount_fen"])
    if spoken == "zh":
        return f"对账单第 {line['line']} 行 · 起息日 {line['value_date']} · {amount} 元"
    return f"statement line {line['line']} · value date {line['value_date']} · {amount} yuan"
