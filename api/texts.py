"""All words for refusals and breaches in one place: merged from the areas, no code twice."""

from collections.abc import Mapping
from string import Formatter
from typing import Any, TypeVar

from ledger.case import Breach
from ledger.refusals import Refused
from ledger.texts import cash, deals, fund, intake, kernel, readings
from ledger.texts.text import BreachText, Text

AREAS = (kernel, deals, cash, fund, intake, readings)
"""Every page of words; a test compares this with the folder."""

_Code = TypeVar("_Code")
_Words = TypeVar("_Words")


def merged(name: str, areas: tuple[Any, ...] = AREAS) -> dict[Any, Any]:
    """One dictionary of all areas' `name`. Raises ValueError for a code with two texts."""
    found: dict[Any, Any] = {}
    for area in areas:
        for code, words in getattr(area, name, {}).items():
            if code in found:
                raise ValueError(f"{code} has two texts, the second in {area.__name__}")
            found[code] = words
    return found


TEXTS: dict[Refused, Text] = merged("TEXTS")
BREACHES: dict[str, BreachText] = merged("BREACHES")


class _Lenient(Formatter):
    """Fills what is there and shows the name of what is not: a message never fails to appear."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        value = kwargs.get(str(key), "{" + str(key) + "}")
        return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return "; ".join(str(_plain(item)) for item in value)
    if isinstance(value, Mapping):
        return " ".join(str(_plain(item)) for item in value.values())
    return value


_FORMATTER = _Lenient()


def filled(text: str, values: Mapping[str, Any]) -> str:
    """A text with the values of its refusal or breach in place."""
    return _FORMATTER.vformat(text, (), values)


def refusal_text(code: Refused) -> Text:
    """The words of a refusal."""
    return TEXTS[code]


def breach_words(breach: Breach) -> dict[str, Any]:
    """A breach as it is answered: code, words in both languages, and the values concerned."""
    words = BREACHES[breach.code]
    return {
        "code": breach.code,
        "zh": filled(words.zh, breach.values),
        "en": filled(words.en, breach.values),
        "values": dict(breach.values),
    }
