"""One prepared call over an open asynchronous connection, without a cursor's ceremony.

An append is the statement that every command waits for. Its parameters are packed already, so it
goes to libpq as it is (psycopg.pq) and its few rows are read straight from the answer.
"""

import asyncio
import struct
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import errors, pq

from ledger.arrays import Packed

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = 1_000_000
_BIGINT = struct.Struct(">q")
_NAME = b"zhiheng_append"


class Call:
    """A statement prepared once on a connection; answers rows of (text, text, bigint).

    `sql` holds one `%b::type` for each parameter. The connection must not be used by anybody else
    while a call waits. A call that is cancelled leaves the connection unusable: close it.
    """

    def __init__(self, connection: psycopg.AsyncConnection[Any], sql: str) -> None:
        self._connection, self._sql = connection, sql
        self._prepared = False

    async def __call__(self, parameters: tuple[Any, ...]) -> list[tuple[str, str, int]]:
        """Run it. Raises the server's error as psycopg would."""
        link = self._connection.pgconn
        if not self._prepared:
            numbered = self._sql
            for number in range(1, len(parameters) + 1):
                numbered = numbered.replace("%b", f"${number}", 1)
            link.send_prepare(_NAME, numbered.encode())
            await self._answer()
            self._prepared = True
        values = [_binary(value) for value in parameters]
        link.send_query_prepared(_NAME, values, [pq.Format.BINARY] * len(values), pq.Format.BINARY)
        answer = await self._answer()
        return [
            (
                (answer.get_value(row, 0) or b"").decode(),
                (answer.get_value(row, 1) or b"").decode(),
                _BIGINT.unpack(answer.get_value(row, 2) or bytes(8))[0],
            )
            for row in range(answer.ntuples)
        ]

    async def _answer(self) -> pq.abc.PGresult:
        """Send what is buffered and wait for the one result."""
        link = self._connection.pgconn
        while link.flush():
            await _ready(link.socket, writing=True)
            link.consume_input()
        first: pq.abc.PGresult | None = None
        while True:
            while link.is_busy():
                await _ready(link.socket, writing=False)
                link.consume_input()
            result = link.get_result()
            if result is None:
                break
            first = first or result
        if first is None:
            raise errors.OperationalError("the server gave no answer")
        if first.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            raise errors.error_from_result(first)
        return first


def _binary(value: Packed | datetime) -> bytes:
    """A parameter in PostgreSQL's binary form: arrays are packed, times count microseconds."""
    if isinstance(value, Packed):
        return value.data
    since = value - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    return _BIGINT.pack(seconds * _MICROSECOND + since.microseconds)


async def _ready(socket: int, *, writing: bool) -> None:
    """Wait until the socket can be read, or written to if something is left to send."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(socket, wake)
    if writing:
        loop.add_writer(socket, wake)
    try:
        await ready
    finally:
        loop.remove_reader(socket)
        if writing:
            loop.remove_writer(socket)
