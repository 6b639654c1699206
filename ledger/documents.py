"""Documents in the evidence store, and the papers an auditor makes for signature."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, assert_never

from ledger.actors import AUDITORS, EVIDENCE_KEEPERS, Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import EvidenceKept, WorkingPaperMade
from ledger.facts.audits import About, Count
from ledger.mentions import need_all_within
from ledger.refusals import Refusal, Refused
from ledger.subjects import EvidenceId, PaperId, Text

# --- State


@dataclass(frozen=True, slots=True)
class Document:
    """A document by its bytes; `owners` are all institutions that brought it, the first apart."""

    known: bool = False
    institution: str = ""
    owners: tuple[str, ...] = ()
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper made for signature."""

    known: bool = False
    institution: str = ""


# --- evolve


def evolve_document(state: Document, fact: EvidenceKept, seen: Recorded) -> Document:
    """Fold one fact about a document."""
    match fact:
        case EvidenceKept():
            owners = tuple(dict.fromkeys((*state.owners, seen.institution)))
            return Document(True, owners[0], owners, seen.sequences[fact.document])
        case _:
            assert_never(fact)


def evolve_paper(state: Paper, fact: WorkingPaperMade, seen: Recorded) -> Paper:
    """Fold one fact about a paper."""
    match fact:
        case WorkingPaperMade():
            return Paper(True, seen.institution)
        case _:
            assert_never(fact)


# --- Commands


class KeepEvidence(Command):
    """Put on record that a document lies in the evidence store, and what it is about.

    Hash, size and media type are those of the bytes that came in.
    """

    NAME: ClassVar[str] = "evidence.keep"
    ZH: ClassVar[str] = "证据入库"
    EN: ClassVar[str] = "Keep a document as evidence"
    ROLES: ClassVar[frozenset[Role] | None] = EVIDENCE_KEEPERS
    document: EvidenceId
    title: Text
    media_type: Text
    size_bytes: Count
    about: About = ()
    on: date | None = None


class MakePaper(Command):
    """Put on record that a paper for signature was made of what was known at a moment."""

    NAME: ClassVar[str] = "paper.make"
    ZH: ClassVar[str] = "编制审计底稿"
    EN: ClassVar[str] = "Make a working paper"
    ROLES: ClassVar[frozenset[Role] | None] = AUDITORS
    FRESH: ClassVar[str | None] = "paper"
    paper: PaperId
    kind: Literal["working-paper", "evidence-form"]
    title: Text
    about: About = ()
    document: EvidenceId
    as_of: date
    known_at: Count


# --- decide


def keep_evidence(command: KeepEvidence, case: Case) -> Decision:
    """Keep a document. Another institution may bring the same bytes: each learns only of its own.

    Refuses bytes that the institution brought already.
    """
    document = case.read(Document, command.document)
    if case.institution in document.owners:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.document)
    about = tuple(dict.fromkeys(command.about))
    need_all_within(case, about)
    fact = EvidenceKept(
        document=command.document,
        title=command.title,
        media_type=command.media_type,
        size_bytes=command.size_bytes,
        about=about,
        on=command.on or case.today,
    )
    return Decision((New(fact),))


def make_paper(command: MakePaper, case: Case) -> Decision:
    """Record a paper. Refuses a document that is not in the store."""
    if case.read(Paper, command.paper).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.paper)
    about = tuple(dict.fromkeys(command.about))
    need_all_within(case, (command.document, *about))
    fact = WorkingPaperMade(
        paper=command.paper,
        kind=command.kind,
        title=command.title,
        about=about,
        document=command.document,
        as_of=command.as_of,
        known_at=command.known_at,
        on=case.today,
    )
    kept = case.read(Document, command.document).kept
    return Decision((New(fact, rests_on=(Ref(command.document, kept),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(KeepEvidence, keep_evidence, (EvidenceKept,)),
    Declaration(MakePaper, make_paper, (WorkingPaperMade,)),
)
