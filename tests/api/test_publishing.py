"""Views as tables for SQL tools: the same rows with their position, for readers who may no more."""

import dataclasses
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
from polars.testing import assert_frame_equal

from api.postgres import BI, EmbeddedServer, Logins
from api.publishing import PUBLISHED, Publisher, publishing
from api.view_tables import put, standings, table_of
from api.yearly_figures import YEARLY_FIGURES, YearlyFigures
from ledger.actors import Role
from projections.deals import DEALS
from projections.kept import Kept
from projections.moment import Moment, moment_of
from projections.reader import Reader
from projections.view import DTYPES, Column, Kind, Table, fen
from projections.views import BY_NAME
from tests.api.office import FIRST, open_office
from tests.projections.stories import long_story
from tests.projections.test_reader import append

STORY = long_story()
NOW = datetime(2023, 1, 5, 1, tzinfo=UTC)
TAPE = STORY.tape()
MOMENT = moment_of(TAPE)


class Told:
    """A ledger with a story in it, its publisher, and what readers of the tables find."""

    def __init__(self, urls: Logins, reader: Reader, bi: str) -> None:
        self.urls, self.reader, self.bi = urls, reader, bi
        self.publisher = Publisher(reader, urls.service, lambda: NOW)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the BI role is answered."""
        with psycopg.connect(self.bi) as connection:
            return connection.execute(statement.encode()).fetchall()

    def frame(self, table: Table) -> pl.DataFrame:
        """A published table as a frame, in no order; decimals as the digits that were written."""
        schema = {column.name: DTYPES[column.kind] for column in table.columns}
        names = ", ".join(
            f'"{column.name}"::text' if column.kind is Kind.DECIMAL else f'"{column.name}"'
            for column in table.columns
        )
        rows = self.rows(f"SELECT {names} FROM views.{table_of(table)}")
        return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture
def told(server: EmbeddedServer, ledger: Logins) -> Iterator[Told]:
    append(ledger.service, STORY.entries)
    name = ledger.service.partition("?")[0].rpartition("/")[2]
    with Reader(ledger.service) as reader:
        yield Told(ledger, reader, server.url(BI, name))


def test_every_table_holds_the_rows_of_its_view_and_names_its_position(told: Told) -> None:
    assert told.publisher.publish() == {}
    for table in PUBLISHED:
        expected = table.standing(Kept(), TAPE, MOMENT.as_of)
        assert_frame_equal(told.frame(table), expected, check_row_order=False)
    stamps = told.rows("SELECT name, position, as_of, rows, fault FROM views.published")
    assert {stamp[0] for stamp in stamps} == {view.name for view in PUBLISHED}
    assert {stamp[1:3] for stamp in stamps} == {(MOMENT.known_at, MOMENT.as_of)}
    assert {stamp[4] for stamp in stamps} == {None}


def test_tables_and_columns_are_explained_in_chinese(told: Told) -> None:
    told.publisher.publish(["deals"])
    (table,) = told.rows("SELECT obj_description('views.deals'::regclass)")
    assert table[0].startswith(f"{DEALS.zh}(前 {MOMENT.known_at} 条事实")
    found = told.rows(
        "SELECT attname, format_type(atttypid, NULL), col_description(attrelid, attnum)"
        " FROM pg_attribute WHERE attrelid = 'views.deals'::regclass AND attnum > 0"
    )
    assert [row[0] for row in found] == list(DEALS.schema)
    for (_, kind, words), column in zip(found, DEALS.columns, strict=True):
        assert words.startswith(column.zh)
        assert (column.kind is Kind.FEN) == words.endswith("(分)")
        assert kind == "bigint" or column.kind is not Kind.FEN


def test_nothing_about_persons_and_nothing_that_needs_an_argument_is_published() -> None:
    names = {view.name for view in PUBLISHED}
    assert names <= {*BY_NAME, YEARLY_FIGURES.name}
    assert not names & {"published", "history", "rewards-by-person"}
    for table in PUBLISHED:
        assert isinstance(table, YearlyFigures) or Role.EDUCATION_COMMISSION_READER in table.reads
        assert "person" not in {column.name for column in table.columns}


def test_figures_are_published_by_year_under_the_numbers_that_the_door_tells(told: Told) -> None:
    told.publisher.publish(["indicators"])
    found = told.rows(
        "SELECT year, value::text, value_fen, unit FROM views.indicators"
        " WHERE code = 'D04' AND variant IS NULL AND scope = 'total' ORDER BY year"
    )
    (of_2022,) = [row for row in found if row[0] == 2022]
    assert of_2022 == (2022, "3500.00", 350_000, "yuan")


def test_a_reader_of_tables_reads_them_and_nothing_else(told: Told) -> None:
    told.publisher.publish(["deals"])
    assert told.rows("SELECT count(*) FROM views.deals") == [
        (DEALS.rows(TAPE, MOMENT).collect().height,)
    ]
    for statement in (
        "DELETE FROM views.deals",
        "INSERT INTO views.deals DEFAULT VALUES",
        "TRUNCATE views.deals",
        "UPDATE views.published SET position = 0",
        "DROP TABLE views.deals",
        "CREATE TABLE views.own (i int)",
        "SELECT * FROM ledger.facts",
        "SELECT * FROM ledger.log",
        "SELECT * FROM ledger.schema_versions",
        "SELECT * FROM vault.fields",
        "SELECT * FROM vault.bank_lines",
        "SET ROLE zhiheng_service",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            told.rows(statement)


def test_a_reader_of_the_log_and_the_service_gain_no_way_to_each_other(told: Told) -> None:
    told.publisher.publish(["deals"])
    for url in (told.urls.reader, told.urls.owner):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.Error):
            connection.execute("DELETE FROM views.deals")


def test_texts_lists_and_numbers_survive_whatever_they_hold(told: Told) -> None:
    view = dataclasses.replace(
        DEALS,
        name="odd",
        columns=(
            Column("words", "文字", "Words"),
            Column("many", "多项", "Many", Kind.SUBJECTS),
            Column("at", "时间", "At", Kind.TIME),
            Column("is_so", "是否", "Is so", Kind.FLAG),
            fen("fee_fen", "费用", "Fee"),
        ),
    )
    words = ["", "a\tb\nc\r", "\\N", '"{x},\\.', "\\.", "许可\\", None]
    many = [[], ["a,b", '"q"\\', ""], ["{}", "NULL", "x\ty"], None, ["许可"], ["\\."], [" "]]
    frame = pl.DataFrame(
        {
            "words": words,
            "many": many,
            "at": [datetime(2022, 2, 28, 1, 2, 3, 4, UTC)] + [None] * 6,
            "is_so": [True, False, None] * 2 + [True],
            "fee_fen": [2**53 - 1, -1, 0, None, 1, 2, 3],
        },
        schema=view.schema,
    )
    with psycopg.connect(told.urls.service, autocommit=True) as connection:
        put(connection, view, frame, MOMENT, NOW)
        broken = frame.with_columns(words=pl.lit("a\0b"))
        found = told.rows("SELECT words, many, at, is_so, fee_fen FROM views.odd")
        assert found == frame.rows()
        put(connection, view, broken, MOMENT, NOW)
    assert told.rows("SELECT DISTINCT words FROM views.odd") == [("a\ufffdb",)]


def test_equal_rows_are_not_written_again_and_older_ones_never(told: Told) -> None:
    told.publisher.publish(["deals"])
    mark = "SELECT min(xmin::text::bigint) FROM views.deals"
    before = told.rows(mark)
    rows = DEALS.rows(TAPE, MOMENT).collect()
    with psycopg.connect(told.urls.service, autocommit=True) as connection:
        put(connection, DEALS, rows, Moment(MOMENT.as_of, MOMENT.known_at + 1), NOW)
        assert told.rows(mark) == before
        put(connection, DEALS, rows.clear(), Moment(MOMENT.as_of, 3), NOW)
        assert told.rows(mark) == before
    stamp = told.rows("SELECT position FROM views.published WHERE name = 'deals'")
    assert stamp == [(MOMENT.known_at + 1,)]


def test_readers_wait_for_no_publication_and_never_see_half_of_one(told: Told) -> None:
    """A reader in a long query neither holds up a publication nor sees it before its end."""
    told.publisher.publish(["deals"])
    both = b"SELECT (SELECT count(*) FROM views.deals), position FROM views.published"
    before = DEALS.rows(TAPE, MOMENT).collect()
    with (
        psycopg.connect(told.bi) as reading,
        psycopg.connect(told.urls.service) as writing,
    ):
        reading.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert reading.execute(both).fetchall() == [(before.height, MOMENT.known_at)]
        later = Moment(MOMENT.as_of, MOMENT.known_at + 1)
        with psycopg.connect(told.bi) as waiting:
            waiting.execute("SET statement_timeout = '2s'")
            with writing.transaction():
                put(writing, DEALS, before.clear(), later, NOW)
                assert waiting.execute(both).fetchall() == [(before.height, MOMENT.known_at)]
                waiting.commit()
            assert waiting.execute(both).fetchall() == [(0, later.known_at)]
        assert reading.execute(both).fetchall() == [(before.height, MOMENT.known_at)]


def test_a_new_column_joins_the_table_and_queries_built_on_it_stay(told: Told) -> None:
    narrow = dataclasses.replace(DEALS, columns=DEALS.columns[:-1])
    rows = DEALS.rows(TAPE, MOMENT).collect()
    with psycopg.connect(told.urls.service, autocommit=True) as connection:
        put(connection, narrow, rows.select(list(narrow.schema)), MOMENT, NOW)
        connection.execute("CREATE VIEW views.mine AS SELECT count(*) FROM views.deals")
        put(connection, DEALS, rows, MOMENT, NOW)
        assert connection.execute("SELECT * FROM views.mine").fetchall() == [(rows.height,)]
        connection.execute("DROP VIEW views.mine")
        other = dataclasses.replace(narrow, columns=DEALS.columns[:3])
        put(connection, other, rows.select(list(other.schema)), MOMENT, NOW)
        assert connection.execute("SELECT * FROM views.deals").fetchall() == (
            rows.select(list(other.schema)).rows()
        )
    assert len(told.rows("SELECT * FROM views.deals")) == rows.height


def test_the_worked_example_of_the_operating_guide_works(told: Told) -> None:
    told.publisher.publish()
    text = (Path(__file__).parents[2] / "deploy" / "OPERATING.md").read_text()
    block = next(part for part in text.split("```") if "export BI=" in part)
    commands = block.replace("python -c", f'"{sys.executable}" -c')
    first, _, rest = commands.strip().partition("\n")
    assert first.startswith("export BI=$(zhiheng publish --address)")
    environment = {**os.environ, "BI": told.bi}
    for program, command in zip(("psql", "polars", "pandas"), _commands(rest), strict=True):
        assert program in command
        if shutil.which("psql") if program == "psql" else importlib.util.find_spec(program):
            done = subprocess.run(
                command, shell=True, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            assert "deals" in done.stdout or "contract" in done.stdout


def _commands(text: str) -> list[str]:
    """Lines that begin a command, each with those that go on with it."""
    found: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def test_a_day_may_be_chosen(told: Told) -> None:
    day = date(2022, 3, 1)
    assert told.publisher.publish(["deals"], day) == {}
    assert told.frame(DEALS).equals(DEALS.rows(TAPE, Moment(day, TAPE.size)).collect())


def test_the_running_service_publishes_what_is_appended(ledger: Logins, tmp_path: Path) -> None:
    with open_office(ledger, tmp_path) as office:
        settings = dataclasses.replace(office.home.settings, publish_seconds=1)
        with publishing(dataclasses.replace(office.home, settings=settings)):
            size = office.count("ledger.facts")
            _until(lambda: _position(ledger, "institutions") == size)
            office.hire(Role.FINANCE_CLERK, FIRST)
            _until(lambda: _position(ledger, "institutions") == office.count("ledger.facts"))


def _position(ledger: Logins, name: str) -> int | None:
    with psycopg.connect(ledger.service) as connection:
        return next((s.position for s in standings(connection) if s.name == name), None)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
