"""Figures at the terminal: tables, files, what stands behind a figure, exit codes."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from api.postgres import Logins
from tests.api.figure_house import (
    FIRST_FEN,
    LATE_FEN,
    SECOND_FEN,
    FigureHouse,
    open_figure_house,
)
from tests.api.office import FIRST
from tests.api.terminal import Zhiheng, terminal


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def zhiheng(
    house: FigureHouse,
    ledger: Logins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: Any,
) -> Zhiheng:
    return terminal(house, ledger, tmp_path, monkeypatch, capsysbinary)


def test_figures_are_printed_as_a_table_and_written_to_a_file(
    zhiheng: Zhiheng, tmp_path: Path
) -> None:
    code, out, err = zhiheng("figures", "D04", "D15", "--period", "2022")
    assert code == 0, err
    assert "123456.05" in out
    assert "合计" in out
    assert "业务时点" in out
    _, out, _ = zhiheng("figures", "D15", "--period", "2021")
    assert "—" in out
    file = tmp_path / "figures.xlsx"
    wanted = ("--period", "2022", "--institution", FIRST, "--format", "xlsx", "--out", file)
    assert zhiheng("figures", *wanted)[0] == 0
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes())).get_sheet_by_index(0)
    assert sheet.to_python()[0][0] == "指标 2022"


def test_figures_without_a_period_or_of_an_unknown_code_are_refused(zhiheng: Zhiheng) -> None:
    code, _, err = zhiheng("figures", "D04")
    assert code == 1
    assert "parameter_is_missing" in err
    code, _, err = zhiheng("explain", "Z99", "--period", "2022")
    assert code == 1
    assert "indicator_is_unknown" in err


def test_a_figure_is_explained_down_to_the_line_of_the_bank(zhiheng: Zhiheng) -> None:
    wanted = ("explain", "D04", "--period", "2022", "--institution", FIRST)
    code, out, err = zhiheng(*wanted)
    assert code == 0, err
    assert out.splitlines()[0] == "D04 当年到账金额 2022: 123,456.05 元"
    assert "对账单第 3 行 · 起息日 2022-06-28 · 123,456.05 元" in out
    _, out, _ = zhiheng(*wanted, "--json")
    assert json.loads(out)["figure"]["value_fen"] == FIRST_FEN


def test_a_change_between_two_moments_is_explained(house: FigureHouse, zhiheng: Zhiheng) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    wanted = ("explain", "D04", "--period", "2022", "--institution", FIRST)
    code, out, err = zhiheng(*wanted, "--known-at", before, "--until", house.head())
    assert code == 0, err
    assert out.splitlines()[0].endswith("123,456.05 元 → 623,456.05 元")
    assert "迟报" in out
    assert "各行变化之和等于指标的变化。" in out
    _, out, _ = zhiheng(*wanted, "--known-at", before, "--until", house.head(), "--json")
    assert json.loads(out)["adds_up"] is True
    code, _, err = zhiheng(*wanted, "--until", house.head())
    assert code == 1
    assert "known_at" in err


def test_a_change_is_a_table_that_adds_up_in_every_format(
    house: FigureHouse, zhiheng: Zhiheng, tmp_path: Path
) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    wanted = ("explain", "D04", "--period", "2022", "--known-at", before, "--until", house.head())
    amounts = [FIRST_FEN + SECOND_FEN, LATE_FEN, FIRST_FEN + SECOND_FEN + LATE_FEN]
    _, out, _ = zhiheng(*wanted)
    lines = out.splitlines()
    told = [line for line in lines if line.startswith(("当时", "变化", "其后"))]
    assert [f"{fen / 100:.2f}" in line for fen, line in zip(amounts, told, strict=True)] == [
        True,
        True,
        True,
    ]
    for form, read in (("csv", pl.read_csv), ("parquet", pl.read_parquet)):
        file = tmp_path / f"why.{form}"
        assert zhiheng(*wanted, "--format", form, "--out", file)[0] == 0
        rows = read(file)
        sums = rows["amount_fen" if form == "parquet" else "计入（元）"].to_list()
        assert sums == (amounts if form == "parquet" else [fen / 100 for fen in amounts])
    file = tmp_path / "why.xlsx"
    assert zhiheng(*wanted, "--format", "xlsx", "--out", file)[0] == 0
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "D04 当年到账金额 2022 变化原因"
    assert [row[0] for row in sheet[4:]] == ["当时", "变化", "其后"]


def test_both_moments_may_be_dates_and_the_date_is_that_of_the_later_one(
    zhiheng: Zhiheng,
) -> None:
    wanted = ("explain", "D04", "--period", "2022", "--known-at", "2022-07-14", "--json")
    code, out, err = zhiheng(*wanted, "--until", "2022-07-15")
    assert code == 0, err
    told = json.loads(out)
    assert (told["as_of"], told["known_at"]) == ("2022-07-15", 0)
    assert told["after"]["value_fen"] == FIRST_FEN + SECOND_FEN
    code, out, err = zhiheng(*wanted, "--until", "2022-07-15T23:00:00+08:00")
    assert (code, json.loads(out)["after"]) == (0, told["after"]), err


def test_a_finance_clerk_asks_why_their_own_figure_changed(
    house: FigureHouse, zhiheng: Zhiheng, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIHENG_TOKEN", house.secret(house.office.clerk))
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    code, out, err = zhiheng(
        "explain", "D04", "--period", "2022", "--known-at", before, "--until", house.head()
    )
    assert code == 0, err
    assert "123,456.05 元 → 623,456.05 元" in out
