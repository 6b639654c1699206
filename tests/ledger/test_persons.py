"""Persons: known by id and commitment only, erased once."""

from datetime import date

import pytest
from pydantic import ValidationError

from ledger.facts import PersonErased, PersonRegistered
from ledger.patents import FilePatent
from ledger.persons import ErasePerson, RegisterPerson
from ledger.refusals import Refused
from tests.ledger.deal_desk import (
    INVENTION,
    OTHER_UNIVERSITY,
    TODAY,
    UNIVERSITY,
    DealDesk,
    opened,
    uuid,
)

PERSON = f"person:{uuid(50)}"
NAME = {"name": "ab" * 32}


def registered() -> DealDesk:
    desk = opened()
    command = RegisterPerson(person=PERSON, name="张三", id_number="310101199001011234")
    desk.tell(command, commitments=NAME)
    return desk


def test_a_registration_holds_the_commitment_and_no_word_of_the_name() -> None:
    fact = registered().facts[-1].fact
    assert fact == PersonRegistered(person=PERSON, name_commitment=NAME["name"], on=TODAY)
    assert "张三" not in fact.model_dump_json()


def test_a_person_needs_a_name() -> None:
    with pytest.raises(ValidationError):
        RegisterPerson.model_validate({"person": PERSON})


def test_everything_personal_goes_to_the_vault() -> None:
    assert set(RegisterPerson.PRIVATE) == {"name", "id_number", "bank_account"}


def test_an_id_is_registered_once() -> None:
    again = RegisterPerson(person=PERSON, name="李四")
    registered().denies(Refused.SUBJECT_EXISTS_ALREADY, again, commitments=NAME)


def test_a_person_is_erased_once_and_the_fact_stays_with_the_institution() -> None:
    desk = registered()
    desk.tell(ErasePerson(person=PERSON), institution="log:main")
    assert desk.facts[-1].fact == PersonErased(person=PERSON, on=TODAY)
    assert desk.facts[-1].institution == UNIVERSITY
    desk.denies(Refused.PERSON_IS_ERASED, ErasePerson(person=PERSON))


def test_an_unknown_person_cannot_be_erased() -> None:
    opened().denies(Refused.SUBJECT_IS_UNKNOWN, ErasePerson(person=PERSON))


def test_an_inventor_must_be_known_not_erased_and_of_ones_own_institution() -> None:
    filing = FilePatent(
        patent=INVENTION, title="某发明", filed=date(2022, 1, 4), inventors=(PERSON,)
    )
    opened().denies(Refused.SUBJECT_IS_UNKNOWN, filing)
    desk = registered()
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, filing, institution=OTHER_UNIVERSITY)
    desk.tell(ErasePerson(person=PERSON))
    desk.denies(Refused.PERSON_IS_ERASED, filing)
