"""Which facts are about which subject, so that they are found without walking through the tape."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping

import polars as pl

from projections.tape import Chunks, Tape, rows_at

Places = Mapping[str, list[int]]
"""Positions of facts by topic, sorted, each once."""

_MERGED_UP_TO = 8
"""A piece is merged into one up to so many times its size: few pieces, each to be looked into."""


class SubjectIndex:
    """Subjects' hashes with positions and topics, in a few sorted pieces.

    Two subjects of one hash find each other's facts as well: whoever asks takes too much, never
    too little.
    """

    def __init__(self) -> None:
        self._size = 0
        self._topics: list[str] = []
        self._pieces: list[pl.DataFrame] = []

    def grow(self, tape: Tape) -> None:
        """Take in what the tape holds beyond what was taken in before."""
        if tape.size <= self._size:
            return
        named = pl.col("subjects").list.eval(pl.element().struct.field("subject"))
        pairs = [
            rows.select(
                "position", subject=named, topic=pl.lit(self._number(topic), pl.UInt16)
            ).explode("subject", empty_as_null=False)
            for topic, rows in tape.since(self._size).items()
        ]
        piece = _sorted(pl.concat(pairs).select("position", "topic", key=pl.col("subject").hash()))
        while self._pieces and self._pieces[-1].height <= _MERGED_UP_TO * piece.height:
            piece = _sorted(pl.concat([self._pieces.pop(), piece]))
        self._pieces.append(piece)
        self._size = tape.size

    def places(self, subjects: Collection[str], size: int) -> Places:
        """The facts about any of the subjects among the first `size`."""
        keys = pl.Series("key", sorted(subjects), pl.String).hash()
        found: dict[str, set[int]] = {}
        for piece in self._pieces:
            starts = piece["key"].search_sorted(keys, "left").to_list()
            ends = piece["key"].search_sorted(keys, "right").to_list()
            for start, end in zip(starts, ends, strict=True):
                for position, topic in piece[start:end].select("position", "topic").rows():
                    if position < size:
                        found.setdefault(self._topics[topic], set()).add(position)
        return {topic: sorted(positions) for topic, positions in found.items()}

    def _number(self, topic: str) -> int:
        if topic not in self._topics:
            self._topics.append(topic)
        return self._topics.index(topic)


def _sorted(piece: pl.DataFrame) -> pl.DataFrame:
    return piece.sort("key", "position").rechunk()


def both(some: Places, others: Places) -> Places:
    """The facts of either."""
    return {
        topic: sorted({*some.get(topic, ()), *others.get(topic, ())})
        for topic in {**some, **others}
    }


def part_of(tape: Tape, places: Places, topics: Collection[str], whole: Iterable[str]) -> Tape:
    """A tape with the facts of these topics at these places, and all facts of `whole` topics.

    It has the size and the times of the tape it was cut from.
    """
    chunks = {topic: tape.chunks[topic] for topic in whole if topic in tape.chunks}
    for topic, positions in places.items():
        if topic in topics and topic not in chunks:
            rows = _found(tape.chunks[topic], positions)
            chunks[topic] = tuple(piece[at] for piece, at in rows)
    return Tape(tape.size, chunks, tape.times)


def subjects_at(tape: Tape, places: Places, topics: Collection[str]) -> set[str]:
    """Every subject that the facts of these topics at these places name."""
    named: set[str] = set()
    for topic, positions in places.items():
        if topic in topics:
            for piece, at in _found(tape.chunks[topic], positions):
                links = piece["subjects"].gather(at).explode(empty_as_null=False)
                named.update(links.struct.field("subject").to_list())
    return named


def _found(pieces: Chunks, positions: list[int]) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """The pieces that hold the positions, each with the row numbers in it."""
    start = 0
    for piece in pieces:
        own = piece["position"]
        end = bisect_right(positions, own[-1], start)
        if end > start:
            yield piece, own.search_sorted(pl.Series(positions[start:end]), "left")
        start = end


def cut_to(tape: Tape, positions: pl.Series, topics: Iterable[str], whole: Iterable[str]) -> Tape:
    """As `part_of`, from sorted positions whose topics are not known: they are looked for."""
    chunks = {topic: tape.chunks[topic] for topic in whole if topic in tape.chunks}
    for topic in topics:
        if topic in chunks or topic not in tape.chunks:
            continue
        found = [rows_at(piece, positions) for piece in tape.chunks[topic]]
        kept = tuple(piece for piece in found if not piece.is_empty())
        if kept:
            chunks[topic] = kept
    return Tape(tape.size, chunks, tape.times)
