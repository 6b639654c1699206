"""An auditor's work: samples, findings, working papers, comparisons with lists from elsewhere."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, Value, each_once
from ledger.subjects import (
    ComparisonId,
    Digest,
    EvidenceId,
    FindingId,
    InstitutionId,
    PaperId,
    SampleId,
    Subject,
    Text,
)

Method = Literal["random", "systematic", "stratified", "top", "monetary-unit"]
Estimator = Literal["ratio", "difference", "tainting"]
Compared = Literal["license-recordals", "assignment-recordals", "exchange-trades"]
Count = Annotated[int, Field(ge=0)]
Position = Annotated[int, Field(ge=0)]
Fen = Annotated[int, Field(gt=-(1 << 53), lt=1 << 53)]
About = Annotated[tuple[Subject, ...], Field(max_length=50)]


class Choice(Value):
    """A filter of a view and the value that was picked."""

    name: Text
    value: Text


class Population(Value):
    """The rows a sample is drawn from: those of a view at a moment, fixed by their digest.

    `digest` is the SHA-256 of the rows as canonical NDJSON in the order of the view's key; `amount`
    names the column of book values, if the method needs them, and `amount_fen` is their sum.
    """

    view: Text
    filters: tuple[Choice, ...]
    as_of: date
    known_at: Count
    rows: Count
    digest: Digest
    amount: Text | None
    amount_fen: Fen | None


class SampleItem(Value):
    """One row drawn: its key in canonical JSON, its book value, the layer it was drawn from."""

    key: Text
    book_fen: Fen | None
    layer: Text


class Layer(Value):
    """A part of the population that is drawn from by itself; all layers make up the whole.

    Every row of a `certain` layer is in the sample; `drawn` of 0 says that none of it is.
    """

    name: Text
    rows: Count
    amount_fen: Fen | None
    drawn: Count
    certain: bool


class SampleDrawn(Fact):
    """A sample that anybody can draw again from its population, seed and parameters.

    `top` is how many of the largest rows are certain; `strata` names the column whose values are
    the strata.
    """

    TOPIC: ClassVar[str] = "sample-drawn.v1"
    sample: SampleId
    population: Population
    method: Method
    size: Count | None
    top: Count | None
    strata: Text | None
    confidence: Annotated[int, Field(ge=1, le=99)] | None
    tolerable_fen: Fen | None
    expected_fen: Fen | None
    interval_fen: Fen | None
    seed: Text
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=100)]
    items: Annotated[tuple[SampleItem, ...], Field(max_length=300)]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.sample,)


class AuditedItem(Value):
    """What a sampled row should have said."""

    key: Text
    audit_fen: Fen


class SampleProjected(Fact):
    """The errors found in a sample, projected onto its population.

    Misstatement is book less audited value; the upper limit is that of overstatement.
    """

    TOPIC: ClassVar[str] = "sample-projected.v1"
    sample: SampleId
    estimator: Estimator
    audited: Annotated[tuple[AuditedItem, ...], Field(max_length=300)]
    misstated_fen: Fen
    projected_fen: Fen
    upper_limit_fen: Fen | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.sample,)


class FindingRaised(Fact):
    """An auditor holds something against an institution, which has to mend it by a day."""

    TOPIC: ClassVar[str] = "finding-raised.v1"
    finding: FindingId
    against: InstitutionId
    title: Text
    body: Text
    severity: Literal["minor", "major", "critical"]
    about: About
    positions: Annotated[tuple[Position, ...], Field(max_length=200)]
    sample: SampleId | None
    due: date
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.finding, self.sample, *self.about)


class FindingAnswered(Fact):
    """The institution says what it did about a finding."""

    TOPIC: ClassVar[str] = "finding-answered.v1"
    finding: FindingId
    body: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.finding,)


class FindingVerified(Fact):
    """An auditor looked whether it was mended."""

    TOPIC: ClassVar[str] = "finding-verified.v1"
    finding: FindingId
    outcome: Literal["mended", "not-mended"]
    body: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.finding,)


class FindingClosed(Fact):
    """A finding came to its end."""

    TOPIC: ClassVar[str] = "finding-closed.v1"
    finding: FindingId
    outcome: Literal["mended", "risk-accepted", "withdrawn"]
    body: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.finding,)


class EvidenceKept(Fact):
    """A document came into the evidence store, which knows it by the SHA-256 of its bytes."""

    TOPIC: ClassVar[str] = "evidence-kept.v1"
    document: EvidenceId
    title: Text
    media_type: Text
    size_bytes: Count
    about: About
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.document, *self.about)


class WorkingPaperMade(Fact):
    """A paper for signature was made of what was known; its bytes are in the evidence store."""

    TOPIC: ClassVar[str] = "working-paper-made.v1"
    paper: PaperId
    kind: Literal["working-paper", "evidence-form"]
    title: Text
    about: About
    document: EvidenceId
    as_of: date
    known_at: Count
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.paper, self.document, *self.about)


class ListCompared(Fact):
    """A list from elsewhere was laid beside the ledger: is anything missing on either side?

    Of the list's `lines`, counted once for each patent they name, some matched, some differ, some
    stand only in the list, and some could not be read; `only_held` are records of the
    ledger that the list lacks.
    """

    TOPIC: ClassVar[str] = "list-compared.v1"
    comparison: ComparisonId
    kind: Compared
    source: Text
    sha256: Digest
    lines: Count
    matched: Count
    differing: Count
    unread: Count
    only_listed: Count
    only_held: Count
    as_of: date
    known_at: Count
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.comparison,)
