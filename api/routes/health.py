"""Is the process alive, and can it do its work: for whoever starts and watches it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "not yet"}})
async def ready(request: Request) -> JSONResponse:
    """200 once the ledger answers and the story, if one is played, is complete; else 503."""
    state = request.app.state
    if not state.ready():
        return JSONResponse({"status": "starting"}, 503, {"retry-after": "1"})
    async with state.pool.connection(timeout=2) as connection:
        await connection.execute("SELECT 1")
    return JSONResponse({"status": "ready"})
