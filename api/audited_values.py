"""The items of a sample as its table was downloaded, with audited values filled in."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from api.exports.cells import title_of
from api.imports.banks import HEADER_ROWS_MAX
from api.imports.results import UnreadableFile
from api.imports.tables import Sheet
from api.lists.cells import need
from api.lists.results import Cell, CellFault, CellRefused, cell_fault
from api.lists.tables import column_letter, open_sheets
from ledger.facts import SampleDrawn
from ledger.money import WrongAmount, parse_yuan
from ledger.refusals import Refusal, Refused
from projections.audits import SAMPLE_ITEMS

_KEY, _VALUE = "key", "audit_fen"
_COLUMNS: Final = {
    title: column.name
    for column in SAMPLE_ITEMS.columns
    if column.name in (_KEY, _VALUE)
    for title in (column.name, title_of(column, "zh"), title_of(column, "en"))
}
"""Titles of the two columns that are read, in either language, to their names."""


def audited_values(data: bytes, filename: str, drawn: SampleDrawn) -> list[dict[str, Any]]:
    """Key and audited value in fen of every item that the table names, in its order.

    Raises Refusal: LIST_FILE_IS_UNREADABLE, LIST_COLUMNS_ARE_MISSING, LIST_HAS_REJECTED_ROWS.
    """
    sheet, head, places = _head(data, filename)
    known = {item.key for item in drawn.items}
    found, faults = [], list[CellFault]()
    for number, cells in _rows(sheet):
        if number <= head or _text(cells, places[_KEY]) not in known:
            continue
        text, letter = _text(cells, places[_VALUE]), column_letter(places[_VALUE])
        try:
            value = _fen(Cell(number, letter, title_of(_COLUMN, "zh"), _VALUE, text))
            found.append({"key": _text(cells, places[_KEY]), _VALUE: value})
        except CellRefused as refused:
            faults.append(cell_fault(sheet.name, refused))
    if faults:
        lines = [fault._asdict() for fault in faults]
        raise Refusal(Refused.LIST_HAS_REJECTED_ROWS, rejected=len(faults), lines=lines)
    return found


_COLUMN: Final = next(column for column in SAMPLE_ITEMS.columns if column.name == _VALUE)


def _head(data: bytes, filename: str) -> tuple[Sheet, int, Mapping[str, int]]:
    """The sheet with both columns, the number of its row of titles, and where the columns stand."""
    for sheet in open_sheets(data, filename):
        for number, cells in islice(_rows(sheet), HEADER_ROWS_MAX):
            places = {_COLUMNS[cell]: at for at, cell in enumerate(cells) if cell in _COLUMNS}
            if len(places) == len((_KEY, _VALUE)):
                return sheet, number, places
    wanted = [title for title in _COLUMNS if title not in (_KEY, _VALUE)]
    raise Refusal(
        Refused.LIST_COLUMNS_ARE_MISSING, missing=[_KEY, _VALUE], wanted=wanted, titles=["—"]
    )


def _rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from sheet.rows()
    except UnreadableFile as fault:
        raise Refusal(
            Refused.LIST_FILE_IS_UNREADABLE, rule=fault.rule, zh=fault.zh, en=fault.en
        ) from fault


def _text(cells: list[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _fen(cell: Cell) -> int:
    try:
        return parse_yuan(need(cell))
    except WrongAmount as wrong:
        raise CellRefused("amount_malformed", cell) from wrong
