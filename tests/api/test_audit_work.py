"""Audit work at the doors: samples anybody draws again, findings, documents by right."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.audit_work import drawn_again
from api.evidence_store import EVIDENCE_BYTES_MAX, EvidenceStore, media_type
from api.postgres import Logins
from api.states import state_of
from ledger.actors import Role
from ledger.refusals import Refusal, Refused
from tests.api.http_house import Browser, House, open_house
from tests.api.office import FIRST, SECOND, bank_file
from tests.api.terminal import Zhiheng, terminal

AMOUNTS_FEN = (900_000, 40_000, 30_000, 20_000)
DRAW: dict[str, Any] = {
    "view": "receipts",
    "method": "monetary-unit",
    "amount": "amount_fen",
    "confidence": 95,
    "tolerable_fen": 300_000,
    "expected_fen": 0,
    "seed": "2022-07",
    "institution": FIRST,
}
PAPER = b"%PDF-1.7 a bank's slip"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    """A house in which the first university claimed four receipts."""
    with open_house(ledger, tmp_path) as opened:
        opened.register_bureau()
        clerk = opened.as_(opened.office.clerk)
        lines = [("2022-06-28", amount, "甲公司", f"第{amount}") for amount in AMOUNTS_FEN]
        clerk.post("/v1/statements/import", files={"file": ("a.csv", bank_file(lines))})
        for line in clerk.get("/v1/desk/unclaimed").json()["lines"]:
            body = {"receipt": line["receipt"]}
            assert clerk.post("/v1/receipts/claim", json=body).status_code == 201
        yield opened


@pytest.fixture
def zhiheng(
    house: House,
    ledger: Logins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: Any,
) -> Zhiheng:
    return terminal(house, ledger, tmp_path, monkeypatch, capsysbinary)


def auditor_of(house: House, institution: str) -> Browser:
    return house.as_(house.office.hire(Role.INTERNAL_AUDITOR, institution))


def rows(browser: Browser, view: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get(f"/v1/views/{view}").json()["rows"]
    return found


def test_a_sample_is_drawn_from_what_a_view_says(house: House) -> None:
    auditor = auditor_of(house, FIRST)
    answer = auditor.post("/v1/samples/draw", json=DRAW)
    assert answer.status_code == 201, answer.text
    (sample,) = rows(auditor, "samples")
    assert sample["population_rows"] == 4
    assert (sample["amount_fen"], sample["interval_fen"]) == (990_000, 100_000)
    items = rows(auditor, "sample-items")
    assert 900_000 in [item["book_fen"] for item in items]
    assert all(item["key"].startswith('{"receipt":"receipt:') for item in items)
    assert rows(auditor_of(house, SECOND), "samples") == []


def test_a_draw_is_described_by_what_its_caller_says(house: House) -> None:
    document = house.stranger().get("/openapi.json").json()
    body = document["paths"]["/v1/samples/draw"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert "seed" in schema["required"]
    assert "items" not in schema["properties"]
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(schema)))
    assert named
    assert named <= set(document["components"]["schemas"])


def test_who_sees_less_or_asks_for_nonsense_draws_nothing(house: House) -> None:
    stranger, auditor = auditor_of(house, SECOND), auditor_of(house, FIRST)
    assert stranger.post("/v1/samples/draw", json=DRAW).json()["code"] == "subject_is_unknown"
    assert house.as_(house.office.clerk).post("/v1/samples/draw", json=DRAW).status_code == 403
    for changed, code in (
        ({"view": "unheard"}, "view_is_unknown"),
        ({"view": "history"}, "parameter_is_malformed"),
        ({"view": "reward-fund", "amount": "awarded_fen"}, "parameter_is_malformed"),
        ({"view": "evidence", "amount": "size_bytes"}, "parameter_is_malformed"),
        ({"amount": "currency"}, "parameter_is_malformed"),
        ({"amount": None}, "parameter_is_missing"),
        ({"strata": "currency"}, "sample_does_not_suit_its_method"),
        ({"strata": "unheard"}, "parameter_is_malformed"),
        ({"size": 3}, "sample_does_not_suit_its_method"),
        ({"filters": {"colour": "red"}}, "parameter_is_unknown"),
        ({"filters": {"institution": SECOND}}, "parameter_is_malformed"),
        ({"known_at": 99_999}, "known_at_lies_outside_the_log"),
        ({"seed": None}, "command_is_malformed"),
        ({"items": []}, "command_is_malformed"),
    ):
        answer = auditor.post("/v1/samples/draw", json={**DRAW, **changed})
        assert answer.json()["code"] == code, changed
    assert rows(auditor, "samples") == []


def test_strata_are_values_of_a_column_and_a_state_auditor_draws_from_all(house: House) -> None:
    plan = {"method": "stratified", "strata": "holder", "size": 2, "seed": "x", "view": "receipts"}
    auditor = house.as_(house.auditor())
    assert auditor.post("/v1/samples/draw", json=plan).status_code == 201
    items = rows(auditor, "sample-items")
    assert [item["layer"] for item in items] == ["institution", "institution"]


def test_a_sample_at_the_terminal_is_drawn_projected_and_drawn_again(
    house: House, zhiheng: Zhiheng, tmp_path: Path
) -> None:
    given = ["--confidence", 95, "--tolerable", "3000.00", "--expected", "0", "--seed", "x"]
    plan = ["--method", "monetary-unit", "--amount", "amount_fen", "--institution", FIRST]
    code, out, err = zhiheng("sample", "draw", "receipts", *plan, *given)
    assert code == 0, err
    sample = next(word for word in out.split() if word.startswith("sample:"))
    assert "4 行中抽取" in out
    table = tmp_path / "items.csv"
    zhiheng(
        "view", "sample-items", "--where", f"sample={sample}", "--format", "csv", "--out", table
    )
    table.write_text(audited(table.read_text("utf-8-sig")), "utf-8")
    code, _, err = zhiheng("sample", "project", sample, table, "--institution", FIRST)
    assert code == 0, err
    (told,) = rows(house.as_(house.auditor()), "samples")
    assert (told["misstated_fen"], told["projected_fen"]) == (100_000, 100_000)
    code, out, _ = zhiheng("sample", "repeat", sample)
    assert code == 0
    assert "重抽一致" in out
    table.write_text("a,b\n", "utf-8")
    assert zhiheng("sample", "project", sample, table)[0] == 1
    assert zhiheng("sample", "repeat", f"sample:{'0' * 8}-0000-4000-8000-{'0' * 12}")[0] == 1


def test_a_sample_that_was_not_drawn_so_does_not_come_out_again(house: House) -> None:
    auditor, reader = auditor_of(house, FIRST), house.office.home.reader
    plan = {**DRAW, "method": "random", "size": 2}
    for name in ("confidence", "tolerable_fen", "expected_fen"):
        del plan[name]
    assert auditor.post("/v1/samples/draw", json=plan).status_code == 201
    (told,) = rows(auditor, "samples")
    drawn = state_of(house.office.connection, told["sample"]).drawn
    assert drawn_again(reader, drawn).differing == ()
    other = drawn.population.model_copy(update={"digest": "0" * 64})
    for changed, differing in (
        ({"population": other}, ("population",)),
        ({"layers": drawn.layers[:0]}, ("layers",)),
        ({"items": drawn.items[::-1]}, ("items",)),
        ({"size": 200}, ("layers", "items")),
    ):
        assert drawn_again(reader, drawn.model_copy(update=changed)).differing == differing


def audited(text: str) -> str:
    """The exported items with each as booked but the largest, 1,000 yuan less."""
    done = []
    for line in text.splitlines():
        if line.endswith(",,"):
            book = line.removesuffix(",,").rpartition(",")[2]
            line = f"{line.removesuffix(',,')},{'8000.00' if book == '9000.00' else book},"
        done.append(line)
    return "\n".join(done)


def test_a_sample_that_was_not_drawn_so_comes_out_otherwise(house: House, zhiheng: Zhiheng) -> None:
    auditor = house.office.hire(Role.INTERNAL_AUDITOR, FIRST)
    house.as_(auditor).post("/v1/samples/draw", json=DRAW)
    fact = house.as_(auditor).get("/v1/facts?type=sample-drawn.v1").json()["facts"][0]["fact"]
    names = ("population", "method", "confidence", "tolerable_fen", "expected_fen")
    told = {name: fact["payload"][name] for name in (*names, "layers", "items")}
    assert zhiheng("sample", "repeat", fact["payload"]["sample"])[0] == 0
    lied = {**told, "seed": "2022-07", "population": {**told["population"], "digest": "0" * 64}}
    other = house.office.do("sample.draw", lied, auditor).written[0].subjects[0].subject
    code, _, err = zhiheng("sample", "repeat", other)
    assert code == 1
    assert "population" in err


def test_a_finding_walks_from_the_terminal(house: House, zhiheng: Zhiheng) -> None:
    head = house.as_(house.office.hire(Role.CENTRE_HEAD, FIRST))
    code, out, err = zhiheng(
        "finding", "raise", "晚登", "--body", "迟", "--position", 3, "--institution", FIRST
    )
    assert code == 0, err
    finding = next(word for word in out.split() if word.startswith("finding:"))
    answer = head.post("/v1/findings/answer", json={"finding": finding, "body": "已改"})
    assert answer.status_code == 201, answer.text
    named = (finding, "--body", "已看", "--institution", FIRST)
    assert zhiheng("finding", "answer", *named)[0] == 1
    assert zhiheng("finding", "verify", *named, "--outcome", "mended")[0] == 0
    assert zhiheng("finding", "close", *named, "--outcome", "mended")[0] == 0
    for form in ("csv", "xlsx", "parquet", "ndjson"):
        assert head.get(f"/v1/views/findings?format={form}").status_code == 200
    (told,) = rows(head, "findings")
    assert (told["stage"], told["outcome"]) == ("closed", "mended")


def test_a_document_is_kept_and_read_by_right(house: House) -> None:
    clerk = house.as_(house.office.clerk)
    brought = {"files": {"file": ("回单.pdf", PAPER)}, "data": {"title": "银行回单"}}
    kept = clerk.post("/v1/evidence/keep", **brought)
    assert kept.status_code == 201, kept.text
    sha256 = hashlib.sha256(PAPER).hexdigest()
    assert kept.json()["facts"][0]["subjects"][0]["subject"] == f"evidence:{sha256}"
    assert clerk.post("/v1/evidence/keep", **brought).json()["code"] == "subject_exists_already"
    read = house.as_(house.auditor()).get(f"/v1/evidence/{sha256}")
    assert read.content == PAPER
    assert read.headers["content-type"] == "application/pdf"
    assert read.headers["content-disposition"].startswith("attachment")
    assert read.headers["x-content-type-options"] == "nosniff"
    stranger = house.as_(house.office.stranger)
    assert stranger.get(f"/v1/evidence/{sha256}").status_code == 404
    assert clerk.get(f"/v1/evidence/{'0' * 64}").status_code == 404
    assert clerk.get("/v1/evidence/..").status_code == 404
    place = house.office.home.settings.evidence_folder / sha256[:2] / sha256
    place.write_bytes(b"other bytes")
    assert clerk.get(f"/v1/evidence/{sha256}").json()["code"] == "evidence_is_missing"


def test_an_upload_says_what_is_wrong_with_it_and_leaves_nothing(house: House) -> None:
    clerk = house.as_(house.office.clerk)
    named = {"file": ("a.pdf", PAPER)}
    for options, code in (
        ({"data": {"title": "x"}}, "parameter_is_missing"),
        ({"files": named, "data": {"colour": "red"}}, "parameter_is_unknown"),
        ({"files": named, "data": {"on": "2022-13-01"}}, "command_is_malformed"),
        ({"files": named, "data": {"about": "x"}}, "command_is_malformed"),
    ):
        assert clerk.post("/v1/evidence/keep", **options).json()["code"] == code
    reader = house.as_(house.office.hire(Role.ENVOY, FIRST))
    folder = house.office.home.settings.evidence_folder
    before = sorted(folder.rglob("*"))
    refused = reader.post("/v1/evidence/keep", files={"file": ("b.txt", b"other")})
    assert refused.status_code == 403
    assert sorted(folder.rglob("*")) == before


def test_the_terminal_keeps_documents(zhiheng: Zhiheng, tmp_path: Path) -> None:
    file = tmp_path / "slip.txt"
    file.write_text("回单", "utf-8")
    code, out, err = zhiheng("evidence", "keep", file, "--institution", FIRST)
    assert code == 0, err
    assert "evidence:" in out


def test_the_store_keeps_bytes_whole_and_knows_altered_ones(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    sha256 = store.keep(PAPER)
    assert store.keep(PAPER) == sha256
    assert store.read(sha256) == PAPER
    place = tmp_path / sha256[:2] / sha256
    assert [path.name for path in place.parent.iterdir()] == [sha256]
    place.write_bytes(b"cut")
    with pytest.raises(Refusal) as caught:
        store.read(sha256)
    assert caught.value.code is Refused.EVIDENCE_IS_MISSING
    assert store.keep(PAPER) == sha256
    assert store.read(sha256) == PAPER


def test_the_store_takes_no_more_than_its_limit(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        EvidenceStore(tmp_path).keep(bytes(EVIDENCE_BYTES_MAX + 1))
    assert caught.value.code is Refused.EVIDENCE_IS_TOO_LARGE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.4", "a.exe", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "a", "image/png"),
        (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
        (b"PK\x03\x04", "a.zip", "application/zip"),
        (
            b"PK\x03\x04",
            "a.XLSX",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("账".encode(), "a.html", "text/plain; charset=utf-8"),
        (b"\x00\x01", "a.txt", "application/octet-stream"),
        (b"\xff\xfe\x00", "a.txt", "application/octet-stream"),
    ],
)
def test_bytes_are_what_they_begin_with(data: bytes, name: str, kind: str) -> None:
    assert media_type(data, name) == kind


def test_a_finding_on_a_day_to_come_is_refused_however_far(house: House) -> None:
    body = {"institution": FIRST, "title": "早收款", "body": "到款早于登记", "severity": "major"}
    auditor = auditor_of(house, FIRST)
    for on in ("2022-12-31", "2200-12-31"):
        refused = auditor.post("/v1/findings/raise", json={**body, "on": on})
        assert refused.status_code == 422, refused.text
        assert refused.json()["code"] == Refused.DATE_MUST_NOT_LIE_IN_THE_FUTURE
    beyond = auditor.post("/v1/findings/raise", json={**body, "on": "9999-12-31"})
    assert beyond.status_code == 400, beyond.text
    assert beyond.json()["values"]["errors"][0]["rule"] == "date_out_of_range"
