"""Has strangers' files read by processes of their own, and takes only plain data from them.

A reader is started when it is first needed and kept; for each file it makes a copy of itself under
the limits (see `process`), so a file that breaks its reader breaks nothing else. No more readers
than `most` work at once; who comes then waits in turn.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Semaphore, Timer
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from api.imports.results import RejectedLine, StatementFile, StatementLine, UnreadableFile
from api.strangers import wire

Text = Annotated[str, StringConstraints(max_length=wire.TEXT_LENGTH_MAX)]
Row = tuple[int, tuple[Text, ...], tuple[int, ...]]
"""A row of a table: its number, its cells in the order of the columns, the joined ones."""

_ENDED = {
    wire.OUT_OF_MEMORY: "reading_needs_memory",
    wire.OUT_OF_TIME: "reading_needs_time",
    wire.OUT_OF_ROOM: "reading_yields_too_much",
}
_ENVIRONMENT = {"PYTHONUTF8": "1"}
"""All that a reader learns of ours: no setting, no secret."""


class TableHead(BaseModel):
    """Where a table's titles stand, and which column is what."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=wire.TEXT_LENGTH_MAX)
    kind: str
    sheet: str
    container: str
    encoding: str
    first_column: int
    row: int
    titles: tuple[str, ...]
    columns: Mapping[str, int]


class NoTable(BaseModel):
    """No row of titles fits: the fullest row of titles, and the fields found at most."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=wire.TEXT_LENGTH_MAX)
    fullest: tuple[str, ...]
    nearest: tuple[str, ...]


class Table(NamedTuple):
    """A table that was read."""

    head: TableHead
    rows: tuple[Row, ...]


class _Refused(BaseModel):
    rule: str
    facts: dict[str, int | str]


_FOUND: TypeAdapter[TableHead | NoTable] = TypeAdapter(TableHead | NoTable)
_ROWS = TypeAdapter(list[Row])
_LINES = TypeAdapter(list[StatementLine])
_REJECTED = TypeAdapter(list[RejectedLine])
_STATEMENT = TypeAdapter(StatementFile)
_BANK = TypeAdapter(bool)
_UNTOLD = TypeAdapter(_Refused)
_REPEATED: Final = (
    *("booking_date", "value_date", "time", "currency"),
    *("payer_name", "payer_account", "payer_bank", "remittance"),
)


def _sharing(line: StatementLine, once: dict[Any, Any]) -> StatementLine:
    """The line with days and texts that other lines have too held once for all of them."""
    for name in _REPEATED:
        value = getattr(line, name)
        object.__setattr__(line, name, once.setdefault(value, value))
    return line


_FAREWELL_SECONDS = 1.0

Made = TypeVar("Made")
Take = Callable[[bytes, bytes], None]
"""Is handed the mark and body of every frame of an answer."""


class FileReaders:
    """The readers of one process; may be asked from any thread. Close it in the end."""

    def __init__(self, limits: wire.Limits, most: int) -> None:
        """At most so many at once, each file within `limits`. Nothing is started before a file."""
        self._limits = limits
        self._places = Semaphore(most)
        self._idle: list[_Reader] = []

    def statement(self, data: bytes, filename: str) -> StatementFile:
        """The lines of a bank's file, as `read_statement` says. Raises UnreadableFile."""
        told: dict[str, Any] = {}
        lines: list[StatementLine] = []
        once: dict[Any, Any] = {}
        rejected: list[RejectedLine] = []

        def take(mark: bytes, body: bytes) -> None:
            if mark == wire.HEAD:
                told.update(orjson.loads(body))
            elif mark == wire.PART:
                lines.extend(_sharing(each, once) for each in _LINES.validate_json(body))
            else:
                rejected.extend(_REJECTED.validate_json(body))

        def made() -> StatementFile:
            rows = {"lines": tuple(lines), "rejected": tuple(rejected)}
            return _STATEMENT.validate_python(told | rows)

        return self._ask("statement", data, filename, take, made)

    def is_bank_file(self, data: bytes, filename: str) -> bool:
        """Whether the titles are those of a bank's export. Raises UnreadableFile."""
        said: list[bool] = []
        return self._ask(
            "bank",
            data,
            filename,
            lambda _, body: said.append(_BANK.validate_json(body)),
            lambda: said[0],
        )

    def table(
        self,
        data: bytes,
        filename: str,
        kinds: Sequence[wire.Wanted],
        saved: Mapping[str, Mapping[str, str]],
        given: Mapping[str, str],
    ) -> Table | NoTable:
        """The table of one of these kinds, as `find_table` says. Raises UnreadableFile."""
        heads: list[TableHead | NoTable] = []
        rows: list[Row] = []

        def take(mark: bytes, body: bytes) -> None:
            if mark == wire.HEAD:
                heads.append(_FOUND.validate_json(body))
            else:
                rows.extend(_ROWS.validate_json(body))

        def made() -> Table | NoTable:
            return Table(heads[0], tuple(rows)) if isinstance(heads[0], TableHead) else heads[0]

        said = {"kinds": [[*kind] for kind in kinds], "saved": saved, "given": given}
        return self._ask("table", data, filename, take, made, **said)

    def close(self) -> None:
        """End the readers that wait; each sees its pipe close."""
        while self._idle:
            self._idle.pop().end()

    def _ask(
        self,
        task: str,
        data: bytes,
        filename: str,
        take: Take,
        made: Callable[[], Made],
        **more: Any,
    ) -> Made:
        """Have a file read, and what is made of the answer. Raises UnreadableFile."""
        order = wire.order_of(task, len(data), self._limits, filename=filename, **more)
        with self._places:
            reader = self._reader()
            try:
                refused = reader.read(orjson.dumps(order), data, take, self._limits.wall_seconds)
                answer = None if refused else made()
            except (wire.Broken, ValidationError, orjson.JSONDecodeError, LookupError) as fault:
                reader.end()
                raise self._unreadable(reader.cause()) from fault
            except BaseException:
                reader.end()
                raise
            self._idle.append(reader)
        if answer is None:
            raise _told(refused)
        return answer

    def _reader(self) -> "_Reader":
        while self._idle:
            reader = self._idle.pop()
            if reader.is_alive():
                return reader
            reader.end()
        return _Reader()

    def _unreadable(self, cause: int) -> UnreadableFile:
        return UnreadableFile(
            _ENDED.get(cause, "reader_died"),
            megabytes=self._limits.memory_bytes >> 20,
            seconds=self._limits.cpu_seconds,
            rows=wire.ROWS_MAX,
        )


