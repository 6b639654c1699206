"""Tables of the audit pages: rows of views as one reader may see them, all at one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import polars as pl

from api.access import Caller
from api.console.cells import Cell, Head, cell, heads, subjects_in
from api.console.person_names import person_names
from api.home import Home
from api.language import Language
from api.readings import Asked, asked_for, computed, moment_asked, rules_in_use
from api.rights import Kind, names_for, scope_of
from projections.moment import Moment
from projections.tape import Tape
from projections.view import Table, View

ROWS_SHOWN = 200
"""Beyond so many rows a page leads to the view itself."""

Leads = Mapping[str, Callable[[Mapping[str, Any]], str]]
"""Column to where its text leads, from the whole row; other subjects lead to their histories."""


class Shown(NamedTuple):
    """A table on a page: titles, rows of cells each after how it looks, and how many there are."""

    columns: list[Head]
    rows: list[tuple[str, list[Cell]]]
    total: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reader sees of the ledger at one moment."""

    home: Home
    caller: Caller
    spoken: Language
    tape: Tape
    moment: Moment
    head: int

    @classmethod
    def now(cls, home: Home, caller: Caller, spoken: Language, view: View) -> "Seen":
        """Everything that is known; `view` is any that the caller may read. Blocks."""
        asked = Asked(view, {}, scope_of(caller, view), None, None)
        return cls(home, caller, spoken, *moment_asked(home.reader, asked))

    def around(self) -> dict[str, Any]:
        """What a page says of its moment."""
        return {"moment": self.moment, "head": self.head, "rules": rules_in_use(self.tape)}

    def may(self, view: View) -> bool:
        """Whether the reader may read a view at all."""
        return bool(scope_of(self.caller, view))

    def rows(self, view: View, **filters: str) -> pl.DataFrame:
        """The rows of a view that the reader may see, in its order. Blocks."""
        asked = asked_for(self.caller, view, filters)
        return computed(self.home.reader.kept, asked, self.tape, self.moment, self.head).rows

    def table(
        self,
        table: Table,
        rows: pl.DataFrame,
        names: Sequence[str],
        leads: Leads | None = None,
        mark: Callable[[Mapping[str, Any]], str] = lambda row: "",
    ) -> Shown:
        """Rows under these of their table's columns; `mark` is how a row is to look."""
        by_name = {column.name: column for column in table.columns}
        columns = tuple(by_name[name] for name in names)
        shown = rows.head(ROWS_SHOWN)
        called = self._names(subjects_in(columns, shown.select(names).rows()))
        made = []
        for row in shown.iter_rows(named=True):
            cells = []
            for column in columns:
                lead = (leads or {}).get(column.name)
                value = row[column.name]
                told = cell(column, value, self.spoken, called, linked=lead is None)
                cells.append(replace(told, href=lead(row)) if lead else told)
            made.append((mark(row), cells))
        return Shown(heads(columns, self.spoken), made, rows.height)

    def _names(self, wanted: set[str]) -> Any:
        names = names_for(self.tape, wanted, scope_of(self.caller, Kind.FACT))
        return names | person_names(self.home, wanted)
