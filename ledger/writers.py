"""Drivers of the book: one for asyncio with group commit, one for programs that run in a line."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.pq import TransactionStatus

from ledger.book import APPEND, TURN, Book, Clock
from ledger.loading import Steps
from ledger.sitting import Answer, Request, Statement
from ledger.wire import Call

BATCH_MAX = 1_000
"""Requests decided together at most; more waiting ones go into the next batch."""


BATCH_WHOLE = 16
"""Up to so many waiting requests are decided together."""

CANCEL_SECONDS = 2
"""How long a statement that was given up may take to end."""


Watch = Callable[[int], AbstractContextManager[object]]
"""Entered around every batch with the number of its commands, by whoever measures."""


class LedgerUnreachable(Exception):
    """The database did not answer: whether the command was written is unknown, ask again by key."""


class Writer:
    """The book of one process under asyncio: what waits while a batch commits is the next batch.

    Two batches are under way at most: one on its way to the disk, the next being decided meanwhile.
    What is loaded for deciding comes over a connection of its own. `watch` may be set before the
    writer is entered.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._url, self._book = url, Book(clock)
        self.watch: Watch = nullcontext
        self._given_up = False
        self._waiting: list[tuple[Request, asyncio.Future[Answer]]] = []
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._cursors: dict[str, psycopg.AsyncCursor[Any]] = {}
        self._append: Call | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._cursor("write")
        self._start(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        tasks = list(self._tasks)
        self.give_up()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._drop_connections()

    @property
    def waiting(self) -> int:
        """Commands that are in no batch yet."""
        return len(self._waiting)

    def give_up(self) -> None:
        """Answer LedgerUnreachable to whatever waits, is under way, or is still to come."""
        self._given_up = True
        for task in self._tasks:
            task.cancel()
        self._fail_waiting(LedgerUnreachable("the writer was closed"))

    async def handle(self, request: Request) -> Answer:
        """The verdict on a command, after its facts are on disk.

        Raises Refusal when a rule is broken, LedgerUnreachable when the outcome is unknown.
        """
        if self._given_up:
            raise LedgerUnreachable("the writer was closed")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        self._wake.set()
        return await future

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="ledger-writer")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            # Half of a crowd when nothing is under way: the other half is decided meanwhile.
            crowd = len(self._waiting)
            size = min(BATCH_MAX, crowd if self._turn.locked() else max(BATCH_WHOLE, crowd // 2))
            batch, self._waiting = self._waiting[:size], self._waiting[size:]
            if not self._waiting:
                self._wake.clear()
            sent = asyncio.Event()
            if len(batch) == 1 and not self._turn.locked():
                await self._settle(batch, sent)
            else:
                self._start(self._settle(batch, sent))
                await sent.wait()

    async def _settle(
        self, batch: list[tuple[Request, asyncio.Future[Answer]]], sent: asyncio.Event
    ) -> None:
        """Give every request of a batch its verdict; `sent` is set once the next may be decided."""
        futures = {id(request): future for request, future in batch}

        def settle(request: Request, verdict: Answer | Exception) -> None:
            _resolve(futures[id(request)], verdict)

        try:
            with self.watch(len(batch)):
                await self._drive(self._book.settle_all([r for r, _ in batch], settle), sent)
        except psycopg.Error as error:
            await self._drop_connections()
            _fail(futures.values(), LedgerUnreachable(str(error)))
        except asyncio.CancelledError:
            _fail(futures.values(), LedgerUnreachable("the writer was closed"))
            raise
        except Exception as error:
            await self._drop_connections()
            _fail(futures.values(), error)
        finally:
            sent.set()

    async def _drive(self, steps: Steps, sent: asyncio.Event) -> None:
        has_turn = False
        failed: psycopg.Error | None = None
        rows: list[tuple[Any, ...]] = []
        try:
            step = next(steps, None)
            while step is not None:
                if step is TURN:
                    if not has_turn:
                        await self._turn.acquire()
                        has_turn = True
                    rows = []
                else:
                    if has_turn:
                        sent.set()
                    try:
                        rows = await self._execute("write" if has_turn else "read", *step)
                    except psycopg.Error as error:
                        failed = error
                step, failed = _advance(steps, rows, failed), None
        finally:
            steps.close()
            if has_turn:
                self._turn.release()

    async def _execute(
        self, use: str, sql: str, parameters: tuple[Any, ...]
    ) -> list[tuple[Any, ...]]:
        cursor = await self._cursor(use)
        if sql is APPEND and self._append is not None:
            return list(await self._append(parameters))
        await cursor.execute(sql, parameters or None)
        return await cursor.fetchall() if cursor.description else []

    async def _cursor(self, use: str) -> psycopg.AsyncCursor[Any]:
        cursor = self._cursors.get(use)
        if cursor is None or cursor.connection.closed:
            connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
            connection.prepare_threshold = 0
            if use == "write":
                # psycopg deallocates all statements on a rollback once it prepared one of its own.
                connection.prepare_threshold = None
                self._append = Call(connection, APPEND)
            self._cursors[use] = cursor = connection.cursor(binary=True)
        return cursor

    async def _drop_connections(self) -> None:
        cursors, self._cursors = self._cursors, {}
        for cursor in cursors.values():
            if cursor.connection.info.transaction_status is TransactionStatus.ACTIVE:
                # Else an append that waits for the lock would write when nobody listens any more.
                with suppress(psycopg.Error):
                    await cursor.connection.cancel_safe(timeout=CANCEL_SECONDS)
            await cursor.connection.close()

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
        rows: list[tuple[Any, ...]] = []
        failed: psycopg.Error | None = None
        with self._connection.cursor(binary=True) as cursor:
            try:
                step = next(steps, None)
                while step is not None:
                    if step is TURN:
                        rows = []
                    else:
                        try:
                            cursor.execute(step[0], step[1] or None)
                            rows = cursor.fetchall() if cursor.description else []
                        except psycopg.Error as error:
                            failed = error
                    step, failed = _advance(steps, rows, failed), None
            except BaseException:
                if not self._connection.closed:
                    self._connection.rollback()
                raise


def _advance(
    steps: Steps, rows: list[tuple[Any, ...]], failed: psycopg.Error | None
) -> Statement | None:
    """The next statement after these rows, or after this error; None at the end."""
    try:
        return steps.send(rows) if failed is None else steps.throw(failed)
    except StopIteration:
        return None
