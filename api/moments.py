"""From what a reader wrote (`as_of`, `known_at`) to days, times and sizes of the log."""

from datetime import date, datetime

from ledger.refusals import Refusal, Refused
from ledger.wrong_fields import CALENDAR

KnownAt = int | datetime | date

_KNOWN_AT = "12345 · 2022-06-30 · 2022-06-30T09:00:00+08:00"
_SIZE_DIGITS_MAX = 15


def malformed(parameter: str, value: str, expected: str) -> Refusal:
    """The refusal of a parameter that cannot be understood."""
    return Refusal(
        Refused.PARAMETER_IS_MALFORMED, parameter=parameter, value=value[:80], expected=expected
    )


def read_day(parameter: str, text: str | None) -> date | None:
    """A date as YYYY-MM-DD; empty is none. Raises Refusal(PARAMETER_IS_MALFORMED)."""
    if not text:
        return None
    try:
        if len(text) != len("2022-06-30"):
            raise ValueError(text)
        return _within_calendar(date.fromisoformat(text))
    except ValueError as error:
        raise malformed(parameter, text, "2022-06-30") from error


def _within_calendar(day: date) -> date:
    """The day or time itself; ValueError for one with which the ledger could not reckon on."""
    if not CALENDAR[0].year <= day.year <= CALENDAR[1].year:
        raise ValueError(day)
    return day


def read_known_at(text: str | None, parameter: str = "known_at") -> KnownAt | None:
    """A size of the log, a time with its zone, or a date; empty is none.

    A `+` that a query string turned into a blank is read as the `+` it was. Raises
    Refusal(PARAMETER_IS_MALFORMED), for a time without zone too.
    """
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= _SIZE_DIGITS_MAX:
        return int(text)
    if len(text) == len("2022-06-30"):
        return read_day(parameter, text)
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        _within_calendar(moment)
    except ValueError as error:
        raise malformed(parameter, text, _KNOWN_AT) from error
    if moment.tzinfo is None or "T" not in text:
        raise malformed(parameter, text, _KNOWN_AT)
    return moment


def read_number(parameter: str, text: str | None, *, default: int, low: int, high: int) -> int:
    """A whole number within bounds. Raises Refusal(PARAMETER_IS_MALFORMED)."""
    if text is None:
        return default
    expected = f"{low} … {high}"
    try:
        number = int(text) if len(text) <= _SIZE_DIGITS_MAX else None
    except ValueError as error:
        raise malformed(parameter, text, expected) from error
    if number is None or not low <= number <= high:
        raise malformed(parameter, text, expected)
    return number
