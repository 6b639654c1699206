"""A form is looked at before it is written: the same decision, and nothing appended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.postgres import Logins
from ledger.actors import Role
from ledger.looking import Onlooker
from ledger.patents import GrantPatent
from ledger.refusals import Refusal, Refused
from ledger.sitting import Request
from tests.api.figure_house import LICENSES, PATENTS, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST

REVIEW = "/forms/contract.review-clauses"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def staff(house: FigureHouse) -> Browser:
    return house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))


def test_what_a_form_will_write_is_shown_with_its_breaches_and_written_once_confirmed(
    house: FigureHouse, staff: Browser
) -> None:
    said = {"contract": LICENSES[FIRST], "outcome": "agreed", "on": "2022-06-01"}
    form = {**said, "command_key": "looked-1"}
    before = house.head()
    shown = staff.post(REVIEW, data=form, headers={"sec-fetch-site": "same-origin"})
    assert shown.status_code == 200
    for words in ("以下内容尚未写入", "将写入的事实", "同时列明的违规项", "确认写入"):
        assert words in shown.text, words
    assert house.head() == before
    changed = {**form, "again": "true"}
    again = staff.post(REVIEW, data=changed, headers={"sec-fetch-site": "same-origin"}).text
    assert f'<option value="{LICENSES[FIRST]}" selected>' in again
    for _ in range(2):
        staff.confirmed(REVIEW, form)
        assert house.head() == before + 1


def asked(house: FigureHouse, command: Any, actor: str) -> Request:
    return Request(command=command, actor=actor, command_id="0" * 32)


def test_half_a_command_is_impossible_only_where_the_rest_cannot_help(house: FigureHouse) -> None:
    onlooker = Onlooker(house.office.home.service_url, house.office.home.clock)
    staff = house.office.hire(Role.CENTRE_STAFF, FIRST)
    known, unknown = PATENTS[FIRST], "patent:2019800000018"
    halves = [GrantPatent.model_construct(patent=each) for each in (known, unknown)]
    found = onlooker.weighed([asked(house, each, staff) for each in halves])
    assert found == [{"right-is-not-pending"}, None]
    (clerk,) = onlooker.weighed([asked(house, halves[0], house.office.clerk)])
    assert clerk is None, "a clerk holds no role for it"
    with pytest.raises(Refusal) as refused:
        onlooker.look(asked(house, halves[1], staff))
    assert refused.value.code is Refused.SUBJECT_IS_UNKNOWN


def test_a_look_sees_what_was_written_since_the_last_one(house: FigureHouse) -> None:
    onlooker = Onlooker(house.office.home.service_url, house.office.home.clock)
    staff = house.office.hire(Role.CENTRE_STAFF, FIRST)
    half = GrantPatent.model_construct(patent=PATENTS[FIRST])
    assert onlooker.weighed([asked(house, half, staff)]) != [None]
    ended = {"holder": staff, "role": Role.CENTRE_STAFF, "scope": FIRST}
    house.office.do("role.revoke", ended, house.office.administrator)
    assert onlooker.weighed([asked(house, half, staff)]) == [None]
