"""How single values look to people: amounts in yuan, times in Shanghai, titles with their unit."""

from datetime import date, datetime
from typing import Any

from api.clause_words import clause_words
from api.language import Language
from ledger.case import SHANGHAI
from ledger.policies import POLICIES
from projections.code_words import code_words
from projections.fact_titles import Title
from projections.view import Column, Kind

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def yuan(fen: int) -> str:
    """An amount of fen in yuan with two decimals, exactly: 123456 is "1234.56"."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def word_of(field: str, code: str, spoken: Language) -> str:
    """A stored code as people read it."""
    if field == "format":
        return format_words(code, spoken)
    words = clause_words(field, code) or code_words(field, code)
    return words.zh if spoken == "zh" else words.en


_BANKS = {
    "cmb": Title("招商银行", "CMB"),
    "icbc": Title("工商银行", "ICBC"),
    "bocom": Title("交通银行", "BOCOM"),
    "ccb": Title("建设银行", "CCB"),
    "boc": Title("中国银行", "BOC"),
    "corporate": Title("企业网银", "corporate banking"),
    "arrivals": Title("到账清单", "list of arrivals"),
    "generic": Title("通用格式", "general"),
    "unknown": Title("未识别银行", "unknown bank"),
}
"""The parts of a bank file's recognised layout, behind the container it came in."""


def format_words(layout: str, spoken: Language) -> str:
    """A bank file's layout as people read it: `csv-icbc-corporate` is CSV 工商银行 企业网银."""
    container, *parts = layout.split("-")
    known = [_BANKS.get(part, Title(part.upper(), part.upper())) for part in parts]
    words = [each.zh if spoken == "zh" else each.en for each in known]
    return " ".join([container.upper(), *words])


def policy_called(policy_id: str, spoken: Language) -> str:
    """An adopted rule by its title; one that this program no longer ships by its id."""
    for shipped in POLICIES:
        if policy_id == f"policy:{shipped.id}":
            return shipped.title_zh if spoken == "zh" else shipped.title_en
    return policy_id.partition(":")[2]


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
