"""Bytes into a list of a known kind: the sheet, the row of titles, and which column is what."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from api.imports.banks import HEADER_ROWS_MAX, find_header, plain_title
from api.imports.cells import clean
from api.imports.results import UnreadableFile
from api.imports.statement import is_workbook, need_table
from api.imports.tables import Row, Sheet, html_sheets, looks_like_html, text_sheets
from api.imports.workbooks import workbook_sheets
from api.lists.kinds import BY_CODE, KINDS, Kind
from api.lists.results import Cell
from ledger.refusals import Refusal, Refused

SEVERAL = frozenset({"owners", "inventors", "patents", "instalments"})
"""Fields whose cells hold several things, also one under another."""
_TITLES_SHOWN = 100
_NOTES = ("合计", "总计", "小计", "共计", "填表人", "制表人", "备注:", "备注：", "注:", "注：")

Titles = Mapping[str, str]
"""Plain title (or column letter) to field; an empty field means: leave this column out."""


class Head(NamedTuple):
    """A row of titles: its sheet, its 1-based number, the titles, and field to column index."""

    sheet: Sheet
    row: int
    titles: tuple[str, ...]
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list whose columns are known; `sha256` is that of the whole file."""

    kind: Kind
    head: Head
    sha256: str

    @property
    def ignored(self) -> tuple[str, ...]:
        """Titles of the columns that are not read."""
        read = set(self.head.columns.values())
        return tuple(title for at, title in enumerate(self.head.titles) if title and at not in read)

    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Every row with anything in it: its number and its cells by field, all fields there are.

        A cell joined with those below it counts for each of their rows: see `is_joined`. Rows of
        sums and notes below the list are passed over.
        """
        wanted = [
            (field, at, column_letter(self.head.sheet.first_column + at), self.head.titles[at])
            for field, at in self.head.columns.items()
        ]
        joined = _joined(self.head)
        anchors: dict[tuple[int, int], str] = {}
        for number, cells in self.head.sheet.rows():
            if number <= self.head.row or _is_note(cells):
                continue
            filled = {}
            for field, at, letter, title in wanted:
                text = cells[at] if at < len(cells) else ""
                if joined and (anchor := joined.get((number, at))) is not None:
                    if anchor == (number, at):
                        anchors[anchor] = text
                    text = anchors.get(anchor, "")
                filled[field] = Cell(number, letter, title, field, _plain(field, text))
            if any(cell.text for cell in filled.values()):
                yield number, filled

    def said_by_hand(self, given: Titles) -> Titles:
        """What was said of this list's columns, by their titles: a letter fits no other list."""
        first = self.head.sheet.first_column
        said = {
            title: given.get(title, given.get(column_letter(first + at)))
            for at, title in enumerate(self.head.titles)
            if title
        }
        return {title: field for title, field in said.items() if field is not None}

    def is_joined(self, cell: Cell) -> bool:
        """Whether a cell is one of several rows joined into one."""
        return (cell.row, self.head.columns[cell.field]) in _joined(self.head)


def _plain(field: str, text: str) -> str:
    if not text:
        return ""
    return clean(text.replace("\n", ";") if field in SEVERAL else text)


def _is_note(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell and not cell.isspace()), "")
    return "".join(first[:12].split()).startswith(_NOTES)


@lru_cache(maxsize=8)
def _joined_cells(
    ranges: tuple[tuple[int, int, int, int], ...],
) -> dict[tuple[int, int], tuple[int, int]]:
    return {
        (row, column): (top, left)
        for top, left, bottom, right in ranges
        if bottom > top
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }


def _joined(head: Head) -> dict[tuple[int, int], tuple[int, int]]:
    """Each cell that is joined with others below or above it, with the first cell of them."""
    return _joined_cells(head.sheet.merged)


def column_letter(index: int) -> str:
    """The letters of a 0-based column, as spreadsheets name it."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def open_sheets(data: bytes, filename: str) -> tuple[Sheet, ...]:
    """The sheets of a file. Raises Refusal(LIST_FILE_IS_UNREADABLE)."""
    try:
        need_table(data, filename)
        if is_workbook(data):
            return workbook_sheets(data, filename)
        return html_sheets(data) if looks_like_html(data) else text_sheets(data)
    except UnreadableFile as unreadable:
        raise _unreadable(unreadable) from unreadable


def is_bank_file(data: bytes, filename: str) -> bool:
    """Whether the titles are those of a bank's export. Raises Refusal(LIST_FILE_IS_UNREADABLE)."""
    return any(_is_banks(sheet) for sheet in open_sheets(data, filename))


