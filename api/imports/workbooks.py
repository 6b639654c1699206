"""XLSX and XLS workbooks into sheets of text cells; only for the process that reads strangers'
files, since a workbook of a few bytes may ask for any amount of memory."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError

from api.imports.results import UnreadableFile
from api.imports.tables import Row, Sheet

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED_BYTES_MAX = 600 * 1024 * 1024
"""Told at once and by name; what a file really takes, its reader's limits decide."""


def _guard_archive(data: bytes, filename: str) -> None:
    """Refuse archives that are no workbook, or say themselves that they unpack beyond memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                found = "OFD" if "OFD.xml" in names else "ZIP"
                raise UnreadableFile("format_not_known", filename=filename, found=found)
            size = sum(entry.file_size for entry in archive.infolist())
            if size > UNPACKED_BYTES_MAX:
                raise UnreadableFile("workbook_too_large", extent=f"{size} bytes")
    except UnreadableFile:
        raise
    except Exception as fault:  # zipfile raises a dozen kinds on a damaged archive
        raise UnreadableFile("workbook_broken", reason=str(fault)) from fault


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
