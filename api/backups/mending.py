"""After a database came back: compare it with what was signed, refill it, and only then go on."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from api.backups.taking import checkpoint_in
from api.backups.trouble import BackupTrouble, Trouble
from api.home import clock_of, read_head
from api.settings import Settings, master_key
from api.states import state_of
from ledger.actors import SEALER
from ledger.case import Command
from ledger.checkpoints import Checkpoint
from ledger.institutions import Log
from ledger.key_files import read_seed
from ledger.last_signed import LastSigned, read_last_signed, signed_file, write_last_signed
from ledger.merkle import EMPTY_ROOT, Head
from ledger.notes import NoteIsMalformed, Signer
from ledger.refilling import (
    EntriesAreLost,
    HistoryDiffers,
    Refilled,
    erase_again,
    prove,
    refill,
    size_of,
)
from ledger.restores import RecordRestore, SucceedOrigin
from ledger.sealing_stops import SealingStopped, Stop
from ledger.sitting import Request
from ledger.subjects import LOG
from ledger.tiles import TileFolder, put
from ledger.writers import Scribe

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: the host that signs, a new origin, and whom to tell how far it is."""

    host: str
    new_origin: str | None
    tell: Callable[[int, int], None]


@dataclass(slots=True)
class Mended:
    """What a restore came to.

    `size` is how many facts the database held, `signed` how many had been signed,
    `erased` how many keys of erased persons were destroyed again, `put_aside` where the data that
    stood here before now lie.
    """

    size: int
    signed: int
    refilled: Refilled
    erased: int
    new_origin: str | None = None
    put_aside: Path | None = None


def mend(
    owner_url: str, service_url: str, settings: Settings, wanted: Wanted, *, restored: bool
) -> Mended:
    """Bring a database to what was signed and say so in the log; `restored`: it is from a backup.

    Raises BackupTrouble(HISTORY_DIFFERS, OTHER_LOG, ENTRIES_ARE_LOST, NOTHING_IS_LOST),
    SealingStopped where the file of the last signed checkpoint is missing or damaged.
    """
    tiles = TileFolder(settings.log_folder)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        log: Log = state_of(owner, LOG)
        master_key(settings.vault_key_file, create=not log.opened)
        signed, is_known = _signed(settings, log, may_be_lost=wanted.new_origin is not None)
        if signed.origin in log.former_origins:
            # Given up before; nothing under the new name is signed yet.
            signed = Checkpoint(log.origin, Head(0, EMPTY_ROOT))
        whole = _whole(owner, tiles, signed, log, wanted)
        is_lost = whole < signed.head.size or not is_known
        if wanted.new_origin is not None and not is_lost:
            raise BackupTrouble(Trouble.NOTHING_IS_LOST)
        size = size_of(owner)
        refilled = refill(owner, tiles, whole, wanted.tell)
        erased = erase_again(owner)
        log = state_of(owner, LOG)
    new_origin = wanted.new_origin if is_lost else None
    commands: list[Command] = []
    if new_origin is not None:
        commands.append(_succession(settings, new_origin, signed.head))
    if log.opened and (restored or refilled.count):
        commands.append(RecordRestore(backup_size=size, refilled=refilled.count))
    _record(service_url, commands)
    return Mended(size, signed.head.size, refilled, erased, new_origin)


def _signed(settings: Settings, log: Log, *, may_be_lost: bool) -> tuple[Checkpoint, bool]:
    """What was signed last, and whether that is known for certain; size 0 where nothing was.

    Raises SealingStopped, unless the file of the last signed checkpoint may be lost.
    """
    file = signed_file(settings.signing_key_file)
    published = checkpoint_in(settings.log_folder)
    found: Checkpoint | None = None
    reason: Stop | None = None
    try:
        last = read_last_signed(settings.signing_key_file)
        found = None if last is None else last.checkpoint
        if last is None and (published is not None or log.key is not None):
            reason = Stop.LAST_SIGNED_IS_MISSING
    except NoteIsMalformed:
        reason = Stop.LAST_SIGNED_IS_DAMAGED
    size = 0 if found is None else found.head.size
    if published is not None and published.head.size > size:
        reason = reason or Stop.LAST_SIGNED_IS_MISSING
        found = published
    if reason is not None and not may_be_lost:
        raise SealingStopped(reason, file=str(file))
    return found or Checkpoint(log.origin, Head(0, EMPTY_ROOT)), reason is None


def _whole(
    owner: psycopg.Connection[Any],
    tiles: TileFolder,
    signed: Checkpoint,
    log: Log,
    wanted: Wanted,
) -> int:
    """Up to where rows and entries together are what was signed; not all only for a new origin."""
    try:
        prove(owner, tiles, signed.head, wanted.tell)
    except HistoryDiffers as error:
        if error.position == 0:
            raise BackupTrouble(Trouble.OTHER_LOG, found=log.origin, here=signed.origin) from error
        position = "?" if error.position is None else error.position
        raise BackupTrouble(Trouble.HISTORY_DIFFERS, position=position) from error
    except EntriesAreLost as error:
        if wanted.new_origin is None:
            raise BackupTrouble(
                Trouble.ENTRIES_ARE_LOST, signed=error.signed, position=error.position
            ) from error
        return error.position
    return signed.head.size


def _succession(settings: Settings, origin: str, head: Head) -> SucceedOrigin:
    key = Signer.of_seed(origin, read_seed(settings.signing_key_file)).verifier
    return SucceedOrigin(
        origin=origin,
        predecessor_size=head.size,
        predecessor_root=head.root.hex(),
        key=str(key),
    )


def _record(service_url: str, commands: list[Command]) -> None:
    """Have the log speak of itself, in its own voice."""
    clock = clock_of(read_head(service_url))
    with Scribe(service_url, clock) as scribe:
        for command in commands:
            scribe.handle(Request(command, SEALER, secrets.token_hex(16)))


def settle_origin(service_url: str, settings: Settings, host: str, *, just_begun: bool) -> None:
    """Begin the files of a new origin, those of the old one put aside; harmless otherwise.

    `just_begun` says that it is new, where nothing that is left tells what the old one signed.
    """
    with psycopg.connect(service_url, autocommit=True) as connection:
        log: Log = state_of(connection, LOG)
    signed, _ = _signed(settings, log, may_be_lost=True)
    if signed.origin not in log.former_origins and not just_begun:
        return
    folder, file = settings.log_folder, signed_file(settings.signing_key_file)
    size = signed.head.size
    if folder.exists():
        folder.rename(_free(folder.with_name(f"{folder.name}.{size}")))
    if file.exists():
        # Copied, not moved: a stop in between must not leave the key without its file.
        data = file.read_bytes()
        put(_free(file.with_name(f"{file.name}.{size}"), data), data)
    write_last_signed(settings.signing_key_file, LastSigned(host, None))


def _free(aside: Path, data: bytes | None = None) -> Path:
    """A name nothing lies under, unless it is these bytes. Raises BackupTrouble(PLACE_IS_TAKEN)."""
    if aside.exists() and (data is None or aside.read_bytes() != data):
        raise BackupTrouble(Trouble.PLACE_IS_TAKEN, place=aside)
    return aside


def need_nobody_else(service_url: str) -> None:
    """Refuse while anybody else is in the database. Raises BackupTrouble(LEDGER_IS_IN_USE)."""
    with psycopg.connect(service_url, autocommit=True) as connection:
        row = connection.execute(_OTHERS.encode()).fetchone()
    if row is not None and row[0]:
        raise BackupTrouble(Trouble.LEDGER_IS_IN_USE)
