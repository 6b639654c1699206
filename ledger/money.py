"""Money as whole fen, and the only places where it is parsed, rated, rounded, split or shown."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Final, Self, assert_never

from pydantic import BaseModel, ConfigDict, Field

FEN_LIMIT = 2**53
"""Amounts stay below this in size, so that every JSON reader keeps them exact."""

FEN_PER_YUAN = 100

Fen = Annotated[int, Field(strict=True, gt=-FEN_LIMIT, lt=FEN_LIMIT)]
"""A whole number of fen; neither floats nor booleans nor text are taken for one."""

_FORMS_OF_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x2212: "-",  # the minus sign of typeset tables
    0xFFE5: "¥",
}
_AMOUNT = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+-])?\s*¥?\s*(?P<late_sign>[+-])?"
    r"(?P<whole>[0-9][0-9,]*)?(?:\.(?P<decimals>[0-9]+))?\s*(?P<scale>[万亿])?\s*元?\s*(?P<close>\))?"
)
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]+")

SCALES: Final[Mapping[str, int]] = {"万": 4, "亿": 8}
"""What people count yuan in beside single ones, as the zeros that it stands for."""

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


class AmountFault(StrEnum):
    """Why a text is no amount of yuan."""

    EMPTY = "amount_is_empty"
    NOT_A_NUMBER = "amount_is_not_a_number"
    GROUPING = "amount_is_wrongly_grouped"
    DECIMALS = "amount_has_more_than_two_decimals"
    TOO_LARGE = "amount_is_too_large"


class WrongAmount(ValueError):
    """A text that cannot be read as yuan; `fault` says why, `text` is what was given."""

    def __init__(self, fault: AmountFault, text: str) -> None:
        super().__init__(f"{fault.value.replace('_', ' ')}: {text!r}")
        self.fault = fault
        self.text = text


def parse_yuan(text: str) -> int:
    """Read yuan as people and banks write them and give fen, exactly.

    Taken: full-width characters, commas between groups of three, a leading sign, a ¥ before or 元
    after, 万 or 亿 as the unit, brackets for a negative amount. Raises WrongAmount for anything
    else, including decimals below a fen even if they are zero: they show that the column holds
    something other than yuan.
    """
    plain = text.translate(_FORMS_OF_ASCII).strip()
    if not plain:
        raise WrongAmount(AmountFault.EMPTY, text)
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise WrongAmount(AmountFault.NOT_A_NUMBER, text)
    whole, decimals = found["whole"] or "", found["decimals"] or ""
    signs = [mark for mark in (found["open"], found["sign"], found["late_sign"]) if mark]
    if not (whole or decimals) or len(signs) > 1 or bool(found["open"]) != bool(found["close"]):
        raise WrongAmount(AmountFault.NOT_A_NUMBER, text)
    if whole and not _GROUPED.fullmatch(whole):
        raise WrongAmount(AmountFault.GROUPING, text)
    places = 2 + SCALES.get(found["scale"], 0)
    if len(decimals) > places:
        raise WrongAmount(AmountFault.DECIMALS, text)
    digits = (whole.replace(",", "") + decimals.ljust(places, "0")).lstrip("0")
    # Measured before it is converted: Python refuses to convert thousands of digits.
    if len(digits) > len(str(FEN_LIMIT)) or int(digits or "0") >= FEN_LIMIT:
        raise WrongAmount(AmountFault.TOO_LARGE, text)
    size = int(digits or "0")
    return size if not signs or signs == ["+"] else -size


def yuan(fen: int) -> str:
    """Show fen as yuan for people: grouped by thousands, two decimals, a leading minus."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def plain_yuan(fen: int) -> str:
    """Show fen as yuan for machines: no grouping, two decimals, a leading minus."""
    return yuan(fen).replace(",", "")


def capital_yuan(fen: int) -> str:
    """Write fen in the capital numerals (大写) that cheques and contracts carry: 壹佰贰拾叁万元整.

    The zeros follow the rules of the People's Bank for filling in vouchers: one 零 for a gap
    inside the number, 整 after 元 where nothing follows, nothing after 角 and 分.
    """
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    tenths, cents = divmod(rest, 10)
    text = f"{_capitals(whole)}元" if whole or not rest else ""
    if not rest:
        text += "整"
    if tenths:
        text += f"{_CAPITALS[tenths]}角"
    elif rest and whole:
        text += "零"
    if cents:
        text += f"{_CAPITALS[cents]}分"
    return f"负{text}" if fen < 0 else text


def _capitals(number: int) -> str:
    for unit, mark in _CAPITAL_UNITS:
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return f"{_capitals(high)}{mark}{gap}{_capitals(low) if low else ''}"
    return _CAPITALS[number]


class Rate(BaseModel):
    """An exact, non-negative proportion such as 1/1000; it need not be in lowest terms."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    numerator: Annotated[int, Field(ge=0, lt=FEN_LIMIT)]
    denominator: Annotated[int, Field(gt=0, lt=FEN_LIMIT)]

    @property
    def fraction(self) -> Fraction:
        """The same proportion in lowest terms."""
        return Fraction(self.numerator, self.denominator)

    @classmethod
    def of(cls, fraction: Fraction) -> Self:
        """The rate that equals this fraction."""
        return cls(numerator=fraction.numerator, denominator=fraction.denominator)


class Rounding(StrEnum):
    """What becomes of the part of a fen, or of a yuan, that cannot be paid."""

    HALF_UP_FEN = "half-up-fen"
    FLOOR_FEN = "floor-fen"
    FLOOR_YUAN = "floor-yuan"


def apply_rate(rate: Rate, amount_fen: int, rounding: Rounding) -> int:
    """Give `rate` of an amount in fen, rounded once, from the exact product.

    Every rounding works on the size and puts the sign back: half-up takes halves away from zero,
    the two floors drop the fraction. So the rate of a refund is exactly the opposite of the rate
    of the receipt it takes back; a floor towards minus infinity would claw back a fen too much.
    """
    sign = -1 if amount_fen < 0 else 1
    exact = rate.fraction * abs(amount_fen)
    match rounding:
        case Rounding.HALF_UP_FEN:
            size = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
        case Rounding.FLOOR_FEN:
            size = exact.numerator // exact.denominator
        case Rounding.FLOOR_YUAN:
            size = exact.numerator // (exact.denominator * FEN_PER_YUAN) * FEN_PER_YUAN
        case _:
            assert_never(rounding)
    return sign * size


def split(total_fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share a total in fen by weights so that the parts sum to it exactly (largest remainder).

    Each part is within one fen of its exact share; fen left over go to the largest remainders,
    and to the earlier place where remainders are equal. A negative total is shared as its size
    is, with the sign put back. A weight of zero gets nothing. Raises ValueError for no weights,
    a negative weight, or weights that are all zero.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError(f"weights must not be negative: {list(weights)}")
    whole = sum(weights)
    if whole == 0:
        raise ValueError("weights must not be all zero: nobody is there to take a share")
    sign = -1 if total_fen < 0 else 1
    shares = [divmod(abs(total_fen) * weight, whole) for weight in weights]
    left = abs(total_fen) - sum(share for share, _ in shares)
    by_remainder = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
    raised = frozenset(by_remainder[:left])
    return tuple(sign * (share + (place in raised)) for place, (share, _) in enumerate(shares))
