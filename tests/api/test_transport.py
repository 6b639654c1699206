"""What comes in over a connection: headers and bodies within bounds of size and of time."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psutil
import pytest

from api.postgres import EmbeddedServer
from tests.api.office import open_office
from tests.api.served_house import Served, served
from tests.conftest import fresh_ledger
from tests.throwaway import throwaway_folder

SECONDS = 2
SHORT = {"ZHIHENG_HEADER_SECONDS": str(SECONDS), "ZHIHENG_BODY_SECONDS": str(SECONDS)}
MEGABYTE = 1 << 20


class Line(NamedTuple):
    """A service with short deadlines, and the administrator's secret as a header."""

    service: Served
    bearer: str


@pytest.fixture(scope="module")
def line_to(server: EmbeddedServer, migrated: str) -> Iterator[Line]:
    with fresh_ledger(server, migrated) as ledger, throwaway_folder() as home:
        with open_office(ledger, home) as office:
            secret = office.secret(office.administrator)
        with served(ledger, home, SHORT) as service:
            yield Line(service, f"Authorization: Bearer {secret}\r\n")


@pytest.fixture
def running(line_to: Line) -> Served:
    return line_to.service


@pytest.fixture
def bearer(line_to: Line) -> str:
    return line_to.bearer


@contextmanager
def connected(running: Served) -> Iterator[socket.socket]:
    host, port = running.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        yield line


def answer(line: socket.socket) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, problem and headers of what comes back until the end; 0 for nothing."""
    came = b""
    try:
        while piece := line.recv(65_536):
            came += piece
    except ConnectionResetError:
        pass
    if not came:
        return 0, {}, {}
    head, _, body = came.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(each.lower().split(": ", 1) for each in lines)
    return int(first.split()[1]), json.loads(body), headers


def poured(line: socket.socket, piece: bytes, pieces: int) -> int:
    """Send a piece over and over; how many were taken before the other side hung up."""
    for at in range(pieces):
        try:
            line.sendall(piece)
        except OSError:
            return at
    return pieces


def rss(running: Served) -> int:
    return psutil.Process(running.process.pid).memory_info().rss


FLOODS = {
    "one header": (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ", b"a" * MEGABYTE),
    "many headers": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"X-Many: a\r\n" * 95_000),
    "the address": (b"GET /", b"a" * MEGABYTE),
    "trailers": (
        b"POST /v1/actors/register HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        b"X-Many: a\r\n" * 95_000,
    ),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_headers_is_cut_off_at_once(running: Served, name: str) -> None:
    before = rss(running)
    start, piece = FLOODS[name]
    with connected(running) as line:
        line.sendall(start)
        time.sleep(0.2)
        poured(line, piece, 128)
    assert rss(running) - before < 20 * MEGABYTE
    with connected(running) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert answer(line)[0] == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headers_that_are_too_large_are_told_so(running: Served, language: str) -> None:
    with connected(running) as line:
        start = f"GET /healthz HTTP/1.1\r\nHost: x\r\nAccept-Language: {language}\r\n"
        line.sendall(start.encode() + b"X-Long: " + b"a" * 70_000)
        status, problem, headers = answer(line)
    assert (status, problem["code"]) == (431, "headers_are_too_large")
    assert problem["values"] == {"bytes_max": 65_536}
    assert "65536" in problem["detail"]
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert bool(re.search("[一-鿿]", problem["detail"])) is (language == "zh")


def test_headers_of_the_allowed_size_are_taken(running: Served) -> None:
    with connected(running) as line:
        start = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: "
        line.sendall(start + b"a" * 65_000 + b"\r\n\r\n")
        assert answer(line)[0] == 200


def test_headers_that_do_not_come_are_waited_for_so_long(running: Served) -> None:
    with connected(running) as silent, connected(running) as slow:
        began = time.monotonic()
        slow.sendall(b"GET /healthz HTTP/1.1\r\n")
        for at in range(100):
            if poured(slow, b"X-%d: a\r\n" % at, 1) == 0 or time.monotonic() - began > SECONDS + 1:
                break
            time.sleep(0.1)
        status, problem, _ = answer(slow)
        assert (status, problem["code"]) == (408, "request_is_too_slow")
        assert answer(silent)[0] == 0
        assert time.monotonic() - began < 3 * SECONDS + 5


def test_a_body_that_trickles_in_is_refused_in_time(running: Served, bearer: str) -> None:
    with connected(running) as line:
        head = f"POST /v1/actors/register HTTP/1.1\r\nHost: x\r\n{bearer}Content-Length: 99\r\n\r\n"
        began = time.monotonic()
        line.sendall(head.encode())
        while time.monotonic() - began < SECONDS - 0.5:
            line.sendall(b" ")
            time.sleep(0.1)
        status, problem, _ = answer(line)
        assert (status, problem["code"]) == (408, "request_is_too_slow")
        assert problem["values"] == {"seconds_max": SECONDS}
        assert SECONDS - 0.1 <= time.monotonic() - began < SECONDS + 5


def test_a_body_that_nobody_reads_ends_with_its_deadline(running: Served) -> None:
    with connected(running) as line:
        line.sendall(
            b"POST /v1/actors/register HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
        )
        began = time.monotonic()
        while poured(line, b" ", 1) and time.monotonic() - began < 30:
            time.sleep(0.1)
        assert time.monotonic() - began < SECONDS + 12


@pytest.mark.parametrize("sent", [b"\x00\x01\x02\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n"])
def test_what_is_no_http_is_answered_as_a_problem(running: Served, sent: bytes) -> None:
    with connected(running) as line:
        line.sendall(sent)
        status, problem, _ = answer(line)
    assert (status, problem["code"]) == (400, "request_is_malformed")


def test_requests_in_one_piece_are_answered_one_after_another(running: Served) -> None:
    once = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with connected(running) as line:
        line.sendall(once * 50 + last)
        came = b""
        while piece := line.recv(65_536):
            came += piece
    assert came.count(b"HTTP/1.1 200 OK") == 51


def test_a_caller_who_hangs_up_is_no_failure(running: Served, bearer: str) -> None:
    before = len(running.lines)
    for _ in range(5):
        with connected(running) as line:
            head = f"POST /v1/actors/register HTTP/1.1\r\nHost: x\r\n{bearer}Content-Length: 99\r\n"
            line.sendall(head.encode() + b'\r\n{"actor"')
            time.sleep(0.1)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and len(_requests(running, before)) < 5:
        time.sleep(0.1)
    told = _requests(running, before)
    assert len(told) == 5
    assert {(each["level"], each.get("status"), each["outcome"]) for each in told} == {
        ("info", None, "gone")
    }
    assert not [line for line in running.lines[before:] if line["level"] in ("error", "warning")]


def _requests(running: Served, before: int) -> list[dict[str, Any]]:
    return [line for line in running.lines[before:] if line.get("route") == "/v1/actors/register"]
