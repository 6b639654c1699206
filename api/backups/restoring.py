"""The way back from a backup: everything is made ready beside the present data, then swapped in.

What is interrupted before the swap has changed nothing and is simply run again.
"""

import os
import shlex
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from api.backups.manifest import verify_files
from api.backups.mending import Mended, Wanted, mend
from api.backups.papers import (
    DATABASE_FOLDER,
    EVIDENCE_FOLDER,
    LOG_FOLDER,
    chain_of,
    read_paper,
)
from api.backups.server_programs import Tell, major_of, program_for, run_program
from api.backups.standing import STAGING
from api.backups.trouble import BackupTrouble, Trouble
from api.home import DATABASE
from api.postgres import (
    SUPERUSER,
    EmbeddedServer,
    Logins,
    ServerDidNotStart,
    ServerIsInUse,
)
from api.postgres_programs import programs
from api.settings import Settings
from ledger.migrations import migrate
from ledger.tiles import keep_name

_WAL_FOLDER = "restored_wal"
_RECOVERY = "recovery.signal"
_POLL_SECONDS = 0.2
_FOLDER_MODE = 0o700


def restore_from(
    settings: Settings, backup: Path, wal: Path | None, until: datetime | None, wanted: Wanted
) -> Mended:
    """Bring a home's embedded database back from a backup and mend it.

    The present data are put aside as `postgres.before-<time>`, never deleted; log folder and last
    signed size are left alone, and a log folder that is gone comes from the backup. Raises
    BackupTrouble, ServerDidNotStart, WrongSetting.
    """
    paper, chain = read_paper(backup), chain_of(backup.absolute())
    if (here := major_of(programs() / "postgres")) != paper.postgres:
        raise BackupTrouble(Trouble.SERVER_DIFFERS, found=paper.postgres, here=here)
    server = EmbeddedServer(settings.home)
    try:
        with server.at_rest():
            staging = settings.home / STAGING
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(mode=_FOLDER_MODE)
            _unpack(chain, staging, paper.postgres, wanted.tell)
            bring_folders(settings, chain[-1])
            with recovered(staging, wal, until) as logins:
                migrate(logins.owner)
                mended = mend(logins.owner, logins.service, settings, wanted, restored=True)
            mended.put_aside = _swap(server.data, staging)
    except ServerIsInUse as error:
        raise BackupTrouble(Trouble.LEDGER_IS_IN_USE) from error
    return mended


def _unpack(chain: tuple[Path, ...], staging: Path, major: int, tell: Tell) -> None:
    """Verify the backups and make one data folder of them, the server's own."""
    for each in chain:
        verify_files(each / DATABASE_FOLDER, major, tell)
    data = staging / "postgres"
    folders = [each / DATABASE_FOLDER for each in chain]
    if len(folders) == 1:
        shutil.copytree(folders[0], data, symlinks=True)
    else:
        combine = program_for("pg_combinebackup", major)
        run_program(combine, *map(str, folders), "--output", str(data), tell=tell)
    data.chmod(_FOLDER_MODE)


@contextmanager
def recovered(staging: Path, wal: Path | None, until: datetime | None) -> Iterator[Logins]:
    """A server on the unpacked data, recovered as far as it was asked to."""
    data = staging / "postgres"
    options: Mapping[str, str] = {}
    if wal is not None:
        shutil.copytree(wal, data / _WAL_FOLDER)
        (data / _RECOVERY).touch(mode=0o600)
        options = _recovery(data / _WAL_FOLDER, until)
    server = EmbeddedServer(staging, options)
    server.hand_over(data)
    try:
        with server:
            _await_recovery(server.url(SUPERUSER, SUPERUSER))
            yield server.logins(DATABASE)
    except (ServerDidNotStart, psycopg.OperationalError) as error:
        if wal is None:
            raise
        said = str(error).strip()
        raise BackupTrouble(Trouble.WAL_DOES_NOT_REACH, until=until, said=said) from error
    shutil.rmtree(data / _WAL_FOLDER, ignore_errors=True)


def _recovery(wal: Path, until: datetime | None) -> Mapping[str, str]:
    """Settings for replaying WAL; the segment that was being received ends in `.partial`."""
    place = shlex.quote(str(wal)).replace("%", "%%")
    options = {
        "restore_command": f'cp {place}/%f "%p" || cp {place}/%f.partial "%p"',
        "recovery_target_action": "promote",
    }
    if until is not None:
        options["recovery_target_time"] = until.isoformat()
    return options


def _await_recovery(url: str) -> None:
    while True:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        if row is not None and not row[0]:
            return
        time.sleep(_POLL_SECONDS)


def bring_folders(settings: Settings, backup: Path) -> None:
    """Bring the log's folder where there is none, and documents that are not there."""
    log, copy = settings.log_folder, backup / LOG_FOLDER
    if copy.is_dir() and not log.exists():
        begun = log.with_name(f"{log.name}.begun")
        shutil.rmtree(begun, ignore_errors=True)
        shutil.copytree(copy, begun)
        os.sync()
        begun.rename(log)
    evidence = backup / EVIDENCE_FOLDER
    for file in sorted(evidence.rglob("*")) if evidence.is_dir() else ():
        place = settings.evidence_folder / file.relative_to(evidence)
        if file.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place)


def _swap(data: Path, staging: Path) -> Path | None:
    """Put the present data aside and the restored ones in their place."""
    aside = None
    if data.exists():
        aside = data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        data.rename(aside)
    (staging / "postgres").rename(data)
    keep_name(data)
    shutil.rmtree(staging)
    return aside
