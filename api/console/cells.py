"""Cells of a table on a page: text or links to histories, and the key they are sorted by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from api.exports.cells import text_of, title_of
from api.language import Language
from ledger.folding import FOLDS
from ledger.subjects import kind_of
from projections.view import Column, Kind

_NUMERIC = frozenset({Kind.FEN, Kind.COUNT})
_SHORT = 8


class Link(NamedTuple):
    """A subject shown short, its full id in the title."""

    subject: str
    short: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: plain text or links; `order` sorts it where its text would sort wrongly."""

    text: str
    numeric: bool = False
    order: str | None = None
    links: tuple[Link, ...] = ()


class Head(NamedTuple):
    """A column's title."""

    title: str
    numeric: bool


def heads(columns: tuple[Column, ...], spoken: Language) -> list[Head]:
    """The table's first row."""
    return [Head(title_of(column, spoken), column.kind in _NUMERIC) for column in columns]


def cell(column: Column, value: Any, spoken: Language) -> Cell:
    """A value as shown on a page."""
    if column.kind in (Kind.SUBJECT, Kind.SUBJECTS):
        subjects = [value] if isinstance(value, str) else list(value or ())
        return Cell("", links=tuple(Link(subject, shortened(subject)) for subject in subjects))
    text = text_of(column, value, spoken)
    if column.kind in _NUMERIC:
        shown = _grouped(text) if column.kind is Kind.FEN else text
        return Cell(shown, True, "" if value is None else str(value))
    if isinstance(value, datetime):
        return Cell(text, order=value.isoformat())
    return Cell(text)


def _grouped(yuan: str) -> str:
    whole, point, rest = yuan.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole not in ("", "-0") else yuan


def shortened(subject: str) -> str:
    """A subject people can read: codes and numbers whole, of a random id the beginning."""
    kind, _, own = subject.partition(":")
    is_random = len(own) == 36 and own.count("-") == 4
    return f"{kind}:{own[:_SHORT]}…" if is_random else own or kind


def is_subject(value: Any) -> bool:
    """Whether a value is the id of something with a history."""
    return isinstance(value, str) and ":" in value and kind_of(value) in FOLDS
