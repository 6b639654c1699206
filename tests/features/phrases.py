"""How phrases of the law book are tied to functions."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pytest_bdd import given, parsers, then, when

Step = TypeVar("Step", bound=Callable[..., Any])

_FIELDS = re.compile(r"“\{(?P<quoted>\w+)\}”|\{(?P<number>\w+):d\}|\{(?P<word>\w+)\}")


def pattern(phrase: str) -> str:
    """A phrase as a pattern: fields in quotation marks, whole numbers, and single words.

    A single word, such as who acts, has no space, quotation mark, comma or colon inside.
    """
    return "".join(_parts(phrase))


def _parts(phrase: str) -> Iterator[str]:
    end = 0
    for field in _FIELDS.finditer(phrase):
        yield re.escape(phrase[end : field.start()])
        end = field.end()
        if field["quoted"]:
            yield f"“(?P<{field['quoted']}>.+?)”"
        elif field["number"]:
            yield rf"(?P<{field['number']}>\d+)"
        else:
            yield rf"(?P<{field['word']}>[^\s“”，：]+)"
    yield re.escape(phrase[end:])


def _numbers(phrase: str) -> dict[str, Callable[[str], object]]:
    return {field["number"]: int for field in _FIELDS.finditer(phrase) if field["number"]}


def deed(*phrases: str) -> Callable[[Step], Step]:
    """A step that asks the ledger for something; it may be told as past (假如) or present (当)."""

    def tie(step: Step) -> Step:
        for phrase in phrases:
            parser, numbers = parsers.re(pattern(phrase)), _numbers(phrase)
            given(parser, converters=numbers, stacklevel=2)(step)
            when(parser, converters=numbers, stacklevel=2)(step)
        return step

    return tie


def finding(*phrases: str) -> Callable[[Step], Step]:
    """A step that says what must be so."""

    def tie(step: Step) -> Step:
        for phrase in phrases:
            then(parsers.re(pattern(phrase)), converters=_numbers(phrase), stacklevel=2)(step)
        return step

    return tie
