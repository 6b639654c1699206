"""What changed in a view between two moments: over HTTP, as files, on its page, at the terminal."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from api.postgres import Logins
from api.stamps import CODE, PACKAGES, code_in
from ledger.actors import Role
from tests.api.figure_house import FIRST_FEN, LATE_FEN, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST, SECOND
from tests.api.terminal import terminal
from tests.api.test_figures_pages import HAN
from tests.api.test_http_pages import Outline

DIFF = "/v1/views/receipts/diff"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def auditor(house: FigureHouse) -> Browser:
    return house.as_(house.auditor())


def received(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return [row for row in rows if row["column"] == "amount_fen"]


def test_money_that_came_in_since_is_told_with_the_facts_about_it(
    house: FigureHouse, auditor: Browser
) -> None:
    before = house.head()
    receipt = house.received(FIRST, "2022-06-30", LATE_FEN)
    answer = auditor.get(DIFF, params={"known_at": before, "as_of": "2022-07-15"})
    (row,) = received(answer)
    assert (row["receipt"], row["change"]) == (receipt, "added")
    assert (row["before"], row["after"]) == (None, str(LATE_FEN))
    body = answer.json()
    assert (body["known_at"], body["until"]) == (before, house.head())
    assert body["as_of_before"] == body["as_of"] == "2022-07-15"
    assert set(row["positions"]) == {each["position"] for each in body["facts"]}
    assert [each["type"] for each in body["facts"]] == [
        "receipt-claimed.v1",
        "receipt-allocated.v1",
    ]
    assert answer.headers["zhiheng-position"] == str(house.head())
    assert answer.headers["zhiheng-head"] == str(house.head())
    again = auditor.get(
        DIFF,
        params={"known_at": before, "as_of": "2022-07-15"},
        headers={"if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304


def test_nothing_differs_between_a_moment_and_itself(house: FigureHouse, auditor: Browser) -> None:
    asked = {"known_at": house.head(), "until": house.head()}
    assert auditor.get(DIFF, params=asked).json()["rows"] == []


def test_an_office_sees_what_changed_in_its_own_institution_alone(house: FigureHouse) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    own, other = (
        house.as_(actor).get(DIFF, params={"known_at": before})
        for actor in (house.office.clerk, house.office.stranger)
    )
    assert received(own)
    assert received(other) == []
    assert other.json()["facts"] == []
    foreign = house.as_(house.office.clerk).get(
        DIFF, params={"known_at": before, "institution": SECOND}
    )
    assert foreign.status_code == 404
    inventor = house.as_(house.office.hire(Role.INVENTOR, FIRST))
    assert inventor.get(DIFF, params={"known_at": before}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"known_at": "10", "until": "5"}, 400),
        ({"known_at": "then"}, 400),
        ({"known_at": "1", "until": "soon"}, 400),
        ({"known_at": "1", "surprise": "1"}, 400),
        ({"known_at": "999999"}, 400),
    ],
)
def test_moments_that_cannot_be_compared_are_refused(
    auditor: Browser, asked: dict[str, str], status: int
) -> None:
    assert auditor.get(DIFF, params=asked).status_code == status


def test_a_date_of_knowledge_is_the_business_date_too(auditor: Browser) -> None:
    for path in ("/v1/views/receivables", "/v1/indicators/D04?period=2022"):
        body = auditor.get(
            path,
            params={"known_at": "2022-07-20", "period": "2022"}
            if "?" in path
            else {"known_at": "2022-07-20"},
        ).json()
        assert body["as_of"] == "2022-07-20"
    time = "2022-07-20T23:30:00Z"
    asked = {"known_at": "2022-07-20", "until": time}
    body = auditor.get("/v1/views/receivables/diff", params=asked).json()
    assert (body["as_of_before"], body["as_of"]) == ("2022-07-20", "2022-07-21")
    overdue = [row for row in body["rows"] if row["column"] == "days_overdue"]
    assert all(int(row["after"]) == int(row["before"]) + 1 for row in overdue)


def test_sheets_show_yuan_and_words_under_the_names_of_the_columns(
    house: FigureHouse, auditor: Browser
) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    text = auditor.get(DIFF, params={"known_at": before, "format": "csv"}).content.decode()
    assert "新增,到账金额（元）,,500000.00," in text
    data = auditor.get(DIFF, params={"known_at": before, "format": "xlsx"}).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "到款台账的变化"
    assert f"前 {before} 条事实，到业务时点" in str(sheet[1][0])
    assert any("500000.00" in row for row in sheet)
    assert "到款（名称）" in text
    assert "示例公司（counterparty:" in text


def test_the_page_of_a_view_leads_to_what_changed_in_it(house: FigureHouse) -> None:
    before = house.head()
    receipt = house.received(FIRST, "2022-06-30", LATE_FEN)
    auditor = house.signed_in(house.auditor())
    forms = Outline(auditor.page("/views/receipts").text).all("form")
    assert "/views/receipts/diff" in [form.get("action") for form in forms]
    page = auditor.page(f"/views/receipts/diff?known_at={before}&as_of=2022-07-15")
    assert page.status_code == 200, page.text
    assert "500,000.00" in page.text
    assert f"/history/{receipt.replace(':', '%3A')}" in page.text
    assert "款项认领" in page.text or "到款认领" in page.text
    links = [str(tag.get("href")) for tag in Outline(page.text).all("a")]
    downloads = [link for link in links if link.startswith("/v1/views/receipts/diff?")]
    assert len(downloads) == 4
    for link in downloads:
        assert auditor.get(link).status_code == 200
    same = auditor.page(f"/views/receipts/diff?known_at={before}&until={before}").text
    assert "两个时点之间没有任何变化" in same
    assert auditor.page("/views/receipts/diff").status_code == 400
    for path in ("/views/receipts/diff?known_at=1", "/views/receipts"):
        auditor.page(f"{path}{'&' if '?' in path else '?'}lang=en")
        text = auditor.page("/views/receipts/diff?known_at=1&until=1").text
        visible = re.sub(r"<a href=\"[^\"]*lang=zh.*?</a>", "", text)
        assert not HAN.search(visible), HAN.findall(visible)


@pytest.mark.parametrize(
    "view", ["deals", "patents", "rewards-by-person", "history?subject={}", "institutions"]
)
def test_every_kind_of_view_has_a_page_of_its_changes(house: FigureHouse, view: str) -> None:
    auditor = house.signed_in(house.auditor())
    name, _, filters = view.format("patent:2018100000014").partition("?")
    page = auditor.page(f"/views/{name}/diff?known_at=3&{filters}")
    assert page.status_code == 200, page.text


def test_the_terminal_prints_and_writes_what_changed(
    house: FigureHouse,
    ledger: Logins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: Any,
) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    zhiheng = terminal(house, ledger, tmp_path, monkeypatch, capsysbinary)
    code, out, err = zhiheng("diff", "receipts", "--known-at", before)
    assert code == 0, err
    assert "500000.00" in out
    assert "新增" in out
    assert "示例公司" in out
    assert "  receipt:" not in out
    _, out, _ = zhiheng(
        "diff",
        "receipts",
        "--known-at",
        0,
        "--as-of",
        "2022-07-15",
        "--institution",
        FIRST,
        "--format",
        "json",
    )
    rows = json.loads(out)["rows"]
    assert {row["after"] for row in rows if row["column"] == "amount_fen"} == {
        str(FIRST_FEN),
        str(LATE_FEN),
    }
    assert zhiheng("diff", "receipts")[0] == 1
    code, _, err = zhiheng("diff", "receipts", "--known-at", 1, "--where", "colour=red")
    assert code == 1
    assert "parameter_is_unknown" in err


def test_every_answer_names_the_code_and_the_rules_it_rests_on(
    house: FigureHouse, auditor: Browser
) -> None:
    now = house.head()
    for path in (
        "/v1/views/receipts?",
        f"{DIFF}?known_at={now}&",
        "/v1/indicators?period=2022&",
        "/v1/indicators/D04/explain?period=2022&",
        f"/v1/indicators/D04/restatement?period=2022&known_at={now}&",
        "/v1/compliance/gbt33251-2016?",
    ):
        body = auditor.get(path).json()
        assert body["code"] == {"release": CODE.release, "digest": CODE.digest}, path
        assert isinstance(body["rules"], list), path
        if "compliance" in path:
            continue
        answer = auditor.get(f"{path}format=xlsx")
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        basis = book.get_sheet_by_index(1).to_python()
        assert ["代码摘要", CODE.digest] in basis
    page = house.signed_in(house.auditor()).page("/views/receipts").text
    assert f"代码 {CODE.digest[:12]}" in page


def test_the_digest_of_the_code_changes_with_any_of_its_files(tmp_path: Path) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
    before = code_in(tmp_path)
    rule = tmp_path / "ledger" / "rule.py"
    rule.write_text("CAP = 1")
    first = code_in(tmp_path)
    rule.write_text("CAP = 2")
    second = code_in(tmp_path)
    rule.rename(tmp_path / "ledger" / "other.py")
    cache = tmp_path / "ledger" / "__pycache__"
    cache.mkdir()
    third = code_in(tmp_path)
    (cache / "rule.pyc").write_text("compiled")
    assert len({before, first, second, third}) == 4
    assert code_in(tmp_path) == third
    assert re.fullmatch("[0-9a-f]{64}", CODE.digest)
