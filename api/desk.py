"""The desk of unclaimed bank lines: what waits in the vault, and a line made ready to be claimed.

It has no `known_at`: what nobody claimed is no fact, and may be forgotten.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import psycopg

from api.states import state_of
from ledger.actors import Role
from ledger.case import Command
from ledger.receipts import ClaimReceipt
from ledger.refusals import Refusal, Refused
from ledger.vault import READ, Revealed, Vault
from ledger.wrong_fields import few

READS_TEXTS = frozenset({Role.FINANCE_CLERK, Role.FINANCE_APPROVER})
"""Who sees names and remittance texts of lines that nobody claimed: they hold payroll too."""

READS_DESK = READS_TEXTS | {Role.CENTRE_HEAD, Role.CENTRE_STAFF}
"""Who sees that money arrived; those outside finance without its texts."""

PAGE_LINES_MAX = 500

# A line is unclaimed while its receipt has no facts; if the last one is a void, the fold tells.
# Of a listed line that the bank's own line joined, place and days are told as the bank told them.
_UNCLAIMED = """
SELECT b.receipt, coalesce(w.account, b.account), coalesce(w.statement, b.statement),
       coalesce(w.line, b.line), coalesce(w.booking_date, b.booking_date),
       coalesce(w.value_date, b.value_date), b.amount_fen, b.currency, b.value_date,
       last.topic IS NOT NULL
FROM vault.bank_lines b
LEFT JOIN vault.bank_lines w ON w.same_as = b.receipt
LEFT JOIN LATERAL (
  SELECT f.topic FROM ledger.subjects s JOIN ledger.facts f ON f.position = s.position
  WHERE s.subject = b.receipt ORDER BY s.sequence DESC LIMIT 1) last ON true
WHERE b.institution = %(institution)s AND b.amount_fen > 0 AND NOT b.reversal
  AND b.same_as IS NULL AND (last.topic IS NULL OR last.topic = 'fact-voided.v1')
  AND (%(day)s::date IS NULL OR (b.value_date, b.receipt) < (%(day)s::date, %(receipt)s::text))
ORDER BY b.value_date DESC, b.receipt DESC
LIMIT %(limit)s"""
_LINE = """
SELECT coalesce(w.statement, b.statement), coalesce(w.account, b.account),
       coalesce(w.line, b.line), b.amount_fen, b.currency,
       coalesce(w.booking_date, b.booking_date), coalesce(w.value_date, b.value_date), b.reversal
FROM vault.bank_lines b LEFT JOIN vault.bank_lines w ON w.same_as = b.receipt
WHERE b.receipt = %s AND b.institution = %s AND b.same_as IS NULL"""
_NAMES = """
SELECT DISTINCT s.subject, convert_from(f.state, 'UTF8')::json #>> '{payload,name}'
FROM ledger.subjects s JOIN ledger.facts f ON f.position = s.position
WHERE s.subject LIKE 'counterparty:%' AND f.topic = 'counterparty-registered.v1'"""
_BY_MONTH = f"""
SELECT to_char(u.value_date, 'YYYY-MM'), count(*) FROM ({_UNCLAIMED}) u (
  receipt, account, statement, line, booked, value_date, amount_fen, currency, own_day, voided)
WHERE NOT u.voided GROUP BY 1"""
_UNDONE = """
SELECT r.receipt, b.receipt, r.value_date, b.amount_fen
FROM vault.bank_lines r
JOIN vault.bank_lines b ON b.institution = r.institution AND b.account = r.account
  AND b.amount_fen = -r.amount_fen AND b.value_date <= r.value_date
  AND NOT b.reversal AND b.same_as IS NULL
WHERE r.institution = %s AND r.reversal AND r.amount_fen < 0 AND r.same_as IS NULL
  AND EXISTS (SELECT FROM ledger.subjects s WHERE s.subject = b.receipt)
