"""The log as anybody may check it: checkpoint, tiles, keys, and the proof of one fact (C2SP)."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api.access import Caller, CallerNow, Pool, visitor
from api.entries import feed, readable
from api.moments import read_number
from api.problems import Fault, RequestFault
from api.rights import Kind, Thing, may_read
from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.merkle import EMPTY_ROOT, Head, includes, inclusion_path
from ledger.notes import parse_note
from ledger.proofs import proof_text
from ledger.refusals import Refusal, Refused
from ledger.sealing import CHECKPOINT
from ledger.shown_log import BytesAreAltered, ShownLog
from ledger.signing_keys import ADOPTED, AdoptedKey, adopted_of
from ledger.tiles import WIDTH, Place, TileFolder, parse_place

CHECKPOINT_SECONDS = 1
"""How long a checkpoint may be kept by who fetches it."""

_IMMUTABLE = {"cache-control": "public, max-age=31536000, immutable"}
_PRIVATE = {"cache-control": "private, max-age=31536000, immutable"}
_SHORT = {"cache-control": f"public, max-age={CHECKPOINT_SECONDS}"}
_ENTRIES = "/log/tile/entries/{path:path}"
_BYTES = "application/octet-stream"

router = APIRouter(tags=["log"])

log = logging.getLogger("zhiheng")


@router.head("/log/checkpoint", include_in_schema=False)
@router.get("/log/checkpoint")
async def checkpoint(request: Request) -> Response:
    """The newest signed checkpoint with its cosignatures; 404 before the first."""
    published, _ = await _published(request)
    return PlainTextResponse(published, headers=_SHORT)


@router.head("/log/vkey", include_in_schema=False)
@router.get("/log/vkey")
async def vkey(request: Request) -> Response:
    """The key that signs now, as one line; 404 while there is none."""
    keys = await _keys(request.app.state.pool)
    if not keys:
        raise HTTPException(404)
    return PlainTextResponse(f"{keys[-1].key}\n", headers=_SHORT)


@router.head("/log/keys", include_in_schema=False)
@router.get("/log/keys")
async def keys(request: Request) -> Response:
    """Every key the log ever had: it signs checkpoints of more than `position` facts."""
    told = [
        {"position": each.position, "vkey": str(each.key)}
        for each in await _keys(request.app.state.pool)
    ]
    return JSONResponse({"keys": told}, headers=_SHORT)


async def _entry_reader(request: Request) -> None:
    """Entries hold everything, so they are for those who read all institutions."""
    caller: Caller | None = await visitor(request)
    if caller is None or not may_read(caller, Thing(Kind.LOG)):
        raise HTTPException(404)


@router.head(_ENTRIES, include_in_schema=False, dependencies=[Depends(_entry_reader)])
@router.get(_ENTRIES, dependencies=[Depends(_entry_reader)])
async def entries(path: str, request: Request) -> Response:
    """A bundle of entries, by the right to read all institutions; 404 for anybody else."""
    return await _tile(request, f"tile/entries/{path}", _PRIVATE)


@router.head("/log/tile/{path:path}", include_in_schema=False)
@router.get("/log/tile/{path:path}")
async def tile(path: str, request: Request) -> Response:
    """A tile of hashes, by its canonical path only."""
    return await _tile(request, f"tile/{path}", _IMMUTABLE)


@router.get("/log/proof/{position}")
async def proof(position: str, request: Request, caller: CallerNow) -> Response:
    """A proof that a readable fact is under the newest checkpoint (`c2sp.org/tlog-proof@v1`)."""
    at = read_number("position", position, default=0, low=0, high=1 << 53)
    pool = request.app.state.pool
    rights = await run_in_threadpool(readable, caller, request.app.state.home.reader)
    found = await feed(
        pool,
        rights,
        after=at - 1,
        known_at=at + 1,
        limit=1,
        topic=None,
        institution=None,
    )
    if not found:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=position)
    if (_folder(request) / CHECKPOINT).exists():
        await _published(request)
    told = await _whole(request, partial(proof_of, _folder(request), at))
    named = {"content-disposition": f'attachment; filename="{at}.tlog-proof"'}
    return PlainTextResponse(told, headers={"cache-control": "no-store", **named})


def proof_of(folder: Path, position: int) -> bytes:
    """The proof file of a position against the published checkpoint.

    Raises Refusal(FACT_IS_NOT_SEALED_YET), and BytesAreAltered where it would prove nothing.
    """
    try:
        published = (folder / CHECKPOINT).read_bytes()
    except FileNotFoundError:
        published = b""
    head = parse_checkpoint(parse_note(published).text).head if published else Head(0, EMPTY_ROOT)
    size = head.size
    if position >= size:
        raise Refusal(Refused.FACT_IS_NOT_SEALED_YET, position=position, sealed=size)
    tiles = TileFolder(folder)
    nodes = partial(tiles.node, size)
    path = inclusion_path(nodes, position, size)
    if not includes(head.root, size, position, nodes(0, position), path):
        raise BytesAreAltered(Place(0, position // WIDTH).path)
    return proof_text(position, path, published)


async def _tile(request: Request, path: str, headers: dict[str, str]) -> Response:
    place: Place | None = parse_place(path)
    if place is None or (place.level is None) != path.startswith("tile/entries/"):
        raise HTTPException(404)
    _, checkpoint = await _published(request)
    shown: ShownLog = request.app.state.shown
    data = await _whole(request, partial(shown.tile, place, checkpoint.head))
    return Response(data, 200, headers, _BYTES)


async def _published(request: Request) -> tuple[bytes, Checkpoint]:
    """The newest checkpoint, by its signature; 404 before the first."""
    state = request.app.state
    published = await _whole(request, state.shown.checkpoint)
    if state.shown.is_signed(published):
        return published, parse_checkpoint(parse_note(published).text)
    adopted = await _keys(state.pool)
    return published, await _whole(request, partial(state.shown.signed, published, adopted))


Made = TypeVar("Made")


async def _whole(request: Request, read: Callable[[], Made]) -> Made:
    """What is read from the log's folder; altered bytes are told here and by `/readyz`."""
    try:
        return await run_in_threadpool(read)
    except (FileNotFoundError, NotADirectoryError):
        raise HTTPException(404) from None
    except BytesAreAltered as altered:
        log.error("a file of the log is altered", extra={"told": {"file": altered.path}})
        raise RequestFault(Fault.LOG_FILE_IS_ALTERED, file=altered.path) from altered


async def _keys(pool: Pool) -> tuple[AdoptedKey, ...]:
    async with pool.connection() as connection:
        cursor = await connection.execute(ADOPTED)
        return adopted_of(await cursor.fetchall())


def _folder(request: Request) -> Path:
    folder: Path = request.app.state.home.settings.log_folder
    return folder
