"""Centres under the plan, and decisions that institutions take and approve."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, each_once
from ledger.subjects import DecisionId, InstitutionId, ProgrammeId, Subject, Text

DecisionKind = Literal[
    "disposal", "pricing", "distribution", "exemption", "rule-choice", "not-applicable", "other"
]


class CentreApplied(Fact):
    """An institution applied to be a centre, on top of its technology-transfer centre."""

    TOPIC: ClassVar[str] = "centre-applied.v1"
    REPORTED: ClassVar[bool] = True
    programme: ProgrammeId
    applicant: InstitutionId
    transfer_centre: Text
    disciplines: tuple[Text, ...]
    industries: tuple[Text, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.programme, self.applicant)


class CentreDesignated(Fact):
    """The bureau selected an institution; the count of those selected never falls."""

    TOPIC: ClassVar[str] = "centre-designated.v1"
    REPORTED: ClassVar[bool] = True
    programme: ProgrammeId
    centre: InstitutionId
    disciplines: tuple[Text, ...]
    industries: tuple[Text, ...]
    document: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.programme, self.centre)


class CentreWithdrawn(Fact):
    """An institution is no longer a centre."""

    TOPIC: ClassVar[str] = "centre-withdrawn.v1"
    REPORTED: ClassVar[bool] = True
    programme: ProgrammeId
    centre: InstitutionId
    document: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.programme, self.centre)


class DecisionRecorded(Fact):
    """A decision that was taken: by whom, on what, for how long.

    A decision that a clause does not apply names its `catalogue` and `clause`; it counts once
    another person has approved it.
    """

    TOPIC: ClassVar[str] = "decision-recorded.v1"
    REPORTED: ClassVar[bool] = True
    decision: DecisionId
    kind: DecisionKind
    title: Text
    body: Text
    about: Annotated[tuple[Subject, ...], Field(max_length=50)]
    catalogue: Text | None
    clause: Text | None
    until: date | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.decision, *self.about)


class DecisionApproved(Fact):
    """A second person approved the decision."""

    TOPIC: ClassVar[str] = "decision-approved.v1"
    decision: DecisionId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.decision,)
