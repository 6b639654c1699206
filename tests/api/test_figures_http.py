"""Figures over HTTP: values exact and in digits, in every format, to whom they may be told."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from api.postgres import Logins
from ledger.actors import Role
from ledger.refusals import Refused
from projections.indicators import INDICATORS
from tests.api.figure_house import (
    FIRST_FEN,
    LICENSES,
    SECOND_FEN,
    FigureHouse,
    open_figure_house,
    rows_by_place,
)
from tests.api.http_house import BUREAU, Browser
from tests.api.office import FIRST, SECOND

D04 = "/v1/indicators/D04?period=2022"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def auditor(house: FigureHouse) -> Browser:
    return house.as_(house.auditor())


@pytest.fixture
def clerk(house: FigureHouse) -> Browser:
    return house.as_(house.office.clerk)


def test_the_indicators_are_listed_with_all_that_is_declared_of_them(clerk: Browser) -> None:
    listed = clerk.get("/v1/indicators").json()["indicators"]
    assert len(listed) == len(INDICATORS)
    (received,) = [each for each in listed if each["code"] == "D04"]
    assert (received["unit"], received["variant"], received["version"]) == ("yuan", None, 1)
    for each in listed:
        assert each["zh"]
        assert each["en"]
        assert each["source"]
        answer = clerk.get(each["href"], params={"period": "2022", **_variant(each["href"])})
        assert answer.status_code == 200, answer.text
    only = clerk.get("/v1/indicators?codes=D04,D16:stock-at-start").json()["indicators"]
    assert [(each["code"], each["variant"]) for each in only] == [
        ("D04", None),
        ("D16", "stock-at-start"),
    ]


def _variant(href: str) -> dict[str, str]:
    _, _, variant = href.partition("variant=")
    return {"variant": variant} if variant else {}


def test_a_figure_is_told_by_institution_by_group_and_in_total(auditor: Browser) -> None:
    answer = auditor.get(D04)
    body = answer.json()
    assert answer.headers["zhiheng-position"] == answer.headers["zhiheng-head"]
    assert (body["period"], body["as_of"]) == ("2022", "2022-07-15")
    told = rows_by_place(body)
    assert told[FIRST]["value"] == "123456.05"
    assert (told[FIRST]["value_fen"], told[FIRST]["denominator"]) == (FIRST_FEN, 1)
    assert told[SECOND]["value_fen"] == SECOND_FEN
    assert told["university"]["value_fen"] == told["total"]["value_fen"] == FIRST_FEN + SECOND_FEN
    assert told["total"]["name_zh"] == "合计"
    assert told["university"]["name_en"] == "universities"
    assert told["total"]["entries"] == 2


def test_a_period_is_a_year_a_quarter_or_a_range(auditor: Browser) -> None:
    for period, fen in (
        ("2022Q2", FIRST_FEN + SECOND_FEN),
        ("2022Q3", 0),
        ("2022-06-28..2022-06-28", FIRST_FEN),
    ):
        body = auditor.get(f"/v1/indicators/D04?period={period}").json()
        assert rows_by_place(body)["total"]["value_fen"] == fen


def test_a_ratio_without_denominator_has_no_value_and_says_why(auditor: Browser) -> None:
    told = rows_by_place(auditor.get("/v1/indicators/D15?period=2021").json())["total"]
    assert (told["value"], told["denominator"]) == (None, 0)
    assert told["undefined"] == "no-denominator"
    share = rows_by_place(auditor.get("/v1/indicators/D19?period=2022").json())[FIRST]
    assert (share["numerator"], share["denominator"]) == (0, 10_000_000)
    assert (share["value"], share["unit"], share["value_fen"]) == ("0.00", "percent", None)
    median = rows_by_place(auditor.get("/v1/indicators/I02?period=2022").json())["total"]
    assert (median["value"], median["undefined"]) == (None, "no-samples")


def test_the_bureau_pulls_two_figures_of_a_year_for_all_into_a_spreadsheet(
    auditor: Browser,
) -> None:
    path = "/v1/indicators?codes=D04,D10&period=2022&format=xlsx"
    answer = auditor.get(path)
    assert answer.status_code == 200, answer.text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    title, moment, _, head, *rows = sheet.to_python(skip_empty_area=False)
    assert title[0] == "指标 2022"
    assert answer.headers["zhiheng-position"] in str(moment[0])
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    own = {(row["代码"], row["机构"]): row for row in cells if row["机构"]}
    assert own["D04", FIRST]["数值"] == 123_456.05
    assert own["D04", FIRST]["金额（元）"] == 123_456.05
    assert own["D10", FIRST]["数值"] == 0
    assert own["D04", SECOND]["单位"] == "元"
    assert {row["层次"] for row in cells} == {"机构", "组别", "合计"}
    assert auditor.get(path).content == answer.content


def test_every_format_holds_the_same_figures(auditor: Browser) -> None:
    body = auditor.get(D04).json()
    lines = auditor.get(f"{D04}&format=ndjson").content.splitlines()
    assert [json.loads(line) for line in lines] == body["rows"]
    frame = pl.read_parquet(io.BytesIO(auditor.get(f"{D04}&format=parquet").content))
    numbers = [
        value if value is None else Decimal(value)
        for value in (row["value"] for row in body["rows"])
    ]
    assert frame["value"].to_list() == numbers
    others = [column for column in frame.columns if column != "value"]
    assert frame.select(others).to_dicts() == [
        {name: row[name] for name in others} for row in body["rows"]
    ]
    assert frame.columns == [column["name"] for column in body["columns"]]
    text = auditor.get(f"{D04}&format=csv")
    assert text.headers["content-disposition"].startswith('attachment; filename="figures-')
    head, *rows = csv.reader(io.StringIO(text.content.decode("utf-8-sig")))
    values = [row[head.index("数值")] for row in rows]
    assert values == [row["value"] for row in body["rows"]]
    english = auditor.get(f"{D04}&format=csv", headers={"accept-language": "en"}).text
    assert "Amount (yuan)" in english.splitlines()[0]


def test_an_unchanged_figure_is_304_and_readers_have_tags_of_their_own(
    auditor: Browser, clerk: Browser
) -> None:
    for path in (D04, f"{D04}&format=csv", "/v1/indicators/D04/explain?period=2022"):
        first = auditor.get(path)
        tag = {"if-none-match": first.headers["etag"]}
        again = auditor.get(path, headers=tag)
        assert (again.status_code, again.content) == (304, b""), path
        assert clerk.get(path, headers=tag).status_code == 200


def test_an_office_of_one_institution_reads_its_own_row_and_nothing_else(clerk: Browser) -> None:
    body = clerk.get(D04).json()
    assert [(row["scope"], row["institution"]) for row in body["rows"]] == [("institution", FIRST)]
    assert clerk.get("/v1/indicators?period=2022").status_code == 200
    for hidden in (f"institution={SECOND}", "group=university"):
        answer = clerk.get(f"{D04}&{hidden}")
        assert (answer.status_code, answer.json()["code"]) == (404, Refused.SUBJECT_IS_UNKNOWN)
    explained = clerk.get("/v1/indicators/D04/explain?period=2022").json()
    assert explained["institution"] == FIRST
    assert {row["institution"] for row in explained["entries"]} == {FIRST}


def test_figures_are_for_offices_not_for_inventors(house: FigureHouse) -> None:
    inventor = house.as_(house.office.hire(Role.INVENTOR, FIRST))
    assert inventor.get("/v1/indicators").json() == {"indicators": []}
    answer = inventor.get(D04)
    assert (answer.status_code, answer.json()["code"]) == (404, Refused.INDICATOR_IS_UNKNOWN)


def test_one_institution_or_one_group_may_be_asked_for(auditor: Browser) -> None:
    one = auditor.get(f"{D04}&institution={SECOND}").json()["rows"]
    assert [row["value_fen"] for row in one] == [SECOND_FEN]
    bureau = auditor.get(f"{D04}&institution={BUREAU}").json()["rows"]
    assert [(row["value"], row["name_zh"]) for row in bureau] == [("0.00", "示例市局")]
    group = rows_by_place(auditor.get(f"{D04}&group=university").json())
    assert set(group) == {FIRST, SECOND, "university"}
    assert auditor.get(f"{D04}&group=centres").json()["rows"] == []
    many = auditor.get(f"/v1/indicators?period=2022&institution={FIRST}").json()
    assert "F02" not in {row["code"] for row in many["rows"]}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/indicators/Z99?period=2022", Refused.INDICATOR_IS_UNKNOWN),
        ("/v1/indicators?codes=D04,Z99", Refused.INDICATOR_IS_UNKNOWN),
        ("/v1/indicators/D04", Refused.PARAMETER_IS_MISSING),
        ("/v1/indicators?codes=D04&format=csv", Refused.PARAMETER_IS_MISSING),
        ("/v1/indicators/D16?period=2022", Refused.PARAMETER_IS_MISSING),
        ("/v1/indicators/D16?period=2022&variant=other", Refused.PARAMETER_IS_MALFORMED),
        ("/v1/indicators/D04?period=2022Q5", Refused.PARAMETER_IS_MALFORMED),
        ("/v1/indicators/D04?period=0001", Refused.PARAMETER_IS_MALFORMED),
        ("/v1/indicators/D04?period=2022&group=schools", Refused.PARAMETER_IS_MALFORMED),
        (f"{D04}&group=university&institution={FIRST}", Refused.PARAMETER_IS_MALFORMED),
        ("/v1/indicators/D04?period=2022&format=pdf", Refused.PARAMETER_IS_MALFORMED),
        ("/v1/indicators/D04?period=2022&surprise=1", Refused.PARAMETER_IS_UNKNOWN),
        (f"/v1/indicators/F02?period=2022&institution={FIRST}", Refused.INDICATOR_IS_CITY_WIDE),
        ("/v1/indicators/F02/growth?period=2022", Refused.INDICATOR_IS_CITY_WIDE),
        (f"{D04}&institution=institution:none", Refused.SUBJECT_IS_UNKNOWN),
        (f"{D04}&known_at=99999", Refused.KNOWN_AT_LIES_OUTSIDE_THE_LOG),
        ("/v1/indicators/D04/restatement?period=2022", Refused.PARAMETER_IS_MISSING),
        (
            "/v1/indicators/D04/restatement?period=2022&known_at=9&until=8",
            Refused.PARAMETER_IS_MALFORMED,
        ),
        ("/v1/indicators/D04/explain?period=2022&after=x", Refused.PARAMETER_IS_MALFORMED),
    ],
)
def test_a_figure_asked_for_wrongly_is_refused_never_empty(
    auditor: Browser, path: str, code: Refused
) -> None:
    answer = auditor.get(path)
    assert answer.json()["code"] == code
    assert answer.status_code in (400, 404)


def test_a_missing_variant_is_told_which_there_are(auditor: Browser) -> None:
    problem = auditor.get("/v1/indicators/D16?period=2022").json()
    assert "stock-at-start" in problem["detail"]
    period = auditor.get("/v1/indicators/D04?period=then").json()
    assert all(form in period["mend"] for form in ("2022", "2022Q3", "2022-03-01..2022-06-30"))


def test_a_license_counts_under_the_period_of_its_signing(auditor: Browser) -> None:
    told = rows_by_place(auditor.get("/v1/indicators/D02?period=2022Q2").json())
    assert (told["total"]["value"], told["total"]["unit"]) == ("2", "contract")
    explained = auditor.get("/v1/indicators/D02/explain?period=2022Q2").json()
    assert {row["subject"] for row in explained["entries"]} == set(LICENSES.values())
