"""Readings kept after they were computed, and brought up to date at the price of the new facts."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Any, Final, Protocol

import polars as pl

from ledger.facts import Fact, FactVoided
from ledger.subjects import kind_of
from projections.index import Places, SubjectIndex, both, cut_to, part_of, subjects_at
from projections.moment import Moment
from projections.tape import Tape

_BYTES_MAX: Final = 512 * 1024 * 1024
_NEWS_MAX: Final = 2_000
"""Beyond this many new facts it is cheaper to compute afresh."""
_SPLICES_MAX: Final = 100
"""Beyond this many rows it is cheaper to sort than to look for each one's place."""
_CHUNKS_MAX: Final = 64
_BESIDE: Final = 8
"""Readings computed at a time: more would share more, and need more memory at once."""
_TOGETHER_MAX: Final = 3_000_000
"""On a tape of more facts readings are computed one by one and share no steps: what many readings
need of a step is much wider than what one of them needs, and would not fit into memory."""
_LINE_BYTES: Final = 4_096
"""What a kept reading takes beside its rows; without it those that are empty would never go."""
_STEPS_MAX: Final = 64
"""Steps kept of one tape; each day asked about has its own."""
_VOIDS: Final = frozenset({FactVoided.TOPIC})
"""A replacement may be about other subjects than what it replaces: every cut needs all voids."""


@dataclass(frozen=True, slots=True)
class Reach:
    """On which facts a row depends, so that after new facts only the rows in reach are redone.

    A row is about the subject in column `anchor`, whose kind is one of `kinds`. It depends on
    facts about that subject, on facts about subjects of the kinds `through` that those facts
    name, and on `whole` types of facts, wherever they are; on nothing else.
    """

    anchor: str
    kinds: tuple[str, ...]
    through: tuple[str, ...] = ()
    whole: tuple[type[Fact], ...] = ()


class Reading(Protocol):
    """Something computed from the tape at a moment, whose rows can be put in order."""

    @property
    def name(self) -> str:
        """What tells it from all other readings."""

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that tell rows apart and give their order."""

    @property
    def reach(self) -> Reach | None:
        """How far new facts reach; None where every row may depend on every fact."""

    def frame(self, tape: Tape, moment: Moment) -> pl.LazyFrame:
        """All rows at a moment; Kept puts them in order."""


@dataclass(frozen=True)
class _Watched(Tape):
    """A tape or a part of one that notes which topics are read; its voids are the whole tape's."""

    whole: Tape
    seen: set[str] = field(default_factory=set)
    steps: "_Steps | None" = None

    @property
    def voided(self) -> pl.DataFrame:
        """What no longer counts, computed once for all readings."""
        return self.whole.voided

    def shared(self, key: Hashable, step: Callable[[Tape], pl.LazyFrame]) -> pl.LazyFrame:
        """The frame of a step, collected once; the topics it reads count as read each time."""
        if self.steps is None:
            return step(self)
        key = self.narrowed, key
        known = self.steps.get(key)
        if known is None:
            part = replace(self, seen=set())
            known = step(part).collect(), frozenset(part.seen)
            if len(self.steps) >= _STEPS_MAX:
                self.steps.clear()
            self.steps[key] = known
        self.seen.update(known[1])
        return known[0].lazy()

    def _every(self, fact: type[Fact]) -> pl.LazyFrame:
        self.seen.add(fact.TOPIC)
        return super()._every(fact)


_Steps = dict[Hashable, tuple[pl.DataFrame, frozenset[str]]]


def _watched(tape: Tape, steps: _Steps | None) -> _Watched:
    return _Watched(tape.size, tape.chunks, tape.times, tape.sealed, tape, set(), steps)


def topics_read(step: Callable[[Tape], object]) -> frozenset[str]:
    """The topics that a function reads from whatever tape it is given."""
    watched = _watched(Tape.empty(), {})
    step(watched)
    return frozenset(watched.seen)


@dataclass(slots=True)
class _Line:
    """One reading on one day, as it stood at a size of the log."""

    lock: Lock = field(default_factory=Lock)
    size: int = -1
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    topics: set[str] = field(default_factory=set)


