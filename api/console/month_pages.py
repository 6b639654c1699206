"""The months of a university's money: which are closed, and what is still open in each of them."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl
import psycopg
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow
from api.console.audit_tables import Seen
from api.console.desk_receipts import counterparties_of
from api.console.flow_words import flow_words
from api.console.rendering import page, switched
from api.desk import unclaimed_by_month
from api.language import language
from api.parameters import read_parameters
from api.rights import desk_of
from ledger.books import Books, ClosePeriod, ReopenPeriod
from ledger.case import Command
from ledger.looking import Onlooker
from projections.receipts import RECEIPTS

_NO_STORE: Final = {"cache-control": "no-store"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Month:
    """One month: `state` is closed, running or unclosed; the counts are what is still open in it.

    `close` and `reopen` lead to the forms, where this reader may.
    """

    name: str
    state: str
    unclaimed: int
    unallocated: int
    unconfirmed: int
    close: str | None
    reopen: str | None

    @property
    def counts(self) -> list[tuple[str, int]]:
        """What stands in the way, by the name of its words."""
        named = ("unclaimed", "unallocated", "unconfirmed")
        return [(f"way_{name}", n) for name in named if (n := getattr(self, name))]


@router.get("/months")
async def months_page(request: Request, caller: CallerNow) -> Response:
    """Every month since the first money came in, the newest first."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, ("institution",))
    institution = desk_of(caller, given.get("institution"))
    spoken, state = language(request), request.app.state

    def read() -> list[Month]:
        seen = Seen.now(state.home, caller, spoken, RECEIPTS)
        return list(_months(seen, state.onlooker, institution))

    context = {
        "w": flow_words(spoken),
        "institution": institution,
        "months": await run_in_threadpool(read),
    }
    return page(request, "months.html", context, headers=_NO_STORE)


def _months(seen: Seen, onlooker: Onlooker, institution: str) -> Iterator[Month]:
    rows = seen.rows(RECEIPTS, institution=institution)
    with psycopg.connect(seen.home.service_url, autocommit=True) as connection:
        lines = unclaimed_by_month(connection, institution)
    began = [*lines, *rows["value_date"].dt.strftime("%Y-%m")]
    if not began:
        return
    left = rows.filter(pl.col("free_fen") > 0).select(
        "receipt", month=pl.col("value_date").dt.strftime("%Y-%m")
    )
    states = onlooker.states(left["receipt"].to_list())
    payers = {one: bool(counterparties_of(state)) for one, state in states.items()}
    counted: dict[tuple[str, bool], int] = {}
    for receipt, month in left.iter_rows():
        at = (month, payers[receipt])
        counted[at] = counted.get(at, 0) + 1
    books_id = f"books:{institution.partition(':')[2]}"
    books: Books = onlooker.states([books_id])[books_id]
    today = seen.caller.day
    for first, last in _calendar(min(began), today):
        name = first.strftime("%Y-%m")
        closed, over = books.holds(first, last), last < today
        days = {"institution": institution, "first": str(first), "last": str(last)}
        yield Month(
            name=name,
            state="closed" if closed else "unclosed" if over else "running",
            unclaimed=lines.get(name, 0),
            unallocated=counted.get((name, True), 0),
            unconfirmed=counted.get((name, False), 0),
            close=_form(seen.caller, ClosePeriod, days) if over and not closed else None,
            reopen=_form(seen.caller, ReopenPeriod, days) if closed else None,
        )


def _form(caller: Caller, command: type[Command], days: dict[str, Any]) -> str | None:
    if days["institution"] not in caller.scope(command.ROLES or frozenset()).institutions:
        return None
    back = f"/months?{urlencode({'institution': days['institution']})}"
    return f"/forms/{command.NAME}?{urlencode({**days, 'back': back})}"


def _calendar(since: str, today: date) -> Iterator[tuple[date, date]]:
    """The first and last day of each month, from the newest back to `since` (YYYY-MM)."""
    first = today.replace(day=1)
    while first.strftime("%Y-%m") >= since:
        yield first, first.replace(day=monthrange(first.year, first.month)[1])
        first = (first - timedelta(days=1)).replace(day=1)
