"""Last days ahead and behind, and what was known at the end of each."""

from datetime import date
from typing import Any

from compliance.catalogues import BY_ID
from compliance.deadlines import DEADLINES, deadlines
from projections.moment import Moment, moment_of
from projections.tape import Tape
from tests.compliance.given import DAY, annuity_due, ground, licensed, noticed, priced, recorded
from tests.projections.tape_builder import Story

LAST_DAY = date(2022, 6, 1)
NOW = date(2022, 8, 1)
STATUTES = (BY_ID["statutes"],)


def recordal(story: Story, as_of: date = NOW) -> tuple[Any, Any]:
    """State and knowledge of the one license's recordal."""
    tape = story.tape()
    rows = deadlines(tape, moment_of(tape, as_of), STATUTES)
    (row,) = rows.to_dicts()
    assert (row["clause"], row["due"]) == ("license-recordal", LAST_DAY)
    return row["state"], row["known_then"]


def signed(known: date = DAY) -> Story:
    story = ground()
    story.tell(licensed(), on=known)
    return story


def test_nothing_has_no_deadlines() -> None:
    rows = deadlines(Tape.empty(), Moment(NOW, 0))
    assert rows.is_empty()
    assert rows.schema == DEADLINES


def test_a_last_day_is_ahead_until_it_is_over_and_then_missed() -> None:
    story = signed()
    assert recordal(story, LAST_DAY) == ("ahead", None)
    assert recordal(story, date(2022, 6, 2)) == ("missed", True)


def test_what_was_done_in_time_and_told_in_time_is_done() -> None:
    story = signed()
    story.tell(recorded(LAST_DAY))
    assert recordal(story, LAST_DAY) == ("done", None)
    assert recordal(story) == ("done", True)


def test_what_was_done_in_time_but_told_later_was_not_known_then() -> None:
    story = signed()
    story.tell(recorded(LAST_DAY), on=date(2022, 7, 1))
    assert recordal(story) == ("done", False)


def test_what_was_done_late_is_so_for_ever() -> None:
    story = signed()
    story.tell(recorded(date(2022, 6, 2)))
    assert recordal(story)[0] == "done-late"


def test_a_duty_that_nobody_had_told_by_its_last_day_was_not_known_then() -> None:
    assert recordal(signed(known=date(2022, 7, 1))) == ("missed", False)


def test_a_corrected_fact_counts_by_what_the_one_before_it_said() -> None:
    in_time, late = recorded(date(2022, 5, 20)), recorded(date(2022, 6, 2))
    agreeing, contradicting = signed(), signed()
    agreeing.correct(agreeing.tell(in_time), recorded(date(2022, 5, 21)), on=date(2022, 7, 1))
    first = contradicting.tell(late)
    contradicting.correct(first, in_time, on=date(2022, 7, 1))
    assert recordal(agreeing) == ("done", True)
    assert recordal(contradicting) == ("done", False)


def test_notices_and_annuities_have_their_last_days_too() -> None:
    story = ground()
    story.tell(priced(date(2022, 7, 20)))
    story.tell(noticed(date(2022, 7, 20), date(2022, 8, 5)))
    story.tell(annuity_due(date(2022, 9, 1)), on=date(2022, 7, 21))
    tape = story.tape()
    rows = deadlines(tape, moment_of(tape, NOW))
    assert rows.select("clause", "due", "state").rows() == [
        ("price-notice", date(2022, 8, 5), "ahead"),
        ("annuities", date(2022, 9, 1), "ahead"),
    ]
