"""Serving a home over HTTP: the same socket and server for the service and the demonstration."""

import asyncio
import gc
import socket
from collections.abc import Callable, Mapping

import uvicorn

from api.app import always, create_app
from api.home import Home
from api.protocol import bounded
from ledger.writers import Writer

HOST = "127.0.0.1"
FAREWELL_SECONDS = 10
"""How long requests under way may take once the service was asked to stop."""

ANSWER_SECONDS = 5
"""After so long of these a command that still waits is told that its outcome is unknown (503)."""


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


class Server(uvicorn.Server):
    """uvicorn's server, which leaves no command unanswered when it stops."""

    def __init__(self, config: uvicorn.Config, writer: Writer) -> None:
        super().__init__(config)
        self._writer = writer
        self.is_lost = False

    def lose(self) -> None:
        """End, since there is no database to serve from."""
        self.is_lost = self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin. What is loaded by now stays: the collector need not walk through it each time,
        with everybody waiting."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing new, finish what is under way, then close writer and connections."""
        late = asyncio.get_running_loop().call_later(ANSWER_SECONDS, self._writer.give_up)
        try:
            await super().shutdown(sockets)
        finally:
            late.cancel()


def http_server(
    home: Home,
    *,
    ready: Callable[[], bool] = always,
    progress: Callable[[], Mapping[str, int]] = dict,
) -> Server:
    """A server for an opened home, to be run with `.run(sockets=[...])` until a signal comes.

    From the signal on `/readyz` says 503. Requests under way are finished first; the home stays
    open and is the caller's to close. After that `run` raises the signal again, as uvicorn does.
    `ready` answers `/readyz`, `progress` what it tells meanwhile.
    """
    writer = Writer(home.service_url, home.clock)
    server: Server
    app = create_app(
        home, writer, ready=lambda: ready() and not server.should_exit, progress=progress
    )
    settings = home.settings
    server = Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level=None,
            access_log=False,
            http=bounded(settings.limits),
            ws="none",
            proxy_headers=bool(settings.limits.trusted_proxies),
            forwarded_allow_ips=list(settings.limits.trusted_proxies),
            server_header=False,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
        ),
        writer,
    )
    return server
