"""The items of a sample as its table was downloaded, with audited values filled in."""

from typing import Any, Final

from api.exports.cells import title_of
from api.home import Home
from api.imports.banks import plain_title
from api.imports.columns import column_letter
from api.lists.cells import need
from api.lists.results import Cell, CellFault, CellRefused, cell_fault
from api.lists.tables import read_table
from api.strangers.reading import NoTable
from api.strangers.wire import Wanted
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
_ITEMS: Final = Wanted(
    "sample-items",
    {plain_title(title): (name, 0) for title, name in _COLUMNS.items()},
    (_KEY, _VALUE),
)
_COLUMN: Final = next(column for column in SAMPLE_ITEMS.columns if column.name == _VALUE)


def audited_values(
    home: Home, data: bytes, filename: str, drawn: SampleDrawn
) -> list[dict[str, Any]]:
    """Key and audited value in fen of every item that the table names, in its order.

    Raises Refusal: LIST_FILE_IS_UNREADABLE, LIST_COLUMNS_ARE_MISSING, LIST_HAS_REJECTED_ROWS.
    """
    table = read_table(home, data, filename, [_ITEMS], {}, {})
    if isinstance(table, NoTable):
        wanted = [title for title in _COLUMNS if title not in (_KEY, _VALUE)]
        raise Refusal(
            Refused.LIST_COLUMNS_ARE_MISSING, missing=[_KEY, _VALUE], wanted=wanted, titles=["—"]
        )
    places = {field: place for place, field in enumerate(table.head.columns)}
    letter = column_letter(table.head.first_column + table.head.columns[_VALUE])
    known = {item.key for item in drawn.items}
    found, faults = [], list[CellFault]()
    for number, texts, _ in table.rows:
        if (key := texts[places[_KEY]]) not in known:
            continue
        try:
            text = texts[places[_VALUE]]
            value = _fen(Cell(number, letter, title_of(_COLUMN, "zh"), _VALUE, text))
            found.append({"key": key, _VALUE: value})
        except CellRefused as refused:
            faults.append(cell_fault(table.head.sheet, refused))
    if faults:
        lines = [fault._asdict() for fault in faults]
        raise Refusal(Refused.LIST_HAS_REJECTED_ROWS, rejected=len(faults), lines=lines)
    return found


def _fen(cell: Cell) -> int:
    try:
        return parse_yuan(need(cell))
    except WrongAmount as wrong:
        raise CellRefused("amount_malformed", cell) from wrong
