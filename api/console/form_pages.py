"""Commands as forms in the browser: filled in, sent through the same door as programs use."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.console.cells import called
from api.console.choosers import Choosing, Offered, choices
from api.console.form_shapes import Form, shapes_of
from api.console.forms import AGAIN, Field, fields_of
from api.console.looks import look_told
from api.console.rendering import page, switched
from api.console.sheets import Sheet, sheet_of
from api.door import declared
from api.form_bodies import form_of
from api.language import Language, language
from api.preparing import Asked, looked, prepared
from api.problems import written_facts
from api.routes.paths import BY_UPLOAD, NOT_BY_HTTP
from api.statuses import STATUSES
from api.texts import breach_words, told
from ledger.case import Command
from ledger.facts import TOPICS
from ledger.looking import Look
from ledger.refusals import Refusal, Refused
from projections.fact_titles import TITLES, Title
from projections.subject_names import subject_names

_NO_STORE = {"cache-control": "no-store"}
_OWN = ("command_key", "back", "institution", "confirmed")
"""Fields of the form itself."""

router = APIRouter(include_in_schema=False)


@router.get("/forms/{name}")
async def form_page(name: str, request: Request, caller: CallerNow) -> Response:
    """The form of a command; query parameters fill fields in beforehand."""
    if (turned := switched(request)) is not None:
        return turned
    command = _command(name, caller)
    given: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        given.setdefault(key, []).append(value)
    sheet = await sheet_of(request, caller, command, given, sent=False)
    return await _asked_again(request, caller, sheet, None)


@router.post("/forms/{name}")
async def send(name: str, request: Request, caller: CallerNow) -> Response:
    """Show what the command would write; once that is confirmed, have it written.

    Then back to where it was asked for, unless there is something to tell. The form's own key
    stands for the command, so that sending it twice records it once.
    """
    return await carried_on(request, caller, _command(name, caller), await sent_fields(request))


async def sent_fields(request: Request) -> dict[str, list[str]]:
    """The fields of a form as they were sent. Raises RequestFault as `form_of` does."""
    given: dict[str, list[str]] = {}
    async with form_of(request) as form:
        for key, value in form.multi_items():
            given.setdefault(key, []).append(str(value))
    return given


async def carried_on(
    request: Request, caller: Caller, command: type[Command], given: dict[str, list[str]]
) -> Response:
    """What follows on a form that was sent: asked again, looked at, or written."""
    sheet = await sheet_of(request, caller, command, given, sent=True)
    body = sheet.body()
    if institution := _first(given, "institution"):
        body["institution"] = institution
    if _first(given, AGAIN):
        return await _asked_again(request, caller, sheet, None)
    asked = Asked(command.NAME, body, caller, _first(given, "command_key") or None)
    try:
        if not _first(given, "confirmed"):
            look = await looked(asked, request.app)
            return await _shown(request, caller, command, given, look)
        ready = await prepared(asked, request.app)
        answer = await request.app.state.writer.handle(ready.request)
    except Refusal as refusal:
        return await _asked_again(request, caller, sheet, refusal)
    if answer.written:
        request.state.position = answer.written[0].position
    if answer.refusal is not None and not answer.written:
        return await _asked_again(request, caller, sheet, answer.refusal)
    back = safe_path(_first(given, "back"))
    if back and not (answer.refusal or answer.breaches or ready.shown):
        recorded = urlencode({"recorded": answer.written[0].position}) if answer.written else ""
        path, hash_sign, place = back.partition("#")
        joined = f"{path}{'&' if '?' in path else '?'}{recorded}"
        return RedirectResponse(f"{joined}{hash_sign}{place}", 303, _NO_STORE)
    spoken = language(request)
    context = {
        "title": _title(command, spoken),
        "facts": [
            {**fact, "title": _fact_title(fact["type"], spoken)}
            for fact in written_facts(answer.written)
        ],
        "breaches": [breach_words(breach)[spoken] for breach in answer.breaches],
        "problem": told(answer.refusal, spoken) if answer.refusal else None,
        "shown": {} if answer.replayed else dict(ready.shown),
        "back": back or "/",
    }
    return page(request, "form_done.html", context, headers=_NO_STORE)


async def _shown(
    request: Request,
    caller: Caller,
    command: type[Command],
    given: Mapping[str, list[str]],
    look: Look,
) -> Response:
    """The page that is confirmed: what will be written, what it breaks, what is left after it."""
    home, spoken = request.app.state.home, language(request)
    told_look = await run_in_threadpool(look_told, home, caller, command, given, look, spoken)
    context = {
        **told_look,
        "title": _title(command, spoken),
        "name": command.NAME,
        "sent": [(name, text) for name, texts in given.items() for text in texts],
        "problem": told(look.decision.refusal, spoken) if look.decision.refusal else None,
    }
    return page(request, "form_look.html", context, headers=_NO_STORE)


def _command(name: str, caller: Caller) -> type[Command]:
    """The command of a form. Raises Refusal: COMMAND_IS_UNKNOWN, ROLE_IS_MISSING."""
    command = declared(name).command
    if name in NOT_BY_HTTP | BY_UPLOAD:
        raise Refusal(Refused.COMMAND_IS_UNKNOWN, command=name)
    need_role(caller, command.ROLES or frozenset())
    return command


async def _asked_again(
    request: Request, caller: Caller, sheet: Sheet, refusal: Refusal | None
) -> Response:
    command, given = sheet.command, sheet.given
    places = institutions_of(caller, command)
    chosen = _first(given, "institution")
    anywhere = caller.scope(command.ROLES or frozenset()).everywhere
    within: list[str] | None = [chosen] if chosen and (anywhere or chosen in places) else places
    if anywhere and not chosen:
        within = None
    state, spoken = request.app.state, language(request)
    choosing = Choosing(state.home, state.onlooker, caller, spoken, within)

    def offered() -> tuple[Offered, dict[str, Title]]:
        names = subject_names(state.home.reader.tape(), places)
        return choices(choosing, command, given, shapes=sheet.shapes), names

    found, names = await run_in_threadpool(offered)
    answers = {key: value for key, value in given.items() if key not in _OWN}
    context = {
        "form": form_told(
            command,
            found,
            answers,
            spoken,
            chosen or None,
            [(place, called(place, spoken, names)) for place in places],
            sheet=sheet,
        ),
        "fact": _fact_asked(sheet, spoken),
        "title": _title(command, spoken),
        "problem": told(refusal, spoken) if refusal else None,
        "back": safe_path(_first(given, "back")),
    }
    status = STATUSES[refusal.code] if refusal else 200
    return page(request, "form.html", context, status=status, headers=_NO_STORE)


def form_told(
    command: type[Command],
    offered: Offered,
    given: Form,
    spoken: Language,
    institution: str | None,
    institutions: Collection[tuple[str, str]] = (),
    sheet: Sheet | None = None,
) -> dict[str, Any]:
    """What the form's template needs; its key is fresh, for one sending."""
    fields = fields_of(sheet.shapes if sheet else shapes_of(command), offered, given, spoken)
    return {
        "name": command.NAME,
        "title": _title(command, spoken),
        "key": str(uuid.uuid4()),
        "institution": institution,
        "institutions": sorted(institutions, key=lambda pair: pair[1]),
        "along": list(sheet.along.items()) if sheet else [],
        "fields": [field for field in fields if not _is_aside(field)],
        "more": [field for field in fields if _is_aside(field)],
    }


def _is_aside(field: Field) -> bool:
    return field.name in ("reason", "evidence") and not field.required


def _fact_asked(sheet: Sheet, spoken: Language) -> dict[str, Any] | None:
    """Which fact a correction is about."""
    if sheet.fact is None:
        return None
    position, entry = sheet.fact
    return {
        "position": position,
        "title": _fact_title(entry["type"], spoken),
        "effective": entry["effective"],
    }


def institutions_of(caller: Caller, command: type[Command]) -> list[str]:
    """The institutions for which the caller may give a command; none for city-wide roles."""
    return sorted(
        {
            grant.scope
            for grant in caller.state.grants
            if grant.role in (command.ROLES or ()) and grant.holds(caller.day) and grant.scope
        }
    )


def safe_path(text: str) -> str:
    """A path within this site; anything else is nothing."""
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if plain else ""


def _first(given: Form, name: str) -> str:
    return next(iter(given.get(name, ())), "")


def _title(command: type[Command], spoken: Language) -> str:
    return command.ZH if spoken == "zh" else command.EN


def _fact_title(topic: str, spoken: Language) -> str:
    title = TITLES[TOPICS[topic]]
    return title.zh if spoken == "zh" else title.en
