"""Entries out of PostgreSQL in the order of the log, in ranges, as frames of raw text."""

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

import polars as pl
import psycopg

from projections.schema import ROWS

RANGE = 65_536
"""Facts fetched in one statement: about 50 MB of entries, so memory stays flat."""

_SELECT = """
SELECT position, topic, {state}
FROM ledger.facts WHERE position >= {first} AND position < {last}
ORDER BY position"""


class Feed(Protocol):
    """A way to read ranges of the log over one connection; not for two threads at once."""

    def rows(self, first: int, last: int) -> pl.DataFrame:
        """Facts at `first` up to before `last`, as far as the log goes (columns `schema.ROWS`)."""

    def close(self) -> None:
        """Give the connection back."""


class AdbcFeed:
    """Columns straight from the server's binary copy; the fast way.

    A server that is gone is told as psycopg tells it: OperationalError.
    """

    def __init__(self, url: str) -> None:
        import adbc_driver_manager as manager
        import adbc_driver_postgresql as driver

        self._manager = manager
        with self._told():
            self._database = driver.connect(url)
        try:
            with self._told():
                self._connection = manager.AdbcConnection(self._database)
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except self._manager.OperationalError as error:
            raise psycopg.OperationalError(str(error)) from error

    def rows(self, first: int, last: int) -> pl.DataFrame:
        """Facts at `first` up to before `last`, as far as the log goes."""
        with self._told(), self._manager.AdbcStatement(self._connection) as statement:
            # Bytes as they are stored: the check that they are text is quicker on this side.
            statement.set_sql_query(_SELECT.format(state="state", first=first, last=last))
            stream, _ = statement.execute_query()
            return pl.DataFrame(stream).cast(pl.Schema(ROWS))

    def close(self) -> None:
        """Close connection and driver."""
        self._connection.close()
        self._database.close()


class CopyFeed:
    """COPY as text, where ADBC is not installed; about a third of the speed."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def rows(self, first: int, last: int) -> pl.DataFrame:
        """Facts at `first` up to before `last`, as far as the log goes."""
        # Canonical JSON escapes control characters, so these two can neither occur nor confuse.
        text_of = "convert_from(state, 'UTF8')"
        statement = (
            f"COPY ({_SELECT.format(state=text_of, first=first, last=last)}) TO STDOUT"
            r" (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')"
        )
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            text = b"".join(copy)
        if not text:
            return pl.DataFrame(schema=ROWS)
        return pl.read_csv(text, has_header=False, separator="\x01", quote_char=None, schema=ROWS)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def open_feed(url: str) -> Feed:
    """A feed from a database by its URL: ADBC where it is installed, else COPY."""
    if importlib.util.find_spec("adbc_driver_postgresql") is None:
        return CopyFeed(url)
    return AdbcFeed(url)


def rows_from(feed: Feed, first: int, size: int = RANGE) -> Iterator[pl.DataFrame]:
    """Everything from a position on, in ranges of `size`, until the end of the log.

    Positions become visible in order and without holes, so a short range is the end. While one
    range is worked on the next is on its way.
    """
    with ThreadPoolExecutor(1) as ahead:
        rows = feed.rows(first, first + size)
        while rows.height == size:
            first += size
            coming = ahead.submit(feed.rows, first, first + size)
            yield rows
            rows = coming.result()
    if not rows.is_empty():
        yield rows


def leaves_at(url: str, positions: Sequence[int]) -> Mapping[int, str]:
    """The leaves (hex) of facts by position; positions that the log does not hold are left out."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT position, encode(leaf, 'hex') FROM ledger.facts WHERE position = ANY(%s)",
            [list(positions)],
        )
        return dict(found.fetchall())
