"""XLSX and XLS workbooks into sheets of text cells, with guards against what would exhaust us."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError

from api.imports.results import UnreadableFile
from api.imports.tables import Row, Sheet

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED_BYTES_MAX = 600 * 1024 * 1024
CELLS_MAX = 12_000_000
_REFERENCE = re.compile(rb'<c\s[^>]{0,80}?\br="([A-Z]{1,3})(\d{1,7})"')


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index


def _guard_archive(data: bytes, filename: str) -> None:
    """Refuse archives that unpack, or whose far-off cells would make a grid, beyond memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                found = "OFD" if "OFD.xml" in names else "ZIP"
                raise UnreadableFile("format_not_known", filename=filename, found=found)
            size = sum(entry.file_size for entry in archive.infolist())
            if size > UNPACKED_BYTES_MAX:
                raise UnreadableFile("workbook_too_large", extent=f"{size} bytes")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _guard_grid(archive, name)
    except UnreadableFile:
        raise
    except Exception as fault:  # zipfile raises a dozen kinds on a damaged archive
        raise UnreadableFile("workbook_broken", reason=str(fault)) from fault


def _guard_grid(archive: zipfile.ZipFile, name: str) -> None:
    columns: set[bytes] = set()
    last_row = 0
    read = 0
    tail = b""
    with archive.open(name) as sheet:
        while block := sheet.read(1 << 20):
            read += len(block)
            if read > UNPACKED_BYTES_MAX:
                raise UnreadableFile("workbook_too_large", extent=f"{read} bytes")
            for letters, row in _REFERENCE.findall(tail + block):
                columns.add(letters)
                last_row = max(last_row, int(row))
            tail = block[-120:]
    width = max(map(_column_index, columns), default=0)
    if width * last_row > CELLS_MAX:
        raise UnreadableFile("workbook_too_large", extent=f"{last_row} x {width}")


def _as_text(value: object) -> str:
    """A cell as text; numbers to the 15 digits Excel keeps, so longer ones show an exponent."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return format(value, ".15g")
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def workbook_sheets(data: bytes, filename: str) -> tuple[Sheet, ...]:
    """The sheets of an XLSX or XLS that hold cells.

    Raises `UnreadableFile`: encrypted_file, workbook_broken, workbook_too_large,
    format_not_known (another kind of archive).
    """
    if data.startswith(ZIP_MAGIC):
        container = "xlsx"
        _guard_archive(data, filename)
    else:
        container = "xls"
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFile("encrypted_file", filename=filename)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    except PasswordError as fault:
        raise UnreadableFile("encrypted_file", filename=filename) from fault
    except BaseException as fault:  # a panic of the Rust reader is no Exception
        if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":
            raise
        raise UnreadableFile("workbook_broken", reason=str(fault)) from fault
    return tuple(
        Sheet(
            sheet.name,
            container,
            "xlsx" if container == "xlsx" else "biff",
            _walk(sheet),
            sheet.start[1] if sheet.start else 0,
            _merged(sheet),
        )
        for sheet in sheets
        if sheet.end is not None
    )


def _merged(sheet: CalamineSheet) -> tuple[tuple[int, int, int, int], ...]:
    offset = sheet.start[1] if sheet.start else 0
    return tuple(
        (top + 1, left - offset, bottom + 1, right - offset)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )


def _walk(sheet: CalamineSheet) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, [_as_text(cell) for cell in cells]

    return rows
