"""The columns of Chinese bank exports: what each title means, and which row holds the titles."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from api.imports.cells import clean, half_width
from api.imports.results import UnreadableFile
from api.imports.tables import Sheet

HEADER_ROWS_MAX = 60
SEVERAL = frozenset({"remittance"})

# Titles of one role, best first: a title in an earlier group wins over one in a later group, two
# of the same group are ambiguous. From the bank's view 贷方 is money into the account.
_TITLES: Mapping[str, tuple[str, ...]] = {
    "booking_date": ("记账日期 记账日 入账日期 入账日 会计日期", "交易日期 交易日", "日期"),
    "value_date": ("起息日 起息日期 价值日 计息日",),
    "time": ("交易时间 交易时刻 记账时间 入账时间", "时间"),
    "debit": (
        "记账金额(支出)",
        "借方发生额 借方金额 借方 借方发生额(支出) 借方发生额(支取) 借方金额(支出) 支出 支出金额 "
        "转出金额 付款金额 支出(借) 支出(借方) 支取金额 借方交易金额 借方发生金额",
        "交易金额(支出)",
    ),
    "credit": (
        "记账金额(收入)",
        "贷方发生额 贷方金额 贷方 贷方发生额(收入) 贷方发生额(存入) 贷方金额(收入) 收入 收入金额 "
        "转入金额 收款金额 收入(贷) 收入(贷方) 存入金额 贷方交易金额 贷方发生金额",
        "交易金额(收入)",
    ),
    "amount": ("记账金额 入账金额", "交易金额 发生额 发生金额 交易发生额", "金额"),
    "direction": ("借贷 借贷标志 借/贷 借贷方向 借贷标识 收支 收/支 收支标志 收付标志 收/付",),
    "kind": ("交易类型 交易类别",),
    "balance": ("余额 账户余额 联机余额 交易后余额 本次余额 当前余额 可用余额",),
    "currency": ("记账币种", "币种 货币 币别 交易货币 账户币种", "交易币种"),
    "payer_name": (
        "对方户名 对方名称 对方单位名称 对方单位 对方账户名称 对方账户名 交易对手 交易对手名称 "
        "交易对方 对方姓名 收/付方名称 收付方名称 对手户名 对手名称 对方客户名称",
        "对手信息",
    ),
    "payer_account": (
        "对方账号 对方账户 对方卡号 交易对手账号 收/付方账号 收付方账号 对手账号 对方账户账号 "
        "对方卡号/账号 对方账号/卡号",
    ),
    "payer_bank": (
        "对方开户行 对方行名 对方开户行名 对方开户机构 对方银行 对方开户银行 收/付方开户行名 "
        "收付方开户行名 对手开户行 对手行名 对方行名称",
    ),
    "remitter_name": ("付款人名称 付款人 付款方名称 付款人户名 付款方户名",),
    "remitter_account": ("付款人账号 付款方账号",),
    "remitter_bank": ("付款人开户行名 付款人开户行 付款方开户行",),
    "payee_name": ("收款人名称 收款人 收款方名称 收款人户名 收款方户名",),
    "payee_account": ("收款人账号 收款方账号",),
    "payee_bank": ("收款人开户行名 收款人开户行 收款方开户行",),
    "remittance": (
        "摘要 交易摘要 客户摘要 业务摘要 扩展摘要 其他摘要 用途 交易用途 附言 交易附言 备注 "
        "备注信息 交易说明 个性化信息 汇款附言 摘要备注 摘要说明 用途/附言",
    ),
    "reference": (
        "交易流水号 流水号 账户明细编号-交易流水号 银行流水号 交易流水 核心流水号 主机流水号",
        "业务参考号 交易参考号 回单编号",
    ),
    "reversal_mark": ("冲账标志 冲正标志 红蓝字标志 红蓝字",),
    "own_account": ("本方账号 本方账户 查询账号", "账号"),
    "own_name": ("本方户名 本方账户名称 本方单位名称", "户名 账户名称 账号名称"),
}
ROLE_OF_TITLE: Mapping[str, tuple[str, int]] = {
    title: (role, rank)
    for role, groups in _TITLES.items()
    for rank, group in enumerate(groups)
    for title in group.split()
}
# Titles met together only in the export of one bank; all must be there.
_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("cmb", frozenset({"联机余额", "对手信息"})),
    ("icbc", frozenset({"记账金额(收入)", "记账金额(支出)", "钞/汇"})),
    ("bocom", frozenset({"借贷", "交易类型", "交易地点"})),
    ("icbc-corporate", frozenset({"对方单位名称", "凭证号", "借/贷"})),
    ("ccb-corporate", frozenset({"借方发生额(支取)", "对方开户机构"})),
    ("boc-corporate", frozenset({"付款人名称", "收款人名称", "交易后余额"})),
    ("cmb-corporate", frozenset({"收/付方名称", "收/付方账号"})),
)
_ENGLISH = re.compile(r"\[[^\]]*\]")
_UNIT = re.compile(r"\((元|人民币|人民币元|CNY|RMB|单位:元)\)$")
_TITLE_LINE = re.compile(
    r"(?:^|(?<=[\s,;|]))(账号|卡号|查询账号|本方账号|客户账号|账户|户名|账户名称|客户名称|单位名称|"
    r"本方户名|币种|货币|期初余额|承前余额|期末余额|[^\s:,;|]{1,12})\s*:\s*"
)
_TITLE_ROLES = {
    "own_account": "账号 卡号 查询账号 本方账号 客户账号 账户",
    "own_name": "户名 账户名称 客户名称 单位名称 本方户名",
    "currency": "币种 货币",
    "opening": "期初余额 承前余额",
    "closing": "期末余额",
}
_TITLE_ROLE = {name: role for role, names in _TITLE_ROLES.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Header:
    """The row of titles: `columns` maps a role to its column, `remittance` has several."""

    last_row: int
    width: int
    titles: tuple[str, ...]
    columns: Mapping[str, int]
    remittance: tuple[int, ...]
    bank: str
    facts: Mapping[str, str]

    def title_of(self, role: str) -> str:
        """The title the file itself gives to a role, empty if it has none."""
        if role == "remittance" and self.remittance:
            return self.titles[self.remittance[0]]
        index = self.columns.get(role)
        return "" if index is None else self.titles[index]


def plain_title(cell: str) -> str:
    """A title without blanks, `[English]`, unit, full-width forms and old spelling."""
    text = half_width(clean(cell)).replace(" ", "").replace("帐", "账").replace("其它", "其他")
    return _UNIT.sub("", _ENGLISH.sub("", text)).strip("*:")


def roles_in(cells: Sequence[str]) -> list[tuple[str, int] | None]:
    """Role and rank of each cell that is a known title, else None."""
    return [ROLE_OF_TITLE.get(plain_title(cell)) for cell in cells]


def _is_header(cells: Sequence[str]) -> bool:
    roles = {found[0] for found in roles_in(cells) if found}
    return (
        len(roles) >= 3
        and bool(roles & {"booking_date", "time"})
        and bool(roles & {"amount", "debit", "credit"})
    )


def find_header(sheet: Sheet) -> Header | None:
    """The header of a sheet among its first 60 rows, titles on two rows merged; None if absent."""
    above: list[list[str]] = []
    rows = islice(sheet.rows(), HEADER_ROWS_MAX + 1)
    for number, cells in rows:
        if not _is_header(cells):
            above.append(cells)
            continue
        below = next(rows, None)
        if below and _continues_header(below[1]):
            number = below[0]
            width = max(len(cells), len(below[1]))
            upper = cells + [""] * (width - len(cells))
            lower = below[1] + [""] * (width - len(below[1]))
            cells = [low if low.strip() else up for up, low in zip(upper, lower, strict=True)]
        return _header(number, cells, title_facts(above))
    return None


def _continues_header(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if clean(cell)]
    return bool(filled) and all(roles_in(filled)) and not _is_header(cells)


def _header(last_row: int, cells: Sequence[str], facts: Mapping[str, str]) -> Header:
    titles = tuple(plain_title(cell) for cell in cells)
    best: dict[str, tuple[int, int]] = {}
    remittance: list[int] = []
    for index, found in enumerate(roles_in(cells)):
        if found is None:
            continue
        role, rank = found
        if role in SEVERAL:
            remittance.append(index)
        elif role not in best or rank < best[role][0]:
            best[role] = (rank, index)
        elif rank == best[role][0]:
            first = titles[best[role][1]]
            raise UnreadableFile("header_maps_twice", first=first, second=titles[index], field=role)
    bank = next((name for name, needed in _SHAPES if needed <= set(titles)), "generic")
    columns = {role: index for role, (_, index) in best.items()}
    width = max((i + 1 for i, title in enumerate(titles) if title), default=0)
    return Header(last_row, width, titles, columns, tuple(remittance), bank, facts)


def title_facts(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Own account, own name, currency and balances that title lines name, as cleaned texts.

    Both `账号：123 户名：某大学` in one cell and a name with its value in the next cell are read.
    """
    facts: dict[str, str] = {}
    for cells in rows:
        filled = [text for text in (clean(half_width(cell)) for cell in cells) if text]
        for key, value in _pairs(filled):
            role = _TITLE_ROLE.get(key.replace(" ", "").replace("帐", "账"))
            if role and value and role not in facts:
                facts[role] = value
    return facts


def _pairs(filled: Sequence[str]) -> Iterator[tuple[str, str]]:
    for position, text in enumerate(filled):
        parts = _TITLE_LINE.split(text.replace("帐", "账"))
        following = filled[position + 1] if position + 1 < len(filled) else ""
        if len(parts) == 1:
            yield text, following
        for key, value in zip(parts[1::2], parts[2::2], strict=True):
            last = value == parts[-1] and not value
            yield key, (following if last else value).strip(" ,;|")


def wanted_columns() -> tuple[str, str]:
    """The date titles and the amount titles a header is looked for by, for the refusal's text."""
    dates = "、".join(" ".join(_TITLES["booking_date"]).split())
    amounts = "、".join(
        _TITLES[role][group].split()[0]
        for role, group in (("amount", 1), ("debit", 1), ("credit", 1))
    )
    return dates, amounts
