"""No body of the allowed size is felt by anybody else: neither by waiting nor by memory."""

import http.client
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

import psutil
import pytest

from api.bodies import VALUES_MAX
from api.guards import COMMAND_BYTES_MAX
from api.postgres import EmbeddedServer
from api.routes.paths import BY_UPLOAD, NOT_BY_HTTP, PATHS
from ledger.commands import DECLARATIONS
from tests.api.office import Office, open_office
from tests.api.served_house import Served, served
from tests.conftest import fresh_ledger
from tests.throwaway import throwaway_folder

DELAY_MAX = 0.25
"""Seconds that a request may wait more than on a calm service."""
GROWTH_MAX = 100 << 20
"""Bytes that the service may grow by."""

SHARE = 12
"""One route in so many is tried by `make test`."""


class Door(NamedTuple):
    """The service, and the secret of somebody who may give every command of a clerk's or staff."""

    service: Served
    secrets: tuple[str, ...]


def _all_rights(office: Office) -> tuple[str, ...]:
    return tuple(office.secret(actor) for actor in (office.clerk, office.administrator))


@pytest.fixture(scope="module")
def door(server: EmbeddedServer, migrated: str) -> Iterator[Door]:
    with fresh_ledger(server, migrated) as ledger, throwaway_folder() as home:
        with open_office(ledger, home) as office:
            secrets = _all_rights(office)
        with served(ledger, home) as service:
            yield Door(service, secrets)


def _filled(piece: bytes, start: bytes, end: bytes, separator: bytes = b",") -> bytes:
    count = (COMMAND_BYTES_MAX - len(start) - len(end)) // (len(piece) + len(separator))
    return start + separator.join([piece] * count) + end


def _within(values: int, piece: Callable[[int], bytes], start: bytes, end: bytes) -> bytes:
    """As many values as a body may have, so that all of them are looked at."""
    return start + b",".join(map(piece, range(values))) + end


BODIES: dict[str, bytes] = {
    "many keys": _within(60_000, lambda at: b'"key%d":1' % at, b"{", b"}"),
    "many keys within bounds": _within(VALUES_MAX - 100, lambda at: b'"key%d":1' % at, b"{", b"}"),
    "deep objects": b'{"a":' * 170_000,
    "deep lists": b"[" * 1_000_000,
    "deep within bounds": b'{"a":' * 31 + b"1" + b"}" * 31,
    "a long list": _filled(b"1", b'{"patents":[', b"]}"),
    "a long list within bounds": _within(
        VALUES_MAX - 100, lambda at: b'"%s"' % (b"x" * 200), b'{"patents":[', b"]}"
    ),
    "wrong evidence": _within(
        VALUES_MAX // 2 - 50, lambda at: b'{"kind":%d}' % at, b'{"evidence":[', b"]}"
    ),
    "a long number": b'{"amount_fen":' + b"9" * 1_000_000 + b"}",
    "a long fraction": b'{"amount_fen":1.' + b"9" * 1_000_000 + b"}",
    "a long text": b'{"reason":"' + b"x" * 1_000_000 + b'"}',
    "a long id": b'{"institution":"institution:' + b"1" * 1_000_000 + b'"}',
    "a long name": b'{"' + b"x" * 1_000_000 + b'":1}',
    "repeated keys": _filled(b'"a":1', b"{", b"}"),
    "escapes": b'{"reason":"' + b"\\u00e9" * 170_000 + b'"}',
    "quotes without end": b'{"a":"' + b'\\"' * 500_000,
    "no JSON": b"\xff" * 1_000_000,
    "blanks": b" " * 1_000_000 + b'{"nothing":1}',
}


class Pulse:
    """Asks `/healthz` over and over beside what a test does, and keeps how long each took."""

    def __init__(self, address: str) -> None:
        self._host = address.removeprefix("http://")
        self._stop = threading.Event()
        self.waits: list[float] = []
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        line = http.client.HTTPConnection(self._host, timeout=60)
        while not self._stop.is_set():
            began = time.perf_counter()
            line.request("GET", "/healthz")
            assert line.getresponse().read()
            self.waits.append(time.perf_counter() - began)
            time.sleep(0.005)
        line.close()


def calm(address: str) -> float:
    """The longest wait of two seconds in which nothing else is asked."""
    with Pulse(address) as pulse:
        time.sleep(2)
    return max(pulse.waits)


TURNS = 3
"""What holds a service up does so every time; other work on the machine seldom does."""


