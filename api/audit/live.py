"""The live database checked as a bundle is, with its columns, its other tables, and the tiles."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, Final

import polars as pl
import psycopg

from api.audit.findings import Found, Report, Said, Step
from api.audit.leaves import SPAN, Span, leaves_of
from api.audit.log import Log, Told, check_log
from api.audit.rules import check_rules
from api.audit.signatures import check_signatures
from api.audit.tables import ROW, check_columns, check_commands, check_links
from api.audit.tiles import Tiles
from api.settings import Settings
from ledger.last_signed import read_last_signed
from ledger.merkle import EMPTY_ROOT, HASH_BYTES, Head
from ledger.notes import NoteIsMalformed, VerifierKey
from ledger.signing_keys import adopted_keys, keys_of
from ledger.tiles import WIDTH, Place
from ledger.witness_policy import Policy

_SIZE: Final = "SELECT coalesce(max(position) + 1, 0) FROM ledger.facts"
_ROWS: Final = """
SELECT position, subject, sequence, topic, institution, effective, recorded_at, leaf, state
FROM ledger.facts WHERE position >= %s AND position < %s ORDER BY position"""


def verify(
    settings: Settings,
    connection: psycopg.Connection[Any],
    keys: Sequence[VerifierKey],
    policy: Policy | None,
    told: Told,
) -> Report:
    """Check a database against itself, its tiles, and the checkpoints signed last and published.

    The connection's transaction is the snapshot that is looked at, so it must see one (repeatable
    read) while others write. Without a key the log's own is taken.
    """
    report = Report(origin=settings.origin, head=Head(0, EMPTY_ROOT))
    note = _checkpoint(settings, report)
    used = list(keys) or _adopted(connection, report)
    if note is not None:
        check_signatures(note, used, policy, report)
    row = connection.execute(_SIZE).fetchone()
    found = int(row[0]) if row else 0
    size = max(found, report.head.size)
    if found < report.head.size:
        values = {"size": report.head.size, "found": found}
        report.find(Step.LEAVES, Found.LOG_IS_CUT_SHORT, found, **values)
    if found > report.head.size:
        report.remark(Step.LEAVES, Said.NOT_SEALED_YET, count=found - report.head.size)
    log, rows = _check(settings, connection, size, report, told)
    check_columns(rows, log, report)
    check_links(connection, log.columns, report)
    check_commands(connection, log.columns, report)
    check_rules(log, used, report)
    return report


def _adopted(connection: psycopg.Connection[Any], report: Report) -> list[VerifierKey]:
    """The key that the log adopted last, where none was given."""
    report.remark(Step.SIGNATURES, Said.KEY_IS_FROM_LOG)
    try:
        key = keys_of(adopted_keys(connection), 2**63)
    except (LookupError, ValueError, TypeError):
        return []
    return [] if key is None else [key]


def _checkpoint(settings: Settings, report: Report) -> bytes | None:
    """The published checkpoint, or the one signed last where that one is ahead of it.

    What was signed last is read first: a sealer at work may publish in between, never the other
    way round.
    """
    try:
        held = read_last_signed(settings.signing_key_file)
        signed = None if held is None or held.note is None else held
        told = None if signed is None else signed.checkpoint
    except NoteIsMalformed:
        signed, told = None, None
    try:
        published = (settings.log_folder / "checkpoint").read_bytes()
    except FileNotFoundError:
        published = None
    if signed is None or signed.note is None or told is None:
        return published
    aside = Report()
    shown = None if published is None else check_signatures(published, (), None, aside)
    size = 0 if shown is None else shown.head.size
    if shown is None or size < told.head.size or (size == told.head.size and shown != told):
        values = {"size": size, "signed": told.head.size}
        report.find(Step.SIGNATURES, Found.CHECKPOINT_IS_BEHIND, None, **values)
        return bytes(signed.note)
    return published


def _check(
    settings: Settings,
    connection: psycopg.Connection[Any],
    size: int,
    report: Report,
    told: Told,
) -> tuple[Log, pl.DataFrame]:
    """Rows as entries, and against the entry tiles; answers the other columns beside."""
    frames = [pl.DataFrame(schema=ROW)]

    def spans() -> Iterator[Span]:
        for first in range(0, size, SPAN):
            last = min(first + SPAN, size)
            rows = connection.execute(_ROWS, (first, last), binary=True).fetchall()
            frames.append(_frame(rows))
            states = {row[0]: row[8] for row in rows}
            yield Span(range(first, last), [states.get(at, b"") for at in range(first, last)])

    tiles = Tiles(settings.log_folder, report.head.size, report)
    log = check_log(spans(), size, tiles, report, told)
    for number, entries in enumerate(tiles.entries()):
        start = number * WIDTH * HASH_BYTES
        right = log.tree.levels[0][start : start + len(entries) * HASH_BYTES]
        _compare_entry_tile(number, entries, right, report)
    return log, pl.concat(frames)


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The columns beside the entry, times in UTC."""
    cells = [(*row[:6], row[6].astimezone(UTC), row[7]) for row in rows]
    return pl.DataFrame(cells, schema=ROW, orient="row")


def _compare_entry_tile(number: int, entries: list[bytes], right: bytes, report: Report) -> None:
    leaves = leaves_of(entries)
    if leaves == right or not any(entries):
        return
    wrong = next(at for at in range(len(right)) if leaves[at : at + 1] != right[at : at + 1])
    position = number * WIDTH + wrong // HASH_BYTES
    path = Place(None, number, len(entries)).path
    report.find(Step.LEAVES, Found.TILE_IS_ALTERED, position, path=path, last=position)
