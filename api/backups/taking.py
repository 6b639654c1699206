"""Taking a backup while the service works: the database first, then the log that covers it."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from api.backups.manifest import verify_files
from api.backups.papers import (
    DATABASE_FOLDER,
    EVIDENCE_FOLDER,
    FORMAT,
    LOG_FOLDER,
    Earlier,
    Paper,
    chain_of,
    manifest_digest,
    write_paper,
)
from api.backups.server_programs import Login, Tell, command_of, program_for, run_program
from api.backups.trouble import BackupTrouble, Trouble
from api.home import Home
from api.postgres import SUPERUSER
from api.settings import Settings
from api.stamps import RELEASE
from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.last_signed import signed_file
from ledger.merkle import Edge, leaf_hash
from ledger.notes import NoteIsMalformed, parse_note
from ledger.refilling import size_of
from ledger.tiles import TileFolder, TileIsMalformed

CHECKPOINT = "checkpoint"
SLOT = "zhiheng_wal"
"""The replication slot that keeps WAL for its receiver while that is away."""

_TOLD_EVERY = 10_000
_INCREMENTAL_SINCE = 17
_HALF_WRITTEN = shutil.ignore_patterns(".*")
"""Files that are moved to their names once they are whole, and may be gone before they are read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server to take backups of: its major version, a login with the right of replication."""

    login: Login
    major: int


def place_of(home: Home, login: str | None) -> Place:
    """The server behind a home. Raises BackupTrouble(LOGIN_IS_NEEDED) for an external one."""
    url = home.server.url(SUPERUSER, SUPERUSER) if home.server is not None else login
    if url is None:
        raise BackupTrouble(Trouble.LOGIN_IS_NEEDED)
    with psycopg.connect(home.service_url) as connection:
        return Place(Login.of_url(url), connection.info.server_version // 10_000)


def take(home: Home, out: Path, place: Place, earlier: Path | None, tell: Tell) -> Paper:
    """Write a backup to a new folder and verify it; `earlier` makes it incremental.

    The folder stands under its name only when everything in it was verified. Raises BackupTrouble.
    """
    out = out.absolute()
    if out.exists():
        raise BackupTrouble(Trouble.PLACE_IS_TAKEN, place=out)
    keys_lie_outside(home.settings)
    begun = out.with_name(f"{out.name}.begun")
    if begun.exists():
        raise BackupTrouble(Trouble.PLACE_IS_TAKEN, place=begun)
    begun.mkdir(parents=True, mode=0o700)
    try:
        paper = _fill(home, begun, place, earlier, tell)
        write_paper(begun, paper)
        # Copies may lie in memory alone still, and a backup that has its name must not be lost.
        os.sync()
        begun.rename(out)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    return paper


def _fill(home: Home, begun: Path, place: Place, earlier: Path | None, tell: Tell) -> Paper:
    with psycopg.connect(home.service_url) as connection:
        facts = size_of(connection)
    settings = home.settings
    _take_database(begun / DATABASE_FOLDER, place, earlier, tell)
    checkpoint = _copy_log(settings.log_folder, begun / LOG_FOLDER)
    if settings.evidence_folder.is_dir():
        shutil.copytree(settings.evidence_folder, begun / EVIDENCE_FOLDER, ignore=_HALF_WRITTEN)
    if checkpoint is not None:
        need_covering_tiles(begun / LOG_FOLDER, checkpoint, tell)
    return Paper(
        format=FORMAT,
        origin=settings.origin if checkpoint is None else checkpoint.origin,
        taken_at=datetime.now(UTC),
        facts=facts,
        signed=None if checkpoint is None else checkpoint.head.size,
        release=RELEASE,
        postgres=place.major,
        manifest=manifest_digest(begun),
        rests_on=None if earlier is None else _earlier(begun, earlier),
        left_out=tuple(file.name for file in secrets_of(settings)),
    )


def _earlier(begun: Path, earlier: Path) -> Earlier:
    # Both without links: `..` leads up from where a folder lies, not from where it is named.
    seen_from_here = os.path.relpath(earlier.resolve(), begun.resolve())
    return Earlier(folder=seen_from_here, manifest=manifest_digest(earlier))


def secrets_of(settings: Settings) -> tuple[Path, ...]:
    """Files that are never part of a backup: the keys, and what was signed last."""
    signing = settings.signing_key_file
    files = (settings.vault_key_file, signing, signed_file(signing), settings.sm_key_file)
    return tuple(file for file in files if file is not None)


def keys_lie_outside(settings: Settings) -> None:
    """Refuse to back up a folder with a key in it. Raises BackupTrouble(KEY_LIES_INSIDE)."""
    folders = (settings.home / "postgres", settings.log_folder, settings.evidence_folder)
    for file in secrets_of(settings):
        for folder in folders:
            if file.is_relative_to(folder):
                raise BackupTrouble(Trouble.KEY_LIES_INSIDE, file=file, folder=folder)


def _take_database(folder: Path, place: Place, earlier: Path | None, tell: Tell) -> None:
    arguments = [
        "--pgdata", str(folder), "--format=plain", "--wal-method=stream", "--checkpoint=fast",
        "--manifest-checksums=SHA256", "--progress",
    ]  # fmt: skip
    if earlier is not None:
        chain_of(earlier)
        if place.major < _INCREMENTAL_SINCE:
            raise BackupTrouble(
                Trouble.PROGRAM_IS_MISSING, program="pg_combinebackup", version=_INCREMENTAL_SINCE
            )
        program_for("pg_combinebackup", place.major)
        arguments.append(f"--incremental={earlier / DATABASE_FOLDER / 'backup_manifest'}")
    basebackup = program_for("pg_basebackup", place.major)
    run_program(basebackup, *arguments, login=place.login, tell=tell)
    verify_files(folder, place.major, tell)


def _copy_log(log: Path, copy: Path) -> Checkpoint | None:
    """Copy the log's folder; the checkpoint is read first, so that the tiles cover it."""
    published = log / CHECKPOINT
    if not published.exists():
        return None
    note = published.read_bytes()
    shutil.copytree(log, copy, ignore=_HALF_WRITTEN)
    (copy / CHECKPOINT).write_bytes(note)
    return checkpoint_in(copy)


