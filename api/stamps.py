"""What every reading says about itself: the size it was computed from, the head, and an ETag."""

import hashlib
from importlib.metadata import version
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

RELEASE = version("zhiheng")


def stamp(size: int, head: int, *parts: Any) -> dict[str, str]:
    """Headers of a reading. A reading is a function of the log's first `size` facts and `parts`
    (what was asked, by whom), so these make the ETag without computing the reading first."""
    told = orjson.dumps([RELEASE, size, *parts], default=str, option=orjson.OPT_SORT_KEYS)
    return {
        "zhiheng-position": str(size),
        "zhiheng-head": str(head),
        "etag": f'"{hashlib.sha256(told).hexdigest()[:32]}"',
        "cache-control": "private, no-cache",
        "vary": "accept, accept-language, authorization, cookie",
    }


def unchanged(request: Request, headers: dict[str, str]) -> Response | None:
    """304 when the caller has this very reading already."""
    tags = {tag.strip().removeprefix("W/") for tag in _wanted(request).split(",")}
    if headers["etag"] in tags or "*" in tags:
        return Response(status_code=304, headers=headers)
    return None


def _wanted(request: Request) -> str:
    return request.headers.get("if-none-match", "")
