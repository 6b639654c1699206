"""The pages a person reads: what there is, each view as a table, a subject's history."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow, Scope, VisitorNow
from api.console.abouts import ABOUTS
from api.console.acts import Offer, Thing, offers
from api.console.cells import called, cell, heads, subjects_in
from api.console.fact_acts import corrections
from api.console.person_names import person_names
from api.console.rendering import here, page, switched
from api.console.row_acts import row_menus, things_of
from api.console.spoken import spoken_titles
from api.console.telling import Teller, subjects_told
from api.entries import Entry, history, readable, voids
from api.exports.cells import word_of
from api.filter_values import understood
from api.home import Home
from api.language import Language, language
from api.parameters import read_parameters
from api.readings import (
    Reading,
    asked_for,
    computed,
    is_own,
    moment_asked,
    parameters_of,
    view_named,
)
from api.rights import Kind as Of
from api.rights import names_for, reads_facts, scope_of, tells_who
from api.routes.paths import PATHS
from api.sizes import size_asked
from ledger.commands import DECLARATIONS
from ledger.facts import InstitutionRegistered
from ledger.refusals import Refusal, Refused
from projections.code_words import choices as code_choices
from projections.disclosures import DISCLOSURES
from projections.fact_titles import Title
from projections.subject_names import subject_names
from projections.tape import Tape
from projections.view import INSTITUTION, OFFICES_SEEING_PERSONS, Kind, View

ROWS_SHOWN = 2_000
"""A browser stays quick up to about so many rows; downloads hold all of them."""

router = APIRouter(include_in_schema=False)


def _about(name: str, at: int) -> str:
    return ABOUTS.get(name, ("", ""))[at]


@router.get("/views/{name}")
async def view_page(name: str, request: Request, caller: CallerNow) -> Response:
    """A view as a table with its moment, its filters and its downloads."""
    if (turned := switched(request)) is not None:
        return turned
    view = view_named(caller, name)
    given = read_parameters(request, parameters_of(view))
    asked = asked_for(caller, view, given)

    spoken = language(request)

    def read() -> tuple[Reading, list[tuple[Any, ...]], dict[str, Title], dict[str, Title]]:
        home: Home = request.app.state.home
        sought = understood(home.reader, asked, partial(person_names, home))
        tape, moment, head = moment_asked(home.reader, sought)
        made = computed(home.reader.kept, sought, tape, moment, head)
        rows = made.rows.head(ROWS_SHOWN).rows()
        offered = institutions_within(tape, asked.scope)
        found = subjects_in(view.columns, rows)
        names = names_for(tape, found, asked.scope)
        if view.reads <= OFFICES_SEEING_PERSONS:
            names |= person_names(home, found)
        return made, rows, names, offered

    reading, rows, names, offered = await run_in_threadpool(read)
    menus = None
    if given.get("known_at") is None:
        things = things_of(view, rows)
        menus = await run_in_threadpool(
            row_menus, request.app.state.onlooker, caller, things, spoken, here(request)
        )
    at = 0 if spoken == "zh" else 1
    pinned = {**given, "as_of": str(reading.moment.as_of), "known_at": reading.moment.known_at}
    forms = ("csv", "xlsx", "json", "parquet")
    opened = reads_facts(caller)
    own = view.key if view is DISCLOSURES else ()
    shown = [
        (place, column)
        for place, column in enumerate(view.columns)
        if column.name != INSTITUTION or not rows or any(row[place] for row in rows)
    ]
    context = {
        "title": (view.zh, view.en)[at],
        "about": _about(name, at),
        "moment": reading.moment,
        "rules": reading.rules,
        "head": reading.head,
        "given": {"as_of": given.get("as_of"), "known_at": given.get("known_at")},
        "filters": view_filters(view, given, offered, spoken),
        "downloads": [
            (form.upper(), f"/v1/views/{name}?{urlencode({**pinned, 'format': form})}")
            for form in forms
        ],
        "compare": f"/views/{name}/diff",
        "count": reading.rows.height,
        "menus": menus,
        "columns": heads([column for _, column in shown], spoken),
        "rows": [
            [
                cell(column, row[place], spoken, names, linked=opened or column.name in own)
                for place, column in shown
            ]
            for row in rows
        ],
    }
    return page(request, "view.html", context)


def institutions_within(tape: Tape, scope: Scope) -> dict[str, Title]:
    """The institutions among which this reader may choose, with their names."""
    codes = tape.frame(InstitutionRegistered).select("code").collect().to_series()
    return subject_names(
        tape, [code for code in codes if scope.everywhere or code in scope.institutions]
    )


def view_filters(
    view: View, given: dict[str, str], offered: dict[str, Title], spoken: Language
) -> list[dict[str, Any]]:
    """The fields by which a view is filtered, with what may be chosen in each."""
    columns = {column.name: column for column in view.columns}
    made = []
    for name in (*view.needs, *view.filters):
        column = columns.get(name)
        choices: list[tuple[str, str]] = []
        if name == INSTITUTION:
            choices = [(code, called(code, spoken, offered)) for code in sorted(offered)]
        elif column is not None and column.kind is Kind.CODE:
            codes = code_choices(view.name, name)
            choices = [(code, word_of(name, code, spoken)) for code in codes]
        value = given.get(name, "")
        if choices and value and value not in dict(choices):
            choices.append((value, value))
        title = (column.zh if spoken == "zh" else column.en) if column else name
        made.append({"name": name, "title": title, "value": value, "choices": choices})
    return made


@router.get("/history/{subject}")
async def history_page(subject: str, request: Request, caller: CallerNow) -> Response:
    """One subject's facts: who, when, why, on what evidence."""
    if (turned := switched(request)) is not None:
        return turned
    asked = read_parameters(request, ("known_at",))
    size, _ = await size_asked(request, asked.get("known_at"))
    reader = request.app.state.home.reader
    own = await run_in_threadpool(is_own, reader, caller, subject)
    rights = await run_in_threadpool(readable, caller, reader)
    found = await history(request.app.state.pool, rights, subject, size, own=own)
    if not found:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
    entries = [(item, orjson.loads(item.state)) for item in found]
    undone = voids((item.position, entry) for item, entry in entries)
    spoken = language(request)
    names = await run_in_threadpool(_names_told, request, caller, subject, entries, own=own)
    teller = Teller(spoken, names, linked=reads_facts(caller))
    context = {
        "subject": subject,
        "title": called(subject, spoken, teller.names),
        "acts": await run_in_threadpool(_acts, request, caller, subject, entries, spoken),
        "size": size,
        "facts": [teller.fact(item, entry, undone.get(item.position)) for item, entry in entries],
        "corrections": await run_in_threadpool(
            corrections, request.app.state.onlooker, caller, entries, undone, here(request)
        ),
    }
    return page(request, "history.html", context)


