"""Prices: determined by agreement, listing or auction, put up on campus, objected to."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.patents import LapsePatent
from ledger.policies.pricing_notice import PRICING_NOTICE_2016, notice_days_min
from ledger.pricings import (
    NOTICE_DAYS_MIN,
    DeterminePrice,
    ObjectToPrice,
    PostNotice,
    ResolveObjection,
)
from ledger.refusals import Refused
from tests.ledger.deal_desk import (
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_FIRM,
    OTHER_UNIVERSITY,
    DealDesk,
    codes,
    license_of,
    ready,
    uuid,
)

PRICING = f"pricing:{uuid(70)}"
SIGNED = date(2023, 12, 1)


def priced(**changed: Any) -> DeterminePrice:
    usual: dict[str, Any] = {
        "pricing": PRICING,
        "method": "agreement",
        "patents": (INVENTION,),
        "amount_fen": 100_000,
        "on": date(2023, 10, 20),
    }
    return DeterminePrice(**{**usual, **changed})


def notice(starts: date, ends: date) -> PostNotice:
    return PostNotice(pricing=PRICING, place="校园网", starts=starts, ends=ends)


def desk_with(**changed: Any) -> DealDesk:
    """A desk with a license signed on the day and a price, which is the license's if it says so."""
    desk = ready()
    desk.tell(license_of(signed=SIGNED))
    desk.tell(priced(**changed))
    return desk


def test_a_price_is_for_ones_own_living_patents() -> None:
    desk = ready()
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, priced(patents=(FOREIGN_PATENT,)))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, priced(counterparty=f"counterparty:{uuid(97)}"))
    desk.tell(LapsePatent(patent=MODEL, cause="unpaid-annuity", on=date(2023, 9, 1)))
    assert codes(desk.tell(priced(patents=(MODEL,)))) == ["right-is-not-in-force"]
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, priced())


def test_a_price_and_its_contract_speak_of_the_same_patents_and_the_same_side() -> None:
    desk = ready()
    desk.tell(license_of(signed=SIGNED))
    desk.denies(Refused.PATENT_IS_NOT_IN_CONTRACT, priced(patents=(MODEL,), contract=FIRST))
    other = priced(counterparty=OTHER_FIRM, contract=FIRST)
    desk.denies(Refused.COUNTERPARTY_IS_NOT_THE_CONTRACTS, other)
    before = desk.state(FIRST)
    assert codes(desk.tell(priced(counterparty=FIRM, contract=FIRST))) == []
    assert desk.state(FIRST) == before


def test_the_rule_of_fifteen_days_is_dated_data() -> None:
    assert notice_days_min(PRICING_NOTICE_2016) == NOTICE_DAYS_MIN == 15
    wrong = PRICING_NOTICE_2016.model_copy(update={"data": {"days_min": "15"}})
    with pytest.raises(TypeError, match="names no number of days"):
        notice_days_min(wrong)


@pytest.mark.parametrize(("days", "expected"), [(15, []), (14, ["price-notice-is-short"])])
def test_a_notice_runs_fifteen_days_after_its_first(days: int, expected: list[str]) -> None:
    starts = date(2023, 11, 1)
    assert codes(desk_with().tell(notice(starts, starts + timedelta(days=days)))) == expected


@pytest.mark.parametrize("method", ["listing", "auction"])
def test_a_price_found_by_listing_or_auction_needs_no_notice(method: Any) -> None:
    desk = desk_with(method=method, contract=FIRST)
    assert codes(desk.tell(notice(date(2023, 11, 30), SIGNED))) == []


@pytest.mark.parametrize(
    ("ends", "expected"),
    [(date(2023, 11, 30), []), (SIGNED, ["contract-precedes-end-of-notice"])],
)
def test_a_contract_waits_for_the_end_of_the_notice(ends: date, expected: list[str]) -> None:
    desk = desk_with(contract=FIRST)
    assert codes(desk.tell(notice(date(2023, 11, 1), ends))) == expected


def test_a_notice_that_ends_before_it_starts_or_is_of_another_institution_is_refused() -> None:
    desk = desk_with()
    backwards = notice(date(2023, 11, 2), date(2023, 11, 1))
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, backwards)
    forth = notice(date(2023, 11, 1), date(2023, 11, 20))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, forth, institution=OTHER_UNIVERSITY)


# --- objections


def objected(on: date) -> ObjectToPrice:
    return ObjectToPrice(pricing=PRICING, grounds="价格偏低", on=on)


def resolved(number: int, on: date) -> ResolveObjection:
    return ResolveObjection(pricing=PRICING, number=number, outcome="dismissed", on=on)


def test_objections_are_numbered_in_order_and_each_is_resolved_once() -> None:
    desk = desk_with()
    for day in (2, 3):
        desk.tell(objected(date(2023, 11, day)))
    assert sorted(desk.state(PRICING).objections) == [1, 2]
    desk.tell(resolved(2, date(2023, 11, 5)))
    desk.denies(Refused.OBJECTION_IS_NOT_OPEN, resolved(2, date(2023, 11, 6)))
    desk.denies(Refused.OBJECTION_IS_NOT_OPEN, resolved(3, date(2023, 11, 6)))
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, resolved(1, date(2023, 11, 1)))


def test_a_contract_signed_while_an_objection_is_open_is_a_breach() -> None:
    clash = ["contract-signed-under-objection"]
    desk = desk_with(contract=FIRST)
    assert codes(desk.tell(objected(SIGNED + timedelta(days=1)))) == []
    assert codes(desk.tell(objected(SIGNED))) == clash
    assert codes(desk.tell(resolved(2, SIGNED + timedelta(days=9)))) == clash
    assert codes(desk.tell(objected(date(2023, 11, 20)))) == clash
    assert codes(desk.tell(resolved(3, SIGNED))) == []
