"""The Merkle tree over the log's entries (RFC 9162): hashes, roots, proofs, and their checks.

Nothing here knows where hashes are kept: whoever wants a proof passes a function that reads them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""Hash of the full subtree `(level, index)`: of 2**level entries, the first at index * 2**level."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes."""
    edge = Edge()
    for leaf in leaves:
        edge.add(leaf)
    return edge.root()


class Edge:
    """The right edge of a growing tree: one hash for each bit of its size, largest first.

    `join` makes one hash of two side by side; a tree of another hash function brings its own.
    """

    def __init__(
        self,
        size: int = 0,
        hashes: Iterable[bytes] = (),
        join: Callable[[bytes, bytes], bytes] = node_hash,
    ) -> None:
        self.size, self._hashes, self._join = size, list(hashes), join
        if len(self._hashes) != size.bit_count():
            raise ValueError(f"an edge of {size} leaves has {size.bit_count()} hashes")

    def add(self, leaf: bytes) -> None:
        """Grow by one leaf."""
        self._hashes.append(leaf)
        self.size += 1
        size = self.size
        while size % 2 == 0:
            right = self._hashes.pop()
            self._hashes[-1] = self._join(self._hashes[-1], right)
            size //= 2

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            root = self._join(left, root)
        return root

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """What the edge consists of, to go on from later."""
        return tuple(self._hashes)


def edge_of(nodes: Nodes, size: int) -> Edge:
    """The right edge of a tree whose full subtrees can be read."""
    hashes, first = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            hashes.append(nodes(level, first >> level))
            first += 1 << level
    return Edge(size, hashes)


def inclusion_path(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """The hashes that lead from a leaf to the root of the first `size` leaves, sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(_range_hash(nodes, middle, last))
            last = middle
        else:
            path.append(_range_hash(nodes, first, middle))
            first = middle
    return tuple(reversed(path))


def root_with(nodes: Nodes, level: int, index: int, size: int, found: bytes) -> bytes:
    """The root of the first `size` leaves, were the full subtree `(level, index)` this hash.

    Raises ValueError for a subtree that does not lie within them.
    """
    wanted = (index << level, index + 1 << level)
    if not 0 <= wanted[0] < wanted[1] <= size:
        raise ValueError(f"a tree of {size} leaves has no such subtree")

    def over(first: int, last: int) -> bytes:
        if (first, last) == wanted:
            return found
        middle = first + _split(last - first)
        if wanted[0] < middle:
            return node_hash(over(first, middle), _range_hash(nodes, middle, last))
        return node_hash(_range_hash(nodes, first, middle), over(middle, last))

    return over(0, size)


def consistency_path(nodes: Nodes, older: int, newer: int) -> tuple[bytes, ...]:
    """The hashes that show the tree of `older` leaves to be the beginning of that of `newer`."""
    if not 0 <= older <= newer:
        raise ValueError(f"no tree of {older} leaves comes before one of {newer}")
    if older in (0, newer):
        return ()
    path: list[bytes] = []
    first, last, whole = 0, newer, True
    while older != last:
        middle = first + _split(last - first)
        if older <= middle:
            path.append(_range_hash(nodes, middle, last))
            last = middle
        else:
            path.append(_range_hash(nodes, first, middle))
            first, whole = middle, False
    if not whole:
        path.append(_range_hash(nodes, first, last))
    return tuple(reversed(path))


def _split(count: int) -> int:
    """The largest power of two below a count of at least two."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(nodes: Nodes, first: int, last: int) -> bytes:
    """The hash over a run of leaves that begins where a subtree of its length may begin."""
    count = last - first
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, first >> level)
    middle = first + _split(count)
    return node_hash(_range_hash(nodes, first, middle), _range_hash(nodes, middle, last))


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path proves that a leaf stands at an index of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


@dataclass(frozen=True, slots=True)
class Head:
    """A tree by its size and root."""

    size: int
    root: bytes


def continues(older: Head, newer: Head, path: Sequence[bytes]) -> bool:
    """Whether a path proves one tree to be the beginning of another (RFC 9162, 2.1.4.2)."""
    if older.size == newer.size:
        return not path and older.root == newer.root
    if older.size == 0:
        return not path and older.root == EMPTY_ROOT
    if older.size > newer.size or not path:
        return False
    hashes = list(path)
    if older.size & (older.size - 1) == 0:
        hashes.insert(0, older.root)
    place, last = older.size - 1, newer.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, each)
        place, last = place >> 1, last >> 1
    return last == 0 and before == older.root and after == newer.root
