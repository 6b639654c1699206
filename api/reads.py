"""What auditors and the bureau read: kept before it is shown, and pinned when its day is over."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
import psycopg
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.book import Clock
from ledger.case import business_day
from ledger.codec import canonical, timestamp
from ledger.facts import ReadsDigested
from ledger.facts.sealing import READS
from ledger.merkle import Edge, leaf_hash

_ASKING = frozenset({"GET", "POST"})
"""A POST that is answered 200 shows something without recording it: a comparison, a draw."""
_SHOWN = frozenset({200, 206, 304})
_KEEP = "INSERT INTO reads.shown (day, actor, line) VALUES (%s, %s, %s)"
_LINES = "SELECT line FROM reads.shown WHERE day = %s ORDER BY number"
_DAYS = """
SELECT DISTINCT day FROM reads.shown
WHERE day < %s AND day > coalesce((
  SELECT f.effective FROM ledger.subjects s JOIN ledger.facts f USING (position)
  WHERE s.subject = %s ORDER BY s.sequence DESC LIMIT 1), '-infinity')
ORDER BY day"""
_PINNED = """
SELECT f.position, f.state FROM ledger.subjects s JOIN ledger.facts f USING (position)
WHERE s.subject = %s ORDER BY s.sequence"""


class Digest(NamedTuple):
    """How often something was shown on a day, and the RFC 9162 root over the lines (hex)."""

    reads: int
    root: str


class ReadsKept:
    """ASGI middleware: whatever somebody whose readings are kept is shown, is kept first.

    `request.state.reader` names that somebody. What cannot be kept is not shown: the fault goes
    to whoever answers for faults of this program.
    """

    def __init__(self, app: ASGIApp, pool: Any, clock: Clock) -> None:
        self.app, self._pool, self._clock = app, pool, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; keep a line before its answer begins."""
        if scope["type"] != "http" or scope["method"] not in _ASKING:
            await self.app(scope, receive, send)
            return

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _SHOWN:
                await self._keep(scope, message)
            await send(message)

        await self.app(scope, receive, kept)

    async def _keep(self, scope: Scope, message: Message) -> None:
        reader = scope.get("state", {}).get("reader")
        if reader is None:
            return
        now, headers = self._clock(), MutableHeaders(scope=message)
        line = _line(
            reader,
            now,
            etag=headers.get("etag"),
            method=scope["method"],
            path=scope["path"],
            position=headers.get("zhiheng-position"),
            query=scope["query_string"].decode("ascii", "replace"),
        )
        async with self._pool.connection() as connection, connection.transaction():
            # A crash of the server within the next moment may lose the line, never damage it.
            await connection.execute("SET LOCAL synchronous_commit = off")
            await connection.execute(_KEEP, (business_day(now), reader, line))


def keep_at_terminal(
    connection: psycopg.Connection[Any], reader: str, now: datetime, words: Sequence[str]
) -> None:
    """Keep a command that somebody whose readings are kept gave at the terminal, before it runs."""
    told = {"etag": None, "method": "CLI", "path": words[0], "position": None}
    line = _line(reader, now, **told, query=" ".join(words[1:]))
    connection.execute(_KEEP, (business_day(now), reader, line))


def _line(reader: str, now: datetime, **told: str | None) -> bytes:
    return canonical({"actor": reader, "at": timestamp(now), **told})


def digest_of(connection: psycopg.Connection[Any], day: date) -> Digest:
    """The digest of a day as its lines stand now."""
    edge = Edge()
    for (line,) in connection.execute(_LINES, (day,)):
        edge.add(leaf_hash(bytes(line)))
    return Digest(edge.size, edge.root().hex())


def digests_due(connection: psycopg.Connection[Any], now: datetime) -> Iterator[dict[str, Any]]:
    """Bodies of `reads.digest` for every day that is over and not pinned yet, oldest first."""
    days = connection.execute(_DAYS, (business_day(now), READS)).fetchall()
    for (day,) in days:
        found = digest_of(connection, day)
        yield {"day": day.isoformat(), "reads": found.reads, "root": found.root}


def digests_that_differ(connection: psycopg.Connection[Any]) -> Iterator[tuple[int, date]]:
    """Facts that pin what no longer stands so: their positions and days."""
    for position, state in connection.execute(_PINNED, (READS,)).fetchall():
        fact = ReadsDigested.model_validate_json(orjson.dumps(orjson.loads(state)["payload"]))
        if digest_of(connection, fact.day) != Digest(fact.reads, fact.root):
            yield position, fact.day


def lines_of(connection: psycopg.Connection[Any], day: date) -> list[dict[str, Any]]:
    """What was shown on a day, in order."""
    return [orjson.loads(line) for (line,) in connection.execute(_LINES, (day,))]
