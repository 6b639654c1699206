"""Every clause broken, nearly broken, and kept; and the ways of breaking one beyond the first."""

from collections import Counter
from datetime import date
from functools import partial
from typing import Any

import pytest

from compliance.assess import Assessment, cell
from compliance.catalogues import BY_ID, CATALOGUES
from compliance.clause import Bearing, Status
from compliance.words import CODE_WORDS
from ledger.facts import Fact
from ledger.policies.sme_2011 import Size
from projections.moment import moment_of
from tests.compliance import cases_gbt33251, cases_plan, cases_statutes
from tests.compliance.cases import Case, Told, told
from tests.compliance.given import (
    DAY,
    annuity_due,
    declared,
    ground,
    licensed,
    noticed,
    objected,
    partner,
    pledged,
    priced,
)
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, Story

CASES = (*cases_gbt33251.CASES, *cases_plan.CASES, *cases_statutes.CASES)


def assessed(
    story: Story, catalogue: str, clause: str, as_of: date, institution: str = ALPHA
) -> Assessment:
    tape = story.tape()
    return cell(tape, moment_of(tape, as_of), BY_ID[catalogue], clause, institution)


def codes(found: Assessment, bearing: Bearing = Bearing.BREACH) -> set[Any]:
    return set(found.of(bearing)["code"])


def test_every_clause_is_seen_broken_nearly_broken_and_kept() -> None:
    seen = Counter((case.catalogue, case.clause, case.kind) for case in CASES)
    wanted = {
        (catalogue.id, clause.id, kind): 1
        for catalogue in CATALOGUES
        for clause in catalogue.clauses
        for kind in ("breach", "near-miss", "evidenced")
    }
    assert dict(seen) == wanted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_clause_tells_what_is_broken_from_what_is_not(case: Case) -> None:
    story = case.story()
    found = assessed(story, case.catalogue, case.clause, case.as_of, case.institution)
    wanted = Status.CONTRADICTED if case.kind == "breach" else Status.EVIDENCED
    assert (found.status, codes(found)) == (wanted, set(case.codes))
    assert set(found.items["code"].drop_nulls()) <= set(CODE_WORDS)
    behind = found.items["position"]
    assert behind.null_count() == 0
    assert behind.is_between(0, len(story.entries) - 1).all()


def statute(clause: str, as_of: date, *facts: Told, **how: Any) -> Assessment:
    return assessed(told(facts, partial(ground, **how)), "statutes", clause, as_of)


@pytest.mark.parametrize("code", cases_statutes.FURTHER_OBSTACLES)
def test_each_obstacle_to_an_open_license_is_found(code: str) -> None:
    declared = cases_statutes.FURTHER_OBSTACLES[code]
    found = statute("open-license-prerequisites", date(2024, 3, 1), *declared)
    assert codes(found) == {code}


@pytest.mark.parametrize("declared", cases_statutes.NO_OBSTACLES)
def test_what_is_over_or_not_yet_there_is_no_obstacle(declared: tuple[Fact, ...]) -> None:
    found = statute("open-license-prerequisites", date(2024, 3, 1), *declared)
    assert found.status == Status.EVIDENCED


def test_a_utility_model_is_declared_open_with_its_evaluation_report_only() -> None:
    clause, day = "open-license-prerequisites", date(2024, 3, 1)
    bare = statute(clause, day, *cases_statutes.UNEVALUATED, kind="utility-model")
    reported = statute(clause, day, *cases_statutes.EVALUATED, kind="utility-model")
    assert codes(bare) == {"evaluation-report-is-missing"}
    assert reported.status == Status.EVIDENCED


def test_a_contract_stands_against_a_short_notice_and_an_open_objection() -> None:
    license_ = given.license_id(1)
    agreed = (licensed(), priced(date(2022, 2, 2), license_))
    short = statute("price-notice", DAY, *agreed, noticed(date(2022, 2, 10), date(2022, 2, 24)))
    full = noticed(date(2022, 2, 10), date(2022, 2, 25))
    under = statute("price-notice", DAY, *agreed, full, objected(date(2022, 2, 20)))
    assert codes(short) == {"price-notice-is-short"}
    assert codes(under) == {"contract-signed-under-objection"}


def test_a_running_notice_is_due_on_its_last_day_and_then_shown() -> None:
    agreed = (priced(date(2022, 2, 2)), noticed(date(2022, 2, 10), date(2022, 2, 25)))
    running = statute("price-notice", date(2022, 2, 25), *agreed)
    over = statute("price-notice", date(2022, 2, 26), *agreed)
    assert (running.status, running.next_due) == (Status.MISSING, date(2022, 2, 25))
    assert (over.status, over.next_due) == (Status.EVIDENCED, None)