ORDER BY r.value_date DESC, b.value_date DESC, b.receipt
LIMIT 200"""
_FORGET = """
DELETE FROM vault.keys k
USING vault.bank_lines b LEFT JOIN vault.bank_lines listed ON listed.receipt = b.same_as
WHERE k.key_id = b.receipt AND coalesce(listed.value_date, b.value_date) < %s
  AND NOT EXISTS (
    SELECT FROM ledger.subjects s WHERE s.subject = coalesce(b.same_as, b.receipt))"""

_GIVEN = frozenset({"receipt", "payer", *Command.model_fields})
"""All that a caller may say about a claim; the rest is the bank's word."""


@dataclass(frozen=True, slots=True)
class UnclaimedLine:
    """A credit that nobody claimed, amount in fen (or the currency's smallest unit).

    The texts are None for those who may not see them. `suggested` are registered counterparties
    whose name is the payer's.
    """

    receipt: str
    account: str
    statement: str
    line: int
    booking_date: date
    value_date: date
    amount_fen: int
    currency: str
    payer: str | None = None
    payer_account: str | None = None
    payer_bank: str | None = None
    remittance: str | None = None
    reference: str | None = None
    suggested: tuple[str, ...] = ()


class DeskPage(NamedTuple):
    """Lines, newest value date first, and the cursor of the next page (None: this is the last)."""

    lines: tuple[UnclaimedLine, ...]
    next: str | None


def unclaimed(
    connection: psycopg.Connection[Any],
    vault: Vault,
    institution: str,
    *,
    with_texts: bool,
    after: str | None = None,
    limit: int = 50,
) -> DeskPage:
    """A page of the institution's unclaimed credits; the bank's own reversals are left out.

    `after` is the `next` of the page before. Raises Refusal(CURSOR_IS_MALFORMED).
    """
    day, receipt = _cursor(after)
    wanted = max(1, min(limit, PAGE_LINES_MAX))
    asked = {"institution": institution, "day": day, "receipt": receipt, "limit": wanted + 1}
    rows = connection.execute(_UNCLAIMED, asked).fetchall()
    page = rows[:wanted]
    cursor = f"{page[-1][-2].isoformat()}~{page[-1][0]}" if len(rows) > wanted else None
    lines = [
        UnclaimedLine(*row[:-2])
        for row in page
        if not (row[-1] and state_of(connection, row[0]).known)
    ]
    if with_texts:
        lines = _with_texts(connection, vault, lines)
    return DeskPage(tuple(lines), cursor)


def _cursor(after: str | None) -> tuple[date | None, str | None]:
    if after is None:
        return None, None
    day, _, receipt = after.partition("~")
    try:
        return date.fromisoformat(day), receipt
    except ValueError as error:
        raise Refusal(Refused.CURSOR_IS_MALFORMED, after=after) from error


def _with_texts(
    connection: psycopg.Connection[Any], vault: Vault, lines: Sequence[UnclaimedLine]
) -> list[UnclaimedLine]:
    texts = bank_words(connection, vault, [line.receipt for line in lines])
    names = _registered_names(connection) if lines else {}
    result = []
    for line in lines:
        found = texts.get(line.receipt, {})
        suggested = names.get(plain_name(found.get("payer", "")), ())
        result.append(
            replace(
                line,
                payer=found.get("payer", ""),
                payer_account=found.get("payer_account", ""),
                payer_bank=found.get("payer_bank", ""),
                remittance=found.get("remittance", ""),
                reference=found.get("reference", ""),
                suggested=tuple(suggested),
            )
        )
    return result


def _texts(
    connection: psycopg.Connection[Any], vault: Vault, receipts: Sequence[str]
) -> dict[str, dict[str, Revealed]]:
    return vault.reveal(connection.execute(READ, (list(receipts),)).fetchall())


def unclaimed_by_month(connection: psycopg.Connection[Any], institution: str) -> dict[str, int]:
    """How many lines nobody claimed, by the month of their value date (YYYY-MM)."""
    asked = {"institution": institution, "day": None, "receipt": None, "limit": None}
    return dict(connection.execute(_BY_MONTH, asked).fetchall())


