"""Disclosures: who may hand a result in, who decides on it, and what is noted beside the facts."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from ledger import disclosures
from ledger.actors import Role
from ledger.case import Command, Decision
from ledger.disclosed_results import (
    AssessResult,
    DecideFiling,
    DetermineOwnership,
    GrantResultRight,
    PublishResult,
)
from ledger.disclosures import (
    AcceptDisclosure,
    AmendDisclosure,
    RejectDisclosure,
    SubmitDisclosure,
    WithdrawDisclosure,
)
from ledger.facts import (
    ActorRegistered,
    DisclosureSubmitted,
    PersonRegistered,
    ResultRightGranted,
    RoleGranted,
)
from ledger.facts.disclosures import Contributor
from ledger.money import Rate
from ledger.persons import Person
from ledger.refusals import Refusal, Refused
from ledger.texts.disclosures import BREACHES, TEXTS
from tests.ledger.deal_desk import (
    FOREIGN_PATENT,
    INVENTION,
    OTHER_UNIVERSITY,
    TODAY,
    UNIVERSITY,
    DealDesk,
    ready,
    uuid,
)

RESULT, OTHER_RESULT = f"disclosure:{uuid(70)}", f"disclosure:{uuid(71)}"
LI, WU, ZHAO = (f"person:{uuid(n)}" for n in (81, 82, 83))
STRANGER = f"person:{uuid(89)}"
OF_LI, OF_WU, OF_ZHAO, CLERK, REVIEWER = (f"actor:{uuid(n)}" for n in (91, 92, 93, 94, 95))
BEFORE = TODAY - timedelta(days=1)


def desk() -> DealDesk:
    """Li, Wu and Zhao are inventors; a clerk and a reviewer work at the centre."""
    made = ready()
    made.declarations.update({item.command: item for item in disclosures.DECLARATIONS})
    for person in (LI, WU, ZHAO):
        made.put(PersonRegistered(person=person, name_commitment="0" * 64, on=TODAY))
    posts = {
        OF_LI: (LI, Role.INVENTOR),
        OF_WU: (WU, Role.INVENTOR),
        OF_ZHAO: (ZHAO, Role.INVENTOR),
        CLERK: (f"person:{uuid(84)}", Role.CENTRE_STAFF),
        REVIEWER: (f"person:{uuid(85)}", Role.CENTRE_REVIEWER),
    }
    for actor, (person, role) in posts.items():
        made.put(ActorRegistered(registered=actor, kind="human", person=person, on=TODAY))
        hold(made, actor, role)
    return made


def hold(made: DealDesk, actor: str, role: Role) -> None:
    made.put(RoleGranted(holder=actor, role=role, scope=UNIVERSITY, starts=TODAY, ends=None))


def shared(*parts: tuple[str, int | None]) -> tuple[Contributor, ...]:
    """Contributors with shares in hundredths."""
    return tuple(
        Contributor(person=who, share=None if part is None else Rate.of(Fraction(part, 100)))
        for who, part in parts
    )


def submit(*parts: tuple[str, int | None], **changed: Any) -> SubmitDisclosure:
    contributors = shared(*(parts or ((LI, None), (WU, None))))
    usual: dict[str, Any] = {"disclosure": RESULT, "title": "一种灯", "kind": "invention"}
    return SubmitDisclosure(**{**usual, "contributors": contributors, **changed})


def amend(*parts: tuple[str, int | None]) -> AmendDisclosure:
    contributors = shared(*parts)
    return AmendDisclosure(
        disclosure=RESULT, title="另一种灯", kind="know-how", contributors=contributors
    )


def submitted(**changed: Any) -> DealDesk:
    made = desk()
    made.tell(submit(**changed), actor=CLERK)
    return made


def denied(made: DealDesk, code: Refused, command: Command, actor: str = CLERK) -> Refusal:
    """A refusal whose words, if they are of this area, fit its values."""
    refusal = made.denies(code, command, actor=actor)
    for words in TEXTS.get(code, ()):
        assert words.format(**refusal.values)
    return refusal


def codes(decision: Decision) -> list[str]:
    """The codes of a decision's breaches; each has words that fit its values."""
    for breach in decision.breaches:
        for words in BREACHES[breach.code]:
            assert words.format(**breach.values)
    return [breach.code for breach in decision.breaches]


def test_a_contributor_submits_by_own_sign_in_and_the_disclosure_touches_every_contributor() -> (
    None
):
    made = desk()
    made.tell(submit((LI, 60), (WU, 40)), actor=OF_WU)
    fact = made.facts[-1].fact
    assert isinstance(fact, DisclosureSubmitted)
    assert fact.subjects() == (RESULT, LI, WU)
    assert fact.submitted == TODAY
    assert (made.state(RESULT).stage, made.state(RESULT).contributors) == ("submitted", (LI, WU))
    assert made.state(LI) == Person(True, False, UNIVERSITY, 1, (OF_LI,))
    denied(made, Refused.SUBJECT_EXISTS_ALREADY, submit())


