"""Bank files over HTTP: taking one in or looking at what it would do, and the unclaimed lines."""

import dataclasses
from typing import Any, NamedTuple

import psycopg
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import Caller, CallerNow, need_role
from api.desk import DeskPage, unclaimed
from api.door import By
from api.form_bodies import form_of
from api.home import Home
from api.imports.intake import Taken, accept, preview, read_upload
from api.imports.verdicts import line_as_json, preview_as_json, told_lines
from api.moments import malformed, read_number
from api.parameters import read_parameters
from api.problems import written_facts
from api.rights import Kind, Thing, desk_of, may_read
from api.schemas import query
from api.states import state_of
from api.uploads import opened
from ledger.access import acting_institution
from ledger.accounts import FINANCE_CLERKS
from ledger.case import business_day
from ledger.refusals import Refusal, Refused
from ledger.writers import Scribe

_OPTIONS = ("account", "accept_good", "dry_run", "institution")
_PAGE_LINES = 50
_PAGE_LINES_MAX = 500
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")

_PAGES = [
    {
        "name": "after",
        "in": "query",
        "schema": {"type": "string"},
        "description": "`next` of the page before.",
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": _PAGE_LINES_MAX},
    },
]

router = APIRouter(tags=["statement"])


class Upload(NamedTuple):
    """A bank file with what its bearer said about it."""

    data: bytes
    filename: str
    institution: str | None = None
    account: str | None = None
    accept_good: bool = False
    dry_run: bool = False


def take_in(home: Home, by: By, upload: Upload) -> Taken:
    """Preview or import an upload. Blocks for as long as the file is long: call it in a thread.

    It writes through a scribe of its own, so that sealing many lines stops no other command.
    """
    institution, account = upload.institution, upload.account
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        # Before the file is opened: who may import nothing has nothing read.
        today = business_day(home.clock())
        acting_institution(
            state_of(connection, by.actor), FINANCE_CLERKS, upload.institution, None, today
        )
        file = read_upload(home, upload.data, upload.filename)
        if upload.dry_run:
            found = preview(home, connection, by, file, institution=institution, account=account)
            return Taken(found, None, None)
        with Scribe(home.service_url, home.clock) as scribe:
            return accept(
                home,
                connection,
                scribe.handle,
                by,
                file,
                institution=institution,
                account=account,
                accept_good=upload.accept_good,
            )


def taken_as_json(upload: Upload, taken: Taken) -> dict[str, Any]:
    """The answer: counts and sums, the facts written, and the lines.

    A preview tells all lines of a file, of a long one those that need somebody before the others;
    `lines_left_out` counts what is not told.
    """
    verdicts = taken.preview.verdicts
    wanted = verdicts if upload.dry_run else [v for v in verdicts if v.rejected is not None]
    shown = told_lines(wanted)
    return {
        "dry_run": upload.dry_run,
        "statement": taken.statement,
        **preview_as_json(taken.preview),
        "lines": [line_as_json(verdict) for verdict in shown],
        "lines_left_out": len(wanted) - len(shown),
        "facts": written_facts(taken.answer.written) if taken.answer else [],
    }


_FORM = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "account": {"type": "string", "description": "account:… ; else by the file's own number"},
        "institution": {"type": "string", "description": "for clerks of several institutions"},
        "accept_good": {"type": "boolean", "default": False},
        "dry_run": {"type": "boolean", "default": False},
    },
}


@router.post(
    "/v1/statements/import",
    name="statement.import",
    operation_id="statement.import",
    summary="导入银行流水 · Import a bank statement",
    openapi_extra={
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}
    },
    responses={200: {"description": "a preview, or nothing new"}, 201: {"description": "taken in"}},
)
async def import_statement(request: Request, caller: CallerNow) -> Response:
    """Take a bank file in, or with `dry_run` say what would become of each line.

    A file that is sent twice takes nothing in twice, so no Idempotency-Key is needed.
    """
    need_role(caller, FINANCE_CLERKS)
    async with form_of(request, files=1, fields=len(_OPTIONS)) as form:
        given = _given(request, form)
        said = Upload(
            b"",
            "",
            _text(given, "institution"),
            _text(given, "account"),
            _flag(given, "accept_good"),
            _flag(given, "dry_run"),
        )
        async with opened(request, caller.actor, given.get("file")) as (data, filename):
            upload = said._replace(data=data, filename=filename)
            taken = await run_in_threadpool(take_in, request.app.state.home, caller.by, upload)
            body = await run_in_threadpool(taken_as_json, upload, taken)
    return JSONResponse(body, 201 if taken.answer else 200, {"cache-control": "no-store"})


def _given(request: Request, form: FormData) -> dict[str, Any]:
    given: dict[str, Any] = dict(read_parameters(request, _OPTIONS))
    for name, value in form.multi_items():
        if name not in ("file", *_OPTIONS):
            known = ", ".join(("file", *_OPTIONS))
            raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=name[:80], known=known)
        if name in given:
            raise malformed(name, str(value), "1 ×")
        given[name] = value
    return given


def _text(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if isinstance(value, UploadFile):
        raise malformed(name, value.filename or "", "text")
    return value or None


def _flag(given: dict[str, Any], name: str) -> bool:
    text = (_text(given, name) or "").lower()
    if text not in (*_TRUE, *_FALSE):
        raise malformed(name, text, "true · false")
    return text in _TRUE


@router.get(
    "/v1/desk/unclaimed",
    name="desk.unclaimed",
    operation_id="desk.unclaimed",
    summary="待认领到款 · Credits that nobody claimed yet",
    openapi_extra={"parameters": [*query("institution")["parameters"], *_PAGES]},
)
async def unclaimed_lines(request: Request, caller: CallerNow) -> Response:
    """Unclaimed credits of the caller's institution, newest first; `next` continues as `after`."""
    given = read_parameters(request, ("institution", "after", "limit"))
    limit = read_number(
        "limit", given.get("limit"), default=_PAGE_LINES, low=1, high=_PAGE_LINES_MAX
    )
    institution = desk_of(caller, given.get("institution"))
    page = await run_in_threadpool(
        desk_page, request.app.state.home, caller, institution, given.get("after"), limit
    )
    body = {"institution": institution, "lines": lines_as_json(page), "next": page.next}
    return JSONResponse(body, headers={"cache-control": "no-store"})


def desk_page(
    home: Home, caller: Caller, institution: str, after: str | None, limit: int
) -> DeskPage:
    """A page of the desk as this caller may see it. Blocks: call it in a thread."""
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        return unclaimed(
            connection,
            home.vault,
            institution,
            with_texts=may_read(caller, Thing(Kind.TEXT, institution)),
            after=after,
            limit=limit,
        )


def lines_as_json(page: DeskPage) -> list[dict[str, Any]]:
    """The lines with JSON values; amounts in fen, dates as YYYY-MM-DD."""
    return [
        {
            **dataclasses.asdict(line),
            "booking_date": line.booking_date.isoformat(),
            "value_date": line.value_date.isoformat(),
        }
        for line in page.lines
    ]
