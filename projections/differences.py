"""How a view differs between two moments: each value that changed, with the facts since then."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from projections.figure_changes import since_about
from projections.tape import Tape
from projections.view import DTYPES, INSTITUTION, Column, Kind, View

CELL: Final = (
    Column("change", "变化", "Change", Kind.CODE),
    Column("column", "栏目", "Column"),
    Column("before", "原值", "Before"),
    Column("after", "现值", "After"),
    Column("positions", "其间的事实", "Facts since", Kind.POSITIONS),
)
"""What is told of a value that differs, behind the key of its row."""

_TIME: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"
_POSITION: Final = "position"


@dataclass(frozen=True, slots=True)
class Differences:
    """The table of how a view differs: its key, then CELL."""

    view: View

    @property
    def name(self) -> str:
        """The view's name and what this is of it."""
        return f"{self.view.name}-diff"

    @property
    def zh(self) -> str:
        """Chinese title."""
        return f"{self.view.zh}的变化"

    @property
    def en(self) -> str:
        """English title."""
        return f"Changes of {self.view.en}"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the view's key in its order, then CELL."""
        own = {column.name: column for column in self.view.columns}
        return (*(own[name] for name in self.view.key), *CELL)

    def rows(
        self, before: pl.DataFrame, after: pl.DataFrame, earlier: int, later: Tape
    ) -> pl.DataFrame:
        """Every value that differs between two readings of the view, in order of its key.

        `earlier` is the size of the log that `before` knew, `later` the tape of `after`. `change`
        is added, removed (every value of such a row that is not empty) or changed; `before` and
        `after` are text: amounts in fen, dates and times as in JSON, lists as JSON; `positions`
        are the facts recorded since about what the row is about, none where it names nothing.
        """
        told = [self._as_text(rows) for rows in (before, after)]
        # Rows that are equal in all columns are most of them; they go before anything is spread.
        old = told[0].join(told[1], on=told[0].columns, how="anti", nulls_equal=True)
        new = told[1].join(told[0], on=told[0].columns, how="anti", nulls_equal=True)
        cells = self._spread(old, "before").join(
            self._spread(new, "after"),
            on=[*self.view.key, "column"],
            how="full",
            coalesce=True,
            nulls_equal=True,
        )
        return (
            cells.filter(pl.col("before").ne_missing(pl.col("after")))
            .with_columns(change=_CHANGE)
            .join(
                self._behind(cells.select(self.view.key).unique(), earlier, later),
                on=self.view.key,
                how="left",
                nulls_equal=True,
            )
            .with_columns(pl.col("positions").fill_null([]))
            .sort(*self.view.key, pl.col("column").cast(pl.Enum(self._others)), nulls_last=True)
            .select(pl.col(each.name).cast(DTYPES[each.kind]) for each in self.columns)
        )

    @property
    def _others(self) -> list[str]:
        return [each.name for each in self.view.columns if each.name not in self.view.key]

    def _as_text(self, rows: pl.DataFrame) -> pl.DataFrame:
        own = {column.name: column for column in self.view.columns}
        return rows.select(*self.view.key, *(_text(own[name]) for name in self._others))

    def _spread(self, rows: pl.DataFrame, side: str) -> pl.DataFrame:
        """One value a row: the key, `column`, the value as `side`, and `there_{side}`."""
        return rows.unpivot(
            self._others, index=list(self.view.key), variable_name="column", value_name=side
        ).with_columns(pl.lit(True).alias(f"there_{side}"))

    def _behind(self, keys: pl.DataFrame, earlier: int, later: Tape) -> pl.DataFrame:
        """The facts since the earlier moment behind each row: its key, positions List(Int64)."""
        own = list(self.view.key)
        found = self._facts_themselves(keys, earlier, later)
        if found is None:
            found = self._facts_about(keys, earlier, later)
        return found.group_by(own).agg(positions=pl.col("fact").unique().sort())

    def _facts_themselves(
        self, keys: pl.DataFrame, earlier: int, later: Tape
    ) -> pl.DataFrame | None:
        """Where every row is a fact: that one, and what voided it; None for all other views."""
        if self.view.reach is not None or _POSITION not in self.view.key:
            return None
        voids = later.voided.rename({"voided": _POSITION, "voided_by": "fact"})
        facts = [keys.with_columns(fact=_POSITION), keys.join(voids, on=_POSITION)]
        return pl.concat(facts).filter(pl.col("fact") >= earlier)

    def _facts_about(self, keys: pl.DataFrame, earlier: int, later: Tape) -> pl.DataFrame:
        """Facts that name every subject of a row's key, within the institution it may name."""
        named = _subjects_of(self.view)
        if not named:
            return keys.clear().with_columns(fact=pl.lit(0, pl.Int64))
        wanted = pl.concat([keys[name].rename("subject") for name in named])
        news = since_about(wanted, earlier, later).rename({"institution": "whose"})
        found = keys.join(
            news.rename({"subject": named[0], _POSITION: "fact"}), on=named[0], how="inner"
        )
        for name in named[1:]:
            also = news.select(pl.col("subject").alias(name), fact=_POSITION)
            found = found.join(also, on=[name, "fact"], how="semi")
        if INSTITUTION in self.view.key:
            found = found.filter(pl.col("whose") == pl.col(INSTITUTION))
        return found.drop("whose")


_CHANGE: Final = (
    pl.when(pl.col("there_before").is_null())
    .then(pl.lit("added"))
    .when(pl.col("there_after").is_null())
    .then(pl.lit("removed"))
    .otherwise(pl.lit("changed"))
)


def _subjects_of(view: View) -> list[str]:
    """The key's columns that say what a row is about."""
    if view.reach is not None:
        return [view.reach.anchor]
    kinds = {column.name: column.kind for column in view.columns}
    return [name for name in view.key if kinds[name] is Kind.SUBJECT and name != INSTITUTION]


def _text(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    match column.kind:
        case Kind.TIME:
            return value.dt.strftime(_TIME)
        case Kind.CODES | Kind.SUBJECTS | Kind.POSITIONS:
            # The list within an object, without the object: {"v":[…]}.
            whole = pl.struct(v=value).struct.json_encode()
            text = whole.str.head(-1).str.tail(-len('{"v":'))
            return pl.when(value.is_not_null()).then(text).alias(column.name)
        case _:
            return value.cast(pl.String)
