"""The market desk, partners, centres and decisions worked by hand, day by day."""

from datetime import date
from typing import Any

from ledger import facts
from projections.moment import moment_of
from projections.views import BY_NAME
from tests.projections import market_given as given
from tests.projections.facts_given import license_id
from tests.projections.market_given import own_id
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, CLERK, Story, uuid

D1, D2, D3, D4 = (date(2022, 3, day) for day in (1, 2, 3, 4))
LATER = date(2022, 12, 31)


def rows(
    story: Story, name: str, as_of: date | None = None, **filters: str
) -> list[dict[str, Any]]:
    tape = story.tape()
    return BY_NAME[name].rows(tape, moment_of(tape, as_of), filters).collect().to_dicts()


def row(story: Story, name: str, as_of: date | None = None) -> dict[str, Any]:
    (only,) = rows(story, name, as_of)
    return only


def test_an_item_is_live_until_the_day_it_is_withdrawn() -> None:
    story = Story()
    story.tell(given.supply(1, D2), on=D4)
    story.tell(facts.SupplyWithdrawn(supply=own_id("supply", 1), on=D3), on=D4)
    assert rows(story, "supplies", D1) == []
    seen = [(row(story, "supplies", day)["live"]) for day in (D2, D3)]
    assert seen == [True, False]
    assert row(story, "supplies")["withdrawn_on"] == D3


def test_a_withdrawal_that_was_voided_puts_the_item_back() -> None:
    story = Story()
    story.tell(given.supply(1, D1))
    gone = story.tell(facts.SupplyWithdrawn(supply=own_id("supply", 1), on=D2))
    story.void(gone, on=D3)
    assert row(story, "supplies", D2)["live"]


def test_a_demand_has_an_outcome_once_it_is_closed() -> None:
    story = Story()
    story.tell(given.demand(1, D1))
    story.tell(facts.DemandClosed(demand=own_id("demand", 1), outcome="met", on=D3))
    assert [row(story, "demands", day)["outcome"] for day in (D1, D2, D3)] == [None, None, "met"]
    assert row(story, "demands")["closed_on"] == D3


def test_a_lead_shows_the_last_stage_by_date_whenever_it_was_told() -> None:
    story = Story()
    story.tell(given.lead(1, D1))
    story.tell(given.advanced(1, "contracted", D3, license_id(1)), on=D4)
    story.tell(given.advanced(1, "contacted", D2), on=D4)
    seen = [row(story, "leads", day) for day in (D1, D2, D3)]
    assert [(each["stage"], each["live"]) for each in seen] == [
        (None, True),
        ("contacted", True),
        ("contracted", False),
    ]
    assert [each["contract"] for each in seen] == [None, None, license_id(1)]


def test_a_lost_lead_keeps_the_stage_it_had_reached() -> None:
    story = Story()
    story.tell(given.lead(1, D1))
    story.tell(given.advanced(1, "visited", D2))
    story.tell(facts.LeadLost(lead=own_id("lead", 1), cause="价格", on=D3))
    assert [row(story, "leads", day)["live"] for day in (D2, D3)] == [True, False]
    last = row(story, "leads")
    assert (last["stage"], last["lost_on"], last["cause"]) == ("visited", D3, "价格")


def test_an_event_counts_its_patents_once_each() -> None:
    story = Story()
    story.tell(given.event(1, D1))
    story.tell(given.event(2, D2, kind="other", other_kind="沙龙", channel="both"))
    assert [each["patent_count"] for each in rows(story, "events")] == [1, 1]
    (other,) = rows(story, "events", kind="other")
    assert (other["event"], other["other_kind"]) == (own_id("event", 2), "沙龙")


def test_an_agreement_lives_to_its_last_day_or_to_the_day_before_its_early_end() -> None:
    story = Story()
    story.tell(given.partner(1, D1, ends=D3))
    story.tell(given.partner(2, D1))
    story.tell(facts.PartnerAgreementEnded(partner=own_id("partner", 2), on=D3))

    def live(day: date) -> list[bool]:
        return [each["live"] for each in rows(story, "partners", day)]

    assert [live(day) for day in (D2, D3, D4)] == [[True, True], [True, False], [False, False]]


