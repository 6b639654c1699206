"""Drawing a sample in the browser: first from what and how, then what that method needs."""

import uuid
from collections.abc import Mapping
from typing import Any, Final, get_args

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.audit_work import draw_body
from api.console.audit_words import audit_words
from api.console.cells import called
from api.console.form_shapes import Look
from api.console.forms import Field
from api.console.pages import institutions_within, view_filters
from api.console.rendering import page, switched
from api.exports.cells import title_of, word_of
from api.form_bodies import form_of
from api.home import Home
from api.language import Language, language
from api.parameters import read_parameters
from api.readings import view_named, views_for
from api.statuses import STATUSES
from api.texts import told
from ledger.actors import AUDITORS
from ledger.facts.audits import Method
from ledger.money import WrongAmount, parse_yuan
from ledger.policies.audit_sampling import CONFIDENCES
from ledger.refusals import Refusal
from ledger.samples import DrawSample
from projections.view import INSTITUTION, Kind, View

METHODS: Final[tuple[str, ...]] = get_args(Method)
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "random": ("size",),
    "systematic": ("size",),
    "stratified": ("strata", "size"),
    "top": ("amount", "top", "size"),
    "monetary-unit": ("amount", "confidence", "tolerable_fen", "expected_fen"),
}
_WHOLE: Final = ("size", "top", "confidence")
_YUAN: Final = ("tolerable_fen", "expected_fen")
_MOMENT: Final = ("as_of", "known_at")
_FILTER: Final = "filter."
_NO_STORE = {"cache-control": "no-store"}

router = APIRouter(include_in_schema=False)


@router.get("/audit/samples")
async def draw_page(request: Request, caller: CallerNow) -> Response:
    """The form: view, method and institution first; with them, what the method needs."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, ("view", "method", INSTITUTION))
    return await _form(request, caller, given, None)


@router.post("/audit/samples")
async def draw(request: Request, caller: CallerNow) -> Response:
    """Draw, put it on record, and show the sample; what is wrong is said above the form."""
    need_role(caller, AUDITORS)
    async with form_of(request) as form:
        given = {name: str(value) for name, value in form.items() if value}
    home: Home = request.app.state.home
    try:
        body = await run_in_threadpool(draw_body, home.reader, caller, _body(given))
        key = given.get("command_key")
        answer = await request.app.state.writer.handle(
            home.door.admit(DrawSample.NAME, body, caller.by, key)
        )
    except Refusal as refusal:
        return await _form(request, caller, given, refusal)
    request.state.position = answer.written[0].position
    sample = answer.written[0].subjects[0].subject
    return RedirectResponse(f"/audit/samples/{sample}", 303, _NO_STORE)


def _body(given: Mapping[str, str]) -> dict[str, Any]:
    """The form as the body of a draw; what cannot be read goes in as it is, and is refused."""
    own = {name: text for name, text in given.items() if not name.startswith(_FILTER)}
    body: dict[str, Any] = {**own}
    body.pop("command_key", None)
    body |= {name: int(own[name]) for name in _WHOLE if own.get(name, "").isdecimal()}
    for name in _YUAN:
        if name in own:
            body[name] = _fen(own[name])
    filters = {
        name.removeprefix(_FILTER): text for name, text in given.items() if name.startswith(_FILTER)
    }
    return {**body, "filters": filters}


def _fen(text: str) -> int | str:
    try:
        return parse_yuan(text)
    except WrongAmount:
        return text


async def _form(
    request: Request, caller: Caller, given: Mapping[str, str], refusal: Refusal | None
) -> Response:
    need_role(caller, AUDITORS)
    spoken, home = language(request), request.app.state.home
    w = audit_words(spoken)
    views = [view for view in views_for(caller) if not view.needs]
    chosen = view_named(caller, given["view"]) if given.get("view") else None
    method = given.get("method", "")
    scope = caller.scope(AUDITORS)
    offered = await run_in_threadpool(lambda: institutions_within(home.reader.tape(), scope))
    ready = chosen is not None and method in METHODS
    context: dict[str, Any] = {
        "w": w,
        "problem": told(refusal, spoken) if refusal else None,
        "view": chosen.name if chosen else "",
        "method": method,
        "institution": given.get(INSTITUTION, ""),
        "views": [(each.name, each.zh if spoken == "zh" else each.en) for each in views],
        "methods": [(each, word_of("method", each, spoken), w[each]) for each in METHODS],
        "whole": scope.everywhere,
        "institutions": [(each, called(each, spoken, offered)) for each in sorted(offered)],
        "fields": [],
        "narrowing": [],
        "key": str(uuid.uuid4()),
    }
    if ready and chosen is not None:
        context["fields"] = _fields(chosen, method, given, w, spoken)
        context["narrowing"] = _narrowing(chosen, given, spoken)
    status = STATUSES[refusal.code] if refusal else 200
    return page(request, "audit_draw.html", context, status=status, headers=_NO_STORE)


def _fields(
    view: View, method: str, given: Mapping[str, str], w: dict[str, str], spoken: Language
) -> list[Field]:
    """What the method needs, then seed and moment; an amount column also where it may be given."""
    money = [(c.name, title_of(c, spoken)) for c in view.columns if c.kind is Kind.FEN]
    plain = [
        (c.name, title_of(c, spoken))
        for c in view.columns
        if c.kind in (Kind.CODE, Kind.SUBJECT, Kind.DATE, Kind.TEXT, Kind.FLAG)
    ]
    looks = {
        "amount": (Look.CHOICE, tuple(money)),
        "strata": (Look.CHOICE, tuple(plain)),
        "confidence": (Look.CHOICE, tuple((str(each), f"{each}%") for each in CONFIDENCES)),
        "size": (Look.NUMBER, ()),
        "top": (Look.NUMBER, ()),
        "tolerable_fen": (Look.YUAN, ()),
        "expected_fen": (Look.YUAN, ()),
        "seed": (Look.TEXT, ()),
        "as_of": (Look.DATE, ()),
        "known_at": (Look.TEXT, ()),
    }
    needed = (*_NEEDS[method], "seed")
    also = () if "amount" in needed else ("amount",)
    usual = {"expected_fen": "0", "confidence": "95"}
    return [
        Field(
            name,
            w["top_size" if name == "top" else name],
            looks[name][0],
            name in needed,
            (given.get(name, usual.get(name, "")),),
            looks[name][1],
        )
        for name in (*_NEEDS[method], *also, "seed", *_MOMENT)
    ]


def _narrowing(view: View, given: Mapping[str, str], spoken: Language) -> list[Field]:
    own = {
        name.removeprefix(_FILTER): text for name, text in given.items() if name.startswith(_FILTER)
    }
    return [
        Field(
            f"{_FILTER}{each['name']}",
            each["title"],
            Look.CHOICE if each["choices"] else Look.TEXT,
            False,
            (own.get(each["name"], ""),),
            tuple(each["choices"]),
        )
        for each in view_filters(view, own, {}, spoken)
        if each["name"] != INSTITUTION
    ]
