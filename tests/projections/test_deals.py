"""The deal register worked by hand: status, amounts, size, and every breach with its exceptions."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from ledger import facts
from ledger.money import Rate
from ledger.policies.holidays import HOLIDAYS_2018_2026, holiday_calendar, is_working_day
from ledger.policies.sme_2011 import Size
from projections.breaches import to_working_day
from projections.moment import moment_of
from projections.views import BY_NAME
from tests.projections import facts_given as given
from tests.projections.tape_builder import BUREAU, Story

FIRST, SECOND = given.license_id(1), given.license_id(2)


def deals(story: Story, as_of: date | None = None) -> dict[str, dict[str, Any]]:
    tape = story.tape()
    found = BY_NAME["deals"].rows(tape, moment_of(tape, as_of)).collect().to_dicts()
    return {row["contract"]: row for row in found}


def patents() -> Story:
    story = Story()
    story.tell(given.filed())
    story.tell(given.filed(given.OTHER_PATENT))
    story.tell(given.patent_turn("granted", date(2022, 2, 1)))
    return story


def test_a_license_waits_lives_and_ends_on_the_days_its_terms_name() -> None:
    story = patents()
    agreed = given.terms(date(2022, 3, 1), ends=date(2022, 6, 30), entry_fee_fen=5, fixed_fee_fen=7)
    story.tell(given.granted(1, date(2022, 2, 20), agreed), on=date(2022, 2, 20))

    def status(month: int, day: int) -> Any:
        return deals(story, date(2022, month, day))[FIRST]["status"]

    assert deals(story, date(2022, 2, 19)) == {}
    assert [status(2, 20), status(2, 28)] == ["pending-start"] * 2
    assert [status(3, 1), status(6, 30), status(7, 1)] == ["live", "live", "ended"]
    assert deals(story)[FIRST]["contracted_fen"] == 12
    story.tell(
        facts.LicenseTerminated(
            license=FIRST, patents=(given.PATENT,), cause="agreed", on=date(2022, 5, 5)
        )
    )
    assert [status(5, 4), status(5, 5)] == ["live", "terminated"]


def test_an_assignment_is_registered_when_all_its_patents_are() -> None:
    story = patents()
    name = given.assignment_id(1)
    story.tell(given.agreed(1, date(2022, 3, 1), 500))
    for patent, day in ((given.PATENT, 10), (given.OTHER_PATENT, 20)):
        story.tell(
            facts.AssignmentRegistered(assignment=name, patents=(patent,), on=date(2022, 3, day))
        )
    both = (given.PATENT, given.OTHER_PATENT)
    story.tell(facts.AssignmentRescinded(assignment=name, patents=both, on=date(2022, 4, 1)))
    seen = {day: deals(story, date(2022, 3, day))[name] for day in (9, 10, 19, 20)}
    statuses = [row["status"] for row in seen.values()]
    assert statuses == ["agreed", "partly-registered", "partly-registered", "registered"]
    assert (seen[19]["registered_on"], seen[20]["registered_on"]) == (None, date(2022, 3, 20))
    assert deals(story)[name]["status"] == "rescinded"
    assert (seen[20]["contracted_fen"], seen[20]["patent_count"]) == (500, 2)


def test_due_and_received_count_up_to_the_day() -> None:
    story = patents()
    dues = (given.due(1, date(2022, 4, 1), 100), given.due(2, date(2022, 9, 1), 60))
    story.tell(
        given.granted(1, date(2022, 2, 20), given.terms(date(2022, 2, 20), instalments=dues))
    )
    story.tell(given.claimed(1, date(2022, 4, 10), 100))
    part = given.allocated(1, FIRST, date(2022, 4, 10), 80, instalment=1)
    story.tell(part)
    story.tell(given.refunded(part, date(2022, 5, 1), 30))
    got = [deals(story, date(2022, *day))[FIRST] for day in ((3, 31), (4, 10), (5, 1))]
    assert [(row["due_fen"], row["received_fen"]) for row in got] == [(0, 0), (100, 80), (100, 50)]


def test_the_size_is_the_one_verified_for_the_day_of_signing() -> None:
    story = patents()
    story.tell(given.firm(date(2022, 2, 1)), institution=BUREAU)
    story.tell(given.size(date(2022, 2, 10), Size.SMALL), institution=BUREAU)
    story.tell(given.granted(1, date(2022, 2, 9)))
    story.tell(given.granted(2, date(2022, 2, 10)))
    wrong = story.tell(given.size(date(2022, 2, 11), Size.MEDIUM), institution=BUREAU)
    story.tell(given.granted(3, date(2022, 2, 11)))
    sizes = [deals(story)[given.license_id(number)]["size"] for number in (1, 2, 3)]
    assert sizes == [None, "small", "medium"]
    story.correct(wrong, given.size(date(2022, 2, 9), Size.MICRO), on=date(2022, 3, 1))
    sizes = [deals(story)[given.license_id(number)]["size"] for number in (1, 2, 3)]
    assert sizes == ["micro", "small", "small"]


SIGNED = date(2022, 2, 20)
NEXT = date(2022, 2, 21)


def codes(first: facts.LicenseGranted, second: facts.LicenseGranted) -> tuple[Any, Any]:
    story = patents()
    story.tell(first, on=NEXT)
    story.tell(second, on=NEXT)
    found = deals(story)
    return found[FIRST]["breaches"], found[SECOND]["breaches"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ({"exclusivity": "exclusive"}, {"exclusivity": "exclusive"}, "exclusive-licenses-overlap"),
        ({"exclusivity": "sole"}, {"exclusivity": "sole"}, "exclusive-licenses-overlap"),
        ({}, {"exclusivity": "sole"}, "exclusive-over-ordinary"),
        ({"exclusivity": "sole"}, {}, "ordinary-under-sole"),
        ({"exclusivity": "exclusive"}, {}, "ordinary-under-exclusive"),
        ({"origin": "open"}, {"exclusivity": "exclusive"}, "exclusive-after-open"),
        ({"exclusivity": "exclusive"}, {"origin": "open"}, "open-under-exclusive"),
    ],
)
def test_the_license_signed_later_breaks_the_rule_in_whichever_order_they_are_told(
    before: dict[str, Any], after: dict[str, Any], code: str
) -> None:
    earlier, later = given.granted(1, SIGNED, **before), given.granted(2, NEXT, **after)
    assert codes(earlier, later) == ([], [code])
    late_told, told_first = given.granted(2, SIGNED, **before), given.granted(1, NEXT, **after)
    assert codes(told_first, late_told) == ([code], [])


def test_of_licenses_signed_on_one_day_the_later_told_breaks_the_rule() -> None:
    clash = ["exclusive-licenses-overlap"]
    assert codes(sole(1), sole(2)) == ([], clash)
    assert codes(sole(1), given.granted(2, SIGNED)) == ([], ["ordinary-under-sole"])
    assert codes(given.granted(1, SIGNED), sole(2)) == ([], ["exclusive-over-ordinary"])


def test_of_several_amendments_the_one_with_the_latest_date_is_in_force() -> None:
    story = patents()
    story.tell(given.granted(1, date(2022, 2, 20)))
    for on, fee_fen in ((date(2022, 5, 1), 50), (date(2022, 4, 1), 40), (date(2022, 5, 1), 55)):
        new = given.terms(date(2022, 2, 20), fixed_fee_fen=fee_fen)
        amended = facts.LicenseAmended(license=FIRST, patents=(given.PATENT,), terms=new, on=on)
        story.tell(amended, on=date(2022, 6, 1))
    days = (date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 30), date(2022, 5, 1))
    assert [deals(story, day)[FIRST]["contracted_fen"] for day in days] == [0, 40, 40, 55]


def sole(number: int, day: date = SIGNED, **scope: Any) -> facts.LicenseGranted:
    return given.granted(number, day, given.terms(day, exclusivity="sole", **scope))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (given.granted(1, SIGNED), given.granted(2, NEXT)),
        (sole(1, territory=("上海",)), sole(2, NEXT, territory=("江苏",))),
        (sole(1, field="药物"), sole(2, NEXT, field="涂料")),
        (sole(1, ends=SIGNED), sole(2, NEXT)),
        (sole(1), given.granted(2, NEXT, parent=FIRST)),
        (sole(1), given.granted(2, NEXT, origin="compulsory")),
        (sole(1), given.granted(2, NEXT, patents=(given.OTHER_PATENT,), exclusivity="sole")),
    ],
)
def test_licenses_that_share_nothing_or_may_stand_together_break_nothing(
    first: facts.LicenseGranted, second: facts.LicenseGranted
) -> None:
    assert codes(first, second) == ([], [])


def test_a_place_or_field_left_open_meets_every_other_and_one_shared_day_is_enough() -> None:
    clash = ["exclusive-licenses-overlap"]
    assert codes(sole(1, territory=("上海",)), sole(2, NEXT)) == ([], clash)
    assert codes(sole(1, field="药物"), sole(2, NEXT)) == ([], clash)
    assert codes(sole(1, ends=NEXT), sole(2, NEXT)) == ([], clash)
    assert codes(sole(1, territory=("Jiangsu ",)), sole(2, NEXT, territory=("jiangsu", "a"))) == (
        [],
        clash,
    )


def test_a_terminated_license_leaves_its_last_day_free() -> None:
    for on, expected in ((NEXT, []), (NEXT + timedelta(days=1), ["exclusive-licenses-overlap"])):
        story = patents()
        story.tell(sole(1))
        story.tell(
            facts.LicenseTerminated(license=FIRST, patents=(given.PATENT,), cause="agreed", on=on)
        )
        story.tell(sole(2, NEXT))
        assert deals(story, date(2022, 3, 1))[SECOND]["breaches"] == expected


def test_a_license_on_a_lapsed_right_breaks_the_law_until_the_lapse_is_corrected() -> None:
    story = patents()
    story.tell(given.granted(1, date(2022, 3, 31)))
    story.tell(given.granted(2, date(2022, 4, 1)))
    lapse = story.tell(given.patent_turn("lapsed", date(2022, 4, 1)), on=date(2022, 4, 20))
    assert deals(story)[FIRST]["breaches"] == []
    assert deals(story)[SECOND]["breaches"] == ["right-is-not-in-force"]
    story.void(lapse, on=date(2022, 4, 25))
    assert deals(story)[SECOND]["breaches"] == []


def test_a_partial_invalidation_leaves_a_right_to_license() -> None:
    story = patents()
    story.tell(given.patent_turn("partly", date(2022, 4, 1)))
    story.tell(given.granted(1, date(2022, 4, 2)))
    assert deals(story)[FIRST]["breaches"] == []


@pytest.mark.parametrize(
    ("starts", "last_day"),
    [
        (date(2022, 3, 1), date(2022, 6, 1)),
        (date(2022, 3, 3), date(2022, 6, 6)),  # 3 June was a holiday before a weekend
        (date(2022, 7, 1), date(2022, 10, 8)),  # National Day, then a Saturday worked instead
        (date(2021, 11, 30), date(2022, 2, 28)),
    ],
)
def test_recordal_is_late_after_three_months_and_the_next_working_day(
    starts: date, last_day: date
) -> None:
    for days, expected in ((0, []), (1, ["recordal-is-late"])):
        day = last_day + timedelta(days=days)
        story = Story()
        story.tell(given.filed(on=date(2021, 1, 4)))
        story.tell(given.granted(1, starts))
        assert deals(story, day)[FIRST]["breaches"] == expected
        story.tell(facts.LicenseRecorded(license=FIRST, recordal_number="X", on=day))
        row = deals(story, date(2023, 1, 1))[FIRST]
        assert (row["breaches"], row["recorded_on"]) == (expected, day)


def test_working_days_are_those_of_the_ledgers_calendar() -> None:
    calendar = holiday_calendar(HOLIDAYS_2018_2026)
    days = [date(2017, 12, 1) + timedelta(days=step) for step in range(3_500)]
    found = to_working_day(pl.LazyFrame({"day": days}), "day", "first").collect()
    works = [day for day in days if is_working_day(day, calendar)]
    assert {day: first for day, first in found.rows() if day <= works[-1]} == {
        day: next(each for each in works if each >= day) for day in days if day <= works[-1]
    }


@pytest.mark.parametrize(("day", "expected"), [(19, ["money-before-registration"]), (20, [])])
def test_the_price_comes_before_title_has_passed(day: int, expected: list[str]) -> None:
    story = patents()
    name = given.assignment_id(1)
    story.tell(given.agreed(1, date(2022, 3, 1), 500))
    story.tell(given.claimed(1, date(2022, 3, day), 100))
    story.tell(given.allocated(1, name, date(2022, 3, day), 100, purpose="assignment-price"))
    assert deals(story)[name]["breaches"] == ["money-before-registration"]
    both = (given.PATENT, given.OTHER_PATENT)
    story.tell(facts.AssignmentRegistered(assignment=name, patents=both, on=date(2022, 3, 20)))
    assert deals(story)[name]["breaches"] == expected


def test_equity_is_a_deal_without_schedule() -> None:
    story = patents()
    equity = facts.EquityContributed(
        equity=given.license_id(9).replace("license", "equity"),
        contract_number="ZJ-1",
        counterparty=given.FIRM,
        patents=(given.PATENT,),
        rights_count=1,
        amount_fen=900,
        share=Rate(numerator=1, denominator=5),
        on=date(2022, 5, 1),
    )
    story.tell(equity)
    row = deals(story)[equity.equity]
    assert (row["kind"], row["contracted_fen"], row["due_fen"]) == ("equity", 900, 0)