def _acts(
    request: Request,
    caller: Caller,
    subject: str,
    entries: list[tuple[Entry, dict[str, Any]]],
    spoken: Language,
) -> list[Offer]:
    """What the reader may do about a subject now."""
    thing = Thing(subject, entries[0][1]["institution"])
    (found,) = offers(request.app.state.onlooker, caller, [thing], spoken, here(request))
    return found


def _names_told(
    request: Request,
    caller: Caller,
    subject: str,
    entries: list[tuple[Entry, dict[str, Any]]],
    *,
    own: bool,
) -> dict[str, Title]:
    scope, home = scope_of(caller, Of.PERSON), request.app.state.home
    wanted = subjects_told(entry for _, entry in entries) | {subject}
    tape = home.reader.tape()
    names = names_for(tape, wanted, scope)
    names |= spoken_titles(home, tape, wanted, language(request), scope, persons=bool(scope))
    named = (e for _, e in entries if own or tells_who(scope, e["institution"]))
    return names | person_names(home, subjects_told(named))


@router.get("/docs")
async def docs_page(request: Request, caller: VisitorNow) -> Response:
    """The commands with their fields, without a script from elsewhere."""
    if (turned := switched(request)) is not None:
        return turned
    spoken = language(request)
    at = spoken == "zh"
    commands = [
        {
            "path": PATHS[item.name],
            "title": item.command.ZH if at else item.command.EN,
            "roles": [word_of("role", role, spoken) for role in sorted(item.command.ROLES or ())],
            "fields": list(item.command.model_fields),
        }
        for item in DECLARATIONS
        if item.name in PATHS
    ]
    return page(request, "docs.html", {"commands": commands})
