"""A log small enough to keep in memory: its tree, its signed checkpoints, and a fork of it."""

from collections.abc import Sequence
from pathlib import Path

from ledger.checkpoints import Checkpoint
from ledger.merkle import Head, consistency_path, leaf_hash, root_of
from ledger.notes import COSIGNATURE, Note, Signer
from ledger.tiles import TileFolder, bundled, places_of, subtree_hash
from ledger.witness import submitted

ORIGIN = "example.edu.cn/ip-ledger"
LOG = Signer.of_seed(ORIGIN, bytes(range(32)))


def cosigner(name: str) -> Signer:
    """A witness's key that follows from its name."""
    return Signer.of_seed(name, name.encode().ljust(32, b"."), COSIGNATURE)


class SmallLog:
    """Entries of which `strange` many at the end differ from those of every other log."""

    def __init__(self, size: int, strange: int = 0, signer: Signer = LOG) -> None:
        entries = [f"entry {index}" for index in range(size - strange)]
        entries += [f"strange {index}" for index in range(strange)]
        self.entries: Sequence[bytes] = [each.encode() for each in entries]
        self.leaves: Sequence[bytes] = [leaf_hash(each) for each in self.entries]
        self.signer = signer

    def nodes(self, level: int, index: int) -> bytes:
        """The hash of a full subtree."""
        width = 1 << level
        return subtree_hash(self.leaves[index * width : (index + 1) * width])

    def text(self, size: int) -> str:
        """The checkpoint's text over the first entries."""
        return Checkpoint(self.signer.name, Head(size, root_of(self.leaves[:size]))).text

    def note(self, size: int) -> Note:
        """The signed checkpoint over the first entries."""
        text = self.text(size)
        return Note(text, (self.signer.sign(text),))

    def sent(self, older: int, size: int) -> bytes:
        """What the log sends to a witness that holds `older` entries."""
        return submitted(older, consistency_path(self.nodes, older, size), self.note(size))

    def write_tiles(self, folder: Path, first: int, last: int) -> None:
        """The tiles that the log has with its first `last` entries, of at most one full tile."""
        tiles = TileFolder(folder)
        for place in places_of(first, last):
            held = self.entries if place.level is None else self.leaves
            part = held[: place.width]
            tiles.write(place, bundled(part) if place.level is None else b"".join(part))
