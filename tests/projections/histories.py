"""Histories as they may come: any run of facts about a few subjects, corrected and told late."""

from datetime import timedelta
from typing import Any, Final

from hypothesis import strategies as st

from ledger import facts
from tests.projections import facts_given as given
from tests.projections.history_deals import DEALS
from tests.projections.history_rights import RIGHTS
from tests.projections.history_state import OPENED, PATENTS, TOLD, History, day_of, pick
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, Story

Step = tuple[str, int, int]

_DATES: Final = ("on", "signed", "filed", "submitted")
_TELLS: Final = {**RIGHTS, **DEALS}


# --- corrections


def _correct(h: History, a: int, b: int) -> None:
    """Another day, and for a license other patents, in the place of what was reported."""
    reported = [at for at, fact in h.standing.items() if fact.REPORTED and at > 4]
    at = pick(reported, a)
    if at is None:
        return
    fact = h.standing.pop(at)
    name = next((name for name in _DATES if name in type(fact).model_fields), None)
    changes: dict[str, Any] = {} if name is None else {name: day_of(b)}
    if isinstance(fact, facts.LicenseGranted):
        changes["patents"] = (PATENTS[b % len(PATENTS)],)
    replacement = fact.model_copy(update=changes)
    h.standing[h.story.correct(at, replacement, on=TOLD)] = replacement


def _void(h: History, a: int, b: int) -> None:
    """What nothing rests on: facts that did not bring their own subject into being."""
    at = pick([at for at, fact in h.standing.items() if fact.REPORTED and at > 4], a)
    if at is None:
        return
    fact = h.standing[at]
    first = next(p for p, other in h.standing.items() if fact.subjects()[0] in other.subjects())
    if first == at and h.names(fact.subjects()[0]) > 1:
        return
    del h.standing[at]
    h.story.void(at, on=TOLD)


def history(steps: list[Step]) -> Story:
    """The story of these steps, after a founding; steps that make no sense tell nothing."""
    h = History()
    for institution in (ALPHA, BETA):
        h.tell(given.institution(institution, OPENED), institution)
    h.tell(given.size(OPENED - timedelta(days=1)), BUREAU)
    h.tell(given.fund_opened(OPENED), BUREAU)
    h.tell(given.firm(OPENED), BUREAU)
    for what, a, b in steps:
        if what == "correct":
            _correct(h, a, b)
        elif what == "void":
            _void(h, a, b)
        elif fact := _TELLS[what](h, a, b):
            h.tell(fact, BUREAU if what == "size" else ALPHA)
    return h.story


_SKELETON: Final = ("file", "turn", "license", "claim", "allocate", "reward", "stage", "back")
"""What other steps need, and what comes of them, drawn more often."""

STEPS: Final = (*_TELLS, *_SKELETON, *_SKELETON, "register", "correct", "correct", "void")

number = st.integers(0, 30)
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), number, number),
    min_size=10,
    max_size=70,
).map(history)
