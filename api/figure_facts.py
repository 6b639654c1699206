"""The facts behind a figure as far as their reader may see them, down to the line of the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import polars as pl

from api.access import Caller, Scope
from api.rights import SHARED, Kind, facts_seen, rows_within, scope_of
from ledger.facts import TOPICS, ReceiptClaimed
from projections.fact_titles import TITLES
from projections.figure_changes import facts_at
from projections.tape import Tape

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
        return cls(scope_of(caller, Kind.FIGURE), scope_of(caller, Kind.FACT))

    def parts(self) -> list[Any]:
        """What tells these rights from others, for ETags."""
        return [self.offices.parts(), self.seeing.parts()]

    def sees_persons(self) -> pl.Expr:
        """Whether persons may be seen in a row with column `institution`."""
        return rows_within(self.seeing)


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
    and why is for those who may see persons there; a claimed receipt shows its line of the bank.
    """
    found = facts_seen(reader.offices, facts_at(tape, positions), tape)
    told = reader.sees_persons()
    seen = told | (pl.col("topic").is_in(SHARED) & pl.lit(bool(reader.seeing)))
    found = found.with_columns(
        pl.when(told).then("actor").alias("actor"),
        pl.when(told).then("reason").alias("reason"),
        pl.when(seen | ~pl.col("subject").str.starts_with("person:"))
        .then("subject")
        .alias("subject"),
        seen=seen,
    )
    lines = _bank_lines(tape, found["position"])
    return [_told(row, lines.get(row["position"])) for row in found.iter_rows(named=True)]


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
