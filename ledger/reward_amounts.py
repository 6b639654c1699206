"""The arithmetic of the reward: base, accrual with its rounding level, limits, and shares."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple, assert_never

from ledger.facts.fund import ClaimLine, FundTerms, TeamShare
from ledger.money import Rounding, apply_rate, split

Limit = Literal["fund", "institution", "contract", "person", "recipients", "manual"]


class LineBase(NamedTuple):
    """What one claimed allocation adds to the base, in fen."""

    receipt: str
    base_fen: int


class Accrued(NamedTuple):
    """What a contract's other reviewed claims hold: their base, and their accrual for one head."""

    base_fen: int
    each_fen: int


class Room(NamedTuple):
    """How much one limit still leaves, in fen."""

    limit: Limit
    left_fen: int


class Grant(NamedTuple):
    """What a claim gets within all limits; `limit` names the one that kept something back."""

    amount_fen: int
    shares_fen: tuple[int, ...]
    limit: Limit | None


def line_base_fen(terms: FundTerms, line: ClaimLine, received_fen: int) -> int:
    """The base of a claimed line in fen when so much of its allocation is held today.

    Where the terms take the VAT off, the part of a refund takes its part of the VAT along
    (rounded half up), so that half the money back is half the base.
    """
    if not terms.base_reduced_by_vat:
        return received_fen
    received_then = line.base_fen + line.vat_fen
    vat = Fraction(line.vat_fen * received_fen, received_then)
    return received_fen - (2 * vat.numerator + vat.denominator) // (2 * vat.denominator)


def heads(terms: FundTerms, members: int) -> int:
    """How many times the rate is given: once for the team in all, or once for each member."""
    return members if terms.team_reading == "each-member" else 1


def accrual_fen(terms: FundTerms, lines: Sequence[LineBase], before: Accrued, members: int) -> int:
    """The reward a claim earns, in fen, rounded at the level the terms name.

    Cumulative by contract, what is due is the rounded rate of all that came in, less what the
    contract's other claims accrued: the parts always meet the whole, in whatever order they were
    reviewed. Never negative: what an earlier rounding gave too much, later claims make up for.
    """
    base_fen = sum(line.base_fen for line in lines)
    match terms.rounding_level:
        case "contract-cumulative":
            whole_fen = apply_rate(terms.rate, before.base_fen + base_fen, terms.rounding)
            each_fen = max(0, whole_fen - before.each_fen)
        case "receipt":
            each_fen = _by_receipt_fen(terms, lines)
        case "claim":
            each_fen = apply_rate(terms.rate, base_fen, terms.rounding)
        case _:
            assert_never(terms.rounding_level)
    return each_fen * heads(terms, members)


def _by_receipt_fen(terms: FundTerms, lines: Sequence[LineBase]) -> int:
    rounding: Rounding = terms.rounding
    receipts = dict.fromkeys(line.receipt for line in lines)
    bases = (sum(line.base_fen for line in lines if line.receipt == one) for one in receipts)
    return sum(apply_rate(terms.rate, base_fen, rounding) for base_fen in bases)


def weights(terms: FundTerms, team: Sequence[TeamShare]) -> tuple[int, ...]:
    """By what the award is shared: the declared weights, or equally if the rate is each one's."""
    if terms.team_reading == "each-member":
        return (1,) * len(team)
    return tuple(share.weight for share in team)


def in_proportion(left_fen: int, reviewed_fen: Sequence[int]) -> tuple[int, ...]:
    """Reviewed amounts cut down to what is left, in proportion (largest remainder), in fen."""
    if sum(reviewed_fen) <= left_fen:
        return tuple(reviewed_fen)
    return split(left_fen, reviewed_fen)


def grant(
    wanted_fen: int,
    rooms: Sequence[Room],
    by: Sequence[int],
    persons_left_fen: Sequence[int | None],
) -> Grant:
    """What a claim that wants so much gets, in fen, and how the team shares it.

    The tightest room binds (of equal ones the earlier). The amount is then shared by weight, and
    a person at the personal limit (None: no limit) keeps what fits; what that person cannot take
    goes to nobody else.
    """
    tightest = min(rooms, key=lambda room: room.left_fen)
    fitting_fen = min(wanted_fen, max(0, tightest.left_fen))
    shares = split(fitting_fen, by)
    kept = tuple(
        share if left_fen is None else min(share, max(0, left_fen))
        for share, left_fen in zip(shares, persons_left_fen, strict=True)
    )
    limit: Limit | None = None if fitting_fen == wanted_fen else tightest.limit
    return Grant(sum(kept), kept, limit if kept == shares else "person")
