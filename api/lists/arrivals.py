"""Arrivals lists of the finance office, made into the lines of a statement without balances."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg

from api.desk import plain_name
from api.imports.cells import read_account
from api.imports.results import LineRefused, RejectedLine, StatementFile, StatementLine
from api.imports.verdicts import Preview
from api.lists.cells import need, need_day, read_fen
from api.lists.results import Cell, CellFault, CellRefused, RowVerdict, cell_fault
from api.lists.tables import ListTable
from ledger.money import plain_yuan
from ledger.vault import READ, Vault

FORMAT = "arrivals"
_ALIKE = """
SELECT b.receipt, b.value_date, b.booking_date, b.amount_fen FROM vault.bank_lines b
WHERE b.account = %b AND b.amount_fen = ANY (%b::int8[])
  AND (b.value_date = ANY (%b::date[]) OR b.booking_date = ANY (%b::date[]))"""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The readable lines as a statement, and the cells that cannot be read."""

    file: StatementFile
    faults: tuple[CellFault, ...]


def read_arrivals(table: ListTable, today: date) -> Arrivals:
    """The rows as credits in yuan: the day of arrival is booking and value date.

    The voucher number becomes the reference, the project stands behind the text.
    """
    lines: list[StatementLine] = []
    faults: list[CellFault] = []
    for row, cells in table.rows():
        try:
            lines.append(_line(row, cells, table, today))
        except CellRefused as refused:
            faults.append(cell_fault(table.head.sheet.name, refused))
    file = StatementFile(
        kind=f"{table.head.sheet.container}-{FORMAT}",
        encoding=table.head.sheet.encoding,
        account_number=None,
        account_name=None,
        currency="CNY",
        lines=tuple(lines),
        rejected=tuple(
            RejectedLine(fault.row, fault.rule, fault.field, fault.value, fault.zh, fault.en)
            for fault in faults
        ),
        opening_fen=None,
        closing_fen=None,
        balance_breaks=None,
        sha256=table.sha256,
    )
    return Arrivals(file, tuple(faults))


def _line(row: int, cells: Mapping[str, Cell], table: ListTable, today: date) -> StatementLine:
    if table.is_joined(cells["amount"]):
        raise CellRefused("cell_is_merged", cells["amount"])
    day = need_day(cells["on"], today)
    amount = read_fen(cells["amount"])
    if amount == 0:
        raise CellRefused("amount_malformed", cells["amount"])
    texts = [cells[field].text for field in ("text", "project") if field in cells]
    return StatementLine(
        number=row,
        booking_date=day,
        value_date=day,
        time=None,
        amount_fen=amount,
        currency="CNY",
        balance_fen=None,
        payer_name=need(cells["payer"]),
        payer_account=_account(cells["account"]) if "account" in cells else "",
        payer_bank="",
        remittance=" ".join(text for text in texts if text),
        reference=cells["voucher"].text if "voucher" in cells else "",
        reversal=False,
    )


def _account(cell: Cell) -> str:
    try:
        return read_account(cell.text, cell.field)
    except LineRefused as refused:
        raise CellRefused("number_in_scientific_form", cell) from refused


def possible_doubles(
    connection: psycopg.Connection[Any], vault: Vault, found: Preview
) -> frozenset[int]:
    """Rows whose day, amount and payer are those of a line that waits from another file.

    A list has no balances, so nobody can tell them apart for certain: a person decides.
    """
    fresh = [line for line, _ in found.fresh]
    days = sorted({line.value_date for line in fresh})
    amounts = sorted({line.amount_fen for line in fresh})
    rows = connection.execute(
        _ALIKE, (found.account.id, amounts, days, days), binary=True
    ).fetchall()
    revealed = vault.reveal(connection.execute(READ, ([row[0] for row in rows],)).fetchall())
    known = {
        (day, amount, plain_name(revealed[receipt]["payer"].text))
        for receipt, valued, booked, amount in rows
        if receipt in revealed
        for day in (valued, booked)
    }
    return frozenset(
        line.number
        for line in fresh
        if (line.value_date, line.amount_fen, plain_name(line.payer_name)) in known
    )


def without(file: StatementFile, rows: Iterable[int]) -> StatementFile:
    """The statement without the lines of these rows."""
    left = frozenset(rows)
    return replace(file, lines=tuple(line for line in file.lines if line.number not in left))


def verdicts(
    found: Preview, faults: Iterable[CellFault], doubles: frozenset[int]
) -> tuple[RowVerdict, ...]:
    """What becomes of every row of the list, in its order."""
    made = [RowVerdict(each.row, each.value, "rejected", faults=(each,)) for each in faults]
    for verdict in found.verdicts:
        line = verdict.line
        if line is None:
            continue
        key = f"{line.value_date} {plain_yuan(line.amount_fen)} {line.payer_name}"
        if verdict.verdict == "duplicate":
            made.append(RowVerdict(verdict.number, key, "unchanged"))
        elif verdict.number in doubles:
            made.append(RowVerdict(verdict.number, key, "possible-duplicate"))
        else:
            made.append(RowVerdict(verdict.number, key, "new"))
    return tuple(sorted(made, key=lambda verdict: verdict.row))
