"""The process that reads strangers' files: for each a copy of itself, under limits, that ends.

It is handed an order and a file over standard input and answers over standard output. It holds no
key, no connection and no setting, and what one file did to its copy the next one never meets.
"""

import codecs
import os
import resource
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import orjson

from api.imports.results import UnreadableFile
from api.imports.statement import read_statement
from api.imports.titled import find_table, is_bank_file
from api.strangers import wire

FACT_LENGTH_MAX = 400
_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030", "cp437")
_STATEMENT_ROWS = ("lines", "rejected")


class Answer:
    """Writes frames, and stops where an answer becomes longer than anybody can use."""

    def __init__(self) -> None:
        self._rows = self._bytes = 0

    def head(self, told: Any) -> None:
        """What is said once of the whole file."""
        self._put(wire.HEAD, orjson.dumps(told))

    def rows(self, mark: bytes, rows: Iterable[Any]) -> None:
        """Rows of one kind, in parts."""
        part: list[bytes] = []
        length = 0
        for row in rows:
            one = orjson.dumps(row)
            self._rows += 1
            if self._rows > wire.ROWS_MAX or len(one) > wire.FRAME_BYTES_MAX // 2:
                os._exit(wire.OUT_OF_ROOM)
            part.append(one)
            length += len(one)
            if length > wire.PART_BYTES:
                self._put(mark, b"[" + b",".join(part) + b"]")
                part, length = [], 0
        if part:
            self._put(mark, b"[" + b",".join(part) + b"]")

    def end(self, mark: bytes, told: Any = None) -> None:
        """The last frame."""
        self._put(mark, orjson.dumps(told))

    def _put(self, mark: bytes, body: bytes) -> None:
        self._bytes += len(body)
        if self._bytes > wire.ANSWER_BYTES_MAX or len(body) > wire.FRAME_BYTES_MAX:
            os._exit(wire.OUT_OF_ROOM)
        frame = memoryview(wire.framed(mark, body))
        while frame:
            frame = frame[os.write(1, frame) :]


def main() -> int:
    """Read one file after another until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _ENCODINGS:
        codecs.lookup(name)
    while (came := wire.next_frame(_read)) is not None:
        copy = os.fork()
        if copy == 0:
            _carry_out(orjson.loads(came[1]))
        _, status = os.waitpid(copy, 0)
        if status:
            return _cause(status)
    return 0


def _cause(status: int) -> int:
    """By which limit a copy ended. Where Rust gets no memory it aborts."""
    ended = os.waitstatus_to_exitcode(status)
    causes = {-signal.SIGABRT: wire.OUT_OF_MEMORY, -signal.SIGXCPU: wire.OUT_OF_TIME}
    return causes.get(ended, wire.BROKEN if ended < 0 else ended)


def _carry_out(order: dict[str, Any]) -> None:
    """Read the file of an order and answer; never returns."""
    code = wire.BROKEN
    with suppress(BaseException):
        try:
            _limit(wire.Limits(*order["limits"]))
            _answer(order, _read(order["size"]))
            code = 0
        except MemoryError:
            code = wire.OUT_OF_MEMORY
    os._exit(code)


def _limit(limits: wire.Limits) -> None:
    """Bind this process: where a system knows a limit by name only, time and size still hold."""
    for name, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            # At the first the process hears that its time is over, at the second it is killed.
            resource.setrlimit(name, (most, most + 1))


def _answer(order: dict[str, Any], data: bytes) -> None:
    answer, filename = Answer(), order["filename"]
    try:
        if order["task"] == "statement":
            file = read_statement(data, filename)
            told = {name: getattr(file, name) for name in file.__slots__}
            lines, rejected = (told.pop(name) for name in _STATEMENT_ROWS)
            answer.head(told)
            answer.rows(wire.PART, lines)
            answer.rows(wire.REJECTED, rejected)
        elif order["task"] == "bank":
            answer.head(is_bank_file(data, filename))
        else:
            kinds = [wire.Wanted(*kind) for kind in order["kinds"]]
            found = find_table(data, filename, kinds, order["saved"], order["given"])
            answer.head(found.told())
            if found.head is not None:
                answer.rows(wire.PART, found.rows())
    except UnreadableFile as refused:
        facts = {
            name: fact if isinstance(fact, int) else str(fact)[:FACT_LENGTH_MAX]
            for name, fact in refused.facts.items()
        }
        answer.end(wire.REFUSED, {"rule": refused.rule, "facts": facts})
        return
    answer.end(wire.END)


def _read(count: int) -> bytes:
    """So many bytes of standard input, fewer at its end. Unbuffered: copies share it."""
    parts = []
    while count and (part := os.read(0, min(count, 1 << 20))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


if __name__ == "__main__":
    sys.exit(main())
