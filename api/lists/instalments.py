"""A cell that holds a contract's instalments, such as `2022-03-01 600.00；2022-09-01 70%`."""

import re
from datetime import date, timedelta
from typing import Any

from api.imports.cells import half_width, read_date
from api.imports.results import LineRefused
from api.lists.cells import fen_of
from api.lists.results import Cell, CellRefused
from ledger.money import plain_yuan

_SEGMENTS = re.compile(r"[;；。\n]+")
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|(?<![\d.,])(?:19|20)\d{6}(?![\d.,])")
_AFTER_SIGNING = re.compile(
    r"(?:合同)?(?:签订|签署)(?:之日|后|之后|之日起|后的)*(\d{1,3})个?[日天](?:以?内)?"
)
_AT_SIGNING = re.compile(r"(?:合同)?(?:签订|签署)(?:时|当日|当天|之日)")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)%")
_AMOUNT = re.compile(r"¥?(\d[\d,]*(?:\.\d+)?[万亿]?)元?")
_FILLING = re.compile(
    r"首付款?|首期款?|预付款?|尾款|余款|第[一二三四五六七八九十\d]{1,3}[期次笔]款?|支付|付清|付款|到账|之?前|内|"
    r"于|付|合同|总额|总价|金额|价款|人民币|整|的|为|应|:|,|\(|\)|\s"
)
_ROYALTY = re.compile("提成|销售额|利润|营业收入")


def read_instalments(
    cell: Cell, amount_fen: int, signed: date, purpose: str
) -> list[dict[str, Any]]:
    """The instalments of a cell as JSON values, numbered from 1; none where it is empty.

    Each part between semicolons holds one day (a date, or days counted from signing) and one
    amount or share of the contract's amount. They must make up the amount. Anything else in a part
    refuses it: what was agreed on top is not for a program to leave out.
    """
    parts = (part.strip() for part in _SEGMENTS.split(cell.text))
    found = [
        _instalment(half_width(part), part, cell, amount_fen, signed) for part in parts if part
    ]
    total = sum(fen for _, fen in found)
    if found and total != amount_fen:
        told = {"sum": plain_yuan(total), "amount": plain_yuan(amount_fen)}
        raise CellRefused("instalments_do_not_sum", cell, **told)
    return [
        {"number": number, "due": due.isoformat(), "amount_fen": fen, "purpose": purpose}
        for number, (due, fen) in enumerate(found, 1)
    ]


def _instalment(
    text: str, part: str, cell: Cell, amount_fen: int, signed: date
) -> tuple[date, int]:
    if _ROYALTY.search(text):
        raise CellRefused("royalty_is_not_read", cell, part)
    due, rest = _due(text, part, cell, signed)
    shares, amounts = _PERCENT.findall(rest), _AMOUNT.findall(_PERCENT.sub("", rest))
    if len(shares) + len(amounts) != 1:
        raise CellRefused("instalment_is_not_read", cell, part)
    left = _FILLING.sub("", _AMOUNT.sub("", _PERCENT.sub("", rest)))
    if left:
        rule = "instalment_is_not_read" if due else "instalment_has_no_date"
        raise CellRefused(rule, cell, part)
    if due is None:
        raise CellRefused("instalment_has_no_date", cell, part)
    fen = _share(shares[0], amount_fen) if shares else fen_of(amounts[0], cell)
    if not fen:
        raise CellRefused("instalment_is_not_read", cell, part)
    return due, fen


def _due(text: str, part: str, cell: Cell, signed: date) -> tuple[date | None, str]:
    """The day of a part and what remains of it; several days are nobody's to choose from."""
    days = _DATE.findall(text)
    if len(days) > 1:
        raise CellRefused("instalment_is_not_read", cell, part)
    if days:
        try:
            return read_date(days[0], cell.field)[0], _DATE.sub("", text)
        except LineRefused as refused:
            raise CellRefused("instalment_is_not_read", cell, part) from refused
    if after := _AFTER_SIGNING.search(text):
        return signed + timedelta(days=int(after[1])), _AFTER_SIGNING.sub("", text)
    if _AT_SIGNING.search(text):
        return signed, _AT_SIGNING.sub("", text)
    return None, text


def _share(percent: str, amount_fen: int) -> int:
    """A share of the amount in fen, 0 where it is no whole number of them."""
    whole, _, decimals = percent.partition(".")
    fen, rest = divmod(amount_fen * int(whole + decimals), 100 * 10 ** len(decimals))
    return 0 if rest else fen
