"""Centres under a programme: selected by the bureau, recorded with what the plan forbids."""

from datetime import date

import pytest

from ledger import centres, institutions
from ledger.case import Decision
from ledger.centres import CENTRES_POLICY, PROGRAMME, ApplyForCentre, DesignateCentre
from ledger.centres import WithdrawCentre as Withdraw
from ledger.identifiers import body_code_fits, credit_code_check
from ledger.institutions import AdoptPolicy, RegisterInstitution
from ledger.policies import policy
from ledger.policies.ip_centres_2022 import SELECTED_MAX
from ledger.refusals import Refused
from ledger.texts.market import BREACHES
from tests.ledger.deal_desk import BUREAU, OTHER_UNIVERSITY, UNIVERSITY, DealDesk, opened

APPLIED, SELECTED = date(2022, 7, 15), date(2022, 9, 1)


@pytest.fixture
def desk() -> DealDesk:
    made = opened()
    made.declarations.update({item.command: item for item in centres.DECLARATIONS})
    made.tell(AdoptPolicy(policy=CENTRES_POLICY, version=1), institution=BUREAU)
    return made


def code_of(number: int) -> str:
    """A made-up credit code; all its check characters fit."""
    firsts = (f"12310000{number:08}{check}" for check in "0123456789X")
    made = (first + credit_code_check(first) for first in firsts)
    return "institution:" + next(code for code in made if body_code_fits(code))


def register(desk: DealDesk, number: int, kind: str = "university") -> str:
    code = code_of(number)
    names = {"name_zh": "某校", "name_en": "some university"}
    desk.tell(RegisterInstitution.model_validate({"code": code, "kind": kind, **names}))
    return code


def apply(desk: DealDesk, institution: str = UNIVERSITY, on: date = APPLIED) -> Decision:
    asked = ApplyForCentre(
        transfer_centre="技术转移中心", disciplines=("光学",), industries=("照明",), on=on
    )
    return desk.tell(asked, institution=institution)


def designation(institution: str = UNIVERSITY, **changed: object) -> DesignateCentre:
    usual = {"disciplines": ("光学",), "industries": ("照明",), "on": SELECTED}
    return DesignateCentre.model_validate({"centre": institution, **usual, **changed})


def designate(desk: DealDesk, institution: str = UNIVERSITY, **changed: object) -> list[str]:
    decision = desk.tell(designation(institution, **changed), institution=BUREAU)
    return codes(decision)


def codes(decision: Decision) -> list[str]:
    for breach in decision.breaches:
        for words in BREACHES[breach.code]:
            assert words.format(**breach.values)
    return [breach.code for breach in decision.breaches]


def test_the_policy_that_is_shipped_holds_the_limits_of_the_plan() -> None:
    shipped = policy("ip-operation-centres", 1)
    assert shipped is not None
    assert shipped.data["selected_max"] == 10
    assert shipped.data["disciplines"] == {"min": 1, "max": 2}
    assert shipped.data["full_time_staff_min"] == 3


def test_a_university_that_applied_is_selected_without_a_breach(desk: DealDesk) -> None:
    assert apply(desk).breaches == ()
    decision = desk.tell(designation(), institution=BUREAU)
    assert codes(decision) == []
    (new,) = decision.new
    assert new.subjects() == (PROGRAMME, UNIVERSITY)
    assert (new.institution, new.rests_on) == (BUREAU, ((PROGRAMME, 1),))
    assert desk.state(UNIVERSITY) == institutions.Institution(known=True, kind="university")


def test_the_fact_of_a_selection_belongs_to_the_bureau_whoever_it_names(desk: DealDesk) -> None:
    decision = desk.tell(designation(), institution=UNIVERSITY)
    assert decision.new[0].institution == BUREAU


def test_the_eleventh_institution_is_one_too_many_and_a_withdrawal_frees_no_place(
    desk: DealDesk,
) -> None:
    chosen = [register(desk, number) for number in range(1, SELECTED_MAX + 1)]
    for institution in (*chosen, UNIVERSITY):
        apply(desk, institution)
    assert [designate(desk, institution) for institution in chosen] == [[]] * SELECTED_MAX
    gone = Withdraw(centre=chosen[0], on=date(2023, 5, 1))
    assert codes(desk.tell(gone, institution=BUREAU)) == []
    decision = desk.tell(designation(on=date(2023, 6, 1)), institution=BUREAU)
    assert codes(decision) == ["more-centres-than-allowed"]
    assert decision.breaches[0].values["selected"] == 11
    assert designate(desk, chosen[0], on=date(2023, 7, 1)) == []


def test_a_selection_is_not_repeated_while_it_stands(desk: DealDesk) -> None:
    apply(desk)
    designate(desk)
    assert designate(desk, on=date(2022, 10, 1)) == ["centre-is-designated-already"]


def test_selected_are_those_who_applied_by_then(desk: DealDesk) -> None:
    assert designate(desk, OTHER_UNIVERSITY) == ["centre-has-not-applied"]
    apply(desk, on=date(2022, 9, 2))
    assert designate(desk) == ["centre-has-not-applied"]
    apply(desk, on=SELECTED)
    desk.tell(Withdraw(centre=UNIVERSITY, on=date(2022, 9, 3)), institution=BUREAU)
    assert designate(desk) == []


@pytest.mark.parametrize(
    ("disciplines", "expected"),
    [
        ((), ["centre-disciplines-are-off"]),
        (("光学",), []),
        (("光学", "材料"), []),
        (("光学", "光学", "材料"), []),
        (("光学", "材料", "化学"), ["centre-disciplines-are-off"]),
    ],
)
def test_a_centre_stands_for_one_or_two_disciplines(
    desk: DealDesk, disciplines: tuple[str, ...], expected: list[str]
) -> None:
    apply(desk)
    assert designate(desk, disciplines=disciplines) == expected


def test_a_centre_names_the_industries_its_disciplines_concern(desk: DealDesk) -> None:
    apply(desk)
    assert designate(desk, industries=()) == ["centre-names-no-industry"]


def test_centres_are_for_universities(desk: DealDesk) -> None:
    institute = register(desk, 1, "research-institute")
    assert codes(apply(desk, institute)) == ["centre-is-no-university"]
    assert designate(desk, institute) == ["centre-is-no-university"]


def test_a_withdrawal_needs_a_centre_and_does_not_precede_it(desk: DealDesk) -> None:
    withdrawal = Withdraw(centre=UNIVERSITY, on=SELECTED)
    assert codes(desk.tell(withdrawal, institution=BUREAU)) == ["centre-is-not-designated"]
    apply(desk)
    designate(desk)
    early = Withdraw(centre=UNIVERSITY, on=date(2022, 8, 31))
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, early, institution=BUREAU)
    assert codes(desk.tell(withdrawal, institution=BUREAU)) == []
    assert codes(desk.tell(withdrawal, institution=BUREAU)) == ["centre-is-not-designated"]


def test_an_unknown_institution_and_a_rule_not_adopted_are_refused(desk: DealDesk) -> None:
    stranger = code_of(99)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, designation(stranger), institution=BUREAU)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, Withdraw(centre=stranger), institution=BUREAU)
    fresh = opened()
    fresh.declarations.update({item.command: item for item in centres.DECLARATIONS})
    fresh.denies(Refused.POLICY_IS_NOT_ADOPTED, designation(), institution=BUREAU)
