"""R1: whoever follows the log misses nothing, however many write and roll back by every path."""

import asyncio
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

import psycopg
import pytest

from api.postgres import Logins
from ledger.book import APPEND
from ledger.commands import BY_COMMAND
from ledger.recorder import parameters_for_entries
from ledger.sitting import Answer, Statement
from ledger.writers import Scribe, Writer
from tests.ledger import trial
from tests.ledger.library import Chain, factory, recorder
from tests.ledger.stage import MORNING, Requests, own_id
from tests.ledger.trial import Churn

FACTS_PER_CASE = 51_000
SIZES = (1, 7, 60, 250)
CLOSING = own_id("actor", "whoever writes last")
PAUSE: Statement = ("SELECT pg_sleep(0.004)", ())
ROLLBACK: Statement = ("SELECT 1 / 0", ())


class Part(NamedTuple):
    """What one writer did: the positions it was told, and how often it was rolled back."""

    positions: list[int]
    rolled_back: int


@pytest.fixture(autouse=True)
def _trial_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    for command, declaration in trial.DECLARATIONS.items():
        monkeypatch.setitem(BY_COMMAND, command, declaration)


def clock() -> datetime:
    """All write at one time: entries that are finished before the lock is taken stay valid."""
    return MORNING


def older_clock() -> datetime:
    """A process whose clock is behind writes at the log's time."""
    return MORNING - timedelta(hours=1)


def disturbance(chance: random.Random) -> tuple[Statement, ...]:
    """Mostly none, sometimes a pause while the lock is held, sometimes a failure after it."""
    return chance.choice([()] * 15 + [(PAUSE,), (PAUSE, ROLLBACK), (ROLLBACK,)])


def by_scribe(url: str, number: int, quota: int) -> Part:
    """A program that runs in a line."""
    chance, requests = random.Random(number), Requests(f"scribe {number}")
    positions: list[int] = []
    rolled_back = 0
    with Scribe(url, older_clock if number % 2 else clock) as scribe:
        while len(positions) < quota:
            # A chain is read anew after a rollback, so it must not grow for ever.
            actor = own_id("actor", f"writer {number} {len(positions) // 500}")
            command = Churn(holder=actor, count=chance.choice(SIZES))
            request = requests.make(command, actor, beside=disturbance(chance))
            try:
                positions += [fact.position for fact in scribe.handle(request).written]
            except psycopg.errors.DivisionByZero:
                rolled_back += 1
    return Part(positions, rolled_back)


def by_writer(url: str, number: int, quota: int) -> Part:
    """The service under asyncio, with several callers whose commands commit together."""
    chance, requests = random.Random(number), Requests(f"writer {number}")

    async def write() -> Part:
        positions: list[int] = []
        rolled_back = 0
        async with Writer(url, clock) as writer:
            while len(positions) < quota:
                actors = [
                    own_id("actor", f"writer {number} {caller} {len(positions) // 500}")
                    for caller in range(4)
                ]
                verdicts = await asyncio.gather(
                    *(
                        writer.handle(
                            requests.make(
                                Churn(holder=actor, count=chance.choice(SIZES)),
                                actor,
                                beside=disturbance(chance) if caller == 0 else (),
                            )
                        )
                        for caller, actor in enumerate(actors)
                    ),
                    return_exceptions=True,
                )
                for verdict in verdicts:
                    if isinstance(verdict, Answer):
                        positions += [fact.position for fact in verdict.written]
                    else:
                        assert isinstance(verdict, psycopg.errors.DivisionByZero), verdict
                        rolled_back += 1
        return Part(positions, rolled_back)

    return asyncio.run(write())


def by_library(url: str, number: int, quota: int) -> Part:
    """The eventsourcing library, whose recorder inserts through our function."""
    chance, chain = random.Random(number), Chain(own_id("actor", f"writer {number}"))
    made = factory(url)
    positions: list[int] = []
    rolled_back = 0
    try:
        records = recorder(made)
        while len(positions) < quota:
            events = chain.grow(chance.choice(SIZES), MORNING)
            if chance.random() < 0.15:
                with (
                    records.datastore.get_connection() as connection,
                    connection.transaction(force_rollback=True),
                ):
                    parameters = parameters_for_entries([event.state for event in events])
                    connection.execute(APPEND, parameters)
                    connection.execute(PAUSE[0])
                rolled_back += 1
                continue
            positions += records.insert_events(events)
            chain.keep(events)
    finally:
        made.close()
    return Part(positions, rolled_back)


PATHS: tuple[Callable[[str, int, int], Part], ...] = (by_scribe, by_writer, by_library)


def tail(url: str, done: threading.Event) -> list[int]:
    """Follow the log by position, as projections do, until the writers are done."""
    seen: list[int] = []
    statement = "SELECT position FROM ledger.facts WHERE position > %s ORDER BY 1 LIMIT 3000"
    with psycopg.connect(url, autocommit=True) as reader:
        while True:
            finished = done.is_set()
            rows = reader.execute(statement, (seen[-1] if seen else -1,), prepare=True).fetchall()
            seen += [position for (position,) in rows]
            if finished and not rows:
                return seen
            if not rows:
                done.wait(0.01)


def subscribe(url: str) -> list[int]:
    """Follow the log by the library's subscription up to the closing fact, for 60 s at most."""
    made = factory(url)
    seen: list[int] = []
    try:
        with recorder(made).subscribe() as subscription:
            too_late = threading.Timer(60, subscription.stop)
            too_late.start()
            for notification in subscription:
                seen.append(notification.id)
                if notification.originator_id == CLOSING:
                    break
            too_late.cancel()
            too_late.join()
    finally:
        made.close()
    return seen


def write_all(url: str, writers: int) -> list[Part]:
    """Let every writer write its part by one of the paths, all at once."""
    quota = FACTS_PER_CASE // writers + 1
    with ThreadPoolExecutor(writers) as pool:
        tasks = [
            pool.submit(PATHS[number % len(PATHS)], url, number, quota) for number in range(writers)
        ]
        return [task.result() for task in tasks]


@pytest.mark.parametrize("writers", [8, 32])
def test_followers_see_every_fact_of_many_writers_once_and_in_order(
    ledger: Logins, writers: int
) -> None:
    done = threading.Event()
    with ThreadPoolExecutor(2) as followers:
        by_position = followers.submit(tail, ledger.reader, done)
        by_subscription = followers.submit(subscribe, ledger.reader)
        try:
            parts = write_all(ledger.service, writers)
        finally:
            with Scribe(ledger.service, clock) as scribe:
                scribe.handle(Requests("closing").make(Churn(holder=CLOSING), CLOSING))
            done.set()
    told = sorted(position for part in parts for position in part.positions)

    log = list(range(len(told) + 1))
    assert len(told) >= FACTS_PER_CASE
    assert told == log[:-1]
    assert by_position.result() == log
    assert by_subscription.result() == log
    assert sum(part.rolled_back for part in parts) >= writers
