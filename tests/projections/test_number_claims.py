"""Numbers that two institutions say they hold: counted for neither until the bureau settles."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from projections.figures import entries_of
from projections.indicators import INDICATORS
from projections.kept import Kept
from projections.moment import moment_of
from projections.number_claims import NUMBER_CLAIMS
from projections.patents import PATENTS
from projections.period import Period
from projections.pledges import PLEDGES
from projections.tape import Tape
from tests.projections import deals_given as deals
from tests.projections import portfolio_given as portfolio
from tests.projections.facts_given import (
    OTHER_PATENT,
    PATENT,
    filed,
    number_claimed,
    number_proven,
    number_settled,
    patent_turn,
)
from tests.projections.tape_builder import ALPHA, BETA, Story

FILED, GRANTED, CLAIMED, SETTLED = (
    date(2022, 1, 4),
    date(2023, 3, 1),
    date(2024, 5, 6),
    date(2024, 6, 7),
)
TODAY = date(2024, 7, 1)
YEARS = Period(date(2022, 1, 1), date(2024, 12, 31))


CLAIM_MADE = number_claimed(BETA, CLAIMED).model_copy(update={"title": "乙校的方法"})
CLAIM = CLAIM_MADE.claim


def story(*, shown: tuple[str | None, ...] = ()) -> Story:
    """A granted patent of one institution that another claims, with proofs of either."""
    told = Story()
    told.tell(filed())
    told.tell(filed(OTHER_PATENT))
    for patent in (PATENT, OTHER_PATENT):
        told.tell(patent_turn("granted", GRANTED, patent))
    told.tell(CLAIM_MADE, institution=BETA)
    for claim in shown:
        prove(told, claim)
    return told


def prove(told: Story, claim: str | None) -> int:
    """The office's record is shown for the file or for the claim."""
    proven = number_proven(CLAIM_MADE, CLAIMED, of_claim=claim is not None)
    return told.tell(proven, institution=ALPHA if claim is None else BETA)


def settle(told: Story, holder: str, on: date = SETTLED) -> None:
    """What the bureau's settlement writes, and the claimant's file if it has none."""
    settled = number_settled(CLAIM_MADE, holder, on)
    for fact, institution in zip(settled, (ALPHA, BETA), strict=True):
        told.tell(fact, on=on, institution=institution)
    if holder == BETA:
        own = filed().model_copy(update={"owners": (BETA,), "title": "乙校的方法"})
        told.tell(own, on=on, institution=BETA)


