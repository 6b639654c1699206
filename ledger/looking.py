"""A look before the leap: commands decided over what is committed, and nothing appended."""

import threading
from collections.abc import Callable, Collection, Generator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import psycopg
from pydantic import ValidationError

from ledger.book import Clock
from ledger.case import Decision, Recorded
from ledger.commands import BY_COMMAND
from ledger.loading import load, load_missing
from ledger.refusals import Refusal
from ledger.sitting import Cache, Outcome, Request, Sitting, Statement, Unloaded

_TURNS_MAX: Final = 50
"""A look settles in a few turns; more means that this program is wrong."""

_HELD_MAX: Final = 50_000
_NOT_SAID: Final = (AttributeError, KeyError, ValidationError)
"""What a decision meets that asks for a field its half-said command does not have."""

Found = TypeVar("Found")
Ended = TypeVar("Ended")
Judge = Callable[[Sitting, Request], Found | None]
"""What is wanted of one request; None when something has to be loaded first."""


class Look(NamedTuple):
    """What a command would do now, and each subject it touches before and after."""

    decision: Decision
    changed: dict[str, tuple[Any, Any]]


class Looks(NamedTuple):
    """What commands would do one after another: an outcome each, and every subject they touch
    before the first and after the last."""

    outcomes: list[Outcome]
    changed: dict[str, tuple[Any, Any]]


class Onlooker:
    """Decides by the code that decides what is written, over a memory of its own.

    Only what is committed enters that memory, and a look is taken again if what it saw moved
    meanwhile. One look at a time; it blocks, so use a thread.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._url, self._clock = url, clock
        self._cache = Cache(_HELD_MAX)
        self._turn = threading.Lock()

    def look(self, request: Request) -> Look:
        """What the book would decide now. Raises Refusal, or the database's error."""
        sitting, (outcome,) = self._asked([request], Sitting.decide)
        if outcome.decision is None:
            raise outcome.failure or TypeError("an outcome is a decision or a failure")
        return Look(outcome.decision, sitting.changed())

    def looks(self, requests: Sequence[Request]) -> Looks:
        """What the book would decide of these one after another, each knowing the ones before.

        Raises the database's error; what a command is refused for is in its outcome.
        """
        sitting, outcomes = self._asked(requests, Sitting.decide)
        return Looks(outcomes, sitting.changed())

    def refusals(self, requests: Sequence[Request]) -> list[Refusal | None]:
        """Why each of these would be refused, were it alone; None where it would not be."""
        found = self._asked(requests, _refused)[1] if requests else []
        return [each.refusal for each in found]

    def weighed(self, requests: Sequence[Request]) -> list[frozenset[str] | None]:
        """For each request the codes of its breaches, or None where nothing can come of it.

        Its command may be said in part (`model_construct`): what is refused before a missing field
        is asked for is refused whatever stood there, and breaches are not known before all is said.
        """
        found = self._asked(requests, _weighed)[1] if requests else []
        return [each.breaches for each in found]

    def states(self, subjects: Collection[str]) -> dict[str, Any]:
        """The folded states of these subjects as they stand now."""
        wanted = sorted(subjects)
        if wanted:
            self._run(load(self._cache, wanted))
        held = {subject: self._cache.get(subject) for subject in wanted}
        return {subject: each.state for subject, each in held.items() if each is not None}

    def _asked(
        self, requests: Sequence[Request], judge: Judge[Found]
    ) -> tuple[Sitting, list[Found]]:
        return self._run(self._steps(requests, judge))

    def _run(self, steps: Generator[Statement, list[tuple[Any, ...]], Ended]) -> Ended:
        with self._turn, psycopg.connect(self._url, autocommit=True) as connection:
            cursor = connection.cursor(binary=True)
            try:
                step = next(steps)
                while True:
                    step = steps.send(cursor.execute(*step).fetchall())
            except StopIteration as done:
                ended: Ended = done.value
                return ended

    def _steps(
        self, requests: Sequence[Request], judge: Judge[Found]
    ) -> Generator[Statement, list[tuple[Any, ...]], tuple[Sitting, list[Found]]]:
        histories: dict[str, tuple[Recorded, ...]] = {}
        facts: dict[int, Recorded | None] = {}
        for _ in range(_TURNS_MAX):
            sitting = Sitting(self._cache, BY_COMMAND, self._clock(), histories, facts)
            judged = [judge(sitting, request) for request in requests]
            found = [each for each in judged if each is not None]
            if len(found) < len(judged):
                yield from load_missing(self._cache, sitting, requests, histories, facts)
                continue
            seen = dict(sitting.reads)
            yield from load(self._cache, sorted(seen))
            now = {subject: self._cache.get(subject) for subject in seen}
            if all(held and held.sequence == seen[subject] for subject, held in now.items()):
                return sitting, found
            histories.clear()
            facts.clear()
        raise RuntimeError(f"a look at {len(requests)} did not settle in {_TURNS_MAX} turns")


class _Weighed(NamedTuple):
    breaches: frozenset[str] | None


def _weighed(sitting: Sitting, request: Request) -> _Weighed | None:
    try:
        _, decision = sitting.weigh(request)
    except Unloaded:
        return None
    except Refusal:
        return _Weighed(None)
    except _NOT_SAID:
        return _Weighed(frozenset())
    return _Weighed(frozenset(breach.code for breach in decision.breaches))


class _Refused(NamedTuple):
    refusal: Refusal | None


def _refused(sitting: Sitting, request: Request) -> _Refused | None:
    try:
        _, decision = sitting.weigh(request)
    except Unloaded:
        return None
    except Refusal as refusal:
        return _Refused(refusal)
    return _Refused(decision.refusal)