class Kept:
    """What was computed, for all threads of a process; the least used goes when room is short."""

    def __init__(self, bytes_max: int = _BYTES_MAX) -> None:
        self._lock = Lock()
        self._steps: tuple[int, _Steps] = (-1, {})
        self._lines: OrderedDict[tuple[str, date, int | None], _Line] = OrderedDict()
        self._index = SubjectIndex()
        self._bytes_max = bytes_max

    def rows(self, reading: Reading, tape: Tape, as_of: date) -> pl.DataFrame:
        """All rows of a reading on a day, as the tape knows them, in order of its key.

        Equal to computing them from the tape alone, whatever was kept.
        """
        newest = self._line((reading.name, as_of, None))
        with newest.lock:
            if newest.size <= tape.size:
                return self._advance(newest, reading, tape, as_of)
        older = self._line((reading.name, as_of, tape.size))
        with older.lock:
            return self._advance(older, reading, tape, as_of)

    def warm(self, readings: Iterable[tuple[Reading, date]], tape: Tape) -> None:
        """Compute what nobody asked for yet, several readings at a time: they share their steps."""
        wanted = {(reading.name, day): reading for reading, day in readings}
        lines = ((self._line((name, day, None)), each, day) for (name, day), each in wanted.items())
        cold = [each for each in lines if each[0].size < 0]
        beside = _BESIDE if tape.size <= _TOGETHER_MAX else 1
        for first in range(0, len(cold), beside):
            self._compute(cold[first : first + beside], tape)

    def _compute(self, cold: list[tuple[_Line, Reading, date]], tape: Tape) -> None:
        """Compute readings together, unless somebody else did while their locks were waited for."""
        with ExitStack() as held:
            # Everybody takes several locks in one order, so that nobody waits in a circle.
            for line, _, _ in sorted(cold, key=lambda each: (each[1].name, each[2])):
                held.enter_context(line.lock)
            todo = [each for each in cold if each[0].size < 0]
            watched = [_watched(tape, self._steps_of(tape)) for _ in todo]
            frames = [
                _in_order(reading.frame(each, Moment(day, tape.size)), reading)
                for each, (_, reading, day) in zip(watched, todo, strict=True)
            ]
            found = pl.collect_all(frames)
            for (line, _, _), each, rows in zip(todo, watched, found, strict=True):
                line.rows, line.topics, line.size = rows, each.seen, tape.size
        self._make_room()

    def about(self, tape: Tape, subjects: Iterable[str]) -> Tape:
        """A tape with the facts about these subjects alone, voids of them included."""
        return part_of(tape, self._places(set(subjects), tape), tape.topics, _VOIDS)

    def _line(self, name: tuple[str, date, int | None]) -> _Line:
        with self._lock:
            line = self._lines.setdefault(name, _Line())
            self._lines.move_to_end(name)
            return line

    def _steps_of(self, tape: Tape) -> _Steps | None:
        """Where steps over the newest tape are kept; older tapes keep theirs to themselves."""
        if tape.size > _TOGETHER_MAX:
            return None
        with self._lock:
            size, steps = self._steps
            if tape.size > size:
                self._steps = (tape.size, steps := {})
            return steps if tape.size >= size else {}

    def _make_room(self) -> None:
        with self._lock:
            taken = sum(_bytes_of(line) for line in self._lines.values())
            while taken > self._bytes_max and len(self._lines) > 1:
                _, line = self._lines.popitem(last=False)
                taken -= _bytes_of(line)

    def _advance(self, line: _Line, reading: Reading, tape: Tape, as_of: date) -> pl.DataFrame:
        if line.size == tape.size:
            return line.rows
        watched = _watched(tape, self._steps_of(tape))
        if line.size < 0 or tape.size - line.size > _NEWS_MAX:
            line.rows = _ordered(reading.frame(watched, Moment(as_of, tape.size)), reading)
        else:
            line.rows = self._renewed(line, reading, watched, as_of, _news(tape, line.size))
        line.topics |= watched.seen
        line.size = tape.size
        self._make_room()
        return line.rows

    def _renewed(
        self,
        line: _Line,
        reading: Reading,
        tape: _Watched,
        as_of: date,
        news: Mapping[str, pl.DataFrame],
    ) -> pl.DataFrame:
        """The rows after the new facts; those out of their reach stay as they are."""
        moment = Moment(as_of, tape.size)
        read = {t: rows for t, rows in news.items() if t in line.topics | _VOIDS}
        reach = reading.reach
        if not read:
            return line.rows
        if reach is None or _reaches_all(read, tape, reach):
            return _ordered(reading.frame(tape, moment), reading)
        touched = {each for rows in read.values() for each in _names(rows) if _in(each, reach)}
        anchors, places = self._in_reach(touched, reach, tape, line.topics)
        if not anchors:
            return line.rows
        whole = {fact.TOPIC for fact in reach.whole} | _VOIDS
        part = part_of(tape, places, line.topics, whole)
        watched = replace(tape, chunks=part.chunks, sealed=part.sealed, steps={})
        fresh = _ordered(reading.frame(watched, moment), reading)
        chosen = pl.col(reach.anchor).is_in(sorted(anchors))
        return _spliced(line.rows, fresh.filter(chosen), chosen, reading.key)

    def _in_reach(
        self, touched: set[str], reach: Reach, tape: Tape, topics: set[str]
    ) -> tuple[set[str], Places]:
        """Anchors in reach of what was touched, and all facts on which their rows depend."""
        read = topics | _VOIDS
        anchors = {each for each in touched if kind_of(each) in reach.kinds}
        near = touched - anchors
        if near:
            about = subjects_at(tape, self._places(near, tape), read)
            anchors |= {each for each in about if kind_of(each) in reach.kinds}
        places = self._places(anchors, tape)
        if reach.through and anchors:
            about = subjects_at(tape, places, read)
            near |= {each for each in about if kind_of(each) in reach.through}
            places = both(places, self._places(near, tape))
        return anchors, places

    def _places(self, subjects: set[str], tape: Tape) -> Places:
        with self._lock:
            self._index.grow(tape)
            return self._index.places(subjects, tape.size)


