"""Draws: the same for everybody, fair to every row; errors projected as worked by hand."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.facts import SampleDrawn
from ledger.policies.audit_sampling import AUDIT_SAMPLING, factors
from ledger.sample_errors import Projection, half_up, project
from ledger.sampling import (
    CERTAIN,
    ITEMS_MAX,
    NO_STRATUM,
    OUT_OF_REACH,
    CannotDraw,
    Chance,
    Drawn,
    Plan,
    Unit,
    draw,
    interval_of,
)
from tests.ledger.examples import EXAMPLES

DIGEST = "ab" * 32
(EXAMPLE,) = (fact for fact in EXAMPLES if isinstance(fact, SampleDrawn))


def units(*books: int | None) -> list[Unit]:
    return [Unit(f"row {place}", book) for place, book in enumerate(books)]


def keys(drawn: Drawn) -> list[str]:
    return [item.key for item in drawn.items]


PLANS = st.one_of(
    st.tuples(st.sampled_from(["random", "systematic"]), st.integers(1, 12)),
    st.tuples(st.just("top"), st.integers(5, 12), st.integers(1, 5)),
    st.tuples(st.just("stratified"), st.integers(3, 12)),
    st.tuples(
        st.just("monetary-unit"),
        st.none(),
        st.none(),
        st.sampled_from([99, 95, 90, 85, 80, 70, 50]),
        st.integers(500, 5_000),
        st.integers(0, 200),
    ),
).map(lambda asked: Plan(*asked))
POPULATIONS = st.lists(
    st.tuples(st.integers(-500, 5_000), st.sampled_from(["a", "b", None])),
    min_size=12,
    max_size=60,
).map(lambda rows: [Unit(str(n), *row) for n, row in enumerate(rows)])


@given(POPULATIONS, PLANS, st.text(min_size=1))
def test_a_draw_is_repeatable_and_its_layers_make_up_the_whole(
    rows: list[Unit], plan: Plan, seed: str
) -> None:
    drawn = draw(rows, plan, DIGEST, seed)
    assert drawn == draw(rows, plan, DIGEST, seed)
    assert sum(layer.rows for layer in drawn.layers) == len(rows)
    assert sum(layer.amount_fen or 0 for layer in drawn.layers) == sum(
        r.book_fen or 0 for r in rows
    )
    assert len(set(keys(drawn))) == len(drawn.items)
    counted = Counter(item.layer for item in drawn.items)
    for layer in drawn.layers:
        assert counted[layer.name] == (layer.rows if layer.certain else layer.drawn)
    if plan.size is not None:
        assert len(drawn.items) == plan.size


@given(POPULATIONS, st.integers(1, 3_000), st.text(min_size=1))
def test_monetary_units_take_every_row_of_at_least_the_interval_and_none_without_value(
    rows: list[Unit], interval: int, seed: str
) -> None:
    drawn = draw(rows, Plan("monetary-unit", None, None, 95, interval * 3, 0), DIGEST, seed)
    assert drawn.interval_fen == interval
    large = {row.key for row in rows if (row.book_fen or 0) >= interval}
    assert {item.key for item in drawn.items if item.layer == CERTAIN} == large
    assert all((item.book_fen or 0) > 0 for item in drawn.items)
    beyond = next(layer for layer in drawn.layers if layer.name == OUT_OF_REACH)
    assert beyond.rows == sum(1 for row in rows if (row.book_fen or 0) <= 0)


class Scripted(Chance):
    """Chance that takes a given course, to walk every course there is."""

    def __init__(self, *course: int) -> None:
        super().__init__(DIGEST, "")
        self.course, self.bounds = list(course), list[int]()

    def below(self, bound: int) -> int:
        self.bounds.append(bound)
        return self.course.pop(0)


def test_every_set_of_rows_is_as_likely_as_any_other() -> None:
    courses = [(a, b, c) for a in range(3) for b in range(4) for c in range(5)]
    found = Counter(tuple(Scripted(*course).some(3, 5)) for course in courses)
    assert set(found) == set(combinations(range(5), 3))
    assert len(set(found.values())) == 1


def test_every_row_of_a_systematic_sample_is_as_likely_as_any_other() -> None:
    found = Counter(place for start in range(7) for place in Scripted(start).spread(3, 7))
    assert found == dict.fromkeys(range(7), 3)


def test_a_fen_is_as_likely_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, hits = units(3, 7, 0, 2, 9), Counter[str]()
    for start in range(10):
        monkeypatch.setattr(Chance, "below", lambda _, bound, start=start: start)
        plan = Plan("monetary-unit", None, None, 95, 30, 0)
        hits.update(keys(draw(rows, plan, DIGEST, "seed")))
    assert hits == {"row 0": 3, "row 1": 7, "row 3": 2, "row 4": 9}


def test_numbers_below_a_bound_leave_out_those_that_would_favour_the_small() -> None:
    bound = (1 << 63) + 1
    chance, plain = Chance(DIGEST, "seed"), Chance(DIGEST, "seed")
    words = [plain.below(1 << 64) for _ in range(40)]
    kept = [word for word in words if word < bound]
    assert [chance.below(bound) for _ in range(len(kept))] == kept
    assert len(kept) < len(words)


def test_the_first_numbers_of_a_seed_never_change() -> None:
    chance = Chance(DIGEST, "2026-03-02")
    first = [chance.below(1_000) for _ in range(6)]
    assert first == [208, 344, 284, 485, 693, 804]
    assert Chance(DIGEST, "2026-03-03").below(1 << 60) != Chance(DIGEST, "2026-03-02").below(
        1 << 60
    )


def test_strata_have_a_row_each_and_share_the_others_by_size() -> None:
    rows = [Unit(str(n), 1, "a" if n < 6 else "b" if n < 9 else None) for n in range(10)]
    drawn = draw(rows, Plan("stratified", 6), DIGEST, "seed")
    assert [(each.name, each.rows, each.drawn) for each in drawn.layers] == [
        ("a", 6, 3),
        ("b", 3, 2),
        (NO_STRATUM, 1, 1),
    ]
    whole = draw(rows, Plan("stratified", 10), DIGEST, "seed")
    assert len(whole.items) == 10


def test_the_largest_are_certain_whatever_their_sign() -> None:
    drawn = draw(units(5, -90, 20, None, 20), Plan("top", 3, 2), DIGEST, "seed")
    largest = [item.key for item in drawn.items if item.layer == "top"]
    assert largest == ["row 1", "row 2"]
    assert [layer.drawn for layer in drawn.layers] == [2, 1]


@pytest.mark.parametrize(
    ("plan", "rule"),
    [
        (Plan("random"), "size-is-missing"),
        (Plan("random", 5), "size-exceeds-population"),
        (Plan("random", 0), "size-is-out-of-range"),
        (Plan("random", ITEMS_MAX + 1), "size-is-out-of-range"),
        (Plan("random", 2, 1), "top-goes-with-top"),
        (Plan("top", 2), "top-goes-with-top"),
        (Plan("top", 2, 3), "top-is-out-of-range"),
        (Plan("random", 2, confidence=95), "values-go-with-monetary-unit"),
        (Plan("monetary-unit", 2), "size-goes-with-other-methods"),
        (Plan("monetary-unit", confidence=95), "values-go-with-monetary-unit"),
        (Plan("monetary-unit", None, None, 94, 100, 0), "confidence-is-unknown"),
        (Plan("monetary-unit", None, None, 95, 100, -1), "expected-is-negative"),
        (Plan("monetary-unit", None, None, 95, 100, 63), "tolerable-is-too-small"),
        (Plan("stratified", 1), "size-is-below-strata"),
    ],
)
def test_a_plan_that_does_not_suit_is_not_drawn(plan: Plan, rule: str) -> None:
    rows = [Unit(str(n), 10, str(n % 2)) for n in range(4)]
    with pytest.raises(CannotDraw) as caught:
        draw(rows, plan, DIGEST, "seed")
    assert caught.value.rule == rule


def test_what_one_fact_cannot_hold_is_not_drawn() -> None:
    with pytest.raises(CannotDraw, match="sample-is-too-large"):
        draw(units(*[50] * 400), Plan("monetary-unit", None, None, 95, 30, 0), DIGEST, "seed")
    rows = [Unit(str(n), 1, str(n)) for n in range(101)]
    with pytest.raises(CannotDraw, match="too-many-strata"):
        draw(rows, Plan("stratified", 101), DIGEST, "seed")


def test_intervals_by_hand() -> None:
    """125,000 tolerable at 95 %: 41,666; 25,000 expected leave 85,000 over 3.0: 28,333."""
    assert interval_of(Plan("monetary-unit", None, None, 95, 125_000, 0)) == 41_666
    assert interval_of(Plan("monetary-unit", None, None, 95, 125_000, 25_000)) == 28_333


def test_factors_are_those_of_the_policy_and_fall_with_every_error() -> None:
    listed: Any = AUDIT_SAMPLING.data["confidences"]
    for row in listed:
        known = factors(row["percent"])
        assert known is not None
        assert known.reliability == Fraction(row["reliability"], 100)
        assert known.increment(0) == Fraction(row["increments"][0], 100)
        assert known.increment(99) == known.increments[-1]
    at_95 = factors(95)
    assert at_95 is not None
    upper = [at_95.reliability + sum(at_95.increments[:n]) for n in range(5)]
    assert upper == [Fraction(text) for text in ("3", "4.75", "6.3", "7.76", "9.16")]
    assert factors(94) is None


def sample(drawn: Drawn, plan: Plan) -> SampleDrawn:
    changed = {
        "items": drawn.items,
        "layers": drawn.layers,
        "interval_fen": drawn.interval_fen,
        **plan._asdict(),
    }
    return EXAMPLE.model_copy(update=changed)


def test_errors_in_monetary_units_by_hand() -> None:
    """Interval 1,000; certain 5,000 is 400 over; of two small ones 1/10 and 1/4 is over.

    Projected 400 + 100 + 250. Limit 3 x 1,000 + 400 + 1.75 x 250 + 1.55 x 100 = 3,992.5: the
    gravest tainting first, wherever it stands.
    """
    plan = Plan("monetary-unit", None, None, 95, 3_000, 0)
    drawn = draw(units(5_000, 800, 900), plan, DIGEST, "seed")
    told = {"row 0": 4_600, "row 1": 720, "row 2": 675}
    hit = sample(drawn, plan)
    if len(drawn.items) < 3:
        missing = [unit for unit in units(5_000, 800, 900) if unit.key not in keys(drawn)]
        more = [
            hit.items[-1].model_copy(update={"key": u.key, "book_fen": u.book_fen}) for u in missing
        ]
        hit = hit.model_copy(update={"items": (*hit.items, *more)})
    assert project(hit, "tainting", told) == Projection(705, 750, 3_993)
    under = {"row 0": 5_000, "row 1": 1_000, "row 2": 900}
    assert project(hit, "tainting", under) == Projection(-200, -250, 3_000)


def test_errors_by_ratio_and_by_difference_by_hand() -> None:
    """Drawn 3 of 4; with 100 of 600 wrong: by ratio a sixth of 1,000, by rows 4/3 of 100."""
    rows = units(100, 200, 300, 400)
    plan = Plan("random", 3)
    drawn = draw(rows, plan, DIGEST, "seed")
    told = {item.key: item.book_fen or 0 for item in drawn.items}
    first = drawn.items[0].key
    told[first] -= 60
    seen = sum(item.book_fen or 0 for item in drawn.items)
    found = sample(drawn, plan)
    assert project(found, "ratio", told).projected_fen == half_up(Fraction(60 * 1_000, seen))
    assert project(found, "difference", told) == Projection(60, 80, None)


def test_a_layer_without_book_value_is_projected_by_rows_and_certain_ones_as_found() -> None:
    plan = Plan("top", 2, 1)
    drawn = draw(units(900, 0, 0), plan, DIGEST, "seed")
    told = {item.key: (item.book_fen or 0) - 10 for item in drawn.items}
    assert project(sample(drawn, plan), "ratio", told).projected_fen == 10 + 20


def test_halves_are_rounded_away_from_zero() -> None:
    assert [half_up(Fraction(n, 2)) for n in (1, -1, 3, 2)] == [1, -1, 2, 1]
