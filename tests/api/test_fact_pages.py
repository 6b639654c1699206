"""Corrections start at the fact: its content in the form, and what was changed is the change."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from api.console.form_shapes import body_of, shapes_of_fact
from api.console.sheets import texts_of
from api.postgres import Logins
from ledger.actors import Role
from ledger.facts.base import Fact
from tests.api.figure_house import LICENSES, PATENTS, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST
from tests.ledger.examples import EXAMPLES

LICENSE_PAGE = f"/history/{quote(LICENSES[FIRST], safe='')}"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def reviewer(house: FigureHouse) -> Browser:
    return house.signed_in(house.office.hire(Role.CENTRE_REVIEWER, FIRST))


REPORTED = [fact for fact in EXAMPLES if fact.REPORTED]


@pytest.mark.parametrize("fact", REPORTED, ids=lambda fact: fact.TOPIC)
def test_what_a_form_is_filled_in_with_reads_back_as_it_stands(fact: Fact) -> None:
    shapes, payload = shapes_of_fact(type(fact)), trimmed(fact.model_dump(mode="json"))
    read = body_of(shapes, texts_of(shapes, payload, ""))
    again = type(fact).model_validate_json(orjson.dumps({**payload, **read}))
    assert again.model_dump(mode="json") == payload


def trimmed(value: Any) -> Any:
    """Texts as a form sends them, without blanks around."""
    match value:
        case dict():
            return {name: trimmed(part) for name, part in value.items()}
        case list():
            return [trimmed(part) for part in value]
        case str():
            return value.strip()
        case _:
            return value


def link(text: str, name: str) -> str:
    found = re.search(rf'href="(/forms/{re.escape(name)}\?[^"]+)"', text)
    assert found is not None, name
    return unescape(found[1])


def fields(text: str) -> dict[str, str]:
    """What the form would send unchanged: hidden and plain inputs, and chosen options."""
    plain = re.findall(r'<input (?:type="\w+" )?(?:step="1" )?name="([^"]+)" value="([^"]*)"', text)
    form = {name: unescape(value) for name, value in plain}
    chosen_of = re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL)
    for name, inner in chosen_of:
        chosen = re.findall(r'<option value="([^"]*)" selected', inner)
        if chosen:
            form[name] = chosen[0]
    long = re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    for name, inner in long:
        form[name] = unescape(inner)
    return form


def test_a_correction_starts_at_the_fact_and_changes_what_was_changed(
    house: FigureHouse, reviewer: Browser
) -> None:
    page = reviewer.page(LICENSE_PAGE).text
    asked = reviewer.page(link(page, "fact.correct"))
    assert asked.status_code == 200
    assert "只改有误之处" in asked.text
    form = fields(asked.text)
    assert form["replacement.contract_number"].startswith("示例-")
    assert form["replacement.terms.fixed_fee_fen"] == "100000.00"
    action = "/forms/fact.correct"
    no_reason = reviewer.confirmed(action, form)
    assert no_reason.status_code == 422
    changed = {**form, "replacement.contract_number": "更正-1", "reason": "合同号录错"}
    done = reviewer.confirmed(action, changed)
    assert done.status_code == 303, done.text
    back = reviewer.page(done.headers["location"])
    assert back.status_code == 200
    assert "已记入日志第" in back.text
    before, *_, after = (
        each["fact"]
        for each in reviewer.get(f"/v1{LICENSE_PAGE}").json()["facts"]
        if each["fact"]["type"] == "license-granted.v1"
    )
    assert after["payload"] == {**before["payload"], "contract_number": "更正-1"}


def test_a_fact_is_voided_from_its_page_with_a_reason(
    house: FigureHouse, reviewer: Browser
) -> None:
    page = f"/history/{quote(PATENTS[FIRST], safe='')}"
    grants = re.findall(r'href="(/forms/fact.void\?[^"]+)"', reviewer.page(page).text)
    asked = reviewer.page(unescape(grants[-1])).text
    assert "作废后没有别的事实代替它" in asked
    done = reviewer.confirmed("/forms/fact.void", {**fields(asked), "reason": "重复登记"})
    assert done.status_code == 303, done.text
    assert "已被第" in reviewer.page(page).text


def test_corrections_are_offered_to_those_who_may_only(house: FigureHouse) -> None:
    staff = house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))
    assert "fact.correct" not in staff.page(LICENSE_PAGE).text


def test_an_amendment_comes_up_with_what_stands(house: FigureHouse) -> None:
    staff = house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))
    form = staff.page(link(staff.page(LICENSE_PAGE).text, "license.amend")).text
    assert fields(form)["terms.fixed_fee_fen"] == "100000.00"
    assert '<option value="ordinary" selected>' in form
