"""Views of audit work and of the books: how far findings came, samples, periods, limits."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from projections.moment import Moment
from projections.views import BY_NAME
from tests.projections import audits_given as audits
from tests.projections import facts_given as given
from tests.projections.tape_builder import Story

DAY = date(2022, 6, 1)


def rows(story: Story, view: str, on: date = DAY) -> list[dict[str, Any]]:
    tape = story.tape()
    return BY_NAME[view].rows(tape, Moment(on, tape.size)).collect().to_dicts()


def cells(story: Story, view: str, *names: str, on: date = DAY) -> Sequence[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows(story, view, on)]


def test_a_finding_is_where_its_last_step_left_it() -> None:
    story = Story()
    story.tell(audits.raised(DAY))
    told = ("stage", "days_left", "overdue", "answers", "answer", "outcome")

    def after(*days: int) -> tuple[Any, ...]:
        (row,) = cells(story, "findings", *told, on=DAY + timedelta(days=days[0]))
        return row

    assert after(10) == ("raised", 80, False, 0, None, None)
    assert after(91) == ("raised", -1, True, 0, None, None)
    story.tell(audits.answered(DAY + timedelta(days=5), "第一次"))
    story.tell(audits.verified(DAY + timedelta(days=6), "not-mended"))
    assert after(10) == ("not-mended", 80, False, 1, "第一次", None)
    story.tell(audits.answered(DAY + timedelta(days=7), "第二次"))
    assert after(10) == ("answered", 80, False, 2, "第二次", None)
    story.tell(audits.verified(DAY + timedelta(days=8), "mended"))
    story.tell(audits.ended(DAY + timedelta(days=9)))
    assert after(100) == ("closed", None, False, 2, "第二次", "mended")
    assert after(8) == ("mended", None, False, 2, "第二次", None)


def test_a_sample_shows_what_was_last_projected_from_it() -> None:
    story = Story()
    story.tell(audits.drawn(DAY))
    told = ("drawn", "amount_fen", "projected_fen", "upper_limit_fen", "exceeds")
    assert cells(story, "samples", *told) == [(2, 4_500, None, None, None)]
    story.tell(audits.projected(DAY, 4_000, 300, upper_limit_fen=3_000))
    assert cells(story, "samples", *told) == [(2, 4_500, 100, 3_000, False)]
    story.tell(audits.projected(DAY, 4_000, 200))
    assert cells(story, "samples", *told) == [(2, 4_500, 100, 3_175, True)]
    items = cells(story, "sample-items", "place", "key", "layer", "book_fen", "misstated_fen")
    assert items == [(1, "a", "certain", 4_000, 0), (2, "b", "monetary-unit", 300, 100)]


def test_periods_say_for_how_many_of_their_days_they_are_the_last_word() -> None:
    story = Story()
    story.tell(audits.shut(date(2022, 1, 1), date(2022, 3, 31), DAY))
    story.tell(audits.opened_again(date(2022, 2, 1), date(2022, 2, 28), DAY), reason="补记")
    told = ("closed", "days", "days_in_force", "reason")
    assert cells(story, "periods", *told) == [(True, 90, 62, None), (False, 28, 28, "补记")]


def test_limits_are_those_last_begun() -> None:
    story = Story()
    story.tell(audits.limits(DAY, 100, 200, None))
    story.tell(audits.limits(DAY + timedelta(days=30), 500, None), on=DAY)
    told = ("matter", "tier", "level", "up_to_fen")
    assert cells(story, "approval-limits", *told) == [
        ("license", 1, "office", 100),
        ("license", 2, "vice-president", 200),
        ("license", 3, "meeting", None),
    ]
    later = cells(story, "approval-limits", *told, on=DAY + timedelta(days=30))
    assert later == [("license", 1, "office", 500), ("license", 2, "vice-president", None)]


def test_money_after_a_closing_posts_on_the_first_day_that_was_open() -> None:
    story = Story()
    before = given.claimed(1, date(2022, 3, 5), 100)
    story.tell(before)
    story.tell(audits.shut(date(2022, 3, 1), date(2022, 3, 31), on=date(2022, 4, 2)))
    story.tell(audits.shut(date(2022, 4, 1), date(2022, 4, 2), on=date(2022, 4, 3)))
    story.tell(audits.shut(date(2022, 4, 5), date(2022, 4, 6), on=date(2022, 4, 7)))
    late = story.tell(given.claimed(2, date(2022, 3, 9), 200), on=date(2022, 4, 8))
    story.tell(audits.opened_again(date(2022, 3, 10), date(2022, 3, 31), on=date(2022, 4, 9)))
    again = story.tell(given.claimed(3, date(2022, 3, 9), 300), on=date(2022, 4, 10))
    story.tell(given.claimed(4, date(2022, 3, 10), 400), on=date(2022, 4, 11))
    told = ("position", "effective", "closing", "posts_on")
    assert cells(story, "facts-after-closing", *told) == [
        (late, date(2022, 3, 9), 1, date(2022, 4, 3)),
        (again, date(2022, 3, 9), 1, date(2022, 3, 10)),
    ]
