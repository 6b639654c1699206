"""The register, annuities, pledges and families abroad, worked by hand, late facts included."""

from datetime import date
from typing import Any

import pytest

from ledger import facts
from projections.annuities import ANNUITIES
from projections.breaches import dead_rights
from projections.foreign import FOREIGN_APPLICATIONS
from projections.kept import Kept
from projections.moment import moment_of
from projections.patents import PATENTS
from projections.pledges import PLEDGES
from projections.view import View
from tests.projections import facts_given as given
from tests.projections import portfolio_given as kept
from tests.projections.facts_given import OTHER_PATENT, PATENT
from tests.projections.tape_builder import ALPHA, Story, uuid

FILED = date(2022, 1, 4)


def rows(story: Story, view: View, on: date, size: int | None = None) -> list[dict[str, Any]]:
    """The view's rows on a day."""
    tape = story.tape(size)
    return view.rows(tape, moment_of(tape, on)).collect().to_dicts()


def registered(story: Story, on: date) -> dict[str, Any]:
    """The patent's row on a day."""
    return next(row for row in rows(story, PATENTS, on) if row["patent"] == PATENT)


def filed() -> Story:
    """One invention applied for."""
    story = Story()
    story.tell(given.filed())
    return story


def granted() -> Story:
    """One invention granted on 2022-06-01."""
    story = filed()
    story.tell(given.patent_turn("granted", date(2022, 6, 1)))
    return story


# --- the register


def test_a_published_application_shows_so_until_something_follows() -> None:
    story = filed()
    story.tell(kept.application_turn("published", date(2022, 3, 1)))
    story.tell(given.patent_turn("granted", date(2022, 6, 1)))
    shown = {
        day: (row["status"], row["status_on"], row["published_on"], row["in_force"])
        for day in (date(2022, 2, 28), date(2022, 3, 1), date(2022, 6, 1))
        for row in [registered(story, day)]
    }
    assert shown == {
        date(2022, 2, 28): ("pending", FILED, None, False),
        date(2022, 3, 1): ("published", date(2022, 3, 1), date(2022, 3, 1), False),
        date(2022, 6, 1): ("granted", date(2022, 6, 1), date(2022, 3, 1), True),
    }


def test_a_publication_told_after_the_grant_leaves_the_right_in_force() -> None:
    story = granted()
    story.tell(kept.application_turn("published", date(2022, 7, 1)))
    row = registered(story, date(2022, 8, 1))
    assert (row["status"], row["in_force"]) == ("granted", True)


@pytest.mark.parametrize("status", ["withdrawn", "rejected"])
def test_a_published_application_can_come_to_nothing(status: Any) -> None:
    story = filed()
    story.tell(kept.application_turn("published", date(2022, 3, 1)))
    signed = date(2022, 4, 1)
    story.tell(given.granted(1, signed, given.terms(signed)))
    story.tell(kept.application_turn(status, date(2022, 5, 1)))
    row = registered(story, date(2022, 5, 1))
    assert (row["status"], row["in_force"]) == (status, False)
    late = date(2022, 5, 2)
    story.tell(given.granted(2, late, given.terms(late)))
    tape = story.tape()
    dead = dead_rights(tape, moment_of(tape, late)).collect()["contract"].to_list()
    assert dead == [given.license_id(2)]


def test_grades_tags_and_families_are_those_of_the_day() -> None:
    story = granted()
    story.tell(kept.graded("A", date(2022, 7, 1)))
    story.tell(kept.graded("B", date(2023, 1, 1)))
    story.tell(kept.tagged("award", date(2022, 7, 1)))
    story.tell(kept.tagged("overseas-family", date(2022, 7, 2)))
    story.tell(kept.untagged("award", date(2022, 9, 1)))
    story.tell(kept.foreign_filed(1, "US", date(2022, 12, 1)))
    story.tell(kept.foreign_filed(2, "EP", date(2022, 12, 2)))
    story.tell(kept.foreign_filed(3, "US", date(2022, 12, 3)))
    names = ("grade", "high_value_tags", "foreign_offices")
    days = (date(2022, 6, 30), date(2022, 8, 31), date(2022, 12, 1), date(2023, 1, 1))
    assert [tuple(registered(story, day)[name] for name in names) for day in days] == [
        (None, [], []),
        ("A", ["award", "overseas-family"], []),
        ("A", ["overseas-family"], ["US"]),
        ("B", ["overseas-family"], ["EP", "US"]),
    ]


