"""A witness of logs (C2SP tlog-witness), which stands for what continues the checkpoint it holds.

What it holds for a log is a file, the checkpoint with the log's signature and its own. That file
is on the disk before a cosignature leaves the house, so no stop makes it sign two histories.
"""

import base64
import binascii
import fcntl
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Self

from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.merkle import EMPTY_ROOT, HASH_BYTES, Head, continues
from ledger.notes import (
    Note,
    NoteIsForged,
    NoteIsMalformed,
    Signature,
    Signer,
    VerifierKey,
    parse_note,
    signed_by,
)
from ledger.tiles import keep_name, put

BODY_BYTES_MAX = 64 * 1024
PROOF_LINES_MAX = 63
_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_NOTHING = Head(0, EMPTY_ROOT)


class Rejected(StrEnum):
    """Why a witness does not stand for a checkpoint."""

    REQUEST_IS_MALFORMED = "request_is_malformed"
    LOG_IS_UNKNOWN = "log_is_unknown"
    LOG_DID_NOT_SIGN = "log_did_not_sign"
    OLD_SIZE_IS_NOT_THE_HELD_ONE = "old_size_is_not_the_held_one"
    TREE_DOES_NOT_CONTINUE = "tree_does_not_continue"


class Rejection(Exception):
    """A checkpoint the witness does not stand for; `held` is the size of the one it holds."""

    def __init__(self, code: Rejected, held: int = 0) -> None:
        self.code, self.held = code, held
        super().__init__(code.value)


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint sent to a witness, with the path from the tree of `older` entries."""

    older: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def parse_submission(body: bytes) -> Submission:
    """Read what was sent. Raises Rejection REQUEST_IS_MALFORMED."""
    above, gap, below = body.partition(b"\n\n")
    first, *lines = above.split(b"\n")
    old = _OLD.fullmatch(first)
    if not gap or old is None or len(lines) > PROOF_LINES_MAX or len(body) > BODY_BYTES_MAX:
        raise Rejection(Rejected.REQUEST_IS_MALFORMED)
    try:
        path = tuple(base64.b64decode(line, validate=True) for line in lines)
        note = parse_note(below)
        checkpoint = parse_checkpoint(note.text)
    except (binascii.Error, NoteIsMalformed) as error:
        raise Rejection(Rejected.REQUEST_IS_MALFORMED) from error
    if any(len(each) != HASH_BYTES for each in path):
        raise Rejection(Rejected.REQUEST_IS_MALFORMED)
    return Submission(int(old[1]), path, note, checkpoint)


def submitted(older: int, path: Sequence[bytes], note: Note) -> bytes:
    """What a log sends to a witness that holds its tree of `older` entries."""
    lines = "".join(f"{base64.b64encode(each).decode()}\n" for each in path)
    return f"old {older}\n{lines}\n".encode() + bytes(note)


def decide(
    submission: Submission, keys: Mapping[str, Sequence[VerifierKey]], held: Head | None
) -> tuple[Signature, ...]:
    """The log's own signatures on a checkpoint that the witness may stand for.

    `keys` are the logs' keys by origin, `held` the tree held for this one. The order of the
    guards is that of the protocol. Raises Rejection.
    """
    older, head = submission.older, submission.checkpoint.head
    known = held or _NOTHING
    if submission.checkpoint.origin not in keys:
        raise Rejection(Rejected.LOG_IS_UNKNOWN)
    try:
        signed = signed_by(submission.note, keys[submission.checkpoint.origin])
    except NoteIsForged as forged:
        raise Rejection(Rejected.LOG_DID_NOT_SIGN) from forged
    if not signed:
        raise Rejection(Rejected.LOG_DID_NOT_SIGN)
    if older > head.size:
        raise Rejection(Rejected.REQUEST_IS_MALFORMED)
    if older != known.size:
        raise Rejection(Rejected.OLD_SIZE_IS_NOT_THE_HELD_ONE, known.size)
    if not continues(known, head, submission.path):
        raise Rejection(Rejected.TREE_DOES_NOT_CONTINUE, known.size)
    return tuple(signed.values())


class StateIsTaken(Exception):
    """Another process keeps this witness's state."""


