"""How views differ between two moments: every value, its facts, and nothing else."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from projections.differences import Differences
from projections.moment import Moment, moment_of
from projections.tape import Tape
from projections.view import View
from projections.views import BY_NAME, VIEWS
from tests.projections import facts_given as given
from tests.projections.stories import long_story, opened
from tests.projections.tape_builder import Story

STORY = long_story()
WHOLE = STORY.tape()
MIDDLE = WHOLE.prefix(WHOLE.size // 2)


def read(view: View, tape: Tape, as_of: date | None = None) -> pl.DataFrame:
    wanted = {"subject": given.PATENT} if view.needs else {}
    moment = moment_of(tape) if as_of is None else Moment(as_of, tape.size)
    return view.rows(tape, moment, wanted).collect()


def differences(view: View, earlier: Tape, later: Tape) -> pl.DataFrame:
    before, after = read(view, earlier), read(view, later)
    return Differences(view).rows(before, after, earlier.size, later)


def named(view: View) -> str:
    return view.name


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_applying_the_differences_to_the_one_reading_gives_the_other(view: View) -> None:
    table = Differences(view)
    before, after = read(view, MIDDLE), read(view, WHOLE)
    found = table.rows(before, after, MIDDLE.size, WHOLE)
    assert found.columns == [column.name for column in table.columns]
    cells = [{each[:-1]: each[-1] for each in spread(view, rows)} for rows in (before, after)]
    for row in found.iter_rows(named=True):
        cell = (*(row[name] for name in view.key), row["column"])
        assert cells[0].pop(cell, None) == row["before"]
        if row["after"] is not None:
            cells[0][cell] = row["after"]
    assert cells[0] == cells[1]


def spread(view: View, rows: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Every value of a reading that is not empty as the same text that differences show."""
    whole = Differences(view).rows(rows.clear(), rows, 0, Tape.empty())
    own = whole.filter(pl.col("change") == "added").select(*view.key, "column", "after")
    places = rows.select(pl.len()).item()
    assert whole.select(view.key).n_unique() == places or not places
    return own.rows()


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_a_view_does_not_differ_from_itself(view: View) -> None:
    assert differences(view, WHOLE, WHOLE).is_empty()


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_the_facts_named_are_those_recorded_since(view: View) -> None:
    found = differences(view, MIDDLE, WHOLE)["positions"].explode(empty_as_null=False)
    assert not found.null_count()
    assert ((found >= MIDDLE.size) & (found < WHOLE.size)).all()


def test_a_correction_changes_one_row_and_is_named_behind_it() -> None:
    story = opened(Story())
    story.tell(given.filed())
    signed = story.tell(given.granted(1, date(2022, 2, 20)))
    earlier = story.tape()
    corrected = given.granted(1, date(2022, 2, 20)).model_copy(update={"contract_number": "甲-2"})
    story.correct(signed, corrected, on=date(2022, 4, 20))
    found = differences(BY_NAME["deals"], earlier, story.tape())
    assert found.select("contract", "change", "column", "after").rows() == [
        (given.license_id(1), "changed", "contract_number", "甲-2"),
    ]
    assert found["positions"].to_list() == [[earlier.size, earlier.size + 1]]


def test_a_changed_key_is_one_row_gone_and_another_come() -> None:
    story = opened(Story())
    story.tell(given.filed())
    signed = story.tell(given.granted(1, date(2022, 2, 20)))
    earlier = story.tape()
    story.correct(signed, given.granted(1, date(2022, 2, 19)), on=date(2022, 4, 20))
    found = differences(BY_NAME["deals"], earlier, story.tape())
    kinds = found.group_by("signed").agg(pl.col("change").unique()).sort("signed")
    assert kinds.rows() == [(date(2022, 2, 19), ["added"]), (date(2022, 2, 20), ["removed"])]


def test_what_changed_by_the_course_of_time_alone_names_no_fact() -> None:
    view = BY_NAME["receivables"]
    before, after = (read(view, WHOLE, day) for day in (date(2022, 12, 1), date(2022, 12, 2)))
    found = Differences(view).rows(before, after, WHOLE.size, WHOLE)
    assert set(found["change"]) == {"changed"}
    assert found["positions"].list.len().sum() == 0


def test_a_row_that_is_a_fact_names_that_fact() -> None:
    found = differences(BY_NAME["reward-fund"], WHOLE.prefix(1), WHOLE)
    assert not found.is_empty()
    assert found.select((pl.col("positions").list.first() == pl.col("position")).all()).item()
