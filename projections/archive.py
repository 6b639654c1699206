"""The archive: complete ranges of the log as Parquet files, written once; a cache of the log."""

import fcntl
import hashlib
import logging
import os
import shutil
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl

from ledger.codec import canonical
from ledger.facts import TOPICS
from projections.schema import frame_schema
from projections.sealed import SUBJECTS, TIMES, Segment
from projections.tape import Tape

SEGMENT: Final = 65_536
"""Facts of one segment: segments end at multiples of it."""

WRITER: Final = 1
"""Grows when the same facts are written as other bytes, or come to mean other columns."""

_ROW_GROUP: Final = 4_096
_MANIFEST: Final = "manifest.json"
_FRESH: Final = ".fresh"

Leaves = Callable[[Sequence[int]], Mapping[int, str]]
"""The leaves (hex) of facts of the log; positions it does not hold are left out."""

Fetch = Callable[[int, int], pl.DataFrame]
"""Facts at the first up to before the second position, as a feed gives them."""

log = logging.getLogger("zhiheng.archive")


class Archive:
    """Segments in a folder, for several processes: whoever completes one first writes it.

    Under the folder lie those of one writer and schema; others are left alone. A segment that is
    damaged, or is not of this log, is made anew from the log, byte for byte as it was written.
    """

    def __init__(self, folder: Path, leaves: Leaves, length: int = SEGMENT) -> None:
        """`length` is at most 65,536 facts. Nothing is opened or made yet."""
        self._folder = folder / f"{WRITER}-{_schema_digest()[:16]}"
        self._leaves = leaves
        self._length = length

    def opened(self, fetch: Fetch) -> Tape:
        """The tape of all segments on disk that are of this log; those that are bad are remade."""
        firsts = list(self._on_disk())
        leaves = self._leaves([first + self._length - 1 for first in firsts]) if firsts else {}
        tape = Tape.empty()
        for first in firsts:
            segment = self._read(first)
            if segment is not None and segment.leaf == leaves.get(segment.end - 1):
                tape = tape.resting_on(tape.sealed.followed_by(segment))
                continue
            rows = fetch(first, first + self._length)
            if rows.height < self._length:
                break
            log.warning("segment at %d of the archive is made anew", first)
            tape = self.sealed(tape.extended(rows))
            if tape.sealed.size == first:
                break
        return tape

    def sealed(self, tape: Tape) -> Tape:
        """The tape with complete ranges of its end laid to rest, as far as that can be now.

        Where the folder cannot be written, or another process writes there, they stay in memory.
        """
        while tape.size - tape.sealed.size >= self._length:
            try:
                segment = self._segment(tape)
            except OSError as error:
                log.warning("the archive cannot be written: %s", error)
                return tape
            if segment is None:
                return tape
            tape = tape.resting_on(tape.sealed.followed_by(segment))
        return tape

    def _on_disk(self) -> Iterator[int]:
        """First positions of the segments from 0 on, as far as they follow one another."""
        first = 0
        while self._place(first).is_dir():
            yield first
            first += self._length

    def _segment(self, tape: Tape) -> Segment | None:
        """The segment that follows what is sealed: found or written; None while others write."""
        first = tape.sealed.size
        end = first + self._length
        leaf = self._leaves([end - 1])[end - 1]
        with self._lock() as mine:
            found = self._read(first)
            if found is not None and found.leaf == leaf:
                return found
            if not mine:
                return None
            fresh = self._folder / _FRESH
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            _write(fresh, tape, first, end, leaf)
            shutil.rmtree(self._place(first), ignore_errors=True)
            fresh.rename(self._place(first))
            return self._read(first)

    @contextmanager
    def _lock(self) -> Iterator[bool]:
        """Whether this process may write; it never waits for another one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def _place(self, first: int) -> Path:
        return self._folder / f"{first:012d}-{first + self._length:012d}"

    def _read(self, first: int) -> Segment | None:
        """The segment as its manifest tells it; None where any byte of it is not as written."""
        folder = self._place(first)
        try:
            manifest = orjson.loads((folder / _MANIFEST).read_bytes())
            told = manifest.pop("digest")
            files: Mapping[str, str] = manifest["files"]
            present = {each.name for each in folder.iterdir()}
            whole = (
                told == _digest(manifest)
                and present == {*files, _MANIFEST}
                and all(_file_digest(folder / name) == files[name] for name in files)
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if not whole or (manifest["first"], manifest["end"]) != (first, first + self._length):
            return None
        opened, closed = (datetime.fromisoformat(each) for each in manifest["recorded"])
        return Segment(
            folder, first, manifest["end"], manifest["leaf"], (opened, closed), manifest["rows"]
        )


def _write(folder: Path, tape: Tape, first: int, end: int, leaf: str) -> None:
    """Write the facts from `first` up to before `end`, which the tape holds in memory."""
    frames = {
        topic: rows.sort("institution", "position").rechunk()
        for topic, rows in tape.prefix(end).in_memory(first).items()
    }
    for topic, rows in frames.items():
        _write_parquet(rows, folder / f"{topic}.parquet")
    times = pl.concat([rows.select("position", "recorded_at") for rows in frames.values()])
    times = times.sort("position").rechunk()
    _write_parquet(times, folder / TIMES)
    (folder / SUBJECTS).write_bytes(_subjects(frames, first))
    recorded = times["recorded_at"]
    manifest: dict[str, Any] = {
        "first": first,
        "end": end,
        "leaf": leaf,
        "recorded": [recorded[0].isoformat(), recorded[-1].isoformat()],
        "rows": {topic: rows.height for topic, rows in frames.items()},
        "files": {each.name: _file_digest(each) for each in folder.iterdir()},
    }
    (folder / _MANIFEST).write_bytes(canonical({**manifest, "digest": _digest(manifest)}))


def _write_parquet(rows: pl.DataFrame, file: Path) -> None:
    # Everything that shapes the bytes is said, so that they stay the same.
    rows.write_parquet(
        file, compression="zstd", compression_level=3, statistics=True, row_group_size=_ROW_GROUP
    )


def _subjects(frames: Mapping[str, pl.DataFrame], first: int) -> bytes:
    """The bytes of `sealed.SUBJECTS`."""
    named = pl.col("subjects").list.eval(pl.element().struct.field("subject"))
    places = [
        rows.select(
            place=(pl.col("position") - first + (number << 16)).cast(pl.UInt32), subject=named
        ).explode("subject", empty_as_null=False)
        for number, (_, rows) in enumerate(sorted(frames.items()))
    ]
    index = (
        pl.concat(places)
        .select(pl.col("subject").hash(), "place")
        .unique()
        .sort("subject", "place")
    )
    return array("Q", index["subject"]).tobytes() + array("I", index["place"]).tobytes()


@cache
def _schema_digest() -> str:
    """Says which columns there are, and who writes them: other versions write other bytes."""
    columns = {
        topic: {name: str(dtype) for name, dtype in frame_schema(fact).items()}
        for topic, fact in TOPICS.items()
    }
    return _digest({"columns": columns, "polars": pl.__version__})


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def _file_digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
