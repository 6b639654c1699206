"""The pages of figures: all of them side by side, what stands behind one, and why it changed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow
from api.console.cells import called
from api.console.figure_cells import FigureTeller, matrix
from api.console.pages import institutions_within
from api.console.rendering import page, switched
from api.figure_answers import explained, one_place, restatement
from api.figure_documents import entry_unit, explained_as_json, restated_as_json
from api.figure_facts import ReaderRights
from api.figure_tables import figures, title_of
from api.figure_telling import entry_text, figure_text
from api.figures import (
    WHERE,
    AskedFigures,
    Standpoint,
    asked_figures,
    indicator_named,
    indicators_for,
    standpoint,
    stood_before,
)
from api.language import Language, language
from api.moments import read_known_at
from api.parameters import read_parameters
from api.readings import rules_in_use
from ledger.refusals import Refusal, Refused
from projections.figure_words import GROUPS
from projections.figures import Indicator, Reducer
from projections.view import OFFICES

ENTRIES_SHOWN: Final = 2_000
_ONE: Final = ("variant", *WHERE)
_REPORT_DUE: Final = (3, 30)
"""Until this day the annual report on the year before is being written."""

router = APIRouter(include_in_schema=False)


@router.get("/figures")
async def figures_page(request: Request, caller: CallerNow) -> Response:
    """All indicators of a period: a column each for the total, the groups and institutions."""
    if (turned := switched(request)) is not None:
        return turned
    given = _given(request, caller, WHERE)
    listed = indicators_for(caller)
    if not listed:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(OFFICES))
    if "institution" in given or "group" in given:
        listed = tuple(each for each in listed if not each.city_only)
    asked = asked_figures(caller, listed, given)
    home, spoken = request.app.state.home, language(request)

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        made = matrix(figures(asked, at).rows, asked, given, spoken)
        pinned = {**given, "as_of": str(at.moment.as_of), "known_at": at.moment.known_at}
        downloads = _downloads("/v1/indicators", pinned)
        around = _around(asked, at, given, spoken)
        return {**around, "places": made.places, "lines": made.lines, "downloads": downloads}

    return page(request, "figures.html", await run_in_threadpool(read))


@router.get("/figures/{code}")
async def figure_page(code: str, request: Request, caller: CallerNow) -> Response:
    """One figure at one place: its entries, the facts behind them, and the way to its changes."""
    if (turned := switched(request)) is not None:
        return turned
    given = _given(request, caller, _ONE)
    asked, spoken = _one(caller, code, given), language(request)
    home, reader = request.app.state.home, ReaderRights.of(caller)

    def read() -> dict[str, Any]:
        at = standpoint(home.reader, asked)
        found = explained(asked, at)
        told = explained_as_json(asked, at, found, reader, limit=ENTRIES_SHOWN)
        shown = told["entries"]
        teller = FigureTeller.of(home, at.tape, reader, spoken, [*shown, *told["facts"]])
        unit = entry_unit(found.indicator)
        pinned = {**given, "as_of": str(at.moment.as_of), "known_at": at.moment.known_at}
        return {
            **_around(asked, at, given, spoken),
            **_titled(found.indicator, spoken),
            "value": figure_text(found.figure, spoken),
            "count": found.entries.height,
            "entries": [teller.entry(each, unit, ("value",)) for each in shown],
            "facts": [teller.fact(each) for each in told["facts"]],
            "downloads": _downloads(f"/v1/indicators/{code}/explain", pinned),
        }

    return page(request, "figure.html", await run_in_threadpool(read))


@router.get("/figures/{code}/restatement")
async def restatement_page(code: str, request: Request, caller: CallerNow) -> Response:
    """Every entry of a figure that changed between two points of knowledge, and why."""
    if (turned := switched(request)) is not None:
        return turned
    given = _given(request, caller, (*_ONE, "until"))
    asked, spoken = _one(caller, code, given), language(request)
    if asked.known_at is None:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="known_at")
    until = replace(asked, known_at=read_known_at(given.get("until"), "until"))
    home, reader = request.app.state.home, ReaderRights.of(caller)

    def read() -> dict[str, Any]:
        later = standpoint(home.reader, until)
        earlier = stood_before(later, home.reader, asked)
        found = restatement(asked, earlier, later)
        told = restated_as_json(asked, earlier, later, found, reader)
        shown = told["changes"][:ENTRIES_SHOWN]
        teller = FigureTeller.of(home, later.tape, reader, spoken, [*shown, *told["facts"]])
        unit, sides = entry_unit(found.indicator), ("before", "after", "change")
        summed = () if found.indicator.reducer is Reducer.MEDIAN else found.parts
        back = {name: text for name, text in given.items() if name not in ("known_at", "until")}
        return {
            **_around(asked, later, given, spoken),
            **_titled(found.indicator, spoken),
            "before": figure_text(found.before, spoken),
            "after": figure_text(found.after, spoken),
            "known": (earlier.moment.known_at, later.moment.known_at),
            "adds_up": found.adds_up,
            "count": found.changes.height,
            "sums": [
                (teller.part(part["part"]), [entry_text(part[side], unit) for side in sides[:2]])
                for part in summed
            ],
            "entries": [teller.entry(each, unit, sides) for each in shown],
            "facts": [teller.fact(each) for each in told["facts"]],
            "back": f"/figures/{code}?{urlencode(back)}",
            "downloads": _downloads(f"/v1/indicators/{code}/restatement", given),
        }

    return page(request, "figure_restated.html", await run_in_threadpool(read))


def _given(request: Request, caller: Caller, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters, for the period usually wanted where none is named."""
    given = read_parameters(request, known)
    given.setdefault("period", str(_usual_year(caller.day)))
    return given


def _usual_year(day: date) -> int:
    return day.year if (day.month, day.day) > _REPORT_DUE else day.year - 1


def _one(caller: Caller, code: str, given: Mapping[str, str]) -> AskedFigures:
    chosen = indicator_named(caller, code, given.get("variant"))
    return one_place(asked_figures(caller, (chosen,), given))


def _around(
    asked: AskedFigures, at: Standpoint, given: Mapping[str, str], spoken: Language
) -> dict[str, Any]:
    """The moment, and the form by which another period, place or moment is chosen."""
    offered = institutions_within(at.tape, asked.scope)
    groups = GROUPS if asked.scope.everywhere else {}
    return {
        "moment": at.moment,
        "rules": rules_in_use(at.tape),
        "head": at.head,
        "given": {name: given.get(name, "") for name in (*_ONE, "until")},
        "whole": asked.scope.everywhere,
        "one_place": asked.institution is not None,
        "institutions": [(code, called(code, spoken, offered)) for code in sorted(offered)],
        "groups": [
            (code, words.zh if spoken == "zh" else words.en) for code, words in groups.items()
        ],
    }


def _downloads(path: str, asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    forms = ("csv", "xlsx", "json", "parquet")
    return [(form.upper(), f"{path}?{urlencode({**asked, 'format': form})}") for form in forms]


def _titled(indicator: Indicator, spoken: Language) -> dict[str, Any]:
    title = title_of(indicator)
    zh = spoken == "zh"
    return {
        "code": indicator.code,
        "title": title.zh if zh else title.en,
        "note": indicator.note_zh if zh else indicator.note_en,
        "source": indicator.source if zh else "",
        "version": indicator.version,
        "has_parts": indicator.reducer is Reducer.RATIO,
        "splits": not indicator.city_only,
    }
