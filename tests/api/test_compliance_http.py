"""Clauses over HTTP: statuses, cells with their facts, turns and deadlines, and who reads them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from api.clause_words import CLAUSE_WORDS
from api.postgres import Logins
from compliance.catalogues import CATALOGUES, GBT33251_2016
from ledger.actors import Role
from ledger.refusals import Refused
from tests.api.figure_house import LICENSES, PATENTS, FigureHouse, open_figure_house
from tests.api.http_house import BUREAU, Browser
from tests.api.office import FIRST, SECOND

MATRIX = "/v1/compliance/gbt33251-2016"
CHECKED = f"{MATRIX}/8.3-a?institution={FIRST}"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def auditor(house: FigureHouse) -> Browser:
    return house.as_(house.auditor())


def check_status(house: FigureHouse, on: str = "2022-05-10") -> int:
    """The missing look into the register, recorded late; answers the size before."""
    size = house.head()
    staff = house.office.hire(Role.CENTRE_STAFF, FIRST)
    said = {"in_force": True, "owner_confirmed": True, "source": "专利登记簿", "on": on}
    house.office.do("patent.check-status", {"patent": PATENTS[FIRST], **said}, staff)
    return size


def statuses(answer: dict[str, list[dict[str, str]]]) -> dict[tuple[str, str], str]:
    return {(row["institution"], row["clause"]): row["status"] for row in answer["rows"]}


def test_the_catalogues_are_listed_with_what_each_clause_asks(auditor: Browser) -> None:
    listed = auditor.get("/v1/compliance").json()["catalogues"]
    assert [each["catalogue"] for each in listed] == [each.id for each in CATALOGUES]
    for each in listed:
        assert auditor.get(each["href"]).status_code == 200
        assert "certificate" in each["caveat_en"]
        assert all(clause["mend"] and clause["requirement_zh"] for clause in each["clauses"])


def test_the_matrix_holds_every_institution_against_every_clause(auditor: Browser) -> None:
    answer = auditor.get(MATRIX)
    body = answer.json()
    found = statuses(body)
    assert len(found) == 2 * len(GBT33251_2016.clauses)
    assert found[FIRST, "8.3-a"] == "missing"
    assert (body["catalogue"], body["version"]) == ("gbt33251-2016", 1)
    (row,) = [r for r in body["rows"] if (r["institution"], r["clause"]) == (FIRST, "8.3-a")]
    assert row["mend"] == ["patent.check-status"]
    assert row["source"].endswith("8.3-a")
    assert answer.headers["zhiheng-position"] == str(body["position"])
    again = auditor.get(MATRIX, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    bureau = auditor.get("/v1/compliance/plan-2022-21").json()
    assert {row["institution"] for row in bureau["rows"]} == {BUREAU}


def test_a_cell_shows_what_is_open_the_facts_behind_and_the_way_to_mend_it(
    house: FigureHouse, auditor: Browser
) -> None:
    body = auditor.get(CHECKED).json()
    assert (body["status"], body["status_zh"]) == ("missing", "没有证据")
    (row,) = body["rows"]
    assert (row["bearing"], row["subject"]) == ("gap", LICENSES[FIRST])
    (fact,) = body["facts"]
    assert (fact["position"], fact["type"]) == (row["position"], "license-granted.v1")
    (step,) = body["mend"]
    assert step["path"] == "/v1/patents/check-status"
    assert not step["may"]
    staff = house.as_(house.office.hire(Role.CENTRE_STAFF, FIRST))
    assert staff.get(f"{MATRIX}/8.3-a").json()["mend"][0]["may"]


def test_a_cell_turns_once_what_was_missing_is_on_record(
    house: FigureHouse, auditor: Browser
) -> None:
    tag = auditor.get(CHECKED).headers["etag"]
    size = check_status(house)
    now = auditor.get(CHECKED, headers={"if-none-match": tag}).json()
    assert now["status"] == "evidenced"
    assert [row["bearing"] for row in now["rows"]] == ["evidence"]
    assert statuses(auditor.get(f"{MATRIX}?known_at={size}").json())[FIRST, "8.3-a"] == "missing"
    turns = auditor.get(f"{MATRIX}/8.3-a/history?institution={FIRST}").json()["rows"]
    known = [(row["status"], row["position"]) for row in turns if row["axis"] == "known-at"]
    assert known[-1] == ("evidenced", house.head() - 1)
    assert turns[len(known) - 1]["fact_en"]
    dated = [row for row in turns if row["axis"] == "as-of"]
    assert dated[-1]["status"] == "evidenced"


def test_not_done_is_told_from_done_and_not_known_then(
    house: FigureHouse, auditor: Browser
) -> None:
    ahead = auditor.get(f"/v1/deadlines?institution={FIRST}").json()["rows"]
    assert [(row["due"], row["state"], row["knowledge"]) for row in ahead] == [
        ("2022-08-22", "ahead", None)
    ]
    missed = auditor.get("/v1/deadlines?as_of=2022-08-23").json()["rows"]
    assert {row["state"] for row in missed} == {"missed"}
    assert {row["knowledge"] for row in missed} == {None}


def test_every_reading_comes_in_every_format(auditor: Browser) -> None:
    for path in (MATRIX, f"{MATRIX}/8.3-a", "/v1/deadlines", f"{MATRIX}/8.3-a/history"):
        asked = f"{path}?institution={FIRST}"
        rows = auditor.get(asked).json()["rows"]
        bodies = {
            form: auditor.get(f"{asked}&format={form}").content
            for form in ("ndjson", "parquet", "csv", "xlsx")
        }
        assert len(bodies["ndjson"].splitlines()) == len(rows)
        assert pl.read_parquet(io.BytesIO(bodies["parquet"])).height == len(rows)
        table = list(csv.reader(io.StringIO(bodies["csv"].decode("utf-8-sig"))))
        assert len(table) == len(rows) + 1
        assert bodies["xlsx"].startswith(b"PK")


def test_sheets_speak_words_not_codes(auditor: Browser) -> None:
    text = auditor.get(f"{MATRIX}?institution={FIRST}&format=csv").text
    assert "没有证据" in text
    assert "登记法律状态核查" in text
    english = auditor.get(
        f"{MATRIX}?institution={FIRST}&format=csv", headers={"accept-language": "en"}
    ).text
    assert "no evidence" in english


def test_every_word_is_said_in_both_languages() -> None:
    for words in CLAUSE_WORDS.values():
        for code, said in words.items():
            assert said.zh, code
            assert said.en not in ("", said.zh), code


def test_an_office_reads_its_own_institution_and_nobody_elses(house: FigureHouse) -> None:
    clerk = house.as_(house.office.clerk)
    assert {place for place, _ in statuses(clerk.get(MATRIX).json())} == {FIRST}
    assert clerk.get("/v1/compliance/plan-2022-21").json()["rows"] == []
    assert {row["institution"] for row in clerk.get("/v1/deadlines").json()["rows"]} == {FIRST}
    for path in (f"{MATRIX}?institution={SECOND}", f"{MATRIX}/8.3-a?institution={SECOND}"):
        answer = clerk.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, Refused.SUBJECT_IS_UNKNOWN)
    inventor = house.as_(house.office.hire(Role.INVENTOR, FIRST))
    refused = inventor.get(MATRIX)
    assert (refused.status_code, refused.json()["code"]) == (404, Refused.CATALOGUE_IS_UNKNOWN)
    assert inventor.get("/v1/deadlines").status_code == 404
    assert inventor.get("/v1/compliance").json() == {"catalogues": []}


def test_readers_who_see_no_persons_are_told_no_actors(house: FigureHouse) -> None:
    reader = house.as_(house.office.hire(Role.EDUCATION_COMMISSION_READER, None))
    (fact,) = reader.get(CHECKED).json()["facts"]
    assert (fact["actor"], fact["href"]) == (None, None)
    assert len(statuses(reader.get(MATRIX).json())) == 2 * len(GBT33251_2016.clauses)


def test_what_has_no_answer_is_refused(auditor: Browser) -> None:
    for path, status, code in (
        ("/v1/compliance/iso", 404, Refused.CATALOGUE_IS_UNKNOWN),
        (f"{MATRIX}/8.9-z?institution={FIRST}", 404, Refused.CLAUSE_IS_UNKNOWN),
        (f"{MATRIX}/8.3-a?institution={BUREAU}", 404, Refused.CLAUSE_DOES_NOT_BIND),
        (f"{MATRIX}/8.3-a", 400, Refused.PARAMETER_IS_MISSING),
        (f"{MATRIX}?color=red", 400, Refused.PARAMETER_IS_UNKNOWN),
        (f"{CHECKED}&as_of=2022-02-30", 400, Refused.PARAMETER_IS_MALFORMED),
        (f"{CHECKED}&known_at=99999", 400, Refused.KNOWN_AT_LIES_OUTSIDE_THE_LOG),
        ("/v1/deadlines?format=pdf", 400, Refused.PARAMETER_IS_MALFORMED),
    ):
        answer = auditor.get(path)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