def test_an_inventor_discloses_only_results_of_their_own() -> None:
    made = desk()
    denied(made, Refused.INVENTOR_IS_NOT_A_CONTRIBUTOR, submit(), actor=OF_ZHAO)
    made.tell(submit(), actor=OF_LI)
    denied(made, Refused.INVENTOR_IS_NOT_A_CONTRIBUTOR, amend((WU, None)), actor=OF_LI)


@pytest.mark.parametrize("command", [amend((ZHAO, None)), WithdrawDisclosure(disclosure=RESULT)])
def test_a_disclosure_that_one_did_not_contribute_to_is_as_unknown_as_none(
    command: Command,
) -> None:
    made = submitted()
    denied(made, Refused.SUBJECT_IS_UNKNOWN, command, actor=OF_ZHAO)
    made.tell(command, actor=CLERK)


def test_staff_of_another_institution_are_told_nothing() -> None:
    made = submitted()
    accept = AcceptDisclosure(disclosure=RESULT)
    made.denies(Refused.SUBJECT_IS_UNKNOWN, accept, actor=REVIEWER, institution=OTHER_UNIVERSITY)


def test_contributors_are_known_and_named_once() -> None:
    made = desk()
    denied(made, Refused.SUBJECT_IS_UNKNOWN, submit((STRANGER, None)))
    twice = submit((LI, None), (WU, None), (LI, None))
    assert denied(made, Refused.PERSON_IS_NAMED_TWICE, twice).values == {"person": LI}


@pytest.mark.parametrize(
    ("li", "wu", "accepted"),
    [(60, 40, True), (None, None, True), (60, 39, False), (60, 41, False), (100, None, False)],
)
def test_shares_are_given_by_all_and_make_up_the_whole_or_are_left_open(
    li: int | None, wu: int | None, accepted: bool
) -> None:
    made = desk()
    if accepted:
        made.tell(submit((LI, li), (WU, wu)), actor=CLERK)
    else:
        denied(made, Refused.SHARES_DO_NOT_SUM_TO_WHOLE, submit((LI, li), (WU, wu)))


def test_whoever_wrote_the_disclosure_or_contributed_does_not_decide_on_it() -> None:
    made = submitted()
    hold(made, CLERK, Role.CENTRE_REVIEWER)
    hold(made, OF_LI, Role.CENTRE_REVIEWER)
    accept = AcceptDisclosure(disclosure=RESULT)
    reject = RejectDisclosure(disclosure=RESULT, grounds="与本单位无关")
    for actor in (CLERK, OF_LI):
        denied(made, Refused.ANOTHER_PERSON_MUST_DO_THIS, accept, actor=actor)
        denied(made, Refused.ANOTHER_PERSON_MUST_DO_THIS, reject, actor=actor)
    hold(made, REVIEWER, Role.CENTRE_STAFF)
    made.tell(amend((LI, None)), actor=REVIEWER)
    denied(made, Refused.ANOTHER_PERSON_MUST_DO_THIS, accept, actor=REVIEWER)


def test_what_is_decided_or_withdrawn_is_not_decided_again() -> None:
    accept = AcceptDisclosure(disclosure=RESULT)
    reject = RejectDisclosure(disclosure=RESULT, grounds="与本单位无关")
    withdraw = WithdrawDisclosure(disclosure=RESULT)
    for first, stage in ((accept, "accepted"), (reject, "rejected"), (withdraw, "withdrawn")):
        made = submitted()
        made.tell(first, actor=REVIEWER if first is not withdraw else CLERK)
        for again, actor in ((accept, REVIEWER), (reject, REVIEWER), (withdraw, CLERK)):
            refusal = denied(made, Refused.DISCLOSURE_IS_AT_ANOTHER_STAGE, again, actor=actor)
            assert refusal.values["stage"] == stage


def test_an_accepted_disclosure_is_amended_by_staff_alone() -> None:
    made = submitted()
    made.tell(amend((LI, 100)), actor=OF_LI)
    made.tell(AcceptDisclosure(disclosure=RESULT), actor=REVIEWER)
    late = amend((LI, 50), (WU, 50))
    denied(made, Refused.DISCLOSURE_IS_AT_ANOTHER_STAGE, late, actor=OF_LI)
    made.tell(late, actor=CLERK)
    assert (made.state(RESULT).stage, made.state(RESULT).contributors) == ("accepted", (LI, WU))


def test_nothing_is_decided_before_it_was_submitted() -> None:
    made = submitted()
    code = Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE
    denied(made, code, AcceptDisclosure(disclosure=RESULT, on=BEFORE), actor=REVIEWER)
    denied(made, code, AssessResult(disclosure=RESULT, verdict="file", on=BEFORE))
    denied(made, code, DecideFiling(disclosure=RESULT, decision="file", on=BEFORE))


