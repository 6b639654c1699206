"""Names beside ids in tables for people: what a contract, a firm or a patent is called."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from api.access import Scope
from api.console.person_names import person_names
from api.home import Home
from api.language import Language
from api.readings import Reading
from api.rights import withheld
from ledger.subjects import kind_of
from projections.differences import Differences
from projections.fact_titles import Title
from projections.subject_names import receipt_names, subject_titles
from projections.tape import Tape
from projections.view import OFFICES_SEEING_PERSONS, Column, Kind, Table, View

Names = Mapping[str, Title]

_ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "contract": ("contract_number",),
    "institution": ("name_zh",),
    "code": ("name_zh",),
    "counterparty": ("name",),
    "partner": ("name",),
    **dict.fromkeys(
        ("patent", "foreign", "disclosure", "supply", "demand", "event", "decision"), ("title",)
    ),
    **dict.fromkeys(("finding", "document", "paper"), ("title",)),
}
"""Columns whose names stand in another column of some tables already."""

_NAMELESS: Final = frozenset(
    {"statement", "declaration", "pricing", "listing", "reward", "pledge", "lead", "sample"}
    | {"comparison", "programme", "heads", "log"}
    | {"actor", "behalf", "who", "other_actor", "recorded_by", "drawn_by", "made_by", "kept_by"}
    | {"compared_by", "raised_by", "approver", "submitted_by", "assigned_by"}
)
"""Columns of things that have nothing but an id, and of accounts, which are no persons."""


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table with columns of names."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]


def names_in(
    home: Home, scope: Scope, reading: Reading, tape: Tape, also: Collection[str] = ()
) -> dict[str, Title]:
    """The names of all subjects in a reading's rows, and of `also`, its reader may know. Blocks."""
    found = set(also)
    for column in _subjects_of(reading.view):
        found.update(reading.rows[column.name].explode().drop_nulls().unique())
    within = None if scope.everywhere else scope.institutions
    receipts = {each for each in found if kind_of(each) == "receipt"}
    names = subject_titles(tape, found, within, withheld(tape, scope)) | receipt_names(
        tape, receipts, within
    )
    view = reading.view.view if isinstance(reading.view, Differences) else reading.view
    if isinstance(view, View) and view.reads <= OFFICES_SEEING_PERSONS:
        names |= person_names(home, found)
    return names


def with_names(reading: Reading, names: Names, spoken: Language) -> Reading:
    """The reading with a column of names behind every column of subjects that have some."""
    schema, at = {column.name for column in reading.view.columns}, 0 if spoken == "zh" else 1
    called = {own: title[at] for own, title in names.items()}
    columns: list[Column] = []
    cells: list[pl.Expr] = []
    wanted = {column.name for column in _subjects_of(reading.view) if _has_names(column, schema)}
    for column in reading.view.columns:
        columns.append(column)
        cells.append(pl.col(column.name))
        if column.name in wanted:
            own = Column(f"{column.name}_name", f"{column.zh}（名称）", f"{column.en} (name)")
            columns.append(own)
            cells.append(_names(column, called, spoken).alias(own.name))
    view = NamedTable(reading.view.name, reading.view.zh, reading.view.en, tuple(columns))
    return replace(reading, view=view, rows=reading.rows.select(cells))


def _subjects_of(table: Table) -> list[Column]:
    return [each for each in table.columns if each.kind in (Kind.SUBJECT, Kind.SUBJECTS)]


def _has_names(column: Column, schema: Set[str]) -> bool:
    return column.name not in _NAMELESS and schema.isdisjoint(_ELSEWHERE.get(column.name, ()))


def _names(column: Column, called: Mapping[str, str], spoken: Language) -> pl.Expr:
    cell = pl.col(column.name)
    if not called:
        return pl.lit(None, pl.String)
    if column.kind is Kind.SUBJECT:
        return cell.replace_strict(called, default=None, return_dtype=pl.String)
    each = pl.element().replace_strict(called, default=None, return_dtype=pl.String)
    return cell.list.eval(each.drop_nulls()).list.join("、" if spoken == "zh" else ", ")
