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
    found = newest(shown.select("subject", "position", "on"))
    last_day = pl.lit(None, pl.Date) if due is None else pl.col(due)
    ahead = pl.lit(False) if as_of is None else (pl.col("last_day") >= as_of).fill_null(False)
    is_broken, is_shown = pl.col("code").is_not_null(), pl.col("shown_at").is_not_null()
    # One pass over `wanted`: it may be dear, and the engine would compute it for every use.
    rows = (
        wanted.select("institution", "subject", "position", "on", last_day=last_day)
        .join(found.select("subject", shown_at="position", shown_on="on"), on="subject", how="left")
        .join(
            broken.select("subject", "code", broken_at="position", broken_on="on"),
            on="subject",
            how="left",
        )
    )
    return rows.select(
        "institution",
        "subject",
        position=pl.coalesce(pl.when(is_broken).then("broken_at"), "shown_at", "position"),
        on=pl.coalesce(pl.when(is_broken).then("broken_on"), "shown_on", "on"),
        due="last_day",
        bearing=pl.when(is_broken)
        .then(pl.lit(str(Bearing.BREACH)))
        .when(is_shown)
        .then(pl.lit(str(Bearing.EVIDENCE)))
        .when(ahead)
        .then(pl.lit(str(Bearing.DUE)))
        .otherwise(pl.lit(str(Bearing.GAP))),
        code=pl.when(is_broken).then("code").when(~is_shown).then(pl.lit(gap)),
    ).select(_COLUMNS)


def unbroken(wanted: pl.LazyFrame, broken: pl.LazyFrame) -> pl.LazyFrame:
    """Items for things that are evidence themselves unless something is broken about them."""
    return accounted(wanted, wanted, broken, "")


def nothing_broken() -> pl.LazyFrame:
    """No breach: subject String, position Int64, on Date, code String, without rows."""
    return pl.LazyFrame(
        schema={name: ITEMS[name] for name in ("subject", "position", "on", "code")}
    )
