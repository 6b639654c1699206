"""What the demonstration plays: dated steps, chapter by chapter, in one order of time."""

from api.demo.story.audits import AUDITED
from api.demo.story.books import BOOKS_KEPT
from api.demo.story.cash import RECEIVED
from api.demo.story.dealings import DEALT
from api.demo.story.desk import DESK
from api.demo.story.disputes import DISPUTED
from api.demo.story.fund_2022 import FUND_2022
from api.demo.story.fund_open import FUND_OPEN
from api.demo.story.governance import GOVERNED
from api.demo.story.openings import OPENED
from api.demo.story.papers import PAPERS
from api.demo.story.people import NEWCOMERS, OPENING, RENEWALS, STORY_ENDS
from api.demo.story.real_deals import REAL_DEALS
from api.demo.story.results import DISCLOSED
from api.demo.story.rights import RIGHTS
from api.demo.story.services import SERVED
from api.demo.story.steps import Step
from api.demo.story.turns import TURNS
from api.demo.story.upkeep import UPKEEP

__all__ = ["EDITION", "OPENING", "STORY"]

EDITION = "4"
"""Grows with every change of what the story tells: a home keeps the story it began with."""

_THREE_YEARS = (
    *DISCLOSED,
    *UPKEEP,
    *DEALT,
    *OPENED,
    *SERVED,
    *DESK,
    *GOVERNED,
    *RECEIVED,
    *TURNS,
)
"""2022 to 2024 by rules that run on; what lies beyond the end of the story is not told."""

STORY: tuple[Step, ...] = tuple(
    sorted(
        (
            *NEWCOMERS,
            *REAL_DEALS,
            *RIGHTS,
            *FUND_2022,
            *FUND_OPEN,
            *BOOKS_KEPT,
            *AUDITED,
            *PAPERS,
            *DISPUTED,
            *(step for step in _THREE_YEARS if step.at < STORY_ENDS),
            *RENEWALS,
        ),
        key=lambda step: step.at,
    )
)
"""Everything after the opening. Steps of one moment stand in the order of their chapters."""
