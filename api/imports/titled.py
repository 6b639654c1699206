"""A table of a known kind in a file: the sheet, the row of titles, which column is what."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, Protocol

from api.imports.banks import HEADER_ROWS_MAX, find_header, plain_title
from api.imports.cells import clean
from api.imports.columns import Titles, column_letter
from api.imports.results import UnreadableFile
from api.imports.statement import is_workbook, need_table
from api.imports.tables import Sheet, html_sheets, looks_like_html, text_sheets
from api.imports.workbooks import workbook_sheets

SEVERAL = frozenset({"owners", "inventors", "patents", "instalments"})
"""Fields whose cells hold several things, also one under another."""
_TITLES_SHOWN = 100
_TITLE_LENGTH_MAX = 60
_NOTES = ("合计", "总计", "小计", "共计", "填表人", "制表人", "备注:", "备注：", "注:", "注：")


class Kind(Protocol):
    """What is looked for: titles to (field, rank: 0 is the best name), and fields needed."""

    @property
    def code(self) -> str: ...
    @property
    def titles(self) -> Mapping[str, tuple[str, int]]: ...
    @property
    def needed(self) -> Sequence[str]: ...


class Head(NamedTuple):
    """A row of titles: its kind, its sheet, its 1-based number, and field to column index."""

    kind: str
    sheet: Sheet
    row: int
    titles: tuple[str, ...]
    columns: Mapping[str, int]


class FoundTable(NamedTuple):
    """What was found: a head, or none, then the fullest row of titles and the nearest columns."""

    head: Head | None
    fullest: tuple[str, ...]
    nearest: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """All but the rows, as plain values."""
        if self.head is None:
            return {"fullest": self.fullest, "nearest": self.nearest}
        kind, sheet, row, titles, columns = self.head
        return {
            "kind": kind,
            "sheet": sheet.name,
            "container": sheet.container,
            "encoding": sheet.encoding,
            "first_column": sheet.first_column,
            "row": row,
            "titles": titles,
            "columns": dict(columns),
        }

    def rows(self) -> Iterator[tuple[int, list[str], list[int]]]:
        """Every row with anything in it: its number, its cells in the order of `columns`, and
        which of them are joined with those below or above.

        A joined cell counts for each of its rows. Rows of sums and notes are passed over.
        """
        assert self.head is not None
        wanted = list(self.head.columns.items())
        joined = _joined_cells(self.head.sheet.merged, frozenset(self.head.columns.values()))
        anchors: dict[tuple[int, int], str] = {}
        for number, cells in self.head.sheet.rows():
            if number <= self.head.row or _is_note(cells):
                continue
            texts, marked = [], []
            for place, (field, at) in enumerate(wanted):
                text = cells[at] if at < len(cells) else ""
                if joined and (anchor := joined.get((number, at))) is not None:
                    if anchor == (number, at):
                        anchors[anchor] = text
                    text = anchors.get(anchor, "")
                    marked.append(place)
                texts.append(_plain(field, text))
            if any(texts):
                yield number, texts, marked


def _plain(field: str, text: str) -> str:
    if not text:
        return ""
    return clean(text.replace("\n", ";") if field in SEVERAL else text)


def _is_note(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell and not cell.isspace()), "")
    return "".join(first[:12].split()).startswith(_NOTES)


@lru_cache(maxsize=8)
def _joined_cells(
    ranges: tuple[tuple[int, int, int, int], ...], columns: frozenset[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Each cell of these columns that is joined with others below or above it, with the first."""
    return {
        (row, column): (top, left)
        for top, left, bottom, right in ranges
        if bottom > top
        for column in columns
        if left <= column <= right
        for row in range(top, bottom + 1)
    }


def open_sheets(data: bytes, filename: str) -> tuple[Sheet, ...]:
    """The sheets of a file. Raises UnreadableFile."""
    need_table(data, filename)
    if is_workbook(data):
        return workbook_sheets(data, filename)
    return html_sheets(data) if looks_like_html(data) else text_sheets(data)


def is_bank_file(data: bytes, filename: str) -> bool:
    """Whether the titles are those of a bank's export. Raises UnreadableFile."""
    return any(_is_banks(sheet) for sheet in open_sheets(data, filename))


def _is_banks(sheet: Sheet) -> bool:
    try:
        return find_header(sheet) is not None
    except UnreadableFile as fault:
        return fault.rule == "header_maps_twice"


def find_table(
    data: bytes,
    filename: str,
    kinds: Sequence[Kind],
    saved: Mapping[str, Titles],
    given: Titles,
) -> FoundTable:
    """The row of titles that fits a kind; of several that fit, the one with more fields.

    `saved` holds an institution's own titles by kind; `given` wins over both. Raises
    UnreadableFile.
    """
    best: Head | None = None
    fullest: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    for sheet in open_sheets(data, filename):
        for number, cells in islice(sheet.rows(), HEADER_ROWS_MAX):
            titles = tuple(_title(cell) for cell in cells)
            if len([t for t in titles if t]) > len([t for t in fullest if t]):
                fullest = titles
            for kind in kinds:
                columns = _columns(kind, titles, sheet, given, saved.get(kind.code, {}))
                nearest = max(nearest, tuple(columns), key=len)
                fits = set(kind.needed) <= columns.keys()
                if fits and (best is None or len(columns) > len(best.columns)):
                    best = Head(kind.code, sheet, number, titles, columns)
    return FoundTable(best, tuple(t for t in fullest if t)[:_TITLES_SHOWN], nearest)


def _title(cell: str) -> str:
    return plain_title(cell.replace("\n", "")) if len(cell) <= _TITLE_LENGTH_MAX else ""


def _columns(
    kind: Kind, titles: Sequence[str], sheet: Sheet, given: Titles, saved: Titles
) -> dict[str, int]:
    """Field to column; what was said by hand wins, then the better of the known titles."""
    fields = {field for field, _ in kind.titles.values()}
    best: dict[str, tuple[int, int]] = {}
    for at, title in enumerate(titles):
        if not title:
            continue
        letter = column_letter(sheet.first_column + at)
        own = given.get(title, given.get(letter, saved.get(title)))
        if own is not None:
            found = (own, -1) if own in fields else None
        else:
            found = kind.titles.get(without_unit(title))
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], at)
    return {field: at for field, (_, at) in best.items()}


def without_unit(title: str) -> str:
    """A title without 万元 in brackets, which the amount's reader looks at."""
    return title.removesuffix("(万元)").removesuffix("(万)")
