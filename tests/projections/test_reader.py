"""Feed and reader against a real database: order, own writes, past sizes, many threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest

from api.postgres import Logins
from ledger.book import APPEND
from ledger.facts import ReceiptClaimed
from ledger.migrations import migrate
from ledger.recorder import parameters_for_entries
from projections.feed import AdbcFeed, CopyFeed, Feed, open_feed, rows_from
from projections.reader import KnownAtOutsideLog, Reader
from tests.projections import facts_given as given
from tests.projections.stories import long_story
from tests.projections.tape_builder import Story, rows_of

STORY = long_story()


def append(url: str, entries: list[bytes]) -> None:
    """Write ready entries through the only door the schema has, each in a call of its own."""
    with psycopg.connect(url) as connection:
        for entry in entries:
            rows = connection.execute(APPEND, parameters_for_entries([entry])).fetchall()
            assert rows[0][0] == "head", rows


@pytest.fixture
def logins(urls: Logins) -> Logins:
    migrate(urls.owner)
    return urls


@pytest.mark.parametrize("kind", [AdbcFeed, CopyFeed])
def test_a_feed_gives_every_entry_verbatim_in_ranges(
    logins: Logins, kind: Callable[[str], Feed]
) -> None:
    feed = kind(logins.reader)
    try:
        assert list(rows_from(feed, 0)) == []
        append(logins.service, STORY.entries)
        ranges = list(rows_from(feed, 2, size=4))
        assert [rows.height for rows in ranges[:-1]] == [4] * (len(ranges) - 1)
        found = [row for rows in ranges for row in rows.iter_rows()]
        assert found == rows_of(STORY.entries[2:], 2).rows()
        assert {rows.schema == rows_of(()).schema for rows in ranges} == {True}
    finally:
        feed.close()


def test_a_reader_sees_what_was_just_written_and_what_was_known_before(logins: Logins) -> None:
    with Reader(logins.reader) as reader:
        assert reader.tape().size == 0
        for end in (1, 5, len(STORY.entries)):
            append(logins.service, STORY.entries[reader.tape().size : end])
            assert reader.tape().size == end
        then = reader.tape(known_at=12)
        assert then.size == 12
        assert (
            then.frame(ReceiptClaimed)
            .collect()
            .equals(STORY.tape(12).frame(ReceiptClaimed).collect())
        )


def test_a_reader_refuses_sizes_the_log_does_not_have(logins: Logins) -> None:
    append(logins.service, STORY.entries[:3])
    with Reader(logins.reader) as reader:
        for size in (-1, 4):
            with pytest.raises(KnownAtOutsideLog) as caught:
                reader.tape(known_at=size)
            assert (caught.value.known_at, caught.value.size) == (size, 3)


def test_threads_share_a_reader(logins: Logins) -> None:
    story = Story()
    for number in range(1, 41):
        story.tell(given.claimed(number, date(2022, 1, 5), number))
    with Reader(logins.reader) as reader, ThreadPoolExecutor(4) as pool:
        writing = pool.submit(append, logins.service, story.entries)
        while not writing.done():
            reading = [pool.submit(reader.tape) for _ in range(3)]
            for tape in [found.result() for found in reading]:
                lines = tape.frame(ReceiptClaimed).collect()["line"].to_list()
                assert lines == [*range(1, tape.size + 1)]
        writing.result()
        assert reader.tape().frame(ReceiptClaimed).collect()["line"].to_list() == [*range(1, 41)]


def test_a_reader_finds_its_way_back_after_a_lost_connection(logins: Logins) -> None:
    append(logins.service, STORY.entries[:2])
    with Reader(logins.reader) as reader:
        assert reader.tape().size == 2
        with psycopg.connect(logins.reader, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = current_user AND pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        append(logins.service, STORY.entries[2:3])
        assert reader.tape().size == 3


def test_the_fast_feed_is_taken_where_it_is_installed(logins: Logins) -> None:
    feed = open_feed(logins.reader)
    feed.close()
    assert isinstance(feed, AdbcFeed)
