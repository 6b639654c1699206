"""One row under a recognised header into a statement line, or the rule that it breaks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.imports.banks import Header, roles_in
from api.imports.cells import (
    half_width,
    looks_like_date,
    read_account,
    read_balance,
    read_currency,
    read_date,
    read_money,
    read_time,
)
from api.imports.results import LineRefused, StatementLine

_IN = frozenset({"贷", "贷方", "贷CR", "CR", "C", "收", "收入", "转入", "存入", "来账", "进账"})
_OUT = frozenset(
    {"借", "借方", "借DR", "DR", "D", "支", "付", "支出", "转出", "支取", "往账", "出账"}
)
_TOTAL = re.compile(
    r"合计|总计|小计|总笔数|总金额|总收入|总支出|笔数|累计|(?:期初|期末|承前|上[页期日]|本页)"
)
_OPENING = re.compile(r"^(?:期初|承前|承上页|上[页期日月](?:结转)?)余额")
_REVERSAL = re.compile(r"冲正|抹账")
_MARKED = frozenset(["*", "Y", "是", "冲", "冲正", "冲账", "红", "红字", "1"])
_NAME_AND_ACCOUNT = re.compile(r"^(.*?)\s*(\d[\d*]{7,})$")


def direction_of(text: str) -> int:
    """1 for 贷 (money in), -1 for 借 (money out), 0 for anything else."""
    plain = half_width(text).replace(" ", "").upper()
    return 1 if plain in _IN else -1 if plain in _OUT else 0


@dataclass(slots=True)
class EntryReader:
    """Reads the cleaned rows of one file; `signed` says that its amounts carry their own sign.

    Own accounts and the opening balance met in rows gather in `own_accounts` and `opening_fen`.
    """

    header: Header
    signed: bool
    currency: str
    own_accounts: dict[str, str] = field(default_factory=dict)
    opening_fen: int | None = None

    def cell(self, cells: Sequence[str], role: str) -> str:
        """The cell of a role, empty if the file has no such column."""
        index = self.header.columns.get(role)
        return "" if index is None or index >= len(cells) else cells[index]

    def is_note(self, cells: Sequence[str]) -> bool:
        """Whether a row is no entry: empty, a repeated header, a total, a remark under the table.

        A row whose date can be read is always an entry, save an opening balance without amount.
        """
        day = self.cell(cells, "booking_date") or self.cell(cells, "time")
        if looks_like_date(day):
            return self._is_opening(cells)
        filled = [text for text in cells if text]
        if not filled:
            return True
        if all(roles_in(filled)) or _TOTAL.search(filled[0]):
            return True
        return len(filled) < 3 and not any(map(looks_like_date, filled))

    def _is_opening(self, cells: Sequence[str]) -> bool:
        if any(self.cell(cells, role) for role in ("amount", "debit", "credit")):
            return False
        if not _OPENING.match(half_width(self.remittance(cells))):
            return False
        self.opening_fen = read_balance(self.cell(cells, "balance"))
        return True

    def remittance(self, cells: Sequence[str]) -> str:
        """摘要, 用途, 附言, 备注 in column order, each text once, separated by a blank."""
        texts = (cells[i] for i in self.header.remittance if i < len(cells))
        return " ".join(dict.fromkeys(text for text in texts if text))

    def read(self, number: int, cells: Sequence[str]) -> StatementLine:
        """The line of a row. Raises `LineRefused` for the first rule it breaks."""
        surplus = [text for text in cells[self.header.width :] if text]
        if surplus:
            raise LineRefused("more_cells_than_columns", "line", " ".join(surplus))
        booking, value, moment = self._dates(cells)
        remittance = self.remittance(cells)
        mark = half_width(self.cell(cells, "reversal_mark")).upper() in _MARKED
        said = mark or bool(_REVERSAL.search(remittance + self.cell(cells, "kind")))
        amount_fen, reversal = self._amount(cells, said)
        currency = read_currency(self.cell(cells, "currency"), self.currency)
        balance_fen = read_balance(self.cell(cells, "balance"))
        name, account, bank = self._counterparty(cells, amount_fen)
        self._note_own_account(cells, amount_fen)
        return StatementLine(
            number,
            booking,
            value,
            moment,
            amount_fen,
            currency,
            balance_fen,
            name,
            account,
            bank,
            remittance,
            read_account(self.cell(cells, "reference"), "reference"),
            reversal,
        )

    def _dates(self, cells: Sequence[str]) -> tuple[date, date, str | None]:
        moment = self.cell(cells, "time")
        if "booking_date" in self.header.columns:
            booking, rest = read_date(self.cell(cells, "booking_date"), "booking_date")
            if looks_like_date(moment):
                moment = read_date(moment, "time")[1]
            moment = moment or rest
        else:
            booking, moment = read_date(moment, "time")
        value = self.cell(cells, "value_date")
        return booking, read_date(value, "value_date")[0] if value else booking, read_time(moment)

    def _amount(self, cells: Sequence[str], said_reversal: bool) -> tuple[int, bool]:
        out, came_in, plain = (
            read_money(self.cell(cells, role), role) for role in ("debit", "credit", "amount")
        )
        if out and came_in:
            shown = f"{self.cell(cells, 'debit')} / {self.cell(cells, 'credit')}"
            raise LineRefused("both_debit_and_credit", "amount", shown)
        direction = self._direction(cells)
        if "debit" in self.header.columns or "credit" in self.header.columns:
            return self._from_columns(cells, (out, came_in, plain), direction, said_reversal)
        if plain is None:
            raise LineRefused("amount_missing", "amount", "")
        if plain == 0:
            raise LineRefused("amount_is_zero", "amount", self.cell(cells, "amount"))
        if direction is None:
            return plain, said_reversal
        if not self.signed:
            return plain * direction, said_reversal or plain < 0
        if plain * direction < 0 and not said_reversal:
            shown = f"{self.cell(cells, 'amount')} / {self.cell(cells, 'direction')}"
            raise LineRefused("sign_contradicts_direction", "amount", shown)
        return plain, said_reversal

    def _from_columns(
        self,
        cells: Sequence[str],
        amounts: tuple[int | None, int | None, int | None],
        direction: int | None,
        said_reversal: bool,
    ) -> tuple[int, bool]:
        out, came_in, plain = amounts
        side, found = (-1, out) if out else (1, came_in)
        if not found:
            rule = "amount_missing" if out is None and came_in is None else "amount_is_zero"
            raise LineRefused(rule, "amount", self.cell(cells, "amount"))
        if direction is not None and direction != side:
            filled = self.cell(cells, "debit" if out else "credit")
            shown = f"{filled} / {self.cell(cells, 'direction') or self.cell(cells, 'kind')}"
            raise LineRefused("sign_contradicts_direction", "direction", shown)
        if plain is not None and abs(plain) != abs(found):
            filled = self.cell(cells, "debit" if out else "credit")
            shown = f"{self.cell(cells, 'amount')} / {filled}"
            raise LineRefused("amounts_disagree", "amount", shown)
        return side * found, said_reversal or found < 0

    def _direction(self, cells: Sequence[str]) -> int | None:
        """1 or -1 as marked, None if the file has no mark. Refuses a missing or unknown mark."""
        if "direction" in self.header.columns:
            text = self.cell(cells, "direction")
            if not (found := direction_of(text)):
                rule = "direction_not_known" if text else "direction_missing"
                raise LineRefused(rule, "direction", text)
            return found
        return direction_of(self.cell(cells, "kind")) or None

    def _counterparty(self, cells: Sequence[str], amount_fen: int) -> tuple[str, str, str]:
        side = "remitter" if amount_fen > 0 else "payee"
        name = self.cell(cells, "payer_name") or self.cell(cells, f"{side}_name")
        field_of_account = "payer_account"
        account = self.cell(cells, field_of_account) or self.cell(cells, f"{side}_account")
        bank = self.cell(cells, "payer_bank") or self.cell(cells, f"{side}_bank")
        # CMB writes name and account of the other side into one cell (对手信息).
        in_one_cell = not account and self.header.title_of("payer_name") == "对手信息"
        if in_one_cell and (match := _NAME_AND_ACCOUNT.match(name)):
            name, account = match[1], match[2]
        return name, read_account(account, field_of_account), bank

    def _note_own_account(self, cells: Sequence[str], amount_fen: int) -> None:
        own = read_account(self.cell(cells, "own_account"), "own_account")
        if not own:
            side = "payee" if amount_fen > 0 else "remitter"
            own = read_account(self.cell(cells, f"{side}_account"), "own_account")
            if own:
                self.own_accounts.setdefault(own, self.cell(cells, f"{side}_name"))
        elif not self.own_accounts.get(own):
            self.own_accounts[own] = self.cell(cells, "own_name")


def amounts_are_signed(header: Header, rows: Iterable[Sequence[str]]) -> bool:
    """Whether amounts beside a debit/credit mark carry a sign of their own.

    Some banks write 借 100.00, others 借 -100.00. The file says which: more debit lines below
    zero than above means signed; then a sign against the mark is a contradiction, while in an
    unsigned file a negative amount is a reversal.
    """
    if "amount" not in header.columns or not {"direction", "kind"} & set(header.columns):
        return False
    reader = EntryReader(header, signed=False, currency="CNY")
    below = above = 0
    for cells in rows:
        mark = direction_of(reader.cell(cells, "direction") or reader.cell(cells, "kind"))
        amount = half_width(reader.cell(cells, "amount"))
        if mark != -1 or not amount or _REVERSAL.search(reader.remittance(cells)):
            continue
        if "-" in amount or amount.startswith("("):
            below += 1
        else:
            above += 1
    return below > above
