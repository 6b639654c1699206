"""Which registered account a bank file belongs to: by its own account number, or as named."""

from typing import Any, NamedTuple

import psycopg

from api.imports.cells import half_width
from api.states import state_of
from ledger.accounts import Account
from ledger.refusals import Refusal, Refused
from ledger.vault import READ, Vault

_REGISTERED = """
SELECT s.subject FROM ledger.subjects s
JOIN ledger.facts f ON f.position = s.position
WHERE s.subject LIKE 'account:%%' AND s.sequence = 1 AND f.institution = %s
ORDER BY s.position"""
_TAIL = 4
"""Digits of an account number that a message may show."""


class OwnAccount(NamedTuple):
    """A registered account with its number in the clear.

    `same_number` are all accounts of the institution under that number, itself among them.
    """

    id: str
    number: str
    state: Account
    same_number: tuple[str, ...]


def find_account(
    connection: psycopg.Connection[Any],
    vault: Vault,
    institution: str,
    file_number: str | None,
    named: str | None,
) -> OwnAccount:
    """The institution's account a file is for; `file_number` is what the file itself says.

    Raises Refusal: SUBJECT_IS_UNKNOWN (a named account of nobody or of somebody else),
    STATEMENT_ACCOUNT_MUST_BE_NAMED, STATEMENT_ACCOUNT_IS_NOT_REGISTERED,
    STATEMENT_FITS_SEVERAL_ACCOUNTS, STATEMENT_BELONGS_TO_ANOTHER_ACCOUNT.
    """
    numbers = numbers_of(connection, vault, institution)
    if named is not None and named not in numbers:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=named)
    if file_number is None:
        if named is None:
            raise Refusal(Refused.STATEMENT_ACCOUNT_MUST_BE_NAMED)
        fitting = [named]
    else:
        fitting = [account for account, number in numbers.items() if _same(number, file_number)]
    if named is not None and named not in fitting:
        tail = (file_number or "")[-_TAIL:]
        raise Refusal(Refused.STATEMENT_BELONGS_TO_ANOTHER_ACCOUNT, account=named, tail=tail)
    if not fitting:
        tail = (file_number or "")[-_TAIL:]
        raise Refusal(Refused.STATEMENT_ACCOUNT_IS_NOT_REGISTERED, tail=tail)
    if named is None and len(fitting) > 1:
        raise Refusal(Refused.STATEMENT_FITS_SEVERAL_ACCOUNTS, accounts=fitting)
    found = named or fitting[0]
    same = tuple(account for account, number in numbers.items() if number == numbers[found])
    return OwnAccount(found, numbers[found], state_of(connection, found), same)


def numbers_of(
    connection: psycopg.Connection[Any], vault: Vault, institution: str
) -> dict[str, str]:
    """The institution's accounts with their numbers in the clear, in the order they came."""
    accounts = [row[0] for row in connection.execute(_REGISTERED, (institution,))]
    revealed = vault.reveal(connection.execute(READ, (accounts,)).fetchall())
    return {
        account: _plain(revealed[account]["number"].text)
        for account in accounts
        if account in revealed
    }


def _plain(number: str) -> str:
    return "".join(half_width(number).split()).replace("-", "")


def _same(registered: str, in_file: str) -> bool:
    """Equal, or equal where the bank shows digits: exports to private customers mask some."""
    shown = _plain(in_file)
    return len(shown) == len(registered) and all(
        there in ("*", known) for known, there in zip(registered, shown, strict=True)
    )
