"""Which facts are about which subject, so that they are found without walking through the tape."""

from collections.abc import Collection, Iterable

import polars as pl

from projections.tape import Tape, rows_at

_PAIRS = pl.Schema({"key": pl.UInt64, "position": pl.Int64})


class SubjectIndex:
    """Pairs of a subject's hash and a position, in a few sorted pieces.

    Two subjects of one hash find each other's facts as well: whoever asks takes too much, never
    too little.
    """

    def __init__(self) -> None:
        self._size = 0
        self._pieces: list[pl.DataFrame] = []

    def grow(self, tape: Tape) -> None:
        """Take in what the tape holds beyond what was taken in before."""
        if tape.size <= self._size:
            return
        named = pl.col("subjects").list.eval(pl.element().struct.field("subject"))
        pairs = [
            rows.select("position", subject=named).explode("subject", empty_as_null=False)
            for rows in tape.since(self._size).values()
        ]
        piece = _sorted(
            pl.concat(pairs).select(key=pl.col("subject").hash(), position=pl.col("position"))
        )
        while self._pieces and self._pieces[-1].height <= piece.height:
            piece = _sorted(pl.concat([self._pieces.pop(), piece]))
        self._pieces.append(piece)
        self._size = tape.size

    def positions(self, subjects: Collection[str], size: int) -> pl.Series:
        """Positions below `size` of the facts about any of the subjects, sorted, each once."""
        keys = pl.Series("key", sorted(subjects), pl.String).hash()
        found = [pl.Series("position", [], pl.Int64)]
        for piece in self._pieces:
            starts = piece["key"].search_sorted(keys, "left").to_list()
            ends = piece["key"].search_sorted(keys, "right").to_list()
            found += [
                piece["position"].slice(start, end - start)
                for start, end in zip(starts, ends, strict=True)
                if end > start
            ]
        every = pl.concat(found).unique().sort()
        return every.filter(every < size)


def _sorted(piece: pl.DataFrame) -> pl.DataFrame:
    return piece.sort("key", "position").rechunk()


def cut_to(tape: Tape, positions: pl.Series, topics: Iterable[str], whole: Iterable[str]) -> Tape:
    """A tape with the facts of these topics at these positions, and all facts of `whole` topics.

    It has the size and the times of the tape it was cut from.
    """
    chunks = {topic: tape.chunks[topic] for topic in whole if topic in tape.chunks}
    for topic in topics:
        if topic in chunks or topic not in tape.chunks:
            continue
        found = [rows_at(piece, positions) for piece in tape.chunks[topic]]
        kept = tuple(piece for piece in found if not piece.is_empty())
        if kept:
            chunks[topic] = kept
    return Tape(tape.size, chunks, tape.times)
