"""Patents as they are kept: applications abroad, annuities, grades, pledges, reports, checks."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from ledger.facts.base import Fact, each_once
from ledger.facts.deals import FeeFen, PositiveFen
from ledger.subjects import ForeignId, PatentId, PledgeId, Text, ValuationId

AnnuityYear = Annotated[int, Field(ge=1, le=25)]
Office = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""Two letters of WIPO standard ST.3: US, EP, JP ..."""
PctNumber = Annotated[str, StringConstraints(pattern=r"^PCT/[A-Z]{2}[0-9]{4}/[0-9]{6}$")]
Patents = Annotated[tuple[PatentId, ...], Field(min_length=1)]
HighValueTag = Literal[
    "strategic-emerging-industry",
    "overseas-family",
    "maintained-over-ten-years",
    "large-pledge",
    "award",
]
"""The five kinds of high-value invention patent that the patent office counts."""
GradedAspect = Literal["legal", "technical", "market", "team"]


class AnnuityDue(Fact):
    """An annuity is to be paid by a day."""

    TOPIC: ClassVar[str] = "annuity-due.v1"
    EFFECTIVE: ClassVar[str] = "due"
    REPORTED: ClassVar[bool] = True
    SCHEDULED: ClassVar[bool] = True
    patent: PatentId
    year: AnnuityYear
    due: date
    amount_fen: FeeFen | None

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class AnnuityPaid(Fact):
    """An annuity was paid, perhaps with a late fee."""

    TOPIC: ClassVar[str] = "annuity-paid.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    year: AnnuityYear
    amount_fen: PositiveFen
    late_fee_fen: FeeFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class MaintenanceDecided(Fact):
    """It was decided to keep a patent up or to let it go."""

    TOPIC: ClassVar[str] = "maintenance-decided.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    decision: Literal["keep", "give-up"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PctFiled(Fact):
    """An international application was filed, with the Chinese applications it claims."""

    TOPIC: ClassVar[str] = "pct-filed.v1"
    EFFECTIVE: ClassVar[str] = "filed"
    REPORTED: ClassVar[bool] = True
    foreign: ForeignId
    number: PctNumber
    patents: tuple[PatentId, ...]
    title: Text
    filed: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.foreign, *self.patents)


class ForeignFiled(Fact):
    """An application was filed with an office abroad, as family of Chinese patents."""

    TOPIC: ClassVar[str] = "foreign-filed.v1"
    EFFECTIVE: ClassVar[str] = "filed"
    REPORTED: ClassVar[bool] = True
    foreign: ForeignId
    office: Office
    number: Text | None
    patents: tuple[PatentId, ...]
    pct: ForeignId | None
    filed: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.foreign, *self.patents, self.pct)


class ForeignGranted(Fact):
    """An office abroad granted the patent."""

    TOPIC: ClassVar[str] = "foreign-granted.v1"
    REPORTED: ClassVar[bool] = True
    foreign: ForeignId
    number: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.foreign,)


class PatentGraded(Fact):
    """A patent got a grade of the institution's own scheme, after looking at these aspects."""

    TOPIC: ClassVar[str] = "patent-graded.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    grade: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}$")]
    aspects: Annotated[tuple[GradedAspect, ...], Field(min_length=1)]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class HighValueTagged(Fact):
    """A patent was found to be of high value for one of the five reasons."""

    TOPIC: ClassVar[str] = "high-value-tagged.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    tag: HighValueTag
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class HighValueUntagged(Fact):
    """One of the five reasons no longer holds."""

    TOPIC: ClassVar[str] = "high-value-untagged.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    tag: HighValueTag
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentPledged(Fact):
    """Patents were pledged for a debt, and the pledge registered."""

    TOPIC: ClassVar[str] = "patent-pledged.v1"
    REPORTED: ClassVar[bool] = True
    pledge: PledgeId
    patents: Patents
    pledgee: Text
    secured_fen: PositiveFen
    registration: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.pledge, *self.patents)


class PledgeReleased(Fact):
    """The pledge was struck off the register."""

    TOPIC: ClassVar[str] = "pledge-released.v1"
    REPORTED: ClassVar[bool] = True
    pledge: PledgeId
    patents: Patents
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.pledge, *self.patents)


class EvaluationReportIssued(Fact):
    """The patent office issued an evaluation report (专利权评价报告)."""

    TOPIC: ClassVar[str] = "evaluation-report-issued.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    favourable: bool | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class ValuationReceived(Fact):
    """Patents were valued by an appraiser."""

    TOPIC: ClassVar[str] = "valuation-received.v1"
    REPORTED: ClassVar[bool] = True
    valuation: ValuationId
    patents: Patents
    method: Literal["income", "market", "cost"]
    appraiser: Text
    amount_fen: PositiveFen
    valid_until: date | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.valuation, *self.patents)


class StatusChecked(Fact):
    """Somebody looked up the legal status and the owner of a patent."""

    TOPIC: ClassVar[str] = "status-checked.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    in_force: bool
    owner_confirmed: bool
    source: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)
