"""Periods: how they are written, what belongs to them, and what came before."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.period import Period

days = st.dates(date(1990, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022Q1", date(2022, 1, 1), date(2022, 3, 31)),
        ("2022Q4", date(2022, 10, 1), date(2022, 12, 31)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2022-09", date(2022, 9, 1), date(2022, 9, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-12", date(2022, 12, 1), date(2022, 12, 31)),
        ("2024-02-29..2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_a_year_a_quarter_a_month_and_days_in_a_row_are_read(
    text: str, first: date, last: date
) -> None:
    assert Period.parse(text) == Period(first, last)
    assert str(Period(first, last)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22",
        "2022Q5",
        "2022Q0",
        "2022-1",
        "2022-00",
        "2022-13",
        "2022-01-02..2022-01-01",
        "2023-02-29..2023-03-01",
    ],
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|day|month"):
        Period.parse(text)


def test_days_that_are_a_year_or_a_quarter_are_written_so() -> None:
    assert str(Period.parse("2022-01-01..2022-12-31")) == "2022"
    assert str(Period.parse("2022-07-01..2022-09-30")) == "2022Q3"
    assert str(Period.parse("2022-09-01..2022-09-30")) == "2022-09"
    assert str(Period.parse("2022-01-01..2022-06-30")) == "2022-01-01..2022-06-30"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2022", "2021"),
        ("2022Q1", "2021Q4"),
        ("2024Q2", "2024Q1"),
        ("2024-03", "2024-02"),
        ("2022-01", "2021-12"),
        ("2024-03-01..2024-03-02", "2024-02-28..2024-02-29"),
        ("2022-01-01..2022-06-30", "2021-07-04..2021-12-31"),
    ],
)
def test_the_period_before_is_as_long_and_ends_the_day_before(text: str, before: str) -> None:
    assert str(Period.parse(text).before()) == before


@given(days, days)
def test_what_is_written_is_read_again(one: date, other: date) -> None:
    period = Period(min(one, other), max(one, other))
    assert Period.parse(str(period)) == period


@given(days, st.integers(0, 4000))
def test_before_ends_on_the_eve(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    before = period.before()
    assert before.last == period.eve == first - timedelta(days=1)
    assert before.first <= before.last


def test_every_day_of_a_year_is_in_exactly_one_of_its_quarters() -> None:
    quarters = [Period.parse(f"2024Q{number}") for number in range(1, 5)]
    assert quarters[0].first == date(2024, 1, 1)
    assert [q.last for q in quarters[:3]] == [q.eve for q in quarters[1:]]
    assert quarters[3].last == date(2024, 12, 31)
