"""Tables of the law book: deeds read from rows, readings laid beside them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from ledger.case import SHANGHAI
from ledger.money import plain_yuan, yuan
from projections.view import Column, Kind, View
from projections.views import VIEWS
from tests.features.city import City
from tests.features.words import CODES, means

Table = list[list[str]]

_TITLES = {view.zh: view for view in VIEWS}


def records(table: Table) -> list[dict[str, str]]:
    """Rows by the words of the first one; cells left empty are left out."""
    head, *rows = table
    return [{k: v for k, v in zip(head, row, strict=True) if v != ""} for row in rows]


def view_called(title: str) -> View:
    """The view of a Chinese title."""
    return _TITLES[title]


def column_called(view: View, title: str) -> Column:
    """The column of a view by its Chinese title."""
    return next(column for column in view.columns if column.zh == title)


def shown(city: City, column: Column, value: Any) -> str:
    """A cell of a reading as people read it; stored codes stay codes."""
    if value is None:
        return ""
    match column.kind:
        case Kind.FEN:
            return yuan(value)
        case Kind.SUBJECT:
            return city.name_of(value)
        case Kind.SUBJECTS:
            return "、".join(sorted(city.name_of(item) for item in value))
        case Kind.FLAG:
            return "是" if value else "否"
        case Kind.CODES:
            return "、".join(sorted(value))
        case _:
            return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)


def assert_shows(city: City, view: View, rows: Iterable[Mapping[str, Any]], table: Table) -> None:
    """The rows, in whatever order, are those of the table in the columns it names."""
    head, *wanted = table
    columns = [column_called(view, title) for title in head]
    found = [[shown(city, column, row[column.name]) for column in columns] for row in rows]
    expected = [
        [_expected(column, cell) for column, cell in zip(columns, row, strict=True)]
        for row in wanted
    ]
    assert sorted(found) == sorted(expected), _side_by_side(head, found, expected)


def _expected(column: Column, cell: str) -> str:
    if column.kind is Kind.CODE and cell in CODES:
        stored = CODES[cell]
        assert means(cell, stored)
        return stored
    if column.kind is Kind.SUBJECTS:
        return "、".join(sorted(cell.split("、")))
    if column.kind is Kind.FEN and cell:
        assert cell.count(".") == 1, f"money is written with two decimals: {cell}"
    return cell


def _side_by_side(head: list[str], found: Table, expected: Table) -> str:
    lines = ["", f"列:{head}", "应为:"]
    lines += [f"  {row}" for row in expected]
    lines += ["实为:"]
    lines += [f"  {row}" for row in found]
    return "\n".join(lines)


def bank_lines(lines: Iterable[Mapping[str, str]], own: str, opening_fen: int, fen: Any) -> str:
    """A bank's export of credits with running balances, from rows 起息日, 付款方, 金额, 摘要."""
    rows = [f"账号:,{own}", "交易日期,借方发生额,贷方发生额,余额,对方账号,对方户名,摘要"]
    balance = opening_fen
    for line in lines:
        amount = fen(line["金额"])
        balance += amount
        text = line.get("摘要", "许可费")
        rows.append(
            f"{line['起息日']},,{plain_yuan(amount)},{plain_yuan(balance)},"
            f"3100660000000011,{line['付款方']},{text}"
        )
    return "\n".join(rows)
