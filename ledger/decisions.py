"""Decisions an institution takes and records, and their approval by a second person."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.access import need_another_person
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import DecisionApproved, DecisionRecorded
from ledger.facts.centres import DecisionKind
from ledger.mentions import need_all_within
from ledger.refusals import Refusal, Refused
from ledger.subjects import DecisionId, Subject, Text
from ledger.terms import need_no_earlier

# --- State


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision: who put it on record, and on which day it was approved.

    An approval is of the words that were approved: once they are corrected it takes another.
    """

    known: bool = False
    institution: str = ""
    recorded: int = 0
    recorded_by: str = ""
    approved: date | None = None


# --- evolve


def evolve(
    state: RecordedDecision, fact: DecisionRecorded | DecisionApproved, seen: Recorded
) -> RecordedDecision:
    """Fold one fact about a decision."""
    match fact:
        case DecisionRecorded():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                recorded=seen.sequences[fact.decision],
                recorded_by=seen.actor,
            )
        case DecisionApproved():
            read = Ref(fact.decision, state.recorded) in seen.rests_on
            return replace(state, approved=fact.on) if read else state
        case _:
            assert_never(fact)


# --- Commands


class RecordDecision(Command):
    """Put a decision on record; one that a clause does not apply names catalogue and clause.

    `until` is the last day on which the decision holds. `body` names natural persons by role only.
    """

    NAME: ClassVar[str] = "decision.record"
    ZH: ClassVar[str] = "登记决定"
    EN: ClassVar[str] = "Record a decision"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset(
        {Role.CENTRE_STAFF, Role.CENTRE_HEAD, Role.SCHOOL_LEADER, Role.BUREAU_CLERK}
    )
    DECIDES: ClassVar[bool] = True
    FRESH: ClassVar[str | None] = "decision"
    decision: DecisionId
    kind: DecisionKind
    title: Text
    body: Text
    about: Annotated[tuple[Subject, ...], Field(max_length=50)] = ()
    catalogue: Text | None = None
    clause: Text | None = None
    until: date | None = None
    on: date | None = None


class ApproveDecision(Command):
    """Approve a decision that somebody else put on record."""

    NAME: ClassVar[str] = "decision.approve"
    ZH: ClassVar[str] = "批准决定"
    EN: ClassVar[str] = "Approve a decision"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset(
        {Role.SCHOOL_LEADER, Role.CENTRE_HEAD, Role.BUREAU_APPROVER}
    )
    decision: DecisionId


# --- decide


def record_decision(command: RecordDecision, case: Case) -> Decision:
    """Record a decision. Refuses unknown subjects, and a clause beside any other kind.

    Refuses an end before the day it was taken.
    """
    need_clause_for_not_applicable(command.kind, command.catalogue, command.clause)
    on = command.on or case.today
    need_no_earlier(command.until or on, on)
    if case.read(RecordedDecision, command.decision).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.decision)
    about = tuple(dict.fromkeys(command.about))
    need_all_within(case, about)
    fact = DecisionRecorded(
        decision=command.decision,
        kind=command.kind,
        title=command.title,
        body=command.body,
        about=about,
        catalogue=command.catalogue,
        clause=command.clause,
        until=command.until,
        on=on,
    )
    return Decision((New(fact),))


def approve_decision(command: ApproveDecision, case: Case) -> Decision:
    """Approve a decision, once. Refused to the person who put it on record."""
    need_all_within(case, (command.decision,))
    decision = case.read(RecordedDecision, command.decision)
    if decision.approved is not None:
        raise Refusal(
            Refused.DECISION_IS_APPROVED_ALREADY,
            decision=command.decision,
            on=decision.approved.isoformat(),
        )
    need_another_person(case, decision.recorded_by, done=DecisionRecorded.TOPIC)
    fact = DecisionApproved(decision=command.decision, on=case.today)
    return Decision((New(fact, rests_on=(Ref(command.decision, decision.recorded),)),))


def need_clause_for_not_applicable(
    kind: DecisionKind, catalogue: str | None, clause: str | None
) -> None:
    """Refuse "not applicable" without the clause it speaks of, and a clause beside other kinds."""
    named = (catalogue is not None, clause is not None)
    if named != ((True, True) if kind == "not-applicable" else (False, False)):
        raise Refusal(Refused.CLAUSE_GOES_WITH_NOT_APPLICABLE, kind=kind)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RecordDecision, record_decision, (DecisionRecorded,)),
    Declaration(ApproveDecision, approve_decision, (DecisionApproved,)),
)