class StateIsDamaged(Exception):
    """What the witness held for a log cannot be read; `path` says where it lies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is no checkpoint that this witness held")


class Seen(NamedTuple):
    """A log the witness knows, the tree it holds of it, and when it cosigned (Unix seconds)."""

    origin: str
    head: Head | None
    seconds: int


class Witness:
    """The witness at work, the only process on its folder; to be closed."""

    def __init__(self, signer: Signer, logs: Iterable[VerifierKey], folder: Path) -> None:
        """`logs` are keys by name, which is the log's origin; several keys may share it.

        Raises StateIsTaken and StateIsDamaged: a witness that forgot must not begin anew.
        """
        self.signer = signer
        self.keys: dict[str, tuple[VerifierKey, ...]] = {}
        for key in logs:
            self.keys[key.name] = (*self.keys.get(key.name, ()), key)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A folder that a crash takes away again would be a witness that forgot everything.
        keep_name(folder)
        self._taken = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take()
            self._held = {origin: self._read(origin) for origin in self.keys}
        except BaseException:
            os.close(self._taken)
            raise
        self._locks = {origin: Lock() for origin in self.keys}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the folder to another process."""
        os.close(self._taken)

    def add(self, body: bytes, seconds: int) -> Signature:
        """The cosignature on a checkpoint sent in, at a time (Unix seconds); it is kept first.

        Raises Rejection, and OSError where it cannot be kept: then nothing was signed for.
        """
        submission = parse_submission(body)
        origin = submission.checkpoint.origin
        if origin not in self.keys:
            raise Rejection(Rejected.LOG_IS_UNKNOWN)
        with self._locks[origin]:
            before = self._held[origin]
            held = None if before is None else parse_checkpoint(before.text).head
            signatures = decide(submission, self.keys, held)
            mine = self.signer.cosign(submission.note.text, seconds)
            kept = Note(submission.note.text, (*signatures, mine))
            put(self._path(origin), bytes(kept))
            self._held[origin] = kept
        return mine

    def checkpoint(self, digest: str) -> Note | None:
        """The checkpoint held for the log whose origin has this SHA-256 (hex), cosigned."""
        for origin, note in self._held.items():
            if origin_digest(origin) == digest:
                return note
        return None

    def seen(self) -> tuple[Seen, ...]:
        """Every log the witness knows, as it stands."""
        return tuple(self._seen(origin, note) for origin, note in self._held.items())

    def _seen(self, origin: str, note: Note | None) -> Seen:
        if note is None:
            return Seen(origin, None, 0)
        seconds = int.from_bytes(note.signatures[-1].blob[:8], "big")
        return Seen(origin, parse_checkpoint(note.text).head, seconds)

    def _take(self) -> None:
        try:
            fcntl.flock(self._taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateIsTaken(str(self._folder)) from error

    def _path(self, origin: str) -> Path:
        return self._folder / f"{origin_digest(origin)}.checkpoint"

    def _read(self, origin: str) -> Note | None:
        """What was held for a log; it counts when the log or this witness signed it."""
        path = self._path(origin)
        try:
            note = parse_note(path.read_bytes())
            known = signed_by(note, (*self.keys[origin], self.signer.verifier))
            told = parse_checkpoint(note.text).origin
        except FileNotFoundError:
            return None
        except (NoteIsMalformed, NoteIsForged) as error:
            raise StateIsDamaged(path) from error
        if not known or told != origin:
            raise StateIsDamaged(path)
        return note


def origin_digest(origin: str) -> str:
    """The name under which a witness shows a log's checkpoint: SHA-256 of the origin, hex."""
    return hashlib.sha256(origin.encode()).hexdigest()
