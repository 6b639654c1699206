"""What a bank statement file says once it is read: lines, rejected lines, and the one exception."""

from dataclasses import dataclass
from datetime import date

from api.imports.refusal_texts import FILE_RULES, LINE_RULES


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booked line. `number` is its 1-based line (or sheet row) in the file.

    `amount_fen` is in hundredths of the currency unit: above zero is money in, below zero money
    out; it is never zero. `reversal` marks a correction by the bank (冲正), kept like any line.
    Account numbers carry no blanks; other texts are trimmed and otherwise as the bank wrote them.
    """

    number: int
    booking_date: date
    value_date: date
    time: str | None
    amount_fen: int
    currency: str
    balance_fen: int | None
    payer_name: str
    payer_account: str
    payer_bank: str
    remittance: str
    reference: str
    reversal: bool


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """One line that cannot be taken: the rule, the field and value, and how to mend it (zh, en)."""

    number: int
    rule: str
    field: str
    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A statement file that could be read, with its good and its rejected lines in file order.

    `currency` is None when lines of several currencies stand in one file; then, and where
    balances are masked or missing, `opening_fen` and `closing_fen` are None unless the title
    lines name them. `balance_breaks` counts neighbours whose balances do not follow; None means
    it could not be checked.
    """

    kind: str
    encoding: str
    account_number: str | None
    account_name: str | None
    currency: str | None
    lines: tuple[StatementLine, ...]
    rejected: tuple[RejectedLine, ...]
    opening_fen: int | None
    closing_fen: int | None
    balance_breaks: int | None
    sha256: str


class UnreadableFile(Exception):
    """The whole file is refused: `rule`, texts in both languages, and the facts of the case."""

    def __init__(self, rule: str, **facts: object) -> None:
        zh, en = FILE_RULES[rule]
        self.rule = rule
        self.facts = facts
        self.zh = zh.format(**facts)
        self.en = en.format(**facts)
        super().__init__(f"{rule}: {self.en}")


class LineRefused(Exception):
    """Raised inside the reader for one line; becomes a `RejectedLine`."""

    def __init__(self, rule: str, field: str, value: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.field = field
        self.value = value


def rejected_line(number: int, refused: LineRefused, column: str) -> RejectedLine:
    """The rejection as people read it; `column` is the title the file itself uses."""
    zh, en = LINE_RULES[refused.rule]
    shown = refused.value if len(refused.value) <= 80 else refused.value[:79] + "…"
    where = column or refused.field
    return RejectedLine(
        number,
        refused.rule,
        refused.field,
        refused.value,
        f"第{number}行「{where}」：" + zh.format(value=shown),
        f"line {number}, {refused.field} ({where}): " + en.format(value=shown),
    )
