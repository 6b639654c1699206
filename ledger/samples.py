"""Samples an auditor draws, and the errors found in them projected onto their populations."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.actors import AUDITORS, Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import SampleDrawn, SampleProjected
from ledger.facts.audits import (
    AuditedItem,
    Count,
    Estimator,
    Fen,
    Layer,
    Method,
    Population,
    SampleItem,
)
from ledger.mentions import need_all_within
from ledger.refusals import Refusal, Refused
from ledger.sample_errors import project
from ledger.sampling import ITEMS_MAX, LAYERS_MAX, CannotDraw, Plan, interval_of, need_sound
from ledger.subjects import SampleId, Text
from ledger.terms import need_no_earlier

# --- State


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: the fact that drew it, and whether its errors were projected."""

    known: bool = False
    institution: str = ""
    drawn: SampleDrawn | None = None
    drawing: int = 0
    projected: bool = False


# --- evolve


def evolve(state: Sample, fact: SampleDrawn | SampleProjected, seen: Recorded) -> Sample:
    """Fold one fact about a sample."""
    match fact:
        case SampleDrawn():
            return Sample(True, seen.institution, fact, seen.sequences[fact.sample])
        case SampleProjected():
            return Sample(True, state.institution, state.drawn, state.drawing, projected=True)
        case _:
            assert_never(fact)


# --- Commands


class DrawSample(Command):
    """Put a drawn sample on record with everything that it takes to draw it again.

    Population, layers and items are computed where the command comes in, from a view at a moment.
    """

    NAME: ClassVar[str] = "sample.draw"
    ZH: ClassVar[str] = "抽取样本"
    EN: ClassVar[str] = "Draw a sample"
    ROLES: ClassVar[frozenset[Role] | None] = AUDITORS
    FRESH: ClassVar[str | None] = "sample"
    sample: SampleId
    population: Population
    method: Method
    size: Count | None = None
    top: Count | None = None
    strata: Text | None = None
    confidence: Annotated[int, Field(ge=1, le=99)] | None = None
    tolerable_fen: Fen | None = None
    expected_fen: Fen | None = None
    seed: Text
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=LAYERS_MAX)]
    items: Annotated[tuple[SampleItem, ...], Field(max_length=ITEMS_MAX)]


class ProjectSample(Command):
    """Say what each item of a sample should have said, and project the errors.

    Of a monetary-unit sample errors are projected by tainting, of others by ratio or difference.
    """

    NAME: ClassVar[str] = "sample.project"
    ZH: ClassVar[str] = "推断样本误差"
    EN: ClassVar[str] = "Project the errors of a sample"
    ROLES: ClassVar[frozenset[Role] | None] = AUDITORS
    sample: SampleId
    estimator: Estimator
    audited: Annotated[tuple[AuditedItem, ...], Field(max_length=ITEMS_MAX)]
    on: date | None = None


# --- decide


def draw_sample(command: DrawSample, case: Case) -> Decision:
    """Record a draw. Refuses parameters that do not suit the method, and parts without a whole."""
    if case.read(Sample, command.sample).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.sample)
    _need_suitable(command)
    interval = interval_of(_plan(command)) if command.method == "monetary-unit" else None
    _need_layers_of_whole(command.population, command.layers)
    _need_items_of_layers(command.items, command.layers)
    fact = SampleDrawn(
        sample=command.sample,
        population=command.population,
        method=command.method,
        size=command.size,
        top=command.top,
        strata=command.strata,
        confidence=command.confidence,
        tolerable_fen=command.tolerable_fen,
        expected_fen=command.expected_fen,
        interval_fen=interval,
        seed=command.seed,
        layers=command.layers,
        items=command.items,
        on=case.today,
    )
    return Decision((New(fact),))


def project_sample(command: ProjectSample, case: Case) -> Decision:
    """Project the errors of a sample, as often as items are looked at anew.

    Refuses a sample without book values, an estimator of another method, and audited values of
    anything but each item once.
    """
    need_all_within(case, (command.sample,))
    state = case.read(Sample, command.sample)
    drawn = state.drawn
    if drawn is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.sample)
    if drawn.population.amount is None:
        raise Refusal(Refused.SAMPLE_HAS_NO_BOOK_VALUES, sample=command.sample)
    if (command.estimator == "tainting") != (drawn.method == "monetary-unit"):
        raise Refusal(
            Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD, method=drawn.method, rule="estimator"
        )
    on = command.on or case.today
    need_no_earlier(on, drawn.on)
    _need_each_once(drawn, command.audited)
    found = project(
        drawn, command.estimator, {item.key: item.audit_fen for item in command.audited}
    )
    fact = SampleProjected(
        sample=command.sample,
        estimator=command.estimator,
        audited=command.audited,
        misstated_fen=found.misstated_fen,
        projected_fen=found.projected_fen,
        upper_limit_fen=found.upper_limit_fen,
        on=on,
    )
    return Decision((New(fact, rests_on=(Ref(command.sample, state.drawing),)),))


def _plan(command: DrawSample) -> Plan:
    return Plan(
        method=command.method,
        size=command.size,
        top=command.top,
        confidence=command.confidence,
        tolerable_fen=command.tolerable_fen,
        expected_fen=command.expected_fen,
    )


def _need_suitable(command: DrawSample) -> None:
    """Refuse parameters that the method does not take, or lacks."""
    try:
        need_sound(_plan(command))
        if (command.strata is not None) != (command.method == "stratified"):
            raise CannotDraw("strata-go-with-stratified")
        if command.population.amount is None and command.method in ("top", "monetary-unit"):
            raise CannotDraw("amount-is-missing")
    except CannotDraw as fault:
        raise Refusal(
            Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD, method=command.method, rule=fault.rule
        ) from fault


def _need_layers_of_whole(population: Population, layers: tuple[Layer, ...]) -> None:
    """Refuse layers that do not make up the population."""
    _need_equal("rows", sum(layer.rows for layer in layers), population.rows)
    if population.amount_fen is not None:
        amount = sum(layer.amount_fen or 0 for layer in layers)
        _need_equal("amount_fen", amount, population.amount_fen)


def _need_items_of_layers(items: tuple[SampleItem, ...], layers: tuple[Layer, ...]) -> None:
    """Refuse items drawn twice, of no layer, or more or fewer than their layer says."""
    counted = Counter(item.layer for item in items)
    _need_equal("keys", len({item.key for item in items}), len(items))
    for layer in layers:
        wanted = layer.rows if layer.certain else layer.drawn
        _need_equal(layer.name, counted.pop(layer.name, 0), wanted)
    _need_equal("layers", counted.total(), 0)


def _need_equal(what: str, found: int, stated: int) -> None:
    if found != stated:
        raise Refusal(Refused.COUNTS_DO_NOT_ADD_UP, what=what, found=found, stated=stated)


def _need_each_once(drawn: SampleDrawn, audited: tuple[AuditedItem, ...]) -> None:
    """Refuse audited values that leave an item of the sample out, or name one twice or of none."""
    keys = Counter(item.key for item in audited)
    if keys != Counter(item.key for item in drawn.items):
        raise Refusal(
            Refused.EACH_ITEM_IS_AUDITED_ONCE, items=len(drawn.items), audited=len(audited)
        )


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(DrawSample, draw_sample, (SampleDrawn,)),
    Declaration(ProjectSample, project_sample, (SampleProjected,)),
)
