"""The audit of a bundle: it needs the bundle and the key, neither network nor database."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from api.audit.columns import Gathering
from api.audit.findings import Found, Report, Step
from api.audit.leaves import SPAN, Span, examine
from api.audit.log import Told, check_log, gather
from api.audit.readings import check_readings
from api.audit.rules import check_rules
from api.audit.signatures import check_signatures
from api.audit.tiles import Tiles
from api.bundles.read import CHECKPOINT, ENTRIES, VERIFIER, Bundle
from ledger.checkpoints import parse_checkpoint
from ledger.merkle import Head, includes
from ledger.notes import NoteIsForged, NoteIsMalformed, VerifierKey, parse_note, signed_by
from ledger.proofs import SUFFIX, parse_proof
from ledger.tiles import TileFolder, TileIsMalformed, places_of
from ledger.witness_policy import Policy
from projections.tape import Tape

_PROOF_MAX: Final = 1 << 20
_LEAD: Final = 10
_EVIDENCE: Final = re.compile(r"evidence/([0-9a-f]{64})")
_BESIDE: Final = re.compile(
    r"MANIFEST\.json|README[\w.-]*|log/(checkpoint\.[\w.-]+|witness-policy)"
)


def audit(bundle: Bundle, keys: Sequence[VerifierKey], policy: Policy | None, told: Told) -> Report:
    """Everything that can be checked with what the bundle holds."""
    report = Report(institution=bundle.manifest.institution)
    checkpoint = check_signatures(bundle.data(CHECKPOINT), keys, policy, report)
    if checkpoint is None:
        return report
    _compare_manifest(bundle, report, keys)
    size = checkpoint.head.size
    if size > len(bundle.files) * SPAN:
        report.find(Step.FILES, Found.LOG_IS_CUT_SHORT, None, size=size, found=len(bundle.files))
        return report
    tiles = Tiles(bundle.folder / "log", size, report)
    own = report.institution is not None
    spans = _part(bundle, report) if own else _whole(tiles)
    log = check_log(spans, size, tiles, report, told)
    check_files(bundle, keys, report)
    check_rules(log, keys, report)
    check_readings(log, bundle.manifest, report)
    return report


def _compare_manifest(bundle: Bundle, report: Report, keys: Sequence[VerifierKey]) -> None:
    """What the manifest says of the log, against the checkpoint and the key that were given."""
    manifest = bundle.manifest
    told = (
        ("origin", manifest.origin, report.origin),
        ("size", manifest.size, report.head.size),
        ("root", manifest.root, report.head.root.hex()),
    )
    for what, claimed, found in told:
        if claimed != found:
            report.find(
                Step.SIGNATURES, Found.MANIFEST_DIFFERS, None, what=what, told=claimed, found=found
            )
    if all(key.name != report.origin for key in keys):
        name = ", ".join(key.name for key in keys)
        report.find(
            Step.SIGNATURES,
            Found.CHECKPOINT_IS_OF_ANOTHER_LOG,
            None,
            origin=report.origin,
            name=name,
        )


def _whole(tiles: Tiles) -> Iterator[Span]:
    """All entries, a span at a time."""
    first, waiting = 0, list[bytes]()
    for entries in tiles.entries():
        waiting += entries
        if len(waiting) >= SPAN:
            yield Span(range(first, first + len(waiting)), waiting)
            first, waiting = first + len(waiting), []
    if waiting:
        yield Span(range(first, first + len(waiting)), waiting)


def _part(bundle: Bundle, report: Report) -> Iterator[Span]:
    """An institution's entries as far as they stand in order and are whole."""
    span, expected = Span([], []), 0
    positions = list[int]()
    if ENTRIES not in bundle.files:
        report.find(Step.FILES, Found.FILE_IS_MISSING, None, path=ENTRIES)
        return
    with (bundle.folder / ENTRIES).open("rb") as file:
        while lead := file.read(_LEAD):
            position, length = int.from_bytes(lead[:8], "big"), int.from_bytes(lead[8:], "big")
            entry = file.read(length)
            if len(lead) < _LEAD or len(entry) < length or not length:
                report.find(Step.FILES, Found.LOG_IS_CUT_SHORT, expected, path=ENTRIES)
                break
            if not expected <= position < report.head.size:
                report.find(Step.FILES, Found.LOG_IS_CUT_SHORT, position, path=ENTRIES)
                break
            positions.append(position)
            span.entries.append(entry)
            expected = position + 1
            if len(positions) == SPAN:
                yield Span(positions, span.entries)
                span, positions = Span([], []), []
    if positions:
        yield Span(positions, span.entries)


def tape_of_part(bundle: Bundle) -> Tape | None:
    """The tape that an institution's entries yield; None where they cannot all be read."""
    gathering, report = Gathering(), Report(head=Head(bundle.manifest.size, b""))
    for span in _part(bundle, report):
        found = examine(span)
        faulty = {position for position, _ in found.faults}
        gather(gathering, span, found.leaves, faulty, size=bundle.manifest.size)
    return gathering.tape


def check_files(bundle: Bundle, keys: Sequence[VerifierKey], report: Report) -> None:
    """Proofs, evidence by its name, and files that have no place in a bundle."""
    report.looked[Step.FILES] += len(bundle.files)
    log = {f"log/{place.path}" for place in places_of(0, report.head.size)}
    known = log | {CHECKPOINT, VERIFIER} | ({ENTRIES} if report.institution else set())
    for path in sorted(bundle.files):
        evidence = _EVIDENCE.fullmatch(path)
        if path.startswith("proofs/") and path.endswith(SUFFIX):
            _check_proof(bundle, path, keys, report)
        elif evidence is not None:
            if _sha256(bundle, path) != evidence[1]:
                report.find(Step.FILES, Found.EVIDENCE_DIFFERS, None, path=path)
        elif path not in known and not _BESIDE.fullmatch(path):
            report.find(Step.FILES, Found.FILE_IS_FOREIGN, None, path=path)


def _sha256(bundle: Bundle, path: str) -> str:
    with (bundle.folder / path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_proof(bundle: Bundle, path: str, keys: Sequence[VerifierKey], report: Report) -> None:
    """A proof's checkpoint must be this log's, and lead to the leaf that the tiles hold."""
    wrong: Found | None = Found.PROOF_DOES_NOT_HOLD
    try:
        if bundle.files[path] <= _PROOF_MAX:
            wrong = _fault_of(bundle, bundle.data(path), keys, report)
    except (NoteIsMalformed, TileIsMalformed, FileNotFoundError):
        wrong = Found.PROOF_DOES_NOT_HOLD
    if wrong is not None:
        report.find(Step.FILES, wrong, None, path=path)


def _fault_of(
    bundle: Bundle, data: bytes, keys: Sequence[VerifierKey], report: Report
) -> Found | None:
    proof = parse_proof(data)
    note = parse_note(proof.note)
    told = parse_checkpoint(note.text)
    try:
        is_own = told.origin == report.origin and bool(signed_by(note, keys))
    except NoteIsForged:
        is_own = False
    if not is_own:
        return Found.PROOF_IS_OF_ANOTHER_LOG
    if proof.position >= report.head.size:
        return Found.PROOF_DOES_NOT_HOLD
    tiles = TileFolder(bundle.folder / "log")
    leaf = tiles.node(report.head.size, 0, proof.position)
    head: Head = told.head
    holds = includes(head.root, head.size, proof.position, leaf, proof.path)
    return None if holds else Found.PROOF_DOES_NOT_HOLD
