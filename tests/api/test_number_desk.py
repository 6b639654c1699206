"""A number that two institutions hold: it waits where it is settled, and the row offers the act."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from api.postgres import Logins
from ledger.actors import Role
from ledger.facts.patents import OFFICE_RECORD
from ledger.number_claims import claim_id
from tests.api.figure_house import PATENTS, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST, SECOND
from tests.api.test_home_page import waits

NUMBER = PATENTS[FIRST]
CLAIM = claim_id(NUMBER, SECOND)
RECORD = [{"kind": OFFICE_RECORD, "source": "登记簿副本"}]
TO_SHOW, TO_PROPOSE, TO_SETTLE = (
    "待提交登记簿副本的专利号",
    "待提出归属意见的专利号",
    "待裁定归属的专利号",
)


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        claimant = opened.office.hire(Role.CENTRE_STAFF, SECOND)
        claimed = {"patent": NUMBER, "title": "我校装置", "filed": "2018-03-15"}
        opened.office.do("patent.claim-number", claimed | {"evidence": RECORD}, claimant)
        yield opened


def offered(browser: Browser, page: str, command: str) -> list[str]:
    """The addresses of a command's form on a page."""
    text = browser.page(page).text
    found = re.findall(rf'href="(/forms/{re.escape(command)}\?[^"]+)"', text)
    return [unescape(each) for each in found]


def test_whoever_has_not_shown_the_register_extract_is_asked_for_it(house: FigureHouse) -> None:
    holder, claimant = (
        house.signed_in(house.office.hire(Role.CENTRE_STAFF, place)) for place in (FIRST, SECOND)
    )
    assert waits(holder)[TO_SHOW] == "1"
    assert TO_SHOW not in waits(claimant)
    assert offered(holder, "/", "patent.prove-number")
    assert offered(holder, "/views/number-claims", "patent.prove-number")
    staff = house.office.hire(Role.CENTRE_STAFF, FIRST)
    house.office.do("patent.prove-number", {"patent": NUMBER, "evidence": RECORD}, staff)
    assert TO_SHOW not in waits(holder)
    assert not offered(holder, "/views/number-claims", "patent.prove-number")


def test_the_bureau_settles_a_number_by_following_links(house: FigureHouse) -> None:
    clerk, approver = (
        house.signed_in(house.office.hire(role, None))
        for role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
    )
    staff = house.office.hire(Role.CENTRE_STAFF, FIRST)
    house.office.do("patent.prove-number", {"patent": NUMBER, "evidence": RECORD}, staff)
    assert waits(clerk)[TO_PROPOSE] == "1"
    assert TO_SETTLE not in waits(approver)
    for page in ("/", "/views/number-claims", f"/history/{quote(CLAIM, safe='')}"):
        (form,) = offered(clerk, page, "patent.propose-settlement")
    asked = clerk.page(form).text
    assert f'<option value="{CLAIM}" selected>' in asked
    holders = re.findall(r'<option value="(institution:[^"]+)"', asked)
    assert set(holders) == {FIRST, SECOND}, "only the two that say they hold it"
    said = {"claim": CLAIM, "holder": SECOND, "grounds": "以登记簿副本为准", "back": "/"}
    assert clerk.confirmed("/forms/patent.propose-settlement", said).status_code == 303
    assert TO_PROPOSE not in waits(clerk)
    assert waits(approver)[TO_SETTLE] == "1"
    for page in ("/", "/views/number-claims", f"/history/{quote(CLAIM, safe='')}"):
        (form,) = offered(approver, page, "patent.settle-number")
    assert f'<option value="{CLAIM}" selected>' in approver.page(form).text
    done = approver.confirmed("/forms/patent.settle-number", {"claim": CLAIM, "back": "/"})
    assert done.status_code == 303
    assert TO_SETTLE not in waits(approver)
