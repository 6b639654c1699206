"""The pages of clauses: a matrix on one or two dates, a cell with its mending, the deadlines."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow
from api.clause_cells import assessed, cell_read, history_read
from api.compliance import (
    WHERE,
    AskedClauses,
    asked_clauses,
    catalogue_named,
    catalogues_for,
    clause_named,
    deadlines_read,
    matrix_read,
    one_institution,
)
from api.console.cells import called, cell, heads, subjects_in
from api.console.clause_grid import (
    ROWS_SHOWN,
    cell_told,
    exempting,
    grid,
    groups_of,
    mending,
    said,
)
from api.console.pages import institutions_within
from api.console.rendering import here, page, switched
from api.console.row_acts import row_menus, things_of
from api.console.words import WORDS
from api.exports.cells import word_of
from api.figures import Standpoint, standpoint
from api.language import Language, language
from api.moments import read_day, read_known_at
from api.parameters import read_parameters
from api.readings import Reading, rules_in_use
from api.rights import names_for
from compliance.clause import CAVEAT
from ledger.refusals import Refusal, Refused
from projections.view import Column

_DEADLINES: Final = "/v1/deadlines"
_THAN: Final = ("than_as_of", "than_known_at")
"""The other moment that a matrix is laid beside."""

router = APIRouter(include_in_schema=False)


@router.get("/compliance")
async def first_catalogue(request: Request, caller: CallerNow) -> Response:
    """The matrix of the catalogue that comes first."""
    catalogues = catalogues_for(caller)
    if not catalogues:
        raise Refusal(Refused.CATALOGUE_IS_UNKNOWN, catalogue="*", known="—")
    return await matrix_page(catalogues[0].id, request, caller)


@router.get("/compliance/{catalogue}")
async def matrix_page(catalogue: str, request: Request, caller: CallerNow) -> Response:
    """Institutions against clauses; with another moment, what was otherwise then is marked."""
    if (turned := switched(request)) is not None:
        return turned
    found = catalogue_named(caller, catalogue)
    given = read_parameters(request, (*WHERE, *_THAN))
    asked = asked_clauses(caller, given)
    than = _than(asked, given)
    home, spoken = request.app.state.home, language(request)

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        reading = matrix_read(found, asked, at)
        before = None if than is None else matrix_read(found, than, standpoint(home.reader, than))
        pinned = {**_pinned(at), **{k: v for k, v in given.items() if k == "institution"}}
        return {
            **_around(asked, at, given, spoken),
            "title": said(found.title, spoken),
            "catalogues": [
                (each.id, said(each.title, spoken), each is found)
                for each in catalogues_for(caller)
            ],
            "source": found.source,
            "mark": word_of("mark", found.mark, spoken),
            "than": None if before is None else before.moment,
            **grid(found, reading, before, given, spoken),
            "downloads": _downloads(f"/v1/compliance/{found.id}", pinned),
        }

    return page(request, "clauses.html", await run_in_threadpool(read))


def _than(asked: AskedClauses, given: Mapping[str, str]) -> AskedClauses | None:
    day, known = given.get("than_as_of"), given.get("than_known_at")
    if day is None and known is None:
        return None
    return replace(
        asked,
        as_of=read_day("than_as_of", day) or asked.as_of,
        known_at=read_known_at(known, "than_known_at") if known else asked.known_at,
    )


@router.get("/compliance/{catalogue}/{clause}")
async def cell_page(catalogue: str, clause: str, request: Request, caller: CallerNow) -> Response:
    """A cell: what the clause asks, what the facts show, and the forms that would mend it."""
    if (turned := switched(request)) is not None:
        return turned
    found = catalogue_named(caller, catalogue)
    chosen = clause_named(found, clause)
    given = read_parameters(request, (*WHERE, "recorded"))
    asked = asked_clauses(caller, given)
    institution = one_institution(asked)
    home, spoken = request.app.state.home, language(request)

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        seen = assessed(found, chosen, institution, at)
        reading = cell_read(found, seen, caller, at)
        back = {k: v for k, v in given.items() if k in ("as_of", "known_at")}
        here = urlencode({"institution": institution, **back})
        own = f"/compliance/{found.id}/{chosen.id}"
        return {
            **_around(asked, at, given, spoken),
            "recorded": given.get("recorded"),
            "catalogue": said(found.title, spoken),
            "back": f"/compliance/{found.id}?{urlencode(back)}",
            "here": f"{own}?{here}",
            "history": f"{own}/history?{here}",
            "downloads": _downloads(f"/v1{own}", {"institution": institution, **_pinned(at)}),
            **cell_told(reading, seen, spoken),
            "groups": groups_of(reading, at, asked, spoken),
            "mending": mending(
                home, request.app.state.onlooker, caller, seen, at, f"{own}?{here}", spoken
            ),
            "exempting": exempting(caller, found, seen, f"{own}?{here}"),
        }

    return page(request, "clause.html", await run_in_threadpool(read))


@router.get("/compliance/{catalogue}/{clause}/history")
async def history_page(
    catalogue: str, clause: str, request: Request, caller: CallerNow
) -> Response:
    """When a cell's status changed, on either time axis."""
    if (turned := switched(request)) is not None:
        return turned
    found = catalogue_named(caller, catalogue)
    chosen = clause_named(found, clause)
    given = read_parameters(request, (*WHERE, "since"))
    asked = asked_clauses(caller, given)
    institution, since = one_institution(asked), read_day("since", given.get("since"))

    def made(at: Standpoint) -> Reading:
        return history_read(found, assessed(found, chosen, institution, at), caller, at, since)

    path = f"/v1/compliance/{found.id}/{chosen.id}/history"
    return await _table_page(request, caller, asked, given, made, path, "")


