"""From a statement that was read to the ledger: what would be taken in, and taking it in.

Counts, sums and balances become one fact; the lines themselves wait in the vault, each under a
key of its own, until somebody claims them. Money that an arrivals list and the bank both tell of
can be claimed once only: see `same_money`.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from api.door import Asker, actor_of
from api.home import Home
from api.imports.fingerprint import fingerprints
from api.imports.own_account import OwnAccount, find_account
from api.imports.results import RejectedLine, StatementFile, StatementLine, UnreadableFile
from api.imports.same_money import Alike, asked_in_turn, is_list, same_money
from api.imports.verdicts import Preview, Verdict, line_as_json, texts_of
from api.settings import master_key
from api.states import state_of
from ledger.access import acting_institution
from ledger.accounts import FINANCE_CLERKS
from ledger.case import business_day
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer, Request, Statement
from ledger.vault import derived_key

_ATTEMPTS_MAX = 5
"""Imports into one account at the same moment are decided again after one another."""
_REJECTED_SHOWN = 50
_KNOWN = "SELECT fingerprint FROM vault.bank_lines WHERE fingerprint = ANY (%b::bytea[])"
_KEEP = (
    "INSERT INTO vault.bank_lines (receipt, fingerprint, account, institution, statement, line, "
    "booking_date, value_date, amount_fen, balance_fen, currency, reversal, same_as) "
    "SELECT l.receipt, l.fingerprint, %b, %b, %b, l.line, l.booked, l.valued, l.amount, l.balance, "
    "l.currency, l.reversal, l.same FROM unnest(%b::text[], %b::bytea[], %b::int4[], %b::date[], "
    "%b::date[], %b::int8[], %b::int8[], %b::text[], %b::bool[], %b::text[]) "
    "AS l(receipt, fingerprint, line, booked, valued, amount, balance, currency, reversal, same)"
)

Handle = Callable[[Request], Answer]
"""How a request reaches the book: `Scribe.handle`, or a Writer's called from a thread."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file taken in: what was found, and the answer; None where every line was known already."""

    preview: Preview
    statement: str | None
    answer: Answer | None


def read_upload(home: Home, data: bytes, filename: str) -> StatementFile:
    """The file's lines. Raises Refusal(STATEMENT_FILE_IS_UNREADABLE) with the rule it breaks."""
    try:
        return home.files.statement(data, filename)
    except UnreadableFile as unreadable:
        raise Refusal(
            Refused.STATEMENT_FILE_IS_UNREADABLE,
            rule=unreadable.rule,
            zh=unreadable.zh,
            en=unreadable.en,
        ) from unreadable


def preview(
    home: Home,
    connection: psycopg.Connection[Any],
    by: Asker,
    file: StatementFile,
    *,
    institution: str | None = None,
    account: str | None = None,
    doubles: Collection[int] = (),
) -> Preview:
    """Every line with its verdict; nothing is written.

    `institution` is needed where the actor is a finance clerk of several. `doubles` are lines of
    an arrivals list that are taken although they resemble others. Raises Refusal:
    ROLE_IS_MISSING, INSTITUTION_MUST_BE_NAMED, those of `find_account`, and
    STATEMENT_IS_IN_ANOTHER_CURRENCY.
    """
    today = business_day(home.clock())
    acting = acting_institution(
        state_of(connection, actor_of(by)), FINANCE_CLERKS, institution, None, today
    )
    # The account is read before the lines are compared: an import in between is then noticed.
    own = find_account(connection, home.vault, acting, file.account_number, account)
    _need_currency(file, own)
    # With the institution in front: what one taught the ledger tells another nothing.
    prints = fingerprints(file, _key(home), f"{acting}/{own.number}")
    known = {
        bytes(row[0])
        for some in asked_in_turn(prints)
        for row in connection.execute(_KNOWN, (list(some),), binary=True)
    }
    good, rejected = _sorted_out(file, prints, today)
    fresh = [line for line, fingerprint in good if fingerprint not in known]
    alike = same_money(connection, home.vault, own, file, fresh, known)
    if is_list(file):
        alike = {number: other for number, other in alike.items() if number not in doubles}
    return _compared(file, acting, own, good, rejected, known, alike)


def accept(
    home: Home,
    connection: psycopg.Connection[Any],
    handle: Handle,
    by: Asker,
    file: StatementFile,
    *,
    institution: str | None = None,
    account: str | None = None,
    doubles: Collection[int] = (),
    accept_good: bool = False,
) -> Taken:
    """Take the file in: one fact, and all new lines in the vault, or nothing at all.

    One rejected line refuses the file unless `accept_good`; known lines are no error. An import
    that overtakes this one is noticed, and the file compared anew. Raises Refusal: those of
    `preview`, STATEMENT_HAS_REJECTED_LINES, and what the book refuses.
    """
    attempts = 0
    while True:
        found = preview(
            home,
            connection,
            by,
            file,
            institution=institution,
            account=account,
            doubles=doubles,
        )
        if found.rejected and not (accept_good and found.days):
            raise _rejected(found)
        if not found.fresh:
            return Taken(found, None, None)
        statement, request = _request(home, by, found)
        try:
            return Taken(found, statement, handle(request))
        except (Refusal, psycopg.IntegrityError) as failure:
            attempts += 1
            if attempts == _ATTEMPTS_MAX or not _was_overtaken(failure):
                raise


