"""Money is read, rated, split and shown exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ledger.money import (
    FEN_LIMIT,
    AmountFault,
    Fen,
    Rate,
    Rounding,
    WrongAmount,
    apply_rate,
    capital_yuan,
    parse_yuan,
    plain_yuan,
    split,
    yuan,
)

ONE_IN_THOUSAND = Rate(numerator=1, denominator=1000)

amounts = st.integers(min_value=-FEN_LIMIT + 1, max_value=FEN_LIMIT - 1)
rates = st.builds(
    lambda numerator, denominator: Rate(numerator=numerator, denominator=denominator),
    st.integers(min_value=0, max_value=10**6),
    st.integers(min_value=1, max_value=10**6),
)
weight_lists = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=12).filter(
    any
)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("１２３", 12300),
        ("１，２３４．５０", 123450),
        ("-3.00", -300),
        ("－3.00", -300),
        ("\u22123.00", -300),
        ("(12.00)", -1200),
        ("（12.00）", -1200),
        ("(¥1,200.5)", -120050),
        ("¥1,000", 100000),
        ("￥-1,000", -100000),
        ("-¥1,000.00", -100000),
        ("+7", 700),
        ("\t 12,345,678.90 \u3000", 1234567890),
        ("15元", 1500),
        (".5", 50),
        ("007.1", 710),
        ("0", 0),
        ("-0.00", 0),
        ("90071992547409.91", FEN_LIMIT - 1),
        ("123万", 123_000_000),
        ("12.5万元", 12_500_000),
        ("１．２３４５６７ 万元", 1_234_567),
        ("0.5亿", 5_000_000_000),
        ("-1,230 万元", -1_230_000_000),
        ("(3亿元)", -30_000_000_000),
    ],
)
def test_an_amount_as_people_write_it_is_read_to_the_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", AmountFault.EMPTY),
        (" \t\u3000", AmountFault.EMPTY),
        ("12a", AmountFault.NOT_A_NUMBER),
        ("1.", AmountFault.NOT_A_NUMBER),
        ("-", AmountFault.NOT_A_NUMBER),
        ("¥", AmountFault.NOT_A_NUMBER),
        ("1 234", AmountFault.NOT_A_NUMBER),
        ("1e3", AmountFault.NOT_A_NUMBER),
        ("NaN", AmountFault.NOT_A_NUMBER),
        ("١٢", AmountFault.NOT_A_NUMBER),
        ("②", AmountFault.NOT_A_NUMBER),
        ("--1", AmountFault.NOT_A_NUMBER),
        ("(-1)", AmountFault.NOT_A_NUMBER),
        ("(1", AmountFault.NOT_A_NUMBER),
        ("1)", AmountFault.NOT_A_NUMBER),
        (",50", AmountFault.NOT_A_NUMBER),
        ("1.2.3", AmountFault.NOT_A_NUMBER),
        ("12,34", AmountFault.GROUPING),
        ("1234,567", AmountFault.GROUPING),
        ("1,234,", AmountFault.GROUPING),
        ("1.005", AmountFault.DECIMALS),
        ("1.230", AmountFault.DECIMALS),
        ("90071992547409.92", AmountFault.TOO_LARGE),
        ("9" * 5000, AmountFault.TOO_LARGE),
        ("1.2345678万", AmountFault.DECIMALS),
        ("1万2", AmountFault.NOT_A_NUMBER),
        ("万", AmountFault.NOT_A_NUMBER),
        ("1万亿", AmountFault.NOT_A_NUMBER),
        ("900720亿", AmountFault.TOO_LARGE),
    ],
)
def test_anything_else_is_refused_with_its_own_reason(text: str, fault: AmountFault) -> None:
    with pytest.raises(WrongAmount) as refused:
        parse_yuan(text)
    assert refused.value.fault is fault
    assert refused.value.text == text


@pytest.mark.parametrize(
    ("fen", "shown", "plain"),
    [
        (123450, "1,234.50", "1234.50"),
        (0, "0.00", "0.00"),
        (-5, "-0.05", "-0.05"),
        (-100000000, "-1,000,000.00", "-1000000.00"),
    ],
)
def test_fen_are_shown_as_yuan(fen: int, shown: str, plain: str) -> None:
    assert yuan(fen) == shown
    assert plain_yuan(fen) == plain


@given(amounts)
def test_what_is_shown_can_be_read_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == parse_yuan(plain_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (123_000_000, "壹佰贰拾叁万元整"),
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (1_000_700_000_000, "壹佰亿零柒佰万元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (100_000_000_000_000, "壹万亿元整"),
        (0, "零元整"),
        (7, "柒分"),
        (50, "伍角"),
        (-150, "负壹元伍角"),
    ],
)
def test_amounts_in_capital_numerals_follow_the_rules_of_vouchers(fen: int, written: str) -> None:
    assert capital_yuan(fen) == written


_FIGURES = {numeral: value for value, numeral in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1_000}


def read_capitals(written: str) -> int:
    """Fen from capital numerals, by a reader that shares nothing with the writer."""
    sign = -1 if written.startswith("负") else 1
    yuan_part, mark, rest = written.removeprefix("负").partition("元")
    if not mark:
        yuan_part, rest = "", yuan_part
    total = section = figure = 0
    for each in yuan_part:
        if each in _FIGURES:
            figure = _FIGURES[each]
        elif each in _UNITS:
            section, figure = section + figure * _UNITS[each], 0
        else:
            scale = {"万": 10**4, "亿": 10**8}[each]
            if scale > 10**4:
                total, section, figure = (total + section + figure) * scale, 0, 0
            else:
                total, section, figure = total + (section + figure) * scale, 0, 0
    fen, last = (total + section + figure) * 100, 0
    for each in rest.removesuffix("整"):
        if each in _FIGURES:
            last = _FIGURES[each]
        else:
            fen += last * {"角": 10, "分": 1}[each]
    return sign * fen


@given(amounts)
def test_capital_numerals_say_the_amount_and_nothing_twice(fen: int) -> None:
    written = capital_yuan(fen)
    assert read_capitals(written) == fen
    assert "零零" not in written
    assert written.endswith("整") == (fen % 100 == 0)


@given(amounts)
def test_an_amount_in_ten_thousands_is_the_same_amount(fen: int) -> None:
    whole, rest = divmod(abs(fen), 1_000_000)
    assert parse_yuan(f"{'-' if fen < 0 else ''}{whole}.{rest:06d}万元") == fen


@pytest.mark.parametrize("value", ["1.5", "1.0", "true", '"1"', str(2**53), str(-(2**53))])
def test_only_whole_numbers_within_the_limit_are_fen(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[int](Fen).validate_json(value)


def test_the_largest_amounts_are_fen() -> None:
    adapter = TypeAdapter[int](Fen)
    assert adapter.validate_python(FEN_LIMIT - 1) == FEN_LIMIT - 1
    assert adapter.validate_python(1 - FEN_LIMIT) == 1 - FEN_LIMIT


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (1, -1), (-1, 1), (1.0, 2)])
def test_a_rate_is_exact_and_not_negative(numerator: int, denominator: int) -> None:
    with pytest.raises(ValidationError):
        Rate(numerator=numerator, denominator=denominator)


def test_a_rate_need_not_be_in_lowest_terms() -> None:
    assert Rate(numerator=10, denominator=10_000).fraction == Fraction(1, 1000)
    assert Rate.of(Fraction(10, 10_000)) == ONE_IN_THOUSAND


@pytest.mark.parametrize(
    ("amount", "rounding", "reward"),
    [
        ("1,000,000.00", Rounding.HALF_UP_FEN, "1,000.00"),
        ("12,345.67", Rounding.HALF_UP_FEN, "12.35"),
        ("12,345.67", Rounding.FLOOR_FEN, "12.34"),
        ("12,345.67", Rounding.FLOOR_YUAN, "12.00"),
        ("999.99", Rounding.FLOOR_YUAN, "0.00"),
        ("5.00", Rounding.HALF_UP_FEN, "0.01"),
        ("4.99", Rounding.HALF_UP_FEN, "0.00"),
        ("3,500,000,000.00", Rounding.HALF_UP_FEN, "3,500,000.00"),
    ],
)
def test_a_thousandth_of_a_receipt_is_the_worked_reward(
    amount: str, rounding: Rounding, reward: str
) -> None:
    assert yuan(apply_rate(ONE_IN_THOUSAND, parse_yuan(amount), rounding)) == reward


def test_three_receipts_counted_together_lose_no_fen() -> None:
    receipt_fen = parse_yuan("333.33")
    earned = [
        apply_rate(ONE_IN_THOUSAND, receipt_fen * count, Rounding.HALF_UP_FEN) for count in range(4)
    ]
    assert yuan(earned[3]) == "1.00"
    assert 3 * apply_rate(ONE_IN_THOUSAND, receipt_fen, Rounding.HALF_UP_FEN) == 99


@given(rates, amounts, st.sampled_from(Rounding))
def test_a_refund_takes_back_exactly_what_its_receipt_gave(
    rate: Rate, amount_fen: int, rounding: Rounding
) -> None:
    assert apply_rate(rate, -amount_fen, rounding) == -apply_rate(rate, amount_fen, rounding)


@given(rates, st.integers(min_value=0, max_value=FEN_LIMIT - 1))
def test_each_rounding_stays_within_its_own_distance(rate: Rate, amount_fen: int) -> None:
    exact = rate.fraction * amount_fen
    assert -Fraction(1, 2) < apply_rate(rate, amount_fen, Rounding.HALF_UP_FEN) - exact
    assert apply_rate(rate, amount_fen, Rounding.HALF_UP_FEN) - exact <= Fraction(1, 2)
    assert 0 <= exact - apply_rate(rate, amount_fen, Rounding.FLOOR_FEN) < 1
    in_yuan = apply_rate(rate, amount_fen, Rounding.FLOOR_YUAN)
    assert in_yuan % 100 == 0
    assert 0 <= exact - in_yuan < 100


@given(amounts, weight_lists)
def test_parts_sum_to_the_whole_and_stay_within_a_fen_of_their_share(
    total_fen: int, weights: list[int]
) -> None:
    parts = split(total_fen, weights)
    assert sum(parts) == total_fen
    assert len(parts) == len(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total_fen * weight, sum(weights))) < 1
        assert weight or not part


@given(amounts, weight_lists)
def test_a_negative_total_is_split_as_its_opposite(total_fen: int, weights: list[int]) -> None:
    assert split(-total_fen, weights) == tuple(-part for part in split(total_fen, weights))


@pytest.mark.parametrize(
    ("total_fen", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (-100, [1, 1, 1], (-34, -33, -33)),
        (101, [1, 1, 1], (34, 34, 33)),
        (10, [1, 2, 4], (1, 3, 6)),  # remainders 3/7, 6/7, 5/7 of a fen: two fen are left
        (1, [0, 1, 0], (0, 1, 0)),
        (0, [5, 5], (0, 0)),
    ],
)
def test_fen_left_over_go_to_the_largest_remainders_and_earlier_places(
    total_fen: int, weights: list[int], parts: tuple[int, ...]
) -> None:
    assert split(total_fen, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must not be"):
        split(100, weights)
