"""The reward funds as desks: claims by stage, several of them done together after one look."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.console.audit_tables import Seen
from api.console.batches import CLAIMS_MAX, Batch, Sums, Verdict, looked_at, written
from api.console.cells import called, grouped_yuan
from api.console.flow_words import flow_words
from api.console.form_pages import safe_path, sent_fields
from api.console.forms import fields_of
from api.console.fund_stages import BATCHED, amount_fen, amounts, claims_seen, fund_seen, funds_told
from api.console.rendering import here, page, switched
from api.language import Language, language
from api.parameters import read_parameters
from api.texts import told
from ledger.case import Command
from ledger.refusals import Refusal, Refused
from ledger.reward_fund_state import Fund
from projections.reward_claims import REWARD_CLAIMS
from projections.subject_names import subject_names

_NO_STORE: Final = {"cache-control": "no-store"}
_OWN: Final = frozenset({"claims", "command_key", "again", "confirmed", "look"})
"""Fields of the form itself."""

_ASIDE: Final = ("reason", "evidence")

router = APIRouter(include_in_schema=False)


@router.get("/funds")
async def funds(request: Request, caller: CallerNow) -> Response:
    """The reward funds; a single one leads on to its page."""
    if (turned := switched(request)) is not None:
        return turned
    read_parameters(request, ())
    need_role(caller, REWARD_CLAIMS.reads)
    spoken, state = language(request), request.app.state

    def read() -> list[dict[str, Any]]:
        return funds_told(Seen.now(state.home, caller, spoken, REWARD_CLAIMS), state.onlooker)

    found = await run_in_threadpool(read)
    if len(found) == 1:
        return RedirectResponse(found[0]["href"], 303, _NO_STORE)
    context = {"w": flow_words(spoken), "funds": found}
    return page(request, "funds.html", context, headers=_NO_STORE)


@router.get("/funds/{fund}")
async def fund_page(fund: str, request: Request, caller: CallerNow) -> Response:
    """A fund's claims by stage, and what this reader may do to them."""
    if (turned := switched(request)) is not None:
        return turned
    read_parameters(request, ())
    need_role(caller, REWARD_CLAIMS.reads)
    return await _fund(request, caller, fund, here(request))


async def _fund(
    request: Request, caller: Caller, fund: str, back: str, message: str = ""
) -> Response:
    spoken, state = language(request), request.app.state

    def read() -> dict[str, Any]:
        seen = Seen.now(state.home, caller, spoken, REWARD_CLAIMS)
        found = fund_seen(seen, state.onlooker, fund, back)
        if found is None:
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=fund[:80])
        name = called(fund, spoken, subject_names(seen.tape, [fund]))
        return {"seen": found, "name": name, "amounts": amounts(found.state)}

    context = {
        **await run_in_threadpool(read),
        "w": flow_words(spoken),
        "fund": fund,
        "message": message,
        "key": str(uuid.uuid4()),
    }
    return page(request, "fund.html", context, headers=_NO_STORE)


@router.post("/funds/{fund}/{name}")
async def together(fund: str, name: str, request: Request, caller: CallerNow) -> Response:
    """One act for the claims that were ticked: filled in, looked at, then written one by one."""
    command = BATCHED.get(name)
    if command is None:
        raise Refusal(Refused.COMMAND_IS_UNKNOWN, command=name[:80])
    need_role(caller, command.ROLES or frozenset())
    given, spoken = await sent_fields(request), language(request)
    names, by_hand = await run_in_threadpool(_claims, request, caller, fund, spoken)
    chosen = tuple(dict.fromkeys(each for each in given.get("claims", ()) if each in names))
    if not chosen:
        back, words = f"/funds/{fund}", flow_words(spoken)
        return await _fund(request, caller, fund, back, words["tick_one"])
    answers = {key: value for key, value in given.items() if key not in _OWN}
    key = next(iter(given.get("command_key", ())), "")
    batch = Batch(command, chosen[:CLAIMS_MAX], answers, caller, key, by_hand)
    told_batch = _Told(request, fund, batch, names, spoken)
    if "again" in given or not batch.complete:
        return told_batch.page("fields")
    try:
        if "confirmed" in given:
            return told_batch.page("done", await written(batch, request.app, spoken))
        verdicts, sums = await looked_at(batch, request.app, fund, spoken)
    except Refusal as refusal:
        return told_batch.page("fields", problem=told(refusal, spoken))
    return told_batch.page("look", verdicts, sums=sums)


