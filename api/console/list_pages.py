"""Lists in the browser: looked at row by row, taken in, and followed while under way."""

from typing import Any

import psycopg
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.console.rendering import page
from api.console.words import WORDS
from api.home import Home
from api.imports.own_account import numbers_of
from api.imports.verdicts import same_money_line
from api.language import Language, language
from api.lists.intake import Asked, ListPreview
from api.lists.jobs import Job
from api.lists.kinds import BY_CODE, KINDS, LIST_ROLES, PATENTS
from api.lists.tables import digest
from api.lists.words import by_concern, counts_line, row_note, verdict_word
from api.parameters import read_parameters
from api.routes.lists import asked_for, begin, look, parts_of
from api.texts import told
from api.uploads import opened
from ledger.refusals import Refusal, Refused

ROWS_SHOWN = 1_000
PERSONS_SHOWN = 50
_TAIL = 4
_NO_STORE = {"cache-control": "no-store"}
_MENDED_BY_MAPPING = frozenset({Refused.LIST_IS_NOT_RECOGNISED, Refused.LIST_COLUMNS_ARE_MISSING})

router = APIRouter(include_in_schema=False)


@router.get("/lists")
async def lists(request: Request, caller: CallerNow) -> Response:
    """The form for a list."""
    read_parameters(request, ())
    return await _form(request, caller, {})


async def _form(request: Request, caller: Caller, more: dict[str, Any]) -> Response:
    spoken = language(request)
    home: Home = request.app.state.home
    institutions = sorted(caller.scope(LIST_ROLES).institutions)
    if not institutions:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(LIST_ROLES))
    accounts = await run_in_threadpool(_accounts, home, institutions)
    context = {
        "institutions": institutions,
        "accounts": accounts,
        "kinds": [(kind.code, kind.zh if spoken == "zh" else kind.en) for kind in KINDS],
        "kind": "",
        "institution": "",
        "chosen_account": "",
        "kept": "",
        "filename": "",
        "problem": "",
        "titles": [],
        "said": {},
        "fields": [],
        **more,
    }
    return page(request, "lists.html", context, headers=_NO_STORE)


def _accounts(home: Home, institutions: list[str]) -> list[tuple[str, str]]:
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        return [
            (account, f"…{number[-_TAIL:]}")
            for institution in institutions
            for account, number in numbers_of(connection, home.vault, institution).items()
        ]


@router.post("/lists/import")
async def import_list(request: Request, caller: CallerNow) -> Response:
    """Preview a list; with the digest of what was previewed, take that same list in."""
    need_role(caller, LIST_ROLES)
    home: Home = request.app.state.home
    async with parts_of(request, extra=("sha256", "kept")) as given:
        looked_at, kept = given.get("sha256", ""), given.get("kept", "")
        async with opened(request, caller.actor, given.get("file"), looked_at or kept) as file:
            asked = asked_for(given, *file)
            if looked_at == digest(asked.data):
                jobs = request.app.state.jobs
                job = await run_in_threadpool(begin, jobs, home, caller, asked)
                return RedirectResponse(f"/lists/imports/{job.id}", 303, _NO_STORE)
            kept = await request.app.state.uploads.keep(caller.actor, *file)
            try:
                found = await run_in_threadpool(look, home, caller.by, asked)
            except Refusal as refusal:
                if refusal.code not in _MENDED_BY_MAPPING:
                    raise
                to_map = _to_map(refusal, asked, language(request))
                return await _form(request, caller, {**to_map, "kept": kept})
    message = WORDS[language(request)]["other_file"] if looked_at else ""
    return _previewed(request, asked, found, message)


def _to_map(refusal: Refusal, asked: Asked, spoken: Language) -> dict[str, Any]:
    """What a person needs to say which column is what: the titles, and the fields of the kind."""
    named = BY_CODE.get(asked.kind or "")
    kinds = list(KINDS) if named is None else [named]
    fields = {
        name: field.zh if spoken == "zh" else field.en
        for kind in kinds
        for name, field in kind.fields.items()
    }
    return {
        "problem": " ".join(told(refusal, spoken)),
        "titles": refusal.values["titles"],
        "said": asked.titles,
        "fields": list(fields.items()),
        "kind": asked.kind or "",
        "institution": asked.institution or "",
        "chosen_account": asked.account or "",
        "filename": asked.filename,
    }


def _previewed(request: Request, asked: Asked, found: ListPreview, message: str) -> Response:
    spoken = language(request)
    kind, head = found.kind, found.table.head
    rows = by_concern(found.verdicts)
    context = {
        "filename": asked.filename,
        "message": message,
        "found": found,
        "kind": kind.zh if spoken == "zh" else kind.en,
        "counts": counts_line(found, spoken),
        "rule": same_money_line(found.statement, spoken) if found.statement else "",
        "hidden": [
            ("institution", found.institution),
            ("kind", kind.code),
            ("account", asked.account or ""),
            ("sha256", found.table.sha256),
            *(("map", f"{title}={field}") for title, field in asked.titles.items()),
        ],
        "persons": sorted({name for each in rows for name in each.persons})[:PERSONS_SHOWN],
        "names_owners": "owners" in head.columns and kind is PATENTS,
        "columns": [
            (head.titles[at], kind.fields[name].zh if spoken == "zh" else kind.fields[name].en)
            for name, at in head.columns.items()
        ],
        "ignored": len(found.table.ignored),
        "news": any(each.steps or each.verdict == "possible-duplicate" for each in rows),
        "claimable": sum(each.verdict == "elsewhere" and bool(each.steps) for each in rows),
        "doubles": ",".join(str(each.row) for each in rows if each.verdict == "possible-duplicate"),
        "count": len(rows),
        "rows": [
            (
                each.row,
                each.key,
                each.verdict,
                verdict_word(each.verdict, spoken),
                row_note(kind.code, each, spoken),
            )
            for each in rows[:ROWS_SHOWN]
        ],
    }
    return page(request, "list_preview.html", context, headers=_NO_STORE)


@router.get("/lists/imports/{job_id}")
async def import_under_way(job_id: str, request: Request, caller: CallerNow) -> Response:
    """How far an import is; the page asks again by itself until it is done."""
    read_parameters(request, ())
    job: Job = request.app.state.jobs.find(job_id, caller.actor)
    spoken = language(request)
    headers = {**_NO_STORE, "refresh": "1"} if job.is_under_way else _NO_STORE
    answer = job.answer or {"facts": 0, "refused": []}
    context = {
        "job": job,
        "counts": job.counts.get(spoken, ""),
        "facts": answer["facts"],
        "refused": [(each["row"], each["command"], each[spoken]) for each in answer["refused"]],
        "problem": " ".join(told(job.refusal, spoken)) if job.refusal else "",
        "faults": [each[spoken] for each in job.refusal.values.get("lines", ())]
        if job.refusal
        else [],
    }
    return page(request, "list_import.html", context, headers=headers)
