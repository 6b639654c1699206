"""What entries say of themselves and of one another, as columns of one frame each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from ledger.facts import Fact, FactVoided, HeadsRecorded
from projections.schema import LINK
from projections.tape import Tape

_CHAIN: Final = pl.Struct({"previous": pl.String(), "sequence": pl.Int64(), "subject": pl.String()})
_ENTRY: Final = pl.Struct(
    {
        "type": pl.String(),
        "institution": pl.String(),
        "command": pl.String(),
        "effective": pl.Date(),
        "recorded": pl.String(),
        "replaces": pl.Int64(),
        "subjects": pl.List(_CHAIN),
        "rests_on": pl.List(LINK),
    }
)

FACTS: Final = pl.Schema(
    {
        "position": pl.Int64(),
        "type": pl.String(),
        "institution": pl.String(),
        "command": pl.String(),
        "effective": pl.Date(),
        "recorded": pl.String(),
        "replaces": pl.Int64(),
        "leaf": pl.String(),
    }
)
"""One row a fact; `leaf` is its hash in hex."""

LINKS: Final = pl.Schema(
    {
        "position": pl.Int64(),
        "number": pl.Int64(),
        "subject": pl.String(),
        "sequence": pl.Int64(),
        "previous": pl.String(),
        "leaf": pl.String(),
    }
)
"""One row a chain that a fact continues; `number` counts a fact's chains, its own subject 0."""

GROUNDS: Final = pl.Schema({"position": pl.Int64(), "subject": pl.String(), "sequence": pl.Int64()})
"""One row a fact that another, at `position`, rests on."""

VOIDS: Final = pl.Schema(
    {
        "position": pl.Int64(),
        "voided": pl.Int64(),
        "voided_leaf": pl.String(),
        "touched": pl.List(pl.String()),
    }
)
"""One row a void."""

HEADS: Final = pl.Schema(
    {
        "position": pl.Int64(),
        "of": pl.String(),
        "day": pl.Date(),
        "through": pl.Int64(),
        "facts": pl.Int64(),
        "heads": pl.Int64(),
        "root": pl.String(),
    }
)
"""One row a day's heads of an institution, as they were recorded."""


@dataclass(frozen=True)
class Columns:
    """All entries that could be read, as frames in the order of the log."""

    facts: pl.DataFrame
    links: pl.DataFrame
    grounds: pl.DataFrame
    voids: pl.DataFrame
    heads: pl.DataFrame

    def with_leaves(self, right: Mapping[int, str]) -> "Columns":
        """The same with other leaves (hex) at positions whose entries were altered."""
        if not right:
            return self
        leaf = pl.col("position").replace_strict(right, default=pl.col("leaf")).alias("leaf")
        return replace(
            self, facts=self.facts.with_columns(leaf), links=self.links.with_columns(leaf)
        )

    def about(self, position: int) -> dict[str, str]:
        """Type and own subject of the fact at a position, as far as it can be read."""
        at = pl.col("position") == position
        facts, links = self.facts.filter(at), self.links.filter(at, pl.col("number") == 0)
        if facts.is_empty() or links.is_empty():
            return {"type": "?", "subject": "?"}
        return {"type": facts["type"][0], "subject": links["subject"][0]}


class Gathering:
    """Takes entries in, span by span, and makes frames and the tape of them."""

    def __init__(self) -> None:
        self._facts: list[pl.DataFrame] = [pl.DataFrame(schema=FACTS)]
        self._links: list[pl.DataFrame] = [pl.DataFrame(schema=LINKS)]
        self._grounds: list[pl.DataFrame] = [pl.DataFrame(schema=GROUNDS)]
        self._voids: list[pl.DataFrame] = [pl.DataFrame(schema=VOIDS)]
        self._heads: list[pl.DataFrame] = [pl.DataFrame(schema=HEADS)]
        self.tape: Tape | None = Tape.empty()

    def take(
        self,
        positions: Sequence[int],
        entries: Iterable[bytes],
        leaves: Sequence[bytes],
        *,
        size: int | None,
    ) -> None:
        """Take in sound entries and what their leaves ought to be.

        `size` is that of the log where entries are left out, None where they follow on one
        another; once they do not there is no tape.
        """
        rows = pl.DataFrame(
            {"position": positions, "state": list(entries), "leaf": list(leaves)},
            schema={"position": pl.Int64, "state": pl.Binary, "leaf": pl.Binary},
        ).with_columns(pl.col("state").cast(pl.String), pl.col("leaf").bin.encode("hex"))
        entry = pl.col("state").str.json_decode(_ENTRY).alias("entry")
        read = rows.select("position", "leaf", "state", entry).unnest("entry")
        self._facts.append(read.select(FACTS.names()))
        self._links.append(_links(read))
        grounds = read.select("position", "rests_on").explode("rests_on", empty_as_null=False)
        self._grounds.append(grounds.unnest("rests_on").select(GROUNDS.names()))
        self._voids.append(_payloads(read, FactVoided, VOIDS))
        self._heads.append(_payloads(read, HeadsRecorded, HEADS))
        if self.tape is not None:
            source = read.select("position", topic="type", state="state")
            self.tape = self.tape.extended(source, size=size)

    def columns(self) -> Columns:
        """What was taken in so far."""
        parts = (self._facts, self._links, self._grounds, self._voids, self._heads)
        return Columns(*(pl.concat(frames) for frames in parts))


def _links(read: pl.DataFrame) -> pl.DataFrame:
    each = read.select(
        "position", "leaf", "subjects", number=pl.int_ranges(pl.col("subjects").list.len())
    )
    return each.explode("subjects", "number").unnest("subjects").select(LINKS.names())


def _payloads(read: pl.DataFrame, fact: type[Fact], schema: pl.Schema) -> pl.DataFrame:
    """Position and payload of the facts of one type."""
    payload = pl.Struct({name: dtype for name, dtype in schema.items() if name != "position"})
    told = pl.col("state").str.json_decode(pl.Struct({"payload": payload})).alias("entry")
    rows = read.filter(pl.col("type") == fact.TOPIC).select("position", told)
    return rows.unnest("entry").unnest("payload").select(schema.names())
