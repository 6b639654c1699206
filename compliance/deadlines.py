"""Last days ahead and behind: what was done in time, late, or not, and what was known then."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from compliance.assess import items_of
from compliance.catalogues import STATUTES
from compliance.clause import Bearing, Catalogue
from ledger.facts import FACTS
from projections.moment import Moment, size_at
from projections.tape import Tape

_ROW = ["catalogue", "clause", "institution", "subject", "due"]

DEADLINES = pl.Schema(
    {
        "catalogue": pl.String(),
        "clause": pl.String(),
        "institution": pl.String(),
        "subject": pl.String(),
        "due": pl.Date(),
        "state": pl.String(),
        "known_then": pl.Boolean(),
        "on": pl.Date(),
        "position": pl.Int64(),
        "code": pl.String(),
    }
)
"""One row a last day.

`state`: ahead (not done, the day is not over), done, done-late, missed (not done, the day is
over). `known_then`: whether at the end of the last day the log held the doing of what is done in
time, or the duty of what is late or missed; so "not done" is told from "not known then". It is
null where the day is not over. `position` and `on` are of the fact that did it, else of the one
that asks for it.
"""


def deadlines(
    tape: Tape, moment: Moment, catalogues: tuple[Catalogue, ...] = (STATUTES,)
) -> pl.DataFrame:
    """All last days that clauses name at a moment, in the columns of `DEADLINES`, by day.

    The statutes name all of them; other catalogues repeat some.
    """
    rows = _dated(tape, moment, catalogues).with_columns(state=_state(moment)).collect()
    seen = rows.join(_recorded(tape), on="position", how="left").with_columns(
        known_then=pl.when(pl.col("due") < moment.as_of).then(
            pl.col("recorded_on") <= pl.col("due")
        )
    )
    # A fact that replaces another tells nothing of what the one before it said in its time.
    late = seen.filter(~pl.col("known_then"))
    doubtful = late if late.is_empty() else _of_replacements(tape, late)
    known = _known(tape, doubtful["due"].unique().sort().to_list(), catalogues)
    return (
        seen.join(known, on=[*_ROW, "done"], how="left")
        .with_columns(known_then=pl.col("known_then") | pl.col("stood_then").fill_null(False))
        .select(list(DEADLINES))
        .sort("due", "catalogue", "clause", "institution", "subject")
    )


def _dated(tape: Tape, moment: Moment, catalogues: tuple[Catalogue, ...]) -> pl.LazyFrame:
    """Items with a last day, and `done`: whether it was done by then."""
    done = pl.col("bearing") == str(Bearing.EVIDENCE)
    return pl.concat(
        [
            items_of(tape, moment, tuple(each for each in catalogue.clauses if each.has_last_days))
            .drop_nulls("due")
            .with_columns(catalogue=pl.lit(catalogue.id), done=done)
            for catalogue in catalogues
        ]
    )


def _state(moment: Moment) -> pl.Expr:
    return (
        pl.when("done")
        .then(pl.lit("done"))
        .when(pl.col("on") > pl.col("due"))
        .then(pl.lit("done-late"))
        .when(pl.col("due") < moment.as_of)
        .then(pl.lit("missed"))
        .otherwise(pl.lit("ahead"))
    )


def _recorded(tape: Tape) -> pl.DataFrame:
    """The Shanghai date on which each position was recorded: position Int64, recorded_on Date."""
    day = pl.col("recorded_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    return tape.recorded().select("position", recorded_on=day).collect()


def _of_replacements(tape: Tape, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows whose fact stands for another."""
    standing = [
        tape.frame(fact).filter(pl.col("replaces").is_not_null()).select("position")
        for fact in FACTS
        if fact.REPORTED
    ]
    return rows.join(pl.concat(standing).collect(), on="position", how="semi")


def _known(tape: Tape, days: Sequence[date], catalogues: tuple[Catalogue, ...]) -> pl.DataFrame:
    """What stood at the end of each of these days, known by then: the columns of a row, `done`
    and stood_then True.
    """
    schema = {name: DEADLINES[name] for name in _ROW} | {"done": pl.Boolean()}
    then = [
        _dated(tape.prefix(size), Moment(day, size), catalogues)
        .filter(pl.col("due") == day)
        .select(*_ROW, "done")
        for day in days
        for size in (size_at(tape, day),)
    ]
    return (
        pl.concat([pl.LazyFrame(schema=schema), *then])
        .unique()
        .with_columns(stood_then=True)
        .collect()
    )
