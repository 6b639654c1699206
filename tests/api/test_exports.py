"""Every view in every format: the same rows, typed as the format can, amounts equal to the fen."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from api.exports.cells import title_of
from api.exports.documents import as_json, as_ndjson, as_parquet
from api.exports.sheets import as_csv, as_xlsx
from api.figure_tables import COLUMNS, FigureTable
from api.language import Language
from api.readings import Reading, rules_in_use
from ledger.case import SHANGHAI
from projections.moment import moment_of
from projections.view import Column, Kind, View
from projections.views import VIEWS
from tests.projections import facts_given as given
from tests.projections.stories import long_story

TAPE = long_story().tape()
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_NUMBERS = (Kind.FEN, Kind.COUNT)


def reading_of(view: View) -> Reading:
    """A view of the long story, about one subject where it needs one."""
    moment = moment_of(TAPE)
    filters = {name: given.license_id(1) for name in view.needs}
    rows = view.rows(TAPE, moment, filters).collect()
    return Reading(view, moment, TAPE.size, rules_in_use(TAPE), rows)


def named(view: View) -> str:
    return view.name


def fen_of(view: View, rows: pl.DataFrame) -> dict[str, int]:
    """The sum of every column of money, in fen."""
    return {
        column.name: int(rows[column.name].sum()) for column in view.columns if money(column.kind)
    }


def money(kind: Kind) -> bool:
    return kind is Kind.FEN


def yuan_of(view: View, table: Sequence[Sequence[Any]]) -> dict[str, int]:
    """The same sums out of cells in yuan, as a reader of the file adds them up."""
    places = {c.name: at for at, c in enumerate(view.columns) if money(c.kind)}
    return {
        name: int(100 * sum(Decimal(str(row[at])) for row in table if row[at] != ""))
        for name, at in places.items()
    }


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_json_and_ndjson_hold_the_rows_with_whole_fen(view: View) -> None:
    reading = reading_of(view)
    body = json.loads(as_json(reading))
    assert [column["name"] for column in body["columns"]] == list(view.schema)
    assert body["position"] == TAPE.size
    assert [json.loads(line) for line in as_ndjson(reading).splitlines()] == body["rows"]
    for name, total in fen_of(view, reading.rows).items():
        cells = [row[name] for row in body["rows"] if row[name] is not None]
        assert {type(cell) for cell in cells} <= {int}
        assert sum(cells) == total


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_parquet_is_the_frame_with_its_types(view: View) -> None:
    reading = reading_of(view)
    data = io.BytesIO(as_parquet(reading))
    frame = pl.read_parquet(data)
    assert frame.schema == view.schema
    assert frame.equals(reading.rows)
    assert json.loads(pl.read_parquet_metadata(data)["zhiheng"])["view"] == view.name


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_csv_begins_with_its_mark_and_holds_yuan_and_no_formula(view: View) -> None:
    reading = reading_of(view)
    data = as_csv(reading, "zh")
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == [title_of(column, "zh") for column in view.columns]
    assert len(rows) == reading.rows.height
    assert yuan_of(view, rows) == fen_of(view, reading.rows)
    for at, column in enumerate(view.columns):
        cells = [row[at] for row in rows]
        if column.kind is Kind.FEN:
            assert all(cell == "" or cell[-3] == "." for cell in cells), column.name
        elif column.kind not in _NUMBERS:
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_a_sheet_is_called_by_its_title_as_far_as_spreadsheets_bear_it(spoken: Language) -> None:
    names = []
    for view in VIEWS:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(reading_of(view), spoken)))
        own, basis = workbook.sheet_names
        names.append(own)
        assert basis == ("口径" if spoken == "zh" else "Basis")
    assert names == [(view.zh if spoken == "zh" else view.en)[:31] for view in VIEWS]
    assert "history" not in [name.lower() for name in names]
    ratio = replace(reading_of(VIEWS[0]), view=FigureTable("履约率（到账/应收）", "Received / due"))
    ratio = replace(ratio, rows=pl.DataFrame(schema={c.name: pl.String for c in COLUMNS}))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(ratio, spoken)))
    assert workbook.sheet_names[0] in ("履约率（到账 应收）", "Received   due")


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_a_workbook_has_typed_cells_under_a_frozen_header(view: View) -> None:
    reading = reading_of(view)
    data = as_xlsx(reading, "zh")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    _, _, _, head, *rows = sheet.to_python(skip_empty_area=False)
    assert head == [title_of(column, "zh") for column in view.columns]
    assert len(rows) == reading.rows.height
    assert yuan_of(view, rows) == fen_of(view, reading.rows)
    for at, column in enumerate(view.columns):
        for row, value in zip(rows, reading.rows[column.name], strict=True):
            assert_typed(column, row[at], value)


def assert_typed(column: Column, cell: Any, value: Any) -> None:
    """A number is a number, a day a day, a time one of Shanghai, all else (long ids) text."""
    kind, parts = column.kind, 100 if money(column.kind) or column.unit == "%" else 1
    if value is None:
        assert cell == ""
    elif kind in _NUMBERS:
        assert type(cell) in (int, float)
        assert Decimal(str(cell)) == Decimal(value) / parts
    elif kind is Kind.DATE:
        assert type(cell) is date
        assert cell == value
    elif kind is Kind.TIME:
        local = value.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
        assert cell in (local, local.date())  # midnight reads as a day
    else:
        assert isinstance(cell, str)
        assert kind is not Kind.SUBJECT or cell == value


def test_amounts_show_two_decimals_and_the_header_stays_in_sight() -> None:
    view = next(view for view in VIEWS if any(money(column.kind) for column in view.columns))
    with zipfile.ZipFile(io.BytesIO(as_xlsx(reading_of(view), "zh"))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    (pane,) = sheet.iter(f"{_SHEET}pane")
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "4")
    formats = [int(xf.get("numFmtId", 0)) for xf in styles.find(f"{_SHEET}cellXfs") or ()]
    own = {
        int(each.get("numFmtId", 0)): each.get("formatCode")
        for each in styles.iter(f"{_SHEET}numFmt")
    }
    place = next(at for at, column in enumerate(view.columns) if money(column.kind))
    letters = {cell.get("r", "").rstrip("0123456789"): cell for cell in sheet.iter(f"{_SHEET}c")}
    cell = letters[chr(ord("A") + place)]
    style = formats[int(cell.get("s", 0))]
    assert style == 4 or own.get(style) == "#,##0.00", style


def test_cells_that_look_like_formulas_are_text_in_every_spreadsheet() -> None:
    view = next(view for view in VIEWS if view.schema.get("institution") == pl.String)
    reading = reading_of(view)
    harm = '=HYPERLINK("http://example.org")'
    reading = replace(reading, rows=reading.rows.with_columns(institution=pl.lit(harm)))
    place = list(view.schema).index("institution")
    rows = list(csv.reader(io.StringIO(as_csv(reading, "zh").decode("utf-8-sig"), newline="")))
    assert {row[place] for row in rows[1:]} == {f"'{harm}"}
    data = as_xlsx(reading, "zh")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    assert {row[place] for row in sheet.to_python(skip_empty_area=False)[4:]} == {harm}
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
