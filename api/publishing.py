"""Publishing views for tools that speak SQL: on request, or in the background as the log grows.

Each view is published for itself: one that fails is parked with its reason and tried again later
and later, and the others go on.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event, Thread
from typing import Any, Final

import polars as pl
import psycopg

from api.home import Home
from api.view_tables import park, put
from api.yearly_figures import YEARLY_FIGURES, YearlyFigures
from ledger.book import Clock
from projections.moment import LogHoldsNothing, Moment, moment_of
from projections.reader import Reader
from projections.tape import Tape
from projections.view import OFFICES, View
from projections.views import VIEWS

Publishable = View | YearlyFigures

PUBLISHED: Final[tuple[Publishable, ...]] = (
    *(view for view in VIEWS if not view.needs and view.reads >= OFFICES),
    YEARLY_FIGURES,
)
"""Views that stand without an argument and that every office may read, and all figures by year:
none of them is about persons."""

_RETRY_SECONDS_MAX = 3_600
_FAULT_MAX = 300

log = logging.getLogger("zhiheng.publishing")


@dataclass(slots=True)
class _Course:
    """How far a view has come in this process, and when a failed one may try again."""

    moment: Moment | None = None
    failures: int = 0
    not_before: datetime | None = None


class Publisher:
    """Brings the tables of schema `views` up to date; for one thread at a time."""

    def __init__(
        self, reader: Reader, url: str, clock: Clock, views: Sequence[Publishable] = PUBLISHED
    ) -> None:
        """`url` is the service's. Nothing is opened before something is published."""
        self._reader, self._url, self._clock, self._views = reader, url, clock, views
        self._courses = {view.name: _Course() for view in views}

    def publish(self, names: Sequence[str] = (), as_of: date | None = None) -> dict[str, str]:
        """Publish these views, all without names; answers the reasons of those that failed.

        Raises LogHoldsNothing on an empty log, and psycopg.OperationalError when the database
        does not answer.
        """
        chosen = [view for view in self._views if not names or view.name in names]
        with psycopg.connect(self._url, autocommit=True) as connection:
            found = (self._publish(connection, view, as_of, 0) for view in chosen)
            return {view.name: fault for view, fault in zip(chosen, found, strict=True) if fault}

    def keep(self, seconds: float, stop: Event) -> None:
        """Publish what has become old, at most every so many seconds, until told to stop."""
        while not stop.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    while not stop.is_set():
                        self._publish_due(connection, seconds, stop)
                        stop.wait(seconds)
            except Exception as error:
                log.warning("publishing was interrupted", exc_info=error)
                stop.wait(seconds)

    def _publish_due(
        self, connection: psycopg.Connection[Any], seconds: float, stop: Event
    ) -> None:
        for view in self._views:
            course = self._courses[view.name]
            waits = course.not_before is not None and self._clock() < course.not_before
            if waits or stop.is_set():
                continue
            try:
                self._publish(connection, view, None, seconds)
            except LogHoldsNothing:
                return

    def _publish(
        self,
        connection: psycopg.Connection[Any],
        view: Publishable,
        as_of: date | None,
        seconds: float,
    ) -> str | None:
        """Bring one table up to date; answers why it could not be."""
        course = self._courses[view.name]
        try:
            tape = self._reader.tape()
            moment = moment_of(tape, as_of)
            if moment != course.moment:
                self._put(connection, view, tape, moment)
        except LogHoldsNothing:
            raise
        # A panic inside polars is no Exception; it too must stop this view only.
        except (Exception, pl.exceptions.PanicException) as error:
            if connection.closed:
                raise
            fault = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
            park(connection, view, fault[:_FAULT_MAX], self._clock())
            log.warning("view %s could not be published", view.name, exc_info=error)
            self._put_off(course, seconds)
            return fault[:_FAULT_MAX]
        course.moment, course.failures, course.not_before = moment, 0, None
        return None

    def _put(
        self, connection: psycopg.Connection[Any], view: Publishable, tape: Tape, moment: Moment
    ) -> None:
        rows = view.standing(self._reader.kept, tape, moment.as_of)
        put(connection, view, rows, moment, self._clock())

    def _put_off(self, course: _Course, seconds: float) -> None:
        course.moment, course.failures = None, course.failures + 1
        wait = min(seconds * 2 ** min(course.failures, 30), _RETRY_SECONDS_MAX)
        course.not_before = self._clock() + timedelta(seconds=wait)


@contextmanager
def publishing(home: Home) -> Iterator[None]:
    """Publish in the background while this lasts, where the settings say how often."""
    seconds = home.settings.publish_seconds
    if seconds is None:
        yield
        return
    stop = Event()
    publisher = Publisher(home.reader, home.service_url, home.clock)
    thread = Thread(target=publisher.keep, args=(seconds, stop), name="publishing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
