"""The files of a signing key: the present one, the one to follow in a rotation, and their lock."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.merkle import HASH_BYTES
from ledger.notes import Signer, VerifierKey
from ledger.sealing_stops import SealingStopped, Stop


def next_key_file(key_file: Path) -> Path:
    """Where a rotation lays the key that is to follow."""
    return key_file.with_name(f"{key_file.name}.next")


def read_seed(file: Path) -> bytes:
    """The 32 bytes of a key file (64 hex digits). Raises SealingStopped(KEY_IS_MISSING)."""
    try:
        seed = bytes.fromhex(file.read_text().strip())
    except (FileNotFoundError, ValueError, UnicodeDecodeError) as error:
        raise SealingStopped(Stop.KEY_IS_MISSING, file=str(file)) from error
    if len(seed) != HASH_BYTES:
        raise SealingStopped(Stop.KEY_IS_MISSING, file=str(file))
    return seed


def signers_at_hand(origin: str, key_file: Path) -> dict[VerifierKey, Signer]:
    """The keys that can sign as `origin`: the present one, and during a rotation the next."""
    files = [key_file]
    if next_key_file(key_file).exists():
        files.append(next_key_file(key_file))
    signers = [Signer.of_seed(origin, read_seed(file)) for file in files]
    return {signer.verifier: signer for signer in signers}


def settle(origin: str, key_file: Path, signs: VerifierKey | None) -> None:
    """Once the key to follow is the one that signs, its file takes the place of the old one's."""
    following = next_key_file(key_file)
    if not following.exists():
        return
    if Signer.of_seed(origin, read_seed(following)).verifier == signs:
        if key_file.exists():
            key_file.replace(key_file.with_name(f"{key_file.name}.before"))
        following.replace(key_file)


@contextmanager
def held_alone(key_file: Path) -> Iterator[None]:
    """Hold the key for this process; another one with the same file is refused."""
    if not key_file.parent.is_dir():
        yield
        return
    lock = key_file.with_name(f"{key_file.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SealingStopped(Stop.ANOTHER_PROCESS_SEALS) from error
        yield
    finally:
        os.close(descriptor)