def test_a_tag_taken_off_late_was_off_from_its_day() -> None:
    story = granted()
    story.tell(kept.tagged("award", date(2022, 7, 1)))
    story.tell(kept.untagged("award", date(2022, 9, 1)), on=date(2023, 1, 5))
    assert registered(story, date(2022, 8, 31))["high_value_tags"] == ["award"]
    assert registered(story, date(2022, 9, 1))["high_value_tags"] == []


def test_the_register_tells_pledges_open_licenses_and_the_next_annuity() -> None:
    story = granted()
    story.tell(kept.annuity_due(2, date(2023, 1, 4)), on=date(2022, 6, 2))
    story.tell(kept.annuity_due(3, date(2024, 1, 4)), on=date(2022, 6, 2))
    story.tell(kept.pledged(1, date(2022, 7, 1)))
    story.tell(kept.released(1, date(2022, 8, 1)))
    declared = f"declaration:{uuid(1)}"
    story.tell(
        facts.OpenLicenseDeclared(
            declaration=declared,
            patent=PATENT,
            scheme="open-pilot",
            payment="free",
            fee_fen=0,
            royalty_rate=None,
            royalty_base=None,
            ends=None,
            criteria=(),
            on=date(2022, 9, 1),
        )
    )
    announced = {"declaration": declared, "patent": PATENT}
    story.tell(facts.OpenLicenseAnnounced(**announced, announcement=None, on=date(2022, 10, 1)))
    story.tell(kept.annuity_paid(2, date(2022, 12, 30)))
    names = ("pledged", "open_license", "next_annuity_due")
    days = (date(2022, 7, 31), date(2022, 9, 30), date(2022, 12, 30))
    assert [tuple(registered(story, day)[name] for name in names) for day in days] == [
        (True, False, date(2023, 1, 4)),
        (False, False, date(2023, 1, 4)),
        (False, True, date(2024, 1, 4)),
    ]
    story.tell(given.patent_turn("lapsed", date(2023, 2, 1)))
    assert registered(story, date(2023, 2, 1))["next_annuity_due"] is None


# --- annuities


def test_an_annuity_is_due_overdue_paid_or_paid_late_on_the_day_asked_for() -> None:
    story = granted()
    # 2023-01-07 is a Saturday.
    for year, due in ((2, date(2023, 1, 7)), (3, date(2024, 1, 4)), (4, date(2025, 1, 4))):
        story.tell(kept.annuity_due(year, due), on=date(2022, 6, 2))
    story.tell(kept.annuity_paid(2, date(2023, 1, 9)))
    story.tell(kept.annuity_paid(3, date(2024, 3, 1), late_fee_fen=4_500))
    days = (date(2023, 1, 7), date(2023, 1, 9), date(2024, 1, 5), date(2024, 3, 1))
    assert {day: [row["status"] for row in rows(story, ANNUITIES, day)] for day in days} == {
        date(2023, 1, 7): ["due", "due", "due"],
        date(2023, 1, 9): ["paid", "due", "due"],
        date(2024, 1, 5): ["paid", "overdue", "due"],
        date(2024, 3, 1): ["paid", "paid-late", "due"],
    }
    second = rows(story, ANNUITIES, date(2024, 3, 1))[0]
    assert (second["last_day"], second["grace_ends"]) == (date(2023, 1, 9), date(2023, 7, 7))


