"""Populations that samples are drawn from: the rows of a view, fixed by their digest."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from ledger.facts.audits import Choice, Population
from ledger.sampling import Unit
from projections.answers import canonical, digest
from projections.kept import Kept
from projections.tape import Tape
from projections.view import View


class Rows(NamedTuple):
    """A population with its rows as they can be drawn, in the order of the view's key."""

    population: Population
    units: tuple[Unit, ...]


def population(
    kept: Kept,
    tape: Tape,
    view: View,
    filters: Mapping[str, str],
    as_of: date,
    *,
    amount: str | None,
    strata: str | None,
) -> Rows:
    """The rows of a view that its filters pick on a day, as the tape knows them.

    `amount` is a column of fen, `strata` any column; a row's key is the canonical JSON of the
    view's key columns.
    """
    rows = view.chosen(kept.rows(view, tape, as_of).lazy(), filters).collect()
    books = [None] * rows.height if amount is None else rows[amount].to_list()
    layers = [None] * rows.height if strata is None else rows[strata].cast(pl.String).to_list()
    keys = canonical(rows.select(view.key)).decode().splitlines()
    drawable = tuple(Unit(*each) for each in zip(keys, books, layers, strict=True))
    chosen = Population(
        view=view.name,
        filters=tuple(Choice(name=name, value=value) for name, value in sorted(filters.items())),
        as_of=as_of,
        known_at=tape.size,
        rows=rows.height,
        digest=digest(rows),
        amount=amount,
        amount_fen=None if amount is None else sum(book or 0 for book in books),
    )
    return Rows(chosen, drawable)
