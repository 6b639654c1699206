"""How clauses put their rows together: what is asked for against what is shown and what is broken.

Frames meet on `subject`; what a frame calls otherwise is renamed before it comes here.
"""

import polars as pl

from compliance.clause import ITEMS, Bearing

_COLUMNS = list(ITEMS)


def items(
    frame: pl.LazyFrame,
    bearing: Bearing,
    code: str | pl.Expr | None = None,
    due: str | None = None,
) -> pl.LazyFrame:
    """Rows of one bearing from a frame with institution, subject, position and on."""
    return frame.select(
        "institution",
        "subject",
        "position",
        "on",
        bearing=pl.lit(str(bearing)),
        due=pl.lit(None, pl.Date) if due is None else pl.col(due),
        code=code if isinstance(code, pl.Expr) else pl.lit(code, pl.String),
    ).select(_COLUMNS)


def newest(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Of each subject the row with the last `on`; of one day's the last recorded."""
    return frame.sort("on", "position").group_by("subject", maintain_order=True).last()


def accounted(
    wanted: pl.LazyFrame,
    shown: pl.LazyFrame,
    broken: pl.LazyFrame,
    gap: str,
    *,
    due: str | None = None,
    as_of: pl.Expr | None = None,
) -> pl.LazyFrame:
    """Items for things that each need something to be shown of them.

    `wanted` has institution, subject, position, on, and the Date column named by `due` if there
    is a last day; each subject once an institution. `shown` has subject, position, on of the facts
    that show it, `broken` the same and `code`. What is broken is no evidence. What is neither is a
    gap with the code `gap`, or due if its last day is not over at `as_of`.
    """
    who = wanted.select("institution", "subject", *([due] if due else []))
    keys = ["subject"]
    breaches = broken.select("subject", "position", "on", "code").join(who, on=keys)
    evidence = (
        newest(shown.select("subject", "position", "on"))
        .join(who, on=keys)
        .join(broken, on=keys, how="anti")
    )
    open_ = wanted.join(shown, on=keys, how="anti").join(broken, on=keys, how="anti")
    ahead = pl.lit(False) if due is None else (pl.col(due) >= as_of).fill_null(False)
    return pl.concat(
        [
            items(evidence, Bearing.EVIDENCE, due=due),
            items(breaches, Bearing.BREACH, pl.col("code"), due),
            items(open_.filter(~ahead), Bearing.GAP, gap, due),
            items(open_.filter(ahead), Bearing.DUE, gap, due),
        ]
    )


def unbroken(wanted: pl.LazyFrame, broken: pl.LazyFrame) -> pl.LazyFrame:
    """Items for things that are evidence themselves unless something is broken about them."""
    rest = wanted.join(broken, on="subject", how="anti")
    who = wanted.select("institution", "subject")
    breaches = broken.select("subject", "position", "on", "code").join(who, on="subject")
    return pl.concat(
        [
            items(rest, Bearing.EVIDENCE),
            items(breaches, Bearing.BREACH, pl.col("code")),
        ]
    )


def nothing_broken() -> pl.LazyFrame:
    """No breach: subject String, position Int64, on Date, code String, without rows."""
    return pl.LazyFrame(
        schema={name: ITEMS[name] for name in ("subject", "position", "on", "code")}
    )
