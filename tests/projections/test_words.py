"""Nothing that people read is a bare code: codes, fields and kinds of subjects have words."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel

from api.console.field_words import FIELD_WORDS, field_title
from api.texts import BREACHES
from ledger.disclosure_state import Stage
from ledger.facts import FACTS
from ledger.folding import FOLDS
from projections.code_words import CHOICES, CODE_WORDS, choices, code_words
from projections.receivables import AGES
from projections.reward_fund import _STAGES
from projections.subject_names import KIND_WORDS
from projections.view import Kind
from projections.views import VIEWS

HAN = re.compile(r"[\u4e00-\u9fff]")


def closed_lists() -> Iterator[tuple[str, str]]:
    """Every field of every fact with each code of its closed list, and with "" as a field."""
    for fact in FACTS:
        yield from _of_model(fact)


def _of_model(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    hints = get_type_hints(model)
    for name in model.model_fields:
        yield name, ""
        yield from _of_type(name, hints[name])


def _of_type(name: str, hint: Any) -> Iterator[tuple[str, str]]:
    if get_origin(hint) is Literal:
        yield from ((name, code) for code in get_args(hint) if isinstance(code, str))
    elif isinstance(hint, type) and issubclass(hint, StrEnum):
        yield from ((name, member.value) for member in hint)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from _of_model(hint)
    else:
        for part in get_args(hint):
            yield from _of_type(name, part)


def test_every_code_of_a_closed_list_has_words_in_both_languages() -> None:
    codes = {(name, code) for name, code in closed_lists() if code}
    assert len(codes) > 100
    assert {pair for pair in codes if pair[1] not in CODE_WORDS.get(pair[0], {})} == set()


def test_codes_that_views_compute_have_words_too() -> None:
    assert {label for _, label in AGES} < set(CODE_WORDS["ageing"])
    stages = {stage for stage, _ in _STAGES.values()} | set(get_args(Stage)) - {"undisclosed"}
    assert stages <= set(CODE_WORDS["stage"])
    told = set(CODE_WORDS["breaches"]) - {"money-before-registration"}
    assert told <= set(BREACHES)


def test_chinese_words_are_chinese_and_english_words_are_not() -> None:
    for field, words in CODE_WORDS.items():
        for code, title in words.items():
            assert HAN.search(title.zh), (field, code)
            assert not HAN.search(title.en), (field, code)


def test_a_filter_offers_each_code_once_and_only_codes_with_words() -> None:
    for view in VIEWS:
        for column in view.columns:
            if column.kind is Kind.CODE and column.name in view.filters:
                offered = choices(view.name, column.name)
                assert len(set(offered)) == len(offered)
                assert set(offered) <= set(CODE_WORDS.get(column.name, {}))
    assert {(view.name, name) for view in VIEWS for name in view.filters} >= set(CHOICES)
    assert "human" not in choices("institutions", "kind")


def test_an_unknown_code_speaks_for_itself() -> None:
    assert code_words("size", "giant") == ("giant", "giant")
    assert code_words("title", "small") == ("small", "small")


def test_every_field_of_every_fact_has_a_chinese_title() -> None:
    fields = {name for name, code in closed_lists() if not code}
    assert fields - set(FIELD_WORDS) == set()
    assert all(HAN.search(title) for title in FIELD_WORDS.values())
    assert field_title("amount_fen", "en") == "amount"


@pytest.mark.parametrize("kind", FOLDS)
def test_every_kind_of_subject_has_a_name(kind: str) -> None:
    assert HAN.search(KIND_WORDS[kind].zh)
    assert not HAN.search(KIND_WORDS[kind].en)
