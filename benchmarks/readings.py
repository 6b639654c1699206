"""Readings of a long log: rebuilt from zero, and brought up to date after one new fact."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import psycopg

from api.home import open_home
from api.postgres import Logins
from api.settings import Settings
from api.tokens import given_by_two
from benchmarks.long_log import OPENED, Entry, continued, write
from benchmarks.machine import Rate, Waited, stopwatch
from benchmarks.workload import ADMIN, SECURITY, ident
from ledger.actors import Role
from ledger.book import APPEND
from ledger.recorder import parameters_for_entries
from ledger.writers import Scribe
from projections.figures import strands_of
from projections.indicators import INDICATORS
from projections.kept import Reading
from projections.period import Period
from projections.reader import Reader
from projections.receivables import RECEIVABLES
from projections.views import VIEWS

YEARS: Final = ("2020", "2021", "2022")
AS_OF: Final = date(2024, 12, 31)
_AUDITOR: Final = ident("actor", "auditor")


class LongLog(NamedTuple):
    """A database with a long history, what follows it, and the secret of one who reads it all."""

    logins: Logins
    home: Path
    further: Iterator[Entry]
    secret: str


def long_log(logins: Logins, home: Path, size: int) -> LongLog:
    """Open a log on an empty database through the door and fill it up with history."""
    settings = Settings(
        home=home,
        service_url=logins.service,
        owner_url=logins.owner,
        origin="bench.local/log",
        vault_key_file=home / "vault.key",
        signing_key_file=home / "log.key",
        token=None,
        locale="en",
    )
    opening = {
        "origin": settings.origin,
        "clock": "simulated",
        "administrator": ADMIN,
        "person": ident("person", "admin"),
        "security_administrator": SECURITY,
        "security_person": ident("person", "security"),
    }
    proposal = {"proposal": ident("proposal", "auditor")}
    grant = {"holder": _AUDITOR, "role": Role.STATE_AUDITOR, "ends": "2026-12-31"}
    with open_home(settings) as opened, Scribe(logins.service, _before_opening) as scribe:
        for who, name, body in (
            (ADMIN, "log.open", opening),
            (ADMIN, "actor.register", {"actor": _AUDITOR, "person": ident("person", "auditor")}),
            (ADMIN, "role.grant", {**proposal, **grant}),
            (SECURITY, "right.confirm", proposal),
        ):
            scribe.handle(opened.door.admit(name, body, who))
        until = OPENED + timedelta(days=365)
        token = given_by_two(opened, scribe, (ADMIN, SECURITY), _AUDITOR, "bearer", until)
        taken = scribe.handle(token.request).written[-1].position + 1
    further = continued(logins.owner)
    write(logins.owner, further, size - taken)
    return LongLog(logins, home, further, token.secret)


def _before_opening() -> datetime:
    return OPENED - timedelta(hours=1)


def all_readings() -> list[tuple[Reading, date]]:
    """Every view that needs no argument, and every strand of every figure of the three years."""
    views: list[tuple[Reading, date]] = [(view, AS_OF) for view in VIEWS if not view.needs]
    figures = (strands_of(INDICATORS, Period.parse(year), AS_OF) for year in YEARS)
    return [*views, *(each for strands in figures for each in strands)]


def rebuilt(url: str) -> Rate:
    """All views and figures of all institutions from PostgreSQL, with nothing kept before."""
    with stopwatch() as watch, Reader(url) as reader:
        tape = reader.tape()
        reader.kept.warm(all_readings(), tape)
    return Rate(tape.size / watch.seconds)


def one_view(url: str) -> Rate:
    """One view from PostgreSQL, as a runner of the peer fills one: every instalment's state."""
    with stopwatch() as watch, Reader(url) as reader:
        tape = reader.tape()
        reader.kept.rows(RECEIVABLES, tape, AS_OF)
    return Rate(tape.size / watch.seconds)


def appender(log: LongLog) -> Callable[[], None]:
    """Writes the next fact of the history through the append function, each time it is called."""
    connection = psycopg.connect(log.logins.service, autocommit=True)

    def append() -> None:
        entry = next(log.further)
        rows = connection.execute(APPEND, parameters_for_entries([entry.state])).fetchall()
        if rows[0][0] != "head":
            raise RuntimeError(rows)

    return append


class Followed(NamedTuple):
    """How long each view took after one new fact, and what the process took before and after."""

    views: tuple[Waited, ...]
    bytes_loaded: int
    bytes_after: int
    facts: int


def followed(log: LongLog, facts: int, every: int = 10) -> Followed:
    """Append facts one by one; after each tenth bring every view with a reach up to date, timed.

    What is timed is to fetch the fact, put it on the tape, and renew one view.
    """
    append = appender(log)
    views = [view for view in VIEWS if view.reach is not None]
    waits: dict[str, list[float]] = {view.name: [] for view in views}
    with Reader(log.logins.service) as reader:
        tape = reader.tape()
        reader.kept.warm(all_readings(), tape)
        # The first fact builds the index of subjects; it is part of loading.
        for turn in range(facts + 1):
            append()
            started = time.perf_counter()
            tape = reader.tape()
            fetched = time.perf_counter() - started
            for view in views if turn % every in (0, every - 1) else ():
                with stopwatch() as watch:
                    reader.kept.rows(view, tape, AS_OF)
                if turn and turn % every == 0:
                    waits[view.name].append(fetched + watch.seconds)
            if turn == 0:
                loaded = resident_bytes()
        after = resident_bytes()
    found = tuple(Waited(f"view {name}", tuple(taken), 20) for name, taken in waits.items())
    return Followed(found, loaded, after, facts)


def resident_bytes(process: int | None = None) -> int:
    """The memory that a process holds, this one's by default."""
    status = Path(f"/proc/{process or os.getpid()}/statm").read_text()
    return int(status.split()[1]) * os.sysconf("SC_PAGE_SIZE")
