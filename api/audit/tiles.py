"""Tiles held against the tree over the entries, and who of the two is wrong where they differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from api.audit.findings import Found, Report, Step
from api.audit.leaves import Tree, level_above
from ledger.merkle import HASH_BYTES, Head
from ledger.tiles import WIDTH, Place, places_of

Describe = Callable[[int], Mapping[str, str]]
"""What is known of the fact at a position, for whoever reads of it: its type and subject."""

_NOTHING = bytes(HASH_BYTES)


class Tiles:
    """The tiles of a log of one size in a folder, as far as they are there and whole."""

    def __init__(self, folder: Path, size: int, report: Report) -> None:
        self._folder, self.size, self._report = folder, size, report

    def hashes(self) -> Iterator[tuple[Place, bytes | None]]:
        """Every hash tile with its bytes, None for one that is missing or of another length."""
        for place in places_of(0, self.size):
            if place.level is not None:
                data = self._read(place)
                if data is not None and len(data) != place.width * HASH_BYTES:
                    self._find(Found.TILE_IS_MALFORMED, place)
                    data = None
                yield place, data

    def leaves(self, known: Mapping[Place, bytes | None]) -> bytes:
        """Level 0 in one run; nothing but zeros stands for a tile that is not there."""
        parts = [
            (place.number, known[place] or _NOTHING * place.width)
            for place in known
            if place.level == 0
        ]
        return b"".join(data for _, data in sorted(parts))

    def entries(self) -> Iterator[list[bytes]]:
        """The entries of one bundle after another; an empty one where there is none."""
        for place in places_of(0, self.size):
            if place.level is None:
                data = self._read(place)
                yield self._unbundled(place, b"" if data is None else data)

    def _unbundled(self, place: Place, data: bytes) -> list[bytes]:
        entries: list[bytes] = []
        at = 0
        while len(entries) < place.width and at + 2 <= len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            if end > len(data):
                break
            entries.append(data[at + 2 : end])
            at = end
        if data and (at != len(data) or len(entries) != place.width):
            last = place.number * WIDTH + min(len(entries), place.width - 1)
            self._report.find(Step.LEAVES, Found.TILE_IS_MALFORMED, last, path=place.path)
        return entries + [b""] * (place.width - len(entries))

    def _read(self, place: Place) -> bytes | None:
        try:
            return (self._folder / place.path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            self._find(Found.TILE_IS_MISSING, place)
            return None

    def _find(self, code: Found, place: Place) -> None:
        first = place.number * WIDTH * WIDTH ** (place.level or 0)
        self._report.find(Step.LEAVES, code, first, path=place.path)


def check_tree(
    positions: Sequence[int], tree: Tree | None, leaves: bytes, head: Head, tiles: Tiles,
    report: Report, describe: Describe,
) -> Tree:  # fmt: skip
    """Hold entries, tiles and the signed root against one another; answers the tree to trust.

    `leaves` are those of the entries at `positions`, `tree` the one over them where they are the
    whole log. Two of the three that agree outvote the third: if the tiles give the root an entry
    was altered, if the entries give it a tile was.
    """
    report.looked[Step.LEAVES] += len(positions)
    known = dict(tiles.hashes())
    stored = tiles.leaves(known)
    trusted = tree if tree is not None and tree.head() == head else Tree(stored)
    if tree is not None and trusted is not tree and trusted.head() != head:
        trusted = Tree(_by_level_above(stored, leaves, known))
    if trusted is not tree and trusted.head() != head:
        report.find(Step.LEAVES, Found.ROOT_DIFFERS, None, size=head.size)
    if trusted is not tree:
        _compare_entries(positions, leaves, trusted, report, describe)
    for place, data in known.items():
        _compare_tile(place, data, trusted, report)
    return trusted


def _by_level_above(stored: bytes, leaves: bytes, known: Mapping[Place, bytes | None]) -> bytes:
    """Where entries and tiles of leaves differ, those which the tiles above speak for."""
    above = b"".join(
        known[place] or _NOTHING * place.width
        for place in sorted(known, key=lambda each: (each.level or 0, each.number))
        if place.level == 1
    )
    width = WIDTH * HASH_BYTES
    parts = [stored[at : at + width] for at in range(0, len(stored), width)]
    for number, part in enumerate(parts):
        other = leaves[number * width : (number + 1) * width]
        witness = above[number * HASH_BYTES : (number + 1) * HASH_BYTES]
        if part != other and witness and level_above(other) == witness:
            parts[number] = other
    return b"".join(parts)


def _compare_entries(
    positions: Sequence[int], leaves: bytes, trusted: Tree, report: Report, describe: Describe
) -> None:
    for number, position in enumerate(positions):
        leaf = leaves[number * HASH_BYTES : (number + 1) * HASH_BYTES]
        right = trusted.leaf(position)
        if leaf != right and right != _NOTHING:
            report.find(Step.LEAVES, Found.FACT_IS_ALTERED, position, **describe(position))


def _compare_tile(place: Place, data: bytes | None, trusted: Tree, report: Report) -> None:
    if data is None or place.level is None:
        return
    start = place.number * WIDTH * HASH_BYTES
    right = trusted.levels[place.level][start : start + len(data)]
    if data == right:
        return
    wrong = next(at for at in range(len(data)) if data[at : at + 1] != right[at : at + 1])
    span = WIDTH**place.level
    first = (start + wrong) // HASH_BYTES * span
    report.find(Step.LEAVES, Found.TILE_IS_ALTERED, first, path=place.path, last=first + span - 1)
