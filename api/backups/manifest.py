"""Checking a database's files against the manifest that PostgreSQL wrote with them.

What pg_verifybackup does, done here because the embedded server's copy of that program crashes.
"""

import hashlib
from pathlib import Path
from typing import Any, Final

import orjson

from api.backups.papers import MANIFEST
from api.backups.server_programs import Tell, program_for, run_program
from api.backups.trouble import BackupTrouble, Trouble

_KIB = 1024
_CHUNK = 1 << 20
_NOT_LISTED: Final = frozenset({MANIFEST, "postgresql.auto.conf", "tablespace_map"})
"""Files that a manifest does not list, or that may change after a backup."""


def verify_files(folder: Path, major: int, tell: Tell) -> None:
    """Every listed file is there with its size and hash, no other is, and the WAL can be read.

    Raises BackupTrouble(BACKUP_IS_DAMAGED) naming the first that is wrong.
    """
    manifest = _read(folder)
    listed: dict[str, dict[str, Any]] = {each["Path"]: each for each in manifest["Files"]}
    total = sum(each["Size"] for each in listed.values()) // _KIB
    done = 0
    for path, each in sorted(listed.items()):
        _need_file(folder, path, each)
        done += each["Size"]
        tell(done // _KIB, total)
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        known = name in listed or name in _NOT_LISTED or name.startswith("pg_wal/")
        if file.is_file() and not known:
            raise _damaged(folder, name)
    waldump = program_for("pg_waldump", major)
    for wal in manifest["WAL-Ranges"]:
        _need_wal(waldump, folder, wal)


def _read(folder: Path) -> dict[str, Any]:
    """The manifest, whose last line holds the SHA-256 of all lines before it."""
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest: dict[str, Any] = orjson.loads(data)
        told = manifest["Manifest-Checksum"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise _damaged(folder, MANIFEST) from error
    before = data[: data.rstrip(b"\n").rfind(b"\n") + 1]
    if hashlib.sha256(before).hexdigest() != told:
        raise _damaged(folder, MANIFEST)
    return manifest


def _need_file(folder: Path, path: str, each: dict[str, Any]) -> None:
    file = folder / path
    if not file.is_file() or file.stat().st_size != each["Size"]:
        raise _damaged(folder, path)
    if path in _NOT_LISTED:
        return
    found = hashlib.sha256()
    with file.open("rb") as data:
        while chunk := data.read(_CHUNK):
            found.update(chunk)
    if found.hexdigest() != each.get("Checksum"):
        raise _damaged(folder, path)


def _need_wal(waldump: Path, folder: Path, wal: dict[str, Any]) -> None:
    """The WAL that makes the copy consistent can be read from end to end."""
    try:
        run_program(
            waldump,
            "--quiet",
            f"--path={folder / 'pg_wal'}",
            f"--timeline={wal['Timeline']}",
            f"--start={wal['Start-LSN']}",
            f"--end={wal['End-LSN']}",
            tell=lambda done, total: None,
        )
    except BackupTrouble as trouble:
        raise _damaged(folder, str(trouble.facts["said"])) from trouble


def _damaged(folder: Path, said: str) -> BackupTrouble:
    return BackupTrouble(Trouble.BACKUP_IS_DAMAGED, folder=folder, said=said)
