"""Making a paper: its contents from the ledger, its bytes into the evidence store, its facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from api.access import Caller
from api.door import Asker
from api.evidence_store import EvidenceStore
from api.home import Home
from api.language import Language
from api.moments import KnownAt, read_known_at
from api.papers.contents import PaperKind, contents
from api.papers.docx import MEDIA_TYPE, as_docx
from api.readings import moment_asked
from api.rights import Kind, scope_of
from ledger.documents import KeepEvidence
from ledger.facts.base import Value
from ledger.refusals import Refusal, Refused
from ledger.subjects import InstitutionId, Subject
from ledger.writers import Writer


class AskedPaper(Value):
    """What a caller says of a paper; document, title and moment follow from it."""

    kind: PaperKind
    about: Annotated[tuple[Subject, ...], Field(min_length=1, max_length=20)]
    institution: InstitutionId | None = None
    as_of: date | None = None
    known_at: int | str | None = None
    language: Language = "zh"


class _When(NamedTuple):
    as_of: date | None
    known_at: KnownAt | None


class Made(NamedTuple):
    """A paper's bytes, kept already, and the bodies of the two commands that put it on record."""

    data: bytes
    keeping: dict[str, Any]
    making: dict[str, Any]


@contextmanager
def kept_already() -> Iterator[None]:
    """A paper that was made before is kept before: the same bytes need no second fact."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code is not Refused.SUBJECT_EXISTS_ALREADY:
            raise


async def keep(home: Home, writer: Writer, by: Asker, made: Made) -> None:
    """Put a paper's bytes on record as evidence."""
    with kept_already():
        await writer.handle(home.door.admit(KeepEvidence.NAME, made.keeping, by))


def make(home: Home, caller: Caller, asked: AskedPaper) -> Made:
    """Write a paper into the evidence store. Blocks: use a thread.

    Raises Refusal: SUBJECT_IS_UNKNOWN for what the caller may not read, PARAMETER_IS_MALFORMED,
    KNOWN_AT_LIES_OUTSIDE_THE_LOG, EVIDENCE_IS_TOO_LARGE.
    """
    spoken = asked.language
    scope = scope_of(caller, Kind.PAPER)
    scope.need(asked.institution)
    known_at = read_known_at(None if asked.known_at is None else str(asked.known_at))
    tape, moment, _ = moment_asked(home.reader, _When(asked.as_of, known_at))
    paper = contents(asked.kind, asked.about, tape, moment, scope, spoken)
    # Dated by the last fact known, so that whoever makes the paper again gets the same bytes.
    data = as_docx(paper, tape.last_recorded() or home.clock(), spoken)
    document = f"evidence:{EvidenceStore(home.settings.evidence_folder).keep(data)}"
    place = {} if asked.institution is None else {"institution": asked.institution}
    about = list(asked.about)
    keeping = {
        **place,
        "document": document,
        "title": paper.title,
        "media_type": MEDIA_TYPE,
        "size_bytes": len(data),
        "about": about,
    }
    making = {
        **place,
        "kind": asked.kind,
        "title": paper.title,
        "about": about,
        "document": document,
        "as_of": moment.as_of.isoformat(),
        "known_at": moment.known_at,
    }
    return Made(data, keeping, making)
