"""Keyed fingerprints of statement lines, by which the same line in two files is known again."""

import hashlib
import hmac
from collections import Counter

from api.imports.cells import half_width
from api.imports.results import StatementFile, StatementLine

_Content = tuple[str, ...]


def fingerprints(file: StatementFile, key: bytes, account: str) -> tuple[bytes, ...]:
    """HMAC-SHA256 of every line of `file.lines`, in their order; 32 bytes each.

    Covered are account, booking and value date, amount, currency, balance, texts (without blanks,
    half-width) and the occurrence number among identical lines. The key keeps a reader of the log
    from testing guesses about names and accounts.

    The occurrence number counts within one account and booking date, since the date is part of
    what is compared. Exports cover whole days, so a day in two overlapping files holds the same
    identical lines in both, numbered alike from 1, wherever each file begins and in either order;
    two truly identical lines of one day get 1 and 2. When one file holds only part of a day, its
    k identical lines get 1 to k: the fuller file then adds just the missing ones, which is right
    because identical lines cannot be told apart. Only two partial, disjoint exports of the same
    day with identical lines without balances would take a second line for a double of the first.
    A line whose balance is masked in one export and shown in the other has two fingerprints.
    """
    own = half_width(account).replace(" ", "")
    # Counted by digest: the contents of a long file held all at once weigh more than its lines.
    seen: Counter[bytes] = Counter()
    found = []
    for line in file.lines:
        content = _content(line, own)
        alike = _digest(content, key)
        seen[alike] += 1
        found.append(_digest((*content, str(seen[alike])), key))
    return tuple(found)


def _content(line: StatementLine, account: str) -> _Content:
    texts = (line.payer_name, line.payer_account, line.payer_bank, line.remittance, line.reference)
    return (
        account,
        line.booking_date.isoformat(),
        line.value_date.isoformat(),
        str(line.amount_fen),
        line.currency,
        "" if line.balance_fen is None else str(line.balance_fen),
        *("".join(half_width(text).split()) for text in texts),
    )


def _digest(parts: _Content, key: bytes) -> bytes:
    # Each part goes in with its length, so no two different lines spell the same message.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
    return hmac.new(key, message, hashlib.sha256).digest()
