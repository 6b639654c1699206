"""Facts at rest in segments of the archive: read by columns, by positions and by subjects."""

import mmap
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from ledger.facts import TOPICS, Fact
from projections.schema import UTC_TIME, frame_schema

TIMES: Final = "times.parquet"
"""Columns `position` Int64 and `recorded_at` of all facts of a segment, in order of position."""

SUBJECTS: Final = "subjects.index"
"""Which facts name which subject: sorted 64-bit hashes of subjects, then for each of them 32 bits,
the upper half the number of the topic among the segment's sorted ones, the lower half the fact's
distance from the segment's first position."""

_HASH_BYTES: Final = 8
_PLACE_BYTES: Final = 4
_HELD_ROWS: Final = 20_000
"""A type with so few facts is read once and held: readings ask for such again and again."""
_SLICES_MAX: Final = 4
"""Up to so many rows of one file are cut out one by one; for more, all row groups are looked at."""


@dataclass(frozen=True)
class Segment:
    """A run of positions, written once: `first` up to before `end`, one file a fact type.

    `leaf` is that of the last fact (hex), `recorded` are the times of the first and the last one,
    `rows` counts the facts by topic. In a file each institution's rows lie together, in order of
    position.
    """

    folder: Path
    first: int
    end: int
    leaf: str
    recorded: tuple[datetime, datetime]
    rows: Mapping[str, int]
    _places: dict[str, pl.Series] = field(default_factory=dict, compare=False, repr=False)

    def file(self, topic: str) -> Path:
        """Where the facts of a type lie."""
        return self.folder / f"{topic}.parquet"

    def at(self, fact: type[Fact], positions: pl.Series) -> pl.LazyFrame | None:
        """The facts of a type at those of the sorted positions that lie here; None for no fact."""
        within = _between(positions, self.first, self.end)
        if within.is_empty() or fact.TOPIC not in self.rows:
            return None
        rows = self._positions(fact).is_in(within.implode()).arg_true()
        if rows.is_empty():
            return None
        scan = scanned([self.file(fact.TOPIC)], frame_schema(fact))
        if rows.len() > _SLICES_MAX:
            return scan.filter(pl.col("position").is_in(within.implode()))
        return pl.concat([scan.slice(row, 1) for row in rows])

    def naming(self, hashes: Iterable[int]) -> Iterator[tuple[str, int]]:
        """Topic and position of every fact that names a subject with one of these hashes."""
        keys, places = self._subjects
        for wanted in hashes:
            at = bisect_left(keys, wanted)
            while at < len(keys) and keys[at] == wanted:
                yield self._topics[places[at] >> 16], self.first + (places[at] & 0xFFFF)
                at += 1

    def _positions(self, fact: type[Fact]) -> pl.Series:
        """The positions of a type's facts as its file holds them."""
        known = self._places.get(fact.TOPIC)
        if known is None:
            scan = scanned([self.file(fact.TOPIC)], frame_schema(fact))
            known = scan.select("position").collect()["position"]
            self._places[fact.TOPIC] = known
        return known

    @cached_property
    def _topics(self) -> list[str]:
        return sorted(self.rows)

    @cached_property
    def _subjects(self) -> tuple[memoryview, memoryview]:
        """The index of subjects, left on disk: a search touches a few pages of it."""
        with (self.folder / SUBJECTS).open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        ends = len(data) // (_HASH_BYTES + _PLACE_BYTES) * _HASH_BYTES
        return data[:ends].cast("Q"), data[ends:].cast("I")


