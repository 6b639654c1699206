"""Rights as facts: who may be acted for, and administration kept apart from business by person."""

from datetime import date, timedelta

import pytest

from ledger.access import Actor, Grant, acting_institution, need_principal
from ledger.actors import Role
from ledger.persons import DECLARATIONS as PERSONS
from ledger.persons import RegisterPerson
from ledger.proposals import ConfirmRight, RegisterActor
from ledger.refusals import Refusal, Refused
from tests.ledger.cash_given import (
    ADMINISTRATOR,
    BUREAU,
    OTHER_UNIVERSITY,
    SECURITY,
    UNIVERSITY,
    CashDesk,
    appoint,
    open_desk,
    uuid,
)
from tests.ledger.stage import given_role

DAY = date(2022, 9, 1)
SECOND_SELF, COLLEAGUE = f"actor:{uuid(80)}", f"actor:{uuid(81)}"
ADMINISTRATORS_PERSON = f"person:{uuid(1)}"


@pytest.fixture
def desk() -> CashDesk:
    """The administrator's second actor, and a colleague."""
    desk = open_desk()
    desk.tell(RegisterActor(actor=SECOND_SELF, person=ADMINISTRATORS_PERSON), ADMINISTRATOR)
    desk.tell(ConfirmRight(proposal=f"proposal:{uuid(80)}"), SECURITY)
    desk.tell(RegisterActor(actor=COLLEAGUE, person=f"person:{uuid(82)}"), ADMINISTRATOR)
    return desk


@pytest.mark.parametrize("role", [Role.BUREAU_APPROVER, Role.SECURITY_AUDITOR])
def test_an_administrator_gives_the_own_person_no_business_role(desk: CashDesk, role: Role) -> None:
    for own in (ADMINISTRATOR, SECOND_SELF):
        command, _ = given_role(own, role, None)
        desk.denies(Refused.ADMINISTRATOR_HAS_NO_BUSINESS_RIGHTS, command, ADMINISTRATOR)
    appoint(desk, COLLEAGUE, role)


def test_a_person_is_registered_for_an_institution_that_is_there() -> None:
    desk = open_desk()
    desk.declarations |= {item.command: item for item in PERSONS}
    nowhere = "institution:91350100M000100Y43"
    command = RegisterPerson(institution=nowhere, person=f"person:{uuid(83)}", name="某人")
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, command, ADMINISTRATOR, institution=nowhere)


def clerk(role: Role, scope: str | None, ends: date | None = None) -> Actor:
    grants = (Grant(role, scope, DAY, ends),)
    return Actor(known=True, person=f"person:{uuid(85)}", grants=grants)


@pytest.mark.parametrize(
    ("principal", "institution"),
    [
        (clerk(Role.SCHOOL_LEADER, UNIVERSITY), UNIVERSITY),
        (clerk(Role.BUREAU_CLERK, None), BUREAU),
    ],
)
def test_a_colleague_of_the_same_institution_may_be_acted_for(
    principal: Actor, institution: str
) -> None:
    need_principal(principal, COLLEAGUE, institution, BUREAU, DAY)


def test_the_bureaus_offices_act_for_the_bureau_alone() -> None:
    office, roles = clerk(Role.BUREAU_CLERK, None), frozenset({Role.BUREAU_CLERK})
    for wanted in (None, BUREAU):
        assert acting_institution(office, roles, wanted, BUREAU, DAY) == BUREAU
    with pytest.raises(Refusal) as caught:
        acting_institution(office, roles, UNIVERSITY, BUREAU, DAY)
    assert caught.value.code is Refused.ROLE_IS_MISSING


def test_an_administrator_acts_for_any_institution() -> None:
    office, roles = clerk(Role.ADMINISTRATOR, None), frozenset({Role.ADMINISTRATOR})
    assert acting_institution(office, roles, UNIVERSITY, BUREAU, DAY) == UNIVERSITY


@pytest.mark.parametrize(
    ("principal", "institution"),
    [
        (Actor(), UNIVERSITY),
        (Actor(known=True), UNIVERSITY),
        (clerk(Role.SCHOOL_LEADER, OTHER_UNIVERSITY), UNIVERSITY),
        (clerk(Role.SCHOOL_LEADER, UNIVERSITY, DAY - timedelta(days=1)), UNIVERSITY),
        (clerk(Role.BUREAU_CLERK, None), UNIVERSITY),
    ],
)
def test_nobody_else_may_be_acted_for(principal: Actor, institution: str) -> None:
    with pytest.raises(Refusal) as caught:
        need_principal(principal, COLLEAGUE, institution, BUREAU, DAY)
    assert caught.value.code is Refused.ACTOR_IS_UNKNOWN
    assert caught.value.values == {"actor": COLLEAGUE}


def test_a_human_is_registered_with_the_person_it_is(desk: CashDesk) -> None:
    nobody = RegisterActor(actor=f"actor:{uuid(88)}", kind="human")
    desk.refuses(
        Refused.HUMAN_NEEDS_A_PERSON,
        nobody,
        actor=ADMINISTRATOR,
        institution=UNIVERSITY,
        today=DAY,
    )
