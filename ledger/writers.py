"""Drivers of the book: one for asyncio with group commit, one for programs that run in a line."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import psycopg

from ledger.book import Book, Clock, Steps
from ledger.sitting import Answer, Request

BATCH_MAX = 1_000
"""Requests decided together at most; more waiting ones go into the next batch."""


class LedgerUnreachable(Exception):
    """The database did not answer: whether the command was written is unknown, ask again by key."""


class Writer:
    """The book of one process under asyncio: what waits while a batch commits is the next batch."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url, self._book = url, Book(clock)
        self._waiting: list[tuple[Request, asyncio.Future[Answer]]] = []
        self._wake = asyncio.Event()
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._connect()
        self._task = asyncio.create_task(self._run(), name="ledger-writer")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._fail_waiting(LedgerUnreachable("the writer was closed"))
        if self._connection is not None:
            await self._connection.close()

    async def handle(self, request: Request) -> Answer:
        """The verdict on a command, after its facts are on disk.

        Raises Refusal when a rule is broken, LedgerUnreachable when the outcome is unknown.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        self._wake.set()
        return await future

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
            self._connection.prepare_threshold = 0
        return self._connection

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
            if not self._waiting:
                self._wake.clear()
            futures = {id(request): future for request, future in batch}

            def settle(
                request: Request,
                verdict: Answer | Exception,
                futures: dict[int, asyncio.Future[Answer]] = futures,
            ) -> None:
                _resolve(futures[id(request)], verdict)

            try:
                await self._drive(self._book.settle_all([r for r, _ in batch], settle))
            except psycopg.Error as error:
                await self._drop_connection()
                _fail(futures.values(), LedgerUnreachable(str(error)))
            except Exception as error:
                await self._drop_connection()
                _fail(futures.values(), error)
            except asyncio.CancelledError:
                _fail(futures.values(), LedgerUnreachable("the writer was closed"))
                raise

    async def _drive(self, steps: Steps) -> None:
        connection = await self._connect()
        async with connection.cursor(binary=True) as cursor:
            try:
                sql, parameters = next(steps)
                while True:
                    try:
                        await cursor.execute(sql, parameters or None)
                        rows = await cursor.fetchall() if cursor.description else []
                    except psycopg.Error as error:
                        sql, parameters = steps.throw(error)
                    else:
                        sql, parameters = steps.send(rows)
            except StopIteration:
                return

    async def _drop_connection(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    def _fail_waiting(self, error: Exception) -> None:
        _fail([future for _, future in self._waiting], error)
        self._waiting = []


def _resolve(future: asyncio.Future[Answer], verdict: Answer | Exception) -> None:
    if future.done():
        return
    if isinstance(verdict, Answer):
        future.set_result(verdict)
    else:
        future.set_exception(verdict)


def _fail(futures: Any, error: Exception) -> None:
    for future in futures:
        _resolve(future, error)


class Scribe:
    """The book for programs that run in a line: command line, imports, tests."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._book = Book(clock)
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.prepare_threshold = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def handle(self, request: Request) -> Answer:
        """The verdict on one command. Raises Refusal, or the database's error."""
        (verdict,) = self.handle_all([request])
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    def handle_all(self, requests: Sequence[Request]) -> list[Answer | Exception]:
        """One verdict a request, in order; all accepted ones commit together."""
        verdicts: dict[int, Answer | Exception] = {}

        def settle(request: Request, verdict: Answer | Exception) -> None:
            verdicts[id(request)] = verdict

        self._drive(self._book.settle_all(requests, settle))
        return [verdicts[id(request)] for request in requests]

    def _drive(self, steps: Steps) -> None:
        with self._connection.cursor(binary=True) as cursor:
            try:
                sql, parameters = next(steps)
                while True:
                    try:
                        cursor.execute(sql, parameters or None)
                        rows = cursor.fetchall() if cursor.description else []
                    except psycopg.Error as error:
                        sql, parameters = steps.throw(error)
                    else:
                        sql, parameters = steps.send(rows)
            except StopIteration:
                return
            except BaseException:
                # Whatever went wrong, also in this program: the lock must not outlive the batch.
                if not self._connection.closed:
                    self._connection.rollback()
                raise