@dataclass(frozen=True)
class Sealed:
    """The first `size` facts of a log as segments hold them; of some `topics` where it says so.

    Segments follow one another without a gap from position 0; the last one may be cut by `size`.
    """

    segments: tuple[Segment, ...] = ()
    size: int = 0
    only: frozenset[str] | None = None
    _held: dict[str, pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    def followed_by(self, segment: Segment) -> "Sealed":
        """These facts and those of the segment behind them."""
        return Sealed((*self.segments, segment), segment.end)

    def prefix(self, size: int) -> "Sealed":
        """The first `size` of these facts."""
        return replace(self, size=min(size, self.size))

    def restricted(self, topics: Collection[str]) -> "Sealed":
        """These facts as far as they are of the topics."""
        return replace(self, only=self.topics.intersection(topics))

    @cached_property
    def topics(self) -> frozenset[str]:
        """The types that facts are here of; of a segment that is cut, all that it has."""
        found = frozenset(topic for segment in self._standing() for topic in segment.rows)
        return found if self.only is None else found & self.only

    def frame(self, fact: type[Fact]) -> pl.LazyFrame:
        """All facts of one of the topics, in order of position."""
        if sum(segment.rows.get(fact.TOPIC, 0) for segment in self.segments) <= _HELD_ROWS:
            held = self._held.get(fact.TOPIC)
            if held is None:
                held = self._held[fact.TOPIC] = self._scan(fact, self.segments).collect()
            return held.head(_below(held["position"], self.size)).lazy()
        return self._cut(self._scan(fact, self._standing()))

    def since(self, fact: type[Fact], size: int) -> pl.LazyFrame | None:
        """The facts of a type from position `size` on, in order of position; None for no fact."""
        within = [each for each in self._standing() if each.end > size and fact.TOPIC in each.rows]
        if not within:
            return None
        return self._cut(self._scan(fact, within)).filter(pl.col("position") >= size)

    def at(self, positions: Mapping[str, pl.Series]) -> dict[str, pl.DataFrame]:
        """The facts of types at sorted positions, by topic, in order of position.

        Topics without any are left out.
        """
        cut = {topic: _between(wanted, 0, self.size) for topic, wanted in positions.items()}
        parts: dict[str, list[pl.LazyFrame]] = {}
        for topic, wanted in cut.items():
            for segment in self._standing():
                rows = segment.at(TOPICS[topic], wanted)
                if rows is not None:
                    parts.setdefault(topic, []).append(rows)
        found = pl.collect_all([pl.concat(each).sort("position") for each in parts.values()])
        return dict(zip(parts, found, strict=True))

    def naming(self, hashes: Collection[int]) -> Iterator[tuple[str, int]]:
        """Topic and position of every fact that names a subject with one of these hashes."""
        for segment in self._standing():
            yield from segment.naming(hashes)

    def times(self) -> pl.LazyFrame:
        """`position` Int64 and `recorded_at` of all facts, in order of position."""
        schema = pl.Schema({"position": pl.Int64(), "recorded_at": UTC_TIME})
        files = [segment.folder / TIMES for segment in self._standing()]
        return self._cut(scanned(files, schema)) if files else pl.LazyFrame(schema=schema)

    def recorded_until(self, moment: datetime, *, including: bool) -> int:
        """How many facts were recorded before a moment, or up to and `including` it."""
        count = 0
        for segment in self._standing():
            first, last = segment.recorded
            if first > moment:
                break
            if last < moment:
                count = segment.end
                continue
            times = pl.read_parquet(segment.folder / TIMES)["recorded_at"]
            side: Any = "right" if including else "left"
            count = segment.first + int(times.search_sorted(moment, side=side))
        return min(count, self.size)

    def recorded_at(self, position: int) -> datetime:
        """When the fact at a position was recorded."""
        segment = next(each for each in self.segments if each.end > position)
        if position in (segment.first, segment.end - 1):
            return segment.recorded[position != segment.first]
        at: datetime = pl.read_parquet(segment.folder / TIMES)["recorded_at"][
            position - segment.first
        ]
        return at

    def _standing(self) -> list[Segment]:
        return [segment for segment in self.segments if segment.first < self.size]

    def _scan(self, fact: type[Fact], segments: Iterable[Segment]) -> pl.LazyFrame:
        files = [segment.file(fact.TOPIC) for segment in segments if fact.TOPIC in segment.rows]
        return scanned(files, frame_schema(fact)).sort("position")

    def _cut(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        whole = not self.segments or self.segments[-1].end == self.size
        return frame if whole else frame.filter(pl.col("position") < self.size)


def scanned(files: list[Path], schema: pl.Schema) -> pl.LazyFrame:
    """Files of one schema as a frame; none of them is opened before it is collected."""
    return pl.scan_parquet(files, schema=schema, glob=False)


def _below(positions: pl.Series, value: int) -> int:
    return int(positions.search_sorted(value, side="left"))


def _between(positions: pl.Series, first: int, end: int) -> pl.Series:
    """Those of sorted positions that are at `first` or behind it, and before `end`."""
    low = _below(positions, first)
    return positions.slice(low, _below(positions, end) - low)
