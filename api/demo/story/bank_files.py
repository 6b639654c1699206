"""Bank accounts and the files their banks export: made-up lines in the shapes of four banks."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from api.demo.story.people import HOUSES
from api.demo.story.steps import Do, TakeIn, moment, named
from ledger.money import yuan


class Entry(NamedTuple):
    """One booked line: money in above zero, money out below, in fen."""

    day: date
    amount_fen: int
    other: str
    text: str


class Account(NamedTuple):
    """A bank account of an institution and the shape in which its bank exports files."""

    id: str
    house: str
    bank: str
    number: str
    shape: str
    opened: date


def _account(key: str, bank: str, number: str, shape: str, opened: date) -> Account:
    house = key.removesuffix("-ip")
    return Account(named("account", key), house, bank, number, shape, opened)


_FIRST_DAY, _LATER = date(2018, 6, 4), date(2021, 12, 3)

ACCOUNTS: dict[str, Account] = {
    key: _account(key, bank, number, shape, opened)
    for key, bank, number, shape, opened in (
        ("tongji", "招商银行(示例支行)", "121900000000902", "cmb", _FIRST_DAY),
        ("sjtu", "招商银行(示例支行)", "121900000000903", "cmb", _FIRST_DAY),
        ("jia", "工商银行(示例支行)", "1001000000000000901", "icbc", _FIRST_DAY),
        ("yi", "建设银行(示例支行)", "31001000000000000904", "ccb", _LATER),
        ("bing", "浦发银行(示例支行)", "9700000000000905", "spdb", _LATER),
        ("jia-ip", "工商银行(示例支行)", "1001000000000000911", "icbc", _LATER),
        ("yi-ip", "建设银行(示例支行)", "31001000000000000914", "ccb", _LATER),
        ("bing-ip", "浦发银行(示例支行)", "9700000000000915", "spdb", _LATER),
        ("ding-ip", "招商银行(示例支行)", "121900000000916", "cmb", _LATER),
    )
}
"""Bank accounts by a name for them; `-ip` is where a house's smaller contracts are paid to."""

REGISTERED_ACCOUNTS: tuple[Do, ...] = tuple(
    Do(
        moment(account.opened, 15),
        f"{account.house}/finance",
        "account.register",
        {
            "account": account.id,
            "bank": account.bank,
            "holder": "institution",
            "number": account.number,
        },
    )
    for account in ACCOUNTS.values()
)


class _Row(NamedTuple):
    """An entry with what the bank adds: its serial, the other side's account, the balance."""

    serial: int
    entry: Entry
    other_account: str
    balance_fen: int

    @property
    def paid_in(self) -> str:
        return yuan(self.entry.amount_fen) if self.entry.amount_fen > 0 else ""

    @property
    def paid_out(self) -> str:
        return yuan(-self.entry.amount_fen) if self.entry.amount_fen < 0 else ""

    @property
    def balance(self) -> str:
        return yuan(self.balance_fen)

    @property
    def day(self) -> str:
        return self.entry.day.strftime("%Y%m%d")


def _text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _icbc(account: Account, rows: Sequence[_Row]) -> bytes:
    """GB18030; one row of titles; padded cells; a 借/贷 column beside two amount columns."""
    head = "凭证号,本方账号,对方账号,交易时间,借/贷,借方发生额,贷方发生额,对方行号,摘要,用途,"
    titles = f"{head}对方单位名称,余额,个性化信息".split(",")
    lines = [
        [
            f"{row.serial:07d}",
            account.number,
            row.other_account,
            f"{row.entry.day} 10:11:12",
            "贷" if row.entry.amount_fen > 0 else "借",
            row.paid_out,
            row.paid_in,
            "102290000000",
            "转账  ",
            row.entry.text,
            f"{row.entry.other}    ",
            row.balance,
            "",
        ]
        for row in rows
    ]
    return _text([titles, *lines]).encode("gb18030")


