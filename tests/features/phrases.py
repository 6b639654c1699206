"""How phrases of the law book are tied to functions."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from parse import with_pattern
from pytest_bdd import given, parsers, then, when

Step = TypeVar("Step", bound=Callable[..., Any])


@with_pattern(r"[^\s“”，：]+")
def one_word(text: str) -> str:
    """Who acts, and other single words: no space, quotation mark, comma or colon inside."""
    return text


def _parser(phrase: str) -> parsers.StepParser:
    """Fields stand for one word, unless they are typed or stand in quotation marks."""
    typed = re.sub(r"(?<!“)\{([a-z]+)\}", r"{\1:Word}", phrase)
    return parsers.parse(typed, extra_types={"Word": one_word})


def deed(*phrases: str) -> Callable[[Step], Step]:
    """A step that asks the ledger for something; it may be told as past (假如) or present (当)."""

    def tie(step: Step) -> Step:
        for phrase in phrases:
            parser = _parser(phrase)
            given(parser, stacklevel=2)(step)
            when(parser, stacklevel=2)(step)
        return step

    return tie


def finding(*phrases: str) -> Callable[[Step], Step]:
    """A step that says what must be so."""

    def tie(step: Step) -> Step:
        for phrase in phrases:
            then(_parser(phrase), stacklevel=2)(step)
        return step

    return tie
