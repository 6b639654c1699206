"""Arrays in PostgreSQL's binary form, packed at once: what an append sends is mostly arrays."""

import struct
from collections.abc import Sequence
from datetime import date

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_EPOCH = date(2000, 1, 1).toordinal()
_LENGTH = struct.Struct(">i").pack


class Packed:
    """An array parameter, ready to send."""

    __slots__ = ("data",)

    def __init__(self, element: int, count: int, body: bytes) -> None:
        """`element` is the type of the elements (its oid in pg_type)."""
        header = struct.pack(">iiI", 1 if count else 0, 0, element)
        self.data = header + (struct.pack(">ii", count, 1) if count else b"") + body


class Texts(Packed):
    """text[]"""

    __slots__ = ()

    def __init__(self, values: Sequence[str]) -> None:
        super().__init__(25, len(values), _joined([value.encode() for value in values]))


class Blobs(Packed):
    """bytea[]"""

    __slots__ = ()

    def __init__(self, values: Sequence[bytes]) -> None:
        super().__init__(17, len(values), _joined(values))


class Bigints(Packed):
    """bigint[]"""

    __slots__ = ()

    def __init__(self, values: Sequence[int]) -> None:
        flat = [part for value in values for part in (8, value)]
        super().__init__(20, len(values), struct.pack(">" + "iq" * len(values), *flat))


class Ints(Packed):
    """int[]"""

    __slots__ = ()

    def __init__(self, values: Sequence[int]) -> None:
        flat = [part for value in values for part in (4, value)]
        super().__init__(23, len(values), struct.pack(">" + "ii" * len(values), *flat))


class Dates(Packed):
    """date[]"""

    __slots__ = ()

    def __init__(self, values: Sequence[date]) -> None:
        flat = [part for value in values for part in (4, value.toordinal() - _EPOCH)]
        super().__init__(1082, len(values), struct.pack(">" + "ii" * len(values), *flat))


def _joined(values: Sequence[bytes]) -> bytes:
    return b"".join([part for value in values for part in (_LENGTH(len(value)), value)])


class _TextsDumper(Dumper):
    format = Format.BINARY
    oid = 1009

    def dump(self, obj: Packed) -> bytes:
        return obj.data


class _BlobsDumper(_TextsDumper):
    oid = 1001


class _BigintsDumper(_TextsDumper):
    oid = 1016


class _IntsDumper(_TextsDumper):
    oid = 1007


class _DatesDumper(_TextsDumper):
    oid = 1182


for _kind, _dumper in (
    (Texts, _TextsDumper),
    (Blobs, _BlobsDumper),
    (Bigints, _BigintsDumper),
    (Ints, _IntsDumper),
    (Dates, _DatesDumper),
):
    psycopg.adapters.register_dumper(_kind, _dumper)
