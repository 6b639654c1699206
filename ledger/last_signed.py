"""The file of the last signed checkpoint, beside the key: what no database can take back.

Its first line names the host that may sign; the note follows as it was signed, or nothing yet.
"""

from pathlib import Path
from typing import NamedTuple

from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.notes import Note, NoteIsMalformed, parse_note
from ledger.tiles import put


class LastSigned(NamedTuple):
    """Who signs, and the note signed last; None where a key was made and nothing signed."""

    host: str
    note: Note | None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """What that note stands for. Raises NoteIsMalformed."""
        return None if self.note is None else parse_checkpoint(self.note.text)


def signed_file(key_file: Path) -> Path:
    """Where the last signed checkpoint of a key is kept."""
    return key_file.with_name(f"{key_file.name}.signed")


def read_last_signed(key_file: Path) -> LastSigned | None:
    """What was signed last; None without the file. Raises NoteIsMalformed for a broken one."""
    try:
        data = signed_file(key_file).read_bytes()
    except FileNotFoundError:
        return None
    host, _, note = data.partition(b"\n")
    if not host:
        raise NoteIsMalformed("the file of the last signed checkpoint names no host")
    return LastSigned(host.decode(errors="replace"), parse_note(note) if note else None)


def write_last_signed(key_file: Path, last: LastSigned) -> None:
    """Keep what was signed last, whole or not at all, and through a crash."""
    note = b"" if last.note is None else bytes(last.note)
    put(signed_file(key_file), last.host.encode() + b"\n" + note)