def test_an_annuity_paid_without_a_due_day_is_shown_and_a_corrected_one_counts_once() -> None:
    story = granted()
    wrong = story.tell(kept.annuity_paid(1, date(2022, 6, 20)))
    right = kept.annuity_paid(1, date(2022, 6, 21), late_fee_fen=1)
    story.correct(wrong, right, on=date(2022, 7, 1))
    (row,) = rows(story, ANNUITIES, date(2022, 7, 1))
    assert (row["due"], row["status"], row["paid_on"]) == (None, "paid", date(2022, 6, 21))
    assert (row["paid_fen"], row["late_fee_fen"]) == (90_000, 1)
    assert row["institution"] == ALPHA


# --- pledges and families


def test_a_pledge_lives_while_one_of_its_patents_is_not_released() -> None:
    story = granted()
    story.tell(given.filed(OTHER_PATENT), on=date(2022, 6, 1))
    story.tell(kept.pledged(1, date(2022, 7, 1), PATENT, OTHER_PATENT))
    story.tell(kept.released(1, date(2022, 8, 1), OTHER_PATENT))
    story.tell(kept.released(1, date(2022, 9, 1), PATENT))
    days = (date(2022, 7, 31), date(2022, 8, 1), date(2022, 9, 1))
    shown = [row for day in days for row in rows(story, PLEDGES, day)]
    assert [(row["burdened"], row["live"], row["released_on"]) for row in shown] == [
        ([PATENT, OTHER_PATENT], True, None),
        ([PATENT], True, None),
        ([], False, date(2022, 9, 1)),
    ]


def test_applications_abroad_stand_beside_the_international_one_they_came_by() -> None:
    story = granted()
    story.tell(kept.pct_filed(1, date(2022, 12, 1)))
    entry = kept.foreign_filed(2, "US", date(2024, 6, 1), pct=kept.foreign_id(1))
    story.tell(entry)
    story.tell(facts.ForeignGranted(foreign=kept.foreign_id(2), number="US 1", on=date(2025, 6, 1)))
    names = ("office", "pct", "granted_on", "grant_number")
    shown = rows(story, FOREIGN_APPLICATIONS, date(2025, 6, 1))
    assert [tuple(row[name] for name in names) for row in shown] == [
        ("WO", None, None, None),
        ("US", kept.foreign_id(1), date(2025, 6, 1), "US 1"),
    ]
    assert len(rows(story, FOREIGN_APPLICATIONS, date(2024, 5, 31))) == 1


# --- kept readings


def tangled() -> Story:
    """Pledges over two patents, corrected payments, a family that grows, told in small steps."""
    story = granted()
    story.tell(given.filed(OTHER_PATENT), on=date(2022, 6, 1))
    for fact in kept.portfolio_day(date(2022, 8, 10)):
        story.tell(fact, on=date(2022, 8, 10))
    story.tell(kept.released(1, date(2022, 8, 20)))
    both = kept.pledged(3, date(2022, 8, 22), PATENT, OTHER_PATENT)
    one = kept.pledged(3, date(2022, 8, 22), OTHER_PATENT)
    story.correct(story.tell(both), one, on=date(2022, 8, 23))
    paid = story.tell(kept.annuity_paid(2, date(2022, 8, 24)))
    story.correct(paid, kept.annuity_paid(3, date(2022, 8, 24), OTHER_PATENT), on=date(2022, 8, 25))
    abroad = kept.foreign_filed(5, "JP", date(2022, 8, 26), OTHER_PATENT, pct=kept.foreign_id(1))
    story.void(story.tell(abroad), on=date(2022, 8, 27))
    return story


@pytest.mark.parametrize("view", [PATENTS, ANNUITIES, FOREIGN_APPLICATIONS, PLEDGES])
def test_a_reading_brought_up_to_date_equals_one_computed_afresh(view: View) -> None:
    story, day, memory = tangled(), date(2022, 9, 1), Kept()
    whole = story.tape()
    for size in range(1, whole.size + 1):
        tape = whole.prefix(size)
        afresh = view.rows(tape, moment_of(tape, day)).collect()
        assert memory.rows(view, tape, day).equals(afresh), size
