"""The matrix in a real browser: from a red cell to what is missing, and the cell that turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.chromium import Page, chromium, until
from tests.api.figure_house import FigureHouse, open_figure_house
from tests.api.office import FIRST
from tests.api.test_browser import ASKED, serving

CELL = 'td.cell a[href*="/9.1-a?"]'


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


def test_a_red_cell_is_opened_mended_on_its_page_and_seen_to_turn(house: FigureHouse) -> None:
    office, before = house.office, house.head()
    staff = office.hire(Role.CENTRE_STAFF, FIRST)
    secret = office.secret(staff, "sign-in")
    with serving(office) as served, chromium() as page:
        page.open(f"{served.address}/sign-in?token={secret}")
        page.click("main form button")
        until(lambda: page.run(ASKED) == "/")
        page.click('nav a[href="/compliance"]')
        until(lambda: page.texts(CELL) == ["○ 没有证据"])
        page.click(CELL)
        until(lambda: page.texts(".standing") == ["○ 没有证据"])
        assert "未在签约前审查条款" in page.texts("tbody td")
        page.run("document.querySelector('form.command [name=outcome]').value = 'agreed'")
        page.run("document.querySelector('form.command [name=on]').value = '2022-05-10'")
        page.click("form.command > button:not(.first)")
        page.click("[name=confirmed]")
        until(lambda: page.texts(".standing") == ["✓ 有证据"])
        assert not page.texts("form.command")
        page.open(f"{served.address}/compliance?than_known_at={before}")
        until(lambda: page.texts("td.turned a") == ["✓ 有证据"])
        assert "原为：没有证据" in page.texts("td.turned")[0]
        assert _fits_a_telephone(page)


def _fits_a_telephone(page: Page) -> bool:
    page.resize(390, 844)
    wide, room = page.run("return [document.documentElement.scrollWidth, innerWidth]")
    return bool(wide <= room)
