"""The facts behind a figure as far as their reader may see them, down to the line of the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import polars as pl

from api.access import Caller, Scope
from api.entries import SHARED
from ledger.facts import TOPICS, ReceiptClaimed
from projections.fact_titles import TITLES
from projections.figure_changes import facts_at
from projections.tape import Tape
from projections.view import INSTITUTION, OFFICES, OFFICES_SEEING_PERSONS

_LINE: Final = (
    "statement",
    "account",
    "line",
    "booking_date",
    "value_date",
    "amount_fen",
    "currency",
)
"""What a claimed receipt says of the line in the bank's file."""


@dataclass(frozen=True, slots=True)
class ReaderRights:
    """Whose facts somebody reads, and in whose they may see persons."""

    offices: Scope
    seeing: Scope

    @classmethod
    def of(cls, caller: Caller) -> "ReaderRights":
        """The rights of a caller today."""
        return cls(caller.scope(OFFICES), caller.scope(OFFICES_SEEING_PERSONS))

    def parts(self) -> list[Any]:
        """What tells these rights from others, for ETags."""
        return [self.offices.parts(), self.seeing.parts()]

    def sees_persons(self) -> pl.Expr:
        """Whether persons may be seen in a row with column `institution`."""
        return _within(self.seeing)


def without_persons(rows: pl.DataFrame, reader: ReaderRights, *columns: str) -> pl.DataFrame:
    """Ids of persons in these columns left empty where the reader may not see persons."""
    hidden = ~reader.sees_persons()
    return rows.with_columns(
        pl.when(hidden & pl.col(name).str.starts_with("person:"))
        .then(None)
        .otherwise(name)
        .alias(name)
        for name in columns
    )


def facts_told(reader: ReaderRights, tape: Tape, positions: pl.Series) -> list[dict[str, Any]]:
    """The readable facts at these positions in log order, each with its title and where it is told.

    Facts of other institutions are left out, but for those that all may read. Who recorded a fact
    and why is for those who may see persons; a claimed receipt shows its line of the bank.
    """
    shared = pl.col("topic").is_in(SHARED)
    found = facts_at(tape, positions).filter(_within(reader.offices) | shared)
    seen = reader.sees_persons() | (shared & pl.lit(bool(reader.seeing)))
    found = found.with_columns(
        pl.when(seen).then("actor").alias("actor"),
        pl.when(seen).then("reason").alias("reason"),
        seen=seen,
    )
    found = found.with_columns(
        pl.when(pl.col("seen") | ~pl.col("subject").str.starts_with("person:"))
        .then("subject")
        .alias("subject")
    )
    lines = _bank_lines(tape, found["position"])
    return [_told(row, lines.get(row["position"])) for row in found.iter_rows(named=True)]


def _within(scope: Scope) -> pl.Expr:
    if scope.everywhere:
        return pl.lit(True)
    return pl.col(INSTITUTION).is_in(sorted(scope.institutions)).fill_null(False)


def _bank_lines(tape: Tape, positions: pl.Series) -> dict[int, dict[str, Any]]:
    wanted = pl.col("position").is_in(positions.implode())
    rows = tape.raw(ReceiptClaimed).filter(wanted).select("position", *_LINE).collect()
    return {row.pop("position"): row for row in rows.to_dicts()}


def _told(row: dict[str, Any], line: Mapping[str, Any] | None) -> dict[str, Any]:
    title = TITLES[TOPICS[row["topic"]]]
    return {
        "position": row["position"],
        "type": row["topic"],
        "zh": title.zh,
        "en": title.en,
        "subject": row["subject"],
        "effective": row["effective"],
        "recorded_at": row["recorded_at"],
        "institution": row["institution"],
        "actor": row["actor"],
        "reason": row["reason"],
        "replaces": row["replaces"],
        "voided_by": row["voided_by"],
        "href": f"/v1/history/{quote(row['subject'])}" if row["seen"] else None,
        **({"bank_line": line} if line is not None else {}),
    }
