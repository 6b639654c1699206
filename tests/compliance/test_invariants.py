"""Rules that held at every moment: each one names the very fact behind which it did not."""

from datetime import date

from compliance.invariants import INVARIANTS, broken
from ledger import facts
from tests.projections.facts_given import (
    allocated,
    appropriated,
    awarded,
    claimed,
    clawed_back,
    deallocated,
    disbursed,
    fund_opened,
    institution,
    license_id,
    reversed_receipt,
)
from tests.projections.tape_builder import ALPHA, BETA, Story, uuid

DAY, LATER = date(2022, 3, 1), date(2022, 5, 1)
DEAL = license_id(1)
CAP = 1_000
SECOND, THIRD = f"actor:{uuid(2)}", f"actor:{uuid(3)}"


def wrong(story: Story) -> list[tuple[str, int]]:
    """Rule and position of everything that broke, in the order of the log."""
    tape = story.tape()
    found = [
        (position, each.id) for each in INVARIANTS for position, _ in broken(tape, each).rows()
    ]
    return [(rule, position) for position, rule in sorted(found)]


def test_awards_above_the_cap_are_named_where_they_pass_it() -> None:
    story = Story()
    story.tell(fund_opened(DAY, cap_fen=CAP))
    story.tell(awarded(1, DEAL, DAY, 600))
    story.tell(awarded(2, DEAL, DAY, 400))
    assert wrong(story) == []
    over = story.tell(awarded(3, DEAL, DAY, 1))
    assert wrong(story) == [("fund-cap", over)]


def test_money_that_came_back_makes_room_only_where_the_terms_say_so() -> None:
    for freed, expected in (("reusable", 0), ("not-reusable", 1)):
        story = Story()
        story.tell(fund_opened(DAY, cap_fen=CAP, freed_money=freed))
        story.tell(awarded(1, DEAL, DAY, CAP))
        story.tell(clawed_back(1, DEAL, DAY, CAP, 0))
        story.tell(awarded(2, DEAL, DAY, CAP))
        assert len(wrong(story)) == expected, freed


def test_no_more_is_allocated_than_was_there_then() -> None:
    story = Story()
    claim = story.tell(claimed(1, DAY, 100))
    part = allocated(1, DEAL, DAY, 60)
    story.tell(part)
    over = story.tell(allocated(1, DEAL, DAY, 41, number=2))
    assert wrong(story) == [("allocation-within-receipt", over)]
    # A correction that leaves less than was allocated happened outside: it breaks no rule of ours.
    story = Story()
    claim = story.tell(claimed(1, DAY, 100))
    story.tell(allocated(1, DEAL, DAY, 60))
    story.correct(claim, claimed(1, DAY, 50), on=LATER)
    rules = {rule for rule, _ in wrong(story)}
    assert rules == {"fact-voided-by-another"}


def test_what_is_taken_back_was_allocated_and_by_somebody_else() -> None:
    story = Story()
    story.tell(claimed(1, DAY, 100))
    part = allocated(1, DEAL, DAY, 60)
    story.tell(part)
    story.tell(deallocated(part, 60), actor=SECOND)
    assert wrong(story) == []
    more = story.tell(deallocated(part, 1), actor=SECOND)
    same = story.tell(deallocated(part, 1))
    assert wrong(story) == [
        ("taken-back-within-allocation", more),
        ("allocation-undone-by-another", same),
        ("taken-back-within-allocation", same),
    ]


def test_nothing_is_allocated_out_of_a_reversed_receipt() -> None:
    story = Story()
    story.tell(claimed(1, DAY, 100))
    story.tell(reversed_receipt(claimed(1, DAY, 100), LATER))
    late = story.tell(allocated(1, DEAL, DAY, 10), on=LATER)
    assert wrong(story) == [("no-allocation-after-reversal", late)]


def test_an_award_passes_three_persons_and_is_not_overpaid() -> None:
    story = Story()
    story.tell(fund_opened(DAY, cap_fen=CAP))
    story.tell(awarded(1, DEAL, DAY, 600))
    paid = story.tell(appropriated(1, DAY, 601))
    assert wrong(story) == [
        ("appropriation-within-award", paid),
        ("approver-is-not-payer", paid),
    ]
    story = Story()
    story.tell(fund_opened(DAY, cap_fen=CAP))
    story.tell(awarded(1, DEAL, DAY, 600))
    story.tell(appropriated(1, DAY, 600), actor=THIRD)
    spent = story.tell(disbursed(1, DEAL, DAY, 601))
    assert wrong(story) == [("payout-within-appropriation", spent)]


def test_two_actors_of_one_person_are_one() -> None:
    story = Story()
    for number in (1, 2):
        registered = f"actor:{uuid(number)}"
        story.tell(
            facts.ActorRegistered(
                registered=registered, kind="human", person=f"person:{uuid(9)}", on=DAY
            )
        )
    story.tell(claimed(1, DAY, 100))
    part = allocated(1, DEAL, DAY, 60)
    story.tell(part)
    same = story.tell(deallocated(part, 60), actor=SECOND)
    assert wrong(story) == [("allocation-undone-by-another", same)]


def test_the_log_has_one_opening_one_bureau_and_keys_in_line() -> None:
    story = Story()
    story.tell(institution(ALPHA, DAY, "bureau"))
    second = story.tell(institution(BETA, DAY, "bureau"))
    key = story.tell(facts.SigningKeyAdopted(key="b", before="a", on=DAY))
    opened = story.tell(
        facts.LogOpened(
            origin="example.edu.cn/ledger",
            clock="real",
            administrator=SECOND,
            person=f"person:{uuid(8)}",
            security_administrator=None,
            security_person=None,
            on=DAY,
        )
    )
    assert wrong(story) == [
        ("one-bureau", second),
        ("keys-follow-one-another", key),
        ("log-opened-once", opened),
    ]


def test_a_date_in_the_future_is_for_scheduled_facts_alone() -> None:
    story = Story()
    early = story.tell(claimed(1, LATER, 100), on=DAY)
    assert wrong(story) == [("no-date-in-the-future", early)]


def test_every_rule_has_a_name_of_its_own_and_words() -> None:
    assert len({each.id for each in INVARIANTS}) == len(INVARIANTS)
    assert all(each.words.zh and each.words.en for each in INVARIANTS)
