"""A neighbour's award is nobody's business: what own rows of the fund tell, and what not."""

from datetime import date
from typing import Any

import pytest

from api.access import Caller
from api.readings import Asked, computed
from api.rights import scope_of
from ledger.access import Actor, Grant
from ledger.actors import CITY_WIDE, Role
from projections.kept import Kept
from projections.moment import moment_of
from projections.view import View
from projections.views import BY_NAME, VIEWS
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, Story

START, DAY = date(2022, 1, 3), date(2022, 7, 15)
CAP_FEN = 1_000
OUTSIDERS = (Role.FINANCE_CLERK, Role.CENTRE_HEAD, Role.INTERNAL_AUDITOR, Role.ENVOY)


def city(first_fen: int, second_fen: int) -> Story:
    """Alpha is awarded 100 and 50; Beta is awarded between the two and after."""
    story = Story()
    story.tell(given.institution(ALPHA, START))
    story.tell(given.institution(BETA, START), institution=BETA)
    story.tell(given.fund_opened(START, cap_fen=CAP_FEN), institution=BUREAU)
    for number, place in ((1, ALPHA), (2, BETA), (3, ALPHA), (4, BETA)):
        license_id, day = given.license_id(number), date(2022, 4, number)
        story.tell(given.granted(number, date(2022, 2, 20)), institution=place)
        part = given.allocated(number, license_id, day, 300_000)
        story.tell(given.claimed(number, day, 300_000), institution=place)
        story.tell(part, institution=place)
        claim = given.reward_claimed(number, license_id, date(2022, 5, number), part)
        story.tell(claim.model_copy(update={"claimant": place}), institution=place)
    amounts = (100, first_fen, 50, second_fen)
    for number, (place, amount) in enumerate(
        zip((ALPHA, BETA, ALPHA, BETA), amounts, strict=True), 1
    ):
        award = given.awarded(number, given.license_id(number), date(2022, 6, number), amount)
        story.tell(award.model_copy(update={"claimant": place}), institution=place)
    return story


def read(story: Story, view: View, role: Role, institution: str = ALPHA) -> list[dict[str, Any]]:
    scope = None if role in CITY_WIDE else institution
    held = (Grant(role, scope, START, None),)
    caller = Caller("actor:x", "", Actor(True, None, held), DAY)
    tape = story.tape()
    asked = Asked(view, {}, scope_of(caller, view), DAY, None)
    return computed(Kept(), asked, tape, moment_of(tape, DAY), tape.size).rows.to_dicts()


@pytest.mark.parametrize("view", [v for v in VIEWS if not v.needs], ids=lambda view: view.name)
def test_no_view_tells_how_a_neighbour_s_awards_are_parted(view: View) -> None:
    one, other = city(300, 100), city(100, 300)
    for role in OUTSIDERS:
        if role in view.reads:
            assert read(one, view, role) == read(other, view, role), role


def test_own_rows_tell_the_cap_and_what_is_left_now() -> None:
    for role in OUTSIDERS:
        rows = read(city(300, 100), BY_NAME["reward-fund"], role)
        assert {row["institution"] for row in rows} == {None, ALPHA}
        assert sum(row["awarded_fen"] for row in rows) == 150
        told = ("exposure_fen", "cap_fen", "left_fen", "available_fen")
        assert {tuple(row[name] for name in told) for row in rows} == {(None, CAP_FEN, 450, 450)}
        assert [row["actor"] for row in rows if row["institution"] is None] == [None]


def test_sums_over_all_are_not_told_to_who_could_take_their_own_off() -> None:
    for role in OUTSIDERS:
        (row,) = read(city(300, 100), BY_NAME["reward-fund-summary"], role)
        told = {name for name, value in row.items() if value is not None}
        assert told == {"fund", "cap_fen", "left_fen", "available_fen", "rounding_level"}


@pytest.mark.parametrize(
    "role",
    [
        Role.BUREAU_CLERK,
        Role.BUREAU_APPROVER,
        Role.STATE_AUDITOR,
        Role.EDUCATION_COMMISSION_READER,
    ],
)
def test_who_reads_every_institution_follows_the_cap_from_fact_to_fact(role: Role) -> None:
    rows = read(city(300, 100), BY_NAME["reward-fund"], role)
    awards = [row for row in rows if row["stage"] == "awarded"]
    assert [row["exposure_fen"] for row in awards] == [100, 400, 450, 550]
    assert [row["left_fen"] for row in awards] == [900, 600, 550, 450]
