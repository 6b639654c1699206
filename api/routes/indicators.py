"""Figures over HTTP: the indicators, their values in any format, and what stands behind each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import Caller, CallerNow
from api.exports.formats import SHEETS, answered, read_format
from api.exports.names import names_in, with_names
from api.figure_answers import explained, grown, one_place, restatement
from api.figure_documents import PAGE, explained_as_json, grown_as_json, restated_as_json
from api.figure_facts import ReaderRights
from api.figure_lines import entries_reading, restatement_reading
from api.figure_tables import described, figures
from api.figures import (
    WHERE,
    AskedFigures,
    Standpoint,
    asked_figures,
    indicator_named,
    indicators_listed,
    need_places,
    standpoint,
    stood_before,
)
from api.language import language
from api.moments import read_known_at, read_number
from api.parameters import placed_parameters
from api.readings import Reading
from api.schemas import query
from api.stamps import stamp, unchanged
from ledger.refusals import Refusal, Refused

router = APIRouter(tags=["indicators"])

_ONE = ("variant", *WHERE)
_MANY = ("codes", *WHERE, "format")


@router.get("/v1/indicators", openapi_extra=query(*_MANY))
async def indicators(request: Request, caller: CallerNow) -> Response:
    """The declared indicators the caller may read; with a `period` their values as one table."""
    given = await placed_parameters(request, caller, _MANY)
    listed = indicators_listed(caller, given.get("codes"))
    if not set(given) - {"codes"}:
        body = {"indicators": [described(each) for each in listed]}
        return JSONResponse(body, headers={"cache-control": "private, no-cache"})
    if "codes" not in given and {"institution", "group"} & set(given):
        listed = tuple(each for each in listed if not each.city_only)
    asked = asked_figures(caller, listed, given)
    return await _table(request, asked, given.get("format"))


@router.get("/v1/indicators/{code}", openapi_extra=query(*_ONE, "format"))
async def indicator(code: str, request: Request, caller: CallerNow) -> Response:
    """A figure by institution, by group and in total, as far as the caller may read."""
    given = await _placed(request, caller, code, (*_ONE, "format"))
    return await _table(request, _asked(caller, code, given), given.get("format"))


@router.get("/v1/indicators/{code}/explain", openapi_extra=query(*_ONE, "after", "format"))
async def explain(code: str, request: Request, caller: CallerNow) -> Response:
    """The entries of a figure at one place, and the facts behind them.

    Entries are numbered from 1; beyond 10,000 of them `Link: rel="next"` leads on. In a format
    other than JSON all entries are one table.
    """
    given = await _placed(request, caller, code, (*_ONE, "after", "format"))
    form = read_format(given.get("format"))
    asked = one_place(_asked(caller, code, given))
    after = read_number("after", given.get("after"), default=0, low=0, high=1 << 53)
    at = await run_in_threadpool(standpoint, request.app.state.home.reader, asked)
    reader = ReaderRights.of(caller)
    what = ("explain", after, reader.parts())
    if form != "json":
        return await _lines(
            request, asked, at, form, what, lambda: entries_reading(asked, at, reader)
        )

    def made() -> tuple[dict[str, Any], dict[str, str]]:
        found = explained(asked, at)
        if found.entries.height <= after + PAGE:
            return explained_as_json(asked, at, found, reader, after), {}
        pinned = {"as_of": at.moment.as_of, "known_at": at.moment.known_at, "after": after + PAGE}
        following = f"{request.url.path}?{urlencode({**given, **pinned})}"
        document = explained_as_json(asked, at, found, reader, after)
        return document, {"link": f'<{following}>; rel="next"'}

    return await _document(request, asked, at, what, made)


@router.get("/v1/indicators/{code}/restatement", openapi_extra=query(*_ONE, "until", "format"))
async def restate(code: str, request: Request, caller: CallerNow) -> Response:
    """Why a figure is other than it was known to be at `known_at`: each entry that changed.

    In a format other than JSON it is a table that adds up: then, each change, now.
    """
    given = await _placed(request, caller, code, (*_ONE, "until", "format"))
    form = read_format(given.get("format"))
    asked = one_place(_asked(caller, code, given))
    if asked.known_at is None:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="known_at")
    until = replace(asked, known_at=read_known_at(given.get("until"), "until"))
    home, reader = request.app.state.home, ReaderRights.of(caller)
    later = await run_in_threadpool(standpoint, home.reader, until)
    earlier = await run_in_threadpool(stood_before, later, home.reader, asked)

    what = ("restatement", earlier.moment.known_at, reader.parts())
    if form != "json":
        return await _lines(
            request,
            asked,
            later,
            form,
            what,
            lambda: restatement_reading(asked, earlier, later, reader),
        )

    def made() -> tuple[dict[str, Any], dict[str, str]]:
        found = restatement(asked, earlier, later)
        return restated_as_json(asked, earlier, later, found, reader), {}

    return await _document(request, asked, later, what, made)


@router.get("/v1/indicators/{code}/growth", openapi_extra=query(*_ONE))
async def grow(code: str, request: Request, caller: CallerNow) -> Response:
    """A figure and that of the period before, over institutions present in both."""
    asked = _asked(caller, code, await _placed(request, caller, code, _ONE))
    at = await run_in_threadpool(standpoint, request.app.state.home.reader, asked)

    def made() -> tuple[dict[str, Any], dict[str, str]]:
        return grown_as_json(asked, at, grown(asked, at)), {}

    return await _document(request, asked, at, ("growth",), made)


async def _placed(
    request: Request, caller: Caller, code: str, names: Sequence[str]
) -> dict[str, str]:
    """The parameters of one figure; a figure of the whole city has no places to look up."""
    said = request.query_params
    if "institution" in said:
        need_places(indicator_named(caller, code, said.get("variant")))
    return await placed_parameters(request, caller, names)


def _asked(caller: Caller, code: str, given: Mapping[str, str]) -> AskedFigures:
    return asked_figures(caller, (indicator_named(caller, code, given.get("variant")),), given)


async def _table(request: Request, asked: AskedFigures, name: str | None) -> Response:
    at = await run_in_threadpool(standpoint, request.app.state.home.reader, asked)
    return await _lines(request, asked, at, read_format(name), (), lambda: figures(asked, at))


async def _lines(
    request: Request,
    asked: AskedFigures,
    at: Standpoint,
    form: str,
    what: Iterable[Any],
    made: Callable[[], Reading],
) -> Response:
    """The table that `made` gives, unless the caller has it already."""
    spoken, home = language(request), request.app.state.home
    headers = _stamped(asked, at, (*what, form, spoken))
    if (known := unchanged(request, headers)) is not None:
        return known

    def named() -> Reading:
        reading = made()
        if form not in SHEETS:
            return reading
        return with_names(reading, names_in(home, asked.scope, reading, at.tape), spoken)

    return await answered(named, form, spoken, headers)


async def _document(
    request: Request,
    asked: AskedFigures,
    at: Standpoint,
    what: Iterable[Any],
    made: Callable[[], tuple[dict[str, Any], dict[str, str]]],
) -> Response:
    """The document that `made` gives with headers of its own, unless the caller has it already."""
    headers = _stamped(asked, at, what)
    if (known := unchanged(request, headers)) is not None:
        return known
    document, more = await run_in_threadpool(made)
    body = orjson.dumps(document, option=orjson.OPT_UTC_Z)
    return Response(body, 200, {**headers, **more}, "application/json")


def _stamped(asked: AskedFigures, at: Standpoint, what: Iterable[Any]) -> dict[str, str]:
    return stamp(at.moment.known_at, at.head, "figures", at.moment, asked.parts(), *what)
