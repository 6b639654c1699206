"""All words for refusals and breaches in one place: merged from the areas, no code twice."""

from collections.abc import Mapping
from string import Formatter
from typing import Any, TypeVar

from api.error_words import error_words
from api.language import Language
from ledger.case import Breach
from ledger.refusals import Refusal, Refused
from ledger.texts import (
    audits,
    cash,
    contracts,
    deals,
    disclosures,
    fund,
    intake,
    kernel,
    market,
    portfolio,
    readings,
    sealing,
)
from ledger.texts.text import BreachText, Text
from projections.code_words import code_words

AREAS = (
    audits,
    kernel,
    deals,
    portfolio,
    contracts,
    cash,
    disclosures,
    fund,
    market,
    intake,
    readings,
    sealing,
)
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


_FIELDS = {"roles": "role", "needed": "stage", "other_exclusivity": "exclusivity"}
"""Values that hold codes of a field with another name."""


def filled(text: str, values: Mapping[str, Any], spoken: Language | None = None) -> str:
    """A text with the values of its refusal or breach in place, codes as words if `spoken`."""
    if spoken is not None:
        rule = values.get("rule")
        values = {name: _worded(_FIELDS.get(name, name), v, spoken) for name, v in values.items()}
        if isinstance(rule, str):
            broken = {**values, "rule": rule, "message": rule.replace("_", " ")}
            values["rule"] = error_words(broken, spoken)
    return _FORMATTER.vformat(text, (), values)


def _worded(field: str, value: Any, spoken: Language) -> Any:
    if isinstance(value, str):
        words = code_words(field, value)
        return words.zh if spoken == "zh" else words.en
    if isinstance(value, (list, tuple)):
        return [_worded(field, item, spoken) for item in value]
    return value


def told(refusal: Refusal, spoken: Language) -> tuple[str, str]:
    """What a refusal says and how to mend it; wrong fields are named one by one."""
    return told_of(TEXTS[refusal.code], refusal.values, spoken)


def told_of(text: Text, values: Mapping[str, Any], spoken: Language) -> tuple[str, str]:
    """The two sentences of a text, as `told`."""
    zh = spoken == "zh"
    rule = filled(text.zh if zh else text.en, values, spoken)
    mend = filled(text.mend_zh if zh else text.mend_en, values, spoken)
    errors = values.get("errors")
    if isinstance(errors, list) and "{errors}" not in text.zh:
        rule += ("：" if zh else ": ") + ("；" if zh else "; ").join(
            f"{item['field']} {error_words(item, spoken)}" for item in errors
        )
        if left := values.get("more_errors"):
            rule += f"；另有 {left} 处" if zh else f"; and {left} more"
    return rule, mend


def refusal_text(code: Refused) -> Text:
    """The words of a refusal."""
    return TEXTS[code]


def breach_words(breach: Breach) -> dict[str, Any]:
    """A breach as it is answered: code, words in both languages, and the values concerned."""
    words = BREACHES[breach.code]
    return {
        "code": breach.code,
        "zh": filled(words.zh, breach.values, "zh"),
        "en": filled(words.en, breach.values, "en"),
        "values": dict(breach.values),
    }