def _bytes_of(line: _Line) -> int:
    return int(line.rows.estimated_size()) + _LINE_BYTES


def _in_order(rows: pl.LazyFrame, reading: Reading) -> pl.LazyFrame:
    return rows.sort(reading.key, nulls_last=True, maintain_order=True)


def _ordered(rows: pl.LazyFrame, reading: Reading) -> pl.DataFrame:
    return _in_order(rows, reading).collect()


def _news(tape: Tape, size: int) -> dict[str, pl.DataFrame]:
    """The facts from position `size` on by topic; topics without any are left out."""
    since = tape.since(size)
    found = zip(since, pl.collect_all(since.values()), strict=True)
    return {topic: rows for topic, rows in found if not rows.is_empty()}


def _names(rows: pl.DataFrame) -> set[str]:
    subjects = rows["subjects"].explode(empty_as_null=False)
    return set(subjects.struct.field("subject").to_list())


def _in(subject: str, reach: Reach) -> bool:
    return kind_of(subject) in (*reach.kinds, *reach.through)


def _reaches_all(news: Mapping[str, pl.DataFrame], tape: Tape, reach: Reach) -> bool:
    """Whether a new fact is, or voids, one of a type that any row may depend on."""
    whole = {fact.TOPIC for fact in reach.whole}
    voids = news.get(FactVoided.TOPIC)
    if voids is not None and cut_to(tape, voids["voided"].unique().sort(), whole, ()).chunks:
        return True
    return not whole.isdisjoint(news)


def _spliced(
    rows: pl.DataFrame, fresh: pl.DataFrame, redone: pl.Expr, key: tuple[str, ...]
) -> pl.DataFrame:
    """The rows without the redone ones and with the fresh ones, in order of the key.

    Rows that stay are not copied: the frame is put together from slices of what it was.
    """
    gone = rows.select(redone.fill_null(False)).to_series().arg_true().to_list()
    if len(gone) + fresh.height > _SPLICES_MAX:
        kept = rows.with_row_index("at").filter(~pl.col("at").is_in(gone)).drop("at")
        return pl.concat([kept, fresh]).sort(key, nulls_last=True, maintain_order=True)
    keys = rows.select(key)
    come = [(_place(keys, row), 0, number) for number, row in enumerate(fresh.select(key).rows())]
    parts, at = [], 0
    for place, dropped, number in sorted([*come, *((place, 1, 0) for place in gone)]):
        if place > at:
            parts.append(rows[at:place])
        parts.append(rows[place:place] if dropped else fresh[number : number + 1])
        at = place + dropped
    spliced = pl.concat([*parts, rows[at:]], rechunk=False)
    return spliced.rechunk() if spliced.n_chunks() > _CHUNKS_MAX else spliced


def _place(keys: pl.DataFrame, row: tuple[Any, ...]) -> int:
    """Where a row belongs among sorted ones; empty values come last."""
    wanted = _comparable(row)
    low, high = 0, keys.height
    while low < high:
        middle = (low + high) // 2
        if _comparable(keys.row(middle)) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _comparable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((value is None, "" if value is None else value) for value in row)
