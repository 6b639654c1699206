"""Arrivals lists of the finance office, made into the lines of a statement without balances."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from api.imports.cells import read_account
from api.imports.results import LineRefused, RejectedLine, StatementFile, StatementLine
from api.imports.same_money import ARRIVALS
from api.imports.verdicts import Preview
from api.lists.cells import need, need_day, read_fen
from api.lists.results import Cell, CellFault, CellRefused, RowVerdict, cell_fault
from api.lists.tables import ListTable
from ledger.money import plain_yuan


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
            faults.append(cell_fault(table.head.sheet, refused))
    file = StatementFile(
        kind=f"{table.head.container}-{ARRIVALS}",
        encoding=table.head.encoding,
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
    if cells["amount"].joined:
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


def verdicts(found: Preview, faults: Iterable[CellFault]) -> tuple[RowVerdict, ...]:
    """What becomes of every row of the list, in its order."""
    made = [RowVerdict(each.row, each.value, "rejected", faults=(each,)) for each in faults]
    for verdict in found.verdicts:
        line = verdict.line
        if line is None:
            continue
        key = f"{line.value_date} {plain_yuan(line.amount_fen)} {line.payer_name}"
        if verdict.verdict == "duplicate":
            made.append(RowVerdict(verdict.number, key, "unchanged"))
        elif verdict.verdict == "possible-duplicate":
            made.append(RowVerdict(verdict.number, key, "possible-duplicate", alike=verdict.alike))
        else:
            made.append(RowVerdict(verdict.number, key, "new"))
    return tuple(sorted(made, key=lambda verdict: verdict.row))
