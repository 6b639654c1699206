"""Files made to knock their reader over, each small and made here, none of them anybody's."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import xlsxwriter

HEADER = "交易日期,借方金额,贷方金额,余额,对方户名,摘要"
LINE = "20220630,,5.00,,甲,款"
GOOD = f"{HEADER}\n{LINE}\n".encode()
LIMITS_OF_READING = {
    "reading_needs_memory",
    "reading_needs_time",
    "reading_yields_too_much",
    "reader_died",
}
"""Rules that no file breaks by itself, only within limits."""

_SHEET = "xl/worksheets/sheet1.xml"
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def plain_workbook() -> bytes:
    """A statement of one line as XLSX."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["20220630", "", 5, "", "甲", "款"])
    return target.getvalue()


def altered(change: Callable[[str], str], part: str = _SHEET) -> bytes:
    """The workbook with one of its parts rewritten."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain_workbook())) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in book.namelist():
            text = book.read(name)
            made.writestr(name, change(text.decode()) if name == part else text)
    return target.getvalue()


def _far(cell: str) -> bytes:
    row = f'<row r="1048576">{cell}</row></sheetData>'
    return altered(lambda text: text.replace("</sheetData>", row))


def far_cell_elsewhere() -> bytes:
    """A far cell in a sheet that does not lie where sheets lie."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_far('<c r="XFD1048576"><v>1</v></c>'))) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in book.namelist():
            text = book.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                text = text.replace(b"worksheets/sheet1.xml", b"elsewhere/s.xml")
            made.writestr("xl/elsewhere/s.xml" if name == _SHEET else name, text)
    return target.getvalue()


def merged(area: str) -> bytes:
    """A workbook with merged cells."""
    cells = f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'
    return altered(lambda text: text.replace("</sheetData>", cells))


def many_shared_strings(count: int) -> bytes:
    """A workbook that keeps a great many empty texts."""
    strings = f'<sst xmlns="{_SPREADSHEET}" count="{count}">' + "<si><t/></si>" * count + "</sst>"
    return altered(lambda _: strings, "xl/sharedStrings.xml")


def says_it_unpacks_to(size: int) -> bytes:
    """An archive whose directory promises so many bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.infolist()[0].file_size = size
    return target.getvalue()


def bomb(size: int) -> bytes:
    """A workbook whose sheet unpacks to so many blanks, in few bytes."""
    return altered(lambda text: text.replace("<sheetData>", "<sheetData>" + " " * size))


def wide_page(cells: int) -> bytes:
    """An HTML table of cells that each stand for 99."""
    return b"<html><table><tr>" + b"<td colspan=99>x" * cells + b"</table></html>"


def old_workbook(rows: tuple[int, int], columns: tuple[int, int] = (0, 3)) -> bytes:
    """An XLS of one number whose DIMENSIONS record says what it likes, (first, past the last)."""
    sheet = b"".join(
        (
            _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)),
            _record(0x0200, struct.pack("<IIHHH", *rows, *columns, 0)),
            _record(0x0203, struct.pack("<HHHd", 6, 1, 0, 5.0)),
            _record(0x000A, b""),
        )
    )
    opening = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    name = b"\x06\x00Sheet1"
    start = len(opening) + 4 + 6 + len(name) + 4
    globals_ = opening + _record(0x0085, struct.pack("<IH", start, 0) + name)
    return _compound(globals_ + _record(0x000A, b"") + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound(stream: bytes) -> bytes:
    """An OLE file of one stream named Workbook, which begins in sector 2."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * (108 * 4)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry(
        "Workbook", 2, 2, len(stream)
    )
    return head + table + entries.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    head = text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


KILLERS: Mapping[str, Callable[[], bytes]] = {
    "far cell": lambda: _far('<c r="XFD1048576"><v>1</v></c>'),
    "far cell behind single quotes": lambda: _far("<c r='XFD1048576'><v>1</v></c>"),
    "far cell behind a long attribute": lambda: _far(
        f'<c x="{"y" * 500}" r="XFD1048576"><v>1</v></c>'
    ),
    "far cell in another place": far_cell_elsewhere,
    "all cells merged": lambda: merged("A1:XFD1048576"),
    "shared strings": lambda: many_shared_strings(3_000_000),
    "old workbook, dimensions inverted": lambda: old_workbook((170, 6)),
    "old workbook, dimensions huge": lambda: old_workbook((0, 0xFFFFFFF0), (0, 0xFFFF)),
    "page of wide cells": lambda: wide_page(1_000_000),
    "bomb": lambda: bomb(300 << 20),
}
"""What aborted the process that read it, or ate gigabytes."""
