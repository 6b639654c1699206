"""Filters take what people call things; what nothing is called is an error, never no rows."""

import csv
import io
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from api.postgres import Logins
from projections.views import VIEWS
from tests.api.figure_house import (
    FIRM,
    FIRST_FEN,
    LICENSES,
    PATENTS,
    SECOND_FEN,
    FigureHouse,
    open_figure_house,
)
from tests.api.http_house import Browser
from tests.api.office import FIRST, SECOND


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def auditor(house: FigureHouse) -> Browser:
    return house.as_(house.auditor())


def read(reader: Browser, view: str, **filters: str) -> Any:
    return reader.get(f"/v1/views/{view}", params=filters)


def rows(reader: Browser, view: str, **filters: str) -> list[dict[str, Any]]:
    answer = read(reader, view, **filters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["rows"])


def test_names_numbers_and_words_find_what_ids_find(house: FigureHouse, auditor: Browser) -> None:
    by_id = rows(auditor, "receipts", payer=FIRM)
    assert by_id[0]["amount_fen"] == FIRST_FEN
    assert rows(auditor, "receipts", payer=" 示例 公司") == by_id
    assert rows(auditor, "receipts", payer=FIRM.partition(":")[2].lower()) == by_id
    one = rows(auditor, "patents", patent="patent:2018100000014")
    assert len(one) == 1
    for text in ("CN201810000001.4", "ZL 2018 1 0000001.4", "2018100000014"):
        assert rows(auditor, "patents", patent=text) == one, text
    clerk = house.as_(house.office.clerk)
    assert [row["patent"] for row in rows(clerk, "patents", patent="示例装置")] == [PATENTS[FIRST]]
    assert rows(auditor, "patents", kind="发明专利") == rows(auditor, "patents", kind="invention")
    deal = rows(auditor, "deals", institution=FIRST)[0]
    for text in (deal["contract"], f"示例-{FIRST[-4:]}"):
        found = rows(auditor, "deals", institution=FIRST, contract=text)
        assert [row["contract"] for row in found] == [deal["contract"]]


def test_institutions_are_found_by_name_wherever_one_is_asked_for(
    house: FigureHouse, auditor: Browser
) -> None:
    clerk = house.as_(house.office.clerk)
    (name,) = {row["name_zh"] for row in rows(auditor, "institutions") if row["code"] == FIRST}
    own = rows(clerk, "receipts", institution=FIRST)
    assert own == rows(clerk, "receipts", institution=name)
    assert read(auditor, "receipts", institution=name).json()["code"] == "filter_value_is_ambiguous"
    for path in ("/v1/indicators/D04?period=2022", "/v1/deadlines?", "/v1/facts?limit=9"):
        by_name = clerk.get(f"{path}&institution={name}")
        assert by_name.status_code == 200, by_name.text
        assert by_name.json() == clerk.get(f"{path}&institution={FIRST}").json()
        assert clerk.get(f"{path}&institution=无此大学").status_code == 400
        assert clerk.get(f"{path}&institution={SECOND}").status_code == 404
        assert auditor.get(f"{path}&institution=institution:nobody").status_code == 404


def test_an_unknown_value_of_any_filter_is_an_error(auditor: Browser) -> None:
    for view in VIEWS:
        for name in (*view.needs, *view.filters):
            needed = dict.fromkeys(view.needs, PATENTS[FIRST])
            for value in ("查无此项", str(uuid.uuid4()), f"{name}:{uuid.uuid4()}"):
                answer = read(auditor, view.name, **{**needed, name: value})
                assert answer.status_code in (400, 404), (view.name, name, value, answer.text)
                assert answer.json()["mend"], name


def test_what_comes_near_is_named(auditor: Browser) -> None:
    problem = read(auditor, "receipts", payer="示例").json()
    assert problem["code"] == "filter_value_is_unknown"
    assert "示例公司" in problem["mend"]
    problem = read(auditor, "patents", kind="发明").json()
    assert "发明专利" in problem["mend"]
    problem = read(auditor, "patents", patent="示例装").json()
    assert "示例装置（2018100000014）" in problem["mend"]