def _claims(
    request: Request, caller: Caller, fund: str, spoken: Language
) -> tuple[dict[str, str], bool]:
    """The claims of a fund that the caller may see, by what they are called, and whether the fund
    is awarded by hand."""
    state = request.app.state
    seen = Seen.now(state.home, caller, spoken, REWARD_CLAIMS)
    rows = claims_seen(seen, fund)
    columns = ("institution", "contract", "counterparty")
    names = subject_names(seen.tape, {row[each] for row in rows for each in columns})
    states = state.onlooker.states([fund, *(row["reward"] for row in rows)])
    yuan = flow_words(spoken)["amount_yuan"]
    told_claims = {
        row["reward"]: " · ".join(
            (
                *(called(row[each], spoken, names) for each in columns),
                yuan.format(amount=grouped_yuan(amount_fen(states[row["reward"]]))),
            )
        )
        for row in rows
    }
    state_now = states[fund]
    terms = state_now.terms if isinstance(state_now, Fund) else None
    return told_claims, terms is not None and terms.over_cap == "manual"


class _Told:
    """The pages of one batch: its fields, a look at it, and what became of it."""

    def __init__(
        self,
        request: Request,
        fund: str,
        batch: Batch,
        names: Mapping[str, str],
        spoken: Language,
    ) -> None:
        self._request, self._fund, self._batch = request, fund, batch
        self._names, self._spoken = names, spoken

    def page(
        self,
        shows: str,
        verdicts: list[Verdict] | None = None,
        *,
        sums: Sums | None = None,
        problem: tuple[str, ...] = (),
    ) -> Response:
        """One of the three pages: `shows` is fields, look or done."""
        batch, spoken = self._batch, self._spoken
        act = _title(batch.command, spoken)
        fields = fields_of(batch.shapes, {}, batch.given, spoken)
        rows = verdicts or [Verdict(claim, (), ()) for claim in batch.claims]
        sent = [("claims", claim) for claim in batch.claims]
        sent += [(key, text) for key, texts in batch.given.items() for text in texts]
        context = {
            "w": flow_words(spoken),
            "shows": shows,
            "title": act,
            "heading": flow_words(spoken)["batch_title"].format(act=act, count=len(batch.claims)),
            "action": f"/funds/{self._fund}/{batch.command.NAME}",
            "back": safe_path(f"/funds/{self._fund}"),
            "key": batch.key or str(uuid.uuid4()),
            "fields": [each for each in fields if each.required or each.name not in _ASIDE],
            "more": [each for each in fields if not each.required and each.name in _ASIDE],
            "sent": sent,
            "claims": batch.claims,
            "rows": [(self._names[each.reward], each) for each in rows],
            "can": sum(bool(each.facts) for each in rows),
            "sums": _yuan(sums) if sums and sums.asked_fen else None,
            "problem": problem,
        }
        return page(self._request, "batch.html", context, headers=_NO_STORE)


def _yuan(sums: Sums) -> dict[str, str]:
    return {
        "cap": grouped_yuan(sums.cap_fen),
        "before": grouped_yuan(sums.before_fen),
        "after": grouped_yuan(sums.after_fen),
        "asked": grouped_yuan(sums.asked_fen),
        "over": grouped_yuan(sums.over_fen) if sums.over_fen else "",
    }


def _title(command: type[Command], spoken: Language) -> str:
    return command.ZH if spoken == "zh" else command.EN
