"""What a case of a clause is: a story, a day, and the status that its cell must have."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from ledger.facts import Fact
from tests.compliance import given as told_of
from tests.projections.tape_builder import ALPHA, Story

Told = Fact | tuple[Fact, Mapping[str, Any]]
"""A fact, or a fact and how it is told: by whom, where, with what evidence."""


@dataclass(frozen=True)
class Case:
    """One clause seen in one story; `codes` are those of the breaches."""

    catalogue: str
    clause: str
    kind: Literal["breach", "near-miss", "evidenced"]
    story: Callable[[], Story]
    as_of: date
    codes: tuple[str, ...] = ()
    institution: str = ALPHA

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"{self.clause} {self.kind}"


def told(facts: Iterable[Told], base: Callable[[], Story] = told_of.ground) -> Story:
    """The ground of all stories and these facts after it."""
    story = base()
    for each in facts:
        fact, how = each if isinstance(each, tuple) else (each, {})
        story.tell(fact, **how)
    return story


def three(
    catalogue: str,
    clause: str,
    code: str,
    breach: Iterable[Told],
    near: Iterable[Told],
    evidenced: Iterable[Told],
    *,
    as_of: date = date(2022, 7, 1),
    base: Callable[[], Story] = told_of.ground,
    institution: str = ALPHA,
) -> tuple[Case, ...]:
    """A breach, a near miss and an evidenced case of one clause on the same day."""
    make = partial(Case, catalogue, clause)
    return (
        make("breach", partial(told, breach, base), as_of, (code,), institution),
        make("near-miss", partial(told, near, base), as_of, (), institution),
        make("evidenced", partial(told, evidenced, base), as_of, (), institution),
    )
