"""Lists from elsewhere laid beside the ledger, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.access import CallerNow, need_role
from api.completeness import AskedComparison, Comparison, compare, recording
from api.door import declared
from api.exports.documents import as_json
from api.form_bodies import form_of
from api.home import Home
from api.lists.kinds import COMPARED
from api.moments import malformed, read_day, read_known_at
from api.problems import written_facts
from api.routes.commands import idempotency_key
from api.routes.lists import flag, titles_of
from api.routes.paths import PATHS
from api.uploads import opened
from ledger.comparisons import COMPARERS
from ledger.refusals import Refusal, Refused

_NAME = "comparison.record"
_TEXTS = ("kind", "institution", "first", "last", "as_of", "known_at", "accept_good", "dry_run")
_MAPPED_MAX = 20

router = APIRouter(tags=["comparison"])

_FORM = {
    "type": "object",
    "required": ["file", "kind"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "kind": {"type": "string", "enum": [str(code) for code in COMPARED]},
        "institution": {"type": "string", "description": "for auditors of several institutions"},
        "first": {"type": "string", "format": "date", "description": "first day the list covers"},
        "last": {"type": "string", "format": "date", "description": "last day the list covers"},
        "as_of": {"type": "string", "format": "date"},
        "known_at": {"type": "string"},
        "map": {"type": "array", "items": {"type": "string"}, "description": "title=field"},
        "accept_good": {"type": "boolean", "default": False},
        "dry_run": {"type": "boolean", "default": False},
    },
}


@router.post(
    PATHS[_NAME],
    name=_NAME,
    operation_id=_NAME,
    summary=f"{declared(_NAME).command.ZH} · {declared(_NAME).command.EN}",
    openapi_extra={
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}
    },
    responses={200: {"description": "the comparison alone"}, 201: {"description": "kept"}},
)
async def record_comparison(request: Request, caller: CallerNow) -> Response:
    """Compare a list with the ledger and keep the counts; with `dry_run` compare only."""
    need_role(caller, COMPARERS)
    home: Home = request.app.state.home
    async with parts_of(request) as given, opened(request, caller.actor, given.get("file")) as file:
        made = await run_in_threadpool(compare, home, caller.state, asked_of(given, *file))
    if flag(given, "dry_run"):
        return await _answer(made, 200, {}, dry_run=True)
    key, good = idempotency_key(request), flag(given, "accept_good")
    wanted = recording(home, caller.by, made, key, accept_good=good)
    answer = await request.app.state.writer.handle(wanted)
    request.state.position = answer.written[0].position
    replayed = {"idempotency-replayed": "true"} if answer.replayed else {}
    return await _answer(made, 201, replayed, facts=written_facts(answer.written))


async def _answer(made: Comparison, status: int, headers: dict[str, str], **more: Any) -> Response:
    body = await run_in_threadpool(as_json, made.told(**more))
    headers = {"cache-control": "no-store", **headers}
    return Response(body, status, headers, "application/json")


@asynccontextmanager
async def parts_of(request: Request, extra: tuple[str, ...] = ()) -> AsyncIterator[dict[str, Any]]:
    """The parts of the upload: `file` as it waits, `map` as a list, the rest as text."""
    names = ("file", "map", *_TEXTS, *extra)
    async with form_of(request, files=1, fields=len(names) + _MAPPED_MAX) as form:
        yield _parts(form, names)


def _parts(form: FormData, names: tuple[str, ...]) -> dict[str, Any]:
    given: dict[str, Any] = {"map": []}
    for name, value in form.multi_items():
        if name not in names:
            known = ", ".join(names)
            raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=name[:80], known=known)
        if isinstance(value, UploadFile) != (name == "file") or name in given.keys() - {"map"}:
            raise malformed(name, str(value), "1 ×")
        if name == "map":
            given["map"] += [value] if value else []
        else:
            given[name] = value
    if not given.get("kind"):
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="kind")
    return given


def asked_of(given: dict[str, Any], data: bytes, filename: str) -> AskedComparison:
    """What was asked of a list, from the other parts of an upload.

    Raises Refusal(PARAMETER_IS_MALFORMED).
    """
    return AskedComparison(
        data,
        filename,
        given["kind"],
        institution=given.get("institution") or None,
        titles=titles_of(given["map"]),
        first=read_day("first", given.get("first") or None),
        last=read_day("last", given.get("last") or None),
        as_of=read_day("as_of", given.get("as_of") or None),
        known_at=read_known_at(given.get("known_at") or None),
    )
