"""A bundle written: entries from the database's rows, tiles and checkpoint from its folder."""

import re
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
import psycopg

from api.bundles import verify_log
from api.bundles.answers import said
from api.bundles.manifest import NAME, CodeVersion, Manifest, Rule, Said, as_bytes
from api.bundles.read import CHECKPOINT, ENTRIES, VERIFIER
from api.evidence_store import EvidenceStore
from api.home import Home
from api.readings import rules_in_use
from api.rights import SHARED, SHARED_KINDS
from api.stamps import CODE
from ledger.case import business_day
from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.facts import (
    EvidenceKept,
    FactVoided,
    LogOpened,
    LogRestored,
    OriginSucceeded,
    SigningKeyAdopted,
)
from ledger.merkle import inclusion_path
from ledger.notes import VerifierKey, parse_note
from ledger.proofs import proof_text
from ledger.refusals import Refusal
from ledger.signing_keys import adopted_keys, keys_of
from ledger.tiles import WIDTH, Place, TileFolder, bundled, places_of
from projections.tape import Tape

RANGE: Final = 65_536
"""Entries fetched in one go; a multiple of a bundle's width."""

OF_THE_LOG: Final = (LogOpened, SigningKeyAdopted, OriginSucceeded, LogRestored)
"""Facts about the log itself, which every bundle holds: by them its name and keys are known."""