def test_filing_is_decided_after_an_assessment_or_with_a_breach() -> None:
    made = submitted(submitted=date(2024, 5, 1))
    decide = DecideFiling(disclosure=RESULT, decision="file", on=date(2024, 6, 1))
    assert codes(made.tell(decide, actor=CLERK)) == ["filing-decided-without-assessment"]
    assess = AssessResult(disclosure=RESULT, verdict="file", on=date(2024, 6, 2))
    assert codes(made.tell(assess, actor=CLERK)) == []
    assert codes(made.tell(decide, actor=CLERK)) == ["filing-decided-without-assessment"]
    on_the_day = decide.model_copy(update={"on": date(2024, 6, 2)})
    assert codes(made.tell(on_the_day, actor=CLERK)) == []


def test_publishing_before_the_filing_is_decided_puts_novelty_at_risk() -> None:
    made = submitted()
    early = PublishResult(disclosure=RESULT, channel="校网", on=date(2023, 1, 1))
    assert codes(made.tell(early, actor=CLERK)) == ["result-published-before-filing-decided"]
    made.tell(AssessResult(disclosure=RESULT, verdict="file"), actor=CLERK)
    made.tell(DecideFiling(disclosure=RESULT, decision="file"), actor=CLERK)
    assert codes(made.tell(PublishResult(disclosure=RESULT, channel="校网"), actor=CLERK)) == []


def test_a_right_is_granted_to_known_persons_in_patents_of_ones_own() -> None:
    made = submitted()
    usual: dict[str, Any] = {"disclosure": RESULT, "right": "ownership", "holders": (LI,)}
    grant = GrantResultRight(**usual, patents=(INVENTION,), share=Rate.of(Fraction(7, 10)))
    assert codes(made.tell(grant, actor=CLERK)) == []
    fact = made.facts[-1].fact
    assert isinstance(fact, ResultRightGranted)
    assert fact.subjects() == (RESULT, INVENTION, LI)
    assert made.state(INVENTION).known
    foreign = GrantResultRight(**usual, patents=(FOREIGN_PATENT,))
    denied(made, Refused.SUBJECT_IS_UNKNOWN, foreign)
    denied(made, Refused.SUBJECT_IS_UNKNOWN, GrantResultRight(**{**usual, "holders": (STRANGER,)}))
    denied(made, Refused.PERSON_IS_NAMED_TWICE, GrantResultRight(**{**usual, "holders": (LI, LI)}))
    too_much = GrantResultRight(**usual, share=Rate.of(Fraction(11, 10)))
    denied(made, Refused.SHARE_EXCEEDS_WHOLE, too_much)
    over = GrantResultRight(**usual, until=BEFORE)
    denied(made, Refused.END_MUST_NOT_PRECEDE_START, over)


def test_nobody_settles_whose_result_it_is_in_a_matter_of_their_own() -> None:
    made = submitted()
    hold(made, OF_LI, Role.CENTRE_STAFF)
    hold(made, OF_ZHAO, Role.CENTRE_STAFF)
    own = DetermineOwnership(disclosure=RESULT, owner="contributors", service_result=False)
    denied(made, Refused.ANOTHER_PERSON_MUST_DO_THIS, own, actor=OF_LI)
    grant = GrantResultRight(disclosure=RESULT, right="ownership", holders=(ZHAO,))
    denied(made, Refused.ANOTHER_PERSON_MUST_DO_THIS, grant, actor=OF_LI)
    denied(made, Refused.ANOTHER_PERSON_MUST_DO_THIS, grant, actor=OF_ZHAO)
    made.tell(own, actor=CLERK)


def test_a_right_for_somebody_who_did_not_contribute_is_a_breach() -> None:
    grant = GrantResultRight(disclosure=RESULT, right="long-term-use", holders=(LI, ZHAO))
    decision = submitted().tell(grant, actor=CLERK)
    assert codes(decision) == ["holder-is-not-a-contributor"]
    assert decision.breaches[0].values["person"] == ZHAO


@pytest.mark.parametrize(
    "command",
    [
        DetermineOwnership(disclosure=RESULT, owner="institution", service_result=True),
        GrantResultRight(disclosure=RESULT, right="ownership", holders=(LI,)),
        PublishResult(disclosure=RESULT, channel="校网"),
        AssessResult(disclosure=RESULT, verdict="file"),
        DecideFiling(disclosure=RESULT, decision="file"),
    ],
    ids=lambda command: command.NAME,
)
def test_the_centre_goes_on_with_a_result_until_it_is_withdrawn(command: Command) -> None:
    made = submitted()
    assert made.tell(command, actor=CLERK).new[0].rests_on[0] == (RESULT, 1)
    made.tell(AcceptDisclosure(disclosure=RESULT), actor=REVIEWER)
    made.tell(command, actor=CLERK)
    made.tell(submit(disclosure=OTHER_RESULT), actor=CLERK)
    made.tell(WithdrawDisclosure(disclosure=OTHER_RESULT), actor=CLERK)
    moved = command.model_copy(update={"disclosure": OTHER_RESULT})
    denied(made, Refused.DISCLOSURE_IS_AT_ANOTHER_STAGE, moved)
    unknown = command.model_copy(update={"disclosure": f"disclosure:{uuid(79)}"})
    denied(made, Refused.SUBJECT_IS_UNKNOWN, unknown)
