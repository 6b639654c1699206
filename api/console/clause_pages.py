"""The pages of clauses: a matrix on one or two dates, a cell with its mending, the deadlines."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow
from api.clause_cells import assessed, cell_read, history_read, may_do
from api.compliance import (
    WHERE,
    AskedClauses,
    asked_clauses,
    catalogue_named,
    catalogues_for,
    clause_named,
    deadlines_read,
    matrix_read,
    one_institution,
)
from api.console.cells import called, cell, heads, subjects_in
from api.console.form_pages import form_told
from api.console.form_shapes import is_simple, kinds_asked, shapes_of
from api.console.forms import subjects_named, subjects_offered
from api.console.pages import institutions_within, within
from api.console.rendering import page, switched
from api.console.words import WORDS
from api.exports.cells import word_of
from api.figures import Standpoint, standpoint
from api.home import Home
from api.language import Language, language
from api.moments import read_day, read_known_at
from api.parameters import read_parameters
from api.readings import Reading
from compliance.assess import Assessment
from compliance.clause import BUREAU, CAVEAT, STATUS_WORDS, Bearing, Catalogue, Status, Words
from ledger.commands import BY_NAME
from ledger.decisions import RecordDecision
from ledger.refusals import Refusal, Refused
from projections.subject_names import subject_names

ROWS_SHOWN: Final = 2_000
_THAN: Final = ("than_as_of", "than_known_at")
"""The other moment that a matrix is laid beside."""

SIGNS: Final = {
    Status.EVIDENCED: "✓",
    Status.PARTIAL: "◐",
    Status.STALE: "⌛",
    Status.MISSING: "○",
    Status.CONTRADICTED: "✗",
    Status.NOT_APPLICABLE: "–",
}
"""A sign for each status, so that no reader needs colours."""

_CASES: Final = (Bearing.BREACH, Bearing.GAP, Bearing.DUE, Bearing.EVIDENCE)

router = APIRouter(include_in_schema=False)


@router.get("/compliance")
async def first_catalogue(request: Request, caller: CallerNow) -> Response:
    """The matrix of the catalogue that comes first."""
    catalogues = catalogues_for(caller)
    if not catalogues:
        raise Refusal(Refused.CATALOGUE_IS_UNKNOWN, catalogue="*", known="—")
    return await matrix_page(catalogues[0].id, request, caller)


@router.get("/compliance/{catalogue}")
async def matrix_page(catalogue: str, request: Request, caller: CallerNow) -> Response:
    """Institutions against clauses; with another moment, what was otherwise then is marked."""
    if (turned := switched(request)) is not None:
        return turned
    found = catalogue_named(caller, catalogue)
    given = read_parameters(request, (*WHERE, *_THAN))
    asked = asked_clauses(caller, given)
    than = _than(asked, given)
    home, spoken = request.app.state.home, language(request)

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        reading = matrix_read(found, asked, at)
        before = None if than is None else matrix_read(found, than, standpoint(home.reader, than))
        pinned = {**_pinned(at), **{k: v for k, v in given.items() if k == "institution"}}
        return {
            **_around(asked, at, given, spoken),
            "title": _said(found.title, spoken),
            "catalogues": [
                (each.id, _said(each.title, spoken), each is found)
                for each in catalogues_for(caller)
            ],
            "source": found.source,
            "mark": word_of("mark", found.mark, spoken),
            "than": None if before is None else before.moment,
            **_grid(found, reading, before, given, spoken),
            "downloads": _downloads(f"/v1/compliance/{found.id}", pinned),
        }

    return page(request, "clauses.html", await run_in_threadpool(read))


def _than(asked: AskedClauses, given: Mapping[str, str]) -> AskedClauses | None:
    day, known = given.get("than_as_of"), given.get("than_known_at")
    if day is None and known is None:
        return None
    return replace(
        asked,
        as_of=read_day("than_as_of", day) or asked.as_of,
        known_at=read_known_at(known, "than_known_at") if known else asked.known_at,
    )


def _grid(
    catalogue: Catalogue,
    reading: Reading,
    before: Reading | None,
    given: Mapping[str, str],
    spoken: Language,
) -> dict[str, Any]:
    """Rows of institutions with a cell for each clause; a cell that changed says from what."""
    moment = {name: given[name] for name in ("as_of", "known_at") if name in given}
    earlier: dict[tuple[str, str], str] = {}
    if before is not None:
        rows = before.rows.select("institution", "clause", "status").iter_rows()
        earlier = {(place, clause): status for place, clause, status in rows}
    lines: dict[str, dict[str, Any]] = {}
    for row in reading.rows.iter_rows(named=True):
        place, status = row["institution"], Status(row["status"])
        was = earlier.get((place, row["clause"]))
        query = urlencode({"institution": place, **moment})
        line = lines.setdefault(place, {"id": place, "name": row[f"name_{spoken}"], "cells": {}})
        line["cells"][row["clause"]] = {
            "status": status,
            "sign": SIGNS[status],
            "word": _said(STATUS_WORDS[status], spoken),
            "counts": row["evidence"],
            "open": row["breaches"] + row["gaps"],
            "due": row["next_due"],
            "was": was and _said(STATUS_WORDS[Status(was)], spoken),
            "changed": before is not None and was != status,
            "href": f"/compliance/{catalogue.id}/{row['clause']}?{query}",
        }
    clauses = [
        (each.id, _said(each.title, spoken), _said(each.requirement, spoken))
        for each in catalogue.clauses
    ]
    legend = [(each, SIGNS[each], _said(STATUS_WORDS[each], spoken)) for each in Status]
    changed = sum(each["changed"] for line in lines.values() for each in line["cells"].values())
    return {"clauses": clauses, "lines": list(lines.values()), "legend": legend, "turned": changed}


@router.get("/compliance/{catalogue}/{clause}")
async def cell_page(catalogue: str, clause: str, request: Request, caller: CallerNow) -> Response:
    """A cell: what the clause asks, what the facts show, and the forms that would mend it."""
    if (turned := switched(request)) is not None:
        return turned
    found = catalogue_named(caller, catalogue)
    chosen = clause_named(found, clause)
    given = read_parameters(request, (*WHERE, "recorded"))
    asked = asked_clauses(caller, given)
    institution = one_institution(asked)
    home, spoken = request.app.state.home, language(request)

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        seen = assessed(found, chosen, institution, at)
        reading = cell_read(found, seen, caller, at)
        back = {k: v for k, v in given.items() if k in ("as_of", "known_at")}
        here = urlencode({"institution": institution, **back})
        own = f"/compliance/{found.id}/{chosen.id}"
        return {
            **_around(asked, at, given, spoken),
            "recorded": given.get("recorded"),
            "catalogue": _said(found.title, spoken),
            "back": f"/compliance/{found.id}?{urlencode(back)}",
            "here": f"{own}?{here}",
            "history": f"{own}/history?{here}",
            "downloads": _downloads(f"/v1{own}", {"institution": institution, **_pinned(at)}),
            **_told(reading, seen, spoken),
            "groups": _groups(reading, at, asked, spoken),
            "mending": _mending(home, caller, seen, at, f"{own}?{here}", spoken),
            "exempting": _exempting(caller, found, seen, f"{own}?{here}"),
        }

    return page(request, "clause.html", await run_in_threadpool(read))


def _told(reading: Reading, seen: Assessment, spoken: Language) -> dict[str, Any]:
    clause = seen.clause
    return {
        "clause": clause.id,
        "title": _said(clause.title, spoken),
        "requirement": _said(clause.requirement, spoken),
        "source": clause.source,
        "mark": word_of("mark", clause.mark, spoken),
        "name": reading.told[f"name_{spoken}"],
        "institution": seen.institution,
        "status": seen.status,
        "sign": SIGNS[seen.status],
        "word": _said(STATUS_WORDS[seen.status], spoken),
        "next_due": seen.next_due,
        "decision": seen.decision,
        "next_step": None
        if seen.status in (Status.EVIDENCED, Status.NOT_APPLICABLE)
        else _said(clause.next_step, spoken),
    }


def _groups(
    reading: Reading, at: Standpoint, asked: AskedClauses, spoken: Language
) -> list[dict[str, Any]]:
    """The items by bearing, what is wrong first."""
    readable = {fact["position"]: fact["href"] is not None for fact in reading.told["facts"]}
    found = subjects_in(reading.view.columns, reading.rows.rows())
    names = subject_names(at.tape, found, within(asked.scope))
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in reading.rows.head(ROWS_SHOWN).iter_rows(named=True):
        subject = row["subject"]
        told = {
            "subject": subject,
            "name": subject and called(subject, spoken, names),
            "linked": readable.get(row["position"], False),
            "on": row["on"],
            "due": row["due"],
            "what": row["code"] and word_of("code", row["code"], spoken),
            "fact": row[f"fact_{spoken}"],
            "position": row["position"],
        }
        groups.setdefault(row["bearing"], []).append(told)
    return [
        {"word": word_of("bearing", each, spoken), "rows": groups[each], "bearing": each}
        for each in _CASES
        if each in groups
    ]


def _mending(
    home: Home,
    caller: Caller,
    seen: Assessment,
    at: Standpoint,
    back: str,
    spoken: Language,
) -> list[dict[str, Any]]:
    """The commands that mend a cell: short ones as forms, others as links, or who may do them."""
    if seen.status in (Status.EVIDENCED, Status.NOT_APPLICABLE):
        return []
    commands = [BY_NAME[name].command for name in seen.clause.mend]
    unsettled = seen.items.filter(seen.items["bearing"] != str(Bearing.EVIDENCE))
    concerned = subjects_named(at.tape, unsettled["position"])
    mine = [each for each in commands if may_do(caller, each, seen)]
    kinds = {kind for each in mine for kind in kinds_asked(shapes_of(each))}
    offered = subjects_offered(home, at.tape, caller, spoken, kinds, [seen.institution], concerned)
    scoped = None if seen.clause.binds == BUREAU else seen.institution
    return [
        {
            "title": each.ZH if spoken == "zh" else each.EN,
            "roles": [word_of("role", role, spoken) for role in sorted(each.ROLES or ())],
            "may": each in mine,
            "link": f"/forms/{each.NAME}?{urlencode({'back': back})}",
            "form": form_told(each, offered, {}, spoken, scoped)
            if each in mine and is_simple(shapes_of(each))
            else None,
        }
        for each in commands
    ]


def _exempting(caller: Caller, catalogue: Catalogue, seen: Assessment, back: str) -> str | None:
    """Where to propose that the clause does not apply, for those who may."""
    if seen.status is Status.NOT_APPLICABLE or not may_do(caller, RecordDecision, seen):
        return None
    said = {"kind": "not-applicable", "catalogue": catalogue.id, "clause": seen.clause.id}
    return f"/forms/{RecordDecision.NAME}?{urlencode({**said, 'back': back})}"


@router.get("/compliance/{catalogue}/{clause}/history")
async def history_page(
    catalogue: str, clause: str, request: Request, caller: CallerNow
) -> Response:
    """When a cell's status changed, on either time axis."""
    if (turned := switched(request)) is not None:
        return turned
    found = catalogue_named(caller, catalogue)
    chosen = clause_named(found, clause)
    given = read_parameters(request, (*WHERE, "since"))
    asked = asked_clauses(caller, given)
    institution, since = one_institution(asked), read_day("since", given.get("since"))

    def made(at: Standpoint) -> Reading:
        return history_read(found, assessed(found, chosen, institution, at), caller, at, since)

    path = f"/v1/compliance/{found.id}/{chosen.id}/history"
    return await _table_page(request, asked, given, made, path, "")


