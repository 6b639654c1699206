"""R10: a view that cannot be published blocks no other and is never skipped in silence.

It is parked with its reason and its lag, its table keeps what stood there, and it is tried again,
later and later, until it goes through.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic, sleep

import polars as pl
import psycopg
import pytest

from api.postgres import Logins
from api.publishing import PUBLISHED, Publishable, Publisher
from api.view_tables import Standing, standings
from projections.deals import DEALS
from projections.moment import Moment
from projections.reader import Reader
from projections.tape import Tape
from projections.view import Filters
from tests.projections.stories import long_story
from tests.projections.test_reader import append

STORY = long_story()
FIRST = 20
"""Facts in the log before the rest follows."""


class Watch:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = datetime(2023, 1, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The moment, as set."""
        return self.now


class Poison:
    """A build of a view that fails while it is switched on."""

    def __init__(self) -> None:
        self.on = True
        self.asked = 0

    def __call__(self, tape: Tape, moment: Moment, filters: Filters) -> pl.LazyFrame:
        """The rows of deals, or a failure."""
        self.asked += 1
        if self.on:
            raise ArithmeticError("a fact nobody foresaw\nwith details")
        return DEALS.build(tape, moment, filters)


@pytest.fixture
def reader(ledger: Logins) -> Iterator[Reader]:
    append(ledger.service, STORY.entries[:FIRST])
    with Reader(ledger.service) as opened:
        yield opened


def with_poison(poison: Poison) -> tuple[Publishable, ...]:
    """All published views, the first of them poisoned."""
    return (replace(DEALS, build=poison), *(view for view in PUBLISHED if view is not DEALS))


def stands(ledger: Logins) -> dict[str, Standing]:
    """How every table stands."""
    with psycopg.connect(ledger.service) as connection:
        return {each.name: each for each in standings(connection)}


def test_a_failing_view_is_parked_with_reason_and_lag_while_all_others_go_on(
    ledger: Logins, reader: Reader
) -> None:
    poison, watch = Poison(), Watch()
    poison.on = False
    publisher = Publisher(reader, ledger.service, watch, with_poison(poison))
    assert publisher.publish() == {}
    before = stands(ledger)["deals"]

    poison.on = True
    append(ledger.service, STORY.entries[FIRST:])
    fault = "ArithmeticError: a fact nobody foresaw"
    assert publisher.publish() == {"deals": fault}
    after = stands(ledger)
    parked = after.pop("deals")
    assert (parked.fault, parked.failed_at) == (fault, watch.now)
    assert (parked.position, parked.rows) == (before.position, before.rows)
    assert parked.lag == len(STORY.entries) - FIRST
    assert {each.position for each in after.values()} == {len(STORY.entries)}
    assert {(each.fault, each.lag) for each in after.values()} == {(None, 0)}

    poison.on = False
    assert publisher.publish() == {}
    mended = stands(ledger)["deals"]
    assert (mended.fault, mended.failed_at, mended.lag) == (None, None, 0)


@pytest.mark.parametrize(
    ("harm", "cure"),
    [
        (
            "ALTER TABLE views.deals ADD CONSTRAINT full_up CHECK (false) NOT VALID",
            "ALTER TABLE views.deals DROP CONSTRAINT full_up",
        ),
        (
            "CREATE VIEW views.mine AS SELECT 1 FROM views.deals;"
            " ALTER TABLE views.deals ADD COLUMN stray int;"
            " UPDATE views.published SET shape = NULL WHERE name = 'deals'",
            "DROP VIEW views.mine",
        ),
    ],
    ids=["a row is refused", "the table cannot be made anew"],
)
def test_a_table_that_takes_no_rows_keeps_what_it_held_and_recovers(
    ledger: Logins, reader: Reader, harm: str, cure: str
) -> None:
    publisher = Publisher(reader, ledger.service, Watch())
    assert publisher.publish() == {}
    with psycopg.connect(ledger.service, autocommit=True) as connection:
        rows = connection.execute("SELECT count(*) FROM views.deals").fetchone()
        connection.execute(harm.encode())
        append(ledger.service, STORY.entries[FIRST:])
        assert set(publisher.publish()) == {"deals"}
        assert connection.execute("SELECT count(*) FROM views.deals").fetchone() == rows
        assert stands(ledger)["deals"].position == FIRST
        connection.execute(cure.encode())
    assert publisher.publish() == {}
    assert stands(ledger)["deals"].lag == 0


def test_a_parked_view_is_tried_again_later_and_later_until_it_goes_through(
    ledger: Logins, reader: Reader
) -> None:
    poison, watch, stop = Poison(), Watch(), Event()
    publisher = Publisher(reader, ledger.service, watch, with_poison(poison))
    running = Thread(target=publisher.keep, args=(0.02, stop))
    running.start()
    try:
        until(lambda: "deals" in stands(ledger) and poison.asked == 1)
        sleep(0.2)
        assert poison.asked == 1
        for attempt in range(2, 5):
            watch.now += timedelta(seconds=0.02 * 2 ** (attempt - 1))
            until(lambda expected=attempt: poison.asked == expected)  # type: ignore[misc]
            sleep(0.2)  # the publisher looks at the watch once more to say when it tries again
        poison.on = False
        watch.now += timedelta(hours=1)
        until(lambda: stands(ledger)["deals"].lag == 0)
        append(ledger.service, STORY.entries[FIRST:])
        until(lambda: stands(ledger)["deals"].position == len(STORY.entries))
    finally:
        stop.set()
        running.join()


def test_publishing_outlives_a_database_that_goes_away(ledger: Logins, reader: Reader) -> None:
    stop = Event()
    publisher = Publisher(reader, ledger.service, Watch())
    running = Thread(target=publisher.keep, args=(0.02, stop))
    running.start()
    try:
        until(lambda: len(stands(ledger)) == len(PUBLISHED))
        with psycopg.connect(ledger.service, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = current_user AND pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        append(ledger.service, STORY.entries[FIRST:])
        until(lambda: {each.lag for each in stands(ledger).values()} == {0})
        until(lambda: {each.fault for each in stands(ledger).values()} == {None})
    finally:
        stop.set()
        running.join()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that other threads bring about."""
    end = monotonic() + 60
    while not holds():
        assert monotonic() < end
        sleep(0.02)
