"""Views: the list of those the caller may read, and each at a moment in the format asked for."""

from functools import partial

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import CallerNow
from api.console.person_names import person_names
from api.exports.documents import described
from api.exports.formats import SHEETS, answered, read_format
from api.exports.names import names_in, with_names
from api.figure_facts import ReaderRights
from api.filter_values import understood
from api.language import language
from api.parameters import read_parameters
from api.readings import (
    Reading,
    asked_for,
    computed,
    moment_asked,
    parameters_of,
    view_named,
    views_for,
)
from api.schemas import query
from api.stamps import stamp, unchanged
from api.view_differences import compared, differing, for_people, parameters_of_diff, subjects_told

router = APIRouter(tags=["views"])


@router.get("/v1/views")
async def views(request: Request, caller: CallerNow) -> JSONResponse:
    """The views the caller may read, with their columns and filters."""
    read_parameters(request, ())
    listed = [
        {
            "name": view.name,
            "zh": view.zh,
            "en": view.en,
            "href": f"/v1/views/{view.name}",
            "filters": [*view.needs, *view.filters],
            "needs": view.needs,
            "columns": [described(column) for column in view.columns],
        }
        for view in views_for(caller)
    ]
    return JSONResponse({"views": listed}, headers={"cache-control": "private, no-cache"})


@router.get("/v1/views/{name}", openapi_extra=query("institution", "as_of", "known_at", "format"))
async def view(name: str, request: Request, caller: CallerNow) -> Response:
    """A view at a moment as JSON, NDJSON, CSV, XLSX or Parquet; a view's filters are parameters."""
    found = view_named(caller, name)
    given = read_parameters(request, (*parameters_of(found), "format"))
    form = read_format(given.pop("format", None))
    asked, spoken = asked_for(caller, found, given), language(request)
    home = request.app.state.home
    reader = home.reader
    asked = await run_in_threadpool(understood, reader, asked, partial(person_names, home))
    tape, moment, head = await run_in_threadpool(moment_asked, reader, asked)
    headers = stamp(
        moment.known_at, head, name, moment, asked.filters, asked.scope.parts(), form, spoken
    )
    if (known := unchanged(request, headers)) is not None:
        return known

    def made() -> Reading:
        reading = computed(reader.kept, asked, tape, moment, head)
        if form not in SHEETS:
            return reading
        return with_names(reading, names_in(home, asked.scope, reading, tape), spoken)

    return await answered(made, form, spoken, headers)


@router.get(
    "/v1/views/{name}/diff",
    openapi_extra=query("institution", "known_at", "until", "as_of", "format"),
)
async def diff(name: str, request: Request, caller: CallerNow) -> Response:
    """Every value of a view that differs between two points of knowledge, with the facts since.

    Without `as_of` each of the two has the business date of its own.
    """
    found = view_named(caller, name)
    given = read_parameters(request, (*parameters_of_diff(found), "format"))
    form, spoken = read_format(given.pop("format", None)), language(request)
    home = request.app.state.home
    reader, persons = home.reader, partial(person_names, home)
    both = await run_in_threadpool(compared, reader, caller, found, given, persons)
    rights = ReaderRights.of(caller).parts()
    headers = stamp(both.tapes[1].size, both.head, *both.parts(), rights, form, spoken)
    if (known := unchanged(request, headers)) is not None:
        return known

    def made() -> Reading:
        reading = differing(reader, caller, both)
        if form not in SHEETS:
            return reading
        names = names_in(home, both.asked[1].scope, reading, both.tapes[1], subjects_told(reading))
        return with_names(for_people(reading, spoken, names), names, spoken)

    return await answered(made, form, spoken, headers)