@router.get("/deadlines")
async def deadlines_page(request: Request, caller: CallerNow) -> Response:
    """Last days ahead and missed, and what was on record when they passed."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, WHERE)
    asked = asked_clauses(caller, given)
    return await _table_page(
        request,
        asked,
        given,
        lambda at: deadlines_read(asked, at),
        "/v1/deadlines",
        "deadlines_text",
    )


async def _table_page(
    request: Request,
    asked: AskedClauses,
    given: Mapping[str, str],
    made: Callable[[Standpoint], Reading],
    path: str,
    about: str,
) -> Response:
    """A table about clauses on the page that views have."""
    home, spoken = request.app.state.home, language(request)

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        reading = made(at)
        other = "_en" if spoken == "zh" else "_zh"
        shown = [
            (place, column)
            for place, column in enumerate(reading.view.columns)
            if not column.name.endswith(other)
        ]
        rows = reading.rows.head(ROWS_SHOWN).rows()
        names = subject_names(at.tape, subjects_in(reading.view.columns, rows), within(asked.scope))
        around = _around(asked, at, given, spoken)
        return {
            **around,
            "title": reading.view.zh if spoken == "zh" else reading.view.en,
            "about": about and WORDS[spoken][about],
            "filters": [
                {
                    "name": "institution",
                    "title": WORDS[spoken]["institution"],
                    "value": around["institution_asked"],
                    "choices": around["institutions"],
                }
            ],
            "downloads": _downloads(path, {**_pinned(at), **_kept(given)}),
            "count": reading.rows.height,
            "columns": heads([column for _, column in shown], spoken),
            "rows": [
                [cell(column, row[place], spoken, names) for place, column in shown] for row in rows
            ],
        }

    return page(request, "view.html", await run_in_threadpool(read))


def _around(
    asked: AskedClauses, at: Standpoint, given: Mapping[str, str], spoken: Language
) -> dict[str, Any]:
    """What every page of clauses says of its moment, and among whom its reader may choose."""
    offered = institutions_within(at.tape, asked.scope)
    names = ("as_of", "known_at", *_THAN)
    return {
        "moment": at.moment,
        "head": at.head,
        "given": {name: given.get(name) for name in names},
        "institutions": [(each, called(each, spoken, offered)) for each in sorted(offered)],
        "institution_asked": asked.institution or "",
        "caveat": _said(CAVEAT, spoken),
    }


def _kept(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given[name] for name in ("institution", "since") if name in given}


def _pinned(at: Standpoint) -> dict[str, str]:
    return {"as_of": str(at.moment.as_of), "known_at": str(at.moment.known_at)}


def _downloads(path: str, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (form.upper(), f"{path}?{urlencode({**asked, 'format': form})}")
        for form in ("csv", "xlsx", "json", "parquet")
    ]


def _said(words: Words, spoken: Language) -> str:
    return words.zh if spoken == "zh" else words.en
