"""Views: the list of those the caller may read, and each at a moment in the format asked for."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import CallerNow
from api.exports.documents import as_json, as_ndjson, as_parquet, described
from api.exports.sheets import as_csv, as_xlsx
from api.language import Language, language
from api.moments import malformed
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
from api.schemas import PROBLEMS, query
from api.stamps import stamp, unchanged

router = APIRouter(tags=["views"], responses=PROBLEMS)


class Format(NamedTuple):
    """A way to write a reading down; `is_file` is offered for download."""

    media_type: str
    is_file: bool
    write: Callable[[Reading, Language], bytes]


FORMATS: dict[str, Format] = {
    "json": Format("application/json", False, lambda reading, _: as_json(reading)),
    "ndjson": Format("application/x-ndjson", False, lambda reading, _: as_ndjson(reading)),
    "csv": Format("text/csv; charset=utf-8", True, as_csv),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True, as_xlsx
    ),
    "parquet": Format(
        "application/vnd.apache.parquet", True, lambda reading, _: as_parquet(reading)
    ),
}


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
    form = given.pop("format", "json")
    if form not in FORMATS:
        raise malformed("format", form, ", ".join(FORMATS))
    asked, spoken = asked_for(caller, found, given), language(request)
    reader = request.app.state.home.reader
    tape, moment, head = await run_in_threadpool(moment_asked, reader, asked)
    headers = stamp(
        moment.known_at, head, name, moment, asked.filters, asked.scope.parts(), form, spoken
    )
    if (known := unchanged(request, headers)) is not None:
        return known

    def written() -> bytes:
        return FORMATS[form].write(computed(reader.kept, asked, tape, moment, head), spoken)

    body = await run_in_threadpool(written)
    if FORMATS[form].is_file:
        title = quote(f"{found.zh if spoken == 'zh' else found.en}-{moment.as_of}.{form}")
        plain = f"{name}-{moment.as_of}-{moment.known_at}.{form}"
        headers["content-disposition"] = (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{title}"
        )
    return Response(body, 200, headers, FORMATS[form].media_type)
