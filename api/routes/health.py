"""Is the process alive, can it do its work, and how busy is it: for whoever starts and watches it.

None of these asks who is calling, so that the simplest watcher can use them; a proxy keeps them
from outsiders.
"""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "not yet"}})
async def ready(request: Request) -> JSONResponse:
    """200 while the ledger answers; 503 before a story is complete and once asked to stop.

    Before that the body says how far the story got: `played` of `steps`.
    """
    state = request.app.state
    if not state.ready():
        told = {"status": "not ready", **state.progress()}
        return JSONResponse(told, 503, {"retry-after": "1"})
    async with state.pool.connection(timeout=2) as connection:
        await connection.execute("SELECT 1")
    return JSONResponse({"status": "ready"})


@router.get("/metrics", responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Numbers for Prometheus: times, sizes, outcomes; no id and nothing out of the ledger."""
    told = await request.app.state.metrics.exposed()
    return Response(
        told, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"}
    )
