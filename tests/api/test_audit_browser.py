"""An auditor in a real browser: draws a sample, projects its errors, raises a finding from it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.postgres import Logins
from api.tokens import Purpose
from tests.api.chromium import Page, chromium, until
from tests.api.figure_house import FigureHouse, open_figure_house
from tests.api.office import FIRST
from tests.api.test_browser import ASKED, serving

PHONE, DESK = (390, 844), (1280, 1600)


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


def secret(house: FigureHouse, actor: str, purpose: Purpose) -> str:
    return house.office.secret(actor, purpose)


def choose(page: Page, css: str, value: str) -> None:
    page.click(f'{css} option[value="{value}"]')


def fits(page: Page) -> bool:
    wide, room = page.run("return [document.documentElement.scrollWidth, innerWidth]")
    return bool(wide <= room)


def test_from_a_draw_to_a_finding(house: FigureHouse, tmp_path: Path) -> None:
    auditor = house.auditor()
    with serving(house.office) as served, chromium() as page:
        page.open(f"{served.address}/sign-in?token={secret(house, auditor, 'sign-in')}")
        page.click("main form button")
        until(lambda: page.run(ASKED) == "/")
        page.click('nav a[href="/audit"]')
        until(lambda: page.texts("h1") == ["审计工作台"])
        page.click('main a[href="/audit/samples"]')
        until(lambda: page.texts("h1") == ["抽取样本"])
        choose(page, "[name=view]", "receipts")
        choose(page, "[name=method]", "monetary-unit")
        choose(page, "[name=institution]", FIRST)
        page.click("form.moment button")
        choose(page, "[name=amount]", "amount_fen")
        page.type("[name=tolerable_fen]", "3000")
        page.type("[name=seed]", "2022-07")
        page.click("form.command button")
        until(lambda: page.texts("h1") == ["样本 · 货币单元抽样 · 到款台账"])
        path = str(page.run(ASKED))
        page.type("[name=file]", str(filled(served.address, house, auditor, path, tmp_path)))
        page.click("form[enctype] button")
        until(lambda: "超过可容忍错报。" in page.texts("p.notice"))
        assert page.run("return scrollY") == 0
        page.click('form[action="/forms/finding.raise"] button')
        until(lambda: page.texts("h1") == ["提出审计发现"])
        page.type("[name=title]", "到款多记")
        page.type("[name=body]", "样本中一笔到款多记两万元。")
        choose(page, "[name=severity]", "major")
        page.click("form.command > button:not(.first)")
        until(lambda: "将写入的事实" in page.texts("h2"))
        page.click("[name=confirmed]")
        until(lambda: page.run(ASKED) == path)
        page.click('.aside a[href="/audit"]')
        until(lambda: "到款多记" in page.texts("tbody a"))
        page.click('tbody a[href^="/audit/findings/"]')
        until(lambda: page.texts("h1") == ["到款多记"])
        for address in (str(page.run(ASKED)), path, "/audit", "/audit/samples", "/audit/evidence"):
            page.resize(*PHONE)
            page.open(served.address + address)
            assert fits(page), address


def filled(address: str, house: FigureHouse, auditor: str, path: str, folder: Path) -> Path:
    """The items of the sample as downloaded, with one receipt 20,000.00 less than booked."""
    bearer = {"authorization": f"Bearer {secret(house, auditor, 'bearer')}"}
    sample = path.rpartition("/")[2]
    answer = httpx.get(
        f"{address}/v1/views/sample-items?sample={sample}&format=csv", headers=bearer
    )
    file = folder / "items.csv"
    text = answer.content.decode("utf-8-sig").replace("123456.05,,", "123456.05,103456.05,")
    file.write_text(text, "utf-8")
    return file
