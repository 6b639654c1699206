"""Lists from elsewhere beside the ledger, in the browser: looked at, downloaded, recorded."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.completeness import Comparison, compare, recording
from api.console.audit_tables import Seen
from api.console.audit_words import audit_words
from api.console.cells import called
from api.console.pages import institutions_within
from api.console.rendering import page, switched
from api.console.words import WORDS
from api.exports.cells import word_of
from api.exports.formats import answered
from api.exports.sheets import headline
from api.home import Home
from api.language import language
from api.lists.kinds import COMPARED
from api.parameters import read_parameters
from api.routes.comparisons import asked_of, parts_of
from api.routes.lists import flag, titles_of
from api.statuses import STATUSES
from api.texts import told
from api.uploads import opened
from ledger.comparisons import COMPARERS
from ledger.refusals import Refusal, Refused
from projections.audit_papers import COMPARISONS
from projections.completeness import COLUMNS

_SHOWN: Final = tuple(column.name for column in COLUMNS if column.name != "institution")
_KEPT: Final = ("institution", "kind", "first", "last")
_FILES: Final = ("csv", "xlsx")
_NO_STORE = {"cache-control": "no-store"}

router = APIRouter(include_in_schema=False)


@router.get("/audit/completeness")
async def completeness_page(request: Request, caller: CallerNow) -> Response:
    """The form for a list."""
    if (turned := switched(request)) is not None:
        return turned
    return await _form(request, caller, read_parameters(request, _KEPT))


@router.post("/audit/completeness")
async def compared(request: Request, caller: CallerNow) -> Response:
    """Compare; with `outcome` download the lines, or record what came of the very same file."""
    home: Home = request.app.state.home
    spoken = language(request)
    async with parts_of(request, extra=("outcome", "sha256", "kept")) as given:
        try:
            made = await _compared(request, caller, given)
        except Refusal as refusal:
            if refusal.code is Refused.ROLE_IS_MISSING:
                raise
            return await _form(request, caller, given, refusal)
    outcome = given.get("outcome")
    if outcome in _FILES:
        return await answered(made.told, str(outcome), spoken, {**_NO_STORE})
    if outcome == "record" and given.get("sha256") == made.sha256:
        try:
            good = flag(given, "accept_good")
            asked = recording(home, caller.by, made, None, accept_good=good)
            answer = await request.app.state.writer.handle(asked)
        except Refusal as refusal:
            return await _form(request, caller, given, refusal)
        position = request.state.position = answer.written[0].position
        return RedirectResponse(f"/audit?recorded={position}", 303, _NO_STORE)
    message = WORDS[spoken]["other_file"] if outcome == "record" else ""
    return await _result(request, caller, given, made, message)


async def _compared(request: Request, caller: Caller, given: dict[str, Any]) -> Comparison:
    """The list beside the ledger, kept for what is done with it next: `given` says as what."""
    kept = given.get("sha256") or given.get("kept", "")
    async with opened(request, caller.actor, given.get("file"), kept) as file:
        digest = await request.app.state.uploads.keep(caller.actor, *file)
        given |= {"kept": digest, "filename": file[1]}
        home = request.app.state.home
        return await run_in_threadpool(compare, home, caller.state, asked_of(given, *file))


async def _form(
    request: Request, caller: Caller, given: Mapping[str, Any], refusal: Refusal | None = None
) -> Response:
    need_role(caller, COMPARERS)
    spoken, home = language(request), request.app.state.home
    scope = caller.scope(COMPARERS)
    offered = await run_in_threadpool(lambda: institutions_within(home.reader.tape(), scope))
    unmapped = refusal is not None and refusal.code is Refused.LIST_COLUMNS_ARE_MISSING
    fields = COMPARED[given["kind"]].fields if unmapped else {}
    lines = refusal.values.get("lines", ()) if refusal else ()
    context = {
        "w": audit_words(spoken),
        "given": {name: given.get(name, "") for name in _KEPT},
        "problem": [*told(refusal, spoken), *(each[spoken] for each in lines)] if refusal else None,
        "institutions": [(each, called(each, spoken, offered)) for each in sorted(offered)],
        "kinds": [(code, word_of("kind", code, spoken)) for code in COMPARED],
        "kept": given.get("kept", ""),
        "filename": given.get("filename", ""),
        "said": titles_of(given.get("map", [])),
        "titles": refusal.values["titles"] if refusal and unmapped else [],
        "fields": [(name, f.zh if spoken == "zh" else f.en) for name, f in fields.items()],
    }
    status = STATUSES[refusal.code] if refusal else 200
    return page(request, "audit_completeness.html", context, status=status, headers=_NO_STORE)


async def _result(
    request: Request, caller: Caller, given: Mapping[str, Any], made: Comparison, message: str
) -> Response:
    spoken, home = language(request), request.app.state.home
    # What needs somebody comes first.
    rows = made.reading.rows.sort(pl.col("compared") == "matched", maintain_order=True)

    def read() -> dict[str, Any]:
        seen = Seen.now(home, caller, spoken, COMPARISONS)
        offered = institutions_within(seen.tape, caller.scope(COMPARERS))
        return {
            "institution": called(made.institution, spoken, offered),
            "lines": seen.table(made.reading.view, rows, _SHOWN, mark=_mark),
        }

    context = {
        "w": audit_words(spoken),
        "made": made,
        "message": message,
        "headline": headline(made.reading, spoken),
        "kind": made.kind.zh if spoken == "zh" else made.kind.en,
        "counts": [(word_of("compared", name, spoken), n) for name, n in made.counts.items()],
        "faults": [fault.zh if spoken == "zh" else fault.en for fault in made.faults],
        "hidden": [
            *((name, given[name]) for name in _KEPT if given.get(name)),
            *(("map", pair) for pair in given["map"]),
            ("sha256", made.sha256),
        ],
        **await run_in_threadpool(read),
    }
    return page(request, "audit_compared.html", context, headers=_NO_STORE)


def _mark(row: Mapping[str, Any]) -> str:
    return "duplicate" if row["compared"] == "matched" else "rejected"
