"""What every request passes: bounds for its body, strict headers, an answer to every failure."""

import asyncio
import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Fault, RequestFault, faulty, program_failed, wrong_request
from api.settings import Limits

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
    """ASGI middleware: refuses bodies that are too long, by their announced and their counted
    length, or too slow, and addresses that hold NUL; answers what nothing else caught, telling the
    log and not the caller. That a caller hangs up is no failure, and is not answered."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with all guards in place."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(scope, receive, self._limits.body_seconds)
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if "\0" in scope["path"] or b"%00" in scope["query_string"]:
                wrong = wrong_request("control_character", "text must not hold NUL", "(url)")
                answer = faulty(Request(scope), Fault.REQUEST_IS_MALFORMED, {}, errors=[wrong])
                await answer(scope, receive, guarded)
                return
            await self.app(scope, body.receive, guarded)
        except ClientDisconnect:
            return
        except Exception:
            log.exception("a request failed")
            if started:
                raise
            await program_failed(Request(scope))(scope, receive, guarded)


class _Body:
    """The body of one request as it comes in."""

    def __init__(self, scope: Scope, receive: Receive, seconds_max: int) -> None:
        self._limit = UPLOAD_BYTES_MAX if scope["path"] in UPLOADS else COMMAND_BYTES_MAX
        announced = Headers(scope=scope).get("content-length", "0")
        self._announced = int(announced) if announced.isdecimal() else 0
        self._receive, self._taken, self._whole = receive, 0, False
        self._seconds_max = seconds_max
        self._deadline = asyncio.get_running_loop().time() + seconds_max

    async def receive(self) -> Message:
        """The next piece. Raises RequestFault: BODY_IS_TOO_LARGE, REQUEST_IS_TOO_SLOW."""
        if self._whole:  # what comes now is the hang-up, whenever that is
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise RequestFault(
                Fault.REQUEST_IS_TOO_SLOW, _LAST, seconds_max=self._seconds_max
            ) from None
        self._taken += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if max(self._taken, self._announced) > self._limit:
            raise RequestFault(Fault.BODY_IS_TOO_LARGE, _LAST, mebibytes_max=self._limit >> 20)
        return message


_LAST = {"connection": "close"}
"""Nothing more is read from this caller: what follows belongs to the body that was refused."""
