"""A sample in the browser: how it was drawn, its items, drawn again, and its errors projected."""

import uuid
from typing import Any, Final

import orjson
import psycopg
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Caller, CallerNow, need_role
from api.audit_work import Repeat, drawn_again, sample_for
from api.audited_values import audited_values
from api.console.audit_tables import Seen, Shown
from api.console.audit_words import audit_words
from api.console.cells import Cell, Link, called, grouped_yuan, is_subject
from api.console.field_words import field_title
from api.console.pages import institutions_within
from api.console.rendering import page, switched
from api.exports.cells import title_of, word_of
from api.form_bodies import form_of
from api.home import Home
from api.language import Language, language
from api.papers.contents import paper_kinds
from api.parameters import read_parameters
from api.statuses import STATUSES
from api.texts import told
from api.uploads import opened
from ledger.actors import AUDITORS
from ledger.facts import SampleDrawn
from ledger.findings import CONCERNED
from ledger.refusals import Refusal
from ledger.samples import ProjectSample
from ledger.subjects import kind_of
from projections.audits import SAMPLE_ITEMS, SAMPLES
from projections.subject_names import subject_names
from projections.view import Kind
from projections.views import BY_NAME

_ITEM: Final = ("place", "key", "layer", "book_fen", "audit_fen", "misstated_fen")
_FIELDS_MAX = 4
_NO_STORE = {"cache-control": "no-store"}

router = APIRouter(include_in_schema=False)


