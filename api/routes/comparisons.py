"""Lists from elsewhere laid beside the ledger, over HTTP."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
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
    given = await read_upload(request)
    home: Home = request.app.state.home
    asked = asked_of(given)
    made = await run_in_threadpool(compare, home, caller.state, asked)
    if flag(given, "dry_run"):
        return await _answer(made, 200, {}, dry_run=True)
    key, good = idempotency_key(request), flag(given, "accept_good")
    wanted = recording(home, caller.actor, made, key, accept_good=good)
    answer = await request.app.state.writer.handle(wanted)
    request.state.position = answer.written[0].position
    replayed = {"idempotency-replayed": "true"} if answer.replayed else {}
    return await _answer(made, 201, replayed, facts=written_facts(answer.written))


async def _answer(made: Comparison, status: int, headers: dict[str, str], **more: Any) -> Response:
    body = await run_in_threadpool(as_json, made.told(**more))
    headers = {"cache-control": "no-store", **headers}
    return Response(body, status, headers, "application/json")


async def read_upload(request: Request, extra: tuple[str, ...] = ()) -> dict[str, Any]:
    """The parts of the upload: `file` as (bytes, name), `map` as a list, the rest as text."""
    given: dict[str, Any] = {"map": []}
    names = ("file", "map", *_TEXTS, *extra)
    async with form_of(request, files=1, fields=len(names) + _MAPPED_MAX) as form:
        for name, value in form.multi_items():
            if name not in names:
                known = ", ".join(names)
                raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=name[:80], known=known)
            if isinstance(value, UploadFile) != (name == "file") or name in given.keys() - {"map"}:
                raise malformed(name, str(value), "1 ×")
            if isinstance(value, UploadFile):
                given["file"] = (await value.read(), value.filename or "upload")
            elif name == "map":
                given["map"] += [value] if value else []
            else:
                given[name] = value
    for name in ("file", "kind"):
        if not given.get(name):
            raise Refusal(Refused.PARAMETER_IS_MISSING, parameter=name)
    return given


def asked_of(given: dict[str, Any]) -> AskedComparison:
    """What was asked, from the parts of an upload. Raises Refusal(PARAMETER_IS_MALFORMED)."""
    data, filename = given["file"]
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
