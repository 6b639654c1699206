"""Cells, their precedence of statuses, and what is asked of every catalogue."""

from datetime import date, timedelta

import polars as pl
import pytest

from compliance.assess import InstitutionIsNotBound, cell, matrix
from compliance.catalogues import BY_ID, CATALOGUES
from compliance.clause import (
    CAVEAT,
    ITEMS,
    STATUS_WORDS,
    Bearing,
    Catalogue,
    Clause,
    ClauseIsUnknown,
    Status,
    Words,
)
from ledger.commands import BY_NAME
from projections.moment import Moment, moment_of
from projections.tape import Tape
from tests.compliance.given import (
    DAY,
    approved,
    assigned,
    decision,
    graded,
    ground,
    licensed,
    status_checked,
)
from tests.projections import facts_given as given
from tests.projections.stories import long_story
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, Story

GBT = BY_ID["gbt33251-2016"]
EVERY = [(catalogue, clause) for catalogue in CATALOGUES for clause in catalogue.clauses]


def named(value: object) -> str:
    return value.id if isinstance(value, Catalogue | Clause) else str(value)


def status(story: Story, clause: str, as_of: date, catalogue: Catalogue = GBT) -> Status:
    tape = story.tape()
    return cell(tape, moment_of(tape, as_of), catalogue, clause, ALPHA).status


def test_catalogues_and_clauses_have_ids_of_their_own() -> None:
    assert len(BY_ID) == len(CATALOGUES)
    for catalogue in CATALOGUES:
        ids = [clause.id for clause in catalogue.clauses]
        titles = [clause.title for clause in catalogue.clauses]
        assert len(set(ids)) == len(set(titles)) == len(ids)


@pytest.mark.parametrize(("catalogue", "clause"), EVERY, ids=named)
def test_a_clause_is_told_in_both_languages_and_names_its_source(
    catalogue: Catalogue, clause: Clause
) -> None:
    for words in (clause.title, clause.requirement, clause.next_step, catalogue.title, CAVEAT):
        assert is_bilingual(words)
    assert clause.source
    assert clause.binds


def is_bilingual(words: Words) -> bool:
    return any("一" <= sign <= "鿿" for sign in words.zh) and words.en.isascii()


def test_every_status_has_words() -> None:
    assert set(STATUS_WORDS) == set(Status)


@pytest.mark.parametrize(("catalogue", "clause"), EVERY, ids=named)
def test_what_mends_a_clause_is_a_command(catalogue: Catalogue, clause: Clause) -> None:
    assert clause.mend
    assert set(clause.mend) <= set(BY_NAME)


@pytest.mark.parametrize(("catalogue", "clause"), EVERY, ids=named)
def test_a_clause_answers_its_columns_and_points_at_facts(
    catalogue: Catalogue, clause: Clause
) -> None:
    nothing = clause.items(Tape.empty(), Moment(date(2022, 1, 1), 0)).collect()
    assert nothing.schema == ITEMS
    tape = long_story().tape()
    items = clause.items(tape, moment_of(tape)).collect()
    assert items.schema == ITEMS
    assert items.drop_nulls(["institution", "bearing", "subject", "position", "on"]).equals(items)
    assert set(items["bearing"]) <= set(Bearing)
    evidence = items.filter(pl.col("bearing") == str(Bearing.EVIDENCE))
    assert evidence["code"].null_count() == evidence.height


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=named)
def test_the_matrix_holds_every_bound_institution_and_clause_once_and_in_order(
    catalogue: Catalogue,
) -> None:
    tape = ground().tape()
    rows = matrix(tape, moment_of(tape), catalogue).collect()
    kinds = {ALPHA: "university", BETA: "university", BUREAU: "bureau"}
    wanted = [
        (institution, clause.id)
        for institution, kind in sorted(kinds.items())
        for clause in catalogue.clauses
        if kind in clause.binds
    ]
    assert rows.select("institution", "clause").rows() == wanted
    assert rows.filter(~pl.col("status").is_in(list(Status))).is_empty()


