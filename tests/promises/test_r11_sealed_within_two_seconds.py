"""R11, in short: what is acknowledged is under a signed checkpoint within two seconds."""

import dataclasses
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from api.postgres import Logins
from api.sealed import published
from api.sealing import read_state, sealing
from api.signing import first_adoption
from ledger.facts import HeadsRecorded
from ledger.sealing_stops import Stop
from tests.api.office import TODAY, Office, open_office

FACTS_A_SECOND, SECONDS = 200, 3
WITHIN_SECONDS = 2.0
PATIENCE_SECONDS = 20.0


@pytest.fixture
def office(ledger: Logins, tmp_path: Path) -> Iterator[Office]:
    with open_office(ledger, tmp_path) as opened:
        settings = dataclasses.replace(opened.home.settings, seals=True, log="json")
        opened.home = dataclasses.replace(opened.home, settings=settings)
        yield opened


def adopt(office: Office) -> None:
    request = first_adoption(office.home, office.home.settings.origin, office.administrator)
    office.scribe.handle(request)


def sealed(office: Office) -> int:
    found = published(office.home.settings.log_folder)
    return found.checkpoint.head.size if found else 0


def write(office: Office) -> int:
    """One fact more; answers the size of the log with it."""
    body = {"actor": f"actor:{uuid.uuid4()}"}
    written = office.do("actor.register", body, office.administrator).written
    return written[-1].position + 1


def wait_for(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.02)


def sealers() -> list[psutil.Process]:
    """The sealing processes that this one started."""
    children = psutil.Process().children()
    return [each for each in children if "api.sealing_process" in " ".join(each.cmdline())]


def test_facts_are_sealed_within_two_seconds_while_they_keep_coming(office: Office) -> None:
    adopt(office)
    with sealing(office.home, lambda: True):
        wait_for(lambda: sealed(office) > 0)
        acknowledged: list[tuple[int, float]] = []
        covered: dict[int, float] = {}
        began = time.monotonic()
        while len(acknowledged) < FACTS_A_SECOND * SECONDS:
            due = began + len(acknowledged) / FACTS_A_SECOND
            time.sleep(max(due - time.monotonic(), 0))
            acknowledged.append((write(office), time.monotonic()))
            covered.setdefault(sealed(office), time.monotonic())
        while max(covered) < acknowledged[-1][0]:
            covered.setdefault(sealed(office), time.monotonic())
            assert time.monotonic() - acknowledged[-1][1] < PATIENCE_SECONDS
            time.sleep(0.02)
    lags = sorted(
        min(at for size, at in covered.items() if size >= position) - written
        for position, written in acknowledged
    )
    assert lags[int(len(lags) * 0.99)] <= WITHIN_SECONDS


def test_a_sealing_process_that_is_killed_comes_back_and_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sealing.TELL_SECONDS", 0.2)
    adopt(office)
    with sealing(office.home, lambda: True):
        wait_for(lambda: sealed(office) > 0)
        (process,) = sealers()
        os.kill(process.pid, signal.SIGKILL)
        size = write(office)
        wait_for(lambda: sealed(office) >= size)
    assert sealers() == []


def test_days_that_are_over_are_closed_once_the_service_is_ready(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sealing.TELL_SECONDS", 0.2)
    adopt(office)
    office.home = dataclasses.replace(office.home, clock=lambda: TODAY.replace(day=17))
    ready: list[bool] = []
    with sealing(office.home, lambda: bool(ready)):
        wait_for(lambda: sealed(office) > 0)
        assert HeadsRecorded.TOPIC not in office.topics()
        ready.append(True)
        wait_for(lambda: HeadsRecorded.TOPIC in office.topics())
        size = office.count("ledger.facts")
        wait_for(lambda: sealed(office) >= size)


def test_a_log_without_a_key_goes_on_unsealed_and_says_so(office: Office) -> None:
    with sealing(office.home, lambda: True):
        wait_for(lambda: read_state(office.home.settings) is not None)
        write(office)
    state = read_state(office.home.settings)
    assert state is not None
    assert state.reason is Stop.NO_KEY_IS_ADOPTED
    assert sealed(office) == 0