def _is_banks(sheet: Sheet) -> bool:
    try:
        return find_header(sheet) is not None
    except UnreadableFile as fault:
        return fault.rule == "header_maps_twice"


def _unreadable(fault: UnreadableFile) -> Refusal:
    return Refusal(Refused.LIST_FILE_IS_UNREADABLE, rule=fault.rule, zh=fault.zh, en=fault.en)


def kind_called(code: str) -> Kind:
    """The kind of a code. Raises Refusal(PARAMETER_IS_MALFORMED)."""
    if code not in BY_CODE:
        expected = " · ".join(BY_CODE)
        raise Refusal(
            Refused.PARAMETER_IS_MALFORMED, parameter="kind", value=code[:80], expected=expected
        )
    return BY_CODE[code]


def recognised(
    sheets: Sequence[Sheet], saved: Mapping[str, Titles], given: Titles, kind: Kind | None = None
) -> tuple[Kind, Head]:
    """The kind of list and its row of titles; of several that fit, the one with more fields.

    `saved` holds the institution's own titles by kind; `given` wins over both. Raises Refusal:
    LIST_IS_NOT_RECOGNISED, or LIST_COLUMNS_ARE_MISSING where the kind is named.
    """
    _need_fields(given, kind)
    best: tuple[Kind, Head] | None = None
    fullest: tuple[str, ...] = ()
    nearest: frozenset[str] = frozenset()
    for sheet in sheets:
        for number, cells in _first_rows(sheet):
            titles = tuple(_title(cell) for cell in cells)
            if len([t for t in titles if t]) > len([t for t in fullest if t]):
                fullest = titles
            for each in KINDS if kind is None else (kind,):
                columns = _columns(each, titles, sheet, given, saved.get(each.code, {}))
                nearest = max(nearest, frozenset(columns), key=len)
                fits = each.needed() <= columns.keys()
                if fits and (best is None or len(columns) > len(best[1].columns)):
                    best = each, Head(sheet, number, titles, columns)
    if best is not None:
        return best
    shown = [title for title in fullest if title][:_TITLES_SHOWN]
    if kind is None:
        raise Refusal(
            Refused.LIST_IS_NOT_RECOGNISED, titles=shown, kinds=[each.code for each in KINDS]
        )
    missing = kind.needed() - nearest
    raise Refusal(
        Refused.LIST_COLUMNS_ARE_MISSING,
        kind=kind.code,
        missing=sorted(missing),
        wanted=[kind.fields[name].zh for name in sorted(missing)],
        titles=shown,
    )


def _first_rows(sheet: Sheet) -> Iterator[Row]:
    try:
        yield from islice(sheet.rows(), HEADER_ROWS_MAX)
    except UnreadableFile as unreadable:
        raise _unreadable(unreadable) from unreadable


def _title(cell: str) -> str:
    return plain_title(cell.replace("\n", "")) if len(cell) <= 60 else ""


def _columns(
    kind: Kind, titles: Sequence[str], sheet: Sheet, given: Titles, saved: Titles
) -> dict[str, int]:
    """Field to column; what was said by hand wins, then the better of the known titles."""
    best: dict[str, tuple[int, int]] = {}
    for at, title in enumerate(titles):
        if not title:
            continue
        letter = column_letter(sheet.first_column + at)
        own = given.get(title, given.get(letter, saved.get(title)))
        if own is not None:
            found = (own, -1) if own in kind.fields else None
        else:
            found = kind.field_of(without_unit(title))
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], at)
    return {field: at for field, (_, at) in best.items()}


def without_unit(title: str) -> str:
    """A title without 万元 in brackets, which the amount's reader looks at."""
    return title.removesuffix("(万元)").removesuffix("(万)")


def _need_fields(given: Titles, kind: Kind | None) -> None:
    known = {name for each in ((kind,) if kind else KINDS) for name in each.fields}
    for field in given.values():
        if field and field not in known:
            expected = " · ".join(sorted(known))
            raise Refusal(
                Refused.PARAMETER_IS_MALFORMED, parameter="map", value=field[:80], expected=expected
            )


def digest(data: bytes) -> str:
    """SHA-256 of a file in hex: with the row it names a command for ever."""
    return hashlib.sha256(data).hexdigest()