def test_an_institution_enters_the_matrix_on_the_day_it_joined() -> None:
    tape = ground().tape()
    assert matrix(tape, moment_of(tape, date(2022, 1, 2)), GBT).collect().is_empty()


def test_a_cell_agrees_with_the_matrix_and_lists_what_it_rests_on() -> None:
    story = ground()
    story.tell(status_checked(DAY))
    story.tell(licensed())
    assignment = story.tell(assigned(on=date(2022, 4, 15)))
    tape = story.tape()
    moment = moment_of(tape)
    found = cell(tape, moment, GBT, "8.3-a", ALPHA)
    row = (
        matrix(tape, moment, GBT)
        .filter(pl.col("institution") == ALPHA, pl.col("clause") == "8.3-a")
        .collect()
        .row(0, named=True)
    )
    assert (found.status, row["status"]) == (Status.PARTIAL, "partial")
    assert (row["evidence"], row["gaps"], row["breaches"], row["newest"]) == (1, 1, 0, DAY)
    assert found.of(Bearing.GAP)["position"].to_list() == [assignment]


def test_evidence_grows_stale_on_the_day_after_its_period() -> None:
    story = ground()
    story.tell(graded(DAY))
    assert status(story, "8.1-a", date(2023, 3, 1)) == Status.EVIDENCED
    assert status(story, "8.1-a", date(2023, 3, 2)) == Status.STALE


def test_stale_gives_way_to_missing_and_comes_before_partial() -> None:
    story = ground()
    assert status(story, "8.1-b", DAY) == Status.MISSING
    story.tell(given.filed(given.OTHER_PATENT), on=DAY)
    story.tell(given.patent_turn("granted", DAY, given.OTHER_PATENT))
    story.tell(graded(DAY))
    assert status(story, "8.1-b", DAY) == Status.PARTIAL
    assert status(story, "8.1-b", DAY + timedelta(days=400)) == Status.STALE


def test_only_an_approved_decision_makes_a_clause_not_applicable_until_it_runs_out() -> None:
    story = ground()
    last = date(2022, 12, 31)
    story.tell(decision(DAY, "not-applicable", clause=(GBT.id, "8.3-a"), until=last))
    assert status(story, "8.3-a", DAY) == Status.MISSING
    story.tell(approved(DAY + timedelta(days=5)))
    days = (DAY + timedelta(days=4), DAY + timedelta(days=5), last, last + timedelta(days=1))
    assert [status(story, "8.3-a", day) for day in days] == [
        Status.MISSING,
        Status.NOT_APPLICABLE,
        Status.NOT_APPLICABLE,
        Status.MISSING,
    ]
    assert status(story, "8.3-b", last) == Status.MISSING


def test_an_approved_decision_covers_even_a_breach() -> None:
    story = ground()
    story.tell(status_checked(DAY, in_force=False))
    story.tell(licensed())
    assert status(story, "8.3-a", DAY) == Status.CONTRADICTED
    story.tell(decision(DAY, "not-applicable", clause=(GBT.id, "8.3-a")))
    story.tell(approved(DAY))
    assert status(story, "8.3-a", DAY) == Status.NOT_APPLICABLE


def test_a_voided_fact_is_no_evidence() -> None:
    story = ground()
    grade = story.tell(graded(DAY))
    story.void(grade, on=DAY)
    assert status(story, "8.1-a", DAY) == Status.MISSING


def test_unknown_clauses_and_institutions_not_bound_are_told_apart() -> None:
    tape = ground().tape()
    with pytest.raises(ClauseIsUnknown):
        cell(tape, moment_of(tape), GBT, "8.9-z", ALPHA)
    with pytest.raises(InstitutionIsNotBound):
        cell(tape, moment_of(tape), GBT, "8.3-a", BUREAU)
