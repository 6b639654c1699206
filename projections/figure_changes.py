"""Why figures changed: two sets of entries joined by unit, and the facts behind the difference."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

import polars as pl

from ledger.case import business_day
from ledger.facts import (
    FactVoided,
    PolicyAdopted,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
)
from projections.figures import Indicator
from projections.index import cut_to
from projections.kept import topics_read
from projections.moment import Moment
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

_ABOUT: Final = {"position": pl.Int64, "institution": pl.String, "subject": pl.String}


class Cause(StrEnum):
    """Why an entry is other than it was."""

    CORRECTED = "corrected"
    VOIDED = "voided"
    REVERSED = "reversed"
    LATE = "late"
    NEWLY_HAPPENED = "newly-happened"
    RULE_CHANGED = "rule-changed"
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
        for topic, pieces in cut_to(tape, wanted, tape.topics, ()).chunks.items()
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


@cache
def reads_rules(indicator: Indicator) -> bool:
    """Whether any strand of an indicator depends on which versions of rules were adopted."""
    nowhere = Moment(date.min, 0)
    read = topics_read(lambda tape: [each.build(tape, nowhere) for each in indicator.strands])
    return PolicyAdopted.TOPIC in read


def adopted_since(indicator: Indicator, earlier: Tape, later: Tape) -> list[int]:
    """Positions of rules adopted between two moments; none where the indicator reads no rules."""
    if not reads_rules(indicator):
        return []
    adopted = later.raw(PolicyAdopted).filter(pl.col("position") >= earlier.size)
    return adopted.select("position").collect().to_series().to_list()


def restated(
    before: pl.DataFrame,
    after: pl.DataFrame,
    earlier: Tape,
    later: Tape,
    adopted: Sequence[int] = (),
) -> pl.DataFrame:
    """Every entry that differs between two moments of knowledge, and why.

    institution, part, unit, subject String, day Date, before Int64, after Int64 (null = not
    there), change Int64, cause String, positions List(Int64) (the facts since then behind it).
    The cause is that of the last of these facts; where none is about the entry, that of the rules
    `adopted` since (positions), or else the course of time. For a sum the changes of its entries
    add up to the change of the figure, for a ratio those of each part.
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
    otherwise = Cause.RULE_CHANGED if adopted else Cause.DATE_MOVED
    return (
        joined.join(causes, on=own, how="left", maintain_order="left")
        .with_columns(
            pl.col("cause").fill_null(otherwise),
            pl.col("news").fill_null(pl.lit([*adopted], pl.List(pl.Int64))),
        )
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
    since = since_about(about["subject"], earlier.size, later)
    news = pl.concat([within, about.join(since, on="subject").select(*own, "position")])
    return (
        news.join(_told(news["position"], earlier, later), on="position")
        .group_by(own)
        .agg(
            cause=pl.col("cause").sort_by("position").last(),
            news=pl.col("position").unique().sort(),
        )
    )


def since_about(subjects: pl.Series, size: int, later: Tape) -> pl.DataFrame:
    """Facts about these subjects from position `size` on, a row a fact and subject:

    position Int64, institution String (whose rights govern the fact), subject String.
    """
    named = pl.col("subjects").list.eval(pl.element().struct.field("subject"))
    since = [
        rows.select("position", "institution", subject=named).explode(
            "subject", empty_as_null=False
        )
        for rows in later.since(size).values()
    ]
    wanted = pl.LazyFrame({"subject": subjects.unique()})
    about = pl.concat([pl.LazyFrame(schema=_ABOUT), *since]).join(wanted, on="subject")
    return about.collect()


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
