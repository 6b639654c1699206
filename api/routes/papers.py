"""Papers for signature over HTTP: made from the ledger, kept as evidence, put on record."""

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import CallerNow, need_role
from api.bodies import read_body, read_json
from api.home import Home
from api.papers.making import AskedPaper, keep, make
from api.preparing import Ready
from api.routes.commands import carried_out, idempotency_key
from api.routes.paths import PATHS
from api.schemas import ACCEPTED
from ledger.documents import MakePaper

router = APIRouter(tags=["paper"], responses={201: ACCEPTED})


@router.post(
    PATHS[MakePaper.NAME],
    name=MakePaper.NAME,
    operation_id=MakePaper.NAME,
    summary=f"{MakePaper.ZH} · {MakePaper.EN}",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": AskedPaper.model_json_schema()}},
        }
    },
)
async def make_paper(request: Request, caller: CallerNow) -> Response:
    """Make a paper about findings or samples; `document` is where its bytes are read."""
    need_role(caller, MakePaper.ROLES or frozenset())
    home: Home = request.app.state.home
    key = idempotency_key(request)
    asked = read_body(AskedPaper, MakePaper.NAME, read_json(await request.body()))
    made = await run_in_threadpool(make, home, caller, asked)
    await keep(home, request.app.state.writer, caller.by, made)
    ready = home.door.admit(MakePaper.NAME, made.making, caller.by, key)
    return await carried_out(request, Ready(ready, {"document": made.keeping["document"]}))
