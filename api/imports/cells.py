"""One text cell into a date, a time, hundredths of a currency unit, an account or a currency."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from api.imports.results import LineRefused

WHOLE_DIGITS_MAX = 14
_EXCEL_EPOCH = date(1899, 12, 30)
_FORMULA_TEXT = re.compile(r'^="(.*)"$')
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\u200b]")
_DATE = re.compile(r"^(\d{4})([-/.年])(\d{1,2})(?:\2|月)(\d{1,2})日?(?:[\sT-]*(\d.*))?$")
_PACKED_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:[\sT-]*(\d.*))?$")
_SERIAL = re.compile(r"^(\d{5})(\.\d+)?$")
_TIME = re.compile(r"^(\d{1,2})[:.时](\d{1,2})(?:[:.分](\d{1,2})(?:\.\d+)?秒?)?$")
_SCIENTIFIC = re.compile(r"^[+-]?\d+(\.\d+)?[eE][+-]?\d+$")
_MONEY = re.compile(r"^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$|^\.(\d+)$")
_MARKS = re.compile(r" |¥|\$|CNY|RMB|元")
_MASK = re.compile(r"^[xyzXYZ*.,]+$")
_CURRENCIES = {
    name: code
    for code, names in {
        "CNY": "CNY RMB 人民币 人民币元 元 156 01 001 CNH",
        "USD": "USD 美元 840 14 014",
        "HKD": "HKD 港币 港元 344 13 013",
        "EUR": "EUR 欧元 978 38 038",
        "GBP": "GBP 英镑 826 12 012",
        "JPY": "JPY 日元 日圆 392 27 027",
        "CHF": "CHF 瑞士法郎 756",
        "AUD": "AUD 澳元 澳大利亚元 036",
        "CAD": "CAD 加元 加拿大元 124",
        "SGD": "SGD 新加坡元 新元 702",
        "KRW": "KRW 韩元 韩国元 410",
    }.items()
    for name in names.split()
}


def clean(cell: str) -> str:
    """Trim padding, tabs, a leading apostrophe and `="…"`; runs of blanks become one."""
    if cell.isalnum():
        return cell
    if "=" in cell and (match := _FORMULA_TEXT.match(cell.strip())):
        cell = match[1]
    text = cell if cell.isprintable() else _CONTROLS.sub("", cell)
    text = " ".join(text.split()).lstrip("'‘").strip()
    return "" if text in ("-", "--", "—", "——") else text


def clean_row(cells: Sequence[str]) -> list[str]:
    """Every cell cleaned; most of them are empty or hold nothing to clean."""
    return [clean(cell) if cell else "" for cell in cells]


def half_width(text: str) -> str:
    """Full-width digits, letters, brackets and punctuation as their half-width forms."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=8192)
def _date_and_time(text: str) -> tuple[date | None, str]:
    plain = half_width(text)
    if match := _SERIAL.match(plain):
        day = _EXCEL_EPOCH + timedelta(days=int(match[1]))
        return (day if 1990 <= day.year <= 2099 else None), match[2] or ""
    if match := _DATE.match(plain):
        year, month, dom, rest = match[1], match[3], match[4], match[5]
    elif match := _PACKED_DATE.match(plain):
        year, month, dom, rest = match[1], match[2], match[3], match[4]
    else:
        return None, ""
    try:
        day = date(int(year), int(month), int(dom))
    except ValueError:
        return None, ""
    return (day if 1990 <= day.year <= 2099 else None), rest or ""


def looks_like_date(text: str) -> bool:
    """Whether a cleaned cell can be read as a date."""
    return _date_and_time(text)[0] is not None


def read_date(text: str, field: str) -> tuple[date, str]:
    """The date and what follows it (a time, perhaps empty). Refuses `date_malformed`."""
    day, rest = _date_and_time(text)
    if day is None:
        raise LineRefused("date_malformed" if text else "date_missing", field, text)
    return day, rest


@lru_cache(maxsize=8192)
def read_time(text: str) -> str | None:
    """HH:MM:SS, from 10:15, 101500, 91500 or an Excel fraction of a day; None if empty."""
    plain = half_width(text)
    if not plain:
        return None
    if plain.isdecimal() and 3 <= len(plain) <= 6:
        padded = plain.zfill(6) if len(plain) > 4 else plain.zfill(4) + "00"
        plain = f"{padded[:2]}:{padded[2:4]}:{padded[4:]}"
    elif re.fullmatch(r"0?\.\d+", plain):
        digits = plain.partition(".")[2][:12]
        seconds = (int(digits) * 86400 * 2 + 10 ** len(digits)) // (2 * 10 ** len(digits))
        seconds = min(seconds, 86399)
        plain = f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}"
    match = _TIME.match(plain)
    if match is None:
        raise LineRefused("time_malformed", "time", text)
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise LineRefused("time_malformed", "time", text)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def read_money(text: str, field: str) -> int | None:
    """Hundredths of the unit, None if empty. Refuses what is no amount, or finer than a fen.

    Takes thousands commas (only in groups of three), currency marks, full-width digits, a
    leading or trailing minus, and brackets for negative.
    """
    if not text:
        return None
    plain = _MARKS.sub("", half_width(text))
    if not plain:
        return None
    negative = False
    if plain[0] == "(" and plain[-1] == ")":
        negative, plain = True, plain[1:-1]
    elif plain[0] in "+-" or plain[-1] in "+-":
        negative, plain = "-" in (plain[0], plain[-1]), plain.strip("+-")
    match = _MONEY.match(plain)
    if match is None or not plain.isascii():
        scientific = _SCIENTIFIC.match(plain)
        rule = "amount_in_scientific_form" if scientific else "amount_malformed"
        raise LineRefused(rule, field, text)
    decimals = (match[1] or match[2] or "").rstrip("0")
    if len(decimals) > 2:
        raise LineRefused("amount_finer_than_fen", field, text)
    whole = plain.partition(".")[0].replace(",", "") or "0"
    if len(whole) > WHOLE_DIGITS_MAX:
        raise LineRefused("amount_too_large", field, text)
    fen = int(whole) * 100 + int(decimals.ljust(2, "0"))
    return -fen if negative else fen


def read_balance(text: str) -> int | None:
    """Hundredths of the unit; None if empty or masked (such as `xx,yyyy.zz`)."""
    if not text or _MASK.match(text):
        return None
    try:
        return read_money(text, "balance")
    except LineRefused as refused:
        raise LineRefused("balance_malformed", "balance", text) from refused


def read_account(text: str, field: str) -> str:
    """The account number without blanks. Refuses the scientific form, which has lost digits."""
    if not text or (text.isdecimal() and text.isascii()):
        return text
    plain = half_width(text).replace(" ", "")
    if _SCIENTIFIC.match(plain):
        raise LineRefused("account_in_scientific_form", field, text)
    return plain.removesuffix(".0") if plain[:-2].isdecimal() else plain


@lru_cache(maxsize=256)
def read_currency(text: str, default: str) -> str:
    """The ISO 4217 code of a code, Chinese name or bank number; `default` if empty."""
    plain = half_width(text).upper().replace(" ", "")
    if not plain:
        return default
    code = _CURRENCIES.get(plain) or _CURRENCIES.get(re.sub(r"\(.*\)$", "", plain))
    if code is None:
        raise LineRefused("currency_not_known", "currency", text)
    return code
