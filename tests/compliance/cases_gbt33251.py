"""Cases of GB/T 33251-2016: each clause broken, nearly broken, and kept."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from ledger import facts
from tests.compliance.cases import Case, Told, three
from tests.compliance.given import (
    DAY,
    PAPER,
    annuity_paid,
    approved,
    assigned,
    clauses_reviewed,
    contributed,
    decision,
    demand,
    demand_closed,
    exited,
    graded,
    lead,
    licensed,
    maintained,
    named,
    partner,
    partner_ended,
    party_checked,
    recorded,
    registered,
    risk,
    status_checked,
    supply,
    supply_withdrawn,
    tagged,
    untagged,
    valued,
)
from tests.projections import facts_given as given
from tests.projections.tape_builder import CLERK

OTHER_CLERK = named("actor", 2)
LAPSED = given.patent_turn("lapsed", date(2022, 6, 1))
EARLIER = DAY - timedelta(days=10)
LATER = DAY + timedelta(days=10)


def _clerk(person: int, actor: str) -> facts.ActorRegistered:
    return facts.ActorRegistered(
        registered=actor, kind="human", person=given.person_id(person), on=date(2022, 1, 3)
    )


def _signed(fact: facts.Fact) -> Told:
    return fact, {"evidence": [PAPER]}


def _decided(kind: Any, *about: str, by: int, on: date = LATER) -> tuple[Told, ...]:
    """A decision by the clerk, approved from another account that is person `by`."""
    return (
        _clerk(1, CLERK),
        _clerk(by, OTHER_CLERK),
        decision(EARLIER, kind, *about),
        (approved(on), {"actor": OTHER_CLERK}),
    )


_case = partial(three, "gbt33251-2016")

_GRADING = (
    *_case(
        "8.1-a",
        "grade-given-to-dead-right",
        [LAPSED, graded(date(2022, 6, 1))],
        [graded(date(2022, 5, 31)), LAPSED],
        [graded(DAY)],
    ),
    *_case(
        "8.1-b",
        "high-value-tag-does-not-suit",
        [graded(DAY), tagged(DAY), LAPSED],
        [graded(DAY), tagged(DAY), untagged(LATER)],
        [graded(DAY, "legal"), graded(LATER)],
    ),
    *_case(
        "8.1-c",
        "kept-patent-lapsed",
        [maintained(DAY), LAPSED],
        [maintained(DAY), LAPSED, given.patent_turn("restored", date(2022, 6, 20))],
        [maintained(DAY), annuity_paid(LATER)],
    ),
)

_PROMOTION = (
    *_case(
        "8.2-a",
        "risk-assessed-after-signing",
        [licensed(), risk(DAY + timedelta(days=1))],
        [licensed(), risk(DAY)],
        [risk(EARLIER, given.license_id(1)), licensed()],
    ),
    *_case(
        "8.2-b",
        "approved-by-its-author",
        _decided("disposal", by=1),
        _decided("disposal", by=2),
        _decided("pricing", by=2),
    ),
    *_case(
        "8.2-c",
        "dead-right-on-offer",
        [supply(DAY), LAPSED],
        [supply(DAY), LAPSED, supply_withdrawn(date(2022, 6, 2))],
        [supply(DAY)],
    ),
    *_case(
        "8.2-d",
        "met-demand-without-lead",
        [demand(DAY), demand_closed(LATER, "met")],
        [
            demand(DAY),
            demand_closed(LATER, "lapsed"),
            supply(DAY, given.PATENT, given.OTHER_PATENT),
        ],
        [demand(DAY), lead(LATER), demand_closed(date(2022, 4, 1), "met")],
    ),
    *_case(
        "8.2-e",
        "right-is-not-in-force",
        [LAPSED, contributed(date(2022, 6, 2))],
        [contributed(date(2022, 5, 31)), LAPSED],
        [contributed()],
    ),
)

_LICENSING = (
    *_case(
        "8.3-a",
        "signed-against-status-check",
        [status_checked(DAY, in_force=False), licensed()],
        [status_checked(DAY - timedelta(days=30)), assigned()],
        [status_checked(EARLIER, in_force=False), status_checked(DAY), licensed()],
    ),
    *_case(
        "8.3-b",
        "signed-with-bad-faith-party",
        [party_checked(DAY, "intent-to-work", "bad-faith"), licensed()],
        [
            party_checked(DAY, "intent-to-work"),
            licensed(),
            party_checked(LATER, "intent-to-work", "bad-faith"),
        ],
        [party_checked(EARLIER, "intent-to-work"), assigned()],
    ),
    *_case(
        "8.3-c",
        "fee-is-not-stated",
        [_signed(licensed(fixed_fee_fen=0))],
        [_signed(licensed(fixed_fee_fen=0, payment="free"))],
        [_signed(licensed()), _signed(assigned())],
    ),
    *_case(
        "8.3-d",
        "recordal-is-late",
        [licensed(), recorded(date(2022, 6, 2))],
        [licensed(), recorded(date(2022, 6, 1))],
        [assigned(), registered(LATER)],
    ),
)

_EQUITY = (
    *_case(
        "8.4-a",
        "signed-with-bad-faith-party",
        [party_checked(EARLIER, "credit", "bad-faith"), contributed()],
        [
            party_checked(EARLIER, "credit", "bad-faith"),
            party_checked(DAY, "credit"),
            contributed(),
        ],
        [party_checked(EARLIER, "capability"), contributed()],
    ),
    *_case(
        "8.4-b",
        "valuation-had-run-out",
        [valued(EARLIER, DAY - timedelta(days=1)), contributed()],
        [valued(EARLIER, DAY), contributed()],
        [valued(EARLIER, None), contributed()],
    ),
    *_case(
        "8.4-c",
        "exit-before-distribution-was-settled",
        [
            contributed(),
            *_decided("distribution", named("equity", 1), by=2, on=date(2022, 6, 2)),
            exited(date(2022, 6, 1)),
        ],
        [
            contributed(),
            *_decided("distribution", named("equity", 1), by=2, on=date(2022, 6, 1)),
            exited(date(2022, 6, 1)),
        ],
        [contributed(), *_decided("distribution", named("equity", 1), by=2)],
    ),
)

_AGREED = given.license_id(1)

_CONTRACTS = (
    *_case(
        "9.1-a",
        "signed-against-review",
        [clauses_reviewed(_AGREED, DAY, "changes-asked"), licensed()],
        [
            clauses_reviewed(_AGREED, EARLIER, "changes-asked"),
            clauses_reviewed(_AGREED, DAY),
            licensed(),
        ],
        [clauses_reviewed(named("partner", 1), EARLIER), partner(DAY, "commercial-bank")],
    ),
    *_case(
        "9.1-b",
        "agreement-leaves-rights-open",
        [_signed(partner(DAY, "service-agency", secrecy=False))],
        [_signed(partner(DAY, "service-base"))],
        [_signed(partner(DAY, "service-agency"))],
    ),
    *_case(
        "9.1-c",
        "agreement-leaves-rights-open",
        [_signed(partner(DAY, "joint-laboratory", ownership=False))],
        [_signed(partner(DAY, "joint-laboratory", secrecy=False))],
        [_signed(partner(DAY, "leading-enterprise"))],
    ),
)

ENDED_AGREEMENT = (
    _signed(partner(DAY, "service-agency", secrecy=False)),
    partner_ended(LATER),
)

CASES: tuple[Case, ...] = (*_GRADING, *_PROMOTION, *_LICENSING, *_EQUITY, *_CONTRACTS)