def test_an_agreement_that_ended_is_asked_for_nothing_any_more() -> None:
    story = told(cases_gbt33251.ENDED_AGREEMENT)
    found = assessed(story, "gbt33251-2016", "9.1-b", date(2022, 7, 1))
    assert found.status == Status.MISSING
    assert found.items.is_empty()


def test_an_agreement_without_its_document_leaves_a_gap() -> None:
    story = told([partner(DAY, "service-agency")])
    found = assessed(story, "gbt33251-2016", "9.1-b", date(2022, 7, 1))
    assert (found.status, codes(found, Bearing.GAP)) == (
        Status.MISSING,
        {"document-is-not-on-record"},
    )


def test_a_claim_that_the_terms_do_not_count_is_a_gap_until_it_is_decided() -> None:
    story = cases_plan.resized(Size.LARGE)
    found = assessed(story, "plan-2022-21", "eligibility", date(2022, 7, 1), BUREAU)
    assert (found.status, codes(found, Bearing.GAP)) == (
        Status.MISSING,
        {"claim-is-not-eligible-yet"},
    )


def test_an_award_beyond_its_review_breaks_the_rate() -> None:
    story = told([cases_plan.REVIEWED, cases_plan.awarded(401)], cases_plan.claiming)
    found = assessed(story, "plan-2022-21", "rate", date(2022, 7, 1), BUREAU)
    assert codes(found) == {"award-exceeds-review"}


def numbers(*told_of: Told, institution: str) -> tuple[set[Any], set[Any]]:
    """Breaches and gaps that an institution has about the number that another claims."""
    story = told((*cases_statutes.CLAIMED_NUMBER, *told_of))
    found = assessed(story, "statutes", "number-holder", date(2022, 7, 1), institution)
    return codes(found), codes(found, Bearing.GAP)


def test_a_contested_number_is_told_to_both_with_their_positions() -> None:
    both = (cases_statutes.PROVEN_FILE, cases_statutes.PROVEN_CLAIM)
    assert numbers(*both, institution=ALPHA) == ({"number-claimed-by-another"}, set())
    assert numbers(*both, institution=BETA) == ({"number-registered-by-another"}, set())
    for institution in (ALPHA, BETA):
        settled = (*both, *cases_statutes.SETTLED_NUMBER)
        assert numbers(*settled, institution=institution) == (set(), set())


def test_whoever_has_not_shown_the_office_record_of_a_claimed_number_has_a_gap() -> None:
    gap: tuple[set[Any], set[Any]] = (set(), {"office-record-is-not-shown"})
    assert numbers(institution=ALPHA) == numbers(institution=BETA) == gap
    shown = (cases_statutes.PROVEN_CLAIM,)
    assert (numbers(*shown, institution=ALPHA), numbers(*shown, institution=BETA)) == (
        gap,
        (set(), set()),
    )


def clause_after_settlement(clause: str, institution: str, *before: Fact) -> set[Any]:
    """Breaches of a clause by the claimant's or the first's acts, once the number is the other's.

    The first did what is given `before` the settlement, then the claimant declares it open.
    """
    both = (cases_statutes.PROVEN_FILE, cases_statutes.PROVEN_CLAIM)
    settled = (*cases_statutes.CLAIMED_NUMBER, *both, *cases_statutes.SETTLED_NUMBER)
    own = [
        given.filed().model_copy(update={"owners": (BETA,)}),
        given.patent_turn("granted", date(2022, 2, 1)),
        declared(cases_statutes.STATUTORY),
    ]
    facts_told = (*before, *settled, *((fact, {"institution": BETA}) for fact in own))
    story = told(facts_told, partial(ground, co_owner=True))
    return codes(assessed(story, "statutes", clause, date(2024, 3, 1), institution))


def test_a_number_settled_for_the_claimant_is_free_of_what_the_first_did_with_it() -> None:
    burdens = (
        cases_statutes.exclusive(1, DAY),
        pledged(DAY),
        annuity_due(date(2024, 1, 31)),
    )
    assert clause_after_settlement("open-license-prerequisites", BETA, *burdens) == set()
    assert clause_after_settlement("co-owner-consent", ALPHA, *burdens) == set()
    story = told(burdens, partial(ground, co_owner=True))
    found = assessed(story, "statutes", "co-owner-consent", date(2024, 3, 1))
    assert codes(found) == {"co-owner-consent-is-missing"}