def test_a_known_value_without_rows_is_an_empty_table(auditor: Browser) -> None:
    assert rows(auditor, "pledges", institution=SECOND) == []
    assert rows(auditor, "receipts", payer=FIRM, as_of="2022-01-01") == []


def test_two_of_one_name_are_told_apart(auditor: Browser) -> None:
    answer = read(auditor, "patents", patent="示例装置")
    assert answer.status_code == 400
    assert answer.json()["code"] == "filter_value_is_ambiguous"
    for number in ("2018100000014", "2018100000029"):
        assert f"示例装置（{number}）" in answer.json()["mend"]


def test_a_moment_before_a_thing_was_known_has_no_rows_of_it(auditor: Browser) -> None:
    path = f"/v1/views/deals/diff?known_at=1&contract=示例-{FIRST[-4:]}"
    assert {row["change"] for row in auditor.get(path).json()["rows"]} == {"added"}
    assert rows(auditor, "deals", contract=LICENSES[FIRST], known_at="1") == []


def test_nothing_of_another_institution_is_found_by_any_name(house: FigureHouse) -> None:
    reader = house.as_(house.office.clerk)
    theirs = [
        row["contract"] for row in rows(house.as_(house.auditor()), "deals", institution=SECOND)
    ]
    assert theirs
    for value in (*theirs, f"license:{uuid.uuid4()}"):
        answer = read(reader, "deals", contract=value)
        assert answer.status_code == 400
        assert answer.json()["values"]["near"] == ["—"]
    assert read(reader, "deals", institution=SECOND).status_code == 404
    assert read(reader, "deals", institution=f"institution:{uuid.uuid4()}").status_code == 404


def sheet(reader: Browser, path: str) -> tuple[list[Any], list[list[Any]]]:
    """The head and the rows of a workbook."""
    data = reader.get(path).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    _, _, _, head, *lines = book.to_python(skip_empty_area=False)
    return head, lines


def test_tables_for_people_carry_names_beside_ids(house: FigureHouse, auditor: Browser) -> None:
    head, lines = sheet(auditor, f"/v1/views/allocations?format=xlsx&institution={FIRST}")
    (row,) = (dict(zip(head, line, strict=True)) for line in lines)
    assert (row["合同"], row["合同（名称）"]) == (LICENSES[FIRST], f"示例-{FIRST[-4:]}")
    assert row["到款（名称）"] == "2022-06-28 示例公司 123,456.05"
    data = auditor.get("/v1/views/deals?format=csv", headers={"accept-language": "en"}).content
    (first, *_) = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert (first["Counterparty"], first["Counterparty (name)"]) == (FIRM, "示例公司")
    assert first["Patents by number (name)"] == "示例装置"
    clerk = house.as_(house.office.clerk)
    head, lines = sheet(clerk, "/v1/views/receipts?format=xlsx")
    assert [line[head.index("付款方（名称）")] for line in lines] == ["示例公司"]
    assert "payer_name" not in rows(clerk, "receipts")[0]


def test_numbers_are_numbers_in_files(auditor: Browser) -> None:
    figures = "/v1/indicators?codes=D04,D19&period=2022"
    frame = pl.read_parquet(io.BytesIO(auditor.get(f"{figures}&format=parquet").content))
    assert frame.schema["value"] == pl.Decimal(38, 2)
    body = auditor.get(f"{figures}&format=json").json()
    assert frame["value"].to_list() == [
        None if row["value"] is None else Decimal(row["value"]) for row in body["rows"]
    ]
    head, lines = sheet(auditor, f"{figures}&format=xlsx")
    for line, row in zip(lines, body["rows"], strict=True):
        cell = line[head.index("数值")]
        if row["value"] is not None:
            parts = 100 if row["unit"] == "percent" else 1
            assert cell == pytest.approx(float(row["value"]) / parts)


def test_a_month_is_a_period(auditor: Browser) -> None:
    for period, fen in (("2022-06", FIRST_FEN + SECOND_FEN), ("2022-07", 0)):
        body = auditor.get(f"/v1/indicators/D04?period={period}").json()
        assert body["period"] == period
        assert sum(r["value_fen"] for r in body["rows"] if r["scope"] == "total") == fen
    assert auditor.get("/v1/indicators/D04?period=2022-13").status_code == 400
