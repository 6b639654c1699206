"""The second suite: SM3 over the same entries, SM2 under it, checked by a program not ours."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.checkpoints import parse_checkpoint
from ledger.notes import parse_note
from ledger.sm_suite import (
    CHECKPOINT,
    EDGE,
    PUBLIC_KEY,
    SmKeyIsMalformed,
    SmSigner,
    SmSuite,
    sm3,
    sm_leaf_hash,
    sm_node_hash,
    sm_origin,
)

NAME = sm_origin("example.edu.cn/ip-ledger")
ENTRIES = [f"entry {index}".encode() for index in range(11)]


class Reading:
    """Entries with a note of how many were read."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, first: int, last: int) -> Iterator[bytes]:
        for entry in ENTRIES[first:last]:
            self.count += 1
            yield entry


@pytest.fixture(scope="session")
def pem() -> bytes:
    """A private key of the curve SM2."""
    pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    from tongsuopy.crypto import serialization
    from tongsuopy.crypto.asymciphers import ec

    made: bytes = ec.generate_private_key(ec.SM2()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_published_hashes(data: bytes, digest: str) -> None:
    assert sm3(data).hex() == digest


def test_the_root_is_that_of_the_same_tree_under_sm3(pem: bytes, tmp_path: Path) -> None:
    SmSuite(tmp_path, SmSigner(NAME, pem)).follow(3, Reading())
    told = parse_checkpoint(parse_note((tmp_path / CHECKPOINT).read_bytes()).text)
    one, two, three = (sm_leaf_hash(entry) for entry in ENTRIES[:3])
    assert (told.origin, told.head.size) == (NAME, 3)
    assert told.head.root == sm_node_hash(sm_node_hash(one, two), three)


def test_entries_are_hashed_once_also_after_a_stop(pem: bytes, tmp_path: Path) -> None:
    reading, signer = Reading(), SmSigner(NAME, pem)
    suite = SmSuite(tmp_path, signer)
    suite.follow(4, reading)
    suite.follow(4, reading)
    suite.follow(7, reading)
    SmSuite(tmp_path, signer).follow(11, reading)
    assert reading.count == 11
    whole = tmp_path / "whole"
    SmSuite(whole, signer).follow(11, Reading())
    text = parse_note((tmp_path / CHECKPOINT).read_bytes()).text
    assert text == parse_note((whole / CHECKPOINT).read_bytes()).text


@pytest.mark.parametrize("damage", ["", "nothing\n", "7\nAAAA\n", None])
def test_an_edge_that_no_signed_checkpoint_stands_for_is_hashed_again(
    pem: bytes, tmp_path: Path, damage: str | None
) -> None:
    SmSuite(tmp_path, SmSigner(NAME, pem)).follow(7, Reading())
    other = base64.b64encode(bytes(32)).decode()
    (tmp_path / EDGE).write_text(f"7\n{other}\n{other}\n{other}\n" if damage is None else damage)
    again = SmSuite(tmp_path, SmSigner(NAME, pem))
    assert again.size == 0
    again.follow(8, Reading())
    assert again.size == 8


def test_a_checkpoint_of_another_key_is_no_ground_to_go_on_from(pem: bytes, tmp_path: Path) -> None:
    SmSuite(tmp_path, SmSigner("other.example/sm3", pem)).follow(7, Reading())
    assert SmSuite(tmp_path, SmSigner(NAME, pem)).size == 0


def test_a_signature_stands_for_its_text_alone(pem: bytes) -> None:
    signer = SmSigner(NAME, pem)
    signature = signer.sign("one\n")
    assert signer.stands_for(parse_note(b"one\n\n" + signature.line().encode()))
    assert not signer.stands_for(parse_note(b"two\n\n" + signature.line().encode()))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command line here")
def test_openssl_verifies_the_signature_with_the_key_beside_it(pem: bytes, tmp_path: Path) -> None:
    SmSuite(tmp_path, SmSigner(NAME, pem)).follow(11, Reading())
    note = parse_note((tmp_path / CHECKPOINT).read_bytes())
    (tmp_path / "text").write_text(note.text)
    (tmp_path / "signature").write_bytes(note.signatures[0].blob)
    command = (
        f"openssl pkeyutl -verify -pubin -inkey {PUBLIC_KEY} -rawin -digest sm3 "
        "-pkeyopt distid:1234567812345678 -in text -sigfile signature"
    )
    said = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
    if "sm2" in said.stderr.lower() or "unknown digest" in said.stderr.lower():
        pytest.skip("this openssl knows no SM2")
    assert (said.returncode, said.stdout.strip()) == (0, "Signature Verified Successfully")


def test_what_is_no_sm2_key_is_refused(pem: bytes) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    other = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for wrong in (b"", b"no key", other, pem[:-60]):
        with pytest.raises(SmKeyIsMalformed):
            SmSigner(NAME, wrong)
