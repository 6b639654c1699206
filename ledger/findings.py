"""What auditors find: raised, answered by the institution, looked at again, and closed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.access import need_another_person
from ledger.actors import AUDITORS, Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import FindingAnswered, FindingClosed, FindingRaised, FindingVerified
from ledger.facts.audits import About, Position
from ledger.institutions import Institution
from ledger.mentions import need_all_within
from ledger.policies.audit_rectification import RECTIFICATION_DAYS
from ledger.refusals import Refusal, Refused
from ledger.subjects import FindingId, SampleId, Text
from ledger.terms import need_no_earlier

ANSWERERS = frozenset({Role.CENTRE_HEAD, Role.FINANCE_APPROVER, Role.SCHOOL_LEADER})
"""Who answers for the institution that a finding is held against."""

CONCERNED = AUDITORS | ANSWERERS
"""Who works with findings: those who raise them, and those who answer for an institution."""

Stage = Literal["", "raised", "answered", "mended", "not-mended", "closed"]

# --- State


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: how far it came, when it last moved, and who answered or verified so far."""

    known: bool = False
    institution: str = ""
    stage: Stage = ""
    moved: date = date.min
    last: int = 0
    answered_by: frozenset[str] = frozenset()
    verified_by: frozenset[str] = frozenset()


# --- evolve

FindingFact = FindingRaised | FindingAnswered | FindingVerified | FindingClosed


def evolve(state: Finding, fact: FindingFact, seen: Recorded) -> Finding:
    """Fold one fact about a finding."""
    state = replace(state, moved=fact.on, last=seen.sequences[fact.finding])
    match fact:
        case FindingRaised():
            return replace(state, known=True, institution=fact.against, stage="raised")
        case FindingAnswered():
            return replace(state, stage="answered", answered_by=state.answered_by | {seen.actor})
        case FindingVerified():
            by = state.verified_by | {seen.actor}
            return replace(state, stage=fact.outcome, verified_by=by)
        case FindingClosed():
            return replace(state, stage="closed")
        case _:
            assert_never(fact)


# --- Commands


class RaiseFinding(Command):
    """Hold something against the institution named; it is due after 90 days unless `due` says.

    `positions` are the facts it rests on, `sample` the sample it came from.
    """

    NAME: ClassVar[str] = "finding.raise"
    ZH: ClassVar[str] = "提出审计发现"
    EN: ClassVar[str] = "Raise a finding"
    ROLES: ClassVar[frozenset[Role] | None] = AUDITORS
    FRESH: ClassVar[str | None] = "finding"
    finding: FindingId
    title: Text
    body: Text
    severity: Literal["minor", "major", "critical"]
    about: About = ()
    positions: Annotated[tuple[Position, ...], Field(max_length=200)] = ()
    sample: SampleId | None = None
    due: date | None = None
    on: date | None = None


class AnswerFinding(Command):
    """Say what the institution did about a finding; papers are named as evidence."""

    NAME: ClassVar[str] = "finding.answer"
    ZH: ClassVar[str] = "答复审计发现"
    EN: ClassVar[str] = "Answer a finding"
    ROLES: ClassVar[frozenset[Role] | None] = ANSWERERS
    finding: FindingId
    body: Text
    on: date | None = None


class VerifyFinding(Command):
    """Say whether what was answered is so."""

    NAME: ClassVar[str] = "finding.verify"
    ZH: ClassVar[str] = "核实整改"
    EN: ClassVar[str] = "Verify that a finding is mended"
    ROLES: ClassVar[frozenset[Role] | None] = AUDITORS
    finding: FindingId
    outcome: Literal["mended", "not-mended"]
    body: Text
    on: date | None = None


class CloseFinding(Command):
    """Close a finding: it is mended, or `body` says why its risk is accepted or it is withdrawn."""

    NAME: ClassVar[str] = "finding.close"
    ZH: ClassVar[str] = "关闭审计发现"
    EN: ClassVar[str] = "Close a finding"
    ROLES: ClassVar[frozenset[Role] | None] = AUDITORS
    finding: FindingId
    outcome: Literal["mended", "risk-accepted", "withdrawn"]
    body: Text
    on: date | None = None


