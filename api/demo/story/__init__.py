"""What the demonstration plays: dated steps, chapter by chapter, in one order of time."""

from api.demo.story.fund_2022 import FUND_2022
from api.demo.story.fund_open import FUND_OPEN
from api.demo.story.people import NEWCOMERS, OPENING, RENEWALS
from api.demo.story.real_deals import REAL_DEALS
from api.demo.story.rights import RIGHTS
from api.demo.story.steps import Step

__all__ = ["OPENING", "STORY"]

STORY: tuple[Step, ...] = tuple(
    sorted(
        (*NEWCOMERS, *REAL_DEALS, *RIGHTS, *FUND_2022, *FUND_OPEN, *RENEWALS),
        key=lambda step: step.at,
    )
)
"""Everything after the opening. Steps of one moment stand in the order of their chapters."""
