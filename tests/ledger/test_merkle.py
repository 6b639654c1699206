"""The tree of RFC 9162: known roots, and proofs that hold for exactly what they prove."""

import hashlib

import pytest

from ledger.merkle import (
    EMPTY_ROOT,
    Edge,
    Head,
    consistency_path,
    continues,
    edge_of,
    includes,
    inclusion_path,
    leaf_hash,
    root_of,
)
from ledger.tiles import subtree_hash

# The entries that Certificate Transparency's own tests use, and the roots over the first of them.
ENTRIES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [leaf_hash(bytes([at])) for at in range(70)]
TREES = [Head(size, root_of(LEAVES[:size])) for size in range(71)]


def nodes(level: int, index: int) -> bytes:
    return subtree_hash(LEAVES[index << level : index + 1 << level])


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_over_known_entries_are_the_published_ones(size: int) -> None:
    assert root_of([leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size]


def test_an_edge_goes_on_where_it_stood() -> None:
    for size in range(70):
        edge = edge_of(nodes, size)
        assert edge.root() == TREES[size].root
        edge = Edge(edge.size, edge.hashes)
        edge.add(LEAVES[size])
        assert edge.root() == TREES[size + 1].root


def test_an_edge_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="an edge of 3 leaves has 2 hashes"):
        Edge(3, [EMPTY_ROOT])


def test_every_leaf_of_every_tree_is_proved_and_in_no_other_place() -> None:
    for tree in TREES[1:]:
        for index in range(tree.size):
            path = inclusion_path(nodes, index, tree.size)
            leaf = LEAVES[index]
            assert len(path) <= (tree.size - 1).bit_length()
            assert includes(tree.root, tree.size, index, leaf, path)
            assert not includes(tree.root, tree.size, index, EMPTY_ROOT, path)
            assert not includes(tree.root, tree.size, index, leaf, (*path, leaf))
            assert not includes(tree.root, tree.size, tree.size, leaf, path)


def test_a_path_with_one_hash_altered_or_dropped_proves_nothing() -> None:
    path = inclusion_path(nodes, 41, 70)
    for at in range(len(path)):
        other = hashlib.sha256(path[at]).digest()
        altered = (*path[:at], other, *path[at + 1 :])
        assert not includes(TREES[70].root, 70, 41, LEAVES[41], altered)
        assert not includes(TREES[70].root, 70, 41, LEAVES[41], (*path[:at], *path[at + 1 :]))


def test_every_tree_goes_on_from_every_earlier_one() -> None:
    for newer in TREES:
        for older in TREES[: newer.size + 1]:
            path = consistency_path(nodes, older.size, newer.size)
            assert continues(older, newer, path)
            assert not continues(older, newer, (*path, newer.root))


def test_a_tree_does_not_go_on_from_another_history_nor_backwards() -> None:
    path = consistency_path(nodes, 6, 70)
    other = Head(6, leaf_hash(b"another history"))
    assert not continues(other, TREES[70], path)
    assert not continues(TREES[6], Head(70, other.root), path)
    assert not continues(TREES[70], TREES[6], path)
    assert not continues(TREES[6], TREES[70], ())
    assert not continues(Head(0, other.root), TREES[70], ())
    assert not continues(TREES[6], Head(6, other.root), ())


def test_paths_beyond_the_tree_are_refused() -> None:
    with pytest.raises(ValueError, match="has no leaf 70"):
        inclusion_path(nodes, 70, 70)
    with pytest.raises(ValueError, match="comes before"):
        consistency_path(nodes, 8, 7)
