"""Clauses in the browser: two dates side by side, a cell with its forms, a cell that turns."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from api.console.field_words import FIELD_WORDS
from api.console.form_pages import form_told
from api.console.form_shapes import Shape, shapes_of
from api.postgres import Logins
from api.routes.paths import BY_UPLOAD, NOT_BY_HTTP
from compliance.catalogues import GBT33251_2016
from ledger.actors import Role
from ledger.commands import DECLARATIONS
from tests.api.figure_house import LICENSES, PATENTS, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST

MATRIX = "/compliance/gbt33251-2016"
CHECKED = f"{MATRIX}/8.3-a?institution={FIRST}"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def staff(house: FigureHouse) -> Browser:
    return house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return unescape(found[1])


def send(browser: Browser, path: str, form: dict[str, str]) -> httpx.Response:
    return browser.confirmed(path, form)


def status_of(text: str) -> str:
    found = re.search(r'<p class="cell ([\w-]+) standing">', text)
    assert found is not None
    return found[1]


def test_the_matrix_tells_each_status_by_word_and_sign_not_by_colour_alone(staff: Browser) -> None:
    text = staff.page(MATRIX).text
    assert "○</span> 没有证据" in text
    assert "图例" in text
    assert "不是认证结论" in text
    assert staff.page(f"{MATRIX}?lang=en").status_code == 303
    assert "no evidence" in staff.page(MATRIX).text


@pytest.mark.parametrize("role", [Role.CENTRE_STAFF, Role.INTERNAL_AUDITOR])
def test_a_red_cell_is_mended_where_it_is_seen(house: FigureHouse, role: Role) -> None:
    staff = house.signed_in(house.office.hire(role, FIRST))
    before = staff.page(CHECKED).text
    assert status_of(before) == "missing"
    assert "未在签约前查明法律状态" in before
    form = {
        "command_key": hidden(before, "command_key"),
        "back": hidden(before, "back"),
        "institution": hidden(before, "institution"),
        "patent": PATENTS[FIRST],
        "in_force": "true",
        "owner_confirmed": "true",
        "source": "专利登记簿",
        "on": "2022-05-10",
    }
    assert f'<option value="{PATENTS[FIRST]}" selected>' in before
    answer = send(staff, "/forms/patent.check-status", form)
    assert answer.status_code == 303, answer.text
    after = staff.page(answer.headers["location"]).text
    assert status_of(after) == "evidenced"
    assert "已记入日志第" in after
    again = send(staff, "/forms/patent.check-status", form)
    assert again.headers["location"] == answer.headers["location"]


def test_what_turned_between_two_moments_is_marked_with_what_it_was(
    house: FigureHouse, staff: Browser
) -> None:
    size = house.head()
    text = staff.page(CHECKED).text
    form = {name: hidden(text, name) for name in ("command_key", "back", "institution")}
    said = {"patent": PATENTS[FIRST], "in_force": "true", "owner_confirmed": "true"}
    send(staff, "/forms/patent.check-status", form | said | {"source": "册", "on": "2022-05-10"})
    assert 'class="command"' not in staff.page(f"{CHECKED}&known_at={size}").text
    compared = staff.page(f"{MATRIX}?than_known_at={size}").text
    assert compared.count("原为：") == 1
    assert "1 格的状态不同" in compared
    assert "原为：没有证据" in compared


def test_a_refused_form_comes_back_as_it_was_filled_in(staff: Browser) -> None:
    text = staff.page(CHECKED).text
    form = {"command_key": hidden(text, "command_key"), "back": hidden(text, "back")}
    said = {"patent": PATENTS[FIRST], "in_force": "perhaps", "source": "册"}
    answer = send(staff, "/forms/patent.check-status", form | said)
    assert answer.status_code == 400
    assert "in_force" in answer.text
    assert 'value="册"' in answer.text
    assert hidden(answer.text, "command_key") != form["command_key"]


def test_rules_that_were_broken_are_told_before_going_back(staff: Browser) -> None:
    text = staff.page(f"{MATRIX}/9.1-a?institution={FIRST}").text
    form = {"command_key": hidden(text, "command_key"), "back": hidden(text, "back")}
    said = {"contract": LICENSES[FIRST], "outcome": "agreed", "on": "2022-06-01"}
    answer = send(staff, "/forms/contract.review-clauses", form | said)
    assert answer.status_code == 200
    assert "同时列明的违规项" in answer.text


def test_a_form_leads_back_to_this_site_only(staff: Browser) -> None:
    text = staff.page("/forms/patent.grade?back=//evil.example/").text
    assert 'name="back"' not in text
    assert 'name="back" value="/desk"' in staff.page("/forms/patent.grade?back=/desk").text


def test_who_may_not_give_a_command_is_told_who_does(house: FigureHouse) -> None:
    clerk = house.signed_in(house.office.clerk)
    text = clerk.page(CHECKED).text
    assert "、中心专职人员、校内审计办理" in text
    assert '<form class="command"' not in text
    assert clerk.page("/forms/patent.check-status").status_code == 403
    assert clerk.page("/forms/statement.import").status_code == 404


def test_another_site_cannot_send_a_form(staff: Browser) -> None:
    answer = staff.post("/forms/patent.grade", data={}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_deadlines_and_the_history_of_a_cell_have_pages(staff: Browser) -> None:
    text = staff.page("/deadlines").text
    assert "未到期" in text
    assert "2022-08-22" in text
    turns = staff.page(f"{MATRIX}/8.3-a/history?institution={FIRST}").text
    assert "随事实入账" in turns
    assert "随日期推移" in turns
    assert "机构登记" in turns
    assert '<a href="/compliance">合规</a>' in text


def test_every_cell_has_a_page(staff: Browser) -> None:
    for clause in GBT33251_2016.clauses:
        answer = staff.page(f"{MATRIX}/{clause.id}?institution={FIRST}")
        assert answer.status_code == 200, answer.text


def test_every_command_has_a_form_with_a_title_for_each_field() -> None:
    for declaration in DECLARATIONS:
        if declaration.name in NOT_BY_HTTP | BY_UPLOAD:
            continue
        shapes = shapes_of(declaration.command)
        told = form_told(declaration.command, {}, {}, "zh", None)
        assert len(told["fields"]) + len(told["more"]) == len(shapes)
        named = {field for shape in shapes for field in _names(shape)}
        assert named - set(FIELD_WORDS) == set(), declaration.name


def _names(shape: Shape) -> Iterator[str]:
    yield shape.name
    for part in shape.parts:
        yield from _names(part)
