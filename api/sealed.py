"""How far the log is sealed, as its folder and its rows tell: for metrics, doctor, and the page."""

from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.notes import Note, NoteIsMalformed, parse_note
from ledger.sealing import CHECKPOINT

WAITING: Final = b"""
SELECT (SELECT coalesce(max(position) + 1, 0) FROM ledger.facts),
       (SELECT recorded_at FROM ledger.facts WHERE position = %(sealed)s - 1),
       (SELECT recorded_at FROM ledger.facts WHERE position = %(sealed)s)"""
"""Size of the log, recorded time of the last sealed fact, and of the first that is not."""


class Published(NamedTuple):
    """The published checkpoint with whoever signed it."""

    note: Note
    checkpoint: Checkpoint


class Waiting(NamedTuple):
    """What is not sealed: how many facts, for how long the oldest; when the last sealed one was
    recorded."""

    facts: int
    seconds: float
    recorded_at: datetime | None


def published(folder: Path) -> Published | None:
    """The checkpoint in a log's folder; None where there is none to be read."""
    try:
        note = parse_note((folder / CHECKPOINT).read_bytes())
        return Published(note, parse_checkpoint(note.text))
    except (FileNotFoundError, NoteIsMalformed):
        return None


def waiting(
    sealed: int, row: tuple[int, datetime | None, datetime | None], now: datetime
) -> Waiting:
    """What a row of `WAITING` says by the log's own clock."""
    size, recorded_at, oldest = row
    seconds = 0.0 if oldest is None else max((now - oldest).total_seconds(), 0.0)
    return Waiting(max(size - sealed, 0), seconds, recorded_at)
