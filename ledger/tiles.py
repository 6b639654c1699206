"""The log as files that anybody can fetch (C2SP tlog-tiles): hash tiles and bundles of entries."""

import os
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ledger.merkle import HASH_BYTES, node_hash

WIDTH: Final = 256
"""Hashes in a full tile, and entries in a full bundle."""
TILE_LEVELS: Final = 8
"""Each tile stands for so many levels of the tree."""

_LEVELS_MAX = 64
_TILE = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(\d+))?"
)
_TILES_KEPT = 1_024


class Place(NamedTuple):
    """Which tile: its level (None for entries), its number, and how many things it holds."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it stands below the log's folder or address."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.width == WIDTH else f".p/{self.width}")


def parse_place(path: str) -> Place | None:
    """The tile that a path names; None for one that is no canonical path of a tile."""
    found = _TILE.fullmatch(path)
    if found is None:
        return None
    level = None if found[1] == "entries" else int(found[1])
    number = int(re.sub(r"[x/]", "", found[2]))
    width = int(found[3]) if found[3] else WIDTH
    place = Place(level, number, width)
    return place if 0 < width <= WIDTH and place.path == path else None


def places_of(first: int, last: int) -> Iterator[Place]:
    """The tiles that a log of `last` entries has and one of `first` had not, entries included.

    Partial tiles of the newer log are among them, those of sizes in between are not.
    """
    for level in (None, *range(_LEVELS_MAX)):
        span = 1 if level is None else WIDTH**level
        before, after = first // span, last // span
        if after == 0:
            break
        for number in range(before // WIDTH, -(-after // WIDTH)):
            width = min(WIDTH, after - number * WIDTH)
            if number * WIDTH + width > before:
                yield Place(level, number, width)


def bundled(entries: Sequence[bytes]) -> bytes:
    """Entries as they stand in a bundle: two bytes of length before each."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


class TileIsMalformed(ValueError):
    """A tile's bytes are not what its place needs; `path` says which."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} is not a tile of its place")


def unbundled(data: bytes, place: Place) -> tuple[bytes, ...]:
    """The entries of a bundle. Raises TileIsMalformed."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or end == at + 2:
            raise TileIsMalformed(place.path)
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != place.width:
        raise TileIsMalformed(place.path)
    return tuple(entries)


def subtree_hash(hashes: Sequence[bytes]) -> bytes:
    """The hash over a power of two of sibling hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


class TileFolder:
    """The tiles of one log in a folder; reading takes `size` entries of it for granted."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._full: OrderedDict[Place, tuple[bytes, ...]] = OrderedDict()

    def node(self, size: int, level: int, index: int) -> bytes:
        """The hash of a full subtree (as `merkle.Nodes`) of the log's first `size` entries."""
        tile_level, inside = divmod(level, TILE_LEVELS)
        first = index << inside
        number, at = divmod(first, WIDTH)
        width = min(WIDTH, size // WIDTH**tile_level - number * WIDTH)
        hashes = self.hashes(Place(tile_level, number, width))
        return subtree_hash(hashes[at : at + (1 << inside)])

    def hashes(self, place: Place) -> tuple[bytes, ...]:
        """The hashes of a tile; of a partial one also where only a wider one is there still.

        Raises FileNotFoundError and TileIsMalformed.
        """
        known = self._full.get(Place(place.level, place.number))
        if known is not None:
            return known[: place.width]
        data = self._read(place)
        if len(data) != place.width * HASH_BYTES:
            raise TileIsMalformed(place.path)
        hashes = tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))
        if place.width == WIDTH:
            self._full[place] = hashes
            if len(self._full) > _TILES_KEPT:
                self._full.popitem(last=False)
        return hashes

    def entries(self, first: int, last: int) -> Iterator[bytes]:
        """The entries from position `first` up to before `last`, of a log of `last` at least.

        Raises FileNotFoundError and TileIsMalformed.
        """
        for number in range(first // WIDTH, -(-last // WIDTH)):
            start = number * WIDTH
            place = Place(None, number, min(WIDTH, last - start))
            found = unbundled(self._read(place), place)
            yield from found[max(first - start, 0) :]

    def write(self, place: Place, data: bytes) -> None:
        """Put a tile into its place: whole or not at all, and there after a crash."""
        path = self.root / place.path
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, data)

    def _read(self, place: Place) -> bytes:
        """A tile's bytes; those of a partial tile may also be the beginning of a wider one."""
        path = self.root / place.path
        try:
            return path.read_bytes()
        except FileNotFoundError:
            if place.width == WIDTH:
                raise
        wider = self._wider(place)
        data = (self.root / wider.path).read_bytes()
        if place.level is not None:
            return data[: place.width * HASH_BYTES]
        return bundled(unbundled(data, wider)[: place.width])

    def _wider(self, place: Place) -> Place:
        """The narrowest tile that holds more of the same."""
        full = Place(place.level, place.number)
        if (self.root / full.path).exists():
            return full
        partial = (self.root / full.path).with_name(f"{place.number % 1000:03d}.p")
        widths = [int(each.name) for each in partial.glob("[0-9]*") if each.name.isdigit()]
        enough = [width for width in widths if width > place.width]
        if not enough:
            raise FileNotFoundError(str(self.root / place.path))
        return Place(place.level, place.number, min(enough))


def put(path: Path, data: bytes) -> None:
    """Replace a file's contents at once, and keep them through a crash."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    keep_name(path)


def keep_name(path: Path) -> None:
    """Have a file or folder found under its name also after a crash."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
