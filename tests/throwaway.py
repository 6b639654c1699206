"""Folders for what a test throws away, in memory where there is room: a disk makes tests wait."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30
"""Bytes that must be free in memory: several servers of a run and their backups."""


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder with a path short enough for a server's socket; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="zhiheng-", dir=_MEMORY if _has_room() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _has_room() -> bool:
    if not _MEMORY.is_dir():
        return False
    return min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available) > _ROOM
