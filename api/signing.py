"""The signing key from outside the database: made once, adopted by a fact, changed by a fact."""

import os
import secrets
from pathlib import Path

from api.door import Asker
from api.home import Home
from api.sealing import host_id
from ledger.key_files import held_alone, next_key_file, read_seed
from ledger.last_signed import LastSigned, read_last_signed, signed_file, write_last_signed
from ledger.notes import NoteIsMalformed, Signer
from ledger.sealing_stops import SealingStopped, Stop
from ledger.sitting import Request


def make_key(file: Path) -> None:
    """A fresh key that only this account may read; a file that is there stays as it is."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32) + "\n")


def first_adoption(home: Home, origin: str, by: Asker) -> Request:
    """What to record so that this home's key signs a log that never had one.

    The key is made where there is none yet. Raises SealingStopped for a key that signed before.
    """
    file = home.settings.signing_key_file
    make_key(file)
    last = _last_signed(file)
    if last is not None and last.note is not None:
        raise SealingStopped(Stop.KEY_DOES_NOT_MATCH, file=str(file))
    # Before the fact: a log that adopted a key and has no such file must not be signed.
    write_last_signed(file, LastSigned(host_id(home.settings), None))
    return _adoption(home, origin, file, by)


def rotation(home: Home, origin: str, key_file: Path, by: Asker) -> Request:
    """What to record so that another key follows; its file is laid where the sealer finds it."""
    seed = read_seed(key_file)
    following = next_key_file(home.settings.signing_key_file)
    following.unlink(missing_ok=True)
    descriptor = os.open(following, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(seed.hex() + "\n")
    return _adoption(home, origin, following, by)


def take_over(home: Home) -> None:
    """Make this host the one that signs, after somebody saw to it that the other one stopped.

    Raises SealingStopped, also while a process here seals: it would write the same file.
    """
    file = home.settings.signing_key_file
    with held_alone(file):
        last = _last_signed(file)
        if last is None:
            raise SealingStopped(Stop.LAST_SIGNED_IS_MISSING, file=str(signed_file(file)))
        write_last_signed(file, last._replace(host=host_id(home.settings)))


def _last_signed(file: Path) -> LastSigned | None:
    try:
        return read_last_signed(file)
    except NoteIsMalformed as error:
        named = str(signed_file(file))
        raise SealingStopped(Stop.LAST_SIGNED_IS_DAMAGED, file=named) from error


def _adoption(home: Home, origin: str, file: Path, by: Asker) -> Request:
    key = str(Signer.of_seed(origin, read_seed(file)).verifier)
    return home.door.admit("signing-key.adopt", {"key": key}, by)
