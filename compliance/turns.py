"""When a cell changed its status: as facts became known, or from one business date to another."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from compliance.assess import cells
from compliance.clause import Catalogue, Clause
from ledger.facts import TOPICS, FactVoided, InstitutionRegistered
from projections.index import cut_to
from projections.kept import topics_read
from projections.moment import Moment
from projections.tape import Tape

_AT_ONCE = 64
"""Readings put to the engine together: enough to keep all cores busy, few enough for memory."""


def turns_known(
    tape: Tape, as_of: date, catalogue: Catalogue, clause_id: str, institution: str
) -> pl.DataFrame:
    """The statuses of a cell on one business date, from one size of the log to the next.

    known_at Int64 (the first size with this status), recorded_at Datetime (of the fact that
    brought it), status String. Only sizes at which a fact arrived that the clause reads and that
    can concern the institution are looked at. Raises ClauseIsUnknown.
    """
    clause = catalogue.clause(clause_id)
    part, positions = _concerning(tape, catalogue, clause, institution)
    moments = [Moment(as_of, position + 1) for position in positions]
    found = _statuses(part, moments, catalogue, clause, institution)
    return (
        found.lazy()
        .with_columns(position=pl.col("known_at") - 1)
        .join(tape.recorded(), on="position", how="left", maintain_order="left")
        .select("known_at", "recorded_at", "status")
        .collect()
    )


def turns_dated(
    tape: Tape, first: date, last: date, catalogue: Catalogue, clause_id: str, institution: str
) -> pl.DataFrame:
    """The statuses of a cell by what the tape knows, from the day `first` to the day `last`.

    as_of Date (the first day with this status), status String. Looks at the days that the facts
    name, at those after a last day, and at those on which evidence grows stale. Raises
    ClauseIsUnknown.
    """
    clause = catalogue.clause(clause_id)
    part, _ = _concerning(tape, catalogue, clause, institution)
    named = _days_named(part).append(pl.Series([first], dtype=pl.Date))
    ended = _last_days(part, named, clause) if clause.has_last_days else named
    stale = named.dt.offset_by(f"{clause.fresh_months}mo") if clause.fresh_months else named
    days = pl.concat([named, *(each.dt.offset_by("1d") for each in (named, ended, stale))])
    within = days.filter((days >= first) & (days <= last)).unique().sort()
    moments = [Moment(day, tape.size) for day in within]
    return _statuses(part, moments, catalogue, clause, institution).select("as_of", "status")


def _concerning(
    tape: Tape, catalogue: Catalogue, clause: Clause, institution: str
) -> tuple[Tape, list[int]]:
    """A tape of the facts that the clause reads and that can concern the institution.

    These are its own and the bureau's, and those of others that touch a subject of its own; of
    them the sorted positions are answered too. The bureau's clauses are about everybody's facts.
    """
    read = topics_read(lambda tape: cells(tape, Moment(date.max, 0), catalogue.id, (clause,)))
    topics = sorted(read | {FactVoided.TOPIC})
    subjects = pl.col("subjects").list.eval(pl.element().struct.field("subject"))
    facts = pl.concat(
        tape.raw(TOPICS[topic]).select("position", "institution", subjects=subjects)
        for topic in topics
    ).collect()
    bureaus = tape.frame(InstitutionRegistered).filter(pl.col("kind") == "bureau")
    bureau = bureaus.select("code").collect()["code"].to_list()
    if institution in bureau:
        positions = facts["position"].unique().sort()
    else:
        own = pl.col("institution").is_in([institution, *bureau])
        touched = facts.filter(pl.col("institution") == institution)["subjects"]
        names = touched.explode(empty_as_null=False).unique()
        meets = pl.col("subjects").list.set_intersection(names.implode().first()).list.len() > 0
        positions = facts.filter(own | meets)["position"].unique().sort()
    return cut_to(tape, positions, topics, ()), positions.to_list()


def _statuses(
    tape: Tape,
    moments: Sequence[Moment],
    catalogue: Catalogue,
    clause: Clause,
    institution: str,
) -> pl.DataFrame:
    """The status at each moment, where it differs from the one before: known_at, as_of, status."""
    plans = [
        cells(tape.prefix(at.known_at), at, catalogue.id, (clause,))
        .filter(pl.col("institution") == institution)
        .select("status", known_at=pl.lit(at.known_at, pl.Int64), as_of=pl.lit(at.as_of, pl.Date))
        for at in moments
    ]
    found = [
        frame
        for start in range(0, len(plans), _AT_ONCE)
        for frame in pl.collect_all(plans[start : start + _AT_ONCE])
    ]
    if not found:
        return pl.DataFrame(schema={"status": pl.String, "known_at": pl.Int64, "as_of": pl.Date})
    return pl.concat(found).filter(pl.col("status").ne_missing(pl.col("status").shift()))


def _days_named(tape: Tape) -> pl.Series:
    """Every business date that a fact of the tape names outside its inner structures."""
    found = [rows.select(pl.col(pl.Date)).unpivot().select("value") for _, rows in tape.every()]
    nothing = pl.LazyFrame(schema={"value": pl.Date})
    return pl.concat([nothing, *found]).drop_nulls().unique().collect()["value"]


def _last_days(tape: Tape, days: pl.Series, clause: Clause) -> pl.Series:
    """Every last day that the clause names on one of these days."""
    plans = [
        clause.items(tape, Moment(day, tape.size)).select(pl.col("due").drop_nulls().unique())
        for day in days
    ]
    found = [
        frame["due"]
        for start in range(0, len(plans), _AT_ONCE)
        for frame in pl.collect_all(plans[start : start + _AT_ONCE])
    ]
    return pl.concat([pl.Series([], dtype=pl.Date), *found]).unique()
