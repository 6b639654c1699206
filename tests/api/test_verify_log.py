"""The single-file verifier, run as an auditor runs it: by itself, on bundles right and wrong."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.bundles import verify_log
from tests.independent.bundles import HARBOUR, busy_log, write_bundle
from tests.independent.log_by_the_book import (
    SecretKey,
    checkpoint_text,
    proof_file,
    sha256,
    tiles,
    tree_hash,
)
from tests.independent.write_golden import ORIGIN, log_key, witness

VERIFIER = Path(verify_log.__file__)
ENTRIES = busy_log(600).entries
TILES = tiles(ENTRIES)

# RFC 8032 section 7.1: public key, message, signature.
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The whole log as a bundle."""
    write_bundle(tmp_path / "bundle", ENTRIES)
    return tmp_path / "bundle"


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """One institution's part of the log."""
    write_bundle(tmp_path / "part", ENTRIES, HARBOUR)
    return tmp_path / "part"


def verify(folder: Path, *options: str) -> tuple[int, str, str]:
    """Run the file alone, as `verify.py` does; answers exit code, output and errors."""
    command = [sys.executable, "-I", str(VERIFIER), str(folder), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def findings(folder: Path, *options: str) -> list[dict[str, Any]]:
    """What is found in a bundle that is known to be wrong."""
    code, told, _ = verify(folder, "--key", log_key().vkey, "--json", *options)
    report = json.loads(told)
    assert code == (1 if report["findings"] else 0)
    found: list[dict[str, Any]] = report["findings"]
    return found


def codes(folder: Path, *options: str) -> list[str]:
    return [item["code"] for item in findings(folder, *options)]


def change(path: Path, at: int = -1) -> None:
    """Flip one bit of one byte."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def rewrite_entry(folder: Path, position: int, entry: bytes) -> None:
    """What a bundle holds when a row was altered in the database after its sealing."""
    path = f"log/tile/entries/{position // 256:03}"
    part = [*ENTRIES[position // 256 * 256 : position // 256 * 256 + 256]]
    part[position % 256] = entry
    data = b"".join(len(each).to_bytes(2, "big") + each for each in part)
    (folder / path).write_bytes(data)


def test_the_published_ed25519_signatures_hold_and_altered_ones_do_not() -> None:
    for key, message, signature in VECTORS:
        public, said, signed = (bytes.fromhex(text) for text in (key, message, signature))
        assert verify_log.ed25519_holds(public, said, signed)
        assert not verify_log.ed25519_holds(public, said + b"x", signed)
        assert not verify_log.ed25519_holds(public, said, bytes([signed[0] ^ 1]) + signed[1:])
        s = int.from_bytes(signed[32:], "little") + verify_log.ORDER
        assert not verify_log.ed25519_holds(public, said, signed[:32] + s.to_bytes(32, "little"))


def test_a_key_that_is_no_canonical_point_is_refused() -> None:
    with pytest.raises(verify_log.Unreadable):
        verify_log.decode_point(b"\xff" * 32)


def test_the_file_is_at_most_500_lines() -> None:
    assert len(VERIFIER.read_text().splitlines()) <= 500


def test_a_good_bundle_passes_and_says_how_far_it_is_complete(bundle: Path) -> None:
    code, told, _ = verify(bundle, "--key", log_key().vkey, "--lang", "en")
    assert code == 0
    assert f"complete up to position {len(ENTRIES) - 2}" in told
    assert "WRONG" not in told
    assert verify(bundle, "--key", log_key().vkey)[1].count("通过") == 7


def test_a_good_part_passes_with_its_own_and_the_shared_facts(part: Path) -> None:
    code, told, _ = verify(part, "--key", log_key().vkey, "--lang", "en")
    assert (code, HARBOUR in told, "WRONG" in told) == (0, True, False)


def test_a_key_from_the_bundle_is_said_to_prove_nothing(bundle: Path) -> None:
    assert "不能证明由谁签署" in verify(bundle)[1]
    assert "不能证明由谁签署" not in verify(bundle, "--key", log_key().vkey)[1]


def test_a_wrong_key_is_a_finding(bundle: Path) -> None:
    other = SecretKey(ORIGIN, 1, b"\x09" * 32).vkey
    code, told, _ = verify(bundle, "--key", other, "--json")
    assert code == 1
    assert json.loads(told)["findings"][0]["code"] == "not_signed"


def test_cosignatures_of_known_witnesses_are_counted(bundle: Path) -> None:
    three = [option for at in (1, 2, 3) for option in ("--witness", witness(at).vkey)]
    assert codes(bundle, *three, "--need", "2") == []
    assert codes(bundle, *three) == ["too_few"]


def test_one_fen_altered_in_the_database_is_named_by_position_type_and_subject(
    bundle: Path,
) -> None:
    rewrite_entry(bundle, 301, ENTRIES[301].replace(b'"amount_fen":301', b'"amount_fen":302'))
    (found,) = findings(bundle)
    fact = json.loads(ENTRIES[301])
    assert (found["code"], found["position"]) == ("altered", 301)
    assert (found["type"], found["subject"]) == (fact["type"], fact["subjects"][0]["subject"])
    assert "首个有误位置：301" in verify(bundle, "--key", log_key().vkey)[1]


def test_entries_that_changed_places_are_both_named(bundle: Path) -> None:
    path = bundle / "log/tile/entries/000"
    first, second = (len(each).to_bytes(2, "big") + each for each in ENTRIES[10:12])
    path.write_bytes(path.read_bytes().replace(first + second, second + first))
    found = findings(bundle)
    assert [item["position"] for item in found if item["code"] == "altered"] == [10, 11]


def test_an_altered_tile_is_told_from_altered_entries(bundle: Path) -> None:
    change(bundle / "log/tile/0/001", 5 * 32)
    found = findings(bundle)
    assert [(item["code"], item["position"]) for item in found if item["code"] != "root"] == [
        ("tile", 256 + 5)
    ]


def test_an_entry_altered_together_with_its_leaf_is_told_by_the_tile_above(bundle: Path) -> None:
    altered = ENTRIES[301].replace(b'"amount_fen":301', b'"amount_fen":302')
    rewrite_entry(bundle, 301, altered)
    path = bundle / "log/tile/0/001"
    data = bytearray(path.read_bytes())
    data[45 * 32 : 46 * 32] = sha256(b"\x00", altered)
    path.write_bytes(data)
    found = findings(bundle)
    assert {"root", "tile", "chain"} <= {item["code"] for item in found}
    assert [item["before"] for item in found if item["code"] == "chain"] == [301]


def test_a_missing_a_short_and_a_foreign_file_are_each_named(bundle: Path) -> None:
    (bundle / "log/tile/entries/001").unlink()
    (bundle / "notes.txt").write_text("mine")
    path = bundle / "log/tile/0/000"
    path.write_bytes(path.read_bytes()[:-1])
    found = {(item["code"], item.get("path")) for item in findings(bundle)}
    assert ("missing", "log/tile/entries/001") in found
    assert ("foreign", "notes.txt") in found
    assert ("size", "log/tile/0/000") in found


def test_entries_cut_short_are_named_from_the_first_missing_position(part: Path) -> None:
    path = part / "entries.bin"
    path.write_bytes(path.read_bytes()[:-3])
    assert [item["code"] for item in findings(part)] == ["cut"]


def test_a_fact_left_out_of_a_part_shows_in_the_heads(part: Path) -> None:
    path = part / "entries.bin"
    data = path.read_bytes()
    first = 10 + int.from_bytes(data[8:10], "big")
    second = first + 10 + int.from_bytes(data[first + 8 : first + 10], "big")
    path.write_bytes(data[:first] + data[second:])
    assert "daily" in codes(part)


def test_links_are_not_followed(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    (bundle / "proofs/1.tlog-proof").symlink_to(tmp_path / "outside")
    (bundle / "evidence/up").symlink_to(tmp_path, target_is_directory=True)
    assert codes(bundle) == ["link", "link"]


def test_evidence_must_hash_to_its_name(bundle: Path) -> None:
    change(next((bundle / "evidence").iterdir()))
    assert codes(bundle) == ["evidence"]


def test_a_false_proof_and_one_of_another_log_are_told_apart(bundle: Path) -> None:
    text = checkpoint_text("example.org/other", len(ENTRIES), tree_hash(ENTRIES))
    other = SecretKey("example.org/other", 1, b"\x07" * 32)
    mine = (bundle / "proofs/0.tlog-proof").read_text()
    (bundle / "proofs/1.tlog-proof").write_text(mine.replace("index 0", "index 1"))
    (bundle / "proofs/2.tlog-proof").write_text(proof_file(0, [], text + "\n" + other.line(text)))
    assert codes(bundle) == ["proof", "other_log"]


def test_a_proof_under_a_forked_checkpoint_shows_the_fork(bundle: Path) -> None:
    text = checkpoint_text(ORIGIN, 1, sha256(b"\x00", b"another history"))
    forked = proof_file(0, [], text + "\n" + log_key().line(text))
    (bundle / "proofs/1.tlog-proof").write_text(forked)
    assert codes(bundle) == ["fork"]


def test_time_that_runs_back_and_a_broken_chain_are_found_though_sealed(tmp_path: Path) -> None:
    entries = list(ENTRIES[:60])
    fact = json.loads(entries[50])
    entries[50] = json.dumps(fact | {"recorded": "2026-03-01T00:00:00.000000Z"}).encode()
    fact = json.loads(entries[55])
    fact["subjects"][0]["previous"] = "00" * 32
    entries[55] = json.dumps(fact).encode()
    write_bundle(tmp_path / "log", entries)
    found = {(item["code"], item["position"]) for item in findings(tmp_path / "log")}
    assert {("time", 50), ("chain", 55)} <= found


def test_what_is_no_fact_is_found_though_sealed(tmp_path: Path) -> None:
    entries = [*ENTRIES[:20], b"[" * 60_000, b'{"type":"\\ud800"}']
    write_bundle(tmp_path / "log", entries)
    assert codes(tmp_path / "log") == ["unreadable", "unreadable"]


def no_manifest(folder: Path) -> None:
    (folder / "MANIFEST.json").unlink()


def newer(folder: Path) -> None:
    path = folder / "MANIFEST.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))


def huge(folder: Path) -> None:
    path = folder / "log/checkpoint"
    path.write_text(path.read_text().replace(f"\n{len(ENTRIES)}\n", "\n9000000000000000000\n"))


def no_checkpoint(folder: Path) -> None:
    (folder / "log/checkpoint").write_bytes(b"\xff\n")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_manifest, "MANIFEST.json"),
        (newer, "newer"),
        (huge, "9000000000000000000"),
        (no_checkpoint, "malformed"),
    ],
)
def test_what_is_no_bundle_gets_its_own_word(
    bundle: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(bundle)
    code, _, error = verify(bundle, "--key", log_key().vkey, "--lang", "en")
    assert (code, said in error) == (2, True)


def test_a_packed_bundle_and_a_malformed_key_are_no_findings(bundle: Path) -> None:
    packed = bundle.with_suffix(".zip")
    packed.write_bytes(b"PK")
    assert verify(packed, "--lang", "en")[::2] == (
        2,
        f"{packed} is not a folder (unpack an archive first)\n",
    )
    assert verify(bundle, "--key", "no key")[0] == 2
    assert verify(bundle, "--witness", log_key().vkey)[0] == 2


def test_one_bit_of_anything_signed_or_named_by_its_hash_is_found(bundle: Path) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file() and path.suffix != ".json"]
    witnesses = [option for at in (1, 2) for option in ("--witness", witness(at).vkey)]
    for path in files:
        data = path.read_bytes()
        for at in (0, len(data) // 2, len(data) - 1):
            change(path, at)
            code = verify(bundle, "--key", log_key().vkey, *witnesses)[0]
            assert (path.name, at, code > 0) == (path.name, at, True)
            path.write_bytes(data)


def test_twenty_thousand_facts_take_seconds(tmp_path: Path) -> None:
    write_bundle(tmp_path / "large", busy_log(20_000).entries)
    start = time.monotonic()
    assert verify(tmp_path / "large", "--key", log_key().vkey)[0] == 0
    assert time.monotonic() - start < 10
