"""At the doors nobody reads more than the one rule gives: auditors' files, shared facts, routes."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.routing import BaseRoute, Mount, Route

from api.access import Caller
from api.console.spoken import spoken_names
from api.entries import WHO_AND_WHY
from api.postgres import Logins
from api.rights import Kind, scope_of
from api.routes.paths import PATHS
from api.states import state_of
from ledger.actors import Role
from ledger.case import business_day
from tests.api.http_house import BUREAU, Browser, House, open_house
from tests.api.office import FIRST, SECOND, TODAY

NOTE: Final = b"what Wang said when he was asked"
SHA256: Final = hashlib.sha256(NOTE).hexdigest()
FIRM: Final = "counterparty:91310000132600001C"
WHY: Final = "因与其不和"

PUBLIC, ACTS, OWN = "public", "acts", "own"
ROUTES: Final = {
    "/": PUBLIC,
    "/access": ACTS,
    "/audit": "view",
    "/audit/completeness": ACTS,
    "/audit/evidence": "view",
    "/audit/findings/{finding}": Kind.FACT,
    "/audit/papers": Kind.PAPER,
    "/audit/samples": ACTS,
    "/audit/samples/{sample}": Kind.SAMPLE,
    "/audit/samples/{sample}/projection": ACTS,
    "/compliance": Kind.CLAUSE,
    "/compliance/{catalogue}": Kind.CLAUSE,
    "/compliance/{catalogue}/{clause}": Kind.CLAUSE,
    "/compliance/{catalogue}/{clause}/history": Kind.CLAUSE,
    "/deadlines": Kind.CLAUSE,
    "/desk": Kind.LINE,
    "/desk/import": ACTS,
    "/desk/receipts/{receipt}": Kind.LINE,
    "/desk/receipts/{receipt}/allocate": ACTS,
    "/docs": PUBLIC,
    "/favicon.ico": PUBLIC,
    "/figures": Kind.FIGURE,
    "/figures/{code}": Kind.FIGURE,
    "/figures/{code}/restatement": Kind.FIGURE,
    "/forms/{name}": Kind.FACT,
    "/funds": "view",
    "/funds/{fund}": "view",
    "/funds/{fund}/{name}": ACTS,
    "/healthz": PUBLIC,
    "/history/{subject}": Kind.FACT,
    "/lists": ACTS,
    "/lists/import": ACTS,
    "/lists/imports/{job_id}": OWN,
    "/log": PUBLIC,
    "/log/checkpoint": PUBLIC,
    "/log/keys": PUBLIC,
    "/log/proof/{position}": Kind.FACT,
    "/log/tile/entries/{path:path}": Kind.LOG,
    "/log/tile/{path:path}": PUBLIC,
    "/log/vkey": PUBLIC,
    "/metrics": PUBLIC,
    "/months": Kind.LINE,
    "/openapi.json": PUBLIC,
    "/readyz": PUBLIC,
    "/sign-in": PUBLIC,
    "/sign-out": PUBLIC,
    "/static": PUBLIC,
    "/v1/compliance": Kind.CLAUSE,
    "/v1/compliance/{catalogue}": Kind.CLAUSE,
    "/v1/compliance/{catalogue}/{clause}": Kind.CLAUSE,
    "/v1/compliance/{catalogue}/{clause}/history": Kind.CLAUSE,
    "/v1/deadlines": Kind.CLAUSE,
    "/v1/desk/unclaimed": Kind.LINE,
    "/v1/evidence/{sha256}": Kind.DOCUMENT,
    "/v1/facts": Kind.FACT,
    "/v1/history/{subject}": Kind.FACT,
    "/v1/indicators": Kind.FIGURE,
    "/v1/indicators/{code}": Kind.FIGURE,
    "/v1/indicators/{code}/explain": Kind.FIGURE,
    "/v1/indicators/{code}/growth": Kind.FIGURE,
    "/v1/indicators/{code}/restatement": Kind.FIGURE,
    "/v1/lists/import": ACTS,
    "/v1/lists/imports/{job_id}": OWN,
    "/v1/statements/import": ACTS,
    "/v1/views": "view",
    "/v1/views/{name}": "view",
    "/v1/views/{name}/diff": "view",
    "/views/{name}": "view",
    "/views/{name}/diff": "view",
}
"""Every route beside the commands, with the rule of `api.rights` by which it is read; `view` is
that of each view, `acts` the roles of a command, `own` what the caller began."""


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    """A house with a bureau, and a firm that a clerk there verified for a reason of his own."""
    with open_house(ledger, tmp_path) as opened:
        opened.register_bureau()
        staff = opened.office.hire(Role.CENTRE_STAFF, SECOND)
        named = {"counterparty": FIRM, "name": "戊公司", "reason": WHY}
        opened.office.do("counterparty.register", named, staff)
        yield opened


def hired(house: House, role: Role, institution: str | None = FIRST) -> Browser:
    return house.as_(house.office.hire(role, institution))


def paths_of(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Every path of an app's routes, those of routers included in it too."""
    for each in routes:
        if isinstance(each, Route | Mount):
            yield each.path
        else:
            yield from paths_of(getattr(each, "original_router").routes)  # noqa: B009


