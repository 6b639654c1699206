"""What the log says of itself once a day is over: the heads of institutions, what was read."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from api.reads import digests_due
from ledger.actors import SEALER
from ledger.case import Command, business_day
from ledger.facts import HeadsRecorded
from ledger.heads import DailyHeads, RecordHeads
from ledger.reads import DigestReads
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer, Request
from ledger.writers import Scribe

GRACE = timedelta(minutes=5)
"""A day is closed so long after its end, when what was under way at midnight is kept."""

_RANGE = 10_000
_ENTRIES = "SELECT state FROM ledger.facts WHERE position >= %s AND position < %s ORDER BY position"
_PINNED = f"""
SELECT f.institution, max(f.effective) FROM ledger.facts f
WHERE f.topic = '{HeadsRecorded.TOPIC}' GROUP BY f.institution"""


class Days:
    """Closes the log's days; holds the last leaf of every subject once a day was to be closed."""

    def __init__(
        self, connection: psycopg.Connection[Any], scribe: Scribe, *, with_reads: bool = True
    ) -> None:
        """A story closes its days without what real visitors read meanwhile."""
        self._connection, self._scribe, self._with_reads = connection, scribe, with_reads
        self._heads: DailyHeads | None = None
        self._closed = date.min

    def close(self, now: datetime) -> int:
        """Record what is due of every day that is over; answers how many facts that made."""
        now -= GRACE
        today = business_day(now)
        if today <= self._closed:
            return 0
        requests = [Request(each, SEALER, secrets.token_hex(16)) for each in self._due(now)]
        verdicts = self._scribe.handle_all(requests)
        for verdict in verdicts:
            # Another process of this program may have closed the day meanwhile.
            if isinstance(verdict, Exception) and not _is_pinned(verdict):
                raise verdict
        self._closed = today
        return sum(isinstance(verdict, Answer) for verdict in verdicts)

    def _due(self, now: datetime) -> Iterator[Command]:
        for body in digests_due(self._connection, now) if self._with_reads else ():
            yield DigestReads(**body | {"day": date.fromisoformat(body["day"])})
        if self._heads is None:
            self._heads = DailyHeads(dict(self._pinned()))
        while entries := self._entries(self._heads.size):
            for entry in entries:
                yield from map(_command, self._heads.take(entry))
        yield from map(_command, self._heads.turn(business_day(now)))

    def _pinned(self) -> Iterator[tuple[str, date]]:
        yield from self._connection.execute(_PINNED.encode()).fetchall()

    def _entries(self, first: int) -> list[bytes]:
        rows = self._connection.execute(_ENTRIES.encode(), (first, first + _RANGE), binary=True)
        return [row[0] for row in rows]


def _is_pinned(verdict: Exception) -> bool:
    return isinstance(verdict, Refusal) and verdict.code is Refused.DAY_IS_PINNED_ALREADY


def _command(body: Mapping[str, Any]) -> Command:
    return RecordHeads(**body)
