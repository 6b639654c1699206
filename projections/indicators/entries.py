"""Ways to write entries down: who counts what, on which day, by which facts."""

from typing import Final

import polars as pl

from ledger.facts import Fact
from projections.figures import ENTRIES, Part
from projections.kept import Reach

CONTRACTS: Final = ("license", "assignment")
FIRMS_REWARDED: Final = ("medium", "small", "micro")
"""中小微企业: the sizes that the plan speaks of."""


def entries(
    frame: pl.LazyFrame,
    *,
    unit: str | pl.Expr,
    subject: str,
    day: str | pl.Expr,
    positions: pl.Expr | str = "position",
    value: str | pl.Expr | int = 1,
    part: Part | pl.Expr = Part.MEMBER,
) -> pl.LazyFrame:
    """Rows as entries, in the columns of `figures.ENTRIES`; `frame` has `institution`.

    `positions` is a column of positions or an expression for a list of them; nulls in it are left
    out later. Without `value` each unit counts one.
    """
    facts = pl.concat_list(positions) if isinstance(positions, str) else positions
    return frame.select(
        "institution",
        part=pl.lit(part.value) if isinstance(part, Part) else part,
        unit=unit,
        subject=subject,
        day=day,
        value=pl.lit(value) if isinstance(value, int) else value,
        positions=facts,
    ).cast(ENTRIES)


def about(*kinds: str, through: tuple[str, ...] = (), whole: tuple[type[Fact], ...] = ()) -> Reach:
    """How far facts reach where an entry is about its `subject`."""
    return Reach("subject", kinds, through, whole)
