"""Disclosures worked by hand: late facts, corrections, and whose row is whose."""

from datetime import date
from typing import Any

from ledger import facts
from ledger.facts.disclosures import Contributor
from projections.disclosures import DISCLOSURES
from projections.moment import moment_of
from projections.reward_sums import REWARDS_BY_PERSON
from tests.projections import facts_given as given
from tests.projections.stories import long_story
from tests.projections.tape_builder import BETA, CLERK, Story

RESULT = given.disclosure_id(1)
LI, WU, ZHAO = (given.person_id(number) for number in (1, 2, 3))
SUBMITTED = date(2022, 2, 1)


def rows(story: Story, as_of: date | None = None, **filters: str) -> list[dict[str, Any]]:
    tape = story.tape()
    return DISCLOSURES.rows(tape, moment_of(tape, as_of), filters).collect().to_dicts()


def row(story: Story, as_of: date | None = None) -> dict[str, Any]:
    (found,) = rows(story, as_of)
    return found


def submitted() -> Story:
    story = Story()
    story.tell(given.disclosed(1, SUBMITTED))
    return story


def test_a_disclosure_waits_until_it_is_decided_on() -> None:
    story = submitted()
    assert (row(story)["stage"], row(story)["days_to_decision"]) == ("submitted", None)
    story.tell(facts.DisclosureAccepted(disclosure=RESULT, on=date(2022, 3, 1)))
    before, after = row(story, date(2022, 2, 28)), row(story)
    assert (before["stage"], before["decided_on"]) == ("submitted", None)
    assert (after["stage"], after["decided_on"]) == ("accepted", date(2022, 3, 1))
    assert after["days_to_decision"] == 28
    assert rows(story, date(2022, 1, 31)) == []
    assert rows(story, institution=BETA) == []


def test_a_withdrawal_decides_nothing() -> None:
    story = submitted()
    story.tell(facts.DisclosureWithdrawn(disclosure=RESULT, on=date(2022, 2, 3)))
    found = row(story)
    assert (found["stage"], found["decided_on"], found["days_to_decision"]) == (
        "withdrawn",
        None,
        None,
    )


def test_the_last_amendment_by_date_tells_what_the_disclosure_says() -> None:
    story = submitted()
    amended = facts.DisclosureAmended(
        disclosure=RESULT,
        title="另一种方法",
        kind="know-how",
        contributors=(Contributor(person=ZHAO, share=None),),
        project="P-1",
        funding="own",
        on=date(2022, 2, 5),
    )
    story.tell(amended)
    assert (row(story)["contributors"], row(story)["project"]) == ([ZHAO], "P-1")
    assert row(story, date(2022, 2, 4))["contributors"] == [LI, WU]


def test_who_submitted_is_told_to_be_a_contributor_once_the_actor_is_that_person() -> None:
    story = submitted()
    assert (row(story)["submitted_by"], row(story)["by_contributor"]) == (CLERK, False)
    known = facts.ActorRegistered(registered=CLERK, kind="human", person=WU, on=SUBMITTED)
    story.tell(known)
    assert row(story)["by_contributor"] is True


def test_what_became_of_a_result_stands_in_its_row() -> None:
    story = submitted()
    day = date(2022, 3, 1)
    story.tell(
        facts.OwnershipDetermined(
            disclosure=RESULT, owner="institution", service_result=True, on=day
        )
    )
    story.tell(
        facts.ResultRightGranted(
            disclosure=RESULT,
            patents=(),
            right="ownership",
            holders=(LI,),
            share=None,
            until=None,
            on=day,
        )
    )
    story.tell(facts.PrefilingAssessed(disclosure=RESULT, verdict="file", assessor=None, on=day))
    story.tell(facts.FilingDecided(disclosure=RESULT, decision="file", on=date(2022, 3, 2)))
    filed = given.filed(on=date(2022, 3, 3)).model_copy(update={"disclosure": RESULT})
    story.tell(filed)
    story.tell(facts.ResultPublished(disclosure=RESULT, channel="校网", on=date(2022, 3, 4)))
    found = row(story)
    wanted = {
        "owner": "institution",
        "service_result": True,
        "right": "ownership",
        "right_granted_on": day,
        "verdict": "file",
        "assessed_on": day,
        "decision": "file",
        "filing_decided_on": date(2022, 3, 2),
        "published_on": date(2022, 3, 4),
        "patents": [given.PATENT],
        "breaches": [],
    }
    assert {name: found[name] for name in wanted} == wanted
    assert row(story, date(2022, 3, 2))["patents"] == []


def test_breaches_are_found_again_when_facts_come_late_or_fall_away() -> None:
    story = submitted()
    published = facts.ResultPublished(disclosure=RESULT, channel="校网", on=date(2022, 3, 1))
    story.tell(published)
    assert row(story)["breaches"] == ["result-published-before-filing-decided"]
    decided = facts.FilingDecided(disclosure=RESULT, decision="file", on=date(2022, 2, 20))
    position = story.tell(decided, on=date(2022, 3, 5))
    assert row(story)["breaches"] == ["filing-decided-without-assessment"]
    assessed = facts.PrefilingAssessed(
        disclosure=RESULT, verdict="file", assessor=None, on=date(2022, 2, 20)
    )
    story.tell(assessed, on=date(2022, 3, 6))
    assert row(story)["breaches"] == []
    story.void(position, on=date(2022, 3, 7))
    assert row(story)["breaches"] == ["result-published-before-filing-decided"]


def test_a_right_for_somebody_else_is_noted() -> None:
    story = submitted()
    story.tell(
        facts.ResultRightGranted(
            disclosure=RESULT,
            patents=(),
            right="long-term-use",
            holders=(ZHAO,),
            share=None,
            until=None,
            on=date(2022, 3, 1),
        )
    )
    assert row(story)["breaches"] == ["holder-is-not-a-contributor"]


def test_a_row_belongs_to_its_contributors_and_to_nobody_without_a_person() -> None:
    story = submitted()
    story.tell(given.disclosed(2, date(2022, 2, 2), persons=(2, 3)))
    tape = story.tape()

    def own(person: str | None) -> list[str]:
        frame = DISCLOSURES.rows(tape, moment_of(tape)).filter(DISCLOSURES.names(person))
        return frame.collect()["disclosure"].to_list()

    assert own(LI) == [RESULT]
    assert own(WU) == [RESULT, given.disclosure_id(2)]
    assert own(given.person_id(9)) == own(None) == []


def test_a_reward_row_belongs_to_the_one_person_it_names() -> None:
    tape = long_story().tape()
    every = REWARDS_BY_PERSON.rows(tape, moment_of(tape)).collect()
    person = every["person"][0]
    own = every.filter(REWARDS_BY_PERSON.names(person))
    assert own["person"].unique().to_list() == [person]
    assert every.filter(REWARDS_BY_PERSON.names(given.person_id(99))).is_empty()