class _Reader:
    """One process that reads, from its start to its end."""

    def __init__(self) -> None:
        self._late = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "api.strangers.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
            env=_ENVIRONMENT,
            # Its copies die with it.
            start_new_session=True,
        )

    def read(self, order: bytes, data: bytes, take: Take, seconds: float) -> bytes:
        """Hand over a file and take the answer; its refusal, empty where there is none.

        Raises wire.Broken where no whole answer comes, within `seconds` at the latest.
        """
        late = Timer(seconds, self._give_up)
        late.start()
        try:
            self._send(order, data)
            return self._answer(take)
        finally:
            late.cancel()

    def _send(self, order: bytes, data: bytes) -> None:
        assert self._process.stdin is not None
        # Whoever is gone has no answer either, and says why by its end.
        with suppress(BrokenPipeError):
            self._process.stdin.write(wire.framed(wire.ORDER, order))
            self._process.stdin.write(data)
            self._process.stdin.flush()

    def _answer(self, take: Take) -> bytes:
        assert self._process.stdout is not None
        length = 0
        while (frame := wire.next_frame(self._process.stdout.read)) is not None:
            mark, body = frame
            length += len(body)
            if length > wire.ANSWER_BYTES_MAX:
                raise wire.Broken("an answer without end")
            if mark in (wire.END, wire.REFUSED):
                return body if mark == wire.REFUSED else b""
            take(mark, body)
        raise wire.Broken("no answer")

    def is_alive(self) -> bool:
        """Whether it waits for a file."""
        return self._process.poll() is None

    def cause(self) -> int:
        """Why it ended, once it has."""
        return wire.OUT_OF_TIME if self._late else self._process.returncode

    def end(self) -> None:
        """Have it and its copies gone."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):
                assert pipe is not None
                pipe.close()
        try:
            self._process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()

    def _give_up(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _told(refused: bytes) -> UnreadableFile:
    """The refusal a reader told: one of ours, or the reader has gone wrong."""
    try:
        told = _UNTOLD.validate_json(refused)
        return UnreadableFile(told.rule, **told.facts)
    except (ValidationError, LookupError, TypeError):
        return UnreadableFile("reader_died")
