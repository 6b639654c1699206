"""A reading for people: CSV and XLSX, amounts in yuan under titles in the reader's language."""

import csv
import io
import re
from datetime import datetime, time
from typing import Any

import xlsxwriter

from api.exports.cells import neutral, policy_called, text_of, title_of
from api.language import Language
from api.moments import malformed
from api.readings import Reading
from api.stamps import CODE
from ledger.case import SHANGHAI
from projections.view import Column, Kind

XLSX_ROWS_MAX = 1_048_576
_EXACT_FEN = 10**15
"""Beyond this many fen a spreadsheet's 15 digits no longer hold the amount: it becomes text."""

_HEADER_ROW = 3
_TAB_MAX = 31
_NOT_IN_TABS = re.compile(r"[\[\]:*?/\\]")
_WIDTHS = {Kind.FEN: 18, Kind.DATE: 12, Kind.TIME: 20, Kind.COUNT: 10, Kind.FLAG: 8, Kind.TEXT: 30}
_NUMBERS = (Kind.FEN, Kind.COUNT, Kind.DECIMAL)
_DIGITS_MAX = 15
_PERCENT, _PERCENTS = "%", "percent"
"""Units of columns and of single figures that are shares: numbers that are shown as percent."""

_DECIMALS = ("#,##0", "#,##0.0", "#,##0.00")
"""Formats of decimals by their number of places."""


def as_csv(reading: Reading, spoken: Language) -> bytes:
    """UTF-8 with BOM, so that Excel reads the Chinese; cells that look like formulas are quoted."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    columns = reading.view.columns
    writer.writerow([neutral(title_of(column, spoken)) for column in columns])
    for row in reading.rows.iter_rows():
        writer.writerow(
            [_csv_cell(c, value, spoken) for c, value in zip(columns, row, strict=True)]
        )
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _csv_cell(column: Column, value: Any, spoken: Language) -> str:
    text = text_of(column, value, spoken)
    return text if column.kind in _NUMBERS else neutral(text)


def headline(reading: Reading, spoken: Language) -> str:
    """The moment and the position a reading stands for, or both of them, as one line."""
    day, size, newest = reading.moment.as_of, reading.moment.known_at, reading.head
    if reading.since is not None:
        then, known = reading.since.as_of, reading.since.known_at
        if spoken == "zh":
            return f"由业务时点 {then}、前 {known} 条事实，到业务时点 {day}、前 {size} 条事实"
        return f"from {then} at the first {known} facts to {day} at the first {size} facts"
    if spoken == "zh":
        return f"业务时点 {day} · 认知时点 前 {size} 条事实（日志共 {newest} 条）"
    return f"as of {day} · known at the first {size} facts (the log holds {newest})"


def as_xlsx(reading: Reading, spoken: Language) -> bytes:
    """One sheet: title, moment and position, a frozen header, typed cells, ids as text.

    Another names the versions of code and rules that the rows were computed by. Raises
    Refusal(PARAMETER_IS_MALFORMED) when there are more rows than a sheet can hold.
    """
    if reading.rows.height + _HEADER_ROW + 1 > XLSX_ROWS_MAX:
        raise malformed("format", "xlsx", "csv, parquet, ndjson")
    buffer = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True, **safe})
    # The day of the reading, not the day of the download: equal readings are equal files.
    book.set_properties({"created": datetime.combine(reading.moment.as_of, time(0))})
    sheet = book.add_worksheet(_tab(reading, spoken))
    sheet.write_string(0, 0, _name(reading, spoken), book.add_format({"bold": True, "size": 14}))
    sheet.write_string(1, 0, headline(reading, spoken))
    header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#EEF2F6"})
    formats: dict[Any, Any] = {
        **{places: book.add_format({"num_format": form}) for places, form in enumerate(_DECIMALS)},
        Kind.FEN: book.add_format({"num_format": "#,##0.00"}),
        Kind.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
        Kind.TIME: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        _PERCENT: book.add_format({"num_format": "0%"}),
        _PERCENTS: book.add_format({"num_format": "0.00%"}),
        Kind.COUNT: book.add_format({"num_format": "0"}),
        Kind.TEXT: book.add_format({"num_format": "@"}),
    }
    columns = reading.view.columns
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _WIDTHS.get(column.kind, 24))
        sheet.write_string(_HEADER_ROW, at, title_of(column, spoken), header)
    unit = next((at for at, each in enumerate(columns) if each.name == "unit"), None)
    for line, row in enumerate(reading.rows.iter_rows(), _HEADER_ROW + 1):
        percent = unit is not None and row[unit] == _PERCENTS
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            if percent and column.kind is Kind.DECIMAL and value is not None:
                sheet.write_number(line, at, float(value) / 100, formats[_PERCENTS])
            else:
                _write(sheet, line, at, column, value, formats, spoken)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + reading.rows.height, len(columns) - 1)
    _write_basis(book.add_worksheet("口径" if spoken == "zh" else "Basis"), reading, spoken)
    book.close()
    return buffer.getvalue()


def _write_basis(sheet: Any, reading: Reading, spoken: Language) -> None:
    """What the rows rest on: moment, release and digest of the code, adopted rules."""
    program, code = ("程序", "代码摘要") if spoken == "zh" else ("Program", "Digest of the code")
    lines = [
        (headline(reading, spoken), ""),
        (program, f"zhiheng {CODE.release}"),
        (code, CODE.digest),
        *(
            (policy_called(rule["policy"], spoken), f"v{rule['version']} · {rule['digest']}")
            for rule in reading.rules
        ),
    ]
    sheet.set_column(0, 1, 40)
    for line, (name, told) in enumerate(lines):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, told)


def _write(
    sheet: Any,
    line: int,
    at: int,
    column: Column,
    value: Any,
    formats: dict[Any, Any],
    spoken: Language,
) -> None:
    if value is None:
        return
    if column.kind is Kind.FEN and abs(value) < _EXACT_FEN:
        sheet.write_number(line, at, value / 100, formats[Kind.FEN])
    elif column.unit == _PERCENT:
        sheet.write_number(line, at, value / 100, formats[_PERCENT])
    elif column.kind is Kind.COUNT:
        sheet.write_number(line, at, value, formats[Kind.COUNT])
    elif column.kind is Kind.DECIMAL and len(value) <= _DIGITS_MAX:
        sheet.write_number(line, at, float(value), formats[len(value.partition(".")[2])])
    elif column.kind is Kind.DATE:
        sheet.write_datetime(line, at, datetime.combine(value, time(0)), formats[Kind.DATE])
    elif column.kind is Kind.TIME:
        local = value.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(line, at, local, formats[Kind.TIME])
    else:
        sheet.write_string(line, at, text_of(column, value, spoken), formats[Kind.TEXT])


def _tab(reading: Reading, spoken: Language) -> str:
    """The sheet's own name: the title, as far as Excel bears it in length and signs."""
    return _NOT_IN_TABS.sub(" ", _name(reading, spoken))[:_TAB_MAX]


def _name(reading: Reading, spoken: Language) -> str:
    return reading.view.zh if spoken == "zh" else reading.view.en
