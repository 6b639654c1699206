"""One POST route for every command, made from its declaration."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import CallerNow, need_role
from api.bodies import HEAVY_BYTES, read_json
from api.preparing import Asked, Ready, prepared
from api.problems import Fault, RequestFault, refused, written_facts, wrong_request
from api.routes.paths import BY_UPLOAD, NOT_BY_HTTP, PATHS
from api.schemas import ACCEPTED, request_body
from api.texts import breach_words
from ledger.commands import DECLARATIONS
from ledger.declaration import Declaration

KEY_LENGTH_MAX = 255

router = APIRouter()


def idempotency_key(request: Request) -> str | None:
    """The caller's key, if any: 1 to 255 visible ASCII characters."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not (0 < len(key) <= KEY_LENGTH_MAX and key.isascii() and key.isprintable()):
        message = "1 to 255 visible ASCII characters"
        wrong = wrong_request("header_malformed", message, "Idempotency-Key")
        raise RequestFault(Fault.REQUEST_IS_MALFORMED, errors=[wrong])
    return key


def route(declaration: Declaration) -> Callable[[Request, CallerNow], Awaitable[Response]]:
    """The handler of one command."""

    async def handle(request: Request, caller: CallerNow) -> Response:
        need_role(caller, declaration.command.ROLES or frozenset())
        data = await request.body()
        heavy = len(data) > HEAVY_BYTES
        body = await run_in_threadpool(read_json, data) if heavy else read_json(data)
        asked = Asked(declaration.name, body, caller, idempotency_key(request), heavy)
        return await carried_out(request, await prepared(asked, request.app))

    return handle


async def carried_out(request: Request, ready: Ready) -> Response:
    """Have a command that was made ready decided, and answer what became of it."""
    answer = await request.app.state.writer.handle(ready.request)
    if answer.written:
        request.state.position = answer.written[0].position
    if answer.refusal is not None:
        return refused(request, answer.refusal, answer)
    shown: dict[str, Any] = {} if answer.replayed else dict(ready.shown)
    shown["facts"] = written_facts(answer.written)
    shown["breaches"] = [breach_words(breach) for breach in answer.breaches]
    headers = {"idempotency-replayed": "true"} if answer.replayed else {}
    return JSONResponse(shown, 201, headers | {"cache-control": "no-store"})


for _declaration in DECLARATIONS:
    if _declaration.name in NOT_BY_HTTP | BY_UPLOAD:
        continue
    router.add_api_route(
        PATHS[_declaration.name],
        route(_declaration),
        methods=["POST"],
        name=_declaration.name,
        operation_id=_declaration.name,
        summary=f"{_declaration.command.ZH} · {_declaration.command.EN}",
        description=_declaration.command.__doc__,
        tags=[_declaration.name.partition(".")[0]],
        status_code=201,
        responses={201: ACCEPTED},
        openapi_extra=request_body(_declaration),
    )
