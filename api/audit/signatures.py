"""Who stands for a checkpoint: the log by its key, and the witnesses that a policy asks for."""

from collections.abc import Sequence

from api.audit.findings import Found, Report, Step
from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.notes import Note, NoteIsForged, NoteIsMalformed, VerifierKey, parse_note, signed_by
from ledger.witness_policy import Policy, standing_of


def check_signatures(
    data: bytes, keys: Sequence[VerifierKey], policy: Policy | None, report: Report
) -> Checkpoint | None:
    """Read a checkpoint and check its signatures; None for what is no checkpoint."""
    try:
        note = parse_note(data)
        checkpoint = parse_checkpoint(note.text)
        if bytes(note) != data:
            raise NoteIsMalformed("base64 has one spelling")
    except NoteIsMalformed as malformed:
        report.find(Step.SIGNATURES, Found.CHECKPOINT_IS_MALFORMED, None, reason=str(malformed))
        return None
    report.origin, report.head = checkpoint.origin, checkpoint.head
    report.looked[Step.SIGNATURES] += len(note.signatures)
    try:
        if not signed_by(note, keys):
            names = ", ".join(key.name for key in keys)
            report.find(Step.SIGNATURES, Found.CHECKPOINT_IS_NOT_SIGNED, None, name=names)
        if policy is not None:
            _check_policy(note, policy, report)
    except NoteIsForged as forged:
        report.find(Step.SIGNATURES, Found.SIGNATURE_DOES_NOT_FIT, None, name=forged.name)
    return checkpoint


def _check_policy(note: Note, policy: Policy, report: Report) -> None:
    standing = standing_of(policy, note)
    if not standing.is_met:
        told = {"have": standing.have, "needed": standing.needed}
        missing = ", ".join(standing.missing)
        report.find(Step.SIGNATURES, Found.COSIGNATURES_ARE_MISSING, None, **told, missing=missing)
