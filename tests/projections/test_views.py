"""Views in general: complete declarations, exact columns, filters, and readings of any prefix."""

from datetime import date

import polars as pl
import pytest

from ledger.facts import FACTS
from projections.fact_titles import TITLES
from projections.moment import Moment, moment_of
from projections.tape import Tape
from projections.view import FilterIsMissing, FilterIsUnknown, View
from projections.views import BY_NAME, VIEWS
from tests.projections import facts_given as given
from tests.projections.stories import long_story
from tests.projections.tape_builder import ALPHA, BETA

STORY = long_story()


def read(view: View, tape: Tape, moment: Moment, **filters: str) -> pl.DataFrame:
    wanted = {**({"subject": given.PATENT} if view.needs else {}), **filters}
    return view.rows(tape, moment, wanted).collect()


def named(view: View) -> str:
    return view.name


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_a_view_answers_its_declared_columns_even_about_nothing(view: View) -> None:
    rows = read(view, Tape.empty(), Moment(date(2022, 1, 1), 0))
    assert rows.schema == view.schema
    assert rows.is_empty()


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_a_view_has_rows_told_apart_by_its_key_and_in_its_order(view: View) -> None:
    tape = STORY.tape()
    rows = read(view, tape, moment_of(tape))
    assert not rows.is_empty()
    assert rows.select(view.key).is_unique().all()
    assert rows.equals(rows.sort(view.key, nulls_last=True))
    assert rows.schema == view.schema


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_a_view_at_a_past_size_is_the_view_of_those_facts_alone(view: View) -> None:
    whole = STORY.tape()
    for size in range(1, whole.size, 5):
        then = STORY.tape(size)
        moment = moment_of(then)
        assert moment == moment_of(whole.prefix(size))
        assert read(view, whole.prefix(size), moment).equals(read(view, then, moment))


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_a_view_scopes_by_institution_and_knows_its_filters(view: View) -> None:
    tape = STORY.tape()
    moment = moment_of(tape)
    assert "institution" in view.schema
    assert "institution" in view.filters
    assert set(view.filters) <= set(view.schema)
    assert set(view.key) <= set(view.schema)
    own = read(view, tape, moment, institution=ALPHA)["institution"].drop_nulls()
    assert set(own) <= {ALPHA}
    assert read(view, tape, moment, institution=BETA)["institution"].drop_nulls().is_empty()
    with pytest.raises(FilterIsUnknown) as caught:
        read(view, tape, moment, colour="red")
    assert caught.value.name == "colour"


def test_a_history_needs_its_subject() -> None:
    with pytest.raises(FilterIsMissing):
        BY_NAME["history"].rows(Tape.empty(), Moment(date(2022, 1, 1), 0))


def test_names_are_in_kebab_case_and_told_once_and_titles_in_both_languages() -> None:
    assert len(BY_NAME) == len(VIEWS)
    for view in VIEWS:
        assert view.name.replace("-", "").isalpha()
        assert view.name == view.name.lower()
        titles = [(view.zh, view.en), *((column.zh, column.en) for column in view.columns)]
        for zh, en in titles:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
            assert en.isascii()
        names = [column.name for column in view.columns]
        assert len(names) == len(set(names))
        for column in view.columns:
            assert (column.unit == "fen") == column.name.endswith("_fen")


def test_every_fact_has_a_title() -> None:
    assert set(TITLES) == set(FACTS)


def test_no_view_answers_a_float() -> None:
    for view in VIEWS:
        assert not any(dtype.is_float() for dtype in view.schema.dtypes())