@router.get("/audit/samples/{sample}")
async def sample_page(sample: str, request: Request, caller: CallerNow) -> Response:
    """The sample; with `again` it is drawn once more and compared."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, ("again", "recorded"))
    return await _sample(request, caller, sample, given)


@router.post("/audit/samples/{sample}/projection")
async def project(sample: str, request: Request, caller: CallerNow) -> Response:
    """Project the errors from the uploaded items; what is wrong with them is said on the page."""
    need_role(caller, AUDITORS)
    home: Home = request.app.state.home
    institution, drawn = await run_in_threadpool(_looked_up, home, caller, sample)

    try:
        async with form_of(request, files=1, fields=_FIELDS_MAX) as form:
            estimator, key = (str(form.get(name) or "") for name in ("estimator", "command_key"))
            async with opened(request, caller.actor, form.get("file")) as file:
                audited = await run_in_threadpool(audited_values, home, *file, drawn)
        place = {"institution": institution} if kind_of(institution) == "institution" else {}
        body = {**place, "sample": sample, "estimator": estimator, "audited": audited}
        made = home.door.admit(ProjectSample.NAME, body, caller.by, key or None)
        answer = await request.app.state.writer.handle(made)
    except Refusal as refusal:
        return await _sample(request, caller, sample, {}, refusal)
    position = request.state.position = answer.written[0].position
    return RedirectResponse(f"/audit/samples/{sample}?recorded={position}", 303, _NO_STORE)


def _looked_up(home: Home, caller: Caller, sample: str) -> tuple[str, SampleDrawn]:
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        return sample_for(connection, caller, sample)


async def _sample(
    request: Request,
    caller: Caller,
    sample: str,
    given: dict[str, str],
    refusal: Refusal | None = None,
) -> Response:
    need_role(caller, CONCERNED)
    spoken, home = language(request), request.app.state.home

    def read() -> dict[str, Any]:
        institution, drawn = _looked_up(home, caller, sample)
        seen = Seen.now(home, caller, spoken, SAMPLES)
        rows = seen.rows(SAMPLES, sample=sample)
        again = _again(drawn_again(home.reader, drawn), spoken) if given.get("again") else ""
        own = kind_of(institution) == "institution"
        offered = institutions_within(seen.tape, caller.scope(AUDITORS))
        return {
            **seen.around(),
            **_drawn(drawn, spoken),
            "institution": institution if own else "",
            "institutions": [(each, called(each, spoken, offered)) for each in sorted(offered)],
            "again": again,
            "filters": _filters(seen, drawn),
            "items": _items(seen, sample),
            "projected": _projected(rows.row(0, named=True), spoken) if rows.height else None,
        }

    lines = refusal.values.get("lines", ()) if refusal else ()
    context = {
        "w": audit_words(spoken),
        "sample": sample,
        "auditor": bool(caller.roles & AUDITORS),
        "recorded": given.get("recorded"),
        "problem": [*told(refusal, spoken), *(each[spoken] for each in lines)] if refusal else None,
        "key": str(uuid.uuid4()),
        "kinds": [each for each in paper_kinds(spoken) if each[0] == "working-paper"],
        **await run_in_threadpool(read),
    }
    status = STATUSES[refusal.code] if refusal else 200
    return page(request, "audit_sample.html", context, status=status, headers=_NO_STORE)


def _again(found: Repeat, spoken: Language) -> str:
    """What came of drawing once more."""
    w = audit_words(spoken)
    if not found.differing:
        return w["same"].format(rows=found.rows, items=found.items)
    parts = ("、" if spoken == "zh" else ", ").join(w[part] for part in found.differing)
    return w["other"].format(parts=parts)


def _filters(seen: Seen, drawn: SampleDrawn) -> list[tuple[str, str]]:
    """What narrows the population, in words."""
    view, filters = BY_NAME.get(drawn.population.view), drawn.population.filters
    columns = {column.name: column for column in view.columns} if view else {}
    names = subject_names(seen.tape, [each.value for each in filters])
    told = []
    for each in filters:
        column, value = columns.get(each.name), each.value
        word = called(value, seen.spoken, names) if is_subject(value) else value
        if column is not None and column.kind is Kind.CODE:
            word = word_of(each.name, value, seen.spoken)
        told.append((title_of(column, seen.spoken) if column else each.name, word))
    return told


def _drawn(drawn: SampleDrawn, spoken: Language) -> dict[str, Any]:
    """How the sample was drawn, in words."""
    population = drawn.population
    view = BY_NAME.get(population.view)
    title = population.view if view is None else view.zh if spoken == "zh" else view.en
    asked = {
        "size": drawn.size,
        "top": drawn.top,
        "strata": drawn.strata,
        "confidence": drawn.confidence,
    }
    by_value = drawn.method == "monetary-unit"
    return {
        "population": population,
        "view_title": title,
        "method": word_of("method", drawn.method, spoken),
        "seed": drawn.seed,
        "amounts": [
            (name, grouped_yuan(fen))
            for name, fen in (
                ("interval", drawn.interval_fen),
                ("tolerable_fen", drawn.tolerable_fen),
                ("expected_fen", drawn.expected_fen),
            )
            if fen is not None
        ],
        "asked": [
            (field_title(name, spoken), value) for name, value in asked.items() if value is not None
        ],
        "layers": [
            (
                word_of("layer", layer.name, spoken),
                layer.rows,
                "" if layer.amount_fen is None else grouped_yuan(layer.amount_fen),
                layer.rows if layer.certain else layer.drawn,
            )
            for layer in drawn.layers
        ],
        "valued": population.amount is not None,
        "estimators": [
            (each, word_of("estimator", each, spoken))
            for each in (("tainting",) if by_value else ("ratio", "difference"))
        ],
    }


def _items(seen: Seen, sample: str) -> Shown:
    """The items with their keys told: subjects by name and linked, other values as they are."""
    rows = seen.rows(SAMPLE_ITEMS, sample=sample)
    shown = seen.table(SAMPLE_ITEMS, rows, _ITEM)
    keys = [orjson.loads(key).values() for key in rows["key"].head(len(shown.rows))]
    wanted = {value for key in keys for value in key if is_subject(value)}
    names = subject_names(seen.tape, wanted)
    made = []
    for (mark, cells), key in zip(shown.rows, keys, strict=True):
        links = tuple(Link(v, called(v, seen.spoken, names)) for v in key if is_subject(v))
        text = " · ".join(str(value) for value in key if not is_subject(value))
        made.append((mark, [cells[0], Cell(text, "many", links=links), *cells[2:]]))
    return shown._replace(rows=made)


def _projected(row: dict[str, Any], spoken: Language) -> dict[str, Any] | None:
    """The errors last projected; None where nothing was."""
    if row["projected_on"] is None:
        return None
    names = ("misstated", "projected", "upper", "tolerable")
    columns = ("misstated_fen", "projected_fen", "upper_limit_fen", "tolerable_fen")
    return {
        "on": row["projected_on"],
        "estimator": word_of("estimator", row["estimator"], spoken),
        "amounts": [
            (name, grouped_yuan(row[column]))
            for name, column in zip(names, columns, strict=True)
            if row[column] is not None
        ],
        "exceeds": row["exceeds"],
    }
