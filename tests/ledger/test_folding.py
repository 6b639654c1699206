"""Folding is total, and a correction counts where the corrected fact stood."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.case import Recorded
from ledger.codec import decode
from ledger.facts import FACTS, Fact, FactVoided, PatentFiled
from ledger.folding import FOLDS, evolve, fold, initial, is_correction, standing
from ledger.patents import Patent
from ledger.subjects import kind_of
from tests.ledger.examples import DIGEST, EXAMPLES, NOON, OTHER_PATENT, PATENT, UNIVERSITY, entry
from tests.ledger.strategies import facts

DAY = date(2026, 3, 2)
FOLDED = tuple(kind for kind in FACTS if kind is not FactVoided)


def recorded(fact: Fact, position: int = 0, replaces: int | None = None) -> Recorded:
    return Recorded(
        fact=fact,
        actor="actor:00000000-0000-4000-8000-000000000001",
        institution=UNIVERSITY,
        recorded_at=NOON,
        sequences=dict.fromkeys(fact.subjects(), position + 1),
        position=position,
        replaces=replaces,
        leaf=f"{position:064x}",
    )


# --- total


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: fact.TOPIC)
def test_every_subject_a_fact_touches_can_fold_it(fact: Fact) -> None:
    for subject in fact.subjects():
        assert kind_of(subject) in FOLDS
        if not isinstance(fact, FactVoided):
            seen = replace(decode(entry(fact)), replaces=None)
            assert type(evolve(subject, initial(subject), seen)) is type(initial(subject))


def test_every_kind_of_subject_is_touched_by_some_fact() -> None:
    touched = {kind_of(subject) for fact in EXAMPLES for subject in fact.subjects()}
    also = {"assignment"}
    assert set(FOLDS) == touched | also


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(*(facts(kind) for kind in FOLDED)), max_size=12))
def test_any_history_folds_whatever_its_facts_say(history: list[Fact]) -> None:
    """Evolve holds no rules: reality in any order, contradicting itself, must not stop a fold."""
    states: dict[str, Any] = {}
    for position, fact in enumerate(history):
        seen = recorded(fact, position)
        for subject in fact.subjects():
            before = states.get(subject, initial(subject))
            states[subject] = evolve(subject, before, seen)
            assert type(states[subject]) is type(before)
    for subject, state in states.items():
        chain = [recorded(f, p) for p, f in enumerate(history) if subject in f.subjects()]
        assert fold(subject, chain) == state


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(*(facts(kind) for kind in FOLDED)), max_size=8), st.integers(0, 10**6))
def test_states_do_not_depend_on_positions(history: list[Fact], shift: int) -> None:
    """A batch folds its own facts before their positions are known."""
    for subject in {subject for fact in history for subject in fact.subjects()}:
        chain = [
            (number, fact) for number, fact in enumerate(history) if subject in fact.subjects()
        ]
        near = [recorded(fact, number) for number, fact in chain]
        far = [replace(seen, position=(seen.position or 0) + shift) for seen in near]
        unknown = [replace(seen, position=None) for seen in near]
        assert fold(subject, near) == fold(subject, far) == fold(subject, unknown)


# --- corrections


def filed(title: str) -> PatentFiled:
    return PatentFiled(
        patent=PATENT,
        kind="invention",
        title=title,
        filed=DAY,
        owners=(UNIVERSITY,),
        other_owners=(),
        inventors=(),
        disclosure=None,
    )


def voided(position: int) -> FactVoided:
    return FactVoided(voided=position, voided_leaf=DIGEST, touched=(PATENT,), on=DAY)


def chain(*steps: Fact | tuple[Fact, int]) -> list[Recorded]:
    """Facts at positions 0, 1, …; a pair gives the position that the fact replaces."""
    return [
        recorded(step[0], position, step[1])
        if isinstance(step, tuple)
        else recorded(step, position)
        for position, step in enumerate(steps)
    ]


def titles(history: list[Recorded]) -> list[str]:
    return [seen.fact.title for seen in standing(history) if isinstance(seen.fact, PatentFiled)]


def test_without_corrections_every_fact_stands() -> None:
    history = chain(filed("a"), filed("b"))
    assert standing(history) == tuple(history)


def test_a_voided_fact_does_not_stand_and_neither_does_the_void() -> None:
    assert standing(chain(filed("a"), filed("b"), voided(0)))[0].position == 1
    assert standing(chain(filed("a"), voided(0))) == ()


def test_a_replacement_stands_where_the_voided_fact_stood() -> None:
    history = chain(filed("a"), filed("b"), voided(0), (filed("A"), 0))
    assert titles(history) == ["A", "b"]


def test_a_replacement_of_a_replacement_stands_in_the_first_place() -> None:
    history = chain(
        filed("a"), filed("b"), voided(0), (filed("A"), 0), voided(3), (filed("Å"), 3), filed("c")
    )
    assert titles(history) == ["Å", "b", "c"]


def test_a_voided_replacement_leaves_nothing_in_its_place() -> None:
    history = chain(filed("a"), filed("b"), voided(0), (filed("A"), 0), voided(3))
    assert titles(history) == ["b"]


def test_two_corrections_do_not_disturb_each_other() -> None:
    history = chain(filed("a"), filed("b"), voided(1), (filed("B"), 1), voided(0), (filed("A"), 0))
    assert titles(history) == ["A", "B"]


def test_a_replacement_touching_a_new_subject_stands_on_that_chain_too() -> None:
    """The new subject's chain holds neither the voided fact nor the void."""
    history = [recorded(filed("A"), 3, replaces=0)]
    assert titles(history) == ["A"]
    assert fold(PATENT, history).known


def test_a_replacement_touching_a_new_subject_stands_there_also_beside_other_voids() -> None:
    history = [
        recorded(filed("first"), 1),
        recorded(filed("brought in"), 3, replaces=0),
        recorded(filed("wrong"), 4),
        recorded(voided(4), 5),
    ]
    assert titles(history) == ["first", "brought in"]


def test_a_replacement_on_a_new_chain_can_be_corrected_there() -> None:
    history = [
        recorded(filed("brought in"), 3, replaces=0),
        recorded(voided(3), 4),
        recorded(filed("better"), 5, replaces=3),
    ]
    assert titles(history) == ["better"]


def test_a_subject_that_only_the_voided_fact_spoke_of_forgets_it() -> None:
    """The replacement still links that chain, but says nothing of it."""
    elsewhere = PatentFiled(**{**dict(filed("A")), "patent": OTHER_PATENT})
    assert fold(PATENT, chain(filed("a"), voided(0), (elsewhere, 0))) == Patent()


def test_folding_a_corrected_history_is_folding_the_corrected_facts() -> None:
    history = chain(filed("a"), voided(0), (filed("A"), 0))
    assert fold(PATENT, history) == evolve(PATENT, Patent(), history[2])
    assert [is_correction(seen) for seen in history] == [False, True, True]
