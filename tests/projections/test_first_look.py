"""First looks: each finds what it is for and lets the rest pass."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger import facts
from projections.moment import Moment
from projections.views import BY_NAME
from tests.projections import audits_given as audits
from tests.projections import facts_given as given
from tests.projections.tape_builder import CLERK, Story, uuid

OTHER, AGAIN = f"actor:{uuid(2)}", f"actor:{uuid(3)}"
DAY = date(2022, 6, 1)


def found(story: Story, view: str, *names: str, on: date = date(2023, 6, 1)) -> list[Any]:
    tape = story.tape()
    rows = BY_NAME[view].rows(tape, Moment(on, tape.size)).collect()
    return rows.select(names).rows() if len(names) > 1 else rows[names[0]].to_list()


@pytest.mark.parametrize(
    ("days", "lateness"), [(30, []), (31, ["31-90"]), (91, ["91-365"]), (366, ["over-365"])]
)
def test_a_fact_is_backdated_when_it_came_more_than_thirty_days_late(
    days: int, lateness: list[str]
) -> None:
    story = Story()
    story.tell(given.filed(on=DAY), on=DAY + timedelta(days=days))
    assert found(story, "backdated-facts", "lateness") == lateness
    if lateness:
        assert found(story, "backdated-facts", "fact", "days_late") == [("patent-filed.v2", days)]


def test_one_person_in_two_duties_is_found_behind_two_accounts() -> None:
    story = Story()
    for actor in (CLERK, AGAIN):
        story.tell(
            facts.ActorRegistered(registered=actor, kind="human", person=given.person_id(7), on=DAY)
        )
    claim = given.claimed(1, DAY, 500)
    part = given.allocated(1, given.license_id(1), DAY, 500)
    first = story.tell(claim, actor=CLERK)
    second = story.tell(part, actor=AGAIN)
    story.tell(given.claimed(2, DAY, 500), actor=CLERK)
    story.tell(given.allocated(2, given.license_id(1), DAY, 500), actor=OTHER)
    told = ("position", "other_position", "who")
    assert found(story, "same-actor", *told) == [(first, second, given.person_id(7))]


def test_amounts_of_whole_ten_thousands_are_round() -> None:
    story = Story()
    story.tell(given.claimed(1, DAY, 3_000_000))
    story.tell(given.claimed(2, DAY, 3_000_100))
    story.tell(given.claimed(3, DAY, 4_000_000).model_copy(update={"currency": "USD"}))
    story.tell(
        given.granted(1, DAY, given.terms(DAY, fixed_fee_fen=600_000, entry_fee_fen=400_000))
    )
    story.tell(given.granted(2, DAY, given.terms(DAY)))
    story.tell(given.agreed(1, DAY, 2_000_000))
    part = given.allocated(1, given.license_id(1), DAY, 2_500_000)
    story.tell(part)
    story.tell(given.refunded(part, DAY, 1_000_000))
    told = ("matter", "amount_fen")
    assert found(story, "round-amounts", *told) == [
        ("receipt", 3_000_000),
        ("license", 1_000_000),
        ("assignment", 2_000_000),
        ("refund", 1_000_000),
    ]


def license_story(*signed: tuple[date, int]) -> Story:
    story = Story()
    story.tell(audits.limits(date(2022, 1, 1), 100, 1_000, None))
    for number, (day, fee) in enumerate(signed, 1):
        story.tell(given.granted(number, day, given.terms(day, fixed_fee_fen=fee)))
    return story


def test_contracts_under_a_limit_each_and_above_it_together_are_split() -> None:
    story = license_story((DAY, 60), (DAY + timedelta(days=30), 50), (date(2022, 9, 1), 90))
    told = ("signed", "last", "contracts_count", "largest_fen", "limit_fen", "together_fen")
    assert found(story, "split-contracts", *told) == [
        (DAY, DAY + timedelta(days=30), 2, 60, 100, 110)
    ]


@pytest.mark.parametrize(
    "signed",
    [
        ((DAY, 60), (DAY + timedelta(days=31), 50)),
        ((DAY, 60), (DAY, 40)),
        ((DAY, 600), (DAY, 40)),
        ((DAY, 1_500), (DAY, 1_500)),
        ((date(2021, 6, 1), 60), (date(2021, 6, 1), 60)),
    ],
)
def test_contracts_apart_within_a_limit_or_before_there_was_one_are_not_split(
    signed: tuple[tuple[date, int], ...],
) -> None:
    assert found(license_story(*signed), "split-contracts", "signed") == []


def test_several_contracts_of_one_day_are_one_row() -> None:
    story = license_story((DAY, 60), (DAY, 50), (DAY, 40))
    assert found(story, "split-contracts", "contracts_count", "together_fen") == [(3, 150)]


@pytest.mark.parametrize(
    ("value", "booked", "recorded", "flags"),
    [
        (date(2022, 12, 31), date(2023, 1, 2), date(2023, 1, 3), [(True, True)]),
        (date(2022, 12, 17), date(2022, 12, 17), date(2023, 2, 1), [(False, True)]),
        (date(2023, 1, 15), date(2022, 12, 30), date(2023, 1, 16), [(True, False)]),
        (date(2022, 12, 16), date(2022, 12, 16), date(2023, 2, 1), []),
        (date(2022, 12, 31), date(2022, 12, 31), date(2022, 12, 31), []),
    ],
)
def test_receipts_that_straddle_a_years_end_are_looked_at(
    value: date, booked: date, recorded: date, flags: list[tuple[bool, bool]]
) -> None:
    story = Story()
    receipt = given.claimed(1, value, 100).model_copy(update={"booking_date": booked})
    story.tell(receipt, on=recorded)
    told = ("booked_in_another_year", "recorded_in_another_year")
    assert found(story, "cut-off", *told) == flags


def test_money_before_registration_is_told_for_contracts_and_titles() -> None:
    story = Story()
    license_, assignment = given.license_id(1), given.assignment_id(1)
    story.tell(given.granted(1, DAY))
    story.tell(given.agreed(1, DAY, 100))
    early = story.tell(given.allocated(1, license_, DAY + timedelta(days=1), 5))
    story.tell(
        facts.TechnologyContractRegistered(
            contract=license_,
            registration="2022310000001",
            category="license",
            total_fen=100,
            technical_fen=100,
            on=DAY + timedelta(days=4),
        )
    )
    story.tell(given.allocated(2, license_, DAY + timedelta(days=4), 5))
    price = story.tell(
        given.allocated(3, assignment, DAY + timedelta(days=5), 5, purpose="assignment-price")
    )
    story.tell(given.allocated(4, given.license_id(9), DAY + timedelta(days=5), 5))
    told = ("position", "registry", "days_before")
    assert found(story, "money-before-registration", *told) == [
        (early, "technology-contract", 3),
        (price, "patent-office", None),
    ]
