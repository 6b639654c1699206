"""A real Chromium for tests, driven over W3C WebDriver by the chromedriver beside it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_DEADLINE = 15.0
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which WebDriver answers an element's id (W3C WebDriver, section 11)."""

# A container's /dev/shm is small, and Chromium refuses its sandbox to root.
_ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


class Page:
    """The browser's one window."""

    def __init__(self, driver: httpx.Client, session: str) -> None:
        self._driver, self._session = driver, session

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One WebDriver command; its value. Fails with the driver's own words."""
        answer = self._driver.request(method, f"/session/{self._session}{path}", json=body)
        assert answer.status_code == 200, answer.text[:500]
        return answer.json()["value"]

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""
        self.call("POST", "/url", {"url": address})

    def element(self, css: str) -> str:
        """The first element that a selector names; waits for it."""
        query = {"using": "css selector", "value": css}
        found = until(lambda: self.call("POST", "/elements", query))
        return str(found[0][_ELEMENT])

    def click(self, css: str) -> None:
        """Press what a selector names."""
        self.call("POST", f"/element/{self.element(css)}/click", {})

    def type(self, css: str, text: str) -> None:
        """Type into a field; into a file field a path."""
        self.call("POST", f"/element/{self.element(css)}/value", {"text": text})

    def run(self, script: str) -> Any:
        """What a script returns in the page."""
        return self.call("POST", "/execute/sync", {"script": script, "args": []})

    def texts(self, css: str) -> list[str]:
        """The visible texts of all elements that a selector names."""
        found: list[str] = self.run(
            f"return [...document.querySelectorAll({css!r})].filter(e => e.offsetParent)"
            ".map(e => e.innerText.trim())"
        )
        return found

    def resize(self, width: int, height: int) -> None:
        """Give the window a size in CSS pixels."""
        self.call("POST", "/window/rect", {"width": width, "height": height})


def until(asked: Callable[[], Any]) -> Any:
    """The first truthy answer within the deadline."""
    began = time.monotonic()
    while not (answer := asked()):
        assert time.monotonic() - began < _DEADLINE, "the page did not get there in time"
        time.sleep(0.02)
    return answer


@contextmanager
def chromium() -> Iterator[Page]:
    """A browser with no memory of others; skips without one, which CI takes for a failure."""
    driver = shutil.which("chromedriver")
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if driver is None or browser is None:
        reason = "no Chromium with chromedriver here (on Debian: apt install chromium-driver)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            until(lambda: _answers(client))
            options = {"binary": browser, "args": [*_ARGUMENTS, "--window-size=1280,1600"]}
            wanted = {"alwaysMatch": {"goog:chromeOptions": options}}
            answer = client.post("/session", json={"capabilities": wanted})
            assert answer.status_code == 200, answer.text[:500]
            session = answer.json()["value"]["sessionId"]
            try:
                yield Page(client, session)
            finally:
                client.delete(f"/session/{session}")
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(client: httpx.Client) -> bool:
    try:
        return bool(client.get("/status").json()["value"]["ready"])
    except httpx.TransportError:
        return False
