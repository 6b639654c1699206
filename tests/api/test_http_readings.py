"""Readings over HTTP: the feed verbatim, histories, views in every format, at any moment."""

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from api.postgres import Logins
from ledger.actors import Role
from ledger.codec import leaf_hash
from tests.api.http_house import BUREAU, Browser, House, open_house
from tests.api.office import FIRST, SECOND, bank_file

RECEIVED_FEN = 123_456_789_05
AMOUNT = "amount_fen"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    """A house in which the first university claimed one receipt."""
    with open_house(ledger, tmp_path) as opened:
        opened.register_bureau()
        clerk = opened.as_(opened.office.clerk)
        file = bank_file([("2022-06-28", RECEIVED_FEN, "甲公司", "专利许可费")])
        clerk.post("/v1/statements/import", files={"file": ("a.csv", file)})
        (line,) = clerk.get("/v1/desk/unclaimed").json()["lines"]
        body = {"receipt": line["receipt"], "reason": "=HYPERLINK(1)"}
        assert clerk.post("/v1/receipts/claim", json=body).status_code == 201
        yield opened


@pytest.fixture
def auditor(house: House) -> Browser:
    return house.as_(house.auditor())


@pytest.fixture
def clerk(house: House) -> Browser:
    return house.as_(house.office.clerk)


def stored(house: House) -> list[bytes]:
    rows = house.office.connection.execute("SELECT state FROM ledger.facts ORDER BY position")
    return [bytes(row[0]) for row in rows]


def test_the_feed_gives_every_fact_as_it_is_stored(house: House, auditor: Browser) -> None:
    entries = stored(house)
    answer = auditor.get("/v1/facts?limit=1000", headers={"accept": "application/x-ndjson"})
    lines = answer.content.splitlines()
    assert len(lines) == len(entries) == int(answer.headers["zhiheng-head"])
    for position, (line, entry) in enumerate(zip(lines, entries, strict=True)):
        prefix = b'{"position":%d,"leaf":"%b","fact":' % (position, leaf_hash(entry).encode())
        assert line == prefix + entry + b"}"
    assert auditor.get("/v1/facts?limit=1000").json()["facts"] == [json.loads(x) for x in lines]


def test_the_feed_is_walked_by_its_links(auditor: Browser) -> None:
    path, seen = "/v1/facts?limit=3&after=-1", list[int]()
    while path:
        answer = auditor.get(path)
        seen += [line["position"] for line in answer.json()["facts"]]
        link = answer.headers.get("link", "")
        assert not link or link.endswith('rel="next"')
        path = link.partition(">")[0].removeprefix("<")
    assert seen == list(range(int(answer.headers["zhiheng-head"])))


def test_an_institution_reads_its_own_facts_and_the_shared_ones(
    house: House, clerk: Browser
) -> None:
    facts = [line["fact"] for line in clerk.get("/v1/facts?limit=1000").json()["facts"]]
    shared = {"institution-registered.v1"}
    assert {f["institution"] for f in facts if f["type"] not in shared} == {FIRST}
    assert {f["institution"] for f in facts if f["type"] in shared} == {FIRST, SECOND, BUREAU}
    own = clerk.get("/v1/facts?type=receipt-claimed.v1").json()["facts"]
    assert [line["fact"]["payload"][AMOUNT] for line in own] == [RECEIVED_FEN]
    other = house.as_(house.office.stranger).get("/v1/facts?type=receipt-claimed.v1")
    assert other.json() == {"facts": []}