def unfelt(service: Served, act: Callable[[], object]) -> None:
    """Fails if anybody beside waits too long while this is done, or the service grows too much."""
    process = psutil.Process(service.process.pid)
    usual, before = calm(service.address), process.memory_info().rss
    worst = math.inf
    for _ in range(TURNS):
        with Pulse(service.address) as pulse:
            act()
        worst = min(worst, max(pulse.waits) - usual)
        if worst < DELAY_MAX:
            break
    grown = process.memory_info().rss - before
    print(f"worst {worst * 1000:.0f} ms, grown {grown / (1 << 20):.1f} MiB")  # noqa: T201
    assert worst < DELAY_MAX
    assert grown < GROWTH_MAX


def send(door: Door, path: str, secret: str, body: bytes, kind: str = "application/json") -> int:
    line = http.client.HTTPConnection(door.service.address.removeprefix("http://"), timeout=60)
    headers = {"authorization": f"Bearer {secret}", "content-type": kind}
    line.request("POST", path, body, headers)
    answer = line.getresponse()
    told = answer.read()
    line.close()
    assert len(told) < 100_000, "an answer repeats what was sent"
    if answer.status >= 400:
        assert json.loads(told)["code"]
    return answer.status


def try_all(door: Door, paths: list[str]) -> None:
    """Every body to every path: none is taken, none ends in a failure."""
    statuses = {
        send(door, path, secret, body)
        for path in paths
        for secret in door.secrets
        for body in BODIES.values()
    }
    assert statuses <= {400, 403, 404, 409, 413, 422}


COMMANDS = [PATHS[each.name] for each in DECLARATIONS if each.name not in NOT_BY_HTTP | BY_UPLOAD]


def test_hostile_bodies_are_felt_by_nobody_else(door: Door) -> None:
    unfelt(door.service, lambda: try_all(door, COMMANDS[::SHARE]))


@pytest.mark.prove
def test_hostile_bodies_to_every_command_are_felt_by_nobody_else(door: Door) -> None:
    unfelt(door.service, lambda: try_all(door, COMMANDS))


FORMS: dict[str, bytes] = {
    "many fields": b"&".join(b"k%d=1" % at for at in range(100_000)),
    "one name": b"&".join([b"reason=x"] * 100_000),
    "rows": b"&".join(b"evidence.%d.kind=x" % at for at in range(900)),
    "many lines": b"patents=" + b"x%0a" * 250_000,
    "a JSON field": b"replacement=" + b"%7B%22a%22%3A" * 60_000,
    "a long field": b"reason=" + b"x" * 1_000_000,
}


MULTIPART: dict[str, bytes] = {
    "many parts": b"".join(
        b'--b\r\nContent-Disposition: form-data; name="k%d"\r\n\r\n1\r\n' % at
        for at in range(15_000)
    ),
    "many headers": b'--b\r\nContent-Disposition: form-data; name="file"\r\n'
    + b"X-A: b\r\n" * 100_000,
    "a long header": b"--b\r\nContent-Disposition: form-data; name=" + b"x" * 900_000,
    "parts without end": b"--b\r\n" * 200_000,
    "no parts": b"-" * 1_000_000,
}


def test_hostile_forms_are_felt_by_nobody_else(door: Door) -> None:
    def forms() -> None:
        for body in FORMS.values():
            for path in ("/forms/license.grant", "/forms/fact.correct", "/sign-in"):
                kind = "application/x-www-form-urlencoded"
                assert send(door, path, door.secrets[0], body, kind) < 500

    def uploads() -> None:
        for body in MULTIPART.values():
            for path in ("/v1/statements/import", "/v1/lists/import", "/sign-in"):
                kind = "multipart/form-data; boundary=b"
                assert 400 <= send(door, path, door.secrets[0], body, kind) < 500

    unfelt(door.service, forms)
    unfelt(door.service, uploads)


def test_callers_who_trickle_and_hang_up_are_felt_by_nobody_else(door: Door) -> None:
    host = door.service.address.removeprefix("http://")

    def trickled() -> None:
        lines = [http.client.HTTPConnection(host, timeout=60) for _ in range(100)]
        for at, line in enumerate(lines):
            line.putrequest("POST", COMMANDS[at % len(COMMANDS)])
            line.putheader("authorization", f"Bearer {door.secrets[0]}")
            line.putheader("content-length", "1000000")
            line.endheaders()
            time.sleep(0.02)  # so many at once would be a crowd, which is another matter
        for _ in range(20):
            for line in lines:
                with suppress(OSError):  # whoever may not give the command is not listened to
                    line.send(b" " * 1_000)
            time.sleep(0.05)
        for line in lines:
            line.close()
            time.sleep(0.01)

    unfelt(door.service, trickled)
    assert not {line["level"] for line in door.service.lines} & {"error", "critical"}
