"""What the law book leaves out: phrases nobody uses, commands and refusals without an example."""

import re
from collections.abc import Iterator
from pathlib import Path

from api.routes.paths import BY_UPLOAD
from ledger.commands import BY_NAME
from ledger.refusals import Refused
from projections.indicators import BY_NAME as INDICATORS
from tests.features.conftest import STEP_PAGES
from tests.features.steps_deals import TURNS
from tests.features.steps_outcomes import rules_named

STEP = re.compile("(?:假如|当|那么|并且|但是) (.+)")
ROOT = Path(__file__).parents[2]
BOOK = sorted((ROOT / "features").glob("*.feature"))


def steps() -> Iterator[str]:
    """The text of every step in the book."""
    for page in BOOK:
        for line in page.read_text().splitlines():
            found = STEP.match(line.strip())
            if found:
                yield found[1]


def phrases() -> Iterator[str]:
    """The pattern of every phrase that a step page ties to a function."""
    for page in STEP_PAGES:
        for name in vars(page):
            if name.startswith("pytestbdd_stepdef_"):
                yield re.sub(r"^pytestbdd_stepdef_[a-z]+_", "", name)


def test_every_phrase_is_used_somewhere() -> None:
    said = set(steps())
    unused = {
        phrase for phrase in phrases() if not any(re.fullmatch(phrase, text) for text in said)
    }
    assert not unused


def test_every_command_is_given_in_some_phrase() -> None:
    source = "".join(Path(str(page.__file__)).read_text() for page in STEP_PAGES)
    given = {name for name in BY_NAME if f'"{name}"' in source} | BY_UPLOAD
    assert given == set(BY_NAME)


def test_every_turn_of_a_patent_is_told() -> None:
    said = " ".join(steps())
    assert [turn for turn in TURNS if f" {turn}" not in said] == []


def test_every_refusal_has_an_example_in_the_book_or_in_a_unit_test() -> None:
    quoted = re.findall(r"因“(.+)”被拒绝", "\n".join(steps()))
    told = {code for phrase in quoted for code in rules_named(phrase)}
    tests = "".join(page.read_text() for page in (ROOT / "tests").rglob("*.py"))
    untold = [code for code in Refused if code not in told]
    assert [c for c in untold if f"Refused.{c.name}" not in tests and f'"{c}"' not in tests] == []


def tables() -> Iterator[tuple[str, list[str]]]:
    """Every row of every table under the text of its step."""
    for page in BOOK:
        step = ""
        for line in map(str.strip, page.read_text().splitlines()):
            found = STEP.match(line)
            step = found[1] if found else step
            if line.startswith("|"):
                yield step, [cell.strip() for cell in line.strip("|").split("|")]


def test_every_indicator_is_worked_by_hand_at_two_moments_of_knowledge() -> None:
    then: set[str] = set()
    now: set[str] = set()
    head: list[str] = []
    for step, cells in tables():
        if step != "指标为":
            continue
        if cells[0] == "指标":
            head = cells
            continue
        row = dict(zip(head, cells, strict=True))
        (then if row.get("所知") else now).add(row["指标"])
    assert sorted(set(INDICATORS) - now) == []
    assert sorted(set(INDICATORS) - then) == []


def test_scenarios_are_short() -> None:
    """At most six steps a scenario, backgrounds not counted."""
    counted: dict[str, int] = {}
    for page in BOOK:
        scenario = ""
        for line in map(str.strip, page.read_text().splitlines()):
            if re.match("(规则|背景|场景|场景大纲):", line):
                scenario = f"{page.name}: {line}"
            elif scenario and "背景" not in scenario and STEP.match(line):
                counted[scenario] = counted.get(scenario, 0) + 1
    assert {scenario: steps for scenario, steps in counted.items() if steps > 6} == {}
