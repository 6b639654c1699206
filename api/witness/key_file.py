"""A witness's key file: its name on the first line, the 64 hex digits of its seed on the second."""

import os
import secrets
from pathlib import Path

from ledger.notes import COSIGNATURE, NoteIsMalformed, Signer


class KeyFileIsMalformed(ValueError):
    """The file holds no name and seed; `file` says which."""

    def __init__(self, file: Path) -> None:
        self.file = file
        super().__init__(f"{file} must hold a name and, below it, 64 hex digits")


def make_key_file(file: Path, name: str) -> Signer:
    """Make a key that only its owner may read. Raises FileExistsError and NoteIsMalformed."""
    seed = secrets.token_bytes(32)
    signer = Signer.of_seed(name, seed, COSIGNATURE)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(f"{name}\n{seed.hex()}\n")
        handle.flush()
        os.fsync(handle.fileno())
    return signer


def read_key_file(file: Path) -> Signer:
    """The signer of a key file. Raises KeyFileIsMalformed and OSError."""
    try:
        name, digits = file.read_text().splitlines()
        seed = bytes.fromhex(digits)
        if len(seed) == 32:
            return Signer.of_seed(name, seed, COSIGNATURE)
    except (ValueError, NoteIsMalformed) as error:
        raise KeyFileIsMalformed(file) from error
    raise KeyFileIsMalformed(file)
