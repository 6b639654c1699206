"""How single values look to people: amounts in yuan, times in Shanghai, titles with their unit."""

from datetime import date, datetime
from typing import Any

from api.clause_words import clause_words
from api.language import Language
from ledger.case import SHANGHAI
from projections.code_words import code_words
from projections.view import Column, Kind

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def yuan(fen: int) -> str:
    """An amount of fen in yuan with two decimals, exactly: 123456 is "1234.56"."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def word_of(field: str, code: str, spoken: Language) -> str:
    """A stored code as people read it."""
    words = clause_words(field, code) or code_words(field, code)
    return words.zh if spoken == "zh" else words.en


def title_of(column: Column, spoken: Language) -> str:
    """A column's title; money is shown in yuan, so the title says so."""
    title = column.zh if spoken == "zh" else column.en
    if column.kind is not Kind.FEN:
        return title
    return f"{title}（元）" if spoken == "zh" else f"{title} (yuan)"


def text_of(column: Column, value: Any, spoken: Language) -> str:
    """A value as people read it; nothing is the empty text."""
    if value is None:
        return ""
    if column.kind is Kind.FEN:
        return yuan(value)
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[spoken][value]
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    many = isinstance(value, (list, tuple))
    parts = [str(item) for item in (value if many else [value])]
    if column.kind in (Kind.CODE, Kind.CODES):
        parts = [word_of(column.name, code, spoken) for code in parts]
    return ("、" if spoken == "zh" else ", ").join(parts)


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading sign gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
