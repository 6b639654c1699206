"""Figures of a long log over HTTP, from the service as a process of its own."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx

from benchmarks.history import INSTITUTIONS
from benchmarks.machine import Waited
from benchmarks.readings import YEARS, LongLog, appender
from projections.indicators import INDICATORS

ROOT = Path(__file__).parents[1]
_START_SECONDS = 120


@contextmanager
def served(log: LongLog) -> Iterator[httpx.Client]:
    """A client of `zhiheng serve` on the log's database."""
    environment = {name: value for name, value in os.environ.items() if "ZHIHENG" not in name} | {
        "ZHIHENG_HOME": str(log.home),
        "ZHIHENG_VAULT_KEY_FILE": str(log.home / "vault.key"),
        "ZHIHENG_DATABASE_URL": log.logins.service,
        "ZHIHENG_RATE": "0",
        "PYTHONPATH": str(ROOT),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
    with (
        subprocess.Popen(
            [*start, "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process,
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"authorization": f"Bearer {log.secret}"},
            timeout=_START_SECONDS,
        ) as http,
    ):
        try:
            _until_ready(http, process)
            yield http
        finally:
            process.terminate()


def _until_ready(http: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the service did not start")


def figures_asked(log: LongLog, requests: int, seed: int = 1) -> Waited:
    """One figure for one institution, warm, while a new fact arrives every second.

    Indicator, year and institution change with every request. Warm means that each year's figures
    were read once, as somebody has who opened the page.
    """
    chance, stop, append = random.Random(seed), Event(), appender(log)

    def arrive() -> None:
        while not stop.wait(1):
            append()

    local = [each for each in INDICATORS if not each.city_only]
    waits: list[float] = []
    with served(log) as http:
        for year in YEARS:
            _need_ok(http.get("/v1/indicators", params={"period": year}))
        arriving = Thread(target=arrive)
        arriving.start()
        try:
            for _ in range(requests):
                indicator = chance.choice(local)
                asked = {"period": chance.choice(YEARS), "institution": chance.choice(INSTITUTIONS)}
                if indicator.variant:
                    asked["variant"] = indicator.variant
                started = time.perf_counter()
                answer = http.get(f"/v1/indicators/{indicator.code}", params=asked)
                waits.append(time.perf_counter() - started)
                _need_ok(answer)
        finally:
            stop.set()
            arriving.join()
    return Waited("one figure for one institution over HTTP", tuple(waits), 100)


def _need_ok(answer: httpx.Response) -> None:
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
