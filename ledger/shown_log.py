"""The log's files as they may be handed out: only bytes that lead to the root somebody signed.

Whoever fetches a tile keeps it for ever, so one that was altered on the disk must not leave it.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.merkle import HASH_BYTES, Head, leaf_hash, root_with
from ledger.notes import NoteIsForged, NoteIsMalformed, parse_note, signed_by
from ledger.sealing import CHECKPOINT
from ledger.signing_keys import AdoptedKey, keys_of, keys_under
from ledger.tiles import (
    TILE_LEVELS,
    WIDTH,
    Place,
    TileFolder,
    TileIsMalformed,
    parse_place,
    subtree_hash,
    unbundled,
)

_KNOWN_MAX: Final = 16_384


class BytesAreAltered(Exception):
    """A file of the log is not what the signed root stands for; `path` says which."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} does not lead to the signed root")


class ShownLog:
    """The folder of a log; remembers by hash what was shown to lead to a signed root.

    `altered` are the files found otherwise, until they are found right again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self.altered: set[str] = set()

    def checkpoint(self) -> bytes:
        """The published checkpoint, unchecked. Raises FileNotFoundError before the first."""
        return (self._folder / CHECKPOINT).read_bytes()

    def tile(self, place: Place, head: Head) -> bytes:
        """A tile's bytes. Raises FileNotFoundError, also for what the head does not cover yet, and
        BytesAreAltered."""
        data = (self._folder / place.path).read_bytes()
        span = WIDTH ** (place.level or 0)
        if (place.number * WIDTH + place.width) * span > head.size:
            raise FileNotFoundError(place.path)
        if not self._is_known(place.path, data):
            self._learn(place.path, data, shown=self._leads(place, data, head))
        return data

    def signed(self, published: bytes, adopted: Sequence[AdoptedKey]) -> Checkpoint:
        """The published checkpoint, if the key signed it that stands for a log of its size.

        Raises BytesAreAltered.
        """
        found: Checkpoint | None = None
        with suppress(NoteIsMalformed, NoteIsForged):
            note = parse_note(published)
            made = parse_checkpoint(note.text)
            key = keys_of(keys_under(made.origin, adopted), made.head.size)
            found = made if key is not None and key in signed_by(note, [key]) else None
        self._learn(CHECKPOINT, published, shown=found is not None)
        assert found is not None
        return found

    def look_again(self, head: Head) -> None:
        """Look at the altered tiles again: what was mended or taken away is altered no more."""
        for path in sorted(self.altered - {CHECKPOINT}):
            place = parse_place(path)
            assert place is not None
            try:
                self.tile(place, head)
            except FileNotFoundError:
                self.altered.discard(path)
            except BytesAreAltered:
                continue

    def is_signed(self, published: bytes) -> bool:
        """Whether these bytes were shown to be a signed checkpoint before."""
        return self._is_known(CHECKPOINT, published)

    def _is_known(self, path: str, data: bytes) -> bool:
        known = self._known.get(path) == hashlib.sha256(data).digest()
        if known:
            self.altered.discard(path)
        return known

    def _learn(self, path: str, data: bytes, *, shown: bool) -> None:
        if not shown:
            self.altered.add(path)
            raise BytesAreAltered(path)
        self.altered.discard(path)
        self._known[path] = hashlib.sha256(data).digest()
        if len(self._known) > _KNOWN_MAX:
            self._known.popitem(last=False)

    def _leads(self, place: Place, data: bytes, head: Head) -> bool:
        """Whether every full subtree that a tile holds has its place under the root."""
        tiles, level = TileFolder(self._folder), TILE_LEVELS * (place.level or 0)
        try:
            hashes = _hashes(place, data)
            first = 0
            for height in reversed(range(TILE_LEVELS + 1)):
                if not place.width >> height & 1:
                    continue
                found = subtree_hash(hashes[first : first + (1 << height)])
                index = place.number * WIDTH + first >> height
                nodes = partial(tiles.node, head.size)
                if root_with(nodes, level + height, index, head.size, found) != head.root:
                    return False
                first += 1 << height
        except (FileNotFoundError, TileIsMalformed):
            return False
        return True


def _hashes(place: Place, data: bytes) -> Sequence[bytes]:
    """What a tile holds, entries as their leaves. Raises TileIsMalformed."""
    if place.level is None:
        return [leaf_hash(entry) for entry in unbundled(data, place)]
    if len(data) != place.width * HASH_BYTES:
        raise TileIsMalformed(place.path)
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
