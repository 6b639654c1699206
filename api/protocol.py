"""uvicorn's protocol with bounds of its own on what comes before the application hears of it."""

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar, Final

from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import Fault, faulty, wrong_request
from api.settings import Limits

GRACE_SECONDS: Final = 5
"""The application answers a slow body itself; after so much longer the connection is closed."""

LINGER_SECONDS: Final = 2
"""How long a refused caller may take to read why: closing at once would lose the answer."""


class BoundedProtocol(HttpToolsProtocol):
    """Refuses header sections that are too large (431) or too slow (408), and trailers likewise.

    The parser keeps a header until its end has come, so what comes in is counted by itself: bytes
    after which neither a header section nor a piece of a body was complete. Whoever sends a body
    that nobody reads any more is cut off too. What is no HTTP is answered as a problem (400).
    """

    limits: ClassVar[Limits] = Limits()

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._late: asyncio.TimerHandle | None = None
        self._part: str | None = "head"
        self._watched: str | None = None
        self._pending = self._head = 0
        self._refused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection; whoever connects has to ask for something in time."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, unless this caller was refused already."""
        if self._refused:
            return
        self._pending += len(data)
        super().data_received(data)
        if self._pending > self.limits.header_bytes:
            self._refuse_headers()
        elif self._part != self._watched:
            self._watch()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._part, self._head = "head", 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, or one trailer after the body."""
        self._head += len(name) + len(value) + len(": \r\n")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request to the application, if its header section is within bounds."""
        self._pending = 0
        if self._refused:
            return
        if self._head > self.limits.header_bytes:
            self._refuse_headers()
            return
        self._part = "body"
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._pending = 0
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has come in whole."""
        self._pending, self._part, self._watched = 0, None, ""
        if not self._refused:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        wrong = wrong_request("http_is_malformed", msg)
        self._refuse(Fault.REQUEST_IS_MALFORMED, errors=[wrong])

    def _refuse_headers(self) -> None:
        self._refuse(Fault.HEADERS_ARE_TOO_LARGE, bytes_max=self.limits.header_bytes)

    def _watch(self) -> None:
        self._forget()
        self._watched = self._part
        if self._part is not None and not self._refused:
            head = self._part == "head"
            body_seconds = self.limits.body_seconds + GRACE_SECONDS
            seconds = self.limits.header_seconds if head else body_seconds
            self._late = self.loop.call_later(seconds, self._cut_off)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _cut_off(self) -> None:
        if self._part == "head" and self.headers is not None:
            self._refuse(Fault.REQUEST_IS_TOO_SLOW, seconds_max=self.limits.header_seconds)
        elif self._part == "head" or self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def _refuse(self, fault: Fault, **values: Any) -> None:
        """Say why, and take nothing more; in the midst of another answer there is only the end."""
        if self._refused:
            return
        self._refused = True
        self._forget()
        if not getattr(self.cycle, "response_complete", True):
            self.transport.close()
            return
        languages = [pair for pair in self.headers or () if pair[0] == b"accept-language"]
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b""}
        request = Request({**scope, "headers": languages[:1], "state": {}})
        told = faulty(request, fault, {"connection": "close"}, **values)
        status = f"HTTP/1.1 {told.status_code} {HTTPStatus(told.status_code).phrase}\r\n"
        lines = [b"%b: %b\r\n" % pair for pair in told.raw_headers]
        self.transport.write(b"".join([status.encode(), *lines, b"\r\n", bytes(told.body)]))
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


def bounded(limits: Limits) -> type[BoundedProtocol]:
    """The protocol with these limits."""
    return type("Bounded", (BoundedProtocol,), {"limits": limits})
