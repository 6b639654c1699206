"""What a backup says of itself: `BACKUP.json`, and where its parts lie."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from api.backups.trouble import BackupTrouble, Trouble

FORMAT: Final = 1
PAPER = "BACKUP.json"
DATABASE_FOLDER, LOG_FOLDER, EVIDENCE_FOLDER = "database", "log", "evidence"
MANIFEST = "backup_manifest"


class Earlier(BaseModel):
    """The backup that an incremental one rests on, by its place seen from there."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    folder: str
    manifest: str


class Paper(BaseModel):
    """A backup's description.

    `facts` is how many facts the database held when the backup began; `signed` the size of the
    log's checkpoint in it (None: never sealed); `manifest` the SHA-256 of PostgreSQL's manifest;
    `left_out` names what must be kept elsewhere.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    format: int
    origin: str
    taken_at: datetime
    facts: int
    signed: int | None
    release: str
    postgres: int
    manifest: str
    rests_on: Earlier | None
    left_out: tuple[str, ...]


def write_paper(folder: Path, paper: Paper) -> None:
    """Put the description into a backup; it is the last thing written there."""
    (folder / PAPER).write_text(paper.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_paper(folder: Path) -> Paper:
    """The description of a backup.

    Raises BackupTrouble: NOT_A_BACKUP, FORMAT_IS_NEWER, BACKUP_IS_DAMAGED (another manifest).
    """
    try:
        words = (folder / PAPER).read_bytes()
        value = orjson.loads(words)
        found = value["format"]
        if isinstance(found, int) and found > FORMAT:
            raise BackupTrouble(Trouble.FORMAT_IS_NEWER, found=found, known=FORMAT)
        paper = Paper.model_validate_json(words)
    except (OSError, orjson.JSONDecodeError, TypeError, KeyError, ValidationError) as error:
        raise BackupTrouble(Trouble.NOT_A_BACKUP, folder=folder) from error
    if manifest_digest(folder) != paper.manifest:
        raise BackupTrouble(Trouble.BACKUP_IS_DAMAGED, folder=folder, said=MANIFEST)
    return paper


def manifest_digest(folder: Path) -> str:
    """SHA-256 of the manifest that PostgreSQL wrote, in hex; empty without one."""
    try:
        data = (folder / DATABASE_FOLDER / MANIFEST).read_bytes()
    except FileNotFoundError:
        return ""
    return hashlib.sha256(data).hexdigest()


def chain_of(folder: Path) -> tuple[Path, ...]:
    """The backups that make up this one, the full one first.

    Raises BackupTrouble as `read_paper` does, and EARLIER_BACKUP_IS_MISSING.
    """
    chain, paper = [folder], read_paper(folder)
    while (earlier := paper.rests_on) is not None:
        place = (chain[0] / earlier.folder).resolve()
        if place in chain or manifest_digest(place) != earlier.manifest:
            raise BackupTrouble(Trouble.EARLIER_BACKUP_IS_MISSING, folder=chain[0], earlier=place)
        paper = read_paper(place)
        chain.insert(0, place)
    return tuple(chain)
