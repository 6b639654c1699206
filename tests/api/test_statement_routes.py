"""Bank files and the desk over HTTP: what is written, what is shown to whom, what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.http_house import Browser, House, open_house
from tests.api.office import FIRST, Office, bank_file

LINES = [
    ("2022-06-30", 5_000_000, "沪江示例科技有限公司", "专利许可费"),
    ("2022-07-01", 1_234, "某学生", "学费"),
]
BROKEN = bank_file(LINES) + "\n2022-07-02,,1.005,,,甲,专利".encode()


@pytest.fixture
def house(urls: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def office(house: House) -> Office:
    return house.office


@pytest.fixture
def web(house: House) -> Browser:
    return house.as_(house.office.clerk)


def send(web: Browser, data: bytes, query: str = "", **form: Any) -> Any:
    files = {"file": ("statement.csv", data, "text/csv")}
    return web.post(f"/v1/statements/import{query}", files=files, data=form)


def test_a_preview_shows_every_line_and_writes_nothing(office: Office, web: Browser) -> None:
    before = office.count("ledger.facts")
    answer = send(web, BROKEN, "?dry_run=true")
    assert answer.status_code == 200
    body = answer.json()
    assert [line["verdict"] for line in body["lines"]] == ["accepted", "accepted", "rejected"]
    assert (body["accepted"], body["rejected"], body["facts"]) == (2, 1, [])
    assert body["lines"][0]["amount_fen"] == 5_000_000
    assert office.count("ledger.facts") == before
    assert office.count("vault.bank_lines") == 0


def test_a_file_is_taken_in_once(office: Office, web: Browser) -> None:
    first = send(web, bank_file(LINES))
    assert first.status_code == 201
    assert [fact["type"] for fact in first.json()["facts"]] == ["statement-imported.v1"]
    again = send(web, bank_file(LINES))
    assert again.status_code == 200
    assert (again.json()["duplicates"], again.json()["facts"]) == (2, [])
    assert office.count("vault.bank_lines") == 2


def test_a_rejected_line_refuses_the_file_until_the_good_ones_are_accepted(
    office: Office, web: Browser
) -> None:
    refused = send(web, BROKEN)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "statement_has_rejected_lines"
    assert refused.json()["values"]["lines"][0]["line"] == 5
    assert office.count("vault.bank_lines") == 0
    assert send(web, BROKEN, accept_good="true").status_code == 201


@pytest.mark.parametrize(
    ("query", "form", "code"),
    [
        ("?colour=red", {}, "parameter_is_unknown"),
        ("", {"colour": "red"}, "parameter_is_unknown"),
        ("", {"dry_run": "perhaps"}, "parameter_is_malformed"),
        ("?dry_run=true", {"dry_run": "true"}, "parameter_is_malformed"),
    ],
)
def test_what_the_route_does_not_know_is_refused(
    office: Office, web: Browser, query: str, form: dict[str, str], code: str
) -> None:
    answer = send(web, bank_file(LINES), query, **form)
    assert answer.json()["code"] == code
    assert answer.status_code == 400
    assert office.count("vault.bank_lines") == 0


def test_an_upload_without_a_file_or_of_no_statement_is_refused(web: Browser) -> None:
    assert web.post("/v1/statements/import", data={"account": "x"}).status_code == 400
    answer = send(web, b"%PDF-1.7")
    assert answer.json()["code"] == "statement_file_is_unreadable"
    assert "PDF" in answer.json()["detail"]


def test_the_desk_shows_texts_to_finance_only(house: House, office: Office, web: Browser) -> None:
    send(web, bank_file(LINES))
    body = web.get("/v1/desk/unclaimed").json()
    assert body["institution"] == FIRST
    assert [line["payer"] for line in body["lines"]] == ["某学生", "沪江示例科技有限公司"]
    first = web.get("/v1/desk/unclaimed?limit=1").json()
    rest = web.get("/v1/desk/unclaimed", params={"after": first["next"]}).json()
    assert [line["amount_fen"] for line in first["lines"] + rest["lines"]] == [1_234, 5_000_000]
    centre = house.as_(office.hire(Role.CENTRE_STAFF, FIRST))
    shown = centre.get("/v1/desk/unclaimed")
    assert shown.status_code == 200
    assert "某学生" not in shown.text
    auditor = house.as_(office.hire(Role.INTERNAL_AUDITOR, FIRST))
    refused = auditor.get("/v1/desk/unclaimed")
    assert refused.json()["code"] == "role_is_missing"


def test_nobody_imports_or_reads_the_desk_without_a_token(house: House) -> None:
    assert send(house.stranger(), bank_file(LINES)).status_code == 401
    assert house.stranger().get("/v1/desk/unclaimed").status_code == 401


def test_a_file_is_not_even_opened_for_somebody_outside_finance(
    house: House, office: Office
) -> None:
    centre = house.as_(office.hire(Role.CENTRE_STAFF, FIRST))
    for data in (b"%PDF-1.7", bank_file(LINES)):
        answer = send(centre, data, "?dry_run=true")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_is_missing")


def test_a_claim_over_http_names_the_line_only(office: Office, web: Browser) -> None:
    send(web, bank_file(LINES))
    line = web.get("/v1/desk/unclaimed").json()["lines"][1]
    answer = web.post("/v1/receipts/claim", json={"receipt": line["receipt"]})
    assert answer.status_code == 201, answer.text
    assert len(web.get("/v1/desk/unclaimed").json()["lines"]) == 1
