"""Sealing beside the service: a process of its own, so that no append waits for its hashing.

It lives as long as the pipe from here to it: a service that ends in whatever way takes it along.
Over the pipe comes the service's time, by which the sealing process knows that a day is over.
"""

import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from api.attested import Attested
from api.home import Home
from api.settings import Settings
from ledger.sealing import Seal, sealer
from ledger.sealing_stops import SealingStopped, Stop
from ledger.texts.sealing import STOPS
from ledger.texts.text import Text
from ledger.tiles import put

TELL_SECONDS = 5.0
"""How often the sealing process hears the time, and is started again where it has ended."""

FAREWELL_SECONDS = 15
_MACHINE = Path("/etc/machine-id")

log = logging.getLogger("zhiheng.sealing")


class Order(BaseModel):
    """What the sealing process is given to begin with."""

    settings: Settings
    url: str
    host: str


ORDER = TypeAdapter(Order)


class State(BaseModel):
    """How sealing stands, as the sealer last wrote it: stopped for a reason, or not; and what
    others said of the newest checkpoint."""

    reason: Stop | None = None
    values: dict[str, str | int] = {}
    at: datetime
    attested: Attested = Attested()

    def told(self) -> Text | None:
        """Why nothing is sealed and how to mend it."""
        return None if self.reason is None else told(SealingStopped(self.reason, **self.values))


def told(stopped: SealingStopped) -> Text:
    """The words of a stop with its values in place."""
    return Text(*(part.format_map(stopped.values) for part in STOPS[stopped.reason]))


def read_state(settings: Settings) -> State | None:
    """What the sealer last wrote; None where none ever ran."""
    try:
        return State.model_validate_json(settings.sealing_state.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_state(settings: Settings, state: State) -> None:
    """Say how sealing stands."""
    put(settings.sealing_state, state.model_dump_json().encode())


def host_id(settings: Settings) -> str:
    """By what this host is known as the one that signs: ZHIHENG_HOST, else the machine's id."""
    if settings.host is not None:
        return settings.host
    with suppress(OSError):
        return _MACHINE.read_text().strip() or socket.gethostname()
    return socket.gethostname()


def seal_of(settings: Settings) -> Seal:
    """Folder, key and host of a home's sealer."""
    return Seal(settings.log_folder, settings.signing_key_file, host_id(settings))


def seal_once(home: Home, tell: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Seal up to the head; answers how many facts are sealed then.

    `tell` hears what is done and what there is to do. Raises SealingStopped.
    """
    with sealer(home.service_url, seal_of(home.settings)) as made:
        total, done = made.waiting(), 0
        while more := made.seal():
            done += more
            tell(done, total)
        return made.size


@contextmanager
def sealing(home: Home, ready: Callable[[], bool]) -> Iterator[None]:
    """Seal in the background while this lasts, unless the settings say that others do.

    Days are closed from when it is `ready`.
    """
    if not home.settings.seals:
        yield
        return
    stop = Event()
    thread = Thread(target=_tend, args=(home, ready, stop), name="sealing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _tend(home: Home, ready: Callable[[], bool], stop: Event) -> None:
    """Keep a sealing process running, and tell it the time."""
    while not stop.is_set():
        process = _started(home)
        try:
            while not stop.is_set() and process.poll() is None:
                if ready():
                    _tell(process, home.clock())
                stop.wait(TELL_SECONDS)
        finally:
            _end(process)
        if not stop.is_set():
            log.warning("the sealing process ended", extra={"told": {"code": process.returncode}})
            stop.wait(TELL_SECONDS)


def _started(home: Home) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", "api.sealing_process"],
        stdin=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    order = Order(settings=home.settings, url=home.service_url, host=host_id(home.settings))
    _write(process.stdin, ORDER.dump_json(order))
    return process


def _tell(process: "subprocess.Popen[bytes]", now: datetime) -> None:
    _write(process.stdin, now.isoformat().encode())


def _write(pipe: IO[Any] | None, line: bytes) -> None:
    # A process that is gone is noticed by who asks whether it runs.
    with suppress(BrokenPipeError):
        if pipe is not None:
            pipe.write(line + b"\n")
            pipe.flush()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Close the pipe, which is the sealing process's sign to finish its round and leave."""
    with suppress(BrokenPipeError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(FAREWELL_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
