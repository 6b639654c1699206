"""Facts as typed columns: one frame a fact type, grown at the end, cut at any position."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, Self

import orjson
import polars as pl

from ledger.codec import UPCASTS, Upcast, canonical
from ledger.facts import TOPICS, Fact, FactVoided
from projections.schema import ENVELOPE, ROWS, entry, frame_schema
from projections.sealed import Sealed

Chunks = tuple[pl.DataFrame, ...]

_TIMES = ("position", "recorded_at")
_CORRECTIONS = pl.Schema({"replaced": pl.Int64, "stands": pl.Int64})


class TapeDoesNotContinue(ValueError):
    """Rows that do not begin where the tape ends, or leave a position out.

    `size` is the tape's, `found` the position that came in its place.
    """

    def __init__(self, size: int, found: int) -> None:
        self.size, self.found = size, found
        super().__init__(f"the next position is {size}, not {found}")


@dataclass(frozen=True)
class Tape:
    """The first `size` facts of a log, as typed frames; immutable, so readings can share it.

    What is `sealed` lies on disk; behind it `chunks` holds each topic's rows in order of position,
    in pieces: growing adds a piece and leaves what is there alone; pieces of like size are joined,
    so that there are few. `times` are those of the facts in pieces.
    """

    size: int
    chunks: Mapping[str, Chunks]
    times: Chunks
    sealed: Sealed
    narrowed: tuple[str, tuple[type[Fact], ...]] | None = field(default=None, kw_only=True)

    @classmethod
    def empty(cls) -> Self:
        """The tape of a log without facts."""
        return cls(0, {}, (), Sealed())

    def extended(
        self,
        rows: pl.DataFrame,
        *,
        topics: Mapping[str, type[Fact]] = TOPICS,
        upcasts: Mapping[str, Upcast] = UPCASTS,
        size: int | None = None,
    ) -> "Tape":
        """This tape with more facts: `rows` has the columns of `schema.ROWS` in log order.

        `size` is given where facts are left out on purpose, as in one institution's part of a
        log: the size of the log then. Otherwise raises TapeDoesNotContinue for a gap; always
        LookupError for a topic this code does not know.
        """
        if rows.is_empty():
            return self
        if size is None:
            _need_contiguous(self.size, rows["position"])
        current = _upcast(rows, topics, upcasts)
        unknown = set(current["topic"].unique()) - set(topics)
        if unknown:
            raise LookupError(f"this code does not know facts of type {min(unknown)}")
        decoded = _decoded_all(current, topics)
        stood = _standing(self._stands_of_replaced(decoded), decoded.values())
        grown = dict(self.chunks)
        for topic, frame in decoded.items():
            grown[topic] = _grown(grown.get(topic, ()), _with_stands_at(frame, stood))
        times = pl.concat([frame.select(_TIMES) for frame in decoded.values()])
        known = _grown(self.times, times.sort("position").rechunk())
        grown_size = self.size + rows.height if size is None else size
        return Tape(grown_size, grown, known, self.sealed)

    def prefix(self, size: int) -> "Tape":
        """The tape as it stood when the log held `size` facts; no row is copied."""
        if not 0 <= size <= self.size:
            raise ValueError(f"a tape of {self.size} facts has no prefix of {size}")
        if size == self.size:
            return self
        chunks = {topic: _cut(pieces, size) for topic, pieces in self.chunks.items()}
        return Tape(
            size,
            {topic: pieces for topic, pieces in chunks.items() if pieces},
            _cut(self.times, size),
            self.sealed.prefix(size),
        )

    def resting_on(self, sealed: Sealed) -> "Tape":
        """This tape with those of its first facts left to disk that are sealed by now."""
        chunks = {topic: _after(pieces, sealed.size) for topic, pieces in self.chunks.items()}
        return Tape(
            max(self.size, sealed.size),
            {topic: pieces for topic, pieces in chunks.items() if pieces},
            _after(self.times, sealed.size),
            sealed,
        )

    def of(self, institution: str, whole: tuple[type[Fact], ...]) -> Self:
        """This tape for steps that need one institution's facts, and all facts of `whole` types.

        Only `frame` and `raw` heed it; voids are everybody's.
        """
        return replace(self, narrowed=(institution, (*whole, FactVoided)))

    def shared(self, key: Hashable, step: Callable[["Tape"], pl.LazyFrame]) -> pl.LazyFrame:
        """What a step makes of this tape; whoever computes readings may keep it under the key."""
        return step(self)

    @property
    def topics(self) -> frozenset[str]:
        """The types that the tape holds facts of."""
        return self.sealed.topics.union(self.chunks)

    def every(self) -> Iterator[tuple[str, pl.LazyFrame]]:
        """All facts, corrected ones too, by topic, in order of position."""
        for topic in sorted(self.topics):
            yield topic, self._every(TOPICS[topic])

    def recorded(self) -> pl.LazyFrame:
        """`position` Int64 and `recorded_at` of all facts, in order of position."""
        return pl.concat([self.sealed.times(), *(piece.lazy() for piece in self.times)])

    def since(self, size: int) -> dict[str, pl.LazyFrame]:
        """The rows from position `size` on by topic, in order of position."""
        found: dict[str, list[pl.LazyFrame]] = {}
        for topic in self.sealed.topics:
            rows = self.sealed.since(TOPICS[topic], size)
            if rows is not None:
                found[topic] = [rows]
        for topic, frame in self.in_memory(size).items():
            found.setdefault(topic, []).append(frame.lazy())
        return {topic: pl.concat(frames) for topic, frames in found.items()}

    def in_memory(self, size: int) -> dict[str, pl.DataFrame]:
        """The rows behind what is sealed, from position `size` on, by topic."""
        found = {topic: _after(pieces, size) for topic, pieces in self.chunks.items()}
        return {topic: pl.concat(pieces) for topic, pieces in found.items() if pieces}

    def at(self, positions: Mapping[str, pl.Series]) -> dict[str, Chunks]:
        """The facts of types at sorted positions, by topic; topics without any are left out."""
        found: dict[str, Chunks] = {}
        for topic, rows in self.sealed.at(positions).items():
            found[topic] = (rows,)
        for topic, wanted in positions.items():
            parts = (rows_at(piece, wanted) for piece in self.chunks.get(topic, ()))
            kept = tuple(rows for rows in parts if not rows.is_empty())
            if kept:
                found[topic] = (*found.get(topic, ()), *kept)
        return found

    def frame(self, fact: type[Fact]) -> pl.LazyFrame:
        """The facts of a type that count: voided ones are gone, replacements stand for them.

        Columns of `schema.frame_schema(fact)`, in order of position; folding order is `stands_at`.
        """
        if self.voided.is_empty():
            return self._every(fact).filter(pl.col("replaces").is_null())
        voided = self.voided["voided"].implode()
        counts = pl.col("replaces").is_null() | pl.col("replaces").is_in(voided)
        return self._every(fact).filter(~pl.col("position").is_in(voided) & counts)

    def raw(self, fact: type[Fact]) -> pl.LazyFrame:
        """All facts of a type, corrected ones too, with `voided_by` (Int64, null = it counts).

        Columns of `schema.frame_schema(fact)` and `voided_by`, in order of position.
        """
        return self._every(fact).join(
            self.voided.lazy(),
            left_on="position",
            right_on="voided",
            how="left",
            maintain_order="left",
        )

    @cached_property
    def voided(self) -> pl.DataFrame:
        """Positions that no longer count: `voided` Int64, `voided_by` Int64 (the voiding fact)."""
        return (
            self._every(FactVoided)
            .select("voided", voided_by="position")
            .unique("voided", keep="first", maintain_order=True)
            .collect()
        )

    def last_recorded(self) -> datetime | None:
        """Recorded time of the last fact in UTC; None on an empty tape."""
        if self.times:
            last: datetime = self.times[-1]["recorded_at"][-1]
        elif self.sealed.size:
            last = self.sealed.recorded_at(self.sealed.size - 1)
        else:
            return None
        return last.astimezone(UTC)

    def first_recorded(self) -> datetime | None:
        """Recorded time of the first fact in UTC; None on an empty tape."""
        if self.sealed.size:
            first = self.sealed.recorded_at(0)
        elif self.times:
            first = self.times[0]["recorded_at"][0]
        else:
            return None
        return first.astimezone(UTC)

    def recorded_until(self, moment: datetime, *, including: bool) -> int:
        """How many facts were recorded before a moment, or up to and `including` it.

        Recorded time never runs back along the log, so they are a prefix of it.
        """
        side: Any = "right" if including else "left"
        sealed = self.sealed.recorded_until(moment, including=including)
        return sealed + sum(_search(piece["recorded_at"], moment, side) for piece in self.times)

    def _every(self, fact: type[Fact]) -> pl.LazyFrame:
        parts = [piece.lazy() for piece in self.chunks.get(fact.TOPIC, ())]
        if fact.TOPIC in self.sealed.topics:
            parts.insert(0, self.sealed.frame(fact))
        if not parts:
            return _none_of(fact)
        rows = pl.concat(parts)
        if self.narrowed is None or fact in self.narrowed[1]:
            return rows
        return rows.filter(pl.col("institution") == self.narrowed[0])

    def _stands_of_replaced(self, decoded: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """Where facts stand that the new rows replace and that are on this tape already."""
        wanted = pl.concat([frame.select("replaces").drop_nulls() for frame in decoded.values()])[
            "replaces"
        ]
        if wanted.is_empty():
            return pl.DataFrame(schema=_CORRECTIONS)
        sought = wanted.sort()
        found = [
            piece.select(replaced="position", stands="stands_at")
            for pieces in self.at(dict.fromkeys(self.topics, sought)).values()
            for piece in pieces
        ]
        return pl.concat(found) if found else pl.DataFrame(schema=_CORRECTIONS)


def tape_of(entries: Iterable[bytes]) -> Tape:
    """The tape of stored entries given in log order from position 0, for offline readings."""
    states = [entry.decode() for entry in entries]
    topics = [orjson.loads(state)["type"] for state in states]
    positions = list(range(len(states)))
    return Tape.empty().extended(
        pl.DataFrame({"position": positions, "topic": topics, "state": states}, schema=ROWS)
    )


@cache
def _none_of(fact: type[Fact]) -> pl.LazyFrame:
    """No fact of a type, as a frame; made once, since a reading of little asks for many of them."""
    return pl.LazyFrame(schema=frame_schema(fact))


def _need_contiguous(size: int, positions: pl.Series) -> None:
    expected = pl.int_range(size, size + positions.len(), dtype=pl.Int64, eager=True)
    wrong = positions != expected
    if wrong.any():
        at = wrong.arg_max() or 0
        raise TapeDoesNotContinue(size + at, positions[at])


def _upcast(
    rows: pl.DataFrame, topics: Mapping[str, type[Fact]], upcasts: Mapping[str, Upcast]
) -> pl.DataFrame:
    """The rows with entries of retired topics rewritten to the newest version of their type.

    Retired entries are few, and how to read one is a Python function of the codec: so, here only,
    rows are taken one at a time.
    """
    retired = pl.col("topic").is_in(list(upcasts))
    old = rows.filter(retired)
    if old.is_empty():
        return rows
    fresh = [
        (position, *_newest(state, upcasts))
        for position, state in zip(old["position"], old["state"], strict=True)
    ]
    return pl.concat([rows.filter(~retired), pl.DataFrame(fresh, schema=ROWS, orient="row")]).sort(
        "position"
    )


def _newest(state: str, upcasts: Mapping[str, Upcast]) -> tuple[str, str]:
    envelope = orjson.loads(state)
    while envelope["type"] in upcasts:
        envelope["type"], envelope["payload"] = upcasts[envelope["type"]](envelope["payload"])
    return envelope["type"], canonical(envelope).decode()


def _decoded_all(rows: pl.DataFrame, topics: Mapping[str, type[Fact]]) -> dict[str, pl.DataFrame]:
    """Entries by topic as columns; the types are decoded beside one another on all cores."""
    parts = {str(key[0]): part for key, part in rows.partition_by("topic", as_dict=True).items()}
    frames = pl.collect_all([_decoded(part, topics[topic]) for topic, part in parts.items()])
    return dict(zip(parts, frames, strict=True))


def _decoded(rows: pl.DataFrame, fact: type[Fact]) -> pl.LazyFrame:
    """Entries of one type as columns, in order of position; `stands_at` is still missing.

    Decoding turns what does not fit into null without a word: only entries the codec wrote come
    here, and an audit of foreign bytes decodes them with the codec first.
    """
    link = pl.col("subjects").list.first().struct
    return (
        rows.lazy()
        .select("position", pl.col("state").str.json_decode(entry(fact)).alias("entry"))
        .unnest("entry")
        .rename({"recorded": "recorded_at"})
        .with_columns(link.field("subject"), link.field("sequence"))
        .unnest("payload")
        .select(name for name in frame_schema(fact).names() if name != "stands_at")
    )


def _standing(known: pl.DataFrame, decoded: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Where each new replacement stands: `position` Int64, `stands` Int64.

    `known` (replaced, stands) are facts that stood before. A replacement of a replacement stands
    where the first of them stood, so the step repeats until nothing moves: once for each link.
    """
    fresh = pl.concat([frame.select("position", "replaces") for frame in decoded]).drop_nulls()
    standing = fresh.join(known, left_on="replaces", right_on="replaced", how="left").select(
        "position", stands=pl.coalesce("stands", "replaces")
    )
    while True:
        further = standing.join(
            standing.rename({"position": "stands", "stands": "further"}), on="stands", how="left"
        ).select("position", stands=pl.coalesce("further", "stands"))
        if further.sort("position").equals(standing.sort("position")):
            return standing
        standing = further


