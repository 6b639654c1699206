"""Folded state of single subjects, read outside the book: for doors that ask before they admit."""

from typing import Any

import psycopg

from ledger.codec import decode
from ledger.folding import fold, initial

_HISTORY = """
SELECT f.position, f.state FROM ledger.subjects s
JOIN ledger.facts f ON f.position = s.position
WHERE s.subject = %s ORDER BY s.sequence"""


def state_of(connection: psycopg.Connection[Any], subject: str) -> Any:
    """State of a subject after all its committed facts; its initial state if there are none."""
    rows = connection.execute(_HISTORY, (subject,)).fetchall()
    if not rows:
        return initial(subject)
    return fold(subject, [decode(bytes(state), position) for position, state in rows])
