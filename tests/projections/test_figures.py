"""Figures in general: what a reducer makes of entries, of any period and at any moment."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ledger.facts import FactVoided
from projections import figures as figures_module
from projections.figure_changes import facts_at
from projections.figure_rows import Level, figure_rows, memberships
from projections.figures import (
    ENTRIES,
    Indicator,
    Part,
    Reducer,
    Timing,
    Unit,
    entries_of,
    exact,
    reduced,
)
from projections.indicators import BY_NAME, INDICATORS
from projections.kept import Kept
from projections.period import Period
from tests.projections import facts_given as told
from tests.projections.histories import histories
from tests.projections.history_state import TOLD
from tests.projections.tape_builder import ALPHA, BETA, Story

YEAR = Period.parse("2022")
PERIODS = tuple(map(Period.parse, ("2022", "2023", "2022Q4", "2024Q1", "2024-02-29..2024-02-29")))

indicators = st.sampled_from(INDICATORS)
periods = st.sampled_from(PERIODS)
as_ofs = st.sampled_from((date(2022, 12, 31), date(2023, 1, 1), date(2024, 2, 29), TOLD))


Row = tuple[Any, ...]


def entry(unit: str, value: int = 1, part: Part = Part.MEMBER, place: str = ALPHA) -> Row:
    return (place, part.value, unit, unit, date(2022, 1, 3), value, [0])


def frame(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=ENTRIES, orient="row")


def by_hand(reducer: Reducer, rows: Iterable[dict[str, Any]]) -> Fraction | None:
    """The same reduction with a loop, each unit of a part once."""
    once = {(row["part"], row["unit"]): row for row in rows}.values()
    values = [row["value"] for row in once]
    match reducer:
        case Reducer.SUM:
            return Fraction(sum(values))
        case Reducer.COUNT | Reducer.DISTINCT:
            return Fraction(len({row["unit"] for row in once}))
        case Reducer.DAYS:
            return Fraction(len({row["day"] for row in once}))
        case Reducer.MEDIAN:
            return Fraction(median(map(Fraction, values))) if values else None
        case Reducer.RATIO:
            above, below = (
                sum(row["value"] for row in once if row["part"] == part)
                for part in (Part.NUMERATOR, Part.DENOMINATOR)
            )
            return Fraction(above, below) if below else None


# --- reducers


@pytest.mark.parametrize(
    ("values", "half"), [([], None), ([3], 6), ([3, 10], 13), ([9, 1, 4], 8), ([1, 2, 4, 9], 6)]
)
def test_a_median_is_exact_to_the_half(values: list[int], half: int | None) -> None:
    rows = frame(*(entry(str(n), value, Part.SAMPLE) for n, value in enumerate(values)))
    (found,) = reduced(rows, Reducer.MEDIAN, ()).to_dicts()
    wanted = None if half is None else Fraction(half, 2)
    assert exact(found["numerator"], found["denominator"]) == wanted


def test_a_shared_unit_counts_for_each_owner_and_once_in_the_total() -> None:
    rows = frame(entry("p", place=ALPHA), entry("p", place=BETA), entry("q", place=BETA))
    assert reduced(rows, Reducer.COUNT, ("institution",))["numerator"].to_list() == [1, 2]
    assert reduced(rows, Reducer.COUNT, ())["numerator"].to_list() == [2]


def test_days_are_counted_each_once() -> None:
    rows = frame(entry("p"), entry("q"))
    assert reduced(rows, Reducer.DAYS, ())["numerator"].to_list() == [1]


def test_nothing_divided_by_nothing_is_not_defined() -> None:
    (found,) = reduced(frame(), Reducer.RATIO, ()).to_dicts()
    assert exact(found["numerator"], found["denominator"]) is None


def test_a_scale_stays_a_fraction() -> None:
    assert exact(1461, 1, BY_NAME["I07"].scale) == Fraction(1461 * 400, 146_097)


_ROWS = st.tuples(
    st.sampled_from("pqrs"),
    st.integers(-9, 9),
    st.sampled_from((Part.NUMERATOR, Part.DENOMINATOR)),
    st.sampled_from((ALPHA, BETA)),
)


@given(st.lists(_ROWS, max_size=8, unique_by=lambda row: (row[0], row[2], row[3])))
@settings(max_examples=40, deadline=None)
def test_a_figure_is_its_reducer_over_its_entries(rows: list[Row]) -> None:
    worth = {(unit, part): value for unit, value, part, _ in rows}
    made = frame(*(entry(u, worth[u, part], part, place) for u, _, part, place in rows))
    for reducer in Reducer:
        (whole,) = reduced(made, reducer, ()).to_dicts()
        wanted = by_hand(reducer, made.iter_rows(named=True))
        assert exact(whole["numerator"], whole["denominator"]) == wanted
        for row in reduced(made, reducer, ("institution",)).to_dicts():
            own = made.filter(pl.col("institution") == row["institution"])
            wanted = by_hand(reducer, own.iter_rows(named=True))
            assert exact(row["numerator"], row["denominator"]) == wanted


# --- declarations


def test_indicators_are_told_apart_and_have_words_in_both_languages() -> None:
    assert len(BY_NAME) == len(INDICATORS)
    for each in INDICATORS:
        assert bool(each.variant) == bool(each.variant_zh) == bool(each.variant_en)
        assert bool(each.note_zh) == bool(each.note_en)
        assert each.zh
        assert each.en.isascii()
        assert each.source
        assert each.version >= 1


def test_strands_of_one_name_are_the_same_strand() -> None:
    """What is kept under a name is taken for every strand of that name."""
    found: dict[str, object] = {}
    for strand in (strand for each in INDICATORS for strand in each.strands):
        assert found.setdefault(strand.name, strand.build) == strand.build


def test_only_who_got_money_is_a_person_rewarded() -> None:
    story = Story()
    part = told.allocated(1, told.license_id(1), YEAR.first, 1_000_000)
    story.tell(told.reward_claimed(1, told.license_id(1), YEAR.first, part))
    story.tell(told.disbursed(1, told.license_id(1), YEAR.last, 5, 0))
    found = entries_of(BY_NAME["F04"], Kept(), story.tape(), YEAR.last, YEAR)
    assert found["unit"].to_list() == [told.person_id(1)]


# --- entries, over any history


@given(histories, st.data())
@settings(max_examples=15, deadline=None)
def test_entries_are_of_their_period_told_apart_and_rest_on_standing_facts(
    story: Story, data: st.DataObject
) -> None:
    tape, kept = story.tape(), Kept()
    period, as_of = data.draw(periods), data.draw(as_ofs)
    voided = set(tape.voided["voided"].to_list())
    for each in INDICATORS:
        found = entries_of(each, kept, tape, as_of, period)
        assert found.schema == ENTRIES
        assert found.null_count().sum_horizontal().item() == 0
        assert not found.select("institution", "part", "unit").is_duplicated().any()
        if all(strand.timing is Timing.DURING for strand in each.strands):
            assert found["day"].is_between(period.first, min(period.last, as_of)).all()
        for positions in found["positions"].to_list():
            assert positions == sorted(set(positions)) != []
            assert not voided.intersection(positions)
            assert positions[-1] < tape.size
        behind = facts_at(tape, found["positions"].explode(empty_as_null=False))
        assert FactVoided.TOPIC not in behind["topic"].to_list()


@given(histories, indicators, as_ofs, st.data())
@settings(max_examples=60, deadline=None)
def test_a_figure_as_known_once_is_that_of_the_facts_known_then(
    story: Story, indicator: Indicator, as_of: date, data: st.DataObject
) -> None:
    kept, whole = Kept(), story.tape()
    sizes = data.draw(st.lists(st.integers(0, whole.size), min_size=1, max_size=4))
    for size in sizes:
        then = story.tape(size)
        for period in PERIODS[:2]:
            found = entries_of(indicator, kept, whole.prefix(size), as_of, period)
            alone = entries_of(indicator, Kept(), then, as_of, period)
            assert_frame_equal(found, alone)


@given(histories, st.data())
@settings(max_examples=15, deadline=None)
def test_quarters_add_up_to_the_year(story: Story, data: st.DataObject) -> None:
    tape, kept = story.tape(), Kept()
    year = data.draw(st.sampled_from(("2022", "2023", "2024")))
    for each in INDICATORS:
        flows = all(strand.timing is Timing.DURING for strand in each.strands)
        if not flows or each.reducer not in (Reducer.SUM, Reducer.COUNT):
            continue
        whole, *quarters = (
            entries_of(each, kept, tape, TOLD, Period.parse(text))
            for text in (year, *(f"{year}Q{n}" for n in range(1, 5)))
        )
        own = ["institution", "unit", "value"]
        parts = pl.concat(quarters)
        assert_frame_equal(
            parts.select(own).sort(own), whole.select(own).sort(own), check_row_order=True
        )


@given(histories, periods)
@settings(max_examples=15, deadline=None)
def test_institutions_make_up_groups_and_the_total(story: Story, period: Period) -> None:
    tape, kept = story.tape(), Kept()
    groups = memberships(tape, TOLD, period)
    for each in INDICATORS:
        found = entries_of(each, kept, tape, TOLD, period)
        rows = figure_rows(each, found, groups)
        if each.city_only:
            assert rows["level"].to_list() == [Level.TOTAL]
            continue
        places = rows.filter(pl.col("level") == Level.INSTITUTION)
        assert {ALPHA, BETA} <= set(places["place"])
        if each.reducer is Reducer.SUM or (
            each.reducer is Reducer.COUNT and each.unit is Unit.CONTRACT
        ):
            assert places["numerator"].sum() == rows["numerator"].to_list()[-1]
        own = entries_of(each, kept, tape, TOLD, period, [ALPHA])
        assert_frame_equal(own, found.filter(pl.col("institution") == ALPHA))


@given(histories, periods, st.data())
@settings(max_examples=100, deadline=None)
def test_one_institution_alone_has_the_entries_it_has_among_all(
    story: Story, period: Period, data: st.DataObject
) -> None:
    """As it is read from a long log, at one size after another."""
    each = data.draw(st.sampled_from([each for each in INDICATORS if each.strands[0].apart]))
    place = data.draw(st.sampled_from((ALPHA, BETA)))
    size = data.draw(st.integers(0, len(story.entries)))
    alone, whole = Kept(), story.tape()
    for tape in (whole.prefix(size), whole):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(figures_module, "_WHOLE_MAX", -1)
            found = entries_of(each, alone, tape, TOLD, period, [place])
        among = entries_of(each, Kept(), tape, TOLD, period)
        assert_frame_equal(found, among.filter(pl.col("institution") == place))
