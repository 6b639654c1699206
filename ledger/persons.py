"""Natural persons: an id in the log, everything that names them in the vault."""

from dataclasses import dataclass, replace
from typing import ClassVar, assert_never

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import (
    ActorRegistered,
    DisclosureAmended,
    DisclosureSubmitted,
    PersonErased,
    PersonRegistered,
    ResultRightGranted,
    RewardClaimed,
    RewardDisbursed,
)
from ledger.institutions import Institution, Log
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, PersonId, Text

# --- State


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the log knows one; `registered` is the sequence of the first fact.

    `actors` are the accounts through which the person acts.
    """

    known: bool = False
    erased: bool = False
    institution: str = ""
    registered: int = 0
    actors: tuple[str, ...] = ()


# --- evolve

NamedFact = (
    ActorRegistered
    | RewardClaimed
    | RewardDisbursed
    | DisclosureSubmitted
    | DisclosureAmended
    | ResultRightGranted
)
PersonFact = PersonRegistered | PersonErased | NamedFact


def evolve(state: Person, fact: PersonFact, seen: Recorded) -> Person:
    """Fold one fact about a person."""
    match fact:
        case PersonRegistered():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                registered=seen.sequences[fact.person],
            )
        case PersonErased():
            return replace(state, erased=True)
        case ActorRegistered():
            return replace(state, actors=(*state.actors, fact.registered))
        case (
            RewardClaimed()
            | RewardDisbursed()
            | DisclosureSubmitted()
            | DisclosureAmended()
            | ResultRightGranted()
        ):
            return state
        case _:
            assert_never(fact)


def need_person(case: Case, person: str) -> Person:
    """A person whom the case's institution may name: its own or one the bureau registered.

    Refuses SUBJECT_IS_UNKNOWN for all others, and PERSON_IS_ERASED.
    """
    state = case.read(Person, person)
    if not state.known or state.institution not in (case.institution, case.read(Log, LOG).bureau):
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=person)
    if state.erased:
        raise Refusal(Refused.PERSON_IS_ERASED, person=person)
    return state


# --- Commands


class RegisterPerson(Command):
    """Make a person known; name, identity number and bank account go to the vault only."""

    NAME: ClassVar[str] = "person.register"
    ZH: ClassVar[str] = "登记人员"
    EN: ClassVar[str] = "Register a person"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset(
        {Role.CENTRE_STAFF, Role.FINANCE_CLERK, Role.ADMINISTRATOR}
    )
    FRESH: ClassVar[str | None] = "person"
    PRIVATE: ClassVar[tuple[str, ...]] = ("name", "id_number", "bank_account")
    person: PersonId
    name: Text
    id_number: Text | None = None
    bank_account: Text | None = None


class ErasePerson(Command):
    """Forget a person: with this fact the door destroys the key to the personal fields."""

    NAME: ClassVar[str] = "person.erase"
    ZH: ClassVar[str] = "删除个人信息"
    EN: ClassVar[str] = "Erase a person"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.ADMINISTRATOR})
    person: PersonId


# --- decide


def register_person(command: RegisterPerson, case: Case) -> Decision:
    """Register a person under a commitment to the name.

    Refuses an id in use, and an institution that an administrator names and nobody registered.
    """
    if command.institution is not None and not case.read(Institution, case.institution).known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.institution)
    if case.read(Person, command.person).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.person)
    fact = PersonRegistered(
        person=command.person, name_commitment=case.commitments["name"], on=case.today
    )
    return Decision((New(fact),))


def erase_person(command: ErasePerson, case: Case) -> Decision:
    """Erase a person of any institution. Refuses an unknown one and a second erasure."""
    person = case.read(Person, command.person)
    if not person.known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.person)
    if person.erased:
        raise Refusal(Refused.PERSON_IS_ERASED, person=command.person)
    fact = PersonErased(person=command.person, on=case.today)
    rests_on = (Ref(command.person, person.registered),)
    return Decision((New(fact, rests_on=rests_on, institution=person.institution),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RegisterPerson, register_person, (PersonRegistered,)),
    Declaration(ErasePerson, erase_person, (PersonErased,)),
)
