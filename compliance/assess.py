"""The one place where items become a status: a matrix of all cells, or one cell with its items."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from compliance.clause import ITEMS, Bearing, Catalogue, Clause, Status
from ledger.facts import DecisionRecorded, InstitutionRegistered
from projections.decisions import approvals
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape

_COUNTED = {
    "evidence": Bearing.EVIDENCE,
    "breaches": Bearing.BREACH,
    "gaps": Bearing.GAP,
    "dues": Bearing.DUE,
}
_CELL = ["institution", "clause"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """One clause for one institution at a moment: its status and what it rests on.

    `items` has the columns of `ITEMS` in order of bearing, date and subject. `next_due` is the
    nearest last day still ahead. `decision` is the approved decision that the clause does not
    apply, and `decided_at` its position.
    """

    clause: Clause
    institution: str
    status: Status
    next_due: date | None
    decision: str | None
    decided_at: int | None
    items: pl.DataFrame

    def of(self, bearing: Bearing) -> pl.DataFrame:
        """The items of one bearing."""
        return self.items.filter(pl.col("bearing") == str(bearing))


class InstitutionIsNotBound(LookupError):
    """An institution that a clause does not bind, or that is not registered at the moment."""

    def __init__(self, clause: str, institution: str) -> None:
        self.clause, self.institution = clause, institution
        super().__init__(f"clause {clause} does not bind {institution}")


def matrix(tape: Tape, moment: Moment, catalogue: Catalogue) -> pl.LazyFrame:
    """Every institution a clause binds against every clause, in order of both.

    institution, clause String, place Int64 (of the clause in the catalogue), status String,
    evidence, breaches, gaps, dues Int64 (how many items of each bearing), newest Date (of the
    evidence), next_due Date, decision String, decided_at Int64.

    Of several statuses the first in this order holds: not-applicable (a decision approved by the
    moment and not run out), contradicted (a breach stands), missing (no evidence), stale (the
    newest evidence is older than the clause's period), partial (something is open), evidenced.
    """
    return cells(tape, moment, catalogue.id, catalogue.clauses)


def cell(
    tape: Tape, moment: Moment, catalogue: Catalogue, clause_id: str, institution: str
) -> Assessment:
    """One cell of the matrix with its items. Raises ClauseIsUnknown, InstitutionIsNotBound."""
    clause = catalogue.clause(clause_id)
    own = pl.col("institution") == institution
    status, rows = pl.collect_all(
        [
            cells(tape, moment, catalogue.id, (clause,)).filter(own),
            clause.items(tape, moment).filter(own).sort("bearing", "on", "subject", "position"),
        ]
    )
    if status.is_empty():
        raise InstitutionIsNotBound(clause_id, institution)
    found = status.row(0, named=True)
    return Assessment(
        clause=clause,
        institution=institution,
        status=Status(found["status"]),
        next_due=found["next_due"],
        decision=found["decision"],
        decided_at=found["decided_at"],
        items=rows.select(list(ITEMS)),
    )


def items_of(tape: Tape, moment: Moment, clauses: tuple[Clause, ...]) -> pl.LazyFrame:
    """All items of these clauses: the columns of `ITEMS` and clause String."""
    return pl.concat(
        [clause.items(tape, moment).select(*ITEMS, clause=pl.lit(clause.id)) for clause in clauses]
    )


def exemptions(tape: Tape, moment: Moment, catalogue_id: str) -> pl.LazyFrame:
    """Decisions in force that a clause does not apply: institution, clause, decision String,
    decided_at Int64; one for each institution and clause, the last approved.
    """
    approved = approvals(tape, moment).select("decision", approved="on")
    return (
        up_to(tape, DecisionRecorded, moment)
        .filter(
            pl.col("kind") == "not-applicable",
            pl.col("catalogue") == catalogue_id,
            pl.col("until").is_null() | (pl.col("until") >= moment.as_of),
        )
        .join(approved, on="decision")
        .sort("approved", "position")
        .group_by(_CELL)
        .agg(pl.col("decision").last(), decided_at=pl.col("position").last())
    )


def cells(
    tape: Tape, moment: Moment, catalogue_id: str, clauses: tuple[Clause, ...]
) -> pl.LazyFrame:
    """The cells of these clauses of a catalogue: the columns and statuses of `matrix`."""
    summed = (
        items_of(tape, moment, clauses)
        .group_by(_CELL)
        .agg(
            newest=pl.col("on").filter(pl.col("bearing") == str(Bearing.EVIDENCE)).max(),
            next_due=pl.col("due").filter(pl.col("bearing") == str(Bearing.DUE)).min(),
            **{
                name: (pl.col("bearing") == str(bearing)).sum().cast(pl.Int64)
                for name, bearing in _COUNTED.items()
            },
        )
    )
    return (
        _bound(tape, moment, clauses)
        .join(summed, on=_CELL, how="left")
        .join(exemptions(tape, moment, catalogue_id), on=_CELL, how="left")
        .with_columns(pl.col(*_COUNTED).fill_null(0))
        .with_columns(status=_status(moment))
        .select(
            *_CELL, "place", "status", *_COUNTED, "newest", "next_due", "decision", "decided_at"
        )
        .sort("institution", "place")
    )


def _bound(tape: Tape, moment: Moment, clauses: tuple[Clause, ...]) -> pl.LazyFrame:
    """Institutions registered by the moment's day with each clause that binds their kind."""
    rules = pl.LazyFrame(
        [
            (clause.id, place, kind, clause.fresh_months)
            for place, clause in enumerate(clauses, 1)
            for kind in sorted(clause.binds)
        ],
        schema={
            "clause": pl.String,
            "place": pl.Int64,
            "kind": pl.String,
            "fresh_months": pl.Int64,
        },
        orient="row",
    )
    registered = up_to(tape, InstitutionRegistered, moment)
    return registered.select("kind", institution="code").join(rules, on="kind")


def _status(moment: Moment) -> pl.Expr:
    ages = pl.col("newest").dt.offset_by(pl.format("{}mo", "fresh_months"))
    return (
        pl.when(pl.col("decision").is_not_null())
        .then(pl.lit(str(Status.NOT_APPLICABLE)))
        .when(pl.col("breaches") > 0)
        .then(pl.lit(str(Status.CONTRADICTED)))
        .when(pl.col("evidence") == 0)
        .then(pl.lit(str(Status.MISSING)))
        .when((ages < moment.as_of).fill_null(False))
        .then(pl.lit(str(Status.STALE)))
        .when(pl.col("gaps") > 0)
        .then(pl.lit(str(Status.PARTIAL)))
        .otherwise(pl.lit(str(Status.EVIDENCED)))
    )
