"""The page of what changed in a view between two moments, and the facts behind it."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import CallerNow
from api.console.cells import Cell, Names, cell, heads, subjects_in
from api.console.figure_cells import FigureTeller
from api.console.pages import ROWS_SHOWN, institutions_within, view_filters
from api.console.person_names import person_names
from api.console.rendering import page, switched
from api.exports.cells import title_of
from api.figure_facts import ReaderRights
from api.language import Language, language
from api.parameters import read_parameters
from api.readings import Reading, view_named
from api.rights import names_for, reads_facts
from api.view_differences import compared, differing, parameters_of_diff, value_of
from projections.differences import Differences
from projections.view import OFFICES_SEEING_PERSONS, View

router = APIRouter(include_in_schema=False)


@router.get("/views/{name}/diff")
async def diff_page(name: str, request: Request, caller: CallerNow) -> Response:
    """Two moments to choose, every value that differs between them, and the facts since."""
    if (turned := switched(request)) is not None:
        return turned
    view = view_named(caller, name)
    given = read_parameters(request, parameters_of_diff(view))
    home, spoken = request.app.state.home, language(request)

    def read() -> dict[str, Any]:
        both = compared(home.reader, caller, view, given, partial(person_names, home))
        reading = differing(home.reader, caller, both)
        tape, scope = both.tapes[1], both.asked[1].scope
        lines = reading.rows.head(ROWS_SHOWN).rows()
        values = _values(view, lines)
        found = subjects_in(view.columns, values)
        names = names_for(tape, found, scope)
        if view.reads <= OFFICES_SEEING_PERSONS:
            names |= person_names(home, found)
        facts = reading.told["facts"]
        teller = FigureTeller.of(home, tape, ReaderRights.of(caller), spoken, facts)
        offered = institutions_within(tape, scope)
        return {
            "filters": view_filters(view, given, offered, spoken),
            "between": (*both.moments,),
            "rules": reading.rules,
            "count": reading.rows.height,
            "columns": heads(reading.view.columns, spoken),
            "rows": _rows(reading, lines, names, spoken, linked=reads_facts(caller)),
            "facts": [teller.fact(each) for each in facts],
        }

    around = {
        "title": view.zh if spoken == "zh" else view.en,
        "given": {each: given.get(each, "") for each in ("known_at", "until", "as_of")},
        "downloads": [
            (form.upper(), f"/v1/views/{name}/diff?{urlencode({**given, 'format': form})}")
            for form in ("csv", "xlsx", "json", "parquet")
        ],
        "back": f"/views/{name}",
    }
    return page(request, "view_diff.html", {**around, **await run_in_threadpool(read)})


def _values(view: View, lines: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of the view with what differs alone: from them its subjects are known."""
    own = {column.name: place for place, column in enumerate(view.columns)}
    made = []
    for line in lines:
        key, (_, name, *sides, _) = line[: len(view.key)], line[len(view.key) :]
        column = view.columns[own[name]]
        for side in sides:
            told = {**dict(zip(view.key, key, strict=True)), name: value_of(column, side)}
            made.append(tuple(told.get(each.name) for each in view.columns))
    return made


def _rows(
    reading: Reading,
    lines: list[tuple[Any, ...]],
    names: Names,
    spoken: Language,
    *,
    linked: bool,
) -> list[tuple[list[Cell], list[int]]]:
    """Cells of every value that differs, and the positions of the facts behind it."""
    assert isinstance(reading.view, Differences)
    own = {column.name: column for column in reading.view.view.columns}
    *columns, change, _, _, _, _ = reading.view.columns
    made = []
    for line in lines:
        *key, kind, name, before, after, positions = line
        cells = [
            *(
                cell(column, value, spoken, names, linked=linked)
                for column, value in zip(columns, key, strict=True)
            ),
            cell(change, kind, spoken, names),
            Cell(title_of(own[name], spoken), "whole"),
            *(
                cell(own[name], value_of(own[name], side), spoken, names, linked=linked)
                for side in (before, after)
            ),
        ]
        made.append((cells, positions))
    return made
