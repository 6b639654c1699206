"""Money that reaches the desk twice: by the finance office's arrivals list and by the bank's file.

A line of the one is taken for the money of the other when account, amount and payer (by its plain
name) are the same and their days lie at most three apart; each line stands for one other, so of
two equal payments both survive. Lines of one day find each other before lines of different days.
Where one payer pays the same amount again within those days and the list dates it otherwise than
the bank, files in pieces may still leave a line too many on the desk, and never one too few.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

import psycopg

from api.desk import plain_name
from api.imports.own_account import OwnAccount
from api.imports.results import StatementFile, StatementLine
from ledger.vault import READ, Vault

ARRIVALS = "arrivals"
"""How the format of an arrivals list ends."""

DAYS_APART_MAX = 3

_ASKED_AT_ONCE = 5_000

RULE = (
    f"同一账户、金额与付款方相同、日期相差不超过 {DAYS_APART_MAX} 天的到款清单行与银行流水，"
    "视为同一笔，一行只对应一行：银行流水后到的照常入库，但并入清单行，不另行认领；"
    "清单后到的，其行默认不导入。",
    "a line of an arrivals list and one of the bank are the same money if account, amount and "
    f"payer agree and their days lie at most {DAYS_APART_MAX} apart, one line for one line: a bank "
    "line that comes later is kept but joins the list's line and is not claimed by itself; a list "
    "line that comes later stays out by default.",
)

# A bank line looks for lines of lists that no bank line has joined; a line of a list for all money.
_ALIKE = """
SELECT b.receipt, b.line, b.booking_date, b.value_date, b.amount_fen, b.fingerprint
FROM vault.bank_lines b
WHERE b.account = ANY (%(accounts)s) AND b.amount_fen = ANY (%(amounts)s::int8[])
  AND (b.value_date BETWEEN %(first)s AND %(last)s OR b.booking_date BETWEEN %(first)s AND %(last)s)
  AND b.same_as IS NULL AND NOT b.reversal
  AND (%(is_list)s OR (
    NOT EXISTS (SELECT FROM vault.bank_lines w WHERE w.same_as = b.receipt)
    AND b.statement IN (
      SELECT convert_from(f.state, 'UTF8')::json #>> '{payload,statement}'
      FROM ledger.subjects s JOIN ledger.facts f ON f.position = s.position
      WHERE s.subject = ANY (%(accounts)s) AND f.topic = 'statement-imported.v1'
        AND convert_from(f.state, 'UTF8')::json #>> '{payload,format}' LIKE %(lists)s)))
ORDER BY b.statement, b.line"""


class Alike(NamedTuple):
    """A line taken in before: its receipt, its line in its file, and its days."""

    receipt: str
    line: int
    booking_date: date
    value_date: date


Value = TypeVar("Value")
_Money = tuple[int, str]
_Days = dict[tuple[_Money, date], list[Alike]]


def is_list(file: StatementFile) -> bool:
    """Whether the lines come from the finance office and not from the bank."""
    return file.kind.endswith(f"-{ARRIVALS}")


def asked_in_turn(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """What the database is asked of a long file, so much at a time: a query holds it once more."""
    return (values[at : at + _ASKED_AT_ONCE] for at in range(0, len(values), _ASKED_AT_ONCE))


def same_money(
    connection: psycopg.Connection[Any],
    vault: Vault,
    own: OwnAccount,
    file: StatementFile,
    fresh: Iterable[StatementLine],
    known: Collection[bytes],
) -> dict[int, Alike]:
    """For the number of each new line that is the money of a line taken in before: that line.

    `known` are the fingerprints that stand in the file itself: those lines are no other's double.
    """
    incoming = [line for line in fresh if line.amount_fen > 0 and not line.reversal]
    if not incoming:
        return {}
    days = [day for line in incoming for day in _days_of(line)]
    reach = timedelta(days=DAYS_APART_MAX)
    asked = {
        "accounts": list(own.same_number),
        "first": min(days) - reach,
        "last": max(days) + reach,
        "is_list": is_list(file),
        "lists": f"%-{ARRIVALS}",
    }
    rows = [
        row
        for some in asked_in_turn(sorted({line.amount_fen for line in incoming}))
        for row in connection.execute(_ALIKE, {**asked, "amounts": some})
        if bytes(row[5]) not in known
    ]
    texts = vault.reveal(connection.execute(READ, ([row[0] for row in rows],)).fetchall())
    waiting: _Days = defaultdict(list)
    amounts = set()
    for receipt, number, booked, valued, amount, _ in rows:
        if receipt in texts:
            amounts.add(amount)
            money = amount, plain_name(texts[receipt]["payer"].text)
            for day in {booked, valued}:
                waiting[money, day].append(Alike(receipt, number, booked, valued))
    return _paired([line for line in incoming if line.amount_fen in amounts], waiting)


def _paired(lines: Sequence[StatementLine], waiting: _Days) -> dict[int, Alike]:
    """Each line with one that waits, the fewest days apart first."""
    found: dict[int, Alike] = {}
    taken: set[str] = set()
    moneys = {line.number: (line.amount_fen, plain_name(line.payer_name)) for line in lines}
    for apart in range(DAYS_APART_MAX + 1):
        for line in lines:
            if line.number in found:
                continue
            near = (waiting.get((moneys[line.number], day), ()) for day in _near(line, apart))
            free = (each for some in near for each in some if each.receipt not in taken)
            alike = next(free, None)
            if alike is not None:
                found[line.number] = alike
                taken.add(alike.receipt)
    return found


def _days_of(line: StatementLine) -> Iterator[date]:
    yield line.value_date
    if line.booking_date != line.value_date:
        yield line.booking_date


def _near(line: StatementLine, apart: int) -> Iterator[date]:
    """The days so many days before and after those of a line."""
    for day in _days_of(line):
        yield day - timedelta(days=apart)
        if apart:
            yield day + timedelta(days=apart)
