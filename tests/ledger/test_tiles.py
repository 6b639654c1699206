"""The log's files: where each tile stands, what is in it, and that a write is whole or not."""

import itertools
from pathlib import Path

import pytest

from ledger.merkle import leaf_hash, root_of
from ledger.tiles import (
    WIDTH,
    Place,
    TileFolder,
    TileIsMalformed,
    bundled,
    parse_place,
    places_of,
    subtree_hash,
    unbundled,
)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 0), "tile/0/000"),
        (Place(0, 1_234_067), "tile/0/x001/x234/067"),
        (Place(63, 5, 1), "tile/63/005.p/1"),
        (Place(None, 999, 255), "tile/entries/999.p/255"),
        (Place(None, 1_000), "tile/entries/x001/000"),
    ],
)
def test_a_tile_has_one_path_and_the_path_names_it(place: Place, path: str) -> None:
    assert place.path == path
    assert parse_place(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/x000/001",
        "tile/0/1",
        "tile/0/001.p/256",
        "tile/0/001.p/0",
        "tile/0/001.p/07",
        "tile/64/000",
        "tile/00/000",
        "tile/0/../0/000",
        "tile/entries/000/",
        "checkpoint",
    ],
)
def test_a_path_that_is_not_canonical_names_no_tile(path: str) -> None:
    assert parse_place(path) is None


def test_a_log_of_70_000_has_the_tiles_that_the_format_names() -> None:
    widths: dict[int | None, list[int]] = {}
    for place in places_of(0, 70_000):
        widths.setdefault(place.level, []).append(place.width)
    full = [WIDTH] * 273
    assert widths == {None: [*full, 112], 0: [*full, 112], 1: [WIDTH, 17], 2: [1]}


def test_growing_step_by_step_makes_every_full_tile_once() -> None:
    steps = [0, 1, 255, 256, 300, 513, 70_000]
    made = [
        place
        for first, last in itertools.pairwise(steps)
        for place in places_of(first, last)
        if place.width == WIDTH
    ]
    assert sorted(made, key=str) == sorted(
        (each for each in places_of(0, 70_000) if each.width == WIDTH), key=str
    )


def test_entries_come_out_of_a_bundle_as_they_went_in() -> None:
    entries = (b"{}", b"x" * 65_535, b"a")
    assert unbundled(bundled(entries), Place(None, 0, 3)) == entries


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x05abc", b"\x00\x00", b"\x00\x01a\x00\x01b"])
def test_a_bundle_cut_short_or_too_long_is_malformed(data: bytes) -> None:
    with pytest.raises(TileIsMalformed):
        unbundled(data, Place(None, 0, 1))


def test_a_partial_tile_can_be_read_where_only_a_wider_one_is_left(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path)
    entries = [b"%d" % number for number in range(9)]
    leaves = [leaf_hash(entry) for entry in entries]
    folder.write(Place(0, 0, 9), b"".join(leaves))
    folder.write(Place(None, 0, 9), bundled(entries))
    assert folder.hashes(Place(0, 0, 4)) == tuple(leaves[:4])
    assert list(folder.entries(2, 5)) == entries[2:5]
    assert folder.node(9, 2, 1) == root_of(leaves[4:8]) == subtree_hash(leaves[4:8])
    with pytest.raises(FileNotFoundError):
        folder.hashes(Place(0, 0, 10))


def test_a_tile_of_the_wrong_length_is_malformed(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path)
    folder.write(Place(0, 0, 2), b"short")
    with pytest.raises(TileIsMalformed):
        folder.hashes(Place(0, 0, 2))


def test_a_write_leaves_nothing_beside_it(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path)
    folder.write(Place(0, 0, 1), b"a" * 32)
    folder.write(Place(0, 0, 1), b"b" * 32)
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["1"]
    assert folder.hashes(Place(0, 0, 1)) == (b"b" * 32,)