def test_selections_are_numbered_by_day_and_a_withdrawal_gives_no_number_back() -> None:
    story = Story()
    third = BUREAU
    story.tell(given.designated(D3, third), institution=BUREAU)
    story.tell(given.designated(D2, BETA), institution=BUREAU, on=D4)
    story.tell(given.withdrawn(D3, BETA), institution=BUREAU, on=D4)
    story.tell(given.designated(D4, ALPHA), institution=BUREAU)
    found = {each["centre"]: each for each in rows(story, "centres")}
    assert {name: each["selection"] for name, each in found.items()} == {
        BETA: 1,
        third: 2,
        ALPHA: 3,
    }
    assert {name for name, each in found.items() if each["live"]} == {third, ALPHA}
    assert [each["centre"] for each in rows(story, "centres", D2)] == [BETA]
    assert found[BETA]["withdrawn_on"] == D3


def test_an_institution_selected_anew_keeps_its_first_number_and_is_a_centre_again() -> None:
    story = Story()
    story.tell(given.designated(D1))
    story.tell(given.withdrawn(D2))
    story.tell(given.designated(D3, disciplines=("化学",)))
    seen = [row(story, "centres", day) for day in (D1, D2, D3)]
    assert [each["live"] for each in seen] == [True, False, True]
    assert (seen[2]["selection"], seen[2]["designated_on"], seen[2]["withdrawn_on"]) == (
        1,
        D1,
        None,
    )
    assert [each["disciplines"] for each in seen] == ["光学、材料", "光学、材料", "化学"]


def test_an_application_is_its_institutions_own_until_the_selection_is_published() -> None:
    story = Story()
    story.tell(given.applied(D1))
    asked = row(story, "centres")
    assert (asked["institution"], asked["disciplines"], asked["live"]) == (ALPHA, "材料", False)
    assert rows(story, "centres", institution=BETA) == []
    story.tell(given.designated(D2), institution=BUREAU)
    assert rows(story, "centres", institution=BETA)[0]["centre"] == ALPHA
    assert row(story, "centres")["applied_on"] == D1


def test_a_decision_takes_effect_with_its_approval_and_ends_with_its_last_day() -> None:
    story = Story()
    boss = f"actor:{uuid(2)}"
    story.tell(given.decision(1, D1, until=D3))
    story.tell(given.approved(1, D2), actor=boss)
    assert [row(story, "decisions", day)["live"] for day in (D1, D2, D3, D4)] == [
        False,
        True,
        True,
        False,
    ]
    seen = row(story, "decisions")
    assert (seen["recorded_by"], seen["approver"], seen["approved_on"]) == (CLERK, boss, D2)
    assert row(story, "decisions", D1)["approver"] is None


def test_a_corrected_decision_waits_for_another_approval() -> None:
    story = Story()
    recorded = story.tell(given.decision(1, D1, kind="not-applicable", catalogue="p", clause="S13"))
    story.tell(given.approved(1, D1))
    other = given.decision(1, D1, kind="not-applicable", catalogue="p", clause="S67")
    story.correct(recorded, other, on=D2)
    seen = row(story, "decisions")
    assert (seen["clause"], seen["approved_on"], seen["live"]) == ("S67", None, False)
    story.tell(given.approved(1, D3))
    seen = row(story, "decisions")
    assert (seen["approved_on"], seen["live"]) == (D3, True)


def test_a_decision_without_an_end_holds_on() -> None:
    story = Story()
    story.tell(given.decision(1, D1, kind="not-applicable", catalogue="plan", clause="S13"))
    story.tell(given.approved(1, D1))
    (held,) = rows(story, "decisions", LATER, clause="S13")
    assert held["live"]
