"""All words for refusals and breaches in one place: merged from the areas, no code twice."""

from collections.abc import Mapping
from string import Formatter
from typing import Any, TypeVar

from api.error_words import error_words, errors_told
from api.language import Language
from api.value_words import shown
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
from ledger.texts.text import BreachText, Reason, Text

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
REASONS: dict[str, Reason] = merged("REASONS")


def filled(text: str, values: Mapping[str, Any], spoken: Language | None = None) -> str:
    """A text with the values of its refusal or breach in place, as people read them if `spoken`.

    A value that is not there leaves its name standing: a message never fails to appear.
    """
    told = []
    for literal, name, _, _ in Formatter().parse(text):
        told.append(literal)
        if name is not None:
            told.append(_value(name, values, spoken, literal))
    return "".join(told)


def _value(name: str, values: Mapping[str, Any], spoken: Language | None, before: str) -> str:
    if name not in values:
        return "{" + name + "}"
    value = values[name]
    if spoken is not None and name in ("rule", "fault", "measure", "what"):
        if (reason := REASONS.get(str(value))) is not None:
            return reason.zh if spoken == "zh" else reason.en
        if name == "rule":
            return error_words(values, spoken)
    if str(values.get("what")).endswith("_fen") and name in ("found", "stated"):
        name = f"{name}_fen"
    if spoken is not None and name == "errors" and isinstance(value, list):
        return errors_told(value, spoken)
    return shown(name, value, spoken, before)


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
        rule += ("：" if zh else ": ") + errors_told(errors, spoken)
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
