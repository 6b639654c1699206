"""The tree while it grows: the open tile of every level, from which tiles and roots are made."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from ledger.merkle import Edge
from ledger.tiles import TILE_LEVELS, WIDTH, Place, TileFolder, subtree_hash


class Growth(NamedTuple):
    """A tree of `size` leaves; `rows[level]` are the hashes of that level's open tile."""

    size: int = 0
    rows: tuple[tuple[bytes, ...], ...] = ()

    def root(self) -> bytes:
        """The root as it stands."""
        hashes = []
        for row in reversed(self.rows):
            at = 0
            for bit in reversed(range(TILE_LEVELS)):
                if len(row) >> bit & 1:
                    hashes.append(subtree_hash(row[at : at + (1 << bit)]))
                    at += 1 << bit
        return Edge(self.size, hashes).root()


class Tile(NamedTuple):
    """A tile with what stands in it."""

    place: Place
    hashes: Sequence[bytes]


def grown(before: Growth, leaves: Sequence[bytes]) -> tuple[Growth, list[Tile]]:
    """The tree with these leaves added, and every hash tile that is new by that or wider."""
    tiles: list[Tile] = []
    rows = []
    fresh = leaves
    for level in count():
        old = before.rows[level] if level < len(before.rows) else ()
        hashes = (*old, *fresh)
        if not hashes and level >= len(before.rows):
            break
        first = before.size // WIDTH**level // WIDTH
        parts = [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]
        if fresh:
            tiles += (
                Tile(Place(level, first + place, len(part)), part)
                for place, part in enumerate(parts)
            )
        fresh = [subtree_hash(part) for part in parts if len(part) == WIDTH]
        rows.append(parts[-1] if parts and len(parts[-1]) < WIDTH else ())
    return Growth(before.size + len(leaves), tuple(rows)), tiles


def standing(folder: TileFolder, size: int) -> Growth:
    """The tree of a folder's first `size` entries. Raises FileNotFoundError, TileIsMalformed."""
    return Growth(size, tuple(_open_rows(folder, size)))


def _open_rows(folder: TileFolder, size: int) -> Iterator[tuple[bytes, ...]]:
    level = 0
    while (hashes := size // WIDTH**level) > 0:
        number, width = divmod(hashes, WIDTH)
        yield folder.hashes(Place(level, number, width)) if width else ()
        level += 1