def _was_overtaken(failure: Refusal | psycopg.IntegrityError) -> bool:
    """Whether lines came in, were joined or forgotten between comparing and writing."""
    return (
        not isinstance(failure, Refusal)
        or failure.code is Refused.STATEMENT_WAS_COMPARED_WITH_OLDER_LINES
    )


def _key(home: Home) -> bytes:
    return derived_key(master_key(home.settings.vault_key_file, create=False), "fingerprints")


def _need_currency(file: StatementFile, own: OwnAccount) -> None:
    currencies = sorted({line.currency for line in file.lines})
    if currencies and currencies != [own.state.currency]:
        raise Refusal(
            Refused.STATEMENT_IS_IN_ANOTHER_CURRENCY,
            account=own.id,
            account_currency=own.state.currency,
            currencies=currencies,
        )


_Good = tuple[StatementLine, bytes]


def _sorted_out(
    file: StatementFile, prints: tuple[bytes, ...], today: date
) -> tuple[list[_Good], list[RejectedLine]]:
    ahead = {line.number for line in file.lines if line.booking_date > today}
    rejected = [*file.rejected, *(_ahead(line) for line in file.lines if line.number in ahead)]
    good = [
        (line, fingerprint)
        for line, fingerprint in zip(file.lines, prints, strict=True)
        if line.number not in ahead
    ]
    return good, sorted(rejected, key=lambda line: line.number)


def _compared(
    file: StatementFile,
    institution: str,
    own: OwnAccount,
    good: list[_Good],
    rejected: list[RejectedLine],
    known: set[bytes],
    alike: Mapping[int, Alike],
) -> Preview:
    listed = is_list(file)
    left = alike if listed else {}
    verdicts = [
        Verdict(line.number, "duplicate", line, None)
        if fingerprint in known
        else _new(line, alike.get(line.number), listed=listed)
        for line, fingerprint in good
    ]
    verdicts += [Verdict(line.number, "rejected", None, line) for line in rejected]
    days = [line.booking_date for line, _ in good]
    return Preview(
        file=file,
        institution=institution,
        account=own,
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.number)),
        fresh=tuple(each for each in good if each[1] not in known and each[0].number not in left),
        rejected=tuple(rejected),
        days=(min(days), max(days)) if days else None,
    )


def _new(line: StatementLine, alike: Alike | None, *, listed: bool) -> Verdict:
    if alike is None:
        return Verdict(line.number, "accepted", line, None)
    return Verdict(line.number, "possible-duplicate" if listed else "joined", line, None, alike)


def _ahead(line: StatementLine) -> RejectedLine:
    day = line.booking_date.isoformat()
    return RejectedLine(
        number=line.number,
        rule="date_lies_ahead",
        field="booking_date",
        value=day,
        zh=f"第{line.number}行：记账日期 {day} 晚于今天。请核对日期或年份。",
        en=f"line {line.number}: booking date {day} lies ahead of today; check day and year",
    )


def _rejected(found: Preview) -> Refusal:
    shown = [line_as_json(verdict) for verdict in found.verdicts if verdict.rejected]
    return Refusal(
        Refused.STATEMENT_HAS_REJECTED_LINES,
        rejected=len(found.rejected),
        accepted=found.accepted,
        duplicates=found.duplicates,
        lines=shown[:_REJECTED_SHOWN],
    )


def _request(home: Home, by: Asker, found: Preview) -> tuple[str, Request]:
    statement = f"statement:{uuid.uuid4()}"
    # In order, so that indexes grow at one end and a day's lines keep the order of the file.
    receipts = sorted(f"receipt:{uuid.uuid4()}" for _ in found.fresh)
    records = {
        receipt: texts_of(line) for receipt, (line, _) in zip(receipts, found.fresh, strict=True)
    }
    first_day, last_day = found.days or (date.min, date.min)
    body = {
        "institution": found.institution,
        "statement": statement,
        "account": found.account.id,
        "format": found.file.kind,
        "file_sha256": found.file.sha256,
        "accepted": found.accepted,
        "duplicates": found.duplicates,
        "rejected": len(found.rejected),
        "credit_fen": found.credit_fen,
        "debit_fen": found.debit_fen,
        "opening_fen": found.file.opening_fen,
        "closing_fen": found.file.closing_fen,
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "imports_seen": found.account.state.imports,
    }
    beside = (*home.vault.seal_many(records), _keep(found, statement, receipts))
    return statement, home.door.admit("statement.import", body, by, beside=beside)


def _keep(found: Preview, statement: str, receipts: list[str]) -> Statement:
    lines, joined = [line for line, _ in found.fresh], found.joined
    return _KEEP, (
        found.account.id,
        found.institution,
        statement,
        receipts,
        [fingerprint for _, fingerprint in found.fresh],
        [line.number for line in lines],
        [line.booking_date for line in lines],
        [line.value_date for line in lines],
        [line.amount_fen for line in lines],
        [line.balance_fen for line in lines],
        [line.currency for line in lines],
        [line.reversal for line in lines],
        [joined.get(line.number) for line in lines],
    )
