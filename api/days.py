"""What the log says of itself once a day is over: the heads of institutions, what was read."""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import Any, NamedTuple

import psycopg

from api.reads import digests_due
from ledger.actors import SEALER
from ledger.case import SHANGHAI, Command, business_day
from ledger.facts import HeadsRecorded, ReadsDigested
from ledger.heads import RecordHeads, standings
from ledger.reads import DigestReads
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer, Request
from ledger.writers import Scribe

GRACE = timedelta(minutes=5)
"""A day is closed so long after its end, when what was under way at midnight is kept."""

_AGAIN_SECONDS = 60.0
"""How soon days are looked at again that could not be closed."""

_LOOK_SECONDS = 1.0
_FAREWELL_SECONDS = 5.0

_PINNED = f"""
SELECT institution, max(effective) FROM ledger.facts
WHERE topic = '{HeadsRecorded.TOPIC}' AND position >= %s GROUP BY institution"""
# Facts that pin a day ask for no heads of their own day, or the log would never come to rest.
_OVER = f"""
WITH told AS (
  SELECT position, institution, topic, (recorded_at AT TIME ZONE '{SHANGHAI}')::date AS day
  FROM ledger.facts WHERE position >= %(first)s),
ends AS (SELECT day, max(position) AS through FROM told WHERE day < %(today)s GROUP BY day)
SELECT day, through, coalesce(array_agg(DISTINCT institution) FILTER (
  WHERE topic NOT IN ('{HeadsRecorded.TOPIC}', '{ReadsDigested.TOPIC}')), '{{}}')
FROM told JOIN ends USING (day) GROUP BY day, through ORDER BY day"""

log = logging.getLogger("zhiheng.days")


class _Over(NamedTuple):
    """A day that is over: its last fact's position, and the institutions that had facts."""

    day: date
    through: int
    active: list[str]


class Days:
    """Closes the log's days, each once it is over."""

    def __init__(
        self, connection: psycopg.Connection[Any], scribe: Scribe, *, with_reads: bool = True
    ) -> None:
        """A story closes its days without what real visitors read meanwhile."""
        self._connection, self._scribe, self._with_reads = connection, scribe, with_reads
        self._closed = date.min
        self._first, self._pinned = 0, dict[str, date]()

    def close(self, now: datetime) -> int:
        """Record what is due of every day that is over; answers how many facts that made."""
        now -= GRACE
        today = business_day(now)
        if today <= self._closed:
            return 0
        over = self._over(today)
        commands = [*self._digests(now), *self._heads(over)]
        requests = [Request(each, SEALER, secrets.token_hex(16)) for each in commands]
        verdicts = self._scribe.handle_all(requests)
        for verdict in verdicts:
            # Another process of this program may have closed the day meanwhile.
            if isinstance(verdict, Exception) and not _is_pinned(verdict):
                raise verdict
        self._closed = today
        self._first = over[-1].through + 1 if over else self._first
        return sum(isinstance(verdict, Answer) for verdict in verdicts)

    def _digests(self, now: datetime) -> Iterator[Command]:
        for body in digests_due(self._connection, now) if self._with_reads else ():
            yield DigestReads(**body | {"day": date.fromisoformat(body["day"])})

    def _heads(self, over: Sequence[_Over]) -> Iterator[Command]:
        rows = self._connection.execute(_PINNED.encode(), (self._first,))
        self._pinned |= dict(rows.fetchall())
        for day, through, active in over:
            due = sorted(each for each in active if self._pinned.get(each, date.min) < day)
            found = standings(self._connection, due, through) if due else {}
            for of in due:
                yield RecordHeads(of=of, day=day, through=through, **found[of]._asdict())

    def _over(self, today: date) -> list[_Over]:
        asked = {"first": self._first, "today": today}
        rows = self._connection.execute(_OVER.encode(), asked).fetchall()
        return [_Over(*row) for row in rows]


@contextmanager
def closing_days(url: str, clock: Callable[[], datetime | None]) -> Iterator[None]:
    """Close days as they end while this lasts; `clock` answers None where that has to wait.

    In a thread of its own: with a long log it takes long, and sealing must not wait for it.
    """
    ended = Event()
    thread = Thread(target=_close_days, args=(url, clock, ended), name="days", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        # A day is closed as a whole or not at all, so whatever is left halfway may be left.
        thread.join(_FAREWELL_SECONDS)


def _close_days(url: str, clock: Callable[[], datetime | None], ended: Event) -> None:
    while not ended.is_set():
        try:
            with (
                psycopg.connect(url, autocommit=True) as connection,
                Scribe(url, lambda: clock() or datetime.min.replace(tzinfo=UTC)) as scribe,
            ):
                days = Days(connection, scribe)
                while not ended.wait(_LOOK_SECONDS):
                    if (now := clock()) is not None:
                        days.close(now)
        except Exception as error:
            log.warning("days were not closed", exc_info=error)
            ended.wait(_AGAIN_SECONDS)


def _is_pinned(verdict: Exception) -> bool:
    return isinstance(verdict, Refusal) and verdict.code is Refused.DAY_IS_PINNED_ALREADY