def checkpoint_in(log: Path) -> Checkpoint | None:
    """The checkpoint in a log's folder, None in one that was never sealed.

    Raises BackupTrouble(BACKUP_IS_DAMAGED) for one that cannot be read.
    """
    try:
        return parse_checkpoint(parse_note((log / CHECKPOINT).read_bytes()).text)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NoteIsMalformed as error:
        raise BackupTrouble(Trouble.BACKUP_IS_DAMAGED, folder=log, said=error) from error


def need_covering_tiles(log: Path, checkpoint: Checkpoint, tell: Tell) -> None:
    """Compute the checkpoint's root from the entries. Raises BackupTrouble(TILES_DO_NOT_FIT)."""
    size = checkpoint.head.size
    edge = Edge()
    try:
        for entry in TileFolder(log).entries(0, size):
            edge.add(leaf_hash(entry))
            if edge.size % _TOLD_EVERY == 0:
                tell(edge.size, size)
    except (FileNotFoundError, TileIsMalformed) as error:
        raise BackupTrouble(Trouble.TILES_DO_NOT_FIT, folder=log, size=size) from error
    if edge.root() != checkpoint.head.root:
        raise BackupTrouble(Trouble.TILES_DO_NOT_FIT, folder=log, size=size)


def receive_wal(folder: Path, place: Place) -> int:
    """Write the server's WAL to a folder as it comes, until interrupted; answers the exit code.

    A replication slot keeps for it what was written while it was away.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    program = program_for("pg_receivewal", place.major)
    slot = (f"--slot={SLOT}", "--create-slot", "--if-not-exists")
    run_program(program, *slot, login=place.login, tell=lambda done, total: None)
    arguments = (f"--slot={SLOT}", "--directory", str(folder))
    command, surroundings = command_of(program, arguments, place.login)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, env=surroundings) as running:
        try:
            return running.wait()
        except KeyboardInterrupt:
            # The terminal's Ctrl-C reaches the program too; told by us it is harmless twice.
            running.terminate()
            running.wait()
            return 0
