"""The evidence store in the browser: what is kept, and the form that keeps more."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.console.audit_pages import document_path
from api.console.audit_tables import Seen
from api.console.audit_words import audit_words
from api.console.cells import called
from api.console.pages import institutions_within
from api.console.rendering import page, switched
from api.evidence import keeping
from api.home import Home
from api.language import language
from api.parameters import read_parameters
from api.routes.audit_work import brought
from api.statuses import STATUSES
from api.texts import told
from ledger.actors import EVIDENCE_KEEPERS
from ledger.findings import CONCERNED
from ledger.refusals import Refusal, Refused
from projections.audit_papers import EVIDENCE

_SHOWN: Final = (
    "title",
    "institution",
    "media_type",
    "size_bytes",
    "about",
    "kept_on",
    "kept_by",
    "sha256",
)
_NO_STORE = {"cache-control": "no-store"}

router = APIRouter(include_in_schema=False)


@router.get("/audit/evidence")
async def evidence_page(request: Request, caller: CallerNow) -> Response:
    """Every document the reader may have, the newest first; `about` fills the form's field."""
    if (turned := switched(request)) is not None:
        return turned
    return await _evidence(request, caller, read_parameters(request, ("recorded", "about")), None)


@router.post("/audit/evidence")
async def keep(request: Request, caller: CallerNow) -> Response:
    """Keep a document; what is wrong with it is said above the form."""
    home: Home = request.app.state.home
    try:
        given = await brought(request)
        lines = tuple(line.strip() for text in given.about for line in text.splitlines())
        document = replace(given, about=tuple(line for line in lines if line))
        asked = await run_in_threadpool(keeping, home, caller, document)
        answer = await request.app.state.writer.handle(asked)
    except Refusal as refusal:
        if refusal.code is Refused.ROLE_IS_MISSING:
            raise
        return await _evidence(request, caller, {}, refusal)
    position = request.state.position = answer.written[0].position
    return RedirectResponse(f"/audit/evidence?recorded={position}", 303, _NO_STORE)


async def _evidence(
    request: Request, caller: Caller, given: dict[str, str], refusal: Refusal | None
) -> Response:
    need_role(caller, EVIDENCE_KEEPERS)
    spoken, home = language(request), request.app.state.home

    def read() -> dict[str, Any]:
        seen = Seen.now(home, caller, spoken, EVIDENCE)
        offered = institutions_within(seen.tape, caller.scope(EVIDENCE_KEEPERS))
        rows = seen.rows(EVIDENCE).reverse()
        return {
            **seen.around(),
            "institutions": [(each, called(each, spoken, offered)) for each in sorted(offered)],
            "documents": seen.table(EVIDENCE, rows, _SHOWN, {"title": document_path}),
        }

    context = {
        "w": audit_words(spoken),
        "at_desk": bool(caller.roles & CONCERNED),
        "about": given.get("about", ""),
        "recorded": given.get("recorded"),
        "problem": told(refusal, spoken) if refusal else None,
        **await run_in_threadpool(read),
    }
    status = STATUSES[refusal.code] if refusal else 200
    return page(request, "audit_evidence.html", context, status=status, headers=_NO_STORE)
