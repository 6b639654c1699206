"""A figure in a real browser: opened down to a bank line, and asked why it changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.postgres import Logins
from tests.api.chromium import Page, chromium, until
from tests.api.figure_house import LATE_FEN, FigureHouse, open_figure_house
from tests.api.office import FIRST
from tests.api.test_browser import ASKED, serving


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


def test_a_value_opens_onto_its_bank_line_and_its_changes_add_up(house: FigureHouse) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    office = house.office
    secret = office.secret(house.auditor(), "sign-in")
    with serving(office) as served, chromium() as page:
        page.open(f"{served.address}/sign-in?token={secret}")
        page.click("main form button")
        until(lambda: page.run(ASKED) == "/")
        page.click('nav a[href="/figures"]')
        until(lambda: page.texts("h1") == ["指标 2022"])
        page.type("input[type=search]", "D04")
        page.click("tbody tr:not([hidden]) td.number a")
        until(lambda: page.texts("h1") == ["D04 当年到账金额 2022"])
        assert page.texts(".figure") == ["624,456.05 元"]
        assert "对账单第 3 行 · 起息日 2022-06-30 · 500,000.00 元" in page.texts("tbody td")
        page.type("form.why [name=known_at]", str(before))
        page.click("form.why button")
        until(lambda: "124,456.05 元 → 624,456.05 元" in page.texts(".figure"))
        assert "迟报" in page.texts("tbody td")
        assert _fits_a_telephone(page)


def _fits_a_telephone(page: Page) -> bool:
    page.resize(390, 844)
    wide, room = page.run("return [document.documentElement.scrollWidth, innerWidth]")
    return bool(wide <= room)
