"""One cell of a list into a number, a date, fen or names: refused by rule, never guessed."""

import re
from datetime import date
from functools import lru_cache

from api.imports.cells import half_width, read_date
from api.imports.results import LineRefused
from api.lists.results import Cell, CellRefused
from ledger.identifiers import (
    WrongIdentifier,
    parse_credit_code,
    parse_patent_number,
    parse_publication_number,
)
from ledger.money import FEN_LIMIT, SCALES

TEXT_LENGTH_MAX = 2_000
_SEPARATORS = re.compile(r"[|;、\n]+")
_COMMAS = re.compile(r"[|;、,\n\s]+")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_KIND_CODE = re.compile(r"^(?:CN)?\d{7,9}[A-Z]\d?$")
_AMOUNT = re.compile(r"^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?([万亿])?$")
_MARKS = re.compile(r"\s|¥|CNY|RMB|人民币|元|整")


def need(cell: Cell) -> str:
    """The text of a cell that must not be empty, at most 2,000 characters."""
    if not cell.text:
        raise CellRefused("cell_is_empty", cell)
    if len(cell.text) > TEXT_LENGTH_MAX:
        raise CellRefused("text_is_too_long", cell)
    return cell.text


def several(text: str) -> tuple[str, ...]:
    """The parts of a cell that are kept apart by | ; 、 or a new line, each once."""
    parts = (
        part.strip(" ,") for part in _SEPARATORS.split(text.replace("；", ";").replace("｜", "|"))
    )
    return tuple(dict.fromkeys(part for part in parts if part))


def read_patents(cell: Cell) -> tuple[str, ...]:
    """Several application numbers in one cell, also kept apart by blanks or commas."""
    parts = [part for part in _COMMAS.split(half_width(need(cell))) if part]
    return tuple(dict.fromkeys(_application_number(part, cell) for part in parts))


def read_patent(cell: Cell) -> str:
    """The canonical application number; a check digit that a list leaves out is worked out.

    Taken: CN and ZL in front, dots, blanks, full-width characters.
    """
    return _application_number(half_width(need(cell)), cell)


def _application_number(text: str, cell: Cell) -> str:
    plain = "".join(text.split()).upper()
    try:
        return parse_patent_number(plain)
    except WrongIdentifier as wrong:
        if wrong.rule == "patent_number_lacks_check_digit":
            return parse_patent_number(plain + wrong.facts["expected"])
        if wrong.rule == "patent_check_digit_is_wrong":
            expected = wrong.facts["expected"]
            raise CellRefused("check_digit_is_wrong", cell, text, expected=expected) from wrong
        rule = "number_is_no_application_number"
        if _SCIENTIFIC.match(plain):
            rule = "number_in_scientific_form"
        elif _KIND_CODE.match(plain):
            rule = "number_is_a_publication_number"
        raise CellRefused(rule, cell, text) from wrong


def read_publication(cell: Cell) -> str | None:
    """The canonical publication or grant announcement number, None if the cell is empty."""
    if not cell.text:
        return None
    plain = "".join(half_width(cell.text).split()).upper()
    try:
        return parse_publication_number(plain if plain.startswith("CN") else f"CN{plain}")
    except WrongIdentifier as wrong:
        raise CellRefused("publication_number_is_malformed", cell) from wrong


def read_day(cell: Cell, today: date | None = None) -> date | None:
    """The date of a cell, None if it is empty; with `today` refuses a later one."""
    if not cell.text:
        return None
    try:
        day, _ = read_date(cell.text, cell.field)
    except LineRefused as refused:
        raise CellRefused("date_malformed", cell) from refused
    if today is not None and day > today:
        raise CellRefused("date_lies_ahead", cell)
    return day


def need_day(cell: Cell, today: date | None = None) -> date:
    """The date of a cell that must not be empty."""
    need(cell)
    day = read_day(cell, today)
    assert day is not None
    return day


def read_fen(cell: Cell) -> int:
    """Yuan, or 万 and 亿 of them where title or cell says so, in fen; not negative, exact."""
    factor = 10_000 if cell.title.endswith(("(万元)", "(万)")) else 1
    return fen_of(need(cell), cell, factor)


def fen_of(text: str, cell: Cell, factor: int = 1) -> int:
    """An amount as text in fen; `factor` is the title's unit in yuan."""
    fen = _fen(half_width(text), factor)
    if isinstance(fen, str):
        raise CellRefused(fen, cell, text)
    return fen


@lru_cache(maxsize=4_096)
def _fen(text: str, factor: int) -> int | str:
    plain = _MARKS.sub("", text)
    if plain.startswith("-") or (plain.startswith("(") and plain.endswith(")")):
        return "amount_is_negative"
    found = _AMOUNT.match(plain)
    if found is None:
        return "amount_malformed"
    decimals = found[2] or ""
    unit = 10 ** SCALES[found[3]] if found[3] else factor
    scaled = int(found[1].replace(",", "") + decimals) * unit * 100
    fen, rest = divmod(scaled, 10 ** len(decimals))
    if rest:
        return "amount_finer_than_fen"
    return fen if fen < FEN_LIMIT else "amount_malformed"


def read_code(cell: Cell) -> str | None:
    """The unified social credit code of a cell, None if it is empty."""
    if not cell.text:
        return None
    try:
        return parse_credit_code(cell.text)
    except WrongIdentifier as wrong:
        raise CellRefused("code_is_wrong", cell) from wrong
