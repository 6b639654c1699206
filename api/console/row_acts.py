"""What the rows of a view are about, and what their reader may do about each of them now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.access import Caller
from api.console.acts import Offer, Thing, offers
from api.language import Language
from ledger.looking import Onlooker
from projections.view import INSTITUTION, Column, Kind, Table, View

MENUS_MAX: Final = 100
"""Beyond so many rows a page would hold more menu than table: those lead to their histories."""

_NO_MATTER: Final = frozenset({INSTITUTION, "actor", "statement", "account"})
"""Columns of subjects that no row is about."""

_RATHER: Final = ("reward", "centre", "claim")
"""Columns that tell better than the key what a row is about, where they say anything."""

_SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "annuities": ("year",),
    "allocations": ("number",),
    "centres": ("programme",),
    "periods": ("first", "last"),
}
"""View to what its rows say beside their subject that a form asks for under the same name."""


def things_of(view: Table, rows: Sequence[tuple[Any, ...]]) -> list[Thing | None]:
    """What each row is about; None for a row that is about nothing that has a history."""
    at = {column.name: place for place, column in enumerate(view.columns)}
    wanted = _places(view.columns, view.key if isinstance(view, View) else ())
    said = _SAID.get(view.name, ())
    things: list[Thing | None] = []
    for row in rows:
        place = next((each for each in wanted if row[each] is not None), None)
        institution = row[at[INSTITUTION]] if INSTITUTION in at else None
        subject = None if place is None else row[place]
        if view.name == "periods":
            subject = f"books:{str(institution).partition(':')[2]}"
        more = {name: str(row[at[name]]) for name in said if row[at[name]] is not None}
        things.append(None if subject is None else Thing(subject, institution, more))
    return things


def _places(columns: Sequence[Column], key: Sequence[str]) -> list[int]:
    """The columns that may say what a row is about, the best one first."""
    named = [each.name for each in columns if each.kind is Kind.SUBJECT]
    plain = [name for name in named if name not in _NO_MATTER]
    keys = [name for name in reversed(key) if name in plain]
    rather = [name for name in _RATHER if name in plain]
    places = {column.name: place for place, column in enumerate(columns)}
    return [places[name] for name in dict.fromkeys((*rather, *keys, *plain))]


@dataclass(frozen=True, slots=True)
class Menu:
    """What may be done about a row now; where that is not asked, its history says it."""

    offers: tuple[Offer, ...] = ()
    history: str | None = None


def row_menus(
    onlooker: Onlooker,
    caller: Caller,
    things: Sequence[Thing | None],
    spoken: Language,
    back: str,
) -> list[Menu] | None:
    """A menu for each row, None where all are empty. Blocks: use a thread.

    What takes anything at all is left to the histories: it would stand in every row.
    """
    asked = [thing for thing in things[:MENUS_MAX] if thing is not None]
    found = iter(offers(onlooker, caller, asked, spoken, back))
    first = [
        Menu(tuple(each for each in next(found) if each.weight < 2)) if thing else Menu()
        for thing in things[:MENUS_MAX]
    ]
    if not any(menu.offers for menu in first):
        return None
    return first + [Menu(history=thing.subject if thing else None) for thing in things[MENUS_MAX:]]
