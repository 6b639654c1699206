"""Why figures changed: two sets of entries joined by unit, and the facts behind the difference."""

from enum import StrEnum
from typing import Final

import polars as pl

from ledger.case import business_day
from ledger.facts import FactVoided, ReceiptDeallocated, ReceiptRefunded, ReceiptReversed
from projections.index import cut_to
from projections.tape import Tape

FACTS: Final = pl.Schema(
    {
        "position": pl.Int64(),
        "topic": pl.String(),
        "subject": pl.String(),
        "effective": pl.Date(),
        "recorded_at": pl.Datetime("us", "UTC"),
        "institution": pl.String(),
        "actor": pl.String(),
        "reason": pl.String(),
        "replaces": pl.Int64(),
        "voided_by": pl.Int64(),
    }
)
"""What is told of a fact behind a figure."""

_UNDOING: Final = tuple(
    fact.TOPIC for fact in (ReceiptDeallocated, ReceiptRefunded, ReceiptReversed)
)


class Cause(StrEnum):
    """Why an entry is other than it was."""

    CORRECTED = "corrected"
    VOIDED = "voided"
    REVERSED = "reversed"
    LATE = "late"
    NEWLY_HAPPENED = "newly-happened"
    DATE_MOVED = "date-moved"


def facts_at(tape: Tape, positions: pl.Series) -> pl.DataFrame:
    """The facts at these positions, in the columns of FACTS, in order of position."""
    wanted = positions.drop_nulls().unique().sort()
    found = [
        piece.select(
            "position",
            pl.lit(topic).alias("topic"),
            *(name for name in FACTS if name not in ("position", "topic", "voided_by")),
        )
        for topic, pieces in cut_to(tape, wanted, tape.chunks, ()).chunks.items()
        for piece in pieces
    ]
    if not found:
        return pl.DataFrame(schema=FACTS)
    return (
        pl.concat(found)
        .join(tape.voided, left_on="position", right_on="voided", how="left")
        .select(pl.col(name).cast(dtype) for name, dtype in FACTS.items())
        .sort("position")
    )


def restated(before: pl.DataFrame, after: pl.DataFrame, earlier: Tape, later: Tape) -> pl.DataFrame:
    """Every entry that differs between two moments of knowledge, and why.

    institution, part, unit, subject String, day Date, before Int64, after Int64 (null = not
    there), change Int64, cause String, positions List(Int64) (the facts since then behind it).
    The cause is that of the last of these facts. For a sum the changes of its entries add up to
    the change of the figure, for a ratio those of each part.
    """
    own = ["institution", "part", "unit"]
    joined = (
        before.join(after, on=own, how="full", coalesce=True, suffix="_after")
        .with_columns(
            subject=pl.coalesce("subject_after", "subject"),
            day=pl.coalesce("day_after", "day"),
            before=pl.col("value"),
            after=pl.col("value_after"),
            change=pl.col("value_after").fill_null(0) - pl.col("value").fill_null(0),
            seen=pl.col("positions").fill_null([]),
            now=pl.col("positions_after").fill_null([]),
        )
        .filter(pl.col("before").ne_missing(pl.col("after")))
    )
    causes = _causes(joined, earlier, later)
    return (
        joined.join(causes, on=own, how="left", maintain_order="left")
        .with_columns(pl.col("cause").fill_null(Cause.DATE_MOVED), pl.col("news").fill_null([]))
        .select(*own, "subject", "day", "before", "after", "change", "cause", positions="news")
        .sort(own)
    )


def _causes(changed: pl.DataFrame, earlier: Tape, later: Tape) -> pl.DataFrame:
    """The cause of each changed entry with the facts recorded since that explain it (`news`).

    These are facts the entry rests on or did; failing these, facts about its subject, such as
    the one that ended it.
    """
    own = ["institution", "part", "unit"]
    old = changed.select(*own, position="seen").explode("position", empty_as_null=False)
    new = changed.select(*own, position="now").explode("position", empty_as_null=False)
    voids = later.voided.filter(pl.col("voided_by") >= earlier.size)
    gone = old.join(voids, left_on="position", right_on="voided").select(*own, position="voided_by")
    come = new.filter(pl.col("position") >= earlier.size)
    within = pl.concat([gone, come])
    about = changed.join(within, on=own, how="anti").select(*own, "subject")
    news = pl.concat(
        [within, about.join(_about(about, earlier, later), on="subject").drop("subject")]
    )
    return (
        news.join(_told(news["position"], earlier, later), on="position")
        .group_by(own)
        .agg(
            cause=pl.col("cause").sort_by("position").last(),
            news=pl.col("position").unique().sort(),
        )
    )


def _about(entries: pl.DataFrame, earlier: Tape, later: Tape) -> pl.DataFrame:
    """Facts recorded since about the subjects of entries: subject, position."""
    named = pl.col("subjects").list.eval(pl.element().struct.field("subject"))
    nothing = pl.DataFrame(schema={"position": pl.Int64, "subject": pl.String})
    since = [
        rows.select("position", subject=named).explode("subject", empty_as_null=False)
        for rows in later.since(earlier.size).values()
    ]
    return pl.concat([nothing, *since]).join(entries.select("subject").unique(), on="subject")


def _told(positions: pl.Series, earlier: Tape, later: Tape) -> pl.DataFrame:
    """What each of these facts, recorded since, was as a cause: position, cause."""
    last = earlier.last_recorded()
    known = pl.lit(business_day(last) if last else None, pl.Date)
    # A replacement stands right behind the void, also where it counts no more for this figure.
    replaced = facts_at(later, positions + 1).drop_nulls("replaces")["position"] - 1
    voids = pl.col("topic") == FactVoided.TOPIC
    cause = (
        pl.when(
            pl.col("replaces").is_not_null()
            | (voids & pl.col("position").is_in(replaced.implode()))
        )
        .then(pl.lit(Cause.CORRECTED))
        .when(voids)
        .then(pl.lit(Cause.VOIDED))
        .when(pl.col("topic").is_in(_UNDOING))
        .then(pl.lit(Cause.REVERSED))
        .when(pl.col("effective") <= known)
        .then(pl.lit(Cause.LATE))
        .otherwise(pl.lit(Cause.NEWLY_HAPPENED))
    )
    return facts_at(later, positions).select("position", cause=cause)