@router.get("/deadlines")
async def deadlines_page(request: Request, caller: CallerNow) -> Response:
    """Last days ahead and missed, and what was on record when they passed."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, WHERE)
    asked = asked_clauses(caller, given)
    return await _table_page(
        request,
        caller,
        asked,
        given,
        lambda at: deadlines_read(asked, at),
        _DEADLINES,
        "deadlines_text",
    )


async def _table_page(
    request: Request,
    caller: Caller,
    asked: AskedClauses,
    given: Mapping[str, str],
    made: Callable[[Standpoint], Reading],
    path: str,
    about: str,
) -> Response:
    """A table about clauses on the page that views have."""
    home, spoken = request.app.state.home, language(request)
    onlooker = request.app.state.onlooker
    other = "en" if spoken == "zh" else "zh"

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        reading = made(at)
        shown = [
            (place, _in_one_language(column))
            for place, column in enumerate(reading.view.columns)
            if not column.name.endswith(f"_{other}")
            and not column.name.startswith("name_")
            and (column.name != "clause" or path != _DEADLINES)
        ]
        rows = reading.rows.head(ROWS_SHOWN).rows()
        names = names_for(at.tape, subjects_in(reading.view.columns, rows), asked.scope)
        around = _around(asked, at, given, spoken)
        things = things_of(reading.view, rows)
        return {
            **around,
            "menus": row_menus(onlooker, caller, things, spoken, here(request))
            if at.tape.size == at.head
            else None,
            "title": reading.view.zh if spoken == "zh" else reading.view.en,
            "about": about and WORDS[spoken][about],
            "filters": [
                {
                    "name": "institution",
                    "title": WORDS[spoken]["institution"],
                    "value": around["institution_asked"],
                    "choices": around["institutions"],
                }
            ],
            "downloads": _downloads(path, {**_pinned(at), **_kept(given)}),
            "count": reading.rows.height,
            "columns": heads([column for _, column in shown], spoken),
            "rows": [
                [cell(column, row[place], spoken, names) for place, column in shown] for row in rows
            ],
        }

    return page(request, "view.html", await run_in_threadpool(read))


def _around(
    asked: AskedClauses, at: Standpoint, given: Mapping[str, str], spoken: Language
) -> dict[str, Any]:
    """What every page of clauses says of its moment, and among whom its reader may choose."""
    offered = institutions_within(at.tape, asked.scope)
    names = ("as_of", "known_at", *_THAN)
    return {
        "moment": at.moment,
        "rules": rules_in_use(at.tape),
        "head": at.head,
        "given": {name: given.get(name) for name in names},
        "institutions": [(each, called(each, spoken, offered)) for each in sorted(offered)],
        "institution_asked": asked.institution or "",
        "caveat": said(CAVEAT, spoken),
    }


def _in_one_language(column: Column) -> Column:
    """A column whose title need not say in which of two languages it is."""
    zh, en = column.zh.removesuffix("(中文)"), column.en.removesuffix(" (English)")
    return replace(column, zh=zh.removesuffix("(英文)"), en=en.removesuffix(" (Chinese)"))


def _kept(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given[name] for name in ("institution", "since") if name in given}


def _pinned(at: Standpoint) -> dict[str, str]:
    return {"as_of": str(at.moment.as_of), "known_at": str(at.moment.known_at)}


def _downloads(path: str, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (form.upper(), f"{path}?{urlencode({**asked, 'format': form})}")
        for form in ("csv", "xlsx", "json", "parquet")
    ]
