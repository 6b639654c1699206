"""Every fact of a busy year voided and corrected: states and views are as if told right."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger import facts
from ledger.case import Recorded, business_day
from ledger.commands import BY_NAME
from ledger.facts import FACTS, Fact
from ledger.folding import fold
from ledger.refusals import Refusal
from projections.moment import moment_of
from projections.tape import Tape
from projections.views import VIEWS
from tests.ledger.busy_year import OFFICIAL, busy_year
from tests.ledger.deal_desk import DealDesk
from tests.projections.tape_builder import Story

YEAR = busy_year()
PAGES = {
    f"ledger.facts.{page}"
    for page in (
        "centres",
        "contracts",
        "disclosures",
        "market",
        "open_licenses",
        "patents",
        "portfolio",
    )
}
ELSEWHERE = {facts.PatentLapsed, facts.PatentRestored, facts.PatentExpired, facts.PatentInvalidated}
"""Turns of a right that the year does not bring: other tests correct those."""
KINDS = tuple(
    kind for kind in FACTS if kind.REPORTED and kind.__module__ in PAGES and kind not in ELSEWHERE
)
DAY_BEFORE = timedelta(days=1)
ON_RECORDING = {"backdated-facts", "facts-after-closing", "same-actor"}
"""Views of when and by whom facts were recorded: corrections are recorded too."""


def desk() -> DealDesk:
    made = DealDesk(*YEAR.declarations.values())
    made.facts, made.histories = list(YEAR.facts), deepcopy(YEAR.histories)
    return made


def position_of(kind: type[Fact]) -> int:
    found = [seen.position for seen in YEAR.facts if type(seen.fact) is kind]
    assert found, kind.__name__
    assert found[0] is not None
    return found[0]


def ask(made: DealDesk, name: str, position: int, **more: Any) -> None:
    """A correction by the bureau's official, who may correct for everybody."""
    command = BY_NAME[name].command.model_validate(
        {"position": position, "leaf": made.facts[position].leaf, "reason": "录入有误", **more}
    )
    made.tell(command, actor=OFFICIAL, institution=made.facts[position].institution)


def void(made: DealDesk, position: int) -> set[int]:
    """Void a fact, before it what rests on it; answers all positions voided."""
    gone: set[int] = set()
    for other in resting_on(made, position):
        if other not in gone:
            gone |= void(made, other)
    ask(made, "fact.void", position)
    return gone | {position}


def resting_on(made: DealDesk, position: int) -> list[int]:
    """What forbids to void a fact, the last first; tried on a copy."""
    trial = DealDesk(*made.declarations.values())
    trial.facts, trial.histories = list(made.facts), deepcopy(made.histories)
    try:
        ask(trial, "fact.void", position)
    except Refusal as refusal:
        return sorted(refusal.values["resting"], reverse=True)
    return []


def correct(made: DealDesk, position: int) -> None:
    """Put a fact a day back."""
    fact = YEAR.facts[position].fact
    payload = fact.model_copy(update={fact.EFFECTIVE: fact.effective - DAY_BEFORE})
    ask(made, "fact.correct", position, replacement=payload.model_dump(mode="json"))


def of_page(page: str) -> list[type[Fact]]:
    return [kind for kind in KINDS if kind.__module__ == page]


def states(history: Iterable[Recorded]) -> dict[str, Any]:
    told = tuple(history)
    subjects = {subject for seen in told for subject in seen.sequences}
    return {
        subject: fold(subject, [seen for seen in told if subject in seen.sequences])
        for subject in sorted(subjects)
    }


def tape(history: Iterable[Recorded]) -> Tape:
    story = Story()
    for seen in history:
        story.tell(
            seen.fact,
            on=business_day(seen.recorded_at),
            institution=seen.institution,
            replaces=seen.replaces,
            touching=tuple(seen.sequences),
            actor=seen.actor,
        )
    return story.tape()


def views(history: Iterable[Recorded]) -> dict[str, list[dict[str, Any]]]:
    """The rows of every view; the history itself shows corrections, and the log's positions."""
    told = tape(history)
    moment = moment_of(told, date(2024, 7, 1))
    return {
        view.name: view.rows(told, moment, {}).collect().to_dicts()
        for view in VIEWS
        if not view.needs and view.name not in ON_RECORDING
    }


def test_the_year_holds_every_kind_of_fact_there_is_to_correct() -> None:
    assert set(KINDS) <= {type(seen.fact) for seen in YEAR.facts}


def agree(made: DealDesk, history: list[Recorded]) -> None:
    """The desk's subjects stand as this history leaves them."""
    expected = states(history)
    assert {subject: made.state(subject) for subject in expected} == expected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TOPIC)
def test_a_voided_fact_leaves_states_as_if_it_had_not_been(kind: type[Fact]) -> None:
    made = desk()
    gone = void(made, position_of(kind))
    agree(made, [seen for seen in YEAR.facts if seen.position not in gone])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TOPIC)
def test_a_corrected_fact_stands_where_the_wrong_one_stood(kind: type[Fact]) -> None:
    made = desk()
    position = position_of(kind)
    correct(made, position)
    written = replace(made.facts[-1], replaces=None)
    agree(made, [written if seen.position == position else seen for seen in YEAR.facts])


@pytest.mark.parametrize("page", sorted(PAGES))
def test_voided_facts_leave_views_as_if_they_had_not_been(page: str) -> None:
    made = desk()
    gone: set[int] = set()
    for kind in of_page(page):
        if position_of(kind) not in gone:
            gone |= void(made, position_of(kind))
    assert views(made.facts) == views(seen for seen in YEAR.facts if seen.position not in gone)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_views_show_what_was_corrected_as_if_told_right_at_once(page: str) -> None:
    made = desk()
    right = list(YEAR.facts)
    for kind in of_page(page):
        position = position_of(kind)
        correct(made, position)
        right[position] = replace(right[position], fact=made.facts[-1].fact)
        if kind is facts.DecisionRecorded:  # its words are now those of whoever corrected them
            right[position] = replace(right[position], actor=OFFICIAL)
    assert views(made.facts) == views(right)
