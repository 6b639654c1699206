"""An allocation earns its reward once: from one fund, in one claim, on every day of the past."""

from datetime import date
from typing import Any

import pytest

from ledger import facts
from projections.moment import moment_of
from projections.views import BY_NAME
from tests.projections import facts_given as given
from tests.projections.tape_builder import BUREAU, Story
from tests.projections.test_fund_views import LICENSE, START, funded, pay

OTHER_FUND = "fund:second"
PAID = date(2022, 4, 1)


def accruals(story: Story, as_of: date | None = None) -> list[dict[str, Any]]:
    tape = story.tape()
    return BY_NAME["reward-accruals"].rows(tape, moment_of(tape, as_of)).collect().to_dicts()


def given_back(number: int, on: date) -> facts.RewardReturned:
    return facts.RewardReturned(
        reward=given.reward_id(number), fund=given.FUND, contract=LICENSE, receipts=(), on=on
    )


@pytest.fixture
def story() -> Story:
    """A fund and one license."""
    return funded()


def test_what_is_claimed_from_one_fund_earns_nothing_of_another(story: Story) -> None:
    second = given.fund_opened(START).model_copy(update={"fund": OTHER_FUND})
    story.tell(second, institution=BUREAU)
    part = pay(story, 1, PAID, 100_000)
    assert [row["fund"] for row in accruals(story)] == [given.FUND, OTHER_FUND]
    story.tell(given.reward_claimed(1, LICENSE, date(2022, 5, 1), part))
    assert [row["fund"] for row in accruals(story)] == [given.FUND]
    story.tell(given_back(1, date(2022, 6, 1)))
    assert len(accruals(story)) == 2


def test_a_claim_dated_back_before_the_return_of_another_doubles_nothing(story: Story) -> None:
    part = pay(story, 1, PAID, 100_000)
    story.tell(given.reward_claimed(1, LICENSE, date(2022, 5, 1), part))
    story.tell(given_back(1, date(2022, 6, 1)))
    again = given.reward_claimed(2, LICENSE, date(2022, 5, 15), part)
    story.tell(again, on=date(2022, 6, 2))
    for day, reward in ((10, 1), (20, 2)):
        (row,) = accruals(story, date(2022, 5, day))
        assert row["reward"] == given.reward_id(reward)
        assert (row["base_fen"], row["accrued_fen"]) == (100_000, 100)
