"""What every reading says about itself: the size it was computed from, the head, and an ETag."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response

RELEASE = version("zhiheng")
PACKAGES: Final = ("api", "compliance", "ledger", "projections")
"""What answers are computed by."""


class Code(NamedTuple):
    """Which version of the program answered: its release, and a digest of all its files."""

    release: str
    digest: str


def code_in(folder: Path) -> str:
    """SHA-256 in hex over the packages in a folder: path and SHA-256 of each file, by path."""
    whole = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((folder / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(folder).as_posix()
                own = hashlib.sha256(path.read_bytes()).hexdigest()
                whole.update(f"{own}  {name}\n".encode())
    return whole.hexdigest()


CODE: Final = Code(RELEASE, code_in(Path(__file__).parent.parent))


def stamp(size: int, head: int, *parts: Any) -> dict[str, str]:
    """Headers of a reading. A reading is a function of the log's first `size` facts and `parts`
    (what was asked, by whom), so these make the ETag without computing the reading first."""
    told = orjson.dumps([*CODE, size, *parts], default=str, option=orjson.OPT_SORT_KEYS)
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
