"""Decisions: recorded by one person, approved by another, about anything the institution knows."""

from datetime import date

import pytest

from ledger import access, decisions
from ledger.corrections import CorrectFact
from ledger.decisions import ApproveDecision, RecordDecision
from ledger.facts import ActorRegistered, DecisionRecorded
from ledger.refusals import Refusal, Refused
from ledger.sitting import Cache, Sitting
from ledger.texts.market import TEXTS
from tests.ledger.deal_desk import (
    BUREAU,
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    OTHER_UNIVERSITY,
    STAFF,
    TODAY,
    UNIVERSITY,
    DealDesk,
    license_of,
    ready,
    uuid,
)
from tests.ledger.examples import NOON

DECISION, OTHER_DECISION = f"decision:{uuid(1)}", f"decision:{uuid(2)}"
HEAD = f"actor:{uuid(50)}"
SECOND_ACCOUNT = f"actor:{uuid(51)}"


@pytest.fixture
def desk() -> DealDesk:
    made = ready()
    for page in (access, decisions):
        made.declarations.update({item.command: item for item in page.DECLARATIONS})
    for actor, number in ((HEAD, 60), (SECOND_ACCOUNT, 2)):
        person = f"person:{uuid(number)}"
        made.put(ActorRegistered(registered=actor, kind="human", person=person, on=TODAY))
    return made


def decision(**changed: object) -> RecordDecision:
    usual = {"decision": DECISION, "kind": "pricing", "title": "定价", "body": "协议定价"}
    return RecordDecision.model_validate({**usual, **changed})


def test_a_decision_counts_once_another_person_approved_it(desk: DealDesk) -> None:
    desk.tell(decision())
    approval = ApproveDecision(decision=DECISION)
    for same in (STAFF, SECOND_ACCOUNT):
        desk.denies(Refused.ANOTHER_PERSON_MUST_DO_THIS, approval, actor=same)
    approved = desk.tell(approval, actor=HEAD)
    assert approved.new[0].rests_on == ((DECISION, 1),)
    assert desk.state(DECISION).approved == TODAY
    refusal = desk.denies(Refused.DECISION_IS_APPROVED_ALREADY, approval, actor=HEAD)
    assert TEXTS[refusal.code].zh.format(**refusal.values)
    unknown = ApproveDecision(decision=OTHER_DECISION)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, unknown, actor=HEAD)


def test_a_decision_may_be_about_anything_the_institution_knows(desk: DealDesk) -> None:
    desk.tell(license_of(FIRST))
    desk.tell(decision(decision=OTHER_DECISION))
    about = (INVENTION, FIRST, FIRM, UNIVERSITY, "policy:sme-size", OTHER_DECISION)
    before = {subject: desk.state(subject) for subject in about}
    recorded = desk.tell(decision(about=(*about, INVENTION)))
    assert recorded.new[0].subjects() == (DECISION, *about)
    assert {subject: desk.state(subject) for subject in about} == before


@pytest.mark.parametrize(
    "subject",
    [
        FOREIGN_PATENT,
        f"license:{uuid(70)}",
        "policy:reward-fund",
        "fund:nowhere",
        f"reward:{uuid(70)}",
        "unheard:of",
        DECISION,
        OTHER_UNIVERSITY,
        "log:main",
        STAFF,
    ],
)
def test_what_is_unknown_or_not_ones_own_cannot_be_decided_on(desk: DealDesk, subject: str) -> None:
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, decision(about=(subject,)))


def test_the_bureau_decides_about_any_institution(desk: DealDesk) -> None:
    desk.tell(decision(about=(OTHER_UNIVERSITY,)), institution=BUREAU)


def test_an_approval_is_of_the_words_that_were_approved(desk: DealDesk) -> None:
    clause = {"catalogue": "gbt33251-2016", "clause": "8.4"}
    desk.tell(decision(kind="not-applicable", **clause))
    recorded = desk.facts[-1]
    desk.tell(ApproveDecision(decision=DECISION), actor=HEAD)
    other = recorded.fact.model_dump(mode="json") | {"clause": "9.1"}
    named = {"position": recorded.position, "leaf": recorded.leaf, "reason": "条款写错"}
    desk.tell(CorrectFact.model_validate({**named, "replacement": other}), actor=HEAD)
    assert desk.state(DECISION).approved is None
    again = ApproveDecision(decision=DECISION)
    desk.denies(Refused.ANOTHER_PERSON_MUST_DO_THIS, again, actor=HEAD)
    desk.tell(again)
    assert desk.state(DECISION).approved == TODAY


def test_a_kind_there_is_none_of_is_refused_before_anything_is_loaded() -> None:
    sitting = Sitting(Cache(), {}, NOON, {}, {})
    with pytest.raises(Refusal) as caught:
        sitting.state("unheard:of")
    assert caught.value.code is Refused.SUBJECT_IS_UNKNOWN
    assert sitting.take_missing() == (set(), set(), set())


def test_not_applicable_names_its_clause_and_nothing_else_does(desk: DealDesk) -> None:
    clause = {"catalogue": "gbt33251-2016", "clause": "8.4"}
    for wrong in (
        {"kind": "not-applicable"},
        {"kind": "not-applicable", "clause": "8.4"},
        {"kind": "not-applicable", "catalogue": "gbt33251-2016"},
        {"kind": "exemption", **clause},
        {"kind": "exemption", "clause": "8.4"},
    ):
        refusal = desk.denies(Refused.CLAUSE_GOES_WITH_NOT_APPLICABLE, decision(**wrong))
        assert TEXTS[refusal.code].en.format(**refusal.values)
    desk.tell(decision(kind="not-applicable", **clause))
    fact = desk.facts[-1].fact
    assert isinstance(fact, DecisionRecorded)
    assert (fact.catalogue, fact.clause) == ("gbt33251-2016", "8.4")


def test_a_decision_ends_no_earlier_than_it_was_taken_and_has_an_id_of_its_own(
    desk: DealDesk,
) -> None:
    day = date(2024, 5, 6)
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, decision(on=day, until=date(2024, 5, 5)))
    desk.tell(decision(on=day, until=day))
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, decision())
