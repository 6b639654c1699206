"""R2: what was acknowledged is in the log, whatever is killed: the writer or the database."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from api.postgres import EmbeddedServer, Logins, prepare
from ledger.commands import BY_COMMAND
from ledger.migrations import migrate
from ledger.sitting import Answer
from ledger.writers import LedgerUnreachable, Scribe, Writer
from tests.ledger import trial
from tests.ledger.stage import MORNING
from tests.promises.relentless import request

ROUNDS = 20


@pytest.fixture(autouse=True)
def _trial_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    for command, declaration in trial.DECLARATIONS.items():
        monkeypatch.setitem(BY_COMMAND, command, declaration)


@pytest.fixture
def mortal() -> Iterator[EmbeddedServer]:
    """A server of its own, which the test may kill."""
    home = Path(tempfile.mkdtemp(prefix="zhiheng-"))
    try:
        with EmbeddedServer(home) as server:
            prepare(server, "ledger")
            migrate(server.logins("ledger").owner)
            yield server
    finally:
        shutil.rmtree(home)


class Relentless:
    """A writing process and what it has been told, by number of command."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.told: dict[int, list[int]] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.promises.relentless", seed],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen)

    def begin(self, url: str) -> None:
        """Let it write."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{url}\n")
        self._process.stdin.flush()
        self._listener.start()

    def kill(self) -> None:
        """`kill -9`, then hear out what it had already said."""
        self._process.kill()
        if self._listener.ident is not None:
            self._listener.join()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            # A line cut off by the kill was not said.
            if line.endswith("\n"):
                number, *positions = map(int, line.split())
                self.told[number] = positions


def kill(server: EmbeddedServer) -> None:
    """`kill -9` of the postmaster."""
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def kill_whole(server: EmbeddedServer) -> None:
    """`kill -9` of the postmaster and of all its sessions, which else outlive it for a moment."""
    pid = server.pid()
    assert pid is not None
    postmaster = psutil.Process(pid)
    sessions = postmaster.children(recursive=True)
    for process in (postmaster, *sessions):
        process.kill()
    psutil.wait_procs(sessions, timeout=5)


def stored(url: str) -> dict[str, list[int]]:
    """Positions of every command in the log, which must be contiguous from 0."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT position, convert_from(state, 'UTF8')::jsonb ->> 'command' FROM ledger.facts"
            " ORDER BY position"
        ).fetchall()
    assert [position for position, _ in rows] == list(range(len(rows)))
    by_command: dict[str, list[int]] = {}
    for position, command in rows:
        by_command.setdefault(command, []).append(position)
    return by_command


def expect_kept(url: str, writer: Relentless) -> None:
    """All the writer was told is in the log once; only the command under way may be there too."""
    log = stored(url)
    for number, positions in writer.told.items():
        assert log[request(writer.seed, number).command_id] == positions
    under_way = len(writer.told)
    assert sorted(writer.told) == list(range(under_way))
    assert request(writer.seed, under_way + 1).command_id not in log
    asked = request(writer.seed, under_way)
    with Scribe(url, lambda: MORNING) as scribe:
        answer = scribe.handle(asked)
    assert len(answer.written) == 1 + under_way % 3
    assert stored(url)[asked.command_id] == [fact.position for fact in answer.written]


def test_what_was_acknowledged_survives_twenty_kills_of_writer_or_database(
    mortal: EmbeddedServer,
) -> None:
    chance = random.Random(20)
    url = mortal.logins("ledger").service
    victims = ["writer", "database"] * (ROUNDS // 2)
    chance.shuffle(victims)
    writer, following = Relentless("round 0"), Relentless("round 1")
    began = acknowledged = 0
    try:
        writer.begin(url)
        for victim in victims:
            before = len(writer.told)
            deadline = time.monotonic() + 20
            while len(writer.told) < before + 3 and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(chance.uniform(0.0, 0.15))
            if victim == "database":
                kill(mortal)
                mortal.start()
                told = dict(writer.told)
                log = stored(url)
                assert all(log[request(writer.seed, n).command_id] == told[n] for n in told)
                continue
            writer.kill()
            expect_kept(url, writer)
            acknowledged += len(writer.told)
            began += 1
            writer, following = following, Relentless(f"round {began + 1}")
            writer.begin(url)
        writer.kill()
        expect_kept(url, writer)
    finally:
        writer.kill()
        following.kill()
    assert acknowledged >= ROUNDS


def test_callers_of_a_killed_database_are_told_and_served_again_after_its_restart(
    mortal: EmbeddedServer,
) -> None:
    async def through_a_crash(logins: Logins) -> list[Answer]:
        async with Writer(logins.service, lambda: MORNING) as writer:
            first = await writer.handle(request("s", 0))
            kill_whole(mortal)
            outcomes = await asyncio.gather(
                *(writer.handle(request("s", number)) for number in (1, 2)),
                return_exceptions=True,
            )
            assert [type(outcome) for outcome in outcomes] == [LedgerUnreachable] * 2
            with pytest.raises(LedgerUnreachable):
                await writer.handle(request("s", 1))
            await asyncio.to_thread(mortal.start)
            return [first, *[await writer.handle(request("s", number)) for number in range(3)]]

    first, again, second, third = asyncio.run(through_a_crash(mortal.logins("ledger")))

    assert again.written == first.written
    assert [answer.replayed for answer in (first, again, second, third)] == [
        False,
        True,
        False,
        False,
    ]
    assert [fact.position for fact in third.written] == [3, 4, 5]