_ALL = """
SELECT position, state FROM ledger.facts WHERE position >= %(first)s AND position < %(last)s
ORDER BY position"""
_PART = f"""
SELECT position, state FROM ledger.facts f
WHERE position >= %(first)s AND position < %(last)s
  AND (institution = %(institution)s OR topic = ANY(%(topics)s)
       OR (topic = '{FactVoided.TOPIC}' AND split_part(subject, ':', 1) = ANY(%(kinds)s)))
ORDER BY position"""
_DOCUMENT = re.compile(r"evidence:([0-9a-f]{64})")
_LAST = "SELECT recorded_at FROM ledger.facts WHERE position = %s"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be in a bundle beside the log.

    `shared` facts are stored with who and why, so a part for somebody who is not told these does
    without: what its readings say by them needs the whole log. Documents that are kept by the
    facts at positions `closed` stay behind.
    """

    institution: str | None = None
    proofs: Sequence[int] = ()
    evidence: bool = False
    shared: bool = True
    closed: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """The newest checkpoint as it was published, and the key that signs a log of its size."""

    note: bytes
    checkpoint: Checkpoint
    key: VerifierKey

    @property
    def size(self) -> int:
        """How many facts it covers."""
        return self.checkpoint.head.size


Told = Callable[[int], None]


def newest_seal(home: Home, connection: psycopg.Connection[Any]) -> Sealed | None:
    """The newest checkpoint; None while nothing is sealed. Raises NoteIsMalformed."""
    with suppress(FileNotFoundError):
        note = (home.settings.log_folder / "checkpoint").read_bytes()
        checkpoint = parse_checkpoint(parse_note(note).text)
        key = keys_of(adopted_keys(connection), checkpoint.head.size)
        return None if key is None else Sealed(note, checkpoint, key)
    return None


def write_files(
    home: Home,
    connection: psycopg.Connection[Any],
    sealed: Sealed,
    wanted: Wanted,
    out: Path,
    told: Told,
) -> list[str]:
    """Everything but the manifest. A tile that is missing is left out: the check will name it.

    Answers the hashes of documents that were kept as evidence and are not in the store.
    """
    log = home.settings.log_folder
    out.mkdir(parents=True, exist_ok=True)
    (out / "log").mkdir()
    (out / CHECKPOINT).write_bytes(sealed.note)
    for beside in log.glob("checkpoint.*"):
        shutil.copyfile(beside, out / "log" / beside.name)
    for place in places_of(0, sealed.size):
        if place.level is not None:
            _copy(log / place.path, out / "log" / place.path)
    shutil.copyfile(verify_log.__file__, out / VERIFIER)
    if wanted.proofs:
        _write_proofs(home, sealed, wanted.proofs, out / "proofs")
    named = _write_entries(connection, sealed, wanted, out, told)
    return _write_documents(home, sorted(named), out / "evidence") if wanted.evidence else []


def _write_documents(home: Home, hashes: Sequence[str], folder: Path) -> list[str]:
    """Put documents into a folder; answers those that the store lacks, or holds altered."""
    store, lacking = EvidenceStore(home.settings.evidence_folder), []
    folder.mkdir()
    for sha256 in hashes:
        try:
            (folder / sha256).write_bytes(store.read(sha256))
        except Refusal:
            lacking.append(sha256)
    return lacking


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        shutil.copyfile(source, target)


def _write_proofs(home: Home, sealed: Sealed, positions: Sequence[int], folder: Path) -> None:
    tiles = TileFolder(home.settings.log_folder)

    def node(level: int, index: int) -> bytes:
        return tiles.node(sealed.size, level, index)

    folder.mkdir()
    for position in positions:
        path = inclusion_path(node, position, sealed.size)
        (folder / f"{position}.tlog-proof").write_bytes(proof_text(position, path, sealed.note))


def _write_entries(
    connection: psycopg.Connection[Any], sealed: Sealed, wanted: Wanted, out: Path, told: Told
) -> set[str]:
    """All entries as bundles of tiles, or an institution's one behind the other; answers the
    hashes of the documents they name."""
    named: set[str] = set()
    whole = wanted.institution is None
    with nullcontext() if whole else (out / ENTRIES).open("wb") as part:
        for first, rows in _rows(connection, sealed.size, wanted):
            if whole:
                _write_bundles(out / "log", first, min(first + RANGE, sealed.size), rows)
            elif part is not None:
                part.writelines(_framed(position, entry) for position, entry in rows.items())
            if wanted.evidence:
                open_to = (entry for at, entry in rows.items() if at not in wanted.closed)
                named.update(*map(_documents, open_to))
            told(min(first + RANGE, sealed.size))
    return named


def _rows(
    connection: psycopg.Connection[Any], size: int, wanted: Wanted
) -> Iterator[tuple[int, dict[int, bytes]]]:
    """Entries by position, range by range; one too long for a bundle counts as missing."""
    kinds, topics = (SHARED_KINDS, SHARED) if wanted.shared else ((), ())
    asked: dict[str, Any] = {"institution": wanted.institution, "kinds": list(kinds)}
    asked["topics"] = [*topics, *(fact.TOPIC for fact in OF_THE_LOG)]
    statement = _ALL if wanted.institution is None else _PART
    for first in range(0, size, RANGE):
        asked |= {"first": first, "last": min(first + RANGE, size)}
        rows = connection.execute(statement.encode(), asked, binary=True).fetchall()
        yield first, {position: state for position, state in rows if len(state) < 2**16}


def _framed(position: int, entry: bytes) -> bytes:
    return position.to_bytes(8, "big") + len(entry).to_bytes(2, "big") + entry


def _write_bundles(folder: Path, first: int, last: int, rows: dict[int, bytes]) -> None:
    """Bundles of entries; an empty entry stands where the database has none."""
    for start in range(first, last, WIDTH):
        width = min(WIDTH, last - start)
        path = folder / Place(None, start // WIDTH, width).path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bundled([rows.get(start + at, b"") for at in range(width)]))


def _documents(entry: bytes) -> set[str]:
    """The hash of the document that a fact keeps as evidence; a damaged entry keeps none."""
    try:
        told = orjson.loads(entry)
        document = told["payload"]["document"] if told["type"] == EvidenceKept.TOPIC else ""
        found = _DOCUMENT.fullmatch(document)
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return set()
    return {found[1]} if found else set()


def manifest_of(
    home: Home, connection: psycopg.Connection[Any], sealed: Sealed, wanted: Wanted
) -> Manifest:
    """The manifest with what the live readings say; without answers where they cannot be read."""
    row = connection.execute(_LAST.encode(), (sealed.size - 1,)).fetchone()
    now: datetime = home.clock()
    as_of = business_day(row[0] if row else now)
    rules, answers = _readings(home, sealed.size, as_of, wanted.institution)
    return Manifest(
        origin=sealed.checkpoint.origin,
        vkey=str(sealed.key),
        size=sealed.size,
        root=sealed.checkpoint.head.root.hex(),
        institution=wanted.institution,
        as_of=as_of,
        made_at=now,
        code=CodeVersion(release=CODE.release, digest=CODE.digest),
        rules=rules,
        answers=answers,
    )


def _readings(
    home: Home, size: int, as_of: date, institution: str | None
) -> tuple[tuple[Rule, ...], tuple[Said, ...]]:
    try:
        tape: Tape = home.reader.tape(size)
        rules = tuple(Rule(**rule) for rule in rules_in_use(tape))
        return rules, tuple(said(tape, as_of, institution))
    except (LookupError, ValueError, pl.exceptions.PolarsError):
        return (), ()


def write_manifest(manifest: Manifest, out: Path) -> None:
    """The manifest comes last: a bundle without one was broken off."""
    (out / NAME).write_bytes(as_bytes(manifest))
