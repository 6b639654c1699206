"""What a witness answers over HTTP: C2SP tlog-witness, its health, and a page for people."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.witness.page import witness_page
from ledger.witness import BODY_BYTES_MAX, Rejected, Rejection, Witness

STATUSES: Mapping[Rejected, int] = {
    Rejected.REQUEST_IS_MALFORMED: 400,
    Rejected.LOG_DID_NOT_SIGN: 403,
    Rejected.LOG_IS_UNKNOWN: 404,
    Rejected.OLD_SIZE_IS_NOT_THE_HELD_ONE: 409,
    Rejected.TREE_DOES_NOT_CONTINUE: 422,
}
SIZE_TYPE = "text/x.tlog.size"

_TOO_LARGE = 413
_Answering = Callable[[Request], Awaitable[Response]]


def create_witness_app(witness: Witness, clock: Callable[[], datetime]) -> Starlette:
    """The service around a witness; `clock` gives real time, which its cosignatures carry."""
    return Starlette(
        routes=[
            Route("/add-checkpoint", _adding(witness, clock), methods=["POST"]),
            Route("/{digest:str}/checkpoint", _showing(witness)),
            Route("/healthz", _health),
            Route("/", _telling(witness)),
        ]
    )


def _adding(witness: Witness, clock: Callable[[], datetime]) -> _Answering:
    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("body_is_too_large\n", _TOO_LARGE)
        try:
            made = await run_in_threadpool(witness.add, body, int(clock().timestamp()))
        except Rejection as rejection:
            return _rejected(rejection)
        return PlainTextResponse(made.line())

    return add_checkpoint


async def _body(request: Request) -> bytes | None:
    """What was sent; None, with the rest left unread, as soon as it is more than may be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            return None
    return bytes(body)


def _rejected(rejection: Rejection) -> Response:
    status = STATUSES[rejection.code]
    if rejection.code is Rejected.OLD_SIZE_IS_NOT_THE_HELD_ONE:
        # Starlette would add a charset to a text type, and the protocol names the bare one.
        answer = Response(f"{rejection.held}\n", status)
        answer.headers["content-type"] = SIZE_TYPE
        return answer
    return PlainTextResponse(f"{rejection.code}\n", status)


def _showing(witness: Witness) -> _Answering:
    async def checkpoint(request: Request) -> Response:
        note = witness.checkpoint(request.path_params["digest"])
        if note is None:
            return PlainTextResponse("log_is_unknown\n", 404)
        return PlainTextResponse(bytes(note), headers={"cache-control": "max-age=5"})

    return checkpoint


async def _health(request: Request) -> Response:
    return PlainTextResponse("ok\n")


def _telling(witness: Witness) -> _Answering:
    async def tell(request: Request) -> Response:
        return witness_page(request, str(witness.signer.verifier), witness.seen())

    return tell
