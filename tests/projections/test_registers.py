"""Patents, counterparties, institutions and histories worked by hand."""

from datetime import date
from typing import Any

import orjson

from ledger import facts
from ledger.policies.sme_2011 import Size
from projections.moment import moment_of
from projections.views import BY_NAME
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BUREAU, CLERK, Story


def rows(
    story: Story, name: str, as_of: date | None = None, **filters: str
) -> list[dict[str, Any]]:
    tape = story.tape()
    return BY_NAME[name].rows(tape, moment_of(tape, as_of), filters).collect().to_dicts()


def test_a_patent_has_the_status_of_its_last_turn_by_date_whenever_it_was_told() -> None:
    story = Story()
    story.tell(given.filed())
    story.tell(given.patent_turn("granted", date(2022, 3, 1)))
    story.tell(given.patent_turn("restored", date(2022, 6, 1)))
    story.tell(given.patent_turn("lapsed", date(2022, 5, 1)), on=date(2022, 6, 2))

    def status(month: int, day: int) -> tuple[Any, Any, Any]:
        (row,) = rows(story, "patents", date(2022, month, day))
        return row["status"], row["status_on"], row["in_force"]

    assert rows(story, "patents", date(2022, 1, 3)) == []
    assert status(1, 4) == ("pending", date(2022, 1, 4), False)
    assert status(3, 1) == ("granted", date(2022, 3, 1), True)
    assert status(5, 1) == ("lapsed", date(2022, 5, 1), False)
    assert status(6, 1) == ("restored", date(2022, 6, 1), True)
    story.tell(given.patent_turn("partly", date(2022, 7, 1)))
    assert status(7, 1) == ("partly-invalidated", date(2022, 6, 1), True)


def test_a_patent_is_assigned_from_registration_until_the_deal_is_undone() -> None:
    story = Story()
    story.tell(given.filed())
    name = given.assignment_id(1)
    story.tell(given.agreed(1, date(2022, 3, 1)))
    one = (given.PATENT,)
    story.tell(facts.AssignmentRegistered(assignment=name, patents=one, on=date(2022, 3, 20)))
    story.tell(facts.AssignmentRescinded(assignment=name, patents=one, on=date(2022, 5, 1)))
    days = (date(2022, 3, 19), date(2022, 3, 20), date(2022, 4, 30), date(2022, 5, 1))
    assert [rows(story, "patents", day)[0]["assigned_by"] for day in days] == [
        None,
        name,
        name,
        None,
    ]


def test_a_counterparty_shows_both_its_word_and_what_was_verified() -> None:
    story = Story()
    story.tell(given.firm(date(2022, 1, 3)), institution=BUREAU)
    declared = facts.CounterpartySizeDeclared(
        counterparty=given.FIRM,
        industry="software",
        size=Size.MICRO,
        year=2021,
        basis="declaration-letter",
        on=date(2022, 1, 5),
    )
    story.tell(declared)
    story.tell(given.size(date(2022, 2, 1), Size.SMALL), institution=BUREAU)
    (row,) = rows(story, "counterparties", date(2022, 1, 31), institution=ALPHA)
    assert (row["institution"], row["declared_size"], row["size"]) == (None, "micro", None)
    (row,) = rows(story, "counterparties", date(2022, 2, 1))
    assert (row["size"], row["size_on"], row["size_year"]) == ("small", date(2022, 2, 1), 2021)


def test_of_two_sizes_verified_for_one_day_the_later_told_counts() -> None:
    story = Story()
    story.tell(given.firm(date(2022, 1, 3)), institution=BUREAU)
    for size in (Size.MICRO, Size.LARGE):
        story.tell(given.size(date(2022, 2, 1), size), institution=BUREAU)
    story.tell(given.granted(1, date(2022, 2, 1)))
    assert rows(story, "counterparties")[0]["size"] == "large"
    assert rows(story, "deals")[0]["size"] == "large"


def test_institutions_are_there_from_the_day_they_joined() -> None:
    story = Story()
    story.tell(given.institution(ALPHA, date(2022, 1, 3)))
    story.tell(given.institution(BUREAU, date(2022, 1, 4), "bureau"), institution=BUREAU)
    assert [row["code"] for row in rows(story, "institutions", date(2022, 1, 3))] == [ALPHA]
    assert len(rows(story, "institutions")) == 2


def test_a_history_is_the_whole_chain_with_voided_facts_and_their_corrections() -> None:
    story = Story()
    paper = {
        "kind": "office-notice",
        "source": None,
        "sha256": given.DIGEST,
        "media_type": None,
        "size_bytes": None,
    }
    wrong = story.tell(given.filed(), evidence=[paper])
    story.tell(given.filed(given.OTHER_PATENT))
    agreed = given.terms(date(2022, 9, 1))
    signed = given.granted(1, date(2022, 2, 20), agreed, patents=(given.OTHER_PATENT, given.PATENT))
    later = story.tell(signed, on=date(2022, 2, 20))
    right = story.correct(wrong, given.filed(on=date(2022, 1, 5)), on=date(2022, 3, 1))
    found = rows(story, "history", subject=given.PATENT)
    assert [row["place"] for row in found] == [1, 2, 3, 4]
    assert [row["position"] for row in found] == [wrong, later, right - 1, right]
    assert [row["voided_by"] for row in found] == [right - 1, None, None, None]
    assert [row["replaces"] for row in found] == [None, None, None, wrong]
    assert found[0]["evidence"] == ["office-notice"]
    assert found[0]["evidence_sha256"] == [given.DIGEST]
    assert found[0]["actor"] == CLERK
    assert (found[2]["reason"], found[2]["title_zh"]) == ("wrong figures", "事实作废")
    for row, position in zip(found, (wrong, later, right - 1, right), strict=True):
        assert orjson.loads(row["payload"]) == orjson.loads(story.entries[position])["payload"]


def test_a_history_keeps_a_later_start_from_the_day_it_was_told() -> None:
    story = Story()
    story.tell(given.filed())
    story.tell(
        given.granted(1, date(2022, 2, 20), given.terms(date(2022, 9, 1))), on=date(2022, 2, 20)
    )
    license_ = given.license_id(1)
    assert rows(story, "history", date(2022, 2, 19), subject=license_) == []
    assert len(rows(story, "history", date(2022, 2, 20), subject=license_)) == 1


def test_a_history_of_nothing_known_is_empty() -> None:
    story = Story()
    story.tell(given.filed())
    assert rows(story, "history", subject=given.license_id(7)) == []
