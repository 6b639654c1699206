"""Clauses over HTTP: the matrix of a catalogue, one cell and its history, and the deadlines."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import CallerNow
from api.clause_cells import assessed, cell_read, history_read
from api.compliance import (
    WHERE,
    AskedClauses,
    asked_clauses,
    catalogue_named,
    catalogues_for,
    clause_named,
    deadlines_read,
    described,
    matrix_read,
    one_institution,
)
from api.exports.formats import answered, read_format
from api.figure_facts import ReaderRights
from api.figures import Standpoint, standpoint
from api.language import language
from api.moments import read_day
from api.parameters import placed_parameters, read_parameters
from api.readings import Reading
from api.schemas import query
from api.stamps import stamp, unchanged

router = APIRouter(tags=["compliance"])

_TABLE = (*WHERE, "format")


@router.get("/v1/compliance")
async def catalogues(request: Request, caller: CallerNow) -> JSONResponse:
    """The catalogues the caller may read, with their clauses."""
    read_parameters(request, ())
    listed = [described(each) for each in catalogues_for(caller)]
    return JSONResponse({"catalogues": listed}, headers={"cache-control": "private, no-cache"})


@router.get("/v1/compliance/{catalogue}", openapi_extra=query(*_TABLE))
async def matrix(catalogue: str, request: Request, caller: CallerNow) -> Response:
    """Every institution the caller may read against every clause that binds it."""
    found = catalogue_named(caller, catalogue)
    given = await placed_parameters(request, caller, _TABLE)
    asked = asked_clauses(caller, given)
    what = ("matrix", found.id, found.version)
    return await _table(request, asked, given, what, lambda at: matrix_read(found, asked, at))


@router.get("/v1/compliance/{catalogue}/{clause}", openapi_extra=query(*_TABLE))
async def cell(catalogue: str, clause: str, request: Request, caller: CallerNow) -> Response:
    """One cell: evidence, breaches, gaps, what is due, the facts behind, and the next step."""
    found = catalogue_named(caller, catalogue)
    chosen = clause_named(found, clause)
    given = await placed_parameters(request, caller, _TABLE)
    asked = asked_clauses(caller, given)
    institution = one_institution(asked)
    rights = (ReaderRights.of(caller).parts(), sorted(caller.roles))

    def made(at: Standpoint) -> Reading:
        return cell_read(found, assessed(found, chosen, institution, at), caller, at)

    what = ("cell", found.id, found.version, chosen.id, rights)
    return await _table(request, asked, given, what, made)


@router.get(
    "/v1/compliance/{catalogue}/{clause}/history", openapi_extra=query(*WHERE, "since", "format")
)
async def history(catalogue: str, clause: str, request: Request, caller: CallerNow) -> Response:
    """When the status of a cell changed on either time axis, and by which fact."""
    found = catalogue_named(caller, catalogue)
    chosen = clause_named(found, clause)
    given = await placed_parameters(request, caller, (*WHERE, "since", "format"))
    asked = asked_clauses(caller, given)
    institution, since = one_institution(asked), read_day("since", given.get("since"))

    def made(at: Standpoint) -> Reading:
        return history_read(found, assessed(found, chosen, institution, at), caller, at, since)

    what = ("history", found.id, found.version, chosen.id, since, ReaderRights.of(caller).parts())
    return await _table(request, asked, given, what, made)


@router.get("/v1/deadlines", openapi_extra=query(*_TABLE))
async def deadlines(request: Request, caller: CallerNow) -> Response:
    """Last days ahead and behind: done, done late, missed, and what was on record then."""
    given = await placed_parameters(request, caller, _TABLE)
    asked = asked_clauses(caller, given)
    return await _table(request, asked, given, ("deadlines",), lambda at: deadlines_read(asked, at))


async def _table(
    request: Request,
    asked: AskedClauses,
    given: dict[str, str],
    what: tuple[Any, ...],
    made: Callable[[Standpoint], Reading],
) -> Response:
    """The table that `made` gives in the format asked for, unless the caller has it already."""
    form, spoken = read_format(given.get("format")), language(request)
    at = await run_in_threadpool(standpoint, request.app.state.home.reader, asked)
    headers = stamp(
        at.moment.known_at, at.head, "clauses", *what, at.moment, asked.parts(), form, spoken
    )
    if (known := unchanged(request, headers)) is not None:
        return known
    return await answered(lambda: made(at), form, spoken, headers)
