"""Readings around a deal worked by hand: services, prices, exchange, open licenses, exits."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger import facts
from projections.moment import moment_of
from projections.views import BY_NAME
from tests.projections import deals_given as around
from tests.projections import facts_given as given
from tests.projections.tape_builder import Story

FIRST, SERVICES = given.license_id(1), around.contract_id(1)
SIGNED = date(2022, 3, 20)


def rows(story: Story, name: str, as_of: date | None = None) -> list[dict[str, Any]]:
    tape = story.tape()
    return BY_NAME[name].rows(tape, moment_of(tape, as_of)).collect().to_dicts()


def row(story: Story, name: str, as_of: date | None = None) -> dict[str, Any]:
    (only,) = rows(story, name, as_of)
    return only


def told(*of: facts.Fact) -> Story:
    """A granted patent, then these facts, each on its own day."""
    story = Story()
    story.tell(given.filed())
    story.tell(given.patent_turn("granted", date(2022, 2, 1)))
    for fact in of:
        story.tell(fact)
    return story


# --- contracts for development, consulting and services


def test_a_service_contract_is_a_deal_with_its_own_kind_and_no_patents() -> None:
    dues = (
        given.due(1, date(2022, 4, 1), 60, "development-fee"),
        given.due(2, date(2022, 9, 1), 40, "development-fee"),
    )
    story = told(around.services(1, SIGNED, 100, *dues))
    story.tell(given.claimed(1, date(2022, 4, 10), 50))
    story.tell(
        given.allocated(1, SERVICES, date(2022, 4, 10), 50, instalment=1, purpose="development-fee")
    )
    deal = row(story, "deals")
    assert (deal["kind"], deal["contract_number"], deal["patents"]) == ("development", "KF-1", [])
    amounts = ("contracted_fen", "due_fen", "received_fen", "patent_count")
    assert [deal[name] for name in amounts] == [100, 60, 50, 0]
    open_fen = [due["open_fen"] for due in rows(story, "receivables")]
    assert open_fen == [10, 40]
    assert rows(story, "reward-accruals") == []


def test_a_service_contract_lives_until_it_is_ended() -> None:
    ended = facts.ContractTerminated(contract=SERVICES, on=date(2022, 5, 1))
    story = told(around.services(1, SIGNED, 100, kind="consulting"), ended)
    days = (date(2022, 4, 30), date(2022, 5, 1))
    assert [row(story, "deals", day)["status"] for day in days] == ["live", "terminated"]
    assert row(story, "deals")["terminated_on"] == date(2022, 5, 1)


# --- what the deal register says of registration, exchange, price and exit


def test_the_register_of_technology_contracts_shows_both_amounts_from_its_day_on() -> None:
    story = told(
        around.services(1, SIGNED, 100), around.registered(SERVICES, date(2022, 4, 1), 100, 80)
    )
    before, after = (row(story, "deals", date(2022, *day)) for day in ((3, 31), (4, 1)))
    names = ("technology_registration", "technology_registered_on", "total_fen", "technical_fen")
    assert [before[name] for name in names] == [None] * 4
    assert [after[name] for name in names] == ["2022-100", date(2022, 4, 1), 100, 80]


def test_a_deal_shows_whether_it_went_through_an_exchange_and_how_its_price_was_found() -> None:
    story = told(
        given.granted(1, SIGNED),
        given.granted(2, SIGNED),
        around.listed(1, date(2022, 3, 1)),
        around.traded(1, FIRST, date(2022, 3, 25)),
        around.priced(1, date(2022, 3, 1), FIRST, method="listing"),
    )
    deals = {deal["contract"]: deal for deal in rows(story, "deals")}
    shown = [(deal["traded"], deal["price_method"]) for deal in deals.values()]
    assert shown == [(True, "listing"), (False, None)]
    assert not rows(story, "deals", date(2022, 3, 24))[0]["traded"]


def test_equity_is_gone_only_after_a_whole_exit() -> None:
    story = told(
        around.contributed(1, SIGNED, 900),
        around.exited(1, date(2022, 5, 1), whole=False),
        around.exited(1, date(2022, 6, 1), whole=True),
    )
    days = (date(2022, 5, 1), date(2022, 5, 31), date(2022, 6, 1))
    assert [row(story, "deals", day)["status"] for day in days] == ["live", "live", "exited"]


# --- prices


def test_the_longest_notice_of_a_price_counts_and_open_objections_are_told_apart() -> None:
    story = told(
        around.priced(1, date(2022, 2, 20)),
        around.noticed(1, date(2022, 2, 21), 16),
        around.noticed(1, date(2022, 3, 1), 3),
        around.objected(1, date(2022, 2, 25)),
        around.objected(1, date(2022, 2, 26), 2),
        around.settled(1, date(2022, 3, 1)),
    )
    pricing = row(story, "pricings")
    assert (pricing["notice_starts"], pricing["notice_days"]) == (date(2022, 2, 21), 16)
    assert (pricing["objections"], pricing["objections_open"]) == (2, 1)
    assert (pricing["contract"], pricing["breaches"]) == (None, [])
    assert row(story, "pricings", date(2022, 2, 28))["objections_open"] == 2


START = date(2022, 3, 1)


@pytest.mark.parametrize(
    ("also", "expected"),
    [
        ((around.noticed(1, START, 18),), []),
        ((around.noticed(1, START, 19),), ["contract-precedes-end-of-notice"]),
        ((around.noticed(1, START, 15),), []),
        ((around.noticed(1, START, 14),), ["price-notice-is-short"]),
        ((), ["price-notice-is-missing"]),
        (
            (around.noticed(1, START, 15), around.objected(1, SIGNED)),
            ["contract-signed-under-objection"],
        ),
        (
            (
                around.noticed(1, START, 15),
                around.objected(1, START),
                around.settled(1, SIGNED),
            ),
            [],
        ),
        ((around.noticed(1, START, 15), around.objected(1, SIGNED + timedelta(days=1))), []),
    ],
)
def test_an_agreed_price_waits_for_a_whole_notice_without_an_open_objection(
    also: tuple[facts.Fact, ...], expected: list[str]
) -> None:
    price = around.priced(1, date(2022, 2, 20), FIRST)
    story = told(given.granted(1, SIGNED), price, *also)
    assert row(story, "pricings", date(2022, 4, 30))["breaches"] == expected
    assert row(story, "deals", date(2022, 4, 30))["breaches"] == expected


def test_a_price_found_by_auction_needs_no_notice_and_a_voided_price_breaks_nothing() -> None:
    auction = around.priced(1, date(2022, 2, 20), FIRST, method="auction")
    story = told(given.granted(1, SIGNED), auction)
    assert row(story, "deals")["breaches"] == []
    wrong = story.tell(around.priced(2, date(2022, 3, 1), FIRST))
    assert row(story, "deals")["breaches"] == ["price-notice-is-missing"]
    story.void(wrong, on=date(2022, 4, 1))
    assert row(story, "deals")["breaches"] == []


# --- exchange and open licenses


def test_a_listing_shows_every_contract_that_came_of_it() -> None:
    story = told(
        given.granted(1, SIGNED),
        given.granted(2, SIGNED),
        around.listed(1, date(2022, 3, 1)),
        around.traded(1, given.license_id(2), date(2022, 3, 25)),
        around.traded(1, FIRST, date(2022, 4, 1)),
    )
    listing = row(story, "exchange-listings")
    assert (listing["traded_on"], len(listing["contracts"])) == (date(2022, 3, 25), 2)
    assert row(story, "exchange-listings", date(2022, 3, 24))["contracts"] == []


def test_a_declaration_is_open_to_all_from_its_announcement_to_its_end_or_withdrawal() -> None:
    story = told(
        around.declared(1, date(2022, 3, 1), ends=date(2022, 6, 30)),
        around.announced(1, date(2022, 4, 1)),
        around.taken(1, 1, date(2022, 4, 5)),
        around.taken(1, 2, date(2022, 5, 5)),
    )

    def live(month: int, day: int) -> tuple[Any, Any]:
        declaration = row(story, "open-licenses", date(2022, month, day))
        return declaration["live"], declaration["taken"]

    assert [live(3, 31), live(4, 1), live(4, 5)] == [(False, 0), (True, 0), (True, 1)]
    assert [live(6, 30), live(7, 1)] == [(True, 2), (False, 2)]
    story.tell(around.withdrawn(1, date(2022, 5, 31)))
    assert [live(5, 30), live(5, 31)] == [(True, 2), (False, 2)]