def _ccb(account: Account, rows: Sequence[_Row]) -> bytes:
    """UTF-8 with a byte order mark; an apostrophe before account numbers; two amount columns."""
    head = "账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,"
    titles = f"{head}对方账号,对方开户机构,记账日期,摘要,备注,凭证号".split(",")
    lines = [
        [
            f"'{account.number}",
            HOUSES[account.house].zh,
            f"{row.day} 10:11:12",
            row.paid_out or "0.00",
            row.paid_in or "0.00",
            row.balance,
            "人民币元",
            row.entry.other,
            f"'{row.other_account}",
            "示例银行",
            row.day,
            "转账",
            row.entry.text,
            f"{row.serial:05d}",
        ]
        for row in rows
    ]
    return _text([titles, *lines]).encode("utf-8-sig")


def _spdb(account: Account, rows: Sequence[_Row]) -> bytes:
    """GB18030; a title line with account and holder; tabs; a line of totals at the end."""
    title = f"账号：{account.number} 户名：{HOUSES[account.house].zh} 币种：人民币"
    titles = [
        "交易日期",
        "交易时间",
        "借方金额",
        "贷方金额",
        "余额",
        "对方账号",
        "对方户名",
        "对方行名",
        "摘要",
        "备注",
    ]
    lines = [
        [
            row.day,
            "101112",
            row.paid_out,
            row.paid_in,
            row.balance,
            row.other_account,
            row.entry.other,
            "示例银行",
            "转账",
            row.entry.text,
        ]
        for row in rows
    ]
    paid_out = sum(-row.entry.amount_fen for row in rows if row.entry.amount_fen < 0)
    paid_in = sum(row.entry.amount_fen for row in rows if row.entry.amount_fen > 0)
    total = ["合计", "", yuan(paid_out), yuan(paid_in), "", "", "", "", "", ""]
    return _text([[title], titles, *lines, total], "\t").encode("gb18030")


def _cmb(account: Account, rows: Sequence[_Row]) -> bytes:
    """UTF-8; posting and value date apart; the older spelling of 帐 in some titles."""
    head = "账号,账号名称,币种,交易日,交易时间,起息日,交易类型,借方金额,贷方金额,余额,摘要,流水号,"
    titles = f"{head}业务摘要,收/付方名称,收/付方帐号,收/付方开户行名,冲帐标志".split(",")
    lines = [
        [
            account.number,
            HOUSES[account.house].zh,
            "人民币",
            row.day,
            "101112",
            row.day,
            "转账",
            row.paid_out,
            row.paid_in,
            row.balance,
            row.entry.text,
            f"F{row.serial:04d}",
            "",
            row.entry.other,
            row.other_account,
            "示例银行",
            "",
        ]
        for row in rows
    ]
    return _text([titles, *lines]).encode()


_SHAPES: dict[str, Callable[[Account, Sequence[_Row]], bytes]] = {
    "icbc": _icbc,
    "ccb": _ccb,
    "spdb": _spdb,
    "cmb": _cmb,
}


@dataclass(slots=True)
class Passbook:
    """An account's lines in order of time; files are cut out of it, and may overlap."""

    account: Account
    rows: list[_Row]
    balance_fen: int

    @classmethod
    def opened(cls, account: str, balance_fen: int) -> "Passbook":
        """An account by its name in `ACCOUNTS`, with an opening balance in fen."""
        return cls(ACCOUNTS[account], [], balance_fen)

    def file(self, entries: Sequence[Entry], again: int = 0) -> bytes:
        """The bank's file with these lines, after the last `again` lines of the file before."""
        first = len(self.rows)
        for entry in entries:
            self.balance_fen += entry.amount_fen
            serial = len(self.rows) + 1
            number = f"31006600{sum(entry.other.encode()):08d}"
            self.rows.append(_Row(serial, entry, number, self.balance_fen))
        return _SHAPES[self.account.shape](self.account, self.rows[first - again :])

    def import_of(self, at: datetime, entries: Sequence[Entry], again: int = 0) -> TakeIn:
        """The step of importing such a file."""
        name = f"{self.account.shape}-{at:%Y%m}.csv"
        return TakeIn(at, f"{self.account.house}/finance", name, self.file(entries, again))
