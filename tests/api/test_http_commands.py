"""Commands over HTTP: facts written once, every no explained, nothing written by a bad request."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.postgres import Logins
from api.routes.paths import BY_UPLOAD, PATHS
from ledger.actors import Role
from ledger.commands import BY_NAME
from tests.api.http_house import Browser, House, open_house
from tests.api.office import FIRST, TODAY, bank_file

REGISTER = "/v1/actors/register"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def administrator(house: House) -> Browser:
    return house.as_(house.office.administrator)


def test_a_command_is_answered_with_the_facts_it_wrote(
    house: House, administrator: Browser
) -> None:
    actor = f"actor:{uuid.uuid4()}"
    before = house.office.count("ledger.facts")
    answer = administrator.post(REGISTER, json={"actor": actor})
    assert answer.status_code == 201
    written = {
        "position": before,
        "type": "actor-registered.v1",
        "subjects": [{"subject": actor, "sequence": 1}],
    }
    assert answer.json() == {"facts": [written], "breaches": []}


def test_the_same_key_is_answered_alike_and_another_body_refused(
    house: House, administrator: Browser
) -> None:
    sent = {"idempotency-key": "a-1"}
    first = administrator.post(REGISTER, json={"kind": "program"}, headers=sent)
    again = administrator.post(REGISTER, json={"kind": "program"}, headers=sent)
    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    size = house.office.count("ledger.facts")
    other = administrator.post(REGISTER, json={"kind": "human"}, headers=sent)
    assert other.status_code == 409
    assert other.json()["code"] == "command_key_was_used_for_another_body"
    assert house.office.count("ledger.facts") == size


def test_a_token_is_shown_once_and_opens_the_ledger(house: House, administrator: Browser) -> None:
    body = {"holder": house.office.clerk, "expires_at": TODAY.replace(day=30).isoformat()}
    sent = {"idempotency-key": "t-1"}
    first = administrator.post("/v1/tokens/issue", json=body, headers=sent)
    assert first.status_code == 201, first.text
    assert first.headers["cache-control"] == "no-store"
    told = first.json()
    proposal = {"proposal": told["proposal"]}
    alone = administrator.post("/v1/rights/confirm", json=proposal)
    assert (alone.status_code, alone.json()["code"]) == (403, "another_person_must_do_this")
    other = house.as_(house.office.security).post("/v1/rights/confirm", json=proposal)
    secret = f"{told['first_half']}.{other.json()['second_half']}"
    for half in secret.split("."):
        bearer = {"authorization": f"Bearer {half}"}
        assert house.stranger().get("/v1/views", headers=bearer).status_code == 401
    reading = house.stranger().get("/v1/views", headers={"authorization": f"Bearer {secret}"})
    assert reading.status_code == 200
    again = administrator.post("/v1/tokens/issue", json=body, headers=sent)
    assert again.status_code == 201
    assert "first_half" not in again.json()
    assert again.json()["facts"] == first.json()["facts"]
    assert house.office.count("vault.tokens WHERE actor = '" + house.office.clerk + "'") == 1


def test_a_bank_file_is_imported_and_a_line_claimed_and_read(house: House) -> None:
    clerk = house.as_(house.office.clerk)
    file = bank_file([("2022-06-28", 1_234_567, "甲公司", "专利许可费")])
    preview = clerk.post("/v1/statements/import?dry_run=true", files={"file": ("a.csv", file)})
    assert preview.status_code == 200, preview.text
    taken = clerk.post("/v1/statements/import", files={"file": ("a.csv", file)})
    assert taken.status_code == 201, taken.text
    (line,) = clerk.get("/v1/desk/unclaimed").json()["lines"]
    claimed = clerk.post("/v1/receipts/claim", json={"receipt": line["receipt"]})
    assert claimed.status_code == 201, claimed.text
    (row,) = clerk.get("/v1/views/receipts").json()["rows"]
    assert row["receipt"] == line["receipt"]
    assert 1_234_567 in row.values()
    forged = clerk.post(
        "/v1/receipts/claim", json={"receipt": line["receipt"], "amount_fen": 9_999_999}
    )
    assert forged.status_code == 400
    assert forged.json()["values"]["errors"][0]["field"] == "amount_fen"


def test_a_statement_is_never_a_json_command(house: House) -> None:
    clerk = house.as_(house.office.clerk)
    size = house.office.count("ledger.facts")
    answer = clerk.post("/v1/statements/import", json={"statement": f"statement:{uuid.uuid4()}"})
    assert answer.status_code == 400
    assert clerk.post("/v1/logs/open", json={}).status_code == 404
    assert house.office.count("ledger.facts") == size


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"{", "(body)"),
        (b"[]", "(body)"),
        (b"\xff\xfe", "(body)"),
        (b"", "(body)"),
        (b'{"surprise": 1}', "surprise"),
        (b'{"kind": "robot"}', "kind"),
        (b'{"actor": "actor:not-a-uuid"}', "actor"),
    ],
)
def test_a_malformed_body_names_its_fields_and_writes_nothing(
    house: House, administrator: Browser, content: bytes, field: str
) -> None:
    size = house.office.count("ledger.facts")
    answer = administrator.post(REGISTER, content=content)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "command_is_malformed"
    assert problem["values"]["errors"][0]["field"].startswith(field)
    assert house.office.count("ledger.facts") == size


@pytest.mark.parametrize("when", ["2022-07-20T00:00:00", "tomorrow", 1_700_000_000])
def test_a_naive_time_is_refused(house: House, administrator: Browser, when: Any) -> None:
    body = {"holder": house.office.clerk, "expires_at": when}
    answer = administrator.post("/v1/tokens/issue", json=body)
    assert answer.status_code == 400
    assert answer.json()["values"]["errors"][0]["field"] == "expires_at"


def test_a_refusal_is_told_in_the_caller_s_language_with_a_remedy(house: House) -> None:
    clerk = house.as_(house.office.clerk)
    zh = clerk.post(REGISTER, json={})
    en = clerk.post(REGISTER, json={}, headers={"accept-language": "en-GB, zh;q=0.5"})
    assert zh.status_code == en.status_code == 403
    assert zh.json()["code"] == en.json()["code"] == "role_is_missing"
    assert zh.json()["values"] == {"roles": ["administrator"]}
    for part in ("title", "detail", "mend"):
        assert zh.json()[part] != en.json()[part]
        assert en.json()[part].isascii()
    assert zh.headers["content-language"] == "zh"
    assert en.headers["content-language"] == "en"


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_an_unusable_key_is_refused(administrator: Browser, key: str) -> None:
    answer = administrator.post(REGISTER, json={}, headers={"idempotency-key": key})
    assert answer.status_code == 400
    assert answer.json()["code"] == "request_is_malformed"


def test_an_oversized_body_is_refused_announced_or_not(
    house: House, administrator: Browser
) -> None:
    size = house.office.count("ledger.facts")
    big = b'{"reason": "' + b"x" * (1 << 20) + b'"}'

    async def chunks() -> Any:
        for start in range(0, len(big), 1 << 16):
            yield big[start : start + (1 << 16)]

    for content in (big, chunks()):
        answer = administrator.post(REGISTER, content=content)
        assert answer.status_code == 413
        assert answer.json()["code"] == "body_is_too_large"
    assert house.office.count("ledger.facts") == size


def test_unknown_addresses_and_methods_are_problems_too(administrator: Browser) -> None:
    missing = administrator.get("/v1/nothing/here")
    assert (missing.status_code, missing.json()["code"]) == (404, "address_is_unknown")
    wrong = administrator.get(REGISTER)
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_is_not_allowed")
    assert wrong.headers["allow"] == "POST"


def test_a_fault_of_the_program_is_answered_without_its_insides(
    house: House, administrator: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def handle(self, request: object) -> None:
            raise RuntimeError("the password is swordfish")

    house.app.state.writer = Broken()
    answer = administrator.post(REGISTER, json={})
    assert answer.status_code == 500
    assert answer.json()["code"] == "program_failed"
    assert "swordfish" not in answer.text
    assert "Traceback" not in answer.text
    assert "swordfish" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_many_at_once_each_get_their_own_verdict(house: House, administrator: Browser) -> None:
    async def all_at_once() -> list[httpx.Response]:
        bodies = [{"kind": "program"}, {"kind": "robot"}] * 10
        return await asyncio.gather(
            *(administrator.http.post(REGISTER, json=body) for body in bodies)
        )

    answers = house.portal.call(all_at_once)
    assert [answer.status_code for answer in answers] == [201, 400] * 10
    positions = [a.json()["facts"][0]["position"] for a in answers if a.status_code == 201]
    assert len(set(positions)) == 10


def test_openapi_describes_every_command(house: House) -> None:
    document = house.stranger().get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for name, path in PATHS.items():
        operation = document["paths"][path]["post"]
        assert operation["operationId"] == name
        if name in BY_UPLOAD:
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        model = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        fields = set(BY_NAME[name].command.model_fields)
        assert set(model["properties"]) == fields
        assert BY_NAME[name].command.FRESH not in model.get("required", [])
    references = set(_references(document))
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references <= known


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_readiness_waits_for_the_story(ledger: Logins, tmp_path: Path) -> None:
    told: list[bool] = []
    with open_house(ledger, tmp_path, ready=lambda: bool(told)) as house:
        caller = house.stranger()
        assert caller.get("/healthz").status_code == 200
        assert caller.get("/readyz").status_code == 503
        told.append(True)
        assert caller.get("/readyz").status_code == 200


def test_a_clerk_of_one_institution_cannot_write_for_another(house: House) -> None:
    clerk = house.as_(house.office.stranger)
    body = {"bank": "示例银行", "holder": "institution", "number": "1001", "institution": FIRST}
    answer = clerk.post("/v1/accounts/register", json=body)
    assert answer.status_code == 403
    assert Role.FINANCE_CLERK in answer.json()["values"]["roles"]
