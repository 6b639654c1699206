"""Disclosures over HTTP: inventors hand in and read what they contributed to, and nothing else."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.http_house import Browser, House, open_house
from tests.api.office import FIRST, SECOND

VIEW = "/v1/views/disclosures"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        opened.register_bureau()
        yield opened


@pytest.fixture
def staff(house: House) -> Browser:
    return house.as_(house.office.hire(Role.CENTRE_STAFF, FIRST))


def registered(staff: Browser, name: str) -> str:
    """A person of the first university."""
    person = f"person:{uuid.uuid4()}"
    body = {"person": person, "name": name}
    assert staff.post("/v1/persons/register", json=body).status_code == 201
    return person


def appointed(house: House, person: str | None, role: Role, *places: str) -> str:
    """An actor that is this person, in a role at these institutions."""
    actor = f"actor:{uuid.uuid4()}"
    body = {"actor": actor, "person": person}
    house.office.do("actor.register", body, house.office.administrator)
    for place in places:
        house.office.grant(actor, role, place)
    return actor


def submitted(browser: Browser, title: str, *persons: str) -> str:
    """A disclosure handed in."""
    contributors = [{"person": person, "share": None} for person in persons]
    body = {"title": title, "kind": "invention", "contributors": contributors}
    answer = browser.post("/v1/disclosures/submit", json=body)
    assert answer.status_code == 201, answer.text
    subject: str = answer.json()["facts"][0]["subjects"][0]["subject"]
    return subject


def titles(browser: Browser, query: str = "") -> set[str]:
    answer = browser.get(VIEW + query)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return {row["title"] for row in rows}


def test_an_inventor_reads_exactly_the_disclosures_they_contribute_to(
    house: House, staff: Browser
) -> None:
    li, wu = registered(staff, "李"), registered(staff, "吴")
    inventor = house.as_(appointed(house, li, Role.INVENTOR, FIRST))
    submitted(inventor, "一种灯", li)
    submitted(staff, "另一种灯", wu, li)
    submitted(staff, "第三种灯", wu)
    assert titles(inventor) == {"一种灯", "另一种灯"}
    assert titles(inventor, f"?institution={FIRST}") == {"一种灯", "另一种灯"}
    assert titles(staff) == {"一种灯", "另一种灯", "第三种灯"}
    assert "第三种灯" not in inventor.get(VIEW + "?format=csv").text
    assert inventor.get(VIEW + f"?institution={SECOND}").status_code == 404


def test_an_inventor_reads_no_other_view_and_no_facts(house: House, staff: Browser) -> None:
    li = registered(staff, "李")
    inventor = house.as_(appointed(house, li, Role.INVENTOR, FIRST))
    other = submitted(staff, "一种灯", registered(staff, "吴"))
    assert [view["name"] for view in inventor.get("/v1/views").json()["views"]] == ["disclosures"]
    assert inventor.get("/v1/views/patents").json()["code"] == "view_is_unknown"
    assert inventor.get(f"/v1/history/{other}").status_code == 404
    facts = inventor.get("/v1/facts?limit=1000").text
    assert "disclosure-submitted" not in facts


def test_a_page_shows_an_inventor_own_disclosures_only(house: House, staff: Browser) -> None:
    li, wu = registered(staff, "李"), registered(staff, "吴")
    submitted(staff, "一种灯", li)
    submitted(staff, "另一种灯", wu)
    page = house.signed_in(appointed(house, li, Role.INVENTOR, FIRST)).page("/views/disclosures")
    assert page.status_code == 200
    assert "一种灯" in page.text
    assert "另一种灯" not in page.text


def test_a_role_of_ones_own_opens_nothing_of_other_institutions_or_without_a_person(
    house: House, staff: Browser
) -> None:
    li = registered(staff, "李")
    submitted(staff, "一种灯", li)
    assert titles(house.as_(appointed(house, li, Role.INVENTOR, SECOND))) == set()
    nobody = house.as_(appointed(house, None, Role.INVENTOR, FIRST))
    assert nobody.get(VIEW).json()["code"] == "view_is_unknown"


def test_staff_at_one_place_and_inventor_at_another_see_both_and_no_more(
    house: House, staff: Browser
) -> None:
    li, wu = registered(staff, "李"), registered(staff, "吴")
    submitted(staff, "一种灯", li)
    submitted(staff, "另一种灯", wu)
    actor = appointed(house, li, Role.INVENTOR, FIRST)
    house.office.grant(actor, Role.CENTRE_STAFF, SECOND)
    both = house.as_(actor)
    person = f"person:{uuid.uuid4()}"
    named = {"institution": SECOND, "person": person, "name": "郑"}
    assert both.post("/v1/persons/register", json=named).status_code == 201
    body = {"institution": SECOND, "title": "他校的灯", "kind": "other"}
    contributors = [{"person": person, "share": None}]
    answer = both.post("/v1/disclosures/submit", json={**body, "contributors": contributors})
    assert answer.status_code == 201, answer.text
    assert titles(both) == {"一种灯", "他校的灯"}


@pytest.mark.parametrize("role", [Role.EDUCATION_COMMISSION_READER, Role.ENVOY])
def test_readers_without_persons_do_not_read_disclosures(house: House, role: Role) -> None:
    place = None if role is Role.EDUCATION_COMMISSION_READER else FIRST
    reader = house.as_(house.office.hire(role, place))
    assert reader.get(VIEW).json()["code"] == "view_is_unknown"


def test_two_readers_of_one_view_have_different_stamps(house: House, staff: Browser) -> None:
    li, wu = registered(staff, "李"), registered(staff, "吴")
    submitted(staff, "一种灯", li)
    first = house.as_(appointed(house, li, Role.INVENTOR, FIRST))
    second = house.as_(appointed(house, wu, Role.INVENTOR, FIRST))
    seen = first.get(VIEW).headers["etag"]
    assert second.get(VIEW).headers["etag"] != seen
    assert second.get(VIEW, headers={"if-none-match": seen}).status_code == 200


def test_an_inventor_follows_their_own_disclosure_to_its_end(house: House, staff: Browser) -> None:
    li, wu = registered(staff, "李"), registered(staff, "吴")
    inventor = house.as_(appointed(house, li, Role.INVENTOR, FIRST))
    own, other = submitted(inventor, "一种灯", li, wu), submitted(staff, "另一种灯", wu)
    facts = inventor.get(f"/v1/history/{own}").json()["facts"]
    assert [fact["fact"]["type"] for fact in facts] == ["disclosure-submitted.v1"]
    assert inventor.get(f"/v1/history/{other}").json()["code"] == "subject_is_unknown"
    content = {
        "title": "一种灯",
        "kind": "invention",
        "contributors": [{"person": wu, "share": None}],
    }
    assert (
        staff.post("/v1/disclosures/amend", json=content | {"disclosure": own}).status_code == 201
    )
    assert inventor.get(f"/v1/history/{own}").status_code == 404


def test_pages_lead_an_inventor_to_what_is_open_to_them_only(house: House, staff: Browser) -> None:
    li, wu = registered(staff, "李"), registered(staff, "吴")
    browser = house.signed_in(appointed(house, li, Role.INVENTOR, FIRST))
    own = submitted(staff, "一种灯", li, wu)
    assert "/forms/disclosure.submit" in browser.page("/").text
    table = browser.page("/views/disclosures").text
    links = re.findall(r'href="(/history/[^"]+)"', table)
    assert links == [f"/history/{quote(own, safe='')}"]
    assert "人员 吴" in table
    history = browser.page(links[0])
    assert history.status_code == 200
    assert "人员 吴" in history.text
    assert re.findall(r"<dd>.*/history/", history.text) == []
    assert f"/forms/disclosure.amend?disclosure={quote(own, safe='')}" in history.text


def test_a_form_offers_an_inventor_only_what_is_their_own(house: House, staff: Browser) -> None:
    li, wu, zhao = (registered(staff, name) for name in ("李", "吴", "赵"))
    browser = house.signed_in(appointed(house, li, Role.INVENTOR, FIRST))
    own, other = submitted(staff, "一种灯", li, wu), submitted(staff, "另一种灯", zhao)
    form = browser.page("/forms/disclosure.amend").text
    assert (own in form, other in form) == (True, False)
    assert (li in form, wu in form, zhao in form) == (True, True, False)
    assert ">吴</option>" in form