def bank_words(
    connection: psycopg.Connection[Any], vault: Vault, receipts: Sequence[str]
) -> dict[str, dict[str, str]]:
    """What the bank wrote about these lines: payer, remittance and so on, each by its name.

    The caller answers for the right to see them. Forgotten lines have none.
    """
    found = _texts(connection, vault, receipts)
    return {
        receipt: {field: revealed.text for field, revealed in texts.items()}
        for receipt, texts in found.items()
    }


def undone_by_bank(
    connection: psycopg.Connection[Any], institution: str
) -> list[tuple[str, str, date, int]]:
    """Reversal lines of the bank beside lines with facts that they may undo, the newest first.

    Each the reversal's receipt, the other line's, the reversal's value date and the other's amount
    in fen; same account, same amount, no earlier day. At most 200.
    """
    return connection.execute(_UNDONE, (institution,)).fetchall()


def plain_name(name: str) -> str:
    """A name as banks and registers both would give it: half-width, no blanks, one case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _registered_names(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Counterparties by plain name; individuals' names are not in the log and never suggested."""
    names: dict[str, list[str]] = {}
    for counterparty, name in connection.execute(_NAMES):
        if name:
            names.setdefault(plain_name(name), []).append(counterparty)
    return names


def prepare_claim(
    connection: psycopg.Connection[Any],
    vault: Vault,
    institution: str,
    body: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, str]]:
    """The whole body of a receipt.claim, and its commitments, from {"receipt", "payer"} alone.

    Raises Refusal: COMMAND_IS_MALFORMED for fields that are the bank's to say, SUBJECT_IS_UNKNOWN
    for a line that is unknown, forgotten, another institution's, or joined to a listed line: that
    money is claimed under the listed line's receipt.
    """
    receipt = _named_receipt(body)
    line = connection.execute(_LINE, (receipt, institution)).fetchone()
    texts = _texts(connection, vault, [receipt]).get(receipt)
    if line is None or texts is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=receipt[:80])
    statement, account, number, amount_fen, currency, booked, valued, reversal = line
    said = {
        "statement": statement,
        "account": account,
        "line": number,
        "amount_fen": amount_fen,
        "currency": currency,
        "booking_date": booked.isoformat(),
        "value_date": valued.isoformat(),
        "reversal": reversal,
        "payer_name": texts["payer"].text,
        "payer_account": texts["payer_account"].text if "payer_account" in texts else "",
        "remittance": texts["remittance"].text,
    }
    commitments = {field: revealed.commitment for field, revealed in texts.items()}
    return {**body, "institution": institution, **said}, commitments


def _named_receipt(body: Mapping[str, Any]) -> str:
    receipt = body.get("receipt")
    theirs = sorted(set(body) - _GIVEN)
    if isinstance(receipt, str) and not theirs:
        return receipt
    values = few(theirs, _said_by_the_bank)
    if not isinstance(receipt, str):
        message = "the bank line's receipt id is needed"
        values["errors"].append({"field": "receipt", "rule": "missing", "message": message})
    raise Refusal(Refused.COMMAND_IS_MALFORMED, command=ClaimReceipt.NAME, **values)


def _said_by_the_bank(field: str) -> dict[str, Any]:
    message = "the bank line says this itself"
    return {"field": field[:80], "rule": "extra_forbidden", "message": message}


def forget_expired(connection: psycopg.Connection[Any], before: date) -> int:
    """Destroy the keys of lines with a value date before a day that nobody ever claimed.

    Their texts can then be read nowhere; the statement's fact keeps its counts and sums. Answers
    how many lines were forgotten. Claimed lines stay, also those whose claim was voided. A file
    that is imported again afterwards brings its forgotten lines back.
    """
    return connection.execute(_FORGET, (before,)).rowcount
