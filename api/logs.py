"""The service's log: one event a line on standard error, of what happened and never of whom it is.

A line may hold ids, route templates, command names and codes. Bodies, query strings, secrets and
the words of an exception never get here, for they can quote a payer.
"""

import logging
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from api.settings import WrongSetting

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request in whose course something is logged."""

_SHOWN = ("zhiheng", "uvicorn.error")
"""Loggers whose ordinary events are written; all others speak from warnings up."""

_FRAMES_MAX = 12


class Lines(logging.Formatter):
    """An event as one line: JSON (RFC 8259), or for people at a terminal words and pairs.

    What a call gives in `extra={"told": {...}}` becomes further members.
    """

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        moment = datetime.fromtimestamp(record.created, UTC)
        event = " ".join(record.getMessage().split())
        told = _members(record)
        if self._as_json:
            time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            line = {"time": time, "level": record.levelname.lower(), "event": event, **told}
            return orjson.dumps(line, default=str).decode()
        pairs = [f"{name}={value}" for name, value in told.items() if name != "logger"]
        return " ".join([f"{moment:%H:%M:%S}", record.levelname.lower(), event, *pairs])


def write_logs(stream: TextIO, form: str | None) -> None:
    """From now on everything this process logs goes to `stream`.

    `form` is json or text; without it a terminal gets text and everything else JSON. Raises
    WrongSetting(ZHIHENG_LOG).
    """
    if form not in (None, "json", "text"):
        raise WrongSetting("ZHIHENG_LOG", "只能是 json 或 text", "must be json or text")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(as_json=form == "json" or (form is None and not stream.isatty())))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _SHOWN:
        logging.getLogger(name).setLevel(logging.INFO)


def _members(record: logging.LogRecord) -> dict[str, Any]:
    told: Mapping[str, Any] = getattr(record, "told", {})
    members: dict[str, Any] = {"logger": record.name, "request_id": REQUEST_ID.get(), **told}
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_MAX:]
        members["exception"] = f"{type(error).__module__}.{type(error).__qualname__}"
        members["frames"] = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    return {name: value for name, value in members.items() if value is not None}
