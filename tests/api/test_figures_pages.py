"""The pages of figures: values that open, facts that link, changes that add up, both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import LATE_FEN, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST, SECOND
from tests.api.test_http_pages import Outline

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def auditor(house: FigureHouse) -> Browser:
    return house.signed_in(house.auditor())


def links(text: str, start: str) -> list[str]:
    hrefs = [str(tag.get("href")) for tag in Outline(text).all("a")]
    return [href for href in hrefs if href.startswith(start)]


def test_all_figures_stand_side_by_side_and_each_value_opens(auditor: Browser) -> None:
    assert 'href="/figures"' in auditor.page("/").text
    text = auditor.page("/figures").text
    assert "<h1>指标 2022</h1>" in text
    assert "当年到账金额" in text
    assert "124,456.05" in text
    assert "没有分母，无法计算" in text
    opened = [href for href in links(text, "/figures/D04?") if "institution" in href]
    assert len(opened) == 2
    page = auditor.page(opened[0])
    assert page.status_code == 200, page.text
    assert "123,456.05 元" in page.text
    for link in links(text, "/v1/indicators?"):
        assert auditor.get(link).status_code == 200


def test_a_figure_page_lists_entries_and_links_every_fact_to_its_history(
    auditor: Browser,
) -> None:
    text = auditor.page(f"/figures/D04?period=2022&institution={FIRST}").text
    assert "对账单第 3 行 · 起息日 2022-06-28 · 123,456.05 元" in text
    histories = links(text, "/history/")
    assert any(href.startswith("/history/receipt%3A") and "#p" in href for href in histories) or (
        any(href.startswith("/history/receipt:") and "#p" in href for href in histories)
    )
    for href in set(histories):
        assert auditor.page(href.partition("#")[0]).status_code == 200
    ratio = auditor.page("/figures/D19?period=2022").text
    assert "分母" in ratio
    assert "100,000.00" in ratio
    empty = auditor.page("/figures/D05?period=2021").text
    assert "此期间没有任何明细" in empty


def test_why_a_figure_changed_is_a_table_that_adds_up(house: FigureHouse) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    auditor = house.signed_in(house.auditor())
    path = f"/figures/D04/restatement?period=2022&institution={FIRST}&known_at={before}"
    text = auditor.page(path).text
    assert "123,456.05 元 → 623,456.05 元" in text
    assert "迟报" in text
    assert "各条变化之和等于指标的变化。" in text
    assert "500,000.00" in text
    same = auditor.page(f"{path}&until={before}").text
    assert "没有任何明细变化" in same
    back = links(text, "/figures/D04?")
    assert auditor.page(back[0]).status_code == 200


def test_an_office_of_one_institution_sees_its_own_column(house: FigureHouse) -> None:
    clerk = house.signed_in(house.office.clerk)
    text = clerk.page("/figures").text
    assert "123,456.05" in text
    assert "1,000.00" not in text
    assert not links(text, "/figures/F02")
    assert clerk.page(f"/figures?institution={SECOND}").status_code == 404
    inventor = house.signed_in(house.office.hire(Role.INVENTOR, FIRST))
    assert inventor.page("/figures").status_code == 403
    assert "/figures" not in inventor.page("/").text


def test_the_education_commission_sees_no_links_into_histories(house: FigureHouse) -> None:
    commission = house.signed_in(house.office.hire(Role.EDUCATION_COMMISSION_READER, None))
    text = commission.page("/figures/D04?period=2022").text
    assert "124,456.05" in text
    assert not links(text, "/history/")


def test_the_pages_are_english_after_the_switch(auditor: Browser) -> None:
    paths = (
        "/figures?period=2022",
        "/figures/D04?period=2022",
        "/figures/D04/restatement?period=2022&known_at=0",
    )
    for path in paths:
        assert auditor.page(f"{path}&lang=en").status_code == 303
        text = auditor.page(path).text
        visible = re.sub(r"<a href=\"[^\"]*lang=zh.*?</a>", "", text)
        visible = visible.replace("示例", "")
        assert not HAN.search(visible), HAN.findall(visible)[:20]
        auditor.page("/?lang=zh")


def test_every_field_of_the_pages_has_a_label(auditor: Browser) -> None:
    for path in ("/figures", "/figures/D04?period=2022"):
        text = auditor.page(path).text
        assert text.count("<h1>") == 1
        labelled = sum(
            len(Outline(part).all("input"))
            for part in re.findall(r"<label.*?</label>", text, re.DOTALL)
        )
        fields = [field for field in Outline(text).all("input") if field.get("type") != "hidden"]
        assert labelled == len(fields)


def test_a_page_asked_for_wrongly_says_so(auditor: Browser) -> None:
    for path, status in (
        ("/figures?period=then", 400),
        ("/figures/Z99", 404),
        ("/figures/D16", 400),
        ("/figures/D04/restatement", 400),
        ("/figures?surprise=1", 400),
    ):
        page = auditor.page(path)
        assert page.status_code == status, path
        assert "怎么办" in page.text
