"""Bytes of a file into sheets of numbered rows of text cells: encodings, delimiters, HTML."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from api.imports.results import UnreadableFile

Row = tuple[int, list[str]]
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that can be walked more than once; `rows()` gives (1-based number, cells).

    `first_column` is the 0-based column in which the cells of a row begin; `merged` are ranges of
    cells that were joined, as (first row, first column, last row, last column), rows 1-based and
    columns counted within `cells`.
    """

    name: str
    container: str
    encoding: str
    rows: Callable[[], Iterator[Row]]
    first_column: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()


def encoding_of(data: bytes) -> str:
    """The encoding under which every byte can be read: by BOM, else UTF-8, else GB18030.

    Raises `UnreadableFile`: binary_content (a NUL), encoding_broken with the byte position.
    When four or more non-ASCII letters read well as UTF-8 before the fault, the file is broken
    UTF-8 and not GB18030, whose letters hardly ever form valid UTF-8.
    """
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), None)
    if encoding is None and (position := data.find(b"\0")) >= 0:
        raise UnreadableFile("binary_content", byte=position)
    try:
        text = data.decode(encoding or "utf-8")
        if encoding is not None and (position := text.find("\0")) >= 0:
            raise UnreadableFile("binary_content", byte=len(text[:position].encode(encoding)))
        return encoding or "utf-8"
    except UnicodeDecodeError as fault:
        before = data[: fault.start]
        if encoding is not None or sum(byte >= 0xC0 for byte in before) >= 4:
            raise UnreadableFile(
                "encoding_broken", encoding=encoding or "utf-8", byte=fault.start
            ) from fault
    try:
        data.decode("gb18030")
    except UnicodeDecodeError as fault:
        raise UnreadableFile("encoding_broken", encoding="gb18030", byte=fault.start) from fault
    return "gb18030"


def text_sheets(data: bytes) -> tuple[Sheet, ...]:
    """The same text cut by each delimiter; the reader of headers finds out which one is meant."""
    encoding = encoding_of(data)

    def rows(delimiter: str) -> Iterator[Row]:
        reader = csv.reader(
            io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""),
            delimiter=delimiter,
        )
        number = 1
        try:
            for cells in reader:
                yield number, cells
                number = reader.line_num + 1
        except csv.Error as fault:
            raise UnreadableFile("csv_malformed", line=number, reason=str(fault)) from fault

    def walk(delimiter: str) -> Callable[[], Iterator[Row]]:
        return lambda: rows(delimiter)

    return tuple(Sheet(repr(mark), "csv", encoding, walk(mark)) for mark in DELIMITERS)


class _TableCells(HTMLParser):
    """Collects the cells of every row of every table, nested tags stripped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._close_cell()
            self.found.append([])
        elif tag in ("td", "th"):
            self._close_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = int(span) if span.isascii() and span.isdecimal() and len(span) < 3 else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._close_cell()

    def _close_cell(self) -> None:
        if self._cell is not None:
            if not self.found:
                self.found.append([])
            self.found[-1] += ["".join(self._cell)] + [""] * (self._span - 1)
            self._cell = None


def looks_like_html(data: bytes) -> bool:
    """Whether the first thousand bytes, under any of the encodings, open an HTML table page."""
    head = data[:2000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style"))


def html_sheets(data: bytes) -> tuple[Sheet, ...]:
    """The one sheet of an `.xls` that is an HTML page; rows are counted from the first `<tr>`."""
    encoding = encoding_of(data)
    parser = _TableCells()
    try:
        parser.feed(data.decode(encoding))
        parser.close()
    except (AssertionError, ValueError) as fault:
        raise UnreadableFile("workbook_broken", reason=str(fault)) from fault
    return (Sheet("html", "html", encoding, lambda: iter(list(enumerate(parser.found, 1)))),)
