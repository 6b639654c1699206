"""Proofs as files (C2SP tlog-proof): that one entry stands in a log, for whoever has its key."""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ledger.merkle import HASH_BYTES
from ledger.notes import NoteIsMalformed

SUFFIX: Final = ".tlog-proof"

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")
_HASHES_MAX: Final = 63


class Proof(NamedTuple):
    """An entry's position, the hashes that lead from it to the root, and the signed checkpoint."""

    position: int
    path: tuple[bytes, ...]
    note: bytes


def proof_text(index: int, path: Sequence[bytes], note: bytes) -> bytes:
    """The file's bytes; `note` is the checkpoint as it was published, with its cosignatures."""
    lines = [_HEADER, f"index {index}", *(base64.b64encode(each).decode() for each in path)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + note


def parse_proof(data: bytes) -> Proof:
    """Read a proof's file; extra data in it is passed over. Raises NoteIsMalformed."""
    head, gap, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        rest = lines[2:] if lines[1:2] and lines[1].startswith("extra ") else lines[1:]
        index = _INDEX.fullmatch(rest[0]) if rest else None
        path = tuple(base64.b64decode(line, validate=True) for line in rest[1:])
    except (UnicodeDecodeError, binascii.Error) as error:
        raise NoteIsMalformed("a proof is lines of ASCII and base64") from error
    if not gap or lines[0] != _HEADER or index is None or len(path) > _HASHES_MAX:
        raise NoteIsMalformed("a proof is its header, an index, hashes, and a checkpoint")
    if any(len(each) != HASH_BYTES for each in path):
        raise NoteIsMalformed("the hashes of a proof have 32 bytes each")
    return Proof(int(index[1]), path, note)
