"""What the law book leaves out: phrases nobody uses, commands and refusals without an example."""

import re
from collections.abc import Iterator
from pathlib import Path

import parse
from gherkin.parser import Parser

from api.texts import TEXTS
from ledger.commands import BY_NAME
from ledger.refusals import Refused
from tests.features.conftest import STEP_PAGES
from tests.features.phrases import one_word
from tests.features.steps_deals import TURNS
from tests.features.steps_outcomes import rules_named

ROOT = Path(__file__).parents[2]
BOOK = sorted((ROOT / "features").glob("*.feature"))


def steps() -> Iterator[str]:
    """The text of every step in the book."""
    for page in BOOK:
        for line in page.read_text().splitlines():
            found = re.match(r"\s*(?:假如|当|那么|并且|但是) (.+)", line)
            if found:
                yield found[1]


def phrases() -> Iterator[str]:
    """Every phrase that a step page ties to a function."""
    for page in STEP_PAGES:
        for name in vars(page):
            if name.startswith("pytestbdd_stepdef_"):
                yield re.sub(r"^pytestbdd_stepdef_[a-z]+_", "", name)


def test_every_phrase_is_used_somewhere() -> None:
    said = set(steps())
    unused = [
        phrase
        for phrase in phrases()
        if not any(parse.compile(phrase, {"Word": one_word}).parse(text) for text in said)
    ]
    assert not unused


def test_every_command_is_given_in_some_phrase() -> None:
    source = "".join(Path(str(page.__file__)).read_text() for page in STEP_PAGES)
    assert [name for name in BY_NAME if f'"{name}"' not in source] == []


def test_every_turn_of_a_patent_is_told() -> None:
    said = " ".join(steps())
    assert [turn for turn in TURNS if f" {turn}" not in said] == []


def test_every_refusal_has_an_example_in_the_book_or_in_a_unit_test() -> None:
    quoted = re.findall(r"因“(.+)”被拒绝", "\n".join(steps()))
    told = {code for phrase in quoted for code in rules_named(phrase)}
    tested = {
        name
        for page in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"Refused\.([A-Z_]+)", page.read_text())
    }
    missing = [code for code in Refused if code not in told and code.name not in tested]
    assert [code for code in missing if code in TEXTS] == []


def test_scenarios_are_short() -> None:
    """At most six steps a scenario, backgrounds not counted."""
    long = []
    for page in BOOK:
        feature = Parser().parse(page.read_text())["feature"]
        children = [
            child
            for outer in feature["children"]
            for child in outer.get("rule", {"children": [outer]})["children"]
        ]
        for child in children:
            scenario = child.get("scenario")
            if scenario and len(scenario["steps"]) > 6:
                long.append((page.name, scenario["name"], len(scenario["steps"])))
    assert not long
