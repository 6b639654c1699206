"""Serving a home over HTTP: the same socket and server for the service and the demonstration."""

import socket
from collections.abc import Callable

import uvicorn

from api.app import always, create_app
from api.home import Home
from ledger.writers import Writer

HOST = "127.0.0.1"
FAREWELL_SECONDS = 10
"""How long requests under way may take once the service was asked to stop."""


def bound(port: int, host: str = HOST) -> socket.socket:
    """A socket on this port (0: any free one) that does not listen yet; OSError if it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def http_server(home: Home, *, ready: Callable[[], bool] = always) -> uvicorn.Server:
    """A server for an opened home, to be run with `.run(sockets=[...])` until a signal comes.

    Requests under way are finished first; the home stays open and is the caller's to close. After
    that `run` raises the signal again, as uvicorn does. `ready` answers `/readyz`.
    """
    app = create_app(home, Writer(home.service_url, home.clock), ready=ready)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL_SECONDS,
    )
    return uvicorn.Server(config)
