"""Checkpoints (C2SP tlog-checkpoint): the log's origin, size and root as a note's text."""

import base64
import binascii
import re
from dataclasses import dataclass

from ledger.merkle import HASH_BYTES, Head
from ledger.notes import NoteIsMalformed

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log stands for: its first `size` entries have this root."""

    origin: str
    head: Head

    @property
    def text(self) -> str:
        """The text that is signed. It has no extension lines: nobody could audit them."""
        root = base64.b64encode(self.head.root).decode()
        return f"{self.origin}\n{self.head.size}\n{root}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text, extension lines left alone. Raises NoteIsMalformed."""
    lines = text.split("\n")
    if len(lines) < 4 or "" in lines[:-1] or not _SIZE.fullmatch(lines[1]):
        raise NoteIsMalformed("a checkpoint is origin, size and root, a line each")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise NoteIsMalformed("the root of a checkpoint is base64") from error
    if len(root) != HASH_BYTES:
        raise NoteIsMalformed("the root of a checkpoint has 32 bytes")
    return Checkpoint(lines[0], Head(int(lines[1]), root))
