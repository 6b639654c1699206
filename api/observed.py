"""What log, metrics and spans hear of every request, told in one place after it was answered."""

import logging
import re
import time
import uuid
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import Span, Status, StatusCode
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import REQUEST_ID
from api.metrics import Metrics
from api.routes.paths import PATHS
from api.telemetry import request_span

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
READINGS = frozenset({"/v1/views/{name}", "/views/{name}"})
"""Routes whose `name`, once answered, is one of the readings that this program declares."""

_COMMANDS = {path: name for name, path in PATHS.items()}
_OWN_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/static"})
"""Asked every few seconds by machines, or beside every page: not worth a line when they answer."""

_NOT_YET = 503
"""What `/readyz` answers while there is something to wait for: an answer like any other."""

log = logging.getLogger("zhiheng.request")


@dataclass(slots=True)
class _Outcome:
    """How a request was answered; no status means that its caller had gone, which is no failure."""

    status: int | None = None
    replayed: bool = False


class Observed:
    """ASGI middleware: gives every request an id (X-Request-Id, the caller's own if it is plain)
    and tells its outcome. What a handler puts into `request.state` under `actor`, `problem` and
    `position` becomes part of the line."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and watch what becomes of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.get("x-request-id", "")
        identity = asked if _OWN_ID.fullmatch(asked) else uuid.uuid4().hex
        outcome = _Outcome()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                sent["x-request-id"] = identity
                outcome.status = message["status"]
                outcome.replayed = "idempotency-replayed" in sent
            await send(message)

        under = REQUEST_ID.set(identity)
        started = time.perf_counter()
        try:
            with request_span(scope["method"], headers) as span:
                try:
                    await self.app(scope, receive, watched)
                finally:
                    self._tell(scope, outcome, time.perf_counter() - started, span)
        finally:
            REQUEST_ID.reset(under)

    def _tell(self, scope: Scope, outcome: _Outcome, seconds: float, span: Span) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route, status = _template(scope), outcome.status
        command = _COMMANDS.get(route) if method == "POST" else None
        reading = _reading(scope, route, status)
        self._metrics.requests.labels(method, route, str(status or "gone")).observe(seconds)
        if command is not None:
            self._metrics.commands.labels(command, _became(outcome)).observe(seconds)
        if reading is not None:
            self._metrics.readings.labels(reading).observe(seconds)
        told = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "command": command,
            "outcome": _became(outcome) if command else None,
            "reading": reading,
            **_said(scope.get("state", {})),
        }
        _mark(span, told)
        failed = status is not None and status >= (_NOT_YET + 1 if route in _QUIET else 500)
        if failed or route not in _QUIET:
            level = logging.WARNING if failed else logging.INFO
            log.log(level, "request", extra={"told": told})


def _template(scope: Scope) -> str:
    """The route as declared, so that no id gets into a label or a line."""
    template = getattr(scope.get("route"), "path", None)
    if isinstance(template, str):
        return template
    return "/static" if scope.get("root_path") == "/static" else "other"


def _became(outcome: _Outcome) -> str:
    """What became of a command: the answer to a repeated one is a replay, whatever it says."""
    if outcome.replayed:
        return "replayed"
    if outcome.status is None:
        return "gone"
    if outcome.status >= 500:
        return "failed"
    if outcome.status >= 400:
        return "refused"
    return "recorded" if outcome.status == 201 else "unchanged"


def _reading(scope: Scope, route: str, status: int | None) -> str | None:
    """The name of a reading; only one that there is gets an answer, so names stay a closed set."""
    if route in READINGS and status in (200, 304):
        return str(scope["path_params"]["name"])
    return None


def _said(state: Mapping[str, Any] | MutableMapping[str, Any]) -> dict[str, Any]:
    return {name: state.get(name) for name in ("actor", "problem", "position")}


def _mark(span: Span, told: Mapping[str, Any]) -> None:
    if not span.is_recording():
        return
    span.update_name(f"{told['method']} {told['route']}")
    span.set_attribute("http.request.method", told["method"])
    span.set_attribute("http.route", told["route"])
    if told["status"] is not None:
        span.set_attribute("http.response.status_code", told["status"])
    if (told["status"] or 0) >= 500:
        span.set_status(Status(StatusCode.ERROR))
    for name in ("command", "outcome", "reading", "problem", "position"):
        if told[name] is not None:
            span.set_attribute(f"zhiheng.{name}", told[name])
