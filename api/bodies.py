"""Bodies of commands, read strictly: work grows with their length, and nothing in them is lost."""

import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from ledger.refusals import Refusal, Refused
from ledger.wrong_fields import dates_beyond, wrong_fields

Body = TypeVar("Body", bound=BaseModel)

VALUES_MAX: Final = 3_000
"""Commas and brackets in a body. The longest command has about two thousand, and telling what is
wrong with so many takes some hundredths of a second."""

HEAVY_BYTES: Final = 16 << 10
"""A body from which on its command is made in a thread, so that nobody else waits for it."""

DEPTH_MAX: Final = 32


def read_json(data: bytes) -> dict[str, Any]:
    """A body as a JSON object. Raises Refusal(COMMAND_IS_MALFORMED)."""
    value = read_value(data)
    if not isinstance(value, dict):
        raise malformed("?", "(body)", "object_needed", "a JSON object is needed")
    return value


def read_value(data: bytes) -> Any:
    """JSON as it stands. Raises Refusal(COMMAND_IS_MALFORMED).

    Refused are also names that stand twice in one object, NUL characters, and more values or
    levels than any command has.
    """
    if sum(map(data.count, (b",", b"{", b"["))) > VALUES_MAX:
        raise malformed("?", "(body)", "too_many_values", f"at most {VALUES_MAX} values")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise malformed("?", "(body)", "json_invalid", str(error)) from error
    _look_over(value)
    json.loads(data, object_pairs_hook=_once, parse_int=str, parse_float=str)
    return value


def _look_over(body: Any) -> None:
    """Refuse what no database can hold, and what nests deeper than anything is meant to."""
    level: list[Any] = [body]
    for _ in range(DEPTH_MAX):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and "\0" in value:
                raise malformed("?", "(body)", "control_character", "text must not hold NUL")
        level = below
        if not level:
            return
    raise malformed("?", "(body)", "too_deep", f"at most {DEPTH_MAX} levels")


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise malformed("?", name[:80], "repeated", "the same name stands twice")
        seen.add(name)


def read_body(model: type[Body], name: str, body: Mapping[str, Any]) -> Body:
    """The body of a command as what its door takes. Raises Refusal(COMMAND_IS_MALFORMED)."""
    try:
        read = model.model_validate_json(orjson.dumps(body))
    except orjson.JSONEncodeError as error:  # a number or a character that JSON readers cannot take
        raise malformed(name, "(body)", "json_invalid", str(error)) from error
    except ValidationError as error:
        values = wrong_fields(error)
        raise Refusal(Refused.COMMAND_IS_MALFORMED, command=name, **values) from error
    if beyond := dates_beyond(read):
        raise Refusal(Refused.COMMAND_IS_MALFORMED, command=name, errors=beyond)
    return read


def malformed(command: str, field: str, rule: str, message: str) -> Refusal:
    """The refusal of a body for one of its fields."""
    problem = {"field": field, "rule": rule, "message": message}
    return Refusal(Refused.COMMAND_IS_MALFORMED, command=command, errors=[problem])
