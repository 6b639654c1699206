"""Uploaded files between their arrival and their reading: whose turn it is, and what was looked at.

A file waits on disk, not in memory, and no thread waits with it.
"""

import asyncio
import hashlib
import tempfile
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Self

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from ledger.refusals import Refusal, Refused

WAITING_MAX = 4
"""Files of one actor that may wait while another of theirs is read."""

KEPT_MAX, KEPT_OF_ONE_MAX, KEPT_SECONDS = 30, 3, 1_800
"""How many looked-at files are kept in all and for one actor, and for how long."""

_IN_MEMORY_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class _Kept:
    file: IO[bytes]
    filename: str
    until: float


class Uploads:
    """The uploads of one process. Each actor has one file read at a time, in order of arrival."""

    def __init__(self, places: int) -> None:
        """So many files are read at once."""
        self._places = places
        self._reading: set[str] = set()
        self._waiting: list[tuple[str, asyncio.Event]] = []
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    @asynccontextmanager
    async def turn(self, actor: str) -> AsyncIterator[None]:
        """Wait until a file of this actor may be read. Raises Refusal(IMPORT_IS_UNDER_WAY)."""
        if sum(who == actor for who, _ in self._waiting) >= WAITING_MAX:
            raise Refusal(Refused.IMPORT_IS_UNDER_WAY)
        mine = (actor, asyncio.Event())
        self._waiting.append(mine)
        self._let_in()
        try:
            await mine[1].wait()
            yield
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
            else:
                self._reading.discard(actor)
            self._let_in()

    def _let_in(self) -> None:
        for waiting in list(self._waiting):
            actor, come = waiting
            if len(self._reading) < self._places and actor not in self._reading:
                self._reading.add(actor)
                self._waiting.remove(waiting)
                come.set()

    async def keep(self, actor: str, data: bytes, filename: str) -> str:
        """Keep a file for what its bearer does next; its digest, by which it is found again."""
        sha256, file = await run_in_threadpool(put_by, data)
        self._forget((actor, sha256))
        self._kept[actor, sha256] = _Kept(file, filename, time.monotonic() + KEPT_SECONDS)
        own = [key for key in self._kept if key[0] == actor]
        old = [key for key, kept in self._kept.items() if kept.until < time.monotonic()]
        for key in {*own[:-KEPT_OF_ONE_MAX], *old, *list(self._kept)[:-KEPT_MAX]}:
            self._forget(key)
        return sha256

    async def find(self, actor: str, sha256: str) -> tuple[bytes, str]:
        """Bytes and name of a file that this actor looked at, by its digest.

        Raises Refusal(PREVIEWED_FILE_IS_KEPT_NO_LONGER).
        """
        kept = self._kept.get((actor, sha256))
        if kept is None or kept.until < time.monotonic():
            minutes = KEPT_SECONDS // 60
            raise Refusal(Refused.PREVIEWED_FILE_IS_KEPT_NO_LONGER, minutes=minutes)
        return await run_in_threadpool(whole, kept.file), kept.filename

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._kept):
            self._forget(key)

    def _forget(self, key: tuple[str, str]) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            kept.file.close()


def put_by(data: bytes) -> tuple[str, IO[bytes]]:
    """The digest of a file, and the file as it waits on disk. Blocks; close it in the end."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115
    file.write(data)
    return hashlib.sha256(data).hexdigest(), file


def whole(file: IO[bytes]) -> bytes:
    """All of a file that was put by. Blocks."""
    file.seek(0)
    return file.read()


@asynccontextmanager
async def opened(
    request: Request, actor: str, part: object, kept: str = ""
) -> AsyncIterator[tuple[bytes, str]]:
    """Bytes and name of an uploaded file, or else of the one kept under this digest, in its turn.

    Raises Refusal: PARAMETER_IS_MISSING where there is neither, IMPORT_IS_UNDER_WAY,
    PREVIEWED_FILE_IS_KEPT_NO_LONGER.
    """
    if not kept and not is_chosen(part):
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="file")
    uploads: Uploads = request.app.state.uploads
    async with uploads.turn(actor):
        if is_chosen(part):
            assert isinstance(part, UploadFile)
            yield await part.read(), part.filename or "upload"
        else:
            yield await uploads.find(actor, kept)


def is_chosen(part: object) -> bool:
    """Whether a part of a form is a file; a browser sends an empty one where none was chosen."""
    return isinstance(part, UploadFile) and bool(part.filename or part.size)
