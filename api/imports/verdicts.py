"""What becomes of each line of a bank file: verdicts, counts and sums, and their JSON form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from api.imports.own_account import OwnAccount
from api.imports.results import RejectedLine, StatementFile, StatementLine
from api.imports.same_money import RULE, Alike
from api.language import Language

COMMITTED_FIELDS = ("payer", "remittance")
"""Texts of a line that a claimed receipt commits to: kept also where the bank left them empty."""


class Verdict(NamedTuple):
    """What becomes of one line of the file; `rejected` says why where it is rejected.

    A `joined` line of the bank is kept, but is the money of the list's line `alike`; a
    `possible-duplicate` is a line of a list that stays out because of the line `alike`.
    """

    number: int
    verdict: Literal["accepted", "joined", "duplicate", "possible-duplicate", "rejected"]
    line: StatementLine | None
    rejected: RejectedLine | None
    alike: Alike | None = None


LINES_TOLD_MAX: Final = 5_000
"""So many lines of a file are told one by one; counts and sums are always those of all."""


def told_lines(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The lines of a preview that are told, in the file's order: those that somebody has to look
    at first, then the others from the beginning."""
    if len(verdicts) <= LINES_TOLD_MAX:
        return list(verdicts)
    smooth = ("accepted", "duplicate")
    ranked = sorted(range(len(verdicts)), key=lambda at: (verdicts[at].verdict in smooth, at))
    return [verdicts[at] for at in sorted(ranked[:LINES_TOLD_MAX])]


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a file in would do. Sums are over the accepted lines, in fen, not negative.

    `fresh` are the accepted lines with their fingerprints, joined ones among them; `days` are the
    first and last booking date over all good lines, None if there is none.
    """

    file: StatementFile
    institution: str
    account: OwnAccount
    verdicts: tuple[Verdict, ...]
    fresh: tuple[tuple[StatementLine, bytes], ...]
    rejected: tuple[RejectedLine, ...]
    days: tuple[date, date] | None

    @property
    def accepted(self) -> int:
        """Lines not known yet."""
        return len(self.fresh)

    @property
    def duplicates(self) -> int:
        """Lines taken in before, and lines of a list that stay out as possible duplicates."""
        return len(self.verdicts) - len(self.fresh) - len(self.rejected)

    @property
    def joined(self) -> dict[int, str]:
        """Accepted lines that are no money of their own: number to the receipt they join."""
        return {
            each.number: each.alike.receipt
            for each in self.verdicts
            if each.verdict == "joined" and each.alike is not None
        }

    @property
    def credit_fen(self) -> int:
        """Money in."""
        return sum(line.amount_fen for line, _ in self.fresh if line.amount_fen > 0)

    @property
    def debit_fen(self) -> int:
        """Money out, as a positive number."""
        return -sum(line.amount_fen for line, _ in self.fresh if line.amount_fen < 0)


def texts_of(line: StatementLine) -> dict[str, str]:
    """What the vault keeps of a line, by field."""
    texts = {
        "payer": line.payer_name,
        "payer_account": line.payer_account,
        "payer_bank": line.payer_bank,
        "remittance": line.remittance,
        "reference": line.reference,
    }
    return {field: text for field, text in texts.items() if text or field in COMMITTED_FIELDS}


def line_as_json(verdict: Verdict) -> dict[str, Any]:
    """One line's verdict with JSON values, amounts in fen."""
    if verdict.rejected is not None:
        refused = verdict.rejected
        return {
            "line": verdict.number,
            "verdict": verdict.verdict,
            "rule": refused.rule,
            "field": refused.field,
            "zh": refused.zh,
            "en": refused.en,
        }
    shown: dict[str, Any] = {"line": verdict.number, "verdict": verdict.verdict}
    if verdict.line is not None:
        line = verdict.line
        shown |= {
            "booking_date": line.booking_date.isoformat(),
            "value_date": line.value_date.isoformat(),
            "amount_fen": line.amount_fen,
            "balance_fen": line.balance_fen,
            "currency": line.currency,
            "reversal": line.reversal,
            **texts_of(line),
        }
    if verdict.alike is not None:
        zh, en = alike_words(verdict.alike)
        shown |= {"resembles": {"receipt": verdict.alike.receipt, "line": verdict.alike.line}}
        shown |= {"zh": zh, "en": en}
    return shown


def alike_words(alike: Alike) -> tuple[str, str]:
    """Which line it is that another is the same money as."""
    day = alike.value_date.isoformat()
    return (
        f"与已导入的第 {alike.line} 行（{day}）视为同一笔，不重复计",
        f"taken for the money of line {alike.line} ({day}), imported before; not counted twice",
    )


def same_money_line(found: Preview, spoken: Language) -> str:
    """How many lines are money that was known before, and by which rule; empty if none is."""
    count = sum(verdict.alike is not None for verdict in found.verdicts)
    if not count:
        return ""
    if spoken == "zh":
        return f"{count} 行与已导入的行为同一笔。规则：{RULE[0]}"
    return f"{count} lines are money imported before: {RULE[1]}"


def preview_as_json(found: Preview) -> dict[str, Any]:
    """Counts, sums, balances and days of a file; not its lines."""
    days = [day.isoformat() for day in found.days] if found.days else [None, None]
    return {
        "institution": found.institution,
        "account": found.account.id,
        "format": found.file.kind,
        "file_sha256": found.file.sha256,
        "accepted": found.accepted,
        "joined": len(found.joined),
        "duplicates": found.duplicates,
        "rejected": len(found.rejected),
        "credit_fen": found.credit_fen,
        "debit_fen": found.debit_fen,
        "opening_fen": found.file.opening_fen,
        "closing_fen": found.file.closing_fen,
        "balance_breaks": found.file.balance_breaks,
        "first_day": days[0],
        "last_day": days[1],
    }
