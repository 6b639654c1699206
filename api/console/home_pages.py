"""The first page: what waits for its reader, what can be begun, and the registers below."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import VisitorNow
from api.clock import SimulatedClock
from api.console.abouts import ABOUTS
from api.console.rendering import page, switched
from api.console.telling import shanghai
from api.console.waiting import beginnings, waiting
from api.home import Home
from api.language import Language, language
from api.readings import views_for
from ledger.case import business_day
from ledger.facts import LogOpened
from projections.view import View

router = APIRouter(include_in_schema=False)


@router.get("/")
async def first_page(request: Request, caller: VisitorNow) -> Response:
    """What waits for this person and what they may read; for strangers, how to come in."""
    if (turned := switched(request)) is not None:
        return turned
    home: Home = request.app.state.home
    spoken, onlooker = language(request), request.app.state.onlooker
    if caller is None:
        simulated = isinstance(home.clock, SimulatedClock)
        return page(request, "stranger.html", {"simulated": simulated})
    tape = await run_in_threadpool(home.reader.tape)
    clocks = tape.frame(LogOpened).select("clock").collect().to_series()
    recorded = tape.last_recorded()
    context: dict[str, Any] = {
        "views": [_listed(view, spoken) for view in views_for(caller) if not view.needs],
        "waiting": await run_in_threadpool(waiting, home, onlooker, caller, spoken),
        "begins": beginnings(caller, spoken),
        "day": business_day(home.clock()),
        "size": tape.size,
        "last_recorded": shanghai(recorded) if recorded else None,
        "simulated": "simulated" in clocks,
    }
    return page(request, "home.html", context)


def _listed(view: View, spoken: Language) -> dict[str, str]:
    at = 0 if spoken == "zh" else 1
    about = ABOUTS.get(view.name, ("", ""))[at]
    return {"name": view.name, "title": (view.zh, view.en)[at], "about": about}
