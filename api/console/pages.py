"""The pages a person reads: what there is, each view as a table, a subject's history."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import CallerNow, VisitorNow
from api.console.abouts import ABOUTS
from api.console.cells import cell, heads, is_subject, shortened
from api.console.rendering import page
from api.entries import Entry, history, readable, voids
from api.exports.cells import yuan
from api.home import Home
from api.language import LANGUAGE_COOKIE, Language, language
from api.parameters import read_parameters
from api.readings import (
    BY_NAME,
    Reading,
    asked_for,
    computed,
    moment_asked,
    parameters_of,
    views_for,
)
from api.routes.paths import PATHS
from api.sizes import size_asked
from ledger.case import SHANGHAI, business_day
from ledger.commands import DECLARATIONS
from ledger.facts import LogOpened
from ledger.refusals import Refusal, Refused
from projections.view import INSTITUTION, View

ROWS_SHOWN = 2_000
"""A browser stays quick up to about so many rows; downloads hold all of them."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def first_page(request: Request, caller: VisitorNow) -> Response:
    """What this person may read; for strangers, how to come in."""
    if (switched := _switched(request)) is not None:
        return switched
    if caller is None:
        return page(request, "stranger.html", {})
    home: Home = request.app.state.home
    tape = await run_in_threadpool(home.reader.tape)
    recorded = tape.last_recorded()
    clocks = tape.frame(LogOpened).select("clock").collect().to_series()
    listed = [_listed(view, language(request)) for view in views_for(caller) if not view.needs]
    context = {
        "views": listed,
        "day": business_day(home.clock()),
        "size": tape.size,
        "recorded": _shanghai(recorded) if recorded else None,
        "simulated": "simulated" in clocks,
    }
    return page(request, "home.html", context)


def _switched(request: Request) -> Response | None:
    """The language switch: kept in a cookie, and gone from the address."""
    spoken = request.query_params.get("lang")
    if spoken not in ("zh", "en"):
        return None
    target = request.url.remove_query_params("lang")
    answer = RedirectResponse(f"{target.path}?{target.query}".rstrip("?"), 303)
    answer.set_cookie(LANGUAGE_COOKIE, spoken, max_age=365 * 24 * 3600, samesite="lax")
    return answer


def _listed(view: View, spoken: Language) -> dict[str, str]:
    at = 0 if spoken == "zh" else 1
    return {"name": view.name, "title": (view.zh, view.en)[at], "about": _about(view.name, at)}


def _about(name: str, at: int) -> str:
    return ABOUTS.get(name, ("", ""))[at]


def _shanghai(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


@router.get("/views/{name}")
async def view_page(name: str, request: Request, caller: CallerNow) -> Response:
    """A view as a table with its moment, its filters and its downloads."""
    if (switched := _switched(request)) is not None:
        return switched
    view = BY_NAME.get(name)
    if view is None or not caller.scope(view.reads):
        raise Refusal(Refused.VIEW_IS_UNKNOWN, view=name[:80])
    given = read_parameters(request, parameters_of(view))
    asked = asked_for(caller, view, given)

    def read() -> Reading:
        tape, moment, head = moment_asked(request.app.state.home.reader, asked)
        return computed(asked, tape, moment, head)

    reading = await run_in_threadpool(read)
    spoken = language(request)
    at = 0 if spoken == "zh" else 1
    pinned = {**given, "as_of": str(reading.moment.as_of), "known_at": reading.moment.known_at}
    forms = ("csv", "xlsx", "json", "parquet")
    context = {
        "title": (view.zh, view.en)[at],
        "about": _about(name, at),
        "moment": reading.moment,
        "head": reading.head,
        "given": {"as_of": given.get("as_of"), "known_at": given.get("known_at")},
        "filters": _filters(view, given, asked.scope.institutions, spoken),
        "downloads": [
            (form.upper(), f"/v1/views/{name}?{urlencode({**pinned, 'format': form})}")
            for form in forms
        ],
        "count": reading.rows.height,
        "columns": heads(view.columns, spoken),
        "rows": [
            [cell(c, value, spoken) for c, value in zip(view.columns, row, strict=True)]
            for row in reading.rows.head(ROWS_SHOWN).iter_rows()
        ],
    }
    return page(request, "view.html", context)


def _filters(
    view: View, given: dict[str, str], institutions: frozenset[str], spoken: Language
) -> list[dict[str, Any]]:
    titles = {column.name: (column.zh, column.en) for column in view.columns}
    return [
        {
            "name": name,
            "title": titles.get(name, (name, name))[0 if spoken == "zh" else 1],
            "value": given.get(name, ""),
            "choices": sorted(institutions) if name == INSTITUTION else [],
        }
        for name in (*view.needs, *view.filters)
    ]


@router.get("/history/{subject}")
async def history_page(subject: str, request: Request, caller: CallerNow) -> Response:
    """One subject's facts: who, when, why, on what evidence."""
    if (switched := _switched(request)) is not None:
        return switched
    asked = read_parameters(request, ("known_at",))
    size, _ = await size_asked(request, asked.get("known_at"))
    found = await history(
        request.app.state.pool, readable(caller), subject, size, own=subject == caller.actor
    )
    if not found:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
    entries = [(item, orjson.loads(item.state)) for item in found]
    undone = voids((item.position, entry) for item, entry in entries)
    facts = [_told(item, entry, undone, language(request)) for item, entry in entries]
    context = {"subject": subject, "size": size, "facts": facts}
    return page(request, "history.html", context)


def _told(
    item: Entry, entry: dict[str, Any], undone: dict[int, int], spoken: Language
) -> dict[str, Any]:
    return {
        "position": item.position,
        "leaf": item.leaf,
        "type": entry["type"],
        "effective": entry["effective"],
        "recorded": _shanghai(datetime.fromisoformat(entry["recorded"])),
        "actor": entry["actor"],
        "actor_short": shortened(entry["actor"]),
        "behalf": entry["behalf"],
        "reason": entry["reason"],
        "replaces": entry["replaces"],
        "voided_by": undone.get(item.position),
        "evidence": [
            " · ".join(str(part) for part in proof.values() if part is not None)
            for proof in entry["evidence"]
        ],
        "payload": [
            (name, _shown(name, value, spoken))
            for name, value in entry["payload"].items()
            if value is not None
        ],
    }


def _shown(name: str, value: Any, spoken: Language) -> dict[str, str | None]:
    if is_subject(value):
        return {"subject": value, "text": shortened(value)}
    if name.endswith("_fen") and isinstance(value, int):
        return {"subject": None, "text": f"{yuan(value)} {'元' if spoken == 'zh' else 'yuan'}"}
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return {"subject": None, "text": text}


@router.get("/docs")
async def docs_page(request: Request, caller: VisitorNow) -> Response:
    """The commands with their fields, without a script from elsewhere."""
    if (switched := _switched(request)) is not None:
        return switched
    at = language(request) == "zh"
    commands = [
        {
            "path": PATHS[item.name],
            "title": item.command.ZH if at else item.command.EN,
            "roles": sorted(item.command.ROLES or ()),
            "fields": list(item.command.model_fields),
        }
        for item in DECLARATIONS
        if item.name in PATHS
    ]
    return page(request, "docs.html", {"commands": commands})
