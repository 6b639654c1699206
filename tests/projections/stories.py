"""One long story in which every view has something to say, with corrections and late facts."""

from datetime import date, datetime

from ledger import facts
from ledger.case import SHANGHAI
from tests.projections import facts_given as given
from tests.projections.audits_given import audit_day
from tests.projections.deals_given import deals_around
from tests.projections.market_given import market_day
from tests.projections.portfolio_given import portfolio_day
from tests.projections.tape_builder import ALPHA, BUREAU, CLERK, Story, uuid

THIRD = "institution:91330100799655058B"
"""An institution that only claims a number of the first."""


def opened(story: Story) -> Story:
    """A log with a university, a verified small firm and the fund."""
    start = date(2022, 1, 3)
    story.tell(given.institution(ALPHA, start), institution=ALPHA)
    story.tell(given.firm(start), institution=BUREAU)
    story.tell(given.size(start), institution=BUREAU)
    story.tell(given.fund_opened(start, cap_fen=1_000), institution=BUREAU)
    story.tell(
        facts.TokenIssued(
            holder=CLERK,
            token=uuid(1),
            purpose="bearer",
            expires_at=datetime(2022, 12, 31, 23, 59, 59, 500_000, SHANGHAI),
            on=start,
        )
    )
    return story


def long_story() -> Story:
    """Patents, deals, money and a reward, some of it corrected, told over a year."""
    story = opened(Story())
    license_, assignment = given.license_id(1), given.assignment_id(1)
    story.tell(given.filed())
    story.tell(given.filed(given.OTHER_PATENT))
    story.tell(given.patent_turn("granted", date(2022, 2, 1)))
    of_terms = given.terms(
        date(2022, 3, 1),
        fixed_fee_fen=1_000_000,
        instalments=(
            given.due(1, date(2022, 4, 1), 400_000),
            given.due(2, date(2022, 9, 1), 600_000),
        ),
    )
    signed = story.tell(given.granted(1, date(2022, 2, 20), of_terms), on=date(2022, 2, 21))
    story.tell(given.agreed(1, date(2022, 3, 5), 500_000))
    receipt = given.claimed(1, date(2022, 4, 10), 500_000)
    money = story.tell(receipt)
    part = given.allocated(1, license_, date(2022, 4, 10), 400_000, instalment=1)
    story.tell(part)
    story.correct(signed, given.granted(1, date(2022, 2, 19), of_terms), on=date(2022, 4, 20))
    story.correct(money, receipt.model_copy(update={"amount_fen": 480_000}), on=date(2022, 4, 21))
    story.tell(
        given.allocated(
            1, assignment, date(2022, 4, 10), 50_000, number=2, purpose="assignment-price"
        ),
        on=date(2022, 4, 22),
    )
    story.tell(given.reward_claimed(1, license_, date(2022, 5, 1), part))
    story.tell(given.awarded(1, license_, date(2022, 6, 1), 300, 100), institution=ALPHA)
    story.tell(given.appropriated(1, date(2022, 6, 10), 400), institution=ALPHA)
    story.tell(given.disbursed(1, license_, date(2022, 6, 20), 300, 100, tax_fen=3))
    story.tell(given.refunded(part, date(2022, 7, 1), 100_000))
    story.tell(given.clawed_back(1, license_, date(2022, 7, 10), 0, 100))
    story.tell(
        facts.InstalmentScheduled(
            contract=license_, number=3, due=date(2022, 12, 1), amount_fen=7, purpose="royalty"
        ),
        on=date(2022, 8, 1),
    )
    story.void(story.tell(given.patent_turn("lapsed", date(2022, 8, 5))), on=date(2022, 8, 9))
    story.tell(given.disclosed(1, date(2022, 8, 10)))
    for fact in market_day(date(2022, 8, 10)):
        story.tell(fact)
    for fact in deals_around(date(2022, 8, 11)):
        story.tell(fact)
    for fact in portfolio_day(date(2022, 8, 10)):
        story.tell(fact, on=date(2022, 8, 10))
    for fact in audit_day(date(2022, 8, 12)):
        story.tell(fact, on=date(2022, 8, 12))
    claimed = given.number_claimed(THIRD, date(2022, 8, 12), given.OTHER_PATENT)
    story.tell(claimed, institution=THIRD)
    return story
