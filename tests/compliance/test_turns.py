"""The history of a cell on both axes, held against every reading in between."""

from datetime import date, timedelta

import pytest

from compliance.assess import InstitutionIsNotBound, cell
from compliance.catalogues import BY_ID, CATALOGUES
from compliance.clause import Catalogue, Clause
from compliance.turns import turns_dated, turns_known
from projections.moment import Moment
from projections.tape import Tape
from tests.compliance import cases_plan
from tests.compliance.given import (
    DAY,
    annuity_due,
    approved,
    decision,
    graded,
    ground,
    licensed,
    maintained,
    recorded,
    status_checked,
)
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, Story

GBT, STATUTES = BY_ID["gbt33251-2016"], BY_ID["statutes"]
NOW = date(2023, 6, 30)


def eventful() -> Story:
    """Facts of two universities over a year, some late, some voided, one replaced."""
    story = ground()
    story.tell(graded(DAY))
    story.tell(status_checked(DAY))
    story.tell(licensed())
    story.tell(given.filed(given.OTHER_PATENT), on=date(2022, 3, 5), institution=BETA)
    late = story.tell(recorded(date(2022, 6, 2)))
    story.tell(licensed(2, date(2022, 3, 10), exclusivity="sole"), institution=BETA)
    story.correct(late, recorded(date(2022, 5, 30)), on=date(2022, 7, 1))
    story.tell(annuity_due(date(2022, 9, 1)), on=date(2022, 8, 1))
    wrong = story.tell(maintained(date(2022, 8, 2)))
    story.void(wrong, on=date(2022, 8, 20))
    story.tell(
        decision(date(2022, 8, 3), "not-applicable", clause=(GBT.id, "8.4-a"), until=NOW),
        on=date(2022, 8, 21),
    )
    story.tell(approved(date(2022, 9, 1)))
    return story


STORY = eventful()
SEEN = {"8.1-b", "8.3-a", "8.4-a", "license-recordal", "license-conflicts", "cap"}
"""Clauses that read facts of one kind, of many, of decisions, of others, and of the bureau."""
CELLS = [
    (catalogue, clause)
    for catalogue in CATALOGUES
    for clause in catalogue.clauses
    if clause.id in SEEN
]


def status_at(
    tape: Tape, moment: Moment, catalogue: Catalogue, clause: str, institution: str
) -> str | None:
    try:
        return str(cell(tape, moment, catalogue, clause, institution).status)
    except InstitutionIsNotBound:
        return None


def changes(statuses: list[tuple[object, str | None]]) -> list[tuple[object, str]]:
    """Where a status differs from the one before; readings without a cell are left out."""
    present = [(at, each) for at, each in statuses if each is not None]
    before = [None, *(each for _, each in present)]
    return [pair for pair, last in zip(present, before, strict=False) if pair[1] != last]


@pytest.mark.parametrize(("catalogue", "clause"), CELLS, ids=lambda value: value.id)
def test_the_known_history_of_a_cell_is_what_every_prefix_says(
    catalogue: Catalogue, clause: Clause
) -> None:
    tape = STORY.tape()
    institution = BUREAU if "bureau" in clause.binds else ALPHA
    said = [
        (size, status_at(tape.prefix(size), Moment(NOW, size), catalogue, clause.id, institution))
        for size in range(1, tape.size + 1)
    ]
    found = turns_known(tape, NOW, catalogue, clause.id, institution)
    assert found.select("known_at", "status").rows() == changes(list(said))


@pytest.mark.parametrize("clause", ["8.1-a", "8.3-d", "8.4-a"])
def test_the_dated_history_of_a_cell_is_what_every_day_says(clause: str) -> None:
    tape = STORY.tape()
    first, last = date(2022, 5, 20), date(2022, 9, 5)
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    said = [(day, status_at(tape, Moment(day, tape.size), GBT, clause, ALPHA)) for day in days]
    found = turns_dated(tape, first, last, GBT, clause, ALPHA)
    assert found.rows() == changes(list(said))


def test_a_history_tells_when_a_late_recordal_was_mended() -> None:
    tape = STORY.tape()
    found = turns_known(tape, NOW, STATUTES, "license-recordal", ALPHA)
    assert found["status"].to_list() == ["missing", "contradicted", "evidenced"]
    assert [at.date() for at in found["recorded_at"]] == [
        date(2022, 1, 3),
        date(2022, 3, 1),
        date(2022, 7, 1),
    ]


def test_the_bureaus_history_follows_the_claims_of_all() -> None:
    story = cases_plan.claiming()
    story.tell(given.awarded(1, cases_plan.LICENSE, date(2022, 6, 1), 400))
    found = turns_known(story.tape(), NOW, BY_ID["plan-2022-21"], "cap", BUREAU)
    assert found["status"].to_list() == ["missing", "evidenced"]
    assert found["known_at"][-1] == len(story.entries)


def test_a_cell_that_is_not_there_has_no_history() -> None:
    tape = STORY.tape()
    assert turns_known(tape, NOW, GBT, "8.3-a", BUREAU).is_empty()
    assert turns_dated(tape, DAY, NOW, GBT, "8.3-a", BUREAU).is_empty()
    assert turns_known(Tape.empty(), NOW, GBT, "8.3-a", ALPHA).is_empty()