# --- decide


def raise_finding(command: RaiseFinding, case: Case) -> Decision:
    """Raise a finding. Refuses what the institution has no part in, and unknown positions."""
    if case.read(Finding, command.finding).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.finding)
    if not case.read(Institution, case.institution).known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=case.institution)
    about = tuple(dict.fromkeys(command.about))
    need_all_within(case, (*about, command.sample))
    for position in command.positions:
        seen = case.reader.at(position)
        if seen is None or seen.institution != case.institution:
            raise Refusal(Refused.POSITION_IS_UNKNOWN, position=position)
    on = command.on or case.today
    need_no_earlier(command.due or on, on)
    # A day to come is refused with the fact; counted from there the term could leave the calendar.
    due = command.due or min(on, case.today) + timedelta(days=RECTIFICATION_DAYS)
    fact = FindingRaised(
        finding=command.finding,
        against=case.institution,
        title=command.title,
        body=command.body,
        severity=command.severity,
        about=about,
        positions=tuple(dict.fromkeys(command.positions)),
        sample=command.sample,
        due=due,
        on=on,
    )
    return Decision((New(fact),))


def answer_finding(command: AnswerFinding, case: Case) -> Decision:
    """Answer a finding that is open. Refused to a person who verified it before."""
    finding = _need_at(case, command.finding, ("raised", "answered", "not-mended"))
    for actor in sorted(finding.verified_by):
        need_another_person(case, actor, done=FindingVerified.TOPIC)
    on = _day(case, finding, command.on)
    fact = FindingAnswered(finding=command.finding, body=command.body, on=on)
    return _follows(fact, finding)


def verify_finding(command: VerifyFinding, case: Case) -> Decision:
    """Verify an answered finding. Refused to a person who answered it, whenever."""
    finding = _need_at(case, command.finding, ("answered",))
    for actor in sorted(finding.answered_by):
        need_another_person(case, actor, done=FindingAnswered.TOPIC)
    on = _day(case, finding, command.on)
    fact = FindingVerified(
        finding=command.finding, outcome=command.outcome, body=command.body, on=on
    )
    return _follows(fact, finding)


def close_finding(command: CloseFinding, case: Case) -> Decision:
    """Close a finding, as mended only once it was verified. Refused to those who answered it."""
    mended = command.outcome == "mended"
    stages: tuple[Stage, ...] = ("mended",) if mended else ("raised", "answered", "not-mended")
    finding = _need_at(case, command.finding, stages)
    for actor in sorted(finding.answered_by):
        need_another_person(case, actor, done=FindingAnswered.TOPIC)
    on = _day(case, finding, command.on)
    fact = FindingClosed(finding=command.finding, outcome=command.outcome, body=command.body, on=on)
    return _follows(fact, finding)


def _need_at(case: Case, name: str, stages: tuple[Stage, ...]) -> Finding:
    """A finding against the case's institution at one of these stages."""
    need_all_within(case, (name,))
    finding = case.read(Finding, name)
    if finding.stage not in stages:
        raise Refusal(
            Refused.FINDING_IS_AT_ANOTHER_STAGE,
            finding=name,
            stage=finding.stage,
            needed=list(stages),
        )
    return finding


def _day(case: Case, finding: Finding, on: date | None) -> date:
    """The day of a step, today unless given; refused before that of the step before it."""
    day = on or case.today
    need_no_earlier(day, finding.moved)
    return day


def _follows(fact: FindingAnswered | FindingVerified | FindingClosed, finding: Finding) -> Decision:
    return Decision((New(fact, rests_on=(Ref(fact.finding, finding.last),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RaiseFinding, raise_finding, (FindingRaised,)),
    Declaration(AnswerFinding, answer_finding, (FindingAnswered,)),
    Declaration(VerifyFinding, verify_finding, (FindingVerified,)),
    Declaration(CloseFinding, close_finding, (FindingClosed,)),
)
