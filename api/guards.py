"""What every request passes: a limit on its body, strict headers, an answer to every failure."""

import logging
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMMAND_BYTES_MAX = 1 << 20
"""A command's body; the fact it yields may not pass 65,535 bytes anyway."""

UPLOAD_BYTES_MAX = 50 << 20
"""A bank file with its multipart wrapping."""

UPLOADS = frozenset(
    {
        "/v1/statements/import",
        "/desk/import",
        "/v1/lists/import",
        "/lists/import",
        "/v1/comparisons/record",
        "/v1/evidence/keep",
    }
)
"""Paths that take files."""

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


log = logging.getLogger("zhiheng")


class Guards:
    """ASGI middleware: refuses long bodies by their announced and their counted length, and
    answers what nothing else caught by `failed`, telling the log and not the caller."""

    def __init__(self, app: ASGIApp, failed: Callable[[Request], Response]) -> None:
        self.app, self._failed = app, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with both guards in place."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = UPLOAD_BYTES_MAX if scope["path"] in UPLOADS else COMMAND_BYTES_MAX
        announced = Headers(scope=scope).get("content-length", "0")
        taken = 0
        started = False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit or (announced.isdigit() and int(announced) > limit):
                raise HTTPException(413, headers={"connection": "close"})
            return message

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, counted, guarded)
        except Exception:
            log.exception("a request failed")
            if started:
                raise
            await self._failed(Request(scope))(scope, counted, guarded)
