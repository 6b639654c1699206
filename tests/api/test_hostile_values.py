"""Values that ended in a 500 once: each is refused, and its kind with it."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.figure_answers import _whole
from api.postgres import Logins
from ledger.refusals import Refused
from tests.api.http_house import ORIGIN, House, open_house
from tests.api.office import TODAY


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


def issued(house: House, holder: str, token: str) -> dict[str, Any]:
    until = (TODAY + timedelta(days=30)).isoformat()
    return {"holder": holder, "token": token, "expires_at": until}


def test_an_id_of_a_token_that_somebody_holds_is_refused_to_everybody(house: House) -> None:
    administrator = house.as_(house.office.administrator)
    token = str(uuid.uuid4())
    holders = (house.office.clerk, house.office.administrator, house.office.clerk)
    told = [
        administrator.post("/v1/tokens/issue", json=issued(house, holder, token))
        for holder in holders
    ]
    assert [each.status_code for each in told] == [201, 409, 409]
    assert told[1].json()["code"] == Refused.SUBJECT_EXISTS_ALREADY
    assert told[1].json()["values"] == {"subject": token}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/history/%00",
        "/v1/views/%00",
        "/v1/facts?type=%00",
        "/v1/lists/imports/a%00b",
        "/v1/evidence/%00",
        "/log/tile/%00",
        "/static/%00",
        "/sign-in?token=%00",
        "/%00",
    ],
)
def test_an_address_that_holds_nul_is_refused_wherever_it_leads(house: House, path: str) -> None:
    answer = house.as_(house.office.clerk).get(path)
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "request_is_malformed"
    assert "网址" in answer.json()["detail"]


@pytest.mark.parametrize("parameter", ["as_of", "known_at"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2201-01-01"])
def test_a_day_beyond_the_calendar_is_refused(house: House, parameter: str, day: str) -> None:
    answer = house.as_(house.office.clerk).get(f"/v1/views/deals?{parameter}={day}")
    assert answer.status_code == 400
    assert answer.json()["code"] == Refused.PARAMETER_IS_MALFORMED


@pytest.mark.parametrize("period", ["0000", "0001", "9999", "9999Q4", "9999-12", "٢٠٢٢", "2201"])
def test_a_period_beyond_the_calendar_is_refused(house: House, period: str) -> None:
    answer = house.as_(house.office.clerk).get(f"/v1/indicators/D04?period={period}")
    assert answer.status_code == 400
    assert answer.json()["code"] == Refused.PARAMETER_IS_MALFORMED


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "utf-16", "unicode_escape"])
def test_a_form_in_another_encoding_is_refused(house: House, charset: str) -> None:
    headers = {
        "content-type": f"multipart/form-data; boundary=b; charset={charset}",
        "origin": ORIGIN,
    }
    body = b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n\xff\xfe-\r\n--b--\r\n'
    answer = house.stranger().post("/sign-in", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["values"]["errors"][0]["rule"] == "not_utf8"


@pytest.mark.parametrize(
    "part",
    [
        b'name="file"; filename="a\0b"\r\n\r\nx',
        b'name="institution"\r\n\r\na\0b',
        b'name="a\0b"\r\n\r\nx',
    ],
)
def test_an_upload_that_holds_nul_in_a_name_or_a_text_is_refused(house: House, part: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    body = b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n--b--\r\n"
    clerk = house.as_(house.office.clerk)
    answer = clerk.post("/v1/statements/import", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] == "request_is_malformed"


def test_exact_fractions_are_written_as_every_json_reader_keeps_them() -> None:
    assert _whole(-((1 << 53) - 1)) == -9007199254740991
    assert _whole(1 << 53) == "9007199254740992"
    assert _whole(10**30) == "1" + "0" * 30


def test_a_caller_without_the_role_is_refused_before_a_body_is_read(house: House) -> None:
    auditor = house.as_(house.auditor())
    for path in ("/v1/receipts/claim", "/v1/statements/import", "/v1/lists/import"):
        answer = auditor.post(path, content=b"\0" * 1_000)
        assert answer.status_code == 403, answer.text
        assert answer.json()["code"] == Refused.ROLE_IS_MISSING
