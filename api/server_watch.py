"""Whoever serves brings the embedded PostgreSQL back when it has died, or ends for want of it."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from api.postgres import EmbeddedServer, ServerDidNotStart

LOOK_SECONDS = 0.5
"""How soon a dead server is noticed; several processes of one home may notice it at once."""

GIVE_UP_SECONDS = 60
"""After so long without a server the process ends, for its supervisor to start it anew."""

log = logging.getLogger("zhiheng.database")


@contextmanager
def kept_running(server: EmbeddedServer | None, lost: Callable[[], None]) -> Iterator[None]:
    """While this lasts, start the server again whenever it is gone; None is somebody else's.

    `lost` is called, once, when it cannot be started for too long.
    """
    if server is None:
        yield
        return
    stop = Event()
    thread = Thread(target=_watch, args=(server, lost, stop), name="database", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(server: EmbeddedServer, lost: Callable[[], None], stop: Event) -> None:
    while not stop.wait(LOOK_SECONDS):
        if server.pid() is not None:
            continue
        log.error("the database has died")
        began = time.monotonic()
        while not stop.is_set() and not _started(server):
            if time.monotonic() - began > GIVE_UP_SECONDS:
                log.critical("the database cannot be started; the service ends")
                lost()
                return
            stop.wait(LOOK_SECONDS)
        seconds = round(time.monotonic() - began, 2)
        log.warning("the database is up again", extra={"told": {"seconds": seconds}})


def _started(server: EmbeddedServer) -> bool:
    try:
        server.start()
    except ServerDidNotStart as failure:
        log.error("the database did not start: %s", failure)
        return False
    return True
