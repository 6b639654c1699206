"""What a view is: a name, titled columns, who may read it, and a function of tape and moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

import polars as pl

from ledger.actors import WITHOUT_BUSINESS, Role
from projections.kept import Kept, Reach
from projections.moment import Moment
from projections.tape import Tape

Filters = Mapping[str, str]
"""Filters a reader chose: name of the filter to the value wanted."""

Build = Callable[[Tape, Moment, Filters], pl.LazyFrame]

INSTITUTION: Final = "institution"
"""Column of every view that scopes its rows; null marks rows that all institutions may read."""

SIDE: Final = "side"
"""Column that names the audit whose files a row tells of; null marks rows of the institution."""

_OWN_ROWS_ONLY = frozenset({Role.INVENTOR, Role.SERVICE_TEAM_MEMBER})

OFFICES = frozenset(Role) - _OWN_ROWS_ONLY - WITHOUT_BUSINESS
"""Everybody with business rights beyond files of their own."""

OFFICES_SEEING_PERSONS = OFFICES - {Role.EDUCATION_COMMISSION_READER, Role.ENVOY}
"""The education commission reads views without persons in them."""


class Kind(StrEnum):
    """How a column's values are to be shown."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    SUBJECT = "subject"
    SUBJECTS = "subjects"
    DATE = "date"
    TIME = "time"
    FEN = "fen"
    COUNT = "count"
    DECIMAL = "decimal"
    FLAG = "flag"
    POSITIONS = "positions"


DTYPES: Final[Mapping[Kind, pl.DataType]] = {
    Kind.TEXT: pl.String(),
    Kind.CODE: pl.String(),
    Kind.CODES: pl.List(pl.String()),
    Kind.SUBJECT: pl.String(),
    Kind.SUBJECTS: pl.List(pl.String()),
    Kind.DATE: pl.Date(),
    Kind.TIME: pl.Datetime("us", "UTC"),
    Kind.FEN: pl.Int64(),
    Kind.COUNT: pl.Int64(),
    Kind.DECIMAL: pl.String(),
    Kind.FLAG: pl.Boolean(),
    Kind.POSITIONS: pl.List(pl.Int64()),
}
"""The dtype of each kind of column; the same in every view. A decimal is the text of its digits."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: machine name, titles, kind, and the unit of its numbers."""

    name: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    unit: str | None = None


def fen(name: str, zh: str, en: str) -> Column:
    """A column of money in fen."""
    return Column(name, zh, en, Kind.FEN, "fen")


def count(name: str, zh: str, en: str, unit: str | None = None) -> Column:
    """A column of whole numbers."""
    return Column(name, zh, en, Kind.COUNT, unit)


OF_INSTITUTION = Column(INSTITUTION, "机构", "Institution", Kind.SUBJECT)


class FilterIsUnknown(ValueError):
    """A filter the view does not have: `view`, `name`, and the filters it `has`."""

    def __init__(self, view: str, name: str, has: tuple[str, ...]) -> None:
        self.view, self.name, self.has = view, name, has
        super().__init__(f"view {view} has no filter {name}; it has {', '.join(has)}")


class FilterIsMissing(ValueError):
    """A filter the view cannot do without: `view`, `name`."""

    def __init__(self, view: str, name: str) -> None:
        self.view, self.name = view, name
        super().__init__(f"view {view} needs the filter {name}")


class Table(Protocol):
    """What is written down as rows under titled columns: a view, or figures."""

    @property
    def name(self) -> str:
        """Machine name."""

    @property
    def zh(self) -> str:
        """Chinese title."""

    @property
    def en(self) -> str:
        """English title."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in their order."""


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Roles that read only the rows which name the person they are, in column `persons`."""

    roles: frozenset[Role]
    persons: str


@dataclass(frozen=True, slots=True)
class View:
    """A named reading of the tape.

    `key` names the columns that tell rows apart and give their order. `filters` are columns that
    a reader may pick one value of; those in `needs` are not columns but arguments of `build`,
    without which there is no reading. `reach` says which rows new facts can change. Beside those
    in `reads`, who get whole institutions, `own` names who get rows of their own. `outside` is
    what those who do not read every institution see of rows that count the whole city; `recorders`
    are the columns that name who recorded a row.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    filters: tuple[str, ...]
    build: Build
    reads: frozenset[Role] = OFFICES
    needs: tuple[str, ...] = ()
    reach: Reach | None = None
    own: OwnRows | None = None
    outside: Callable[[pl.LazyFrame], pl.LazyFrame] | None = None
    recorders: tuple[str, ...] = ()

    @property
    def schema(self) -> pl.Schema:
        """Column names and dtypes of the rows."""
        return pl.Schema({column.name: DTYPES[column.kind] for column in self.columns})

    def rows(self, tape: Tape, moment: Moment, filters: Filters | None = None) -> pl.LazyFrame:
        """The view's rows at a moment, in order of the key, with exactly the declared columns.

        `tape` is the prefix of `moment.known_at` facts. The filter `institution` keeps shared rows
        beside that institution's own; totals inside a row count the whole log all the same.
        Raises FilterIsUnknown and FilterIsMissing.
        """
        wanted = filters or {}
        frame = self._declared(self.build(tape, moment, self.checked(wanted)))
        return self.chosen(frame, wanted).sort(self.key, nulls_last=True, maintain_order=True)

    def frame(self, tape: Tape, moment: Moment) -> pl.LazyFrame:
        """All rows of a view that needs no filter, in no order: what `Kept` keeps."""
        return self._declared(self.build(tape, moment, {}))

    def standing(self, kept: Kept, tape: Tape, as_of: date) -> pl.DataFrame:
        """All rows on a day, in order of the key, out of what is kept."""
        return kept.rows(self, tape, as_of)

    def chosen(self, frame: pl.LazyFrame, filters: Filters) -> pl.LazyFrame:
        """The rows that the filters pick; raises FilterIsUnknown and FilterIsMissing."""
        for name, value in self.checked(filters).items():
            if name not in self.needs:
                frame = frame.filter(_matches(name, value))
        return frame

    def names(self, person: str | None) -> pl.Expr:
        """Whether a row is one of a person's own; none is nobody's."""
        if self.own is None or person is None:
            return pl.lit(False)
        persons = pl.col(self.own.persons)
        listed = isinstance(self.schema[self.own.persons], pl.List)
        return persons.list.contains(person) if listed else persons == person

    def _declared(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items())

    def checked(self, wanted: Filters) -> Filters:
        """The filters as given; raises FilterIsUnknown and FilterIsMissing."""
        has = (*self.needs, *self.filters)
        for name in wanted:
            if name not in has:
                raise FilterIsUnknown(self.name, name, has)
        for name in self.needs:
            if name not in wanted:
                raise FilterIsMissing(self.name, name)
        return wanted


def _matches(name: str, value: str) -> pl.Expr:
    same = pl.col(name) == value
    return same | pl.col(name).is_null() if name == INSTITUTION else same
