"""A served ledger for tests: `zhiheng serve` as a process of its own, without a limit of rate."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.postgres import Logins

ROOT = Path(__file__).parents[2]


class Served:
    """A running `zhiheng serve` on the test's database, and its log."""

    def __init__(self, process: subprocess.Popen[bytes], address: str, log: Path) -> None:
        self.process, self.address, self._log = process, address, log

    def stop(self) -> int:
        """SIGTERM, and how the process ended."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@contextmanager
def served(
    urls: Logins,
    home: Path,
    more: Mapping[str, str] | None = None,
    trust: ssl.SSLContext | None = None,
) -> Iterator[Served]:
    """The service from its start to the end of the test."""
    ours = {name: value for name, value in os.environ.items() if "ZHIHENG" not in name}
    ours |= {
        "ZHIHENG_HOME": str(home),
        "ZHIHENG_VAULT_KEY_FILE": str(home / "vault.key"),
        "ZHIHENG_DATABASE_URL": urls.service,
        "ZHIHENG_RATE": "0",
        "PYTHONPATH": str(ROOT),
        **(more or {}),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port"]
    scheme = "https" if trust else "http"
    log = home / "served.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [*command, str(port)], env=ours, stdout=subprocess.DEVNULL, stderr=errors
        ) as process,
    ):
        try:
            running = Served(process, f"{scheme}://127.0.0.1:{port}", log)
            _until_ready(running, trust)
            yield running
        finally:
            process.kill()


def _until_ready(running: Served, trust: ssl.SSLContext | None) -> None:
    deadline = time.monotonic() + 180
    with httpx.Client(base_url=running.address, verify=trust or True) as http:
        while time.monotonic() < deadline and running.process.poll() is None:
            try:
                if http.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    pytest.fail(f"not ready: {running.lines}")
