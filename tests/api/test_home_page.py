"""The first page by desk: what waits comes first, with its form, and goes once it is done."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from api.console.acts import ACTS, AT_THE_DESK, FORMS
from api.console.queues import QUEUES
from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import FIRM, LICENSES, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST, bank_file


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


def waits(browser: Browser) -> dict[str, str]:
    """Title of a queue to its count."""
    found = re.findall(r'<li><a href="[^"]+">([^<]+)</a> <strong>(\d+)', browser.page("/").text)
    return dict(found)


def test_queues_wait_for_acts_that_there_are_under_filters_that_there_are() -> None:
    offered = {act.name for acts in ACTS.values() for act in acts}
    for queue in QUEUES:
        assert queue.act in offered
        names = {column.name for column in queue.view.columns}
        assert {queue.subject, *queue.said, *queue.waits.meta.root_names()} <= names
        assert {name for name, _ in queue.filters} <= set(queue.view.filters)


def test_what_waits_is_counted_named_and_gone_once_it_is_done(house: FigureHouse) -> None:
    clerk = house.signed_in(house.office.clerk)
    http = house.as_(house.office.clerk)
    file = bank_file([("2022-07-01", 5_000_00, "示例公司", "许可费")])
    assert http.post("/v1/statements/import", files={"file": ("a.csv", file)}).status_code == 201
    assert waits(clerk)["待认领的到款"] == "1"
    assert "待核销的到款" not in waits(clerk)
    (line,) = http.get("/v1/desk/unclaimed").json()["lines"]
    claim = {"receipt": line["receipt"], "payer": FIRM}
    assert http.post("/v1/receipts/claim", json=claim).status_code == 201
    assert waits(clerk)["待核销的到款"] == "1"
    page = clerk.page("/").text
    assert "2022-07-01 · 示例公司 · 5,000.00" in page
    (lead,) = re.findall(r'href="(/desk/receipts/[^"]+)"', page)
    own = clerk.page(lead).text
    assert "示例公司" in own
    (form,) = re.findall(r'href="(/forms/receipt.allocate[^"]+)"', own)
    asked = clerk.page(unescape(form)).text
    assert f'<option value="{line["receipt"]}" selected>2022-07-01 · 示例公司' in asked
    assert f'<option value="{LICENSES[FIRST]}">' in asked
    sent = {
        "receipt": line["receipt"],
        "parts.0.contract": LICENSES[FIRST],
        "parts.0.purpose": "license-fee",
        "parts.0.amount_fen": "5000",
        "back": "/",
    }
    done = clerk.confirmed("/forms/receipt.allocate", sent)
    assert done.status_code == 303, done.text
    home = clerk.page(done.headers["location"])
    assert "已记入日志第" in home.text
    assert "待核销的到款" not in waits(clerk)


def test_the_first_page_begins_what_its_reader_may_begin(house: FigureHouse) -> None:
    staff = house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))
    begun = re.findall(r'"/forms/([\w.-]+)\?back=%2F"', staff.page("/").text)
    mine = {each.NAME for each in FORMS if Role.CENTRE_STAFF in (each.ROLES or ())}
    assert mine & AT_THE_DESK <= set(begun) <= mine
    assert "license.grant" in begun