def owners(tape: Tape, code: str, as_of: date = TODAY) -> dict[str, set[str]]:
    """For each number the institutions that a figure counts it for."""
    (indicator,) = (each for each in INDICATORS if each.name == code)
    rows = entries_of(indicator, Kept(), tape, as_of, YEARS)
    found: dict[str, set[str]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(row["unit"], set()).add(row["institution"])
    return found


def register(tape: Tape, as_of: date = TODAY) -> dict[str, dict[str, Any]]:
    rows = PATENTS.rows(tape, moment_of(tape, as_of), {}).collect().to_dicts()
    return {row["patent"]: row for row in rows}


def positions(tape: Tape, as_of: date = TODAY) -> list[dict[str, Any]]:
    return NUMBER_CLAIMS.rows(tape, moment_of(tape, as_of), {}).collect().to_dicts()


COUNTING = ("I04", "I05", "I06")


@pytest.mark.parametrize("shown", [(), (None,), (CLAIM,)])
def test_a_claim_changes_no_figure_unless_both_showed_the_office_record(
    shown: tuple[str | None, ...],
) -> None:
    tape = story(shown=shown).tape()
    for code in COUNTING:
        assert owners(tape, code) == {PATENT: {ALPHA}, OTHER_PATENT: {ALPHA}}, code
    assert not register(tape)[PATENT]["contested"]
    assert {row["number_status"] for row in positions(tape)} == {"claimed"}


@pytest.mark.parametrize("shown", list(permutations((None, CLAIM))))
def test_where_both_showed_it_the_number_is_counted_for_neither_and_flagged(
    shown: tuple[str | None, ...],
) -> None:
    tape = story(shown=shown).tape()
    for code in COUNTING:
        assert owners(tape, code) == {OTHER_PATENT: {ALPHA}}, code
    rows = register(tape)
    assert (rows[PATENT]["contested"], rows[OTHER_PATENT]["contested"]) == (True, False)
    told = {row["institution"]: (row["said"], row["number_status"]) for row in positions(tape)}
    assert told == {ALPHA: ("registered", "contested"), BETA: ("claimed", "contested")}


def test_a_settlement_for_the_first_restores_its_figures() -> None:
    told = story(shown=(None, CLAIM))
    settle(told, ALPHA)
    tape = told.tape()
    for code in COUNTING:
        assert owners(tape, code)[PATENT] == {ALPHA}, code
    assert {row["held_for"] for row in positions(tape)} == {ALPHA}


def test_a_settlement_for_the_claimant_counts_its_own_file_and_none_of_the_others_turns() -> None:
    told = story(shown=(None, CLAIM))
    settle(told, BETA)
    tape = told.tape()
    row = register(tape)[PATENT]
    assert (row["institution"], row["title"], row["status"]) == (BETA, "乙校的方法", "pending")
    assert owners(tape, "I04")[PATENT] == {BETA}
    assert PATENT not in owners(tape, "I05")
    told.tell(patent_turn("granted", GRANTED), on=TODAY, institution=BETA)
    tape = told.tape()
    for code in COUNTING:
        assert owners(tape, code) == {PATENT: {BETA}, OTHER_PATENT: {ALPHA}}, code


def test_a_later_settlement_takes_the_place_of_an_earlier_one() -> None:
    told = story(shown=(None, CLAIM))
    settle(told, BETA)
    settle(told, ALPHA, on=date(2024, 6, 20))
    tape = told.tape()
    for code in COUNTING:
        assert owners(tape, code)[PATENT] == {ALPHA}, code
    assert register(tape)[PATENT]["title"] == filed().title


def test_a_settled_conflict_is_open_as_known_before_and_as_of_before() -> None:
    told = story(shown=(None, CLAIM))
    before = len(told.entries)
    settle(told, BETA)
    for tape, day in ((told.tape(before), TODAY), (told.tape(), date(2024, 6, 6))):
        assert owners(tape, "I04", day) == {OTHER_PATENT: {ALPHA}}
        assert register(tape, day)[PATENT]["institution"] == ALPHA
        assert {row["number_status"] for row in positions(tape, day)} == {"contested"}
    assert owners(told.tape(), "I04", date(2024, 5, 5))[PATENT] == {ALPHA}


def test_a_withdrawn_claim_leaves_the_number_to_its_holder() -> None:
    told = story()
    shown = [prove(told, claim) for claim in (None, CLAIM)]
    for position in (shown[1], 4):
        told.void(position, on=TODAY)
    tape = told.tape()
    assert owners(tape, "I04")[PATENT] == {ALPHA}
    assert positions(tape) == []


def burdened_by_the_first(holder: str) -> Tape:
    """The first pledged the number, declared it open and filed it abroad, before it was settled."""
    told = story(shown=(None, CLAIM))
    for fact in (
        portfolio.pledged(1, CLAIMED),
        deals.declared(1, CLAIMED),
        deals.announced(1, CLAIMED),
        portfolio.foreign_filed(1, "US", CLAIMED),
    ):
        told.tell(fact)
    settle(told, holder)
    if holder == BETA:
        told.tell(patent_turn("granted", GRANTED), on=TODAY, institution=BETA)
    return told.tape()


@pytest.mark.parametrize("holder", [ALPHA, BETA])
def test_what_the_first_did_with_a_number_counts_only_where_the_number_stays_its(
    holder: str,
) -> None:
    tape, stays = burdened_by_the_first(holder), holder == ALPHA
    row = register(tape)[PATENT]
    assert (row["institution"], row["in_force"]) == (holder, True)
    assert (row["pledged"], row["open_license"], row["foreign_offices"]) == (
        stays,
        stays,
        ["US"] if stays else [],
    )
    for code in ("D11", "I10"):
        assert owners(tape, code).get(PATENT) == ({ALPHA} if stays else None), code
    pledge = PLEDGES.rows(tape, moment_of(tape, TODAY), {}).collect()
    assert pledge["institution"].to_list() == [ALPHA], "the deed stays on record"