@pytest.mark.parametrize(
    "query",
    [
        "surprise=1",
        "after=x",
        "after=-2",
        "limit=0",
        "limit=1001",
        "type=made-up.v1",
        "after=1&after=2",
    ],
)
def test_a_feed_asked_for_wrongly_is_refused(auditor: Browser, query: str) -> None:
    answer = auditor.get(f"/v1/facts?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("parameter_is_unknown", "parameter_is_malformed")


def test_a_history_tells_who_when_and_why_and_what_was_voided(house: House, clerk: Browser) -> None:
    (claim,) = clerk.get("/v1/facts?type=receipt-claimed.v1").json()["facts"]
    receipt = claim["fact"]["payload"]["receipt"]
    approver = house.as_(house.office.hire(Role.FINANCE_APPROVER, FIRST))
    body = {
        "position": claim["position"],
        "leaf": claim["leaf"],
        "reason": "认领有误",
    }
    answer = approver.post("/v1/facts/void", json=body)
    assert answer.status_code == 201, answer.text
    history = clerk.get(f"/v1/history/{receipt}").json()
    assert history["subject"] == receipt
    first, second = history["facts"]
    assert first["voided_by"] == second["position"]
    assert second["voided_by"] is None
    assert [first["sequence"], second["sequence"]] == [1, 2]
    assert first["fact"] == claim["fact"]
    assert first["fact"]["actor"] == house.office.clerk
    assert second["fact"]["reason"] == "认领有误"
    before = clerk.get(f"/v1/history/{receipt}?known_at={second['position']}").json()
    assert [line["voided_by"] for line in before["facts"]] == [None]
    assert clerk.get(f"/v1/history/{receipt}?known_at=1").status_code == 404
    assert clerk.get(f"/v1/history/receipt:{uuid.uuid4()}").status_code == 404
    assert clerk.get("/v1/history/nonsense").status_code == 404


def test_a_view_says_what_it_is_and_from_where_it_was_computed(clerk: Browser) -> None:
    answer = clerk.get("/v1/views/receipts")
    body = answer.json()
    head = int(answer.headers["zhiheng-head"])
    assert answer.headers["zhiheng-position"] == str(head) == str(body["position"])
    assert body["view"] == "receipts"
    assert body["as_of"] == "2022-07-15"
    (row,) = body["rows"]
    assert list(row) == [column["name"] for column in body["columns"]]
    assert all(column["zh"] and column["en"] for column in body["columns"])
    assert row[AMOUNT] == RECEIVED_FEN


def test_an_earlier_moment_gives_what_was_answered_then(clerk: Browser) -> None:
    now = clerk.get("/v1/views/receipts")
    head = int(now.headers["zhiheng-head"])
    (claim,) = clerk.get("/v1/facts?type=receipt-claimed.v1").json()["facts"]
    before = clerk.get(f"/v1/views/receipts?known_at={claim['position']}")
    assert before.json()["rows"] == []
    assert before.headers["zhiheng-position"] == str(claim["position"])
    assert before.headers["zhiheng-head"] == str(head)
    with_it = clerk.get(f"/v1/views/receipts?known_at={claim['position'] + 1}")
    assert with_it.json()["rows"] == now.json()["rows"]
    assert clerk.get("/v1/views/receipts?known_at=2022-07-15").json()["rows"] != []
    late = clerk.get("/v1/views/receipts?known_at=2022-07-15T12:00:00%2B08:00")
    assert late.headers["zhiheng-position"] == str(head)
    early = clerk.get("/v1/views/receipts?known_at=2022-07-15T11:59:59Z&as_of=2022-07-15")
    assert early.headers["zhiheng-position"] == str(head)
    none = clerk.get("/v1/views/receipts?known_at=2022-07-14&as_of=2022-07-15")
    assert none.headers["zhiheng-position"] == "0"
    assert clerk.get("/v1/views/receipts?as_of=2022-06-27").json()["rows"] == []
    beyond = clerk.get(f"/v1/views/receipts?known_at={head + 1}")
    assert (beyond.status_code, beyond.json()["code"]) == (400, "known_at_lies_outside_the_log")
    dateless = clerk.get("/v1/views/receipts?known_at=0")
    assert (dateless.status_code, dateless.json()["code"]) == (400, "parameter_is_missing")


def test_an_unchanged_reading_is_304_and_a_changed_one_is_not(house: House, clerk: Browser) -> None:
    for path in ("/v1/views/receipts", "/v1/facts", f"/v1/history/{house.office.account}"):
        first = clerk.get(path)
        same = clerk.get(path, headers={"if-none-match": f'"other", {first.headers["etag"]}'})
        assert (same.status_code, same.content) == (304, b""), path
        assert same.headers["zhiheng-head"] == first.headers["zhiheng-head"]
        other = house.as_(house.office.clerk)
        moved = other.get(path, headers={"if-none-match": first.headers["etag"]})
        assert moved.status_code == 200, "a token was issued, so the log has moved on"


def test_the_etag_tells_readers_formats_and_histories_apart(house: House) -> None:
    clerk, auditor = house.as_(house.office.clerk), house.as_(house.auditor())
    paths = (
        "/v1/views/institutions",
        "/v1/views/institutions?format=csv",
        "/v1/views/receipts",
        "/v1/facts",
        "/v1/facts?limit=2",
        f"/v1/history/{house.office.account}",
        f"/v1/history/{FIRST}",
    )
    tags = {who.get(path).headers["etag"] for who in (clerk, auditor) for path in paths}
    assert len(tags) == 2 * len(paths)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/views/made-up", 404, "view_is_unknown"),
        ("/v1/views/receipts?surprise=1", 400, "parameter_is_unknown"),
        ("/v1/views/receipts?format=pdf", 400, "parameter_is_malformed"),
        ("/v1/views/receipts?as_of=2022-02-30", 400, "parameter_is_malformed"),
        ("/v1/views/receipts?as_of=20220630", 400, "parameter_is_malformed"),
        ("/v1/views/receipts?known_at=2022-06-30T00:00:00", 400, "parameter_is_malformed"),
        ("/v1/views/history", 400, "parameter_is_missing"),
        (f"/v1/views/receipts?institution={SECOND}", 404, "subject_is_unknown"),
        ("/v1/views?surprise=1", 400, "parameter_is_unknown"),
    ],
)
def test_a_view_asked_for_wrongly_is_refused_never_empty(
    clerk: Browser, path: str, status: int, code: str
) -> None:
    answer = clerk.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def need_unknown(reader: Browser, subject: str) -> None:
    """What others hold is answered as what nobody has."""
    answers = [
        reader.get(f"/v1/views/history?subject={each}")
        for each in (subject, f"account:{uuid.uuid4()}")
    ]
    assert [each.status_code for each in answers] == [400, 400]
    assert [each.json()["code"] for each in answers] == ["filter_value_is_unknown"] * 2
    assert [each.json()["values"]["near"] for each in answers] == [["—"]] * 2


