"""Reads a bank statement file of any known kind into lines, without database or clock."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from api.imports.balances import check_balances
from api.imports.banks import HEADER_ROWS_MAX, Header, find_header, wanted_columns
from api.imports.cells import clean_row, read_account, read_balance, read_currency
from api.imports.entries import EntryReader, amounts_are_signed
from api.imports.results import (
    LineRefused,
    RejectedLine,
    StatementFile,
    StatementLine,
    UnreadableFile,
    rejected_line,
)
from api.imports.tables import Row, Sheet, html_sheets, looks_like_html, text_sheets
from api.imports.workbooks import OLE_MAGIC, ZIP_MAGIC, workbook_sheets

__all__ = [
    "FILE_BYTES_MAX",
    "READERS",
    "Reader",
    "RejectedLine",
    "StatementFile",
    "StatementLine",
    "UnreadableFile",
    "read_statement",
]

FILE_BYTES_MAX = 50 * 1024 * 1024
_OTHER_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"<?xml", "XML"),
    (b"{\\rtf", "RTF"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of file: whether the bytes are of it, and how they are read."""

    recognises: Callable[[bytes], bool]
    read: Callable[[bytes, str], StatementFile]


def read_statement(data: bytes, filename: str) -> StatementFile:
    """The lines of a statement file; the bytes decide its kind, `filename` is only for messages.

    A broken line is in `rejected`, with the rule and how to mend it. Raises `UnreadableFile` when
    the file as a whole cannot be read, and nothing else whatever the bytes are.
    """
    need_table(data, filename)
    reader = next(reader for reader in READERS if reader.recognises(data))
    return reader.read(data, filename)


def need_table(data: bytes, filename: str) -> None:
    """Refuse bytes that are empty, too many, or of a kind that holds no table (UnreadableFile)."""
    if not data.strip():
        raise UnreadableFile("file_is_empty", filename=filename)
    if len(data) > FILE_BYTES_MAX:
        raise UnreadableFile("file_too_large", size_bytes=len(data), limit_bytes=FILE_BYTES_MAX)
    for magic, found in _OTHER_KINDS:
        if data.startswith(magic):
            raise UnreadableFile("format_not_known", filename=filename, found=found)


def is_workbook(data: bytes) -> bool:
    return data.startswith((ZIP_MAGIC, OLE_MAGIC))


def _read_workbook(data: bytes, filename: str) -> StatementFile:
    sheets = [(sheet, find_header(sheet)) for sheet in workbook_sheets(data, filename)]
    headed = [(sheet, header) for sheet, header in sheets if header]
    if len(headed) > 1:
        raise UnreadableFile("several_sheets", sheets="、".join(sheet.name for sheet, _ in headed))
    if not headed:
        raise _no_header()
    return _read_table(*headed[0], data)


def _read_html(data: bytes, filename: str) -> StatementFile:
    (sheet,) = html_sheets(data)
    header = find_header(sheet)
    if header is None:
        raise _no_header()
    return _read_table(sheet, header, data)


def _read_text(data: bytes, filename: str) -> StatementFile:
    best: tuple[Sheet, Header] | None = None
    fault: UnreadableFile | None = None
    for sheet in text_sheets(data):
        try:
            header = find_header(sheet)
        except UnreadableFile as refused:
            fault = fault or refused
            continue
        if header and (best is None or len(header.columns) > len(best[1].columns)):
            best = (sheet, header)
    if best is None:
        raise fault or _no_header()
    return _read_table(*best, data)


# Tried in this order; the last takes any text. Other formats (camt.053, MT940) go before it.
READERS: tuple[Reader, ...] = (
    Reader(is_workbook, _read_workbook),
    Reader(looks_like_html, _read_html),
    Reader(lambda data: True, _read_text),
)


def _no_header() -> UnreadableFile:
    dates, amounts = wanted_columns()
    return UnreadableFile("header_not_found", rows=HEADER_ROWS_MAX, dates=dates, amounts=amounts)


