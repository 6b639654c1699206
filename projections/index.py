"""Which facts are about which subject, so that they are found without walking through the tape."""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from projections.sealed import Sealed
from projections.tape import Tape

Places = Mapping[str, list[int]]
"""Positions of facts by topic, sorted, each once."""

_MERGED_UP_TO = 8
"""A piece is merged into one up to so many times its size: few pieces, each to be looked into."""


class SubjectIndex:
    """Subjects' hashes with positions and topics, in a few sorted pieces behind what is sealed.

    Two subjects of one hash find each other's facts as well: whoever asks takes too much, never
    too little.
    """

    def __init__(self) -> None:
        self._size = 0
        self._sealed = Sealed()
        self._topics: list[str] = []
        self._pieces: list[pl.DataFrame] = []

    def grow(self, tape: Tape) -> None:
        """Take in what the tape holds beyond what was taken in before."""
        if tape.size <= self._size:
            return
        if tape.sealed.size > self._sealed.size:
            self._sealed, self._size, self._pieces = tape.sealed, tape.sealed.size, []
        if tape.size == self._size:
            return
        named = pl.col("subjects").list.eval(pl.element().struct.field("subject"))
        pairs = [
            rows.select(
                "position", subject=named, topic=pl.lit(self._number(topic), pl.UInt16)
            ).explode("subject", empty_as_null=False)
            for topic, rows in tape.in_memory(self._size).items()
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
        for name, position in self._sealed.naming(keys.to_list()):
            if position < size:
                found.setdefault(name, set()).add(position)
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
    every = frozenset(whole)
    wanted = {
        topic: pl.Series(positions, dtype=pl.Int64)
        for topic, positions in places.items()
        if topic in topics and topic not in every
    }
    return _part(tape, wanted, every)


def subjects_at(tape: Tape, places: Places, topics: Collection[str]) -> set[str]:
    """Every subject that the facts of these topics at these places name."""
    named: set[str] = set()
    for pieces in part_of(tape, places, topics, ()).chunks.values():
        for piece in pieces:
            links = piece["subjects"].explode(empty_as_null=False)
            named.update(links.struct.field("subject").to_list())
    return named


def cut_to(tape: Tape, positions: pl.Series, topics: Iterable[str], whole: Iterable[str]) -> Tape:
    """As `part_of`, from sorted positions whose topics are not known: they are looked for."""
    every = frozenset(whole)
    return _part(tape, {topic: positions for topic in topics if topic not in every}, every)


def _part(tape: Tape, wanted: Mapping[str, pl.Series], whole: frozenset[str]) -> Tape:
    chunks = {topic: tape.chunks[topic] for topic in whole if topic in tape.chunks}
    return Tape(tape.size, chunks | tape.at(wanted), tape.times, tape.sealed.restricted(whole))
