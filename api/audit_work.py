"""Samples at the door: drawn from a view at a moment, and drawn again to see that it is so."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, NamedTuple

import psycopg
from pydantic import Field

from api.access import Caller
from api.bodies import read_body
from api.filter_values import understood
from api.moments import KnownAt, malformed, read_known_at
from api.readings import Asked, moment_asked, view_named
from api.rights import Kind, need_within, scope_of, sees_whole_rows
from api.states import state_of
from ledger.facts import SampleDrawn
from ledger.facts.audits import Count, Fen, Method
from ledger.facts.base import Evidence, Value
from ledger.refusals import Refusal, Refused
from ledger.samples import DrawSample, Sample
from ledger.sampling import CannotDraw, Drawn, Plan, draw
from ledger.subjects import ActorId, InstitutionId, SampleId, Text, kind_of
from projections.populations import Rows, population
from projections.reader import Reader
from projections.view import INSTITUTION, View
from projections.view import Kind as Shown
from projections.views import BY_NAME


class AskedDraw(Value):
    """What a caller says of a draw; population, layers and items follow from it.

    `filters` are those of the view, `as_of` and `known_at` its moment, written as for a reading.
    """

    institution: InstitutionId | None = None
    on_behalf: ActorId | None = None
    reason: Text | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()
    sample: SampleId | None = None
    view: Text
    filters: dict[str, str] = Field(default_factory=dict)
    as_of: date | None = None
    known_at: int | str | None = None
    amount: Text | None = None
    method: Method
    size: Count | None = None
    top: Count | None = None
    strata: Text | None = None
    confidence: Annotated[int, Field(ge=1, le=99)] | None = None
    tolerable_fen: Fen | None = None
    expected_fen: Fen | None = None
    seed: Text

    @property
    def plan(self) -> Plan:
        """How to draw."""
        return Plan(
            method=self.method,
            size=self.size,
            top=self.top,
            confidence=self.confidence,
            tolerable_fen=self.tolerable_fen,
            expected_fen=self.expected_fen,
        )


class Repeat(NamedTuple):
    """A sample drawn again: which of `population`, `layers` and `items` came out otherwise."""

    sample: str
    rows: int
    items: int
    differing: tuple[str, ...]


def draw_body(reader: Reader, caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """The whole body of a sample.draw, drawn from what the caller may read. Blocks.

    Raises Refusal: COMMAND_IS_MALFORMED, VIEW_IS_UNKNOWN, SUBJECT_IS_UNKNOWN for an institution
    outside the caller's scope, PARAMETER_IS_..., SAMPLE_DOES_NOT_SUIT_ITS_METHOD.
    """
    asked = read_body(AskedDraw, DrawSample.NAME, body)
    view = view_named(caller, asked.view)
    filters = _filters(reader, caller, view, asked)
    _need_columns(view, asked)
    scope = scope_of(caller, view)
    when = Asked(view, filters, scope, asked.as_of, _known_at(asked.known_at))
    tape, moment, _ = moment_asked(reader, when)
    rows = population(
        reader.kept, tape, view, filters, moment.as_of, amount=asked.amount, strata=asked.strata
    )
    drawn = _draw(rows, asked.plan, asked.seed)
    told = asked.model_dump(
        mode="json", exclude={"view", "filters", "as_of", "known_at", "amount"}, exclude_none=True
    )
    return {
        **told,
        "institution": asked.institution or filters.get(INSTITUTION),
        "population": rows.population.model_dump(mode="json"),
        "layers": [layer.model_dump(mode="json") for layer in drawn.layers],
        "items": [item.model_dump(mode="json") for item in drawn.items],
    }


def sample_for(
    connection: psycopg.Connection[Any], caller: Caller, name: str
) -> tuple[str, SampleDrawn]:
    """The institution of a sample that the caller may read, and the fact that drew it. Blocks.

    Raises Refusal(SUBJECT_IS_UNKNOWN).
    """
    state = state_of(connection, name) if kind_of(name) == "sample" else None
    if not isinstance(state, Sample) or state.drawn is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=name[:80])
    need_within(scope_of(caller, Kind.SAMPLE), state.institution, name)
    return state.institution, state.drawn


def drawn_again(reader: Reader, drawn: SampleDrawn) -> Repeat:
    """Draw a sample again from the log as it is, at the moment it was drawn from. Blocks.

    Raises Refusal(VIEW_IS_UNKNOWN) for a view that there is no more, KNOWN_AT_LIES_OUTSIDE_THE_LOG.
    """
    told = drawn.population
    view = BY_NAME.get(told.view)
    if view is None:
        raise Refusal(Refused.VIEW_IS_UNKNOWN, view=told.view, known=", ".join(BY_NAME))
    tape = reader.tape()
    if told.known_at > tape.size:
        raise Refusal(Refused.KNOWN_AT_LIES_OUTSIDE_THE_LOG, known_at=told.known_at, size=tape.size)
    filters = {choice.name: choice.value for choice in told.filters}
    rows = population(
        reader.kept,
        tape.prefix(told.known_at),
        view,
        filters,
        told.as_of,
        amount=told.amount,
        strata=drawn.strata,
    )
    plan = Plan(
        drawn.method,
        drawn.size,
        drawn.top,
        drawn.confidence,
        drawn.tolerable_fen,
        drawn.expected_fen,
    )
    try:
        again = draw(rows.units, plan, rows.population.digest, drawn.seed)
    except CannotDraw:
        # Fewer rows than were drawn, say: then nothing of the sample comes out again.
        again = Drawn((), ())
    pairs = {
        "population": (rows.population, told),
        "layers": (again.layers, drawn.layers),
        "items": (again.items, drawn.items),
    }
    differing = tuple(name for name, (now, then) in pairs.items() if now != then)
    return Repeat(drawn.sample, told.rows, len(drawn.items), differing)


def _draw(rows: Rows, plan: Plan, seed: str) -> Drawn:
    try:
        return draw(rows.units, plan, rows.population.digest, seed)
    except CannotDraw as fault:
        raise Refusal(
            Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD, method=plan.method, rule=fault.rule
        ) from fault


def _filters(reader: Reader, caller: Caller, view: View, asked: AskedDraw) -> dict[str, str]:
    """The filters that fix the population for every reader, whoever drew it.

    Who reads some institutions only names one of them, so that rights leave no row out.
    """
    if view.needs:
        raise malformed("view", view.name, ", ".join(n for n, v in BY_NAME.items() if not v.needs))
    for name in asked.filters:
        if name not in view.filters:
            known = ", ".join(view.filters)
            raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=name[:80], known=known)
    filters = dict(asked.filters)
    own = asked.institution
    if own is not None and filters.setdefault(INSTITUTION, own) != own:
        raise malformed(INSTITUTION, filters[INSTITUTION], own)
    scope = scope_of(caller, view)
    if not sees_whole_rows(scope, view):
        # A sample holds what its drawer is not told of these rows, and its digest gives it away.
        whole = (n for n, v in BY_NAME.items() if not v.needs and sees_whole_rows(scope, v))
        raise malformed("view", view.name, ", ".join(whole))
    if not scope.everywhere and INSTITUTION not in filters:
        if len(scope.institutions) > 1:
            raise Refusal(Refused.PARAMETER_IS_MISSING, parameter=INSTITUTION)
        filters[INSTITUTION] = next(iter(scope.institutions))
    return dict(understood(reader, Asked(view, filters, scope, None, None)).filters)


def _need_columns(view: View, asked: AskedDraw) -> None:
    """Refuse an amount that is no column of fen, and strata that are no column."""
    money = [column.name for column in view.columns if column.kind is Shown.FEN]
    if asked.amount is not None and asked.amount not in money:
        raise malformed("amount", asked.amount, ", ".join(money) or "—")
    if asked.amount is None and asked.method in ("top", "monetary-unit"):
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="amount")
    plain = [name for name, dtype in view.schema.items() if not dtype.is_nested()]
    if asked.strata is not None and asked.strata not in plain:
        raise malformed("strata", asked.strata, ", ".join(plain))
    if (asked.strata is not None) != (asked.method == "stratified"):
        raise Refusal(
            Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD,
            method=asked.method,
            rule="strata-go-with-stratified",
        )


def _known_at(given: int | str | None) -> KnownAt | None:
    return read_known_at(None if given is None else str(given))
