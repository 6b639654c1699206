"""Who gets in: bearer tokens, sign-in links, sessions, other sites, and revocation at once."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.postgres import Logins
from api.tokens import given_by_two
from ledger.actors import Role
from tests.api.http_house import ORIGIN, House, open_house
from tests.api.office import FIRST, SECOND, TODAY

BROWSER = {"accept": "text/html"}


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


def test_without_a_secret_nothing_is_read(house: House) -> None:
    for path in ("/v1/views", "/v1/facts", "/v1/views/deals", f"/v1/history/{FIRST}"):
        answer = house.stranger().get(path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "sign_in_is_needed"
    assert house.stranger().post("/v1/actors/register", json={}).status_code == 401


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic eDp5", "Bearer"])
def test_a_secret_nobody_holds_is_refused(house: House, header: str) -> None:
    answer = house.stranger().get("/v1/views", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_is_not_valid"
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_sign_in_link_is_no_bearer_token_and_a_bearer_token_no_cookie(house: House) -> None:
    link = house.secret(house.office.clerk, "sign-in")
    answer = house.stranger().get("/v1/views", headers={"authorization": f"Bearer {link}"})
    assert answer.status_code == 401
    bearer = house.secret(house.office.clerk)
    cookie = {"cookie": f"zhiheng_session={bearer}"}
    assert house.stranger().get("/v1/views", headers=cookie).status_code == 401


def test_an_expired_token_opens_nothing(house: House) -> None:
    office = house.office
    until, two = TODAY - timedelta(seconds=1), (office.administrator, office.security)
    made = given_by_two(office.home, office.scribe, two, office.clerk, "bearer", until)
    office.scribe.handle(made.request)
    answer = house.stranger().get("/v1/views", headers={"authorization": f"Bearer {made.secret}"})
    assert answer.status_code == 401


def test_a_revoked_token_and_a_revoked_role_count_from_the_next_request_on(house: House) -> None:
    office, clerk = house.office, house.as_(house.office.clerk)
    assert clerk.get(f"/v1/facts?institution={FIRST}").status_code == 200
    revoked = {"holder": office.clerk, "role": Role.FINANCE_CLERK, "scope": FIRST}
    office.do("role.revoke", revoked, office.administrator)
    assert clerk.get(f"/v1/facts?institution={FIRST}").status_code == 404
    assert clerk.get("/v1/views").json() == {"views": []}
    row = office.connection.execute(
        "SELECT token FROM vault.tokens WHERE actor = %s", (office.clerk,)
    ).fetchone()
    assert row is not None
    office.do("token.revoke", {"holder": office.clerk, "token": row[0]}, office.administrator)
    assert clerk.get("/v1/views").status_code == 401


def test_a_link_signs_in_once_and_opening_it_spends_nothing(house: House) -> None:
    secret = house.secret(house.office.clerk, "sign-in")
    browser = house.stranger()
    for _ in range(2):
        opened = browser.page(f"/sign-in?token={secret}")
        assert opened.status_code == 200
        assert f'value="{secret}"' in opened.text
        assert "no-store" in opened.headers["cache-control"]
        assert opened.headers["referrer-policy"] == "origin"
    sent = {"origin": ORIGIN, **BROWSER}
    first = browser.post("/sign-in", data={"token": secret}, headers=sent)
    assert first.status_code == 303
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert browser.get("/v1/views").status_code == 200
    second = house.stranger().post("/sign-in", data={"token": secret}, headers=sent)
    assert second.status_code == 410
    assert "链接" in second.text


def test_of_two_who_press_the_button_at_once_one_gets_in(house: House) -> None:
    secret = house.secret(house.office.clerk, "sign-in")
    browsers = [house.stranger() for _ in range(6)]

    async def all_at_once() -> list[int]:
        answers = await asyncio.gather(
            *(
                browser.http.post("/sign-in", data={"token": secret}, headers={"origin": ORIGIN})
                for browser in browsers
            )
        )
        return [answer.status_code for answer in answers]

    assert sorted(house.portal.call(all_at_once)) == [303, 410, 410, 410, 410, 410]


def test_over_https_the_cookie_is_secure(house: House) -> None:
    secret, browser = house.secret(house.office.clerk, "sign-in"), house.stranger()
    sent = {"origin": "https://zhiheng.test"}
    answer = browser.post("https://zhiheng.test/sign-in", data={"token": secret}, headers=sent)
    assert answer.status_code == 303
    assert "Secure" in answer.headers["set-cookie"]


def test_the_secret_of_a_link_or_session_is_nowhere_in_the_database(house: House) -> None:
    secret = house.secret(house.office.clerk, "sign-in")
    browser = house.stranger()
    browser.post("/sign-in", data={"token": secret}, headers={"origin": ORIGIN})
    session = browser.http.cookies["zhiheng_session"]
    dump = house.office.connection.execute(
        "SELECT string_agg(t::text, '') || (SELECT string_agg(encode(state, 'escape'), '') "
        "FROM ledger.facts) FROM vault.tokens t"
    ).fetchone()
    assert dump is not None
    assert "session" in dump[0]
    assert secret not in dump[0]
    assert session not in dump[0]


def test_revoking_the_link_s_token_ends_the_session(house: House) -> None:
    office, browser = house.office, house.signed_in(house.office.clerk)
    row = office.connection.execute(
        "SELECT token FROM vault.tokens WHERE purpose = 'session'"
    ).fetchone()
    assert row is not None
    assert browser.get("/v1/views").status_code == 200
    office.do("token.revoke", {"holder": office.clerk, "token": row[0]}, office.administrator)
    assert browser.get("/v1/views").status_code == 401


def test_signing_out_kills_the_secret_not_only_the_cookie(house: House) -> None:
    browser = house.signed_in(house.office.clerk)
    secret = browser.http.cookies["zhiheng_session"]
    assert browser.post("/sign-out", headers={"origin": ORIGIN}).status_code == 303
    assert "zhiheng_session" not in browser.http.cookies
    cookie = {"cookie": f"zhiheng_session={secret}"}
    assert house.stranger().get("/v1/views", headers=cookie).status_code == 401


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_another_site_cannot_act_with_somebody_s_cookie(house: House, sent: dict[str, str]) -> None:
    browser = house.signed_in(house.office.clerk)
    before = house.office.count("ledger.facts")
    body = {"bank": "示例银行", "holder": "institution", "number": "1001000000000000009"}
    for path in ("/v1/accounts/register", "/sign-out", "/desk/import"):
        answer = browser.post(path, json=body, headers=sent)
        assert answer.status_code == 403, path
        assert answer.json()["code"] == "request_comes_from_another_site"
    assert house.office.count("ledger.facts") == before
    own = browser.post(
        "/v1/accounts/register", json=body, headers={"sec-fetch-site": "same-origin"}
    )
    assert own.status_code == 201, own.text


def test_another_site_cannot_sign_a_browser_in(house: House) -> None:
    secret = house.secret(house.office.clerk, "sign-in")
    sent = {"origin": "https://evil.example"}
    assert (
        house.stranger().post("/sign-in", data={"token": secret}, headers=sent).status_code == 403
    )


def test_outside_one_s_institution_the_answer_is_404_without_a_hint(house: House) -> None:
    stranger = house.as_(house.office.stranger)
    real, made_up = house.office.account, f"account:{uuid.uuid4()}"
    answers = [stranger.get(f"/v1/history/{subject}") for subject in (real, made_up)]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [
        answer.text.replace(subject, "X").replace(subject.partition(":")[2][:8], "x")
        for answer, subject in zip(answers, (real, made_up), strict=True)
    ]
    assert bodies[0] == bodies[1]
    for path in (f"/v1/facts?institution={FIRST}", f"/v1/views/receipts?institution={FIRST}"):
        assert stranger.get(path).status_code == 404
    assert stranger.get(f"/v1/facts?institution={SECOND}").status_code == 200


def test_each_role_reads_what_it_may(house: House) -> None:
    office = house.office
    house.register_bureau()
    commission = office.hire(Role.EDUCATION_COMMISSION_READER, None)
    inventor = office.hire(Role.INVENTOR, FIRST)
    administrator = house.as_(office.administrator)

    def names(actor: str) -> set[str]:
        return {view["name"] for view in house.as_(actor).get("/v1/views").json()["views"]}

    nobody = f"actor:{uuid.uuid4()}"
    office.do("actor.register", {"actor": nobody, "kind": "program"}, office.administrator)
    office.grant(nobody, Role.INVENTOR, FIRST)
    assert names(nobody) == set()
    assert names(inventor) == {"disclosures"}
    assert "rewards-by-person" not in names(commission)
    assert "rewards-by-person" in names(house.auditor())
    assert house.as_(inventor).get("/v1/facts").json() == {"facts": []}
    assert house.as_(commission).get("/v1/facts").json() == {"facts": []}
    assert administrator.get("/v1/views").json() == {"views": []}
    types = {line["fact"]["type"] for line in administrator.get("/v1/facts").json()["facts"]}
    assert "token-issued.v1" in types
    assert "account-registered.v1" not in types
    assert house.as_(inventor).get(f"/v1/history/{inventor}").status_code == 200
