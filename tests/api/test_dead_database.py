"""A dead embedded PostgreSQL comes back by itself, and nothing that was acknowledged is lost."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from api import server_watch
from api.postgres import EmbeddedServer
from api.tokens import own_token
from ledger.checkpoints import parse_checkpoint
from ledger.notes import parse_note
from tests.api.homestead import HOST, ORIGIN, Homestead

ROOT = Path(__file__).parents[2]
CALLERS = 4
RECOVERY_SECONDS = 10


def kill(server: EmbeddedServer) -> None:
    """Kill the postmaster, and wait until it is gone."""
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)


@dataclass
class House:
    """A service with a database of its own, and people who write to it all the time."""

    address: str
    process: "subprocess.Popen[bytes]"
    database: EmbeddedServer
    bearer: dict[str, str]
    told: list[tuple[str, int]] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def kill(self) -> float:
        """Kill the postmaster; seconds until a command is acknowledged again."""
        began = time.monotonic()
        kill(self.database)
        known = len(self.told) + CALLERS
        while len(self.told) <= known:
            assert time.monotonic() - began < 3 * RECOVERY_SECONDS
            assert self.process.poll() is None
            time.sleep(0.02)
        return time.monotonic() - began

    def write(self) -> None:
        """Register actors until it is over, and remember what was acknowledged."""
        with httpx.Client(base_url=self.address, headers=self.bearer, timeout=30) as http:
            while not self.over.is_set():
                actor = f"actor:{uuid.uuid4()}"
                answer = http.post("/v1/actors/register", json={"actor": actor})
                if answer.status_code == 201:
                    self.told.append((actor, answer.json()["facts"][0]["position"]))
                else:
                    self.failed.append(answer.status_code)
                    time.sleep(0.05)

    def sealed(self) -> int:
        """How many facts the service itself has sealed."""
        published = httpx.get(f"{self.address}/log/checkpoint", timeout=30).content
        return parse_checkpoint(parse_note(published).text).head.size

    def ready(self) -> int:
        """What `/readyz` answers."""
        return httpx.get(f"{self.address}/readyz", timeout=30).status_code


@contextmanager
def served(homestead: Homestead) -> Iterator[House]:
    """The service over a home with its own database, under load."""
    with homestead.visited() as visit:
        own = homestead.administrator
        until = visit.home.clock() + timedelta(days=1)
        made = own_token(visit.home.door, own, "bearer", until)
        visit.scribe.handle(made.request)
        secret = made.secret
    settings = homestead.settings
    ours = {name: value for name, value in os.environ.items() if "ZHIHENG" not in name}
    ours |= {
        "ZHIHENG_HOME": str(settings.home),
        "ZHIHENG_VAULT_KEY_FILE": str(settings.vault_key_file),
        "ZHIHENG_SIGNING_KEY_FILE": str(settings.signing_key_file),
        "ZHIHENG_ORIGIN": ORIGIN,
        "ZHIHENG_HOST": HOST,
        "ZHIHENG_RATE": "0",
        "PYTHONPATH": str(ROOT),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
    with (
        (settings.home / "served.log").open("wb") as log,
        subprocess.Popen([*command, "--port", str(port)], env=ours, stderr=log) as process,
    ):
        house = House(
            f"http://127.0.0.1:{port}",
            process,
            EmbeddedServer(settings.home),
            {"authorization": f"Bearer {secret}"},
        )
        callers = [threading.Thread(target=house.write) for _ in range(CALLERS)]
        try:
            _until_ready(house)
            for each in callers:
                each.start()
            yield house
        finally:
            house.over.set()
            for each in callers:
                if each.ident is not None:
                    each.join()
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _until_ready(house: House) -> None:
    until = time.monotonic() + 60
    while True:
        assert house.process.poll() is None
        try:
            if house.ready() == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < until
        time.sleep(0.1)


def recovers(homestead: Homestead, kills: int) -> list[float]:
    """Seconds of recovery from each kill; everything acknowledged is there at the end."""
    with served(homestead) as house:
        seconds = []
        for _ in range(kills):
            seconds.append(house.kill())
            until = time.monotonic() + RECOVERY_SECONDS
            while house.ready() != 200:
                assert time.monotonic() < until
                time.sleep(0.1)
        house.over.set()
        while house.sealed() <= max(position for _, position in house.told):
            assert time.monotonic() < until + 2 * RECOVERY_SECONDS
            time.sleep(0.1)
        told, failed = list(house.told), set(house.failed)
    assert failed <= {503}
    with homestead.visited() as visit:
        stored = visit.rows("SELECT position, subject FROM ledger.facts ORDER BY position")
    assert [position for position, _ in stored] == list(range(len(stored)))
    assert {(position, actor) for actor, position in told} <= set(stored)
    return seconds


def test_a_killed_database_is_back_within_ten_seconds(homestead: Homestead) -> None:
    (seconds,) = recovers(homestead, 1)
    assert seconds <= RECOVERY_SECONDS


@pytest.mark.prove
def test_ten_kills_under_load_recover_alone(homestead: Homestead) -> None:
    seconds = recovers(homestead, 10)
    assert max(seconds) <= RECOVERY_SECONDS, seconds


def test_a_reading_is_refused_while_the_database_is_gone_and_the_first_one_after_it_is_right(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        home = visit.home
        assert home.server is not None
        size = home.reader.tape().size
        kill(home.server)
        time.sleep(1)  # The session that reads outlives its server by a moment.
        with pytest.raises(psycopg.OperationalError):
            home.reader.tape()
        home.server.start()
        assert home.reader.tape().size == size
        kill(home.server)
        home.server.start()
        assert home.reader.tape().size == size


def test_a_database_that_cannot_be_started_ends_the_service_with_an_error(
    homestead: Homestead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_watch, "GIVE_UP_SECONDS", 0)
    lost = threading.Event()
    server = EmbeddedServer(homestead.settings.home)
    server.start()
    with server_watch.kept_running(server, lost.set):
        pid = server.pid()
        assert pid is not None
        (server.data / "PG_VERSION").write_text("broken\n")
        os.kill(pid, signal.SIGKILL)
        assert lost.wait(60)
    server.stop()
