"""The log itself: the feed in its order, and the history of one subject."""

from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import CallerNow
from api.entries import Entry, as_json, feed, head, history, readable, voids
from api.filter_values import institution_named
from api.moments import malformed, read_number
from api.parameters import read_parameters
from api.readings import is_own
from api.rights import Kind, scope_of
from api.schemas import query
from api.sizes import size_asked
from api.stamps import stamp, unchanged
from ledger.facts import TOPICS
from ledger.refusals import Refusal, Refused

PAGE, PAGE_MAX = 100, 1_000
NDJSON = "application/x-ndjson"

router = APIRouter(tags=["facts"])

_FEED = ("after", "limit", "type", "institution")


@router.get("/v1/facts", openapi_extra=query(*_FEED))
async def facts(request: Request, caller: CallerNow) -> Response:
    """Readable facts in log order as JSON or NDJSON; `Link: rel="next"` leads on.

    `after` is a position (-1: from the start). `fact` is the stored JSON, byte for byte; of a fact
    that all institutions read, others' readers are not told who and why, which `withheld` says.
    """
    asked = read_parameters(request, _FEED)
    after = read_number("after", asked.get("after"), default=-1, low=-1, high=1 << 53)
    limit = read_number("limit", asked.get("limit"), default=PAGE, low=1, high=PAGE_MAX)
    topic, institution = asked.get("type"), asked.get("institution")
    if topic is not None and topic not in TOPICS:
        raise malformed("type", topic, ", ".join(TOPICS))
    reader = request.app.state.home.reader
    if institution is not None:
        scope = scope_of(caller, Kind.FACT)
        institution = await run_in_threadpool(institution_named, reader, scope, institution)
    pool = request.app.state.pool
    size = await head(pool)
    rights = await run_in_threadpool(readable, caller, request.app.state.home.reader)
    lines = NDJSON in request.headers.get("accept", "")
    headers = stamp(size, size, "facts", asked, lines, rights.parameters())
    if (known := unchanged(request, headers)) is not None:
        return known
    found = await feed(
        pool,
        rights,
        after=after,
        known_at=size,
        limit=limit + 1,
        topic=topic,
        institution=institution,
    )
    if len(found) > limit:
        found = found[:limit]
        following = urlencode({**asked, "after": found[-1].position})
        headers["link"] = f'<{request.url.path}?{following}>; rel="next"'
    if lines:
        return Response(b"".join(as_json(item) + b"\n" for item in found), 200, headers, NDJSON)
    body = b'{"facts":[' + b",".join(as_json(item) for item in found) + b"]}"
    return Response(body, 200, headers, "application/json")


@router.get("/v1/history/{subject}", openapi_extra=query("known_at"))
async def subject_history(subject: str, request: Request, caller: CallerNow) -> Response:
    """One subject's readable facts with who, when, why and evidence; 404 when there is none.

    `voided_by` is the position of the fact that voided this one, null while it counts.
    """
    asked = read_parameters(request, ("known_at",))
    size, newest = await size_asked(request, asked.get("known_at"))
    reader = request.app.state.home.reader
    rights = await run_in_threadpool(readable, caller, reader)
    headers = stamp(size, newest, "history", subject, rights.parameters(), caller.actor)
    if (known := unchanged(request, headers)) is not None:
        return known
    own = await run_in_threadpool(is_own, reader, caller, subject)
    found = await history(request.app.state.pool, rights, subject, size, own=own)
    if not found:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
    body = b'{"subject":%b,"facts":[%b]}' % (orjson.dumps(subject), _lines(found))
    return Response(body, 200, headers, "application/json")


def _lines(found: list[Entry]) -> bytes:
    undone = voids((item.position, orjson.loads(item.state)) for item in found)
    return b",".join(
        as_json(
            item,
            b'"sequence":%d,"voided_by":%b,'
            % (item.sequence, orjson.dumps(undone.get(item.position))),
        )
        for item in found
    )
