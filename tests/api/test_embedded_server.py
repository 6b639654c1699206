"""The embedded server starts, is shared, stops with its last user, and outlives every crash."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
import pytest

from api.postgres import SUPERUSER, EmbeddedServer, Logins, ServerDidNotStart, prepare

HOLDER = """
import sys, time
from pathlib import Path
from api.postgres import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1])) as server:
    print(server.pid(), flush=True)
    sys.stdin.readline()
"""


WANTED = {
    "fsync": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
    "server_encoding": "UTF8",
    "listen_addresses": "",
    "TimeZone": "UTC",
}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all crashes of this file: each test finds what the one before left behind."""
    folder = Path(tempfile.mkdtemp(prefix="zhiheng-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def crashing(home: Path) -> Iterator[EmbeddedServer]:
    """A server of its own that a test may kill; not yet started."""
    server = EmbeddedServer(home)
    yield server
    server.start()
    server.stop()
    assert server.pid() is None, "somebody still uses the server after the test"


@pytest.fixture
def holder(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has joined the server of this home and prints the server's number."""
    command = [sys.executable, "-c", HOLDER, str(home)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def answer(server: EmbeddedServer, query: LiteralString) -> object:
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def number_printed(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def wait_for_end(pid: int) -> None:
    """Until the process is gone or a zombie: nobody may be there to take note of its end."""
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill_server(server: EmbeddedServer) -> None:
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)


def lock_file_naming(server: EmbeddedServer, pid: int) -> Path:
    """The lock files as a killed server leaves them, with another process number in line one."""
    server.start()
    kill_server(server)
    server.stop()
    path = server.data / "postmaster.pid"
    for each in (server.data / ".s.PGSQL.5432.lock", path):
        rest = each.read_text().splitlines()[1:]
        each.write_text("\n".join([str(pid), *rest]) + "\n")
    return path


def test_it_answers_safely_configured_and_out_of_the_network(crashing: EmbeddedServer) -> None:
    with crashing:
        with psycopg.connect(crashing.url(SUPERUSER, SUPERUSER)) as connection:
            rows = connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", (list(WANTED),)
            )
            assert dict(rows.fetchall()) == WANTED
        assert crashing.data.stat().st_mode & 0o777 == 0o700


def test_committed_work_survives_kill_9_of_the_server(crashing: EmbeddedServer) -> None:
    with crashing:
        with psycopg.connect(crashing.url(SUPERUSER, SUPERUSER)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 35 AS million")
        kill_server(crashing)
        crashing.start()
        assert answer(crashing, "SELECT million FROM kept") == 35


def test_a_busy_backend_left_by_a_killed_server_is_ended_before_the_next(
    crashing: EmbeddedServer,
) -> None:
    crashing.start()
    cut: list[str] = []
    started = threading.Event()

    def compute() -> None:
        with psycopg.connect(crashing.url(SUPERUSER, SUPERUSER)) as connection:
            backend.append(connection.info.backend_pid)
            started.set()
            try:
                connection.execute("SELECT count(*) FROM generate_series(1, 1e12::bigint)")
            except psycopg.OperationalError as error:
                cut.append(str(error))

    backend: list[int] = []
    busy = threading.Thread(target=compute, daemon=True)
    busy.start()
    started.wait(10)
    time.sleep(0.2)
    kill_server(crashing)
    assert psutil.Process(backend[0]).status() != psutil.STATUS_ZOMBIE
    crashing.start()
    busy.join(10)
    assert cut
    assert answer(crashing, "SELECT 1") == 1
    crashing.stop()


def test_a_lock_file_naming_a_dead_process_does_not_stop_it(crashing: EmbeddedServer) -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    lock_file_naming(crashing, ended.pid)
    with crashing:
        assert answer(crashing, "SELECT 1") == 1


def test_a_lock_file_naming_a_living_stranger_does_not_stop_it(crashing: EmbeddedServer) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        lock_file_naming(crashing, stranger.pid)
        with crashing:
            assert answer(crashing, "SELECT 1") == 1
        assert stranger.poll() is None, "the stranger was harmed"
        stranger.kill()


def test_a_lock_file_naming_a_zombie_does_not_stop_it(crashing: EmbeddedServer) -> None:
    with subprocess.Popen(["true"]) as zombie:
        wait_for_end(zombie.pid)
        assert psutil.Process(zombie.pid).status() == psutil.STATUS_ZOMBIE
        lock_file_naming(crashing, zombie.pid)
        with crashing:
            assert answer(crashing, "SELECT 1") == 1


def test_a_lock_file_cut_short_does_not_stop_it(crashing: EmbeddedServer) -> None:
    lock_file_naming(crashing, 1).write_text("")
    with crashing:
        assert answer(crashing, "SELECT 1") == 1


def test_a_server_of_another_home_is_never_taken_for_ours(
    crashing: EmbeddedServer, server: EmbeddedServer
) -> None:
    other = server.pid()
    assert other is not None
    lock_file_naming(crashing, other)
    with crashing:
        assert crashing.pid() != other
        assert answer(crashing, "SHOW data_directory") == str(crashing.data)
    assert server.pid() == other


def test_only_the_last_of_two_users_stops_it(
    crashing: EmbeddedServer, holder: subprocess.Popen[str]
) -> None:
    shared = number_printed(holder)
    crashing.start()
    assert crashing.pid() == shared
    crashing.stop()
    assert crashing.pid() == shared, "stopped under its other user"
    holder.communicate("leave\n", timeout=10)
    assert crashing.pid() is None, "nobody uses it and it still runs"


def test_a_server_whose_user_was_killed_is_found_again_and_then_stopped(
    crashing: EmbeddedServer, holder: subprocess.Popen[str]
) -> None:
    running = number_printed(holder)
    holder.kill()
    holder.wait()
    crashing.start()
    assert crashing.pid() == running
    crashing.stop()
    assert crashing.pid() is None


def test_ctrl_c_in_the_terminal_reaches_the_service_and_not_the_server(
    crashing: EmbeddedServer,
) -> None:
    with crashing:
        pid = crashing.pid()
        assert pid is not None
        assert os.getsid(pid) != os.getsid(0)


def test_two_processes_may_prepare_the_same_database_at_once(server: EmbeddedServer) -> None:
    failures: list[Exception] = []

    def make() -> None:
        try:
            prepare(server, "made_twice")
        except Exception as error:
            failures.append(error)

    both = [threading.Thread(target=make) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert failures == []
    assert answer(server, "SELECT count(*) FROM pg_database WHERE datname = 'made_twice'") == 1


def test_only_the_owner_may_create_tables(urls: Logins) -> None:
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE facts (position bigint)")
    for login in (urls.service, urls.reader):
        with (
            psycopg.connect(login) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("CREATE TABLE more (position bigint)")


def test_a_home_with_a_long_path_gets_a_private_socket_elsewhere(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30) / "a home with 'quotes' and blanks"
    with EmbeddedServer(home) as server:
        assert answer(server, "SELECT 1") == 1
        [socket] = parse_qs(urlsplit(server.url(SUPERUSER, SUPERUSER)).query)["host"]
        assert Path(socket).stat().st_mode & 0o777 == 0o700
    assert not Path(socket).exists()


def test_damaged_data_are_reported_with_the_last_lines_of_the_log(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "home") as server:
        pass
    (server.data / "global" / "pg_control").unlink()
    with pytest.raises(ServerDidNotStart, match="pg_control"):
        server.start()
    assert server.pid() is None
