"""What goes between the service and the process that reads strangers' files: frames of JSON.

A frame is a mark of one byte, the length of its body in four, and the body. To the reader goes an
order and after it the file; back come a head, parts (rows of a kind) and the end, or a refusal.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

ORDER, HEAD, PART, REJECTED, REFUSED, END = b"O", b"H", b"L", b"R", b"X", b"E"

FRAME_BYTES_MAX = 1 << 20
"""Longest body of a frame: whoever takes it apart does nothing else meanwhile."""

PART_BYTES = 1 << 17
"""A part is sent once its rows have come to this length."""

ROWS_MAX = 200_000
ANSWER_BYTES_MAX = 64 << 20
TEXT_LENGTH_MAX = 131_072
"""Rows, bytes and letters of a text that an answer may have in all."""

OUT_OF_MEMORY, OUT_OF_TIME, OUT_OF_ROOM, BROKEN = 3, 4, 5, 6
"""How a reader ends that could not read: by which limit, or by none of them."""

_HEADER = struct.Struct(">cI")
HEADER_BYTES = _HEADER.size

Read = Callable[[int], bytes]


class Broken(Exception):
    """What came is no answer of a reader."""


class Limits(NamedTuple):
    """What one file may take: bytes of memory, seconds of computing, seconds in all."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int


def limits_of(megabytes: int, seconds: int) -> Limits:
    """Limits as settings give them; a busy machine may take three times as long as it computes."""
    return Limits(megabytes << 20, seconds, 3 * seconds)


class Wanted(NamedTuple):
    """A kind of table as a reader needs to know it: titles to (field, rank), and needed fields."""

    code: str
    titles: Mapping[str, tuple[str, int]]
    needed: Sequence[str]


def framed(mark: bytes, body: bytes) -> bytes:
    """A frame; raises Broken where the body is too long."""
    if len(body) > FRAME_BYTES_MAX:
        raise Broken(f"{len(body)} bytes in a frame")
    return _HEADER.pack(mark, len(body)) + body


def next_frame(read: Read) -> tuple[bytes, bytes] | None:
    """The next mark and body; None at the end. Raises Broken."""
    header = read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    mark, length = _HEADER.unpack(header)
    if length > FRAME_BYTES_MAX:
        raise Broken(f"{length} bytes in a frame")
    body = read(length)
    return (mark, body) if len(body) == length else None


def order_of(task: str, size: int, limits: Limits, **more: Any) -> dict[str, Any]:
    """An order: what to do with the so many bytes that follow, and what it may take."""
    return {"task": task, "size": size, "limits": [*limits], **more}
