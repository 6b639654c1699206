"""What a portfolio knows of its patents: grades, high-value tags, status checks, reports."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from ledger.actors import CHECKERS, Role
from ledger.case import Breach, Case, Command, Decision, New
from ledger.declaration import Declaration
from ledger.facts import (
    EvaluationReportIssued,
    HighValueTagged,
    HighValueUntagged,
    PatentGraded,
    StatusChecked,
)
from ledger.facts.portfolio import GradedAspect, HighValueTag
from ledger.refusals import Refusal, Refused
from ledger.rights import IN_FORCE, LICENSABLE, Status, filings, patent_and_day, unless
from ledger.subjects import PatentId, Text

_WERE_GRANTED: frozenset[Status] = IN_FORCE | {"lapsed", "abandoned", "expired"}

# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class GradePatent(Command):
    """Record the grade that a patent got in the institution's own scheme."""

    NAME: ClassVar[str] = "patent.grade"
    ZH: ClassVar[str] = "登记专利分级"
    EN: ClassVar[str] = "Record the grade of a patent"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    grade: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}$")]
    aspects: Annotated[tuple[GradedAspect, ...], Field(min_length=1, max_length=4)]
    on: date | None = None


class TagPatent(Command):
    """Mark an invention patent as of high value, for one of the five reasons."""

    NAME: ClassVar[str] = "patent.tag"
    ZH: ClassVar[str] = "标注高价值发明专利"
    EN: ClassVar[str] = "Tag a high-value patent"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    tag: HighValueTag
    on: date | None = None


class UntagPatent(Command):
    """Take a tag off: its reason no longer holds."""

    NAME: ClassVar[str] = "patent.untag"
    ZH: ClassVar[str] = "取消高价值标注"
    EN: ClassVar[str] = "Take a high-value tag off"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    tag: HighValueTag
    on: date | None = None


class CheckStatus(Command):
    """Record that legal status and owner of a patent were looked up, and what was found."""

    NAME: ClassVar[str] = "patent.check-status"
    ZH: ClassVar[str] = "登记法律状态核查"
    EN: ClassVar[str] = "Record a look-up of the legal status"
    ROLES: ClassVar[frozenset[Role] | None] = CHECKERS
    patent: PatentId
    in_force: bool
    owner_confirmed: bool
    source: Text
    on: date | None = None


class ReportEvaluation(Command):
    """Record that the patent office issued an evaluation report."""

    NAME: ClassVar[str] = "patent.report-evaluation"
    ZH: ClassVar[str] = "登记专利权评价报告"
    EN: ClassVar[str] = "Record an evaluation report"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    favourable: bool | None = None
    on: date | None = None


# --- decide


def grade_patent(command: GradePatent, case: Case) -> Decision:
    """Record a grade; of a right that does not live it is a breach. Applications count as alive."""
    patent, on = patent_and_day(case, command.patent, command.on)
    aspects = tuple(dict.fromkeys(command.aspects))
    fact = PatentGraded(patent=command.patent, grade=command.grade, aspects=aspects, on=on)
    breaches = unless(LICENSABLE, "right-is-not-in-force", command.patent, patent, on)
    return Decision((New(fact, filings({command.patent: patent})),), breaches)


def tag_patent(command: TagPatent, case: Case) -> Decision:
    """Set a tag. Refused where it is set; on anything but a valid invention it is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    if patent.upkeep.tagged_on(on, command.tag):
        raise Refusal(Refused.TAG_IS_SET_ALREADY, patent=command.patent, tag=command.tag)
    fact = HighValueTagged(patent=command.patent, tag=command.tag, on=on)
    breaches = unless(IN_FORCE, "right-is-not-in-force", command.patent, patent, on)
    if patent.kind != "invention":
        values = {"patent": command.patent, "kind": patent.kind}
        breaches = (*breaches, Breach("tagged-patent-is-no-invention", values))
    return Decision((New(fact, filings({command.patent: patent})),), breaches)


def untag_patent(command: UntagPatent, case: Case) -> Decision:
    """Take a tag off. Refused where it is not set."""
    patent, on = patent_and_day(case, command.patent, command.on)
    if not patent.upkeep.tagged_on(on, command.tag):
        raise Refusal(Refused.TAG_IS_NOT_SET, patent=command.patent, tag=command.tag)
    fact = HighValueUntagged(patent=command.patent, tag=command.tag, on=on)
    return Decision((New(fact, filings({command.patent: patent})),))


def check_status(command: CheckStatus, case: Case) -> Decision:
    """Record a look-up; one that contradicts the status or title on record is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = StatusChecked(
        patent=command.patent,
        in_force=command.in_force,
        owner_confirmed=command.owner_confirmed,
        source=command.source,
        on=on,
    )
    status = patent.status_on(on)
    about = {"patent": command.patent, "on": on.isoformat()}
    breaches: list[Breach] = []
    if command.in_force != (status in IN_FORCE):
        breaches.append(Breach("status-check-contradicts-record", {**about, "status": status}))
    if not command.owner_confirmed and patent.assigned_on(on) is None:
        breaches.append(Breach("owner-is-not-confirmed", about))
    return Decision((New(fact, filings({command.patent: patent})),), tuple(breaches))


def report_evaluation(command: ReportEvaluation, case: Case) -> Decision:
    """Record a report; of an invention, or of a right never granted, it is a breach (专利法 66)."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = EvaluationReportIssued(patent=command.patent, favourable=command.favourable, on=on)
    breaches = unless(_WERE_GRANTED, "right-is-not-in-force", command.patent, patent, on)
    if patent.kind == "invention":
        breaches = (*breaches, Breach("evaluated-patent-is-an-invention", {"patent": fact.patent}))
    return Decision((New(fact, filings({command.patent: patent})),), breaches)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(GradePatent, grade_patent, (PatentGraded,)),
    Declaration(TagPatent, tag_patent, (HighValueTagged,)),
    Declaration(UntagPatent, untag_patent, (HighValueUntagged,)),
    Declaration(CheckStatus, check_status, (StatusChecked,)),
    Declaration(ReportEvaluation, report_evaluation, (EvaluationReportIssued,)),
)
