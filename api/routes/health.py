"""Is the process alive, can it do its work, and how busy is it: for whoever starts and watches it.

None of these asks who is calling, so that the simplest watcher can use them; a proxy keeps them
from outsiders.
"""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.readiness import troubles

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "not yet, or not all of it"}})
async def ready(request: Request) -> JSONResponse:
    """200 while all works; 503 before a story is complete, once asked to stop, and in trouble.

    Before the end of a story the body says how far it got: `played` of `steps`; in trouble it names
    what is wrong, in `troubles`.
    """
    state = request.app.state
    if not state.ready():
        told = {"status": "not ready", **state.progress()}
        return JSONResponse(told, 503, {"retry-after": "1"})
    if found := await troubles(state):
        told = {"status": "not ready", "troubles": [each._asdict() for each in found]}
        return JSONResponse(told, 503, {"retry-after": "1"})
    return JSONResponse({"status": "ready"})


@router.get("/metrics", responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Numbers for Prometheus: times, sizes, outcomes; no id and nothing out of the ledger."""
    told = await request.app.state.metrics.exposed()
    return Response(
        told, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"}
    )
