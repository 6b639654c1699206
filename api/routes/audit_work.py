"""Audit work over HTTP that is more than a command: drawing samples, keeping and reading papers."""

from typing import Any

import psycopg
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow, need_role
from api.audit_work import AskedDraw, draw_body
from api.bodies import read_json
from api.door import declared
from api.evidence import Brought, document_for, keeping
from api.evidence_store import suffix
from api.form_bodies import form_of
from api.home import Home
from api.moments import malformed
from api.parameters import read_parameters
from api.preparing import Ready
from api.routes.commands import carried_out, idempotency_key
from api.routes.paths import PATHS
from api.schemas import ACCEPTED
from ledger.actors import AUDITORS, EVIDENCE_KEEPERS
from ledger.documents import KeepEvidence
from ledger.refusals import Refusal, Refused
from ledger.samples import DrawSample

_TEXTS = ("title", "institution", "on", "reason")
_ABOUT_MAX = 50

router = APIRouter(responses={201: ACCEPTED})

_FORM = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "title": {"type": "string", "description": "the file's name without one"},
        "about": {"type": "array", "items": {"type": "string"}, "description": "subjects, kind:id"},
        "institution": {"type": "string", "description": "for those who act for several"},
        "on": {"type": "string", "format": "date"},
        "reason": {"type": "string"},
    },
}


_DRAW = {
    name: part
    for name, part in AskedDraw.model_json_schema(
        ref_template="#/components/schemas/{model}"
    ).items()
    if name != "$defs"
}
"""What it names by reference every command names too, so it is described once."""


def _told(name: str, content: dict[str, Any]) -> dict[str, Any]:
    command = declared(name).command
    return {
        "name": name,
        "operation_id": name,
        "summary": f"{command.ZH} · {command.EN}",
        "tags": [name.partition(".")[0]],
        "status_code": 201,
        "openapi_extra": {"requestBody": {"required": True, "content": content}},
    }


@router.post(
    PATHS[DrawSample.NAME],
    **_told(DrawSample.NAME, {"application/json": {"schema": _DRAW}}),
)
async def draw_sample(request: Request, caller: CallerNow) -> Response:
    """Draw a sample from a view at a moment, and put it on record."""
    need_role(caller, AUDITORS)
    home: Home = request.app.state.home
    key, asked = idempotency_key(request), read_json(await request.body())
    body = await run_in_threadpool(draw_body, home.reader, caller, asked)
    return await carried_out(request, Ready(home.door.admit(DrawSample.NAME, body, caller.by, key)))


@router.post(
    PATHS[KeepEvidence.NAME],
    **_told(KeepEvidence.NAME, {"multipart/form-data": {"schema": _FORM}}),
)
async def keep_evidence(request: Request, caller: CallerNow) -> Response:
    """Put a document into the evidence store, and on record."""
    need_role(caller, EVIDENCE_KEEPERS)
    home: Home = request.app.state.home
    key, document = idempotency_key(request), await brought(request)
    return await carried_out(
        request, Ready(await run_in_threadpool(keeping, home, caller, document, key))
    )


async def brought(request: Request) -> Brought:
    """The document of an upload. Raises Refusal: PARAMETER_IS_UNKNOWN, _MALFORMED, _MISSING."""
    given: dict[str, str] = {}
    about: list[str] = []
    found: tuple[bytes, str] | None = None
    async with form_of(request, files=1, fields=len(_TEXTS) + _ABOUT_MAX) as form:
        for name, value in form.multi_items():
            if name not in ("file", "about", *_TEXTS):
                known = ", ".join(("file", "about", *_TEXTS))
                raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=name[:80], known=known)
            if isinstance(value, UploadFile) != (name == "file") or name in given:
                raise malformed(name, str(value), "1 ×")
            if isinstance(value, UploadFile):
                found = await value.read(), value.filename or "document"
            elif name == "about":
                about += [value] if value else []
            elif value:
                given[name] = value
    if found is None:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="file")
    return Brought(*found, about=tuple(about), said=given)


@router.get("/v1/evidence/{sha256}", tags=["evidence"])
async def evidence(sha256: str, request: Request, caller: CallerNow) -> Response:
    """A document's bytes, for whoever may read the facts of an institution that brought it."""
    read_parameters(request, ())
    found = await run_in_threadpool(_looked_up, request.app.state.home, caller, sha256)
    headers = {
        "content-disposition": f'attachment; filename="{sha256}{suffix(found.media_type)}"',
        "cache-control": "private, no-cache",
        "x-content-type-options": "nosniff",
    }
    return Response(found.data, 200, headers, found.media_type)


def _looked_up(home: Home, caller: Caller, sha256: str) -> Any:
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        return document_for(connection, home, caller, sha256)
