"""The desk: money from the bank's line to its contracts, and bank files before they are taken in.

Claiming a line leads on to the page of its receipt, where it is set against what its payer owes.
"""

import uuid
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.console.audit_tables import Seen
from api.console.cells import called, grouped_yuan
from api.console.desk_receipts import (
    address,
    claim_address,
    may_book,
    receipt_told,
    reversals,
    waiting,
)
from api.console.flow_words import flow_words
from api.console.form_pages import carried_on, sent_fields
from api.console.rendering import here, page, switched
from api.console.words import WORDS
from api.desk import READS_DESK
from api.form_bodies import form_of
from api.imports.intake import Taken
from api.imports.verdicts import line_as_json, preview_as_json, same_money_line, told_lines
from api.language import language
from api.lists.tables import digest
from api.parameters import read_parameters
from api.rights import Kind, Thing, desk_of, may_read
from api.routes.statements import Upload, desk_page, lines_as_json, take_in
from api.uploads import opened
from ledger.accounts import FINANCE_CLERKS
from ledger.allocations import FINANCE_APPROVERS, AllocateReceipt
from projections.receipts import RECEIPTS
from projections.subject_names import subject_names

LINES_SHOWN = 100
_FIELDS_MAX = 4

router = APIRouter(include_in_schema=False)


@router.get("/desk")
async def desk(request: Request, caller: CallerNow) -> Response:
    """What waits at the person's institution: lines to claim, receipts to allocate or confirm."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, ("institution", "after"))
    institution = desk_of(caller, given.get("institution"))
    return await _desk(request, caller, institution, given.get("after"), here(request))


async def _desk(
    request: Request,
    caller: Caller,
    institution: str,
    after: str | None,
    back: str,
    message: str = "",
) -> Response:
    home, onlooker = request.app.state.home, request.app.state.onlooker
    found = await run_in_threadpool(desk_page, home, caller, institution, after, LINES_SHOWN)
    wanted = {subject for line in found.lines for subject in line.suggested}
    names = await run_in_threadpool(lambda: subject_names(home.reader.tape(), wanted))
    spoken, books = language(request), may_book(caller, institution)
    lines = [
        {
            **line,
            "amount": grouped_yuan(line["amount_fen"]),
            "likely": [called(each, spoken, names) for each in line["suggested"]],
            "claim": claim_address(line["receipt"], institution, line["suggested"])
            if books
            else None,
        }
        for line in lines_as_json(found)
    ]

    def claimed() -> dict[str, Any]:
        seen = Seen.now(home, caller, spoken, RECEIPTS)
        kinds = waiting(seen, onlooker, institution, back)
        return {**kinds, "reversals": reversals(seen, onlooker, institution)}

    context = {
        "w": flow_words(spoken),
        "message": message,
        "lines": lines,
        "next": f"/desk?institution={institution}&after={found.next}" if found.next else None,
        "institution": institution,
        "with_texts": may_read(caller, Thing(Kind.TEXT, institution)),
        "may_import": books,
        "approves": institution in caller.scope(FINANCE_APPROVERS).institutions,
        **await run_in_threadpool(claimed),
    }
    return page(request, "desk.html", context, headers=_NO_STORE)


@router.get("/desk/receipts/{receipt}")
async def receipt_page(receipt: str, request: Request, caller: CallerNow) -> Response:
    """A claimed receipt: what is left of it, what its payer owes, and what else can be done.

    What nobody claimed is still on the desk: whoever turns back from claiming it lands there.
    """
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, ("fill",))
    need_role(caller, READS_DESK)
    state, spoken = request.app.state, language(request)
    found = await run_in_threadpool(
        lambda: receipt_told(
            state.home,
            state.onlooker,
            caller,
            spoken,
            receipt,
            by_share=given.get("fill") == "share",
        )
    )
    if found is None:
        return RedirectResponse("/desk", 303, _NO_STORE)
    context = {**found, "w": flow_words(spoken), "key": str(uuid.uuid4())}
    return page(request, "receipt.html", context, headers=_NO_STORE)


@router.post("/desk/receipts/{receipt}/allocate")
async def allocate(receipt: str, request: Request, caller: CallerNow) -> Response:
    """Lead on to the form of an allocation with those rows that were given an amount."""
    need_role(caller, FINANCE_CLERKS)
    given = await sent_fields(request)
    left_out = tuple(
        f"{name.removesuffix('amount_fen')}"
        for name, texts in given.items()
        if name.endswith(".amount_fen") and not "".join(texts).strip()
    )
    kept = {n: texts for n, texts in given.items() if not (left_out and n.startswith(left_out))}
    said = {"receipt": [receipt], "back": [address(receipt)]}
    return await carried_on(request, caller, AllocateReceipt, {**kept, **said})


_NO_STORE = {"cache-control": "no-store"}


@router.post("/desk/import")
async def import_file(request: Request, caller: CallerNow) -> Response:
    """Preview a bank file; with the digest of what was previewed, take that same file in."""
    need_role(caller, FINANCE_CLERKS)
    words = WORDS[language(request)]
    async with form_of(request, files=1, fields=_FIELDS_MAX) as form:
        told = {name: str(form.get(name) or "") for name in ("institution", "sha256")}
        good = form.get("accept_good") == "true"
        async with opened(request, caller.actor, form.get("file"), told["sha256"]) as file:
            confirmed = told["sha256"] == digest(file[0])
            upload = Upload(
                *file, told["institution"] or None, accept_good=good, dry_run=not confirmed
            )
            taken = await run_in_threadpool(take_in, request.app.state.home, caller.by, upload)
            if not confirmed:
                await request.app.state.uploads.keep(caller.actor, *file)
    if not confirmed:
        message = words["other_file"] if told["sha256"] else ""
        return _previewed(request, upload.filename, taken, message)
    counts = preview_as_json(taken.preview)
    message = words["imported"].format(**counts)
    return await _desk(request, caller, taken.preview.institution, None, "/desk", message)


def _previewed(request: Request, filename: str, taken: Taken, message: str) -> Response:
    found, told = preview_as_json(taken.preview), told_lines(taken.preview.verdicts)
    spoken = language(request)
    context = {
        "filename": filename,
        "message": message,
        "found": found,
        "credit": grouped_yuan(found["credit_fen"]),
        "debit": grouped_yuan(found["debit_fen"]),
        "rule": same_money_line(taken.preview, spoken),
        "lines": [_line(line_as_json(verdict), spoken) for verdict in told],
        "count": len(taken.preview.verdicts),
    }
    return page(request, "preview.html", context, headers=_NO_STORE)


def _line(line: dict[str, Any], spoken: str) -> dict[str, Any]:
    amount = line.get("amount_fen")
    return {
        "line": line["line"],
        "verdict": line["verdict"],
        "value_date": line.get("value_date", ""),
        "order": amount,
        "amount": grouped_yuan(amount) if amount is not None else "",
        "payer": line.get("payer", ""),
        "remittance": line.get("remittance", ""),
        "note": line.get(spoken, ""),
    }
