"""Whether the balances of a statement follow from its amounts, in whichever order it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from api.imports.results import StatementLine

FOLLOWING_PAIRS_MIN = 2


@dataclass(frozen=True, slots=True)
class Balances:
    """Opening and closing balance in fen, how many neighbours break, and the line to blame."""

    opening_fen: int | None = None
    closing_fen: int | None = None
    breaks: int | None = None
    blamed: StatementLine | None = None


def check_balances(lines: Sequence[StatementLine], rejected: Sequence[int]) -> Balances:
    """Check every pair of neighbours: later balance = earlier balance + later amount.

    Ascending or descending order is whichever more pairs follow, then whichever the dates say.
    Exports may be filtered, and then many pairs break without fault; so a line is blamed only if
    all other pairs (two at least) follow: one broken pair blames its later line, two broken pairs
    around one line, whose balance can be stepped over, blame that line. Pairs with a rejected
    line (`rejected`: line numbers) between them cannot be judged and are left out.
    """
    if not lines or any(line.balance_fen is None for line in lines):
        return Balances()
    if len({line.currency for line in lines}) > 1:
        return Balances()
    ascending = list(lines)
    descending = ascending[::-1]
    broken_up, broken_down = _broken(ascending), _broken(descending)
    newest_first = lines[0].booking_date > lines[-1].booking_date
    if (len(broken_down), not newest_first) < (len(broken_up), newest_first):
        ordered, broken = descending, broken_down
    else:
        ordered, broken = ascending, broken_up
    gaps = sorted(rejected)
    judged = [i for i in broken if not _rejected_between(ordered[i], ordered[i + 1], gaps)]
    opening = _balance(ordered[0]) - ordered[0].amount_fen
    blamed = _blame(ordered, judged, len(lines) - 1 - len(broken))
    return Balances(opening, _balance(ordered[-1]), len(judged), blamed)


def _balance(line: StatementLine) -> int:
    return line.balance_fen or 0


def _broken(ordered: Sequence[StatementLine]) -> list[int]:
    return [
        index
        for index, (earlier, later) in enumerate(pairwise(ordered))
        if _balance(earlier) + later.amount_fen != _balance(later)
    ]


def _rejected_between(one: StatementLine, other: StatementLine, gaps: Sequence[int]) -> bool:
    low, high = sorted((one.number, other.number))
    return any(low < gap < high for gap in gaps)


def _blame(
    ordered: Sequence[StatementLine], broken: Sequence[int], following: int
) -> StatementLine | None:
    if following < FOLLOWING_PAIRS_MIN:
        return None
    if len(broken) == 1:
        return ordered[broken[0] + 1]
    if len(broken) == 2 and broken[1] == broken[0] + 1:
        before, wrong, after = ordered[broken[0] : broken[0] + 3]
        if _balance(before) + wrong.amount_fen + after.amount_fen == _balance(after):
            return wrong
    return None
