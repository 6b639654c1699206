"""One finding in the browser: its course, the facts it rests on, what comes next, its papers."""

import uuid
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

import orjson
import polars as pl
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Caller, CallerNow, need_role
from api.bodies import read_body
from api.console.audit_tables import Seen
from api.console.audit_words import audit_words
from api.console.cells import Link, called
from api.console.choosers import Choices
from api.console.figure_cells import FigureTeller
from api.console.form_pages import form_told, institutions_of
from api.console.rendering import page, switched
from api.console.telling import Teller
from api.entries import Entry, history, readable
from api.exports.cells import word_of
from api.figure_facts import ReaderRights, facts_told
from api.form_bodies import form_of
from api.language import Language, language
from api.papers.contents import paper_kinds
from api.papers.docx import MEDIA_TYPE
from api.papers.making import AskedPaper, keep, make
from api.parameters import read_parameters
from api.rights import names_for
from ledger.actors import AUDITORS
from ledger.case import Command
from ledger.documents import MakePaper
from ledger.facts import EvidenceKept, WorkingPaperMade
from ledger.findings import CONCERNED, AnswerFinding, CloseFinding, VerifyFinding
from ledger.refusals import Refusal, Refused
from projections.audits import FINDINGS

_NEXT: Final[dict[str, tuple[type[Command], ...]]] = {
    "raised": (AnswerFinding, CloseFinding),
    "answered": (VerifyFinding, AnswerFinding, CloseFinding),
    "not-mended": (AnswerFinding, CloseFinding),
    "mended": (CloseFinding,),
    "closed": (),
}
"""What can be done about a finding at a stage, the usual first."""

Told = tuple[Entry, dict[str, Any]]
_NO_STORE = {"cache-control": "no-store"}

router = APIRouter(include_in_schema=False)


@router.get("/audit/findings/{finding}")
async def finding_page(finding: str, request: Request, caller: CallerNow) -> Response:
    """A finding for those who may read its institution; for others there is none."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, ("recorded",))
    need_role(caller, CONCERNED)
    spoken, home = language(request), request.app.state.home

    def read() -> tuple[Seen, dict[str, Any]]:
        seen = Seen.now(home, caller, spoken, FINDINGS)
        found = seen.rows(FINDINGS, finding=finding)
        if found.is_empty():
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=finding[:80])
        return seen, found.row(0, named=True)

    seen, row = await run_in_threadpool(read)
    pool = request.app.state.pool
    rights = await run_in_threadpool(readable, caller, home.reader)
    entries = await history(pool, rights, finding, seen.moment.known_at, own=False)
    context = {
        "w": audit_words(spoken),
        "finding": row,
        "auditor": bool(caller.roles & AUDITORS),
        "recorded": given.get("recorded"),
        "key": str(uuid.uuid4()),
        "kinds": paper_kinds(spoken),
        "here": f"/audit/findings/{finding}",
        **await run_in_threadpool(_told, seen, row, entries),
    }
    return page(request, "audit_finding.html", context, headers=_NO_STORE)


def _told(seen: Seen, row: dict[str, Any], entries: list[Entry]) -> dict[str, Any]:
    """Everything about the finding in words: where it stands, its course, facts and forms."""
    home, spoken, caller = seen.home, seen.spoken, seen.caller
    rights = ReaderRights.of(caller)
    positions = pl.Series(row["positions"] or [], dtype=pl.Int64)
    facts = facts_told(rights, seen.tape, positions)
    teller = FigureTeller.of(home, seen.tape, rights, spoken, facts)
    told = _course((item, orjson.loads(item.state)) for item in entries)
    about = [each for each in (*row["about"], row["sample"]) if each]
    wanted = {row["institution"], *about, *(entry["actor"] for _, entry in told)}
    names = names_for(seen.tape, wanted, rights.offices)
    return {
        **seen.around(),
        "institution": called(row["institution"], spoken, names),
        "severity": word_of("severity", row["severity"], spoken),
        "stage": word_of("stage", row["stage"], spoken),
        "about": [Link(each, called(each, spoken, names)) for each in about],
        "course": [_step(item, entry, Teller(spoken, names)) for item, entry in told],
        "facts": [teller.fact(each) for each in facts],
        "forms": _forms(caller, row, spoken),
    }


def _course(entries: Iterable[Told]) -> list[Told]:
    """The facts of the finding; that a paper is kept as evidence is told by the paper's own."""
    found = list(entries)
    papers = {e["payload"]["document"] for _, e in found if e["type"] == WorkingPaperMade.TOPIC}
    return [
        (item, entry)
        for item, entry in found
        if entry["type"] != EvidenceKept.TOPIC or entry["payload"]["document"] not in papers
    ]


def _step(item: Entry, entry: dict[str, Any], teller: Teller) -> dict[str, Any]:
    """One step of the course: what, when, by whom, with which outcome and words."""
    payload = entry["payload"]
    outcome, document = payload.get("outcome"), payload.get("document")
    return {
        "position": item.position,
        "title": teller.title(entry["type"]),
        "on": entry["effective"],
        "actor": called(entry["actor"], teller.spoken, teller.names),
        "outcome": outcome and word_of("outcome", outcome, teller.spoken),
        "text": payload.get("body") or payload.get("title") or "",
        "document": document and f"/v1/evidence/{document.removeprefix('evidence:')}",
    }


def _forms(caller: Caller, row: dict[str, Any], spoken: Language) -> list[dict[str, Any]]:
    """The forms of what this person may do about the finding as it stands."""
    finding, institution = row["finding"], row["institution"]
    offered = {"finding": Choices(((finding, row["title"]),))}
    given = {"finding": [finding]}
    return [
        form_told(each, offered, given, spoken, institution)
        for each in _NEXT[row["stage"]]
        if institution in institutions_of(caller, each)
        or caller.scope(each.ROLES or frozenset()).everywhere
    ]


@router.post("/audit/papers")
async def paper(request: Request, caller: CallerNow) -> Response:
    """Make a paper about a finding or a sample, put it on record, and hand out its file."""
    need_role(caller, MakePaper.ROLES or frozenset())
    async with form_of(request) as form:
        given = {name: str(value) for name, value in form.items() if value}
    spoken, home = language(request), request.app.state.home
    told: dict[str, Any] = {name: given[name] for name in ("kind", "institution") if name in given}
    body = {**told, "about": [given.get("about", "")], "language": spoken}
    asked = read_body(AskedPaper, MakePaper.NAME, body)
    made = await run_in_threadpool(make, home, caller, asked)
    writer = request.app.state.writer
    # The page has one key for all its buttons: each kind of paper is a command of its own.
    key = f"{given['command_key']}-{asked.kind}" if "command_key" in given else None
    await keep(home, writer, caller.by, made)
    answer = await writer.handle(home.door.admit(MakePaper.NAME, made.making, caller.by, key))
    request.state.position = answer.written[0].position
    title = quote(f"{made.making['title']}.docx")
    name = f"filename=\"{asked.kind}.docx\"; filename*=UTF-8''{title}"
    headers = {**_NO_STORE, "content-disposition": f"attachment; {name}"}
    return Response(made.data, 200, headers, MEDIA_TYPE)
