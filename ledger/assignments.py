"""Assignments: agreed, registered (only then title passes), rescinded."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.counterparty_state import need_counterparty
from ledger.declaration import Declaration
from ledger.facts import (
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    BankFeeRecorded,
    ClausesReviewed,
    InstalmentScheduled,
    ReceiptAllocated,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardAwarded,
    RewardCapped,
    RewardClaimed,
    RewardClawedBack,
    RewardRefused,
    RewardReturned,
    RewardReviewed,
    TechnologyContractRegistered,
)
from ledger.facts.deals import FeeFen, Instalment
from ledger.refusals import Refusal, Refused
from ledger.rights import Patent, consent_breaches, filings, need_patents, title_breaches
from ledger.schedules import NOTHING_DUE, CashFact, RewardFact, Schedule, schedule_of, settle
from ledger.subjects import AssignmentId, CounterpartyId, PatentId, Text
from ledger.terms import need_after_signing, need_distinct_numbers, need_sum

# --- State


@dataclass(frozen=True, slots=True)
class Registration:
    """Title to these patents passed on a day."""

    patents: tuple[str, ...]
    on: date
    sequence: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment contract. `granted` is the sequence of its agreement on itself."""

    kind: ClassVar[Literal["assignment"]] = "assignment"
    known: bool = False
    assignment: str = ""
    institution: str = ""
    counterparty: str = ""
    signed: date = date.min
    related_party: bool = False
    patents: tuple[str, ...] = ()
    schedule: Schedule = NOTHING_DUE
    granted: int = 0
    price_fen: int = 0
    registrations: tuple[Registration, ...] = ()
    rescinded: date | None = None
    registration: str | None = None

    def registered(self, patent: str) -> date | None:
        """The day on which title to a patent passed, if it did."""
        return next((item.on for item in self.registrations if patent in item.patents), None)


# --- evolve

AssignmentFact = (
    AssignmentAgreed
    | AssignmentRegistered
    | AssignmentRescinded
    | TechnologyContractRegistered
    | ClausesReviewed
    | CashFact
    | RewardFact
)


def evolve(state: Assignment, fact: AssignmentFact, seen: Recorded) -> Assignment:
    """Fold one fact about an assignment."""
    match fact:
        case AssignmentAgreed():
            return _agreed(fact, seen)
        case AssignmentRegistered():
            sequence = seen.sequences[fact.assignment]
            registration = Registration(fact.patents, fact.on, sequence)
            return replace(state, registrations=(*state.registrations, registration))
        case AssignmentRescinded():
            return replace(state, rescinded=fact.on)
        case TechnologyContractRegistered():
            return replace(state, registration=fact.registration)
        case (
            ReceiptAllocated()
            | ReceiptDeallocated()
            | BankFeeRecorded()
            | ReceiptRefunded()
            | ReceiptReversed()
            | InstalmentScheduled()
        ):
            sequence = seen.sequences.get(state.assignment, 0)
            schedule = settle(state.schedule, fact, state.assignment, sequence)
            return replace(state, schedule=schedule)
        case (
            ClausesReviewed()
            | RewardClaimed()
            | RewardReturned()
            | RewardRefused()
            | RewardReviewed()
            | RewardAwarded()
            | RewardCapped()
            | RewardClawedBack()
        ):
            return state
        case _:
            assert_never(fact)


def _agreed(fact: AssignmentAgreed, seen: Recorded) -> Assignment:
    sequence = seen.sequences[fact.assignment]
    return Assignment(
        known=True,
        assignment=fact.assignment,
        institution=seen.institution,
        counterparty=fact.counterparty,
        signed=fact.signed,
        related_party=fact.related_party,
        patents=fact.patents,
        schedule=schedule_of(fact.instalments, sequence),
        granted=sequence,
        price_fen=fact.price_fen,
    )


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})
Patents = Annotated[tuple[PatentId, ...], Field(min_length=1, max_length=200)]


class AgreeAssignment(Command):
    """Record a signed assignment contract."""

    NAME: ClassVar[str] = "assignment.agree"
    ZH: ClassVar[str] = "登记转让合同"
    EN: ClassVar[str] = "Record an assignment contract"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "assignment"
    assignment: AssignmentId
    contract_number: Text
    counterparty: CounterpartyId
    patents: Patents
    related_party: bool = False
    signed: date
    price_fen: FeeFen
    instalments: tuple[Instalment, ...] = ()


