"""Cases of the plan's limits: each broken, nearly broken, and kept. All bind the bureau."""

from datetime import date
from functools import partial

from ledger import facts
from ledger.identifiers import credit_code_check
from ledger.policies.sme_2011 import Size
from tests.compliance.cases import Case, Told, three, told
from tests.compliance.given import acting, designated, judged, licensed, named
from tests.compliance.given import reward_reviewed as reviewed
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BUREAU, Story

LICENSE = given.license_id(1)
MONEY = given.claimed(1, date(2022, 4, 1), 400_000)
PART = given.allocated(1, LICENSE, date(2022, 4, 1), 400_000)
CLAIM = given.reward_claimed(1, LICENSE, date(2022, 5, 1), PART)
AWARD_DAY = date(2022, 6, 1)


def _bureau(fact: facts.Fact) -> Told:
    return fact, {"institution": BUREAU}


def claiming(*, cap_fen: int = 1_000) -> Story:
    """A fund, and a claim on 4,000 yuan received under a license."""
    fund = given.fund_opened(date(2022, 1, 3), cap_fen=cap_fen)
    return told([_bureau(fund), licensed(), MONEY, PART, CLAIM])


def resized(of: Size) -> Story:
    """The same story, but the firm's size verified anew on the day before the license."""
    return told([_bureau(given.size(date(2022, 2, 28), of))], claiming)


def awarded(amount_fen: int, by: int = 3) -> Told:
    award = given.awarded(1, LICENSE, AWARD_DAY, amount_fen)
    return award, {"institution": ALPHA, "actor": named("actor", by)}


def _acts(judge: int, reviewer: int, approver: int, payer: int) -> list[Told]:
    """All acts on the claim, each from an account of its own, of these persons."""
    persons = (judge, reviewer, approver, payer)
    accounts = [acting(person, account) for account, person in enumerate(persons, 1)]
    return [
        *accounts,
        (judged(date(2022, 5, 10)), {"actor": named("actor", 1)}),
        (reviewed(date(2022, 5, 11), 400_000, 400), {"actor": named("actor", 2)}),
        awarded(400),
        (given.appropriated(1, date(2022, 6, 10), 400), {"actor": named("actor", 4)}),
    ]


_case = partial(three, "plan-2022-21", institution=BUREAU)


def _centre(number: int) -> str:
    first17 = f"1231000042500{number:04d}"
    return f"institution:{first17}{credit_code_check(first17)}"


def _chosen(*numbers: int) -> list[Told]:
    return [_bureau(designated(_centre(number), date(2022, 7, 1))) for number in numbers]


def _disciplined(*disciplines: str) -> list[Told]:
    return [_bureau(designated(_centre(1), date(2022, 7, 1), disciplines))]


REVIEWED = reviewed(date(2022, 5, 11), 400_000, 400)

CASES: tuple[Case, ...] = (
    *_case(
        "cap",
        "awards-exceed-cap",
        [awarded(1_001)],
        [awarded(1_000)],
        [awarded(400)],
        base=claiming,
    ),
    *_case(
        "rate",
        "review-exceeds-rate",
        [reviewed(date(2022, 5, 11), 400_000, 401), awarded(401)],
        [reviewed(date(2022, 5, 11), 400_499, 400), awarded(400)],
        [REVIEWED, awarded(400)],
        base=claiming,
    ),
    *_case(
        "separation-of-duties",
        "one-person-did-both",
        _acts(judge=1, reviewer=2, approver=3, payer=1),
        _acts(judge=1, reviewer=2, approver=2, payer=3),
        _acts(judge=1, reviewer=2, approver=3, payer=4),
        base=claiming,
    ),
    Case(
        "plan-2022-21",
        "eligibility",
        "breach",
        partial(told, [awarded(400)], partial(resized, Size.LARGE)),
        date(2022, 7, 1),
        ("award-for-money-not-counted",),
        BUREAU,
    ),
    Case(
        "plan-2022-21",
        "eligibility",
        "near-miss",
        partial(told, [awarded(400)], partial(resized, Size.MEDIUM)),
        date(2022, 7, 1),
        (),
        BUREAU,
    ),
    Case(
        "plan-2022-21",
        "eligibility",
        "evidenced",
        partial(told, [awarded(400)], claiming),
        date(2022, 7, 1),
        (),
        BUREAU,
    ),
    *_case(
        "ten-selections",
        "more-centres-than-allowed",
        _chosen(*range(1, 12)),
        _chosen(*range(1, 11), 1),
        _chosen(1, 2, 3),
    ),
    *_case(
        "disciplines",
        "centre-disciplines-are-off",
        _disciplined("材料", "机械", "医药"),
        _disciplined("材料", "机械"),
        _disciplined("材料"),
    ),
)
