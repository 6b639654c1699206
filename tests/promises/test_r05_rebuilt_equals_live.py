"""R5: what is rebuilt from zero equals what was read along, byte for byte.

In whatever batches the facts arrived, whatever was asked in between, and wherever a process died.
"""

import os
import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from api.postgres import Logins
from api.publishing import PUBLISHED, Publisher
from projections.kept import Kept
from projections.reader import Reader
from projections.tape import Tape
from tests.projections.stories import long_story
from tests.projections.tape_builder import rows_of
from tests.projections.test_reader import append
from tests.promises.readings import Dated, all_readings, computed, kept

ROOT = Path(__file__).parents[2]
AS_OF = date(2022, 12, 31)
LATER = date(2024, 12, 31)
READINGS = all_readings(AS_OF, "2021", "2022", "2022Q3")
STORY = long_story()

_PART = 25
"""Facts that arrive during the life of one publisher."""

_KEEP_PUBLISHING = """
import sys
from datetime import UTC, datetime
from threading import Event
from api.publishing import Publisher
from projections.reader import Reader
with Reader(sys.argv[1]) as reader:
    Publisher(reader, sys.argv[1], lambda: datetime.now(UTC)).keep(0.001, Event())
"""


@pytest.fixture(scope="module")
def rebuilt() -> list[str]:
    """Every reading of the long story, computed from zero."""
    return [computed(reading, STORY.tape(), day) for reading, day in READINGS]


@settings(max_examples=6, deadline=None, derandomize=True, database=None)
@given(
    sizes=st.lists(st.integers(1, 40), min_size=3, max_size=12),
    asked=st.randoms(use_true_random=False),
)
def test_in_any_batches_and_whatever_was_asked_meanwhile(
    rebuilt: list[str], sizes: list[int], asked: random.Random
) -> None:
    memory, tape = Kept(), Tape.empty()
    ends = [sum(sizes[:count]) for count in range(1, len(sizes))]
    for end in (*ends, len(STORY.entries)):
        tape = tape.extended(rows_of(STORY.entries[tape.size : end], tape.size))
        for reading, day in asked.sample(READINGS, 12):
            kept(memory, reading, tape, day)
    live = [kept(memory, reading, tape, day) for reading, day in READINGS]
    assert _named(live) == _named(rebuilt)


def test_one_fact_at_a_time() -> None:
    memory, whole = Kept(), STORY.tape()
    for size in range(1, whole.size + 1):
        tape = whole.prefix(size)
        memory.warm(READINGS[size % 2 :: 2], tape)
        for reading, day in READINGS[size % 23 :: 23]:
            assert kept(memory, reading, tape, day) == computed(reading, tape, day), (
                reading.name,
                size,
            )


def test_the_demonstration_in_batches_large_and_small(demonstration: tuple[bytes, ...]) -> None:
    readings = all_readings(LATER, "2022", "2023")
    chance, memory, tape = random.Random(5), Kept(), Tape.empty()
    while tape.size < len(demonstration):
        end = tape.size + chance.choice((1, 7, 60, 400, 2_500))
        tape = tape.extended(rows_of(demonstration[tape.size : end], tape.size))
        for reading, day in chance.sample(readings, 25):
            kept(memory, reading, tape, day)
    fresh = Tape.empty().extended(rows_of(demonstration))
    live = [kept(memory, reading, tape, day) for reading, day in readings]
    anew = [computed(reading, fresh, day) for reading, day in readings]
    assert _named(live, readings) == _named(anew, readings)


def test_tables_of_a_publisher_killed_again_and_again(ledger: Logins) -> None:
    """What a publisher writes is all that outlives a process that reads."""
    entries, chance = STORY.entries, random.Random(5)
    for begin in (0, _PART, 2 * _PART):
        with subprocess.Popen(
            [sys.executable, "-c", _KEEP_PUBLISHING, ledger.service],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            _until_published(ledger, process, begin)
            for entry in entries[begin : begin + _PART]:
                append(ledger.service, [entry])
                time.sleep(chance.random() / 40)
            process.kill()
    append(ledger.service, entries[3 * _PART :])
    live = _published(ledger)
    with psycopg.connect(ledger.service) as service, psycopg.connect(ledger.owner) as owner:
        for view in PUBLISHED:
            table = sql.Identifier("views", view.name.replace("-", "_"))
            service.execute(sql.SQL("DROP TABLE {}").format(table))
        owner.execute("DELETE FROM views.published")
    assert _published(ledger) == live


def _until_published(ledger: Logins, process: subprocess.Popen[bytes], size: int) -> None:
    """Wait until the publisher has caught up; before the first fact it can only wait for facts."""
    end = time.monotonic() + 60
    with psycopg.connect(ledger.service, autocommit=True) as connection:
        while size and time.monotonic() < end:
            assert process.poll() is None
            row = connection.execute("SELECT min(position) FROM views.published").fetchone()
            if row == (size,):
                return
            time.sleep(0.05)


def _published(ledger: Logins) -> dict[str, bytes]:
    """Every table after a publication by a new process, as text in the order of its rows."""
    with Reader(ledger.service) as reader:
        now = datetime(2023, 1, 1, tzinfo=UTC)
        assert Publisher(reader, ledger.service, lambda: now).publish() == {}
    found = {}
    with psycopg.connect(ledger.service) as connection:
        for view in PUBLISHED:
            table = sql.Identifier("views", view.name.replace("-", "_"))
            order = sql.SQL("COPY (SELECT * FROM {} AS each ORDER BY each::text) TO STDOUT")
            with connection.cursor().copy(order.format(table)) as copy:
                found[view.name] = b"".join(copy)
    return found


def _named(lines: list[str], readings: list[Dated] = READINGS) -> dict[tuple[str, date], str]:
    """Rows by reading and day, so that a difference names its reading."""
    return {(each.name, day): rows for (each, day), rows in zip(readings, lines, strict=True)}
