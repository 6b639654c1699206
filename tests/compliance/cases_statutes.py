"""Cases of the statutes: each rule broken, nearly broken, and kept."""

from datetime import date, timedelta
from functools import partial

from ledger import facts
from tests.compliance.cases import Case, Told, three
from tests.compliance.given import (
    CONSENT,
    DAY,
    annuity_due,
    annuity_paid,
    assigned,
    declared,
    evaluated,
    ground,
    licensed,
    maintained,
    noticed,
    objected,
    pledged,
    priced,
    recorded,
    registered,
    released,
    resolved,
)
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BETA

LICENSE = given.license_id(1)
ASSIGNMENT = given.assignment_id(1)
STATUTORY = date(2024, 2, 1)
MONEY = given.claimed(1, date(2022, 4, 1), 400_000)
PART = given.allocated(1, ASSIGNMENT, date(2022, 4, 1), 400_000, purpose="assignment-price")
FIRST = DAY - timedelta(days=20)


def exclusive(number: int, on: date, ends: date | None = None) -> facts.LicenseGranted:
    return licensed(number, on, exclusivity="exclusive", ends=ends)


_NUMBER = given.number_claimed(BETA, DAY)
CLAIMED_NUMBER: tuple[Told, ...] = ((_NUMBER, {"institution": BETA}),)
PROVEN_FILE = given.number_proven(_NUMBER, DAY, of_claim=False)
PROVEN_CLAIM: Told = (
    given.number_proven(_NUMBER, DAY, of_claim=True),
    {"institution": BETA},
)
SETTLED_NUMBER: tuple[Told, ...] = tuple(
    (fact, {"institution": institution})
    for fact, institution in zip(
        given.number_settled(_NUMBER, BETA, DAY), (ALPHA, BETA), strict=True
    )
)

_case = partial(three, "statutes")

CASES: tuple[Case, ...] = (
    # 1 January 2023 and the two days after it are days off: the term ends on the 3rd.
    *_case(
        "license-recordal",
        "recordal-is-late",
        [licensed(on=date(2022, 10, 1)), recorded(date(2023, 1, 4))],
        [licensed(on=date(2022, 10, 1)), recorded(date(2023, 1, 3))],
        [licensed(), recorded(date(2022, 4, 1))],
        as_of=date(2023, 2, 1),
    ),
    *_case(
        "assignment-registration",
        "money-before-registration",
        [assigned(), MONEY, PART, registered(date(2022, 4, 2))],
        [assigned(), MONEY, PART, registered(date(2022, 4, 1))],
        [assigned(), registered(date(2022, 3, 20))],
    ),
    *_case(
        "price-notice",
        "contract-precedes-end-of-notice",
        [licensed(), priced(FIRST, LICENSE), noticed(DAY - timedelta(days=15), DAY)],
        [
            licensed(),
            priced(FIRST, LICENSE),
            noticed(DAY - timedelta(days=16), DAY - timedelta(days=1)),
        ],
        [
            licensed(),
            priced(FIRST, LICENSE),
            noticed(FIRST, DAY - timedelta(days=2)),
            objected(FIRST),
            resolved(DAY - timedelta(days=1)),
        ],
    ),
    *_case(
        "open-license-prerequisites",
        "annuity-is-unpaid",
        [annuity_due(date(2024, 1, 31)), declared(STATUTORY)],
        [annuity_due(date(2024, 1, 31)), annuity_paid(STATUTORY), declared(STATUTORY)],
        [declared(STATUTORY)],
        as_of=date(2024, 3, 1),
    ),
    *_case(
        "license-conflicts",
        "exclusive-licenses-overlap",
        [exclusive(1, DAY, date(2022, 4, 30)), exclusive(2, date(2022, 4, 30))],
        [exclusive(1, DAY, date(2022, 4, 30)), exclusive(2, date(2022, 5, 1))],
        [licensed(1), licensed(2)],
    ),
    *_case(
        "co-owner-consent",
        "co-owner-consent-is-missing",
        [exclusive(1, DAY)],
        [licensed(2), (assigned(), {"evidence": [CONSENT]})],
        [(exclusive(1, DAY), {"evidence": [CONSENT]})],
        base=partial(ground, co_owner=True),
    ),
    *_case(
        "annuities",
        "annuity-paid-after-grace",
        [annuity_due(date(2022, 3, 10)), annuity_paid(date(2022, 9, 11))],
        [annuity_due(date(2022, 3, 10)), annuity_paid(date(2022, 9, 10))],
        [annuity_due(date(2022, 3, 10)), maintained(DAY, "give-up")],
        as_of=date(2022, 10, 1),
    ),
    *_case(
        "number-holder",
        "number-claimed-by-another",
        [*CLAIMED_NUMBER, PROVEN_FILE, PROVEN_CLAIM],
        [*CLAIMED_NUMBER, PROVEN_FILE],
        [],
    ),
)

FURTHER_OBSTACLES: dict[str, tuple[facts.Fact, ...]] = {
    "open-under-exclusive": (exclusive(1, DAY), declared(STATUTORY)),
    "pledgee-consent-is-missing": (pledged(DAY), declared(STATUTORY)),
    "right-is-not-in-force": (
        given.patent_turn("lapsed", date(2024, 1, 31)),
        declared(STATUTORY),
    ),
    "open-license-scheme-contradicts-day": (declared(date(2024, 1, 19)),),
}
"""What else keeps a right from being declared open, beyond the annuity."""

NO_OBSTACLES: tuple[tuple[facts.Fact, ...], ...] = (
    (exclusive(1, DAY, date(2024, 1, 31)), declared(STATUTORY)),
    (pledged(DAY), released(STATUTORY), declared(STATUTORY)),
    (given.patent_turn("lapsed", STATUTORY + timedelta(days=1)), declared(STATUTORY)),
    (declared(date(2024, 1, 20)),),
    (declared(date(2022, 9, 1), "open-pilot"), declared(STATUTORY)),
)

UNEVALUATED = (declared(STATUTORY),)
EVALUATED = (evaluated(STATUTORY), declared(STATUTORY))