def test_rows_of_others_are_never_in_a_view(house: House, auditor: Browser) -> None:
    stranger = house.as_(house.office.stranger)
    for name in (view["name"] for view in stranger.get("/v1/views").json()["views"]):
        if name == "history":
            continue
        rows = stranger.get(f"/v1/views/{name}").json()["rows"]
        assert FIRST not in {row.get("institution") for row in rows}, name
    need_unknown(stranger, house.office.account)
    assert [r[AMOUNT] for r in auditor.get("/v1/views/receipts").json()["rows"]] == [RECEIVED_FEN]


def test_somebody_of_two_institutions_reads_both(house: House) -> None:
    office = house.office
    office.grant(office.stranger, Role.FINANCE_CLERK, FIRST)
    both = house.as_(office.stranger)
    assert [r[AMOUNT] for r in both.get("/v1/views/receipts").json()["rows"]] == [RECEIVED_FEN]
    only = both.get(f"/v1/views/receipts?institution={SECOND}")
    assert only.json()["rows"] == []


def test_somebody_of_two_institutions_reads_no_third(house: House) -> None:
    office = house.office
    office.grant(office.stranger, Role.FINANCE_CLERK, BUREAU)
    both = house.as_(office.stranger)
    assert both.get("/v1/views/receipts").json()["rows"] == []
    need_unknown(both, office.account)


def test_csv_is_for_people_in_yuan_and_no_cell_is_a_formula(clerk: Browser) -> None:
    answer = clerk.get("/v1/views/receipts?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="receipts-')
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    amount = next(at for at, title in enumerate(head) if row[at] == "123456789.05")
    assert head[amount].endswith("（元）")
    assert row[head.index("账户归属")] == "本单位"
    assert clerk.get("/v1/views/receipts").json()["rows"][0]["holder"] == "institution"
    english = clerk.get("/v1/views/receipts?format=csv", headers={"accept-language": "en"})
    assert "(yuan)" in english.text.splitlines()[0]
    history = clerk.get(f"/v1/views/history?format=csv&subject={row[head.index('到款')]}")
    cells = [cell for line in csv.reader(io.StringIO(history.text)) for cell in line]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]


def test_xlsx_has_numbers_as_numbers_ids_as_text_and_says_its_moment(clerk: Browser) -> None:
    path = "/v1/views/receipts?format=xlsx"
    answer = clerk.get(path)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    title, moment, _, head, row = sheet.to_python(skip_empty_area=False)
    assert title[0] == "到款台账"
    assert "2022-07-15" in str(moment[0])
    assert answer.headers["zhiheng-position"] in str(moment[0])
    cells = dict(zip(head, row, strict=True))
    amounts = {name: cell for name, cell in cells.items() if str(name).endswith("（元）")}
    assert 123_456_789.05 in amounts.values()
    assert isinstance(cells["到款"], str)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert [pane.get("state") for pane in root.iter() if pane.tag.endswith("}pane")] == ["frozen"]
    assert not [cell for cell in root.iter() if cell.tag.endswith("}f")]
    assert clerk.get(path).content == answer.content


def test_parquet_and_ndjson_hold_the_same_rows_as_json(clerk: Browser) -> None:
    body = clerk.get("/v1/views/receipts").json()
    parquet = clerk.get("/v1/views/receipts?format=parquet").content
    frame = pl.read_parquet(io.BytesIO(parquet))
    assert frame.columns == [column["name"] for column in body["columns"]]
    assert frame[AMOUNT].to_list() == [RECEIVED_FEN]
    assert frame.schema[AMOUNT] == pl.Int64
    told = json.loads(pl.read_parquet_metadata(io.BytesIO(parquet))["zhiheng"])
    assert told["position"] == body["position"]
    lines = clerk.get("/v1/views/receipts?format=ndjson").content.splitlines()
    assert [json.loads(line) for line in lines] == body["rows"]


def test_a_reader_sees_its_own_write_at_once(house: House, clerk: Browser) -> None:
    before = int(clerk.get("/v1/views/receipts").headers["zhiheng-head"])
    body = {"bank": "示例银行", "holder": "institution", "number": "1001000000000000077"}
    written = clerk.post("/v1/accounts/register", json=body)
    assert written.status_code == 201, written.text
    assert int(clerk.get("/v1/views/receipts").headers["zhiheng-head"]) == before + 1
