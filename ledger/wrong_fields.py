"""What a body that does not fit its model is told: the wrong fields, few and in bounded words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from ledger.identifiers import WrongIdentifier

Item = TypeVar("Item")

FIELDS_TOLD_MAX: Final = 20
"""Beyond so many nobody reads on; how many more there are is told as `more_errors`."""

CALENDAR: Final = (date(1900, 1, 1), date(2200, 12, 31))
"""What a date or time may lie between: no paper of this ledger is older and no term longer, and
reckoning with days or years beside them never leaves the calendar."""

_WORDS_MAX = 300
_NAME_MAX = 80


def wrong_fields(error: ValidationError, within: str = "") -> dict[str, Any]:
    """The values of a refusal: `errors`, each with field, rule and message, and `more_errors`.

    A list is not called short for the items that were wrong. Nothing of what was given is
    repeated but the names of its fields, cut short. Work is linear in the number of faults.
    """
    found = error.errors(include_url=False, include_input=False)
    places = _containers(item["loc"] for item in found)
    wrong = [item for item in found if item["type"] != "too_short" or item["loc"] not in places]
    return few(wrong, lambda item: _told(item, within))


def few(wrong: Sequence[Item], told: Callable[[Item], dict[str, Any]]) -> dict[str, Any]:
    """The first of the wrong fields as `errors`, and how many are left as `more_errors`."""
    left = len(wrong) - FIELDS_TOLD_MAX
    errors = [told(item) for item in wrong[:FIELDS_TOLD_MAX]]
    return {"errors": errors, **({"more_errors": left} if left > 0 else {})}


def _containers(places: Iterable[tuple[int | str, ...]]) -> set[tuple[int | str, ...]]:
    """Everything that holds one of these places."""
    return {place[:depth] for place in places for depth in range(len(place))}


def _told(item: Any, within: str) -> dict[str, Any]:
    parts = [within, *(str(part)[:_NAME_MAX] for part in item["loc"])]
    named: dict[str, Any] = {"field": ".".join(part for part in parts if part) or "(body)"}
    wrong = item.get("ctx", {}).get("error")
    if not isinstance(wrong, WrongIdentifier):
        choices = item.get("ctx", {}).get("expected")
        expected = {} if choices is None else {"expected": str(choices)[:_WORDS_MAX]}
        return {**named, "rule": item["type"], "message": item["msg"][:_WORDS_MAX], **expected}
    named |= {"rule": wrong.rule, "message": str(wrong)[:_WORDS_MAX]}
    if "expected" in wrong.facts:
        named["expected"] = wrong.facts["expected"]
    return named


def dates_beyond(value: BaseModel, within: str = "") -> list[dict[str, str]]:
    """The dates and times of a model that lie outside of CALENDAR, as `errors` of a refusal."""
    first, last = (day.isoformat() for day in CALENDAR)
    rule = {"rule": "date_out_of_range", "message": f"must lie between {first} and {last}"}
    return [{"field": field, **rule} for field in islice(_beyond(within, value), FIELDS_TOLD_MAX)]


def _beyond(field: str, value: Any) -> Iterator[str]:
    if isinstance(value, date):  # a time is a date too
        if not CALENDAR[0].year <= value.year <= CALENDAR[1].year:
            yield field
    elif isinstance(value, BaseModel):
        for name, part in value.__dict__.items():
            yield from _beyond(f"{field}.{name}" if field else name, part)
    elif isinstance(value, tuple):
        for at, part in enumerate(value):
            yield from _beyond(f"{field}.{at}", part)
