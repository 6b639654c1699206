"""Readings kept: the same rows as computed afresh, whatever came in between, in any order."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from projections.indicators import INDICATORS
from projections.kept import Kept, Reading
from projections.moment import Moment
from projections.tape import Tape
from projections.views import VIEWS
from tests.projections import facts_given
from tests.projections.histories import histories
from tests.projections.history_state import TOLD
from tests.projections.stories import long_story
from tests.projections.tape_builder import Story, rows_of

STORY: Final = long_story()
AS_OF: Final = date(2022, 12, 31)
STRANDS: Final = {strand.name: strand for each in INDICATORS for strand in each.strands}
READINGS: Final[Sequence[Reading]] = (
    *STRANDS.values(),
    *(view for view in VIEWS if view.reach is not None),
)


def named(reading: Reading) -> str:
    return reading.name


def afresh(reading: Reading, tape: Tape, as_of: date) -> pl.DataFrame:
    rows = reading.frame(tape, Moment(as_of, tape.size))
    return rows.sort(reading.key, nulls_last=True, maintain_order=True).collect()


def grown(story: Story, ends: Sequence[int]) -> list[Tape]:
    """The tape after each batch of facts, grown as a reader grows it."""
    tapes = [Tape.empty()]
    for end in ends:
        size = tapes[-1].size
        tapes.append(tapes[-1].extended(rows_of(story.entries[size:end], size)))
    return tapes


def batches(story: Story, size: int) -> list[Tape]:
    whole = len(story.entries)
    return grown(story, [*range(size, whole, size), whole])


def assert_same(reading: Reading, kept: Kept, tape: Tape, as_of: date) -> None:
    found = kept.rows(reading, tape, as_of)
    assert_frame_equal(found, afresh(reading, tape, as_of), check_row_order=True)


@pytest.mark.parametrize("reading", READINGS, ids=named)
def test_what_is_kept_is_what_is_computed_afresh(reading: Reading) -> None:
    kept = Kept()
    for tape in batches(STORY, 7):
        assert_same(reading, kept, tape, AS_OF)


@given(histories, st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_the_history_and_the_size_of_its_batches(
    story: Story, data: st.DataObject
) -> None:
    reading = data.draw(st.sampled_from(READINGS))
    as_of = data.draw(st.sampled_from((AS_OF, date(2024, 2, 29), TOLD)))
    size = data.draw(st.integers(1, 12))
    kept = Kept()
    first, *rest = batches(story, size)
    kept.rows(reading, first, as_of)
    for tape in rest:
        assert_same(reading, kept, tape, as_of)


@given(histories, st.data())
@settings(max_examples=25, deadline=None)
def test_readers_of_older_sizes_neither_disturb_nor_are_disturbed(
    story: Story, data: st.DataObject
) -> None:
    reading = data.draw(st.sampled_from(READINGS))
    tapes = batches(story, 5)
    kept = Kept()
    for place in data.draw(st.lists(st.integers(0, len(tapes) - 1), min_size=2, max_size=6)):
        assert_same(reading, kept, tapes[place], TOLD)


def test_no_two_readings_share_a_name() -> None:
    """What is kept under a name is taken for that reading alone."""
    names = [*STRANDS, *(view.name for view in VIEWS)]
    assert len(names) == len(set(names))


def test_days_are_kept_apart() -> None:
    kept, tape = Kept(), STORY.tape()
    for as_of in (date(2022, 4, 1), AS_OF, date(2022, 4, 1)):
        assert_same(STRANDS["fees-received"], kept, tape, as_of)


def test_what_is_kept_is_the_same_rows_while_nothing_new_matters() -> None:
    """No copy and no work: the very frame is answered again."""
    kept, reading = Kept(), STRANDS["pct-filed"]
    story = Story()
    story.tell(facts_given.filed())
    before = kept.rows(reading, story.tape(), AS_OF)
    assert kept.rows(reading, story.tape(), AS_OF) is before
    story.tell(facts_given.claimed(1, date(2022, 1, 5), 100))
    assert kept.rows(reading, story.tape(), AS_OF) is before


def test_little_room_means_computing_again_not_other_rows() -> None:
    kept = Kept(bytes_max=1)
    for tape in batches(STORY, 20):
        for reading in READINGS[:6]:
            assert_same(reading, kept, tape, AS_OF)


def test_many_new_facts_at_once_are_the_same_as_few() -> None:
    story, kept, reading = Story(), Kept(), STRANDS["fees-received"]
    license_ = facts_given.license_id(1)
    story.tell(facts_given.filed())
    story.tell(facts_given.granted(1, date(2022, 1, 4)))
    kept.rows(reading, story.tape(), AS_OF)
    for number in range(1, 1_100):
        story.tell(facts_given.claimed(number, date(2022, 1, 5), 100))
        story.tell(facts_given.allocated(number, license_, date(2022, 1, 5), 100))
    assert_same(reading, kept, story.tape(), AS_OF)
