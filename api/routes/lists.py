"""Lists that offices keep, over HTTP: looking at what one would add, taking it in, asking after."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import Caller, CallerNow, need_role
from api.door import Asker
from api.form_bodies import form_of
from api.home import Home
from api.imports.banks import plain_title
from api.lists.intake import Asked, ListPreview, ListTaken, Progress, accept, preview
from api.lists.jobs import Job, Jobs
from api.lists.kinds import LIST_ROLES
from api.lists.words import preview_as_json
from api.moments import malformed
from api.parameters import read_parameters
from api.texts import told
from api.uploads import opened
from ledger.refusals import Refusal, Refused
from ledger.writers import Scribe

_OPTIONS = (
    "account",
    "accept_good",
    "claim_numbers",
    "doubles",
    "dry_run",
    "institution",
    "kind",
    "map",
)
_ASKED = tuple(name for name in _OPTIONS if name != "map")
"""What the query may say too, as with bank files."""

_MAPPED_MAX = 120
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")

router = APIRouter(tags=["list"])


def look(home: Home, by: Asker, asked: Asked) -> ListPreview:
    """Preview a list. Blocks for as long as it is long: call it in a thread."""
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        return preview(home, connection, by, asked)


def begin(jobs: Jobs, home: Home, caller: Caller, asked: Asked) -> Job:
    """Have a list taken in by a job, through a scribe of its own that stops no other command.

    Blocks while the list is put by. Raises Refusal(IMPORT_IS_UNDER_WAY).
    """
    said = dataclasses.replace(asked, data=b"")

    def work(data: bytes, progress: Progress) -> ListTaken:
        with (
            psycopg.connect(home.service_url, autocommit=True) as connection,
            Scribe(home.service_url, home.clock) as scribe,
        ):
            whole = dataclasses.replace(said, data=data)
            return accept(home, connection, scribe, caller.by, whole, progress)

    return jobs.start(caller.actor, asked.filename, asked.data, work)


_FORM = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "kind": {
            "type": "string",
            "enum": ["patents", "contracts", "registrations", "arrivals"],
            "description": "else by the titles of the columns",
        },
        "map": {
            "type": "array",
            "items": {"type": "string"},
            "description": "title=field or column letter=field, kept for the next time; of owners "
            "of patents also name=organisation or name=person",
        },
        "institution": {"type": "string", "description": "for staff of several institutions"},
        "account": {"type": "string", "description": "account:… ; needed for arrivals"},
        "doubles": {"type": "string", "description": "rows taken although one like them waits"},
        "accept_good": {"type": "boolean", "default": False},
        "claim_numbers": {
            "type": "boolean",
            "default": False,
            "description": "claim the patents too that another institution registered",
        },
        "dry_run": {"type": "boolean", "default": False},
    },
}


@router.post(
    "/v1/lists/import",
    name="list.import",
    operation_id="list.import",
    summary="导入名单 · Import a list",
    openapi_extra={
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}
    },
    responses={200: {"description": "a preview"}, 202: {"description": "under way; see Location"}},
)
async def import_list(request: Request, caller: CallerNow) -> Response:
    """With `dry_run` say what would become of each row; else begin and answer where to ask.

    A list that is sent twice says nothing twice, so no Idempotency-Key is needed.
    """
    need_role(caller, LIST_ROLES)
    home: Home = request.app.state.home
    async with parts_of(request) as given, opened(request, caller.actor, given.get("file")) as file:
        asked = asked_for(given, *file)
        if flag(given, "dry_run"):
            found = await run_in_threadpool(look, home, caller.by, asked)
            body = await run_in_threadpool(preview_as_json, found, every_row=True)
            return JSONResponse({"dry_run": True, **body}, headers=_NO_STORE)
        jobs: Jobs = request.app.state.jobs
        job = await run_in_threadpool(begin, jobs, home, caller, asked)
    headers = {"location": f"/v1/lists/imports/{job.id}", **_NO_STORE}
    return JSONResponse(job_as_json(job), 202, headers)


_NO_STORE = {"cache-control": "no-store"}


@router.get(
    "/v1/lists/imports/{job_id}",
    name="list.imports",
    operation_id="list.imports",
    summary="导入进度 · How far an import is",
)
async def import_under_way(job_id: str, request: Request, caller: CallerNow) -> Response:
    """Rows done and in all; once it is done the result, or why nothing was written."""
    job = request.app.state.jobs.find(job_id, caller.actor)
    return JSONResponse(await run_in_threadpool(job_as_json, job), headers=_NO_STORE)


def job_as_json(job: Job) -> dict[str, Any]:
    """State (running, done, refused, failed), progress in rows, and the result if there is one."""
    shown: dict[str, Any] = {"id": job.id, "state": "running", "done": job.done, "total": job.total}
    if job.answer is not None:
        shown |= {"state": "done", "result": job.answer}
    elif job.refusal is not None:
        zh, en = (" ".join(told(job.refusal, spoken)) for spoken in ("zh", "en"))
        problem = {"code": job.refusal.code, "zh": zh, "en": en, "values": job.refusal.values}
        shown |= {"state": "refused", "problem": problem}
    elif job.failed:
        shown |= {"state": "failed"}
    return shown


@asynccontextmanager
async def parts_of(request: Request, extra: tuple[str, ...] = ()) -> AsyncIterator[dict[str, Any]]:
    """The parts of the upload and what the query says; `map` as a list, `file` as it waits."""
    known = ("file", *_OPTIONS, *extra)
    async with form_of(request, files=1, fields=len(known) + _MAPPED_MAX) as form:
        yield _parts(read_parameters(request, _ASKED), form, known)


def _parts(asked: dict[str, str], form: FormData, known: tuple[str, ...]) -> dict[str, Any]:
    given: dict[str, Any] = {"map": [], **asked}
    for name, value in form.multi_items():
        if name not in known:
            told_known = ", ".join(known)
            raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=name[:80], known=told_known)
        if isinstance(value, UploadFile) != (name == "file"):
            raise malformed(name, str(value), "file" if name == "file" else "text")
        if name == "map":
            given["map"] += [value] if value else []
            continue
        if name in given:
            raise malformed(name, str(value), "1 ×")
        given[name] = value
    return given


def asked_for(given: dict[str, Any], data: bytes, filename: str) -> Asked:
    """What was asked of a file, from the other parts of an upload."""
    return Asked(
        data,
        filename,
        institution=given.get("institution") or None,
        kind=given.get("kind") or None,
        titles=titles_of(given["map"]),
        account=given.get("account") or None,
        doubles=rows_of(given.get("doubles") or ""),
        accept_good=flag(given, "accept_good"),
        claim_numbers=flag(given, "claim_numbers"),
    )


def titles_of(pairs: list[str]) -> dict[str, str]:
    """`title=field` (or `B=field`) as a mapping; raises Refusal(PARAMETER_IS_MALFORMED)."""
    found = {}
    for pair in pairs:
        title, sign, name = pair.rpartition("=")
        if not sign or not title.strip():
            raise malformed("map", pair, "申请号=patent")
        found[plain_title(title)] = name.strip()
    return found


def rows_of(text: str) -> frozenset[int]:
    """Numbers of rows kept apart by commas; raises Refusal(PARAMETER_IS_MALFORMED)."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise malformed("doubles", text, "5,7")
    return frozenset(int(part) for part in parts)


def flag(given: dict[str, Any], name: str) -> bool:
    """A yes or no; raises Refusal(PARAMETER_IS_MALFORMED)."""
    text = str(given.get(name, "")).lower()
    if text not in (*_TRUE, *_FALSE):
        raise malformed(name, text, "true · false")
    return text in _TRUE
