"""What readings are computed from: the log's facts as a tape, always up to its newest entry."""

from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import psycopg

from projections.archive import SEGMENT, Archive
from projections.feed import Feed, leaves_at, open_feed, rows_from
from projections.kept import Kept
from projections.tape import Tape


class KnownAtOutsideLog(LookupError):
    """A size of the log that it does not have, or not yet: `known_at` against the head's `size`."""

    def __init__(self, known_at: int, size: int) -> None:
        self.known_at, self.size = known_at, size
        super().__init__(f"the log holds {size} facts, not {known_at}")


class Reader:
    """The newest tape of one database, shared by all threads of a process, and what was computed.

    Each call takes in what was appended since the last one, so whoever wrote a fact finds it.
    """

    def __init__(self, url: str, archive: Path | None = None, segment: int = SEGMENT) -> None:
        """`url` is the database's, for a login that may read the log. Nothing is opened yet.

        In the folder `archive` complete segments of so many facts are kept; without it all facts
        are read from the database and stay in memory.
        """
        self._url = url
        self._lock = Lock()
        self._feed: Feed | None = None
        self._tape = Tape.empty()
        self._archive: Archive | None = None
        if archive is not None:
            self._archive = Archive(archive, lambda positions: leaves_at(url, positions), segment)
        self.kept = Kept()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def tape(self, known_at: int | None = None) -> Tape:
        """The facts of the log, all of them or the first `known_at`, exactly as then answered.

        Raises KnownAtOutsideLog for a size beyond the head, and the driver's error when the
        database cannot be reached; the next call connects anew.
        """
        newest = self._caught_up()
        if known_at is None:
            return newest
        if not 0 <= known_at <= newest.size:
            raise KnownAtOutsideLog(known_at, newest.size)
        return newest.prefix(known_at)

    def close(self) -> None:
        """Close the connection; a later call opens another one."""
        with self._lock:
            self._drop()

    def _caught_up(self) -> Tape:
        with self._lock:
            was_open = self._feed is not None
            try:
                return self._read_on()
            except psycopg.OperationalError:
                # A server that was started again knows nothing of a connection of before.
                if not was_open:
                    raise
                return self._read_on()

    def _read_on(self) -> Tape:
        try:
            if self._feed is None:
                self._feed = open_feed(self._url)
            if self._archive is not None and self._tape.size == 0:
                self._tape = self._archive.opened(self._feed.rows)
            for rows in rows_from(self._feed, self._tape.size):
                self._tape = self._settled(self._tape.extended(rows))
        except BaseException:
            self._drop()
            raise
        return self._tape

    def _settled(self, tape: Tape) -> Tape:
        return tape if self._archive is None else self._archive.sealed(tape)

    def _drop(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.close()