def _read_table(sheet: Sheet, header: Header, data: bytes) -> StatementFile:
    facts = header.facts
    signed = amounts_are_signed(header, (cells for _, cells in _rows_below(sheet, header.last_row)))
    reader = EntryReader(header, signed, _title_currency(facts.get("currency", "")))
    lines, rejected = _read_rows(sheet, reader)
    if not lines and not rejected:
        raise UnreadableFile("no_lines")
    if len(reader.own_accounts) > 1:
        shown = "、".join(list(reader.own_accounts)[:5])
        raise UnreadableFile("several_accounts", accounts=shown)
    balances = check_balances(lines, [line.number for line in rejected])
    if blamed := balances.blamed:
        refused = LineRefused("balance_does_not_follow", "balance", _yuan(blamed.balance_fen))
        lines.remove(blamed)
        rejected.append(rejected_line(blamed.number, refused, header.title_of("balance")))
        rejected.sort(key=lambda line: line.number)
    account, name = next(iter(reader.own_accounts.items()), ("", ""))
    currencies = {line.currency for line in lines} or {reader.currency}
    opening, closing = balances.opening_fen, balances.closing_fen
    if opening is None:
        opening = reader.opening_fen
    return StatementFile(
        kind=f"{sheet.container}-{header.bank}",
        encoding=sheet.encoding,
        account_number=account or _title_account(facts.get("own_account", "")),
        account_name=name or facts.get("own_name") or None,
        currency=currencies.pop() if len(currencies) == 1 else None,
        lines=tuple(lines),
        rejected=tuple(rejected),
        opening_fen=_title_balance(facts, "opening") if opening is None else opening,
        closing_fen=_title_balance(facts, "closing") if closing is None else closing,
        balance_breaks=balances.breaks,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _rows_below(sheet: Sheet, last_row: int) -> Iterator[Row]:
    return ((number, clean_row(cells)) for number, cells in sheet.rows() if number > last_row)


def _read_rows(sheet: Sheet, reader: EntryReader) -> tuple[list[StatementLine], list[RejectedLine]]:
    lines: list[StatementLine] = []
    rejected: list[RejectedLine] = []
    widths: dict[int, int] = {}
    for number, cells in _rows_below(sheet, reader.header.last_row):
        try:
            if reader.is_note(cells):
                continue
            widths[number] = len(cells)
            lines.append(reader.read(number, cells))
        except LineRefused as refused:
            column = reader.header.title_of(refused.field)
            rejected.append(rejected_line(number, refused, column))
    return _without_wider(lines, rejected, widths, reader.header)


def _without_wider(
    lines: list[StatementLine],
    rejected: list[RejectedLine],
    widths: dict[int, int],
    header: Header,
) -> tuple[list[StatementLine], list[RejectedLine]]:
    """Reject lines with more cells than titles, unless all lines trail the same empty cells.

    An unquoted thousands comma shifts the cells of its own line only; a trailing delimiter is on
    every line.
    """
    limit = max(len(header.titles), min(widths.values(), default=0))
    kept = []
    for line in lines:
        if widths[line.number] <= limit:
            kept.append(line)
            continue
        refused = LineRefused("more_cells_than_columns", "line", str(widths[line.number]))
        rejected.append(rejected_line(line.number, refused, ""))
    rejected.sort(key=lambda line: line.number)
    return kept, rejected


def _title_currency(text: str) -> str:
    try:
        return read_currency(text, "CNY")
    except LineRefused:
        return "CNY"


def _title_account(text: str) -> str | None:
    try:
        return read_account(text, "own_account") or None
    except LineRefused:
        return None


def _title_balance(facts: Mapping[str, str], role: str) -> int | None:
    try:
        return read_balance(facts.get(role, ""))
    except LineRefused:
        return None


def _yuan(fen: int | None) -> str:
    amount = fen or 0
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"