def test_every_route_is_read_by_a_rule_or_named_as_public(house: House) -> None:
    found = set(paths_of(house.app.routes)) - set(PATHS.values())
    assert found == set(ROUTES) - set(PATHS.values())


def test_what_is_not_public_is_shown_to_no_stranger(house: House) -> None:
    stranger = house.stranger()
    for path, rule in ROUTES.items():
        if rule == PUBLIC:
            continue
        asked = path.replace(":path", "").format_map(_Some())
        answers = (stranger.get(asked), stranger.post(asked))
        # Entry tiles lie among public ones, where a stranger is told that there are none.
        shut = {404, 405} if rule is Kind.LOG else {401, 405}
        assert {answer.status_code for answer in answers} <= shut, path


class _Some(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "deals" if name == "name" else "x"


# --- an auditor's files


def keep(browser: Browser, institution: str = FIRST, **more: Any) -> str:
    """A note kept; answers its position."""
    answer = browser.post(
        "/v1/evidence/keep",
        files={"file": ("note.txt", NOTE)},
        data={"title": "访谈王某", "institution": institution, **more},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["facts"][0]["position"])


def seen_by(browser: Browser, position: str) -> dict[str, bool]:
    """At which doors somebody meets the note."""
    kept = browser.get("/v1/facts?type=evidence-kept.v1").json()["facts"]
    view = browser.get("/v1/views/evidence")
    rows = view.json()["rows"] if view.status_code == 200 else []
    history = browser.get(f"/v1/views/history?subject=evidence:{SHA256}")
    return {
        "document": browser.get(f"/v1/evidence/{SHA256}").status_code == 200,
        "feed": [str(line["position"]) for line in kept] == [position],
        "history": browser.get(f"/v1/history/evidence:{SHA256}").status_code == 200,
        "history view": bool(history.status_code == 200 and history.json()["rows"]),
        "page": browser.page(f"/history/evidence:{SHA256}").status_code == 200,
        "proof": browser.get(f"/log/proof/{position}").json()["code"] == "fact_is_not_sealed_yet",
        "view": [row["sha256"] for row in rows] == [SHA256],
        "view as a sheet": "访谈王某" in browser.get("/v1/views/evidence?format=csv").text,
        "view as a page": "访谈王某" in browser.page("/views/evidence").text,
    }


AUDITED: Final = (Role.CENTRE_HEAD, Role.FINANCE_CLERK, Role.SCHOOL_LEADER)


def test_an_auditor_s_note_is_nowhere_for_the_audited(house: House) -> None:
    auditor = hired(house, Role.INTERNAL_AUDITOR)
    position = keep(auditor, about=house.office.account)
    for reader in (auditor, house.as_(house.auditor())):
        assert all(seen_by(reader, position).values())
    for role in (*AUDITED, Role.ENVOY):
        assert not any(seen_by(hired(house, role), position).values()), role
    for role in (Role.BUREAU_CLERK, Role.EDUCATION_COMMISSION_READER):
        assert not any(seen_by(hired(house, role, None), position).values()), role
    elsewhere = seen_by(hired(house, Role.INTERNAL_AUDITOR, SECOND), position)
    assert not any(elsewhere.values())
    about = hired(house, Role.CENTRE_HEAD).get(f"/v1/history/{house.office.account}").json()
    assert [line["fact"]["type"] for line in about["facts"]] == ["account-registered.v1"]


def test_no_chooser_names_an_auditor_s_note_to_the_audited(house: House) -> None:
    keep(hired(house, Role.INTERNAL_AUDITOR))
    home, office, note = house.office.home, house.office, f"evidence:{SHA256}"
    for role, told in ((Role.INTERNAL_AUDITOR, True), (Role.CENTRE_HEAD, False)):
        state = state_of(office.connection, office.hire(role, FIRST))
        scope = scope_of(Caller("", "", state, business_day(TODAY)), Kind.FACT)
        names = spoken_names(home, home.reader.tape(), [note], "zh", scope, persons=True)
        assert ("访谈王某" in names[note]) is told


def test_a_state_auditor_s_note_is_no_internal_auditor_s(house: House) -> None:
    state = house.as_(house.auditor())
    position = keep(state)
    assert all(seen_by(state, position).values())
    for role in (*AUDITED, Role.INTERNAL_AUDITOR):
        assert not any(seen_by(hired(house, role), position).values()), role


def test_what_a_finding_names_is_handed_over(house: House) -> None:
    auditor, head = hired(house, Role.INTERNAL_AUDITOR), hired(house, Role.CENTRE_HEAD)
    position = keep(auditor)
    finding = {"title": "晚登", "body": "迟", "severity": "minor", "institution": FIRST}
    named = {**finding, "about": [f"evidence:{SHA256}"]}
    assert auditor.post("/v1/findings/raise", json=finding).status_code == 201
    assert not any(seen_by(head, position).values())
    answer = auditor.post("/v1/findings/raise", json=named)
    assert answer.status_code == 201, answer.text
    assert all(seen_by(head, position).values())


def test_the_same_bytes_brought_by_an_office_are_that_office_s(house: House) -> None:
    keep(hired(house, Role.INTERNAL_AUDITOR, SECOND), SECOND)
    clerk = house.as_(house.office.clerk)
    assert clerk.get(f"/v1/evidence/{SHA256}").status_code == 404
    keep(clerk)
    assert clerk.get(f"/v1/evidence/{SHA256}").content == NOTE
    stranger = house.as_(house.office.stranger)
    assert stranger.get(f"/v1/evidence/{SHA256}").status_code == 404


def test_a_working_paper_is_the_auditor_s_and_an_evidence_form_the_institution_s(
    house: House,
) -> None:
    auditor, head = hired(house, Role.INTERNAL_AUDITOR), hired(house, Role.CENTRE_HEAD)
    finding = {"title": "晚登", "body": "迟", "severity": "minor", "institution": FIRST}
    raised = auditor.post("/v1/findings/raise", json=finding).json()["facts"][0]
    about = [raised["subjects"][0]["subject"]]
    made = {
        kind: auditor.post("/v1/papers/make", json={"kind": kind, "about": about}).json()
        for kind in ("working-paper", "evidence-form")
    }
    hashes = {kind: told["document"].removeprefix("evidence:") for kind, told in made.items()}
    for kind, status in (("working-paper", 404), ("evidence-form", 200)):
        assert head.get(f"/v1/evidence/{hashes[kind]}").status_code == status
        assert auditor.get(f"/v1/evidence/{hashes[kind]}").status_code == 200
    kinds = [row["kind"] for row in head.get("/v1/views/working-papers").json()["rows"]]
    assert kinds == ["evidence-form"]
    assert len(auditor.get("/v1/views/working-papers").json()["rows"]) == 2
    page = head.page(f"/audit/findings/{about[0]}").text
    assert hashes["working-paper"] not in page
    assert hashes["evidence-form"] in page


def test_who_was_an_auditor_keeps_what_he_kept_as_one(house: House) -> None:
    office = house.office
    actor = office.hire(Role.INTERNAL_AUDITOR, FIRST)
    position = keep(house.as_(actor))
    grant = {"holder": actor, "role": Role.INTERNAL_AUDITOR, "scope": FIRST}
    office.do("role.revoke", grant, office.administrator)
    head = hired(house, Role.CENTRE_HEAD)
    assert not any(seen_by(head, position).values())
    office.grant(actor, Role.FINANCE_CLERK, FIRST)
    other = b"a slip"
    kept = house.as_(actor).post("/v1/evidence/keep", files={"file": ("a.txt", other)})
    assert kept.status_code == 201, kept.text
    sha256 = hashlib.sha256(other).hexdigest()
    assert head.get(f"/v1/evidence/{sha256}").content == other


# --- shared facts


def test_of_shared_facts_others_are_told_neither_who_nor_why(house: House) -> None:
    clerk, auditor = house.as_(house.office.clerk), house.as_(house.auditor())
    for path in ("/v1/facts?type=counterparty-registered.v1", f"/v1/history/{FIRM}"):
        (whole,) = auditor.get(path).json()["facts"]
        (told,) = clerk.get(path).json()["facts"]
        assert whole["fact"]["reason"] == WHY
        assert "withheld" not in whole
        assert told["withheld"] == sorted(WHO_AND_WHY)
        assert {name: told["fact"][name] for name in WHO_AND_WHY} == WHO_AND_WHY
        assert told["fact"] | {n: whole["fact"][n] for n in WHO_AND_WHY} == whole["fact"]
        assert told["leaf"] == whole["leaf"]
    lines = clerk.get("/v1/facts", headers={"accept": "application/x-ndjson"}).text
    page = clerk.page(f"/history/{FIRM}").text
    for answer in (lines, page):
        assert WHY not in answer
        assert whole["fact"]["actor"] not in answer
        assert "戊公司" in answer
    assert "不向其他机构公开" in page
    own = clerk.get("/v1/facts?type=institution-registered.v1").json()["facts"]
    assert {line["fact"]["institution"] for line in own if "withheld" not in line} == {FIRST}
    for line in auditor.get("/v1/facts?limit=1000").json()["facts"]:
        assert "withheld" not in line
    assert BUREAU in {line["fact"]["institution"] for line in own if "withheld" in line}


def test_what_a_correction_of_a_shared_fact_says_is_not_told_either(house: House) -> None:
    bureau = hired(house, Role.BUREAU_APPROVER, None)
    (kept,) = bureau.get("/v1/facts?type=counterparty-registered.v1").json()["facts"]
    body = {"position": kept["position"], "leaf": kept["leaf"], "reason": WHY}
    assert bureau.post("/v1/facts/void", json=body).status_code == 201
    told = house.as_(house.office.clerk).get(f"/v1/history/{FIRM}").json()["facts"]
    assert [line["fact"]["type"] for line in told][1] == "fact-voided.v1"
    assert all(line["withheld"] for line in told)
    assert WHY not in str(told)