def _with_stands_at(frame: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    names = [*ENVELOPE, *(name for name in frame.columns if name not in ENVELOPE)]
    if frame["replaces"].null_count() == frame.height:
        return frame.with_columns(stands_at="position").select(names)
    joined = frame.join(standing, on="position", how="left", maintain_order="left")
    return joined.with_columns(stands_at=pl.coalesce("stands", "position")).select(names)


def _grown(pieces: Chunks, piece: pl.DataFrame) -> Chunks:
    """Pieces with one more; equal ones merge, so n rows lie in about log n pieces."""
    grown = [*pieces, piece]
    while len(grown) > 1 and grown[-2].height <= grown[-1].height:
        last = grown.pop()
        grown[-1] = pl.concat([grown[-1], last], rechunk=True)
    return tuple(grown)


def _cut(pieces: Chunks, size: int) -> Chunks:
    """The rows with positions below `size`."""
    cut = [piece.head(_search(piece["position"], size, "left")) for piece in pieces]
    return tuple(piece for piece in cut if not piece.is_empty())


def _after(pieces: Chunks, size: int) -> Chunks:
    """The rows with positions from `size` on."""
    cut: list[pl.DataFrame] = []
    for piece in reversed(pieces):
        if piece["position"][-1] < size:
            break
        cut.append(piece.slice(_search(piece["position"], size, "left")))
    return tuple(reversed(cut))


def _search(sorted_values: pl.Series, value: Any, side: Any) -> int:
    return int(sorted_values.search_sorted(value, side=side))


def rows_at(piece: pl.DataFrame, positions: pl.Series) -> pl.DataFrame:
    """The rows of a piece that stand at these sorted positions."""
    own = piece["position"]
    low = int(positions.search_sorted(own[0], "left"))
    high = int(positions.search_sorted(own[-1], "right"))
    wanted = positions.slice(low, high - low)
    if wanted.is_empty():
        return piece.clear()
    places = own.search_sorted(wanted, "left")
    return piece[places.filter(own.gather(places) == wanted)]
