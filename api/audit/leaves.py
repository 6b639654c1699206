"""The tree computed anew from entries, on all cores, and held against tiles and checkpoint."""

import hashlib
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Final, NamedTuple

from api.audit.entries import Fault, fault_of
from ledger.merkle import HASH_BYTES, Head, edge_of
from ledger.tiles import TILE_LEVELS, WIDTH, subtree_hash

SPAN: Final = 65_536
"""Entries looked at in one go; a multiple of every tile's width."""

_TILE_BYTES: Final = WIDTH * HASH_BYTES
_PAIR_BYTES: Final = 2 * HASH_BYTES


class Span(NamedTuple):
    """Entries that stand one behind the other, some perhaps left out.

    `positions` are theirs; an empty entry stands where a fact is missing.
    """

    positions: Sequence[int]
    entries: list[bytes]


class Examined(NamedTuple):
    """A span's leaves one behind the other, the hashes over its full tiles where it has such, and
    what is wrong with its entries."""

    leaves: bytes
    above: bytes
    faults: list[tuple[int, Fault]]


def leaves_of(entries: Iterable[bytes]) -> bytes:
    """Leaf hashes one behind the other."""
    begin = hashlib.sha256(b"\x00").copy
    leaves = []
    for entry in entries:
        leaf = begin()
        leaf.update(entry)
        leaves.append(leaf.digest())
    return b"".join(leaves)


def level_above(hashes: bytes) -> bytes:
    """The hashes over each full tile; what is left over at the end is not hashed."""
    row = hashes[: len(hashes) // _TILE_BYTES * _TILE_BYTES]
    sha256 = hashlib.sha256
    for _ in range(TILE_LEVELS):
        pairs = range(0, len(row), _PAIR_BYTES)
        row = b"".join([sha256(b"\x01" + row[at : at + _PAIR_BYTES]).digest() for at in pairs])
    return row


class Tree:
    """The tree over leaves, all levels that tiles have: one run of hashes a level."""

    def __init__(self, leaves: bytes, above: bytes | None = None) -> None:
        """`above` is the level over the full tiles of leaves, where it was computed already."""
        self.levels = [leaves, level_above(leaves) if above is None else above]
        while len(self.levels[-1]) >= _TILE_BYTES:
            self.levels.append(level_above(self.levels[-1]))

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self.levels[0]) // HASH_BYTES

    def node(self, level: int, index: int) -> bytes:
        """The hash of a full subtree (as `merkle.Nodes`)."""
        number, inside = divmod(level, TILE_LEVELS)
        first = index << inside
        hashes = self.levels[number]
        return subtree_hash(
            [
                hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES]
                for at in range(first, first + (1 << inside))
            ]
        )

    def leaf(self, position: int) -> bytes:
        """The hash of one entry."""
        return self.levels[0][position * HASH_BYTES : (position + 1) * HASH_BYTES]

    def head(self, size: int | None = None) -> Head:
        """Size and root of the first `size` leaves, all by default."""
        wanted = self.size if size is None else size
        return Head(wanted, edge_of(self.node, wanted).root())


def examine(span: Span) -> Examined:
    """Hash entries and look at each by itself. `above` means nothing where some are left out."""
    faults = [
        (position, fault)
        for position, entry in zip(span.positions, span.entries, strict=True)
        if (fault := fault_of(entry)) is not None
    ]
    leaves = leaves_of(span.entries)
    return Examined(leaves, level_above(leaves), faults)


def examined(spans: Iterable[Span], size: int) -> Iterator[tuple[Span, Examined]]:
    """Each span with what became of it; those of a long log in processes beside one another.

    Threads would not help: hashes this small are computed while the interpreter is held.
    """
    if size <= SPAN:
        for span in spans:
            yield span, examine(span)
        return
    workers = os.cpu_count() or 1
    waiting: deque[tuple[Span, Future[Examined]]] = deque()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        for span in spans:
            waiting.append((span, pool.submit(examine, span)))
            if len(waiting) > workers:
                done, result = waiting.popleft()
                yield done, result.result()
        for done, result in waiting:
            yield done, result.result()
