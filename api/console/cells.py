"""Cells of a table on a page: text or links to histories, and the key they are sorted by."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from api.exports.cells import text_of, title_of, yuan
from api.language import Language
from ledger.folding import FOLDS
from ledger.subjects import kind_of
from projections.fact_titles import Title
from projections.subject_names import KIND_WORDS
from projections.view import Column, Kind

_NUMERIC = frozenset({Kind.FEN, Kind.COUNT, Kind.DECIMAL})
_LOOKS = {Kind.TEXT: "text", Kind.CODES: "text", Kind.SUBJECTS: "many"}
"""Kinds whose cells may run over several lines; all others are torn apart by that."""

_SHORT = 8
_NAMED_ALONE = frozenset({"institution", "counterparty", "fund"})
"""Kinds whose names say what they are."""

_SUBJECT_KINDS = frozenset({Kind.SUBJECT, Kind.SUBJECTS})

Names = Mapping[str, Title]


class Link(NamedTuple):
    """A subject shown short, its full id in the title; without an id it is words alone."""

    subject: str
    short: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: plain text or links; `order` sorts it where its text would sort wrongly.

    `href` is where the text leads, if anywhere.
    """

    text: str
    look: str = ""
    order: str | None = None
    links: tuple[Link, ...] = ()
    href: str | None = None


class Head(NamedTuple):
    """A column's title."""

    title: str
    numeric: bool


def heads(columns: Iterable[Column], spoken: Language) -> list[Head]:
    """The table's first row."""
    return [Head(title_of(column, spoken), column.kind in _NUMERIC) for column in columns]


def subjects_in(columns: tuple[Column, ...], rows: Collection[tuple[Any, ...]]) -> set[str]:
    """All subjects in these rows."""
    wanted: set[str] = set()
    for at, column in enumerate(columns):
        if column.kind in _SUBJECT_KINDS:
            for row in rows:
                wanted.update(_subjects(row[at]))
    return wanted


def _subjects(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value or ()


def cell(
    column: Column, value: Any, spoken: Language, names: Names, *, linked: bool = True
) -> Cell:
    """A value as shown on a page; subjects are links where their histories are open."""
    look = _LOOKS.get(column.kind, "whole")
    if column.kind in _SUBJECT_KINDS:
        links = tuple(
            Link(each if opens(each) else "", called(each, spoken, names))
            for each in _subjects(value)
        )
        if linked:
            return Cell("", look, links=links)
        return Cell(("、" if spoken == "zh" else ", ").join(link.short for link in links), look)
    if column.kind is Kind.FEN and value is not None:
        return Cell(grouped_yuan(value), "number", str(value))
    text = text_of(column, value, spoken)
    if column.name == "key" and text.startswith("{"):
        return Cell(key_told(text, spoken, names), look)
    if column.kind in _NUMERIC:
        return Cell(text, "number", "" if value is None else str(value))
    if isinstance(value, datetime):
        return Cell(text, look, order=value.isoformat())
    return Cell(text, look)


def key_told(text: str, spoken: Language, names: Names) -> str:
    """The key of a sampled row, JSON by column, as its values in people's words."""
    values = orjson.loads(text).values()
    return " · ".join(
        called(each, spoken, names) if is_subject(each) else str(each)
        for each in values
        if each is not None
    )


def grouped_yuan(fen: int) -> str:
    """An amount of fen in yuan with commas between thousands: 123456789 is "1,234,567.89"."""
    whole, _, rest = yuan(abs(fen)).partition(".")
    return f"{'-' if fen < 0 else ''}{int(whole):,}.{rest}"


def called(subject: str, spoken: Language, names: Names) -> str:
    """A subject by its name where it has one, else by its number or the beginning of its id."""
    kind = kind_of(subject)
    name = names.get(subject)
    if name is None:
        return shortened(subject, spoken)
    own = name.zh if spoken == "zh" else name.en
    return own if kind in _NAMED_ALONE else f"{kind_word(kind, spoken)} {own}"


def kind_word(kind: str, spoken: Language) -> str:
    """A kind of subject as people read it."""
    words = KIND_WORDS.get(kind)
    return kind if words is None else words.zh if spoken == "zh" else words.en


def shortened(subject: str, spoken: Language) -> str:
    """A subject people can read: codes and numbers whole, of a random id the beginning."""
    kind, _, own = subject.partition(":")
    is_random = len(own) == 36 and own.count("-") == 4
    return f"{kind_word(kind, spoken)} {own[:_SHORT]}…" if is_random else own or kind


def opens(value: Any) -> bool:
    """Whether a value leads to a history; those of accounts are their administrators' alone."""
    return is_subject(value) and kind_of(value) != "actor"


def is_subject(value: Any) -> bool:
    """Whether a value is the id of something with a history."""
    return isinstance(value, str) and ":" in value and kind_of(value) in FOLDS
