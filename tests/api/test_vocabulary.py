"""Every "no" and every breach as people read it: both languages, a remedy, yuan, no jargon."""

import ast
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any, Final, get_args

import pytest
from pydantic_core.core_schema import ErrorType

import ledger.texts
from api.console.field_words import FIELD_WORDS
from api.error_words import RULES, errors_told
from api.imports.refusal_texts import FILE_RULES, LINE_RULES
from api.language import Language
from api.lists.rules import CELL_RULES
from api.problems import FAULTS
from api.schemas import QUERIES
from api.texts import BREACHES, REASONS, TEXTS, filled, told_of
from ledger.commands import BY_NAME
from ledger.folding import FOLDS
from ledger.texts.sealing import STOPS
from ledger.texts.text import Text
from projections.code_words import CODE_WORDS
from projections.views import VIEWS

OWN_ID: Final = str(uuid.UUID(int=0x1234567890ABCDEF1234567890ABCDEF))
ROOT: Final = Path(ledger.texts.__path__[0]).parents[1]

SAMPLES: Final[dict[str, Any]] = {
    "command": "receipt.allocate",
    "instead": "receipt.claim",
    "done": "disclosure.submit",
    "type": "receipt-allocated.v1",
    "roles": ["finance-clerk", "bureau-payer"],
    "role": "finance-clerk",
    "stage": "reviewed",
    "reached": "contract",
    "needed": ["judged", "reviewed"],
    "exclusivity": "exclusive",
    "other_exclusivity": "sole",
    "instalment_purpose": "license-fee",
    "limits": ["institution"],
    "field": "signed",
    "parameter": "as_of",
    "rule": "size-is-missing",
    "fault": "measure_is_missing",
    "measure": "revenue",
    "what": "rows",
    "errors": [{"field": "parts.0.amount_fen", "rule": "int_type", "message": "an integer"}],
    "industry": "software-and-information-technology-services",
    "key": "k",
}
"""Values where the name alone does not say what stands there."""

IN_FEN: Final = re.compile(
    r"\bfen\b|[0-9}]\s*分(?![之钟])|[到以为]分(?![配期别类])|分为单位|_fen", re.IGNORECASE
)
JARGON: Final = re.compile(
    r"[a-z]+_[a-z_]+|\b[a-z]+\.[a-z0-9]+\b(?<!\.json)|须为对象|\b(?:tuple|dict|str|int|null|None)\b"
)
CODE: Final = re.compile(r"(?<![-\w])[a-z]+(?:-[a-z]+)+\b")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")


def sample(name: str) -> Any:
    """A value as a refusal would carry it under this name."""
    if name in SAMPLES:
        return SAMPLES[name]
    if name.endswith("_fen"):
        return 123_456
    alone = name.removesuffix("s")
    if alone in FOLDS or name in ("subject", "voided_subject", "other", "parent", "reward"):
        kind = alone if alone in FOLDS else "license"
        return f"{kind}:{OWN_ID}" if name == alone else [f"{kind}:{OWN_ID}"]
    if name in CODE_WORDS:
        return next(iter(CODE_WORDS[name]))
    return 7


def said(text: str, spoken: Language) -> str:
    """A text with sample values in all its places."""
    names = [name for _, name, _, _ in Formatter().parse(text) if name]
    return filled(text, {name: sample(name) for name in names}, spoken)


def texts() -> Iterator[tuple[str, str, str]]:
    """Every sentence that can be told, with its code, Chinese beside English."""
    refusals: dict[Any, Text] = {**TEXTS, **{code: text for code, (_, text) in FAULTS.items()}}
    for code, text in (*refusals.items(), *STOPS.items()):
        yield str(code), text.zh, text.en
        yield str(code), text.mend_zh, text.mend_en
    for code, breach in BREACHES.items():
        yield code, breach.zh, breach.en
    for table in (RULES, REASONS):
        for rule, pair in table.items():
            yield rule, pair.zh, pair.en
    for lines in (LINE_RULES, FILE_RULES, CELL_RULES):
        for rule, both in lines.items():
            yield rule, *both


@pytest.mark.parametrize(("code", "zh", "en"), tuple(texts()))
def test_every_message_speaks_both_languages_in_peoples_units(code: str, zh: str, en: str) -> None:
    in_zh, in_en = said(zh, "zh"), said(en, "en")
    for told in (in_zh, in_en):
        assert told.strip(), code
        assert not IN_FEN.search(told), (code, told)
        assert not JARGON.search(told.replace(SAMPLES["parameter"], "")), (code, told)
        assert not UUID.search(told), (code, told)
    assert re.search(r"[\u4e00-\u9fff]", in_zh), (code, in_zh)
    assert not CODE.search(in_zh), (code, in_zh)
    if "_fen}" in zh:
        assert "1,234.56 元" in in_zh, in_zh
    if "_fen}" in en:
        assert "1,234.56 yuan" in in_en, in_en


def test_a_subject_is_called_by_its_kind_once() -> None:
    values = {"receipt": f"receipt:{OWN_ID}", "subject": f"receipt:{OWN_ID}"}
    assert filled("到款{receipt}已冲正", values, "zh") == "到款12345678…已冲正"
    assert filled("找不到{subject}", values, "zh") == "找不到到款 12345678…"
    assert filled("{subject} is not known here", values, "en").startswith("receipt 12345678…")


def test_every_reason_the_program_gives_within_a_rule_has_words() -> None:
    """The codes that refine a refusal stand in the sources as arguments of two exceptions."""
    found: set[str] = set()
    for file in (ROOT / "ledger").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CannotDraw":
                codes = [each for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
                found |= {str(each.value) for each in codes}
    assert found
    assert found <= set(REASONS)


def test_no_wrong_field_is_told_in_the_words_of_the_program() -> None:
    """Whatever a check of types can find, in a field of money as in any other."""
    rules = {*get_args(ErrorType), *RULES}
    for rule in sorted(rules):
        for field in ("contributors.0.share", "parts.1.amount_fen", "terms.exclusivity", "(body)"):
            error = {"field": field, "rule": rule, "message": "Input should be a valid tuple"}
            zh, en = errors_told([error], "zh"), errors_told([error], "en")
            for told in (zh, en):
                assert not JARGON.search(told), told
                assert not IN_FEN.search(told), told
            assert not re.search(r"[a-z]{3,}", zh.replace("JSON", "")), zh
    share = {"field": "contributors.0.share", "rule": "model_type", "message": "an object"}
    assert errors_told([share], "zh") == "“第1位完成人的份额”须逐项填写其中各栏"


def test_every_field_of_every_command_has_a_name_in_a_refusal() -> None:
    for name in BY_NAME:
        values = {"command": name, "errors": [{"field": "(body)", "rule": "object_needed"}]}
        zh, _ = told_of(TEXTS[next(iter(TEXTS))], values, "zh")
        assert name not in zh


def test_every_filter_and_parameter_has_a_name_in_a_refusal() -> None:
    filters = {name for view in VIEWS for name in (*view.needs, *view.filters)}
    assert (filters | set(QUERIES)) - set(FIELD_WORDS) == set()