class RegisterAssignment(Command):
    """Record that the patent office registered the transfer of all, or of these, patents."""

    NAME: ClassVar[str] = "assignment.register"
    ZH: ClassVar[str] = "登记转让生效"
    EN: ClassVar[str] = "Record the registration of an assignment"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    assignment: AssignmentId
    patents: Patents | None = None
    on: date | None = None


class RescindAssignment(Command):
    """Record that an assignment was undone; registered patents return on that day."""

    NAME: ClassVar[str] = "assignment.rescind"
    ZH: ClassVar[str] = "登记转让合同解除"
    EN: ClassVar[str] = "Record the rescission of an assignment"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    assignment: AssignmentId
    on: date | None = None


# --- decide


def need_assignment(case: Case, assignment: str) -> Assignment:
    """An assignment of the case's institution; refuses SUBJECT_IS_UNKNOWN for any other."""
    state = case.read(Assignment, assignment)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=assignment)
    return state


def agree_assignment(command: AgreeAssignment, case: Case) -> Decision:
    """Record an assignment. Refuses unknown parties and rights, and instalments off the price.

    Dead or assigned rights, a second assignment under way and missing consents are breaches.
    """
    need_distinct_numbers(command.instalments)
    need_sum(command.instalments, command.price_fen)
    if case.read(Assignment, command.assignment).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.assignment)
    need_counterparty(case, command.counterparty)
    patents = need_patents(case, command.patents)
    fact = AssignmentAgreed(
        assignment=command.assignment,
        contract_number=command.contract_number,
        counterparty=command.counterparty,
        patents=tuple(patents),
        related_party=command.related_party,
        signed=command.signed,
        price_fen=command.price_fen,
        instalments=command.instalments,
    )
    under_way = tuple(
        Breach("assignment-is-under-way", {"patent": patent, "assignment": other.assignment})
        for patent, state in patents.items()
        for other in state.transfers
        if other.pending(command.signed)
    )
    breaches = (
        *title_breaches(patents, case.institution, (command.signed,)),
        *under_way,
        *consent_breaches(patents, command.evidence),
    )
    return Decision((New(fact, rests_on=filings(patents)),), breaches)


def register_assignment(command: RegisterAssignment, case: Case) -> Decision:
    """Record the transfer of title (专利法 art. 10). Refused before signing, or for other patents.

    A second registration, one after rescission, and a right that was dead are breaches.
    """
    assignment = need_assignment(case, command.assignment)
    on = command.on or case.today
    need_after_signing(on, assignment.signed)
    patents = tuple(dict.fromkeys(command.patents or assignment.patents))
    for patent in patents:
        if patent not in assignment.patents:
            raise Refusal(
                Refused.PATENT_IS_NOT_IN_CONTRACT, patent=patent, contract=command.assignment
            )
    fact = AssignmentRegistered(assignment=command.assignment, patents=patents, on=on)
    states = {patent: case.read(Patent, patent) for patent in patents}
    repeated = tuple(
        Breach("assignment-is-registered-already", {"patent": patent, "on": before.isoformat()})
        for patent in patents
        if (before := assignment.registered(patent)) is not None
    )
    title = () if repeated else title_breaches(states, assignment.institution, (on,))
    rests_on = (Ref(command.assignment, assignment.granted), *filings(states))
    breaches = (*_undone(command.assignment, assignment), *repeated, *title)
    return Decision((New(fact, rests_on=rests_on),), breaches)


def rescind_assignment(command: RescindAssignment, case: Case) -> Decision:
    """Record that all was undone. Refused before signing; a second rescission is a breach."""
    assignment = need_assignment(case, command.assignment)
    on = command.on or case.today
    need_after_signing(on, assignment.signed)
    fact = AssignmentRescinded(assignment=command.assignment, patents=assignment.patents, on=on)
    sequences = (assignment.granted, *(item.sequence for item in assignment.registrations))
    rests_on = tuple(Ref(command.assignment, sequence) for sequence in sequences)
    return Decision((New(fact, rests_on=rests_on),), _undone(command.assignment, assignment))


def _undone(assignment_id: str, assignment: Assignment) -> tuple[Breach, ...]:
    if assignment.rescinded is None:
        return ()
    values = {"assignment": assignment_id, "on": assignment.rescinded.isoformat()}
    return (Breach("assignment-is-rescinded", values),)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(AgreeAssignment, agree_assignment, (AssignmentAgreed,)),
    Declaration(RegisterAssignment, register_assignment, (AssignmentRegistered,)),
    Declaration(RescindAssignment, rescind_assignment, (AssignmentRescinded,)),
)
