"""What can be done about a thing now: one declaration, read off the commands, for every page.

A command is about the kinds of subjects that its fields take; whether it can be done to this one
now, by this reader, is asked of its own decision, said as far as a page can say it.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, get_args
from urllib.parse import urlencode

from pydantic import BaseModel, TypeAdapter, ValidationError

from api.access import Caller
from api.console.act_conditions import CONDITIONS, UNFITTING
from api.console.form_shapes import Look, Shape, shapes_of
from api.language import Language
from api.routes.paths import BY_UPLOAD, NOT_BY_HTTP
from ledger.actors import BUREAU_ROLES
from ledger.books import ReopenPeriod
from ledger.case import Command
from ledger.commands import DECLARATIONS
from ledger.facts.base import Evidence
from ledger.facts.patents import OFFICE_RECORD
from ledger.folding import FOLDS
from ledger.looking import Onlooker
from ledger.sitting import Request
from ledger.subjects import kind_of

FORMS: Final[tuple[type[Command], ...]] = tuple(
    each.command
    for each in DECLARATIONS
    if each.name not in NOT_BY_HTTP | BY_UPLOAD and each.command.ROLES
)
"""Every command that has a form."""

AT_THE_DESK: Final = frozenset(
    {
        "institution.register",
        "person.register",
        "counterparty.register",
        "counterparty.register-individual",
        "disclosure.submit",
        "patent.file",
        "patent.claim-number",
        "account.register",
        "partner.sign",
        "fund.open",
        "period.close",
        "approval-limits.set",
        "centre.apply",
        "centre.designate",
    }
)
"""Commands that begin something, and so start from the home page and not from a thing."""

AT_THE_FACT: Final = frozenset({"fact.void", "fact.correct"})
"""Commands about one fact, offered beside it on the history page."""

NOT_ABOUT: Final = frozenset({"actor", "heads", "institution", "log", "policy", "reads"})
"""Kinds that a field for any kind of subject is not about."""

_BEGINS: Final = frozenset({("patent.file", "disclosure"), ("fund.open", "policy")})
"""Commands that begin something whose id people know, and the field that such a beginning has; the
others have their ids from the door."""

_VARIANTS_MAX: Final = 12

_SHOWN: Final = (Evidence(kind=OFFICE_RECORD),)
"""Evidence that a command may not be decided without."""


@dataclass(frozen=True, slots=True)
class Act:
    """A command about a kind of subject, and the field that takes it (None: it is understood).

    `above` are the fields that the field stands in. `weight` orders what is offered: 0 needs such
    a thing, 1 may begin from it, 2 takes anything.
    """

    command: type[Command]
    shape: Shape | None
    weight: int
    above: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The command's name."""
        return self.command.NAME


@dataclass(frozen=True, slots=True)
class Thing:
    """What a row, a page or a choice is about, the institution it belongs to, what else it says.

    `said` is more that a form can be filled in with beforehand, by the names of its fields.
    """

    subject: str
    institution: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that its reader may do now, and the address of its form filled in so far."""

    name: str
    title: str
    href: str
    weight: int = 0


def _acts() -> dict[str, tuple[Act, ...]]:
    found: dict[str, list[Act]] = {kind: [] for kind in FOLDS}
    for command in FORMS:
        if command.NAME in AT_THE_FACT:
            continue
        asked = [s for s in shapes_of(command) if s.look in (Look.SUBJECT, Look.SUBJECTS)]
        first = next((shape for shape in asked if shape.needed and shape.kinds), None)
        for shape in asked:
            weight = 2 if not shape.kinds else 0 if shape.needed else 1
            begins = command.FRESH is not None or (command.NAME, shape.name) in _BEGINS
            if shape.kinds and shape is not first and not begins:
                continue
            for kind in shape.kinds or FOLDS.keys() - NOT_ABOUT:
                if command not in [act.command for act in found[kind]]:
                    found[kind].append(Act(command, shape, weight))
    found["books"].append(Act(ReopenPeriod, None, 0))
    return {kind: tuple(sorted(acts, key=lambda act: act.weight)) for kind, acts in found.items()}


ACTS: Final[Mapping[str, tuple[Act, ...]]] = _acts()
"""Kind of subject to all that can ever be done about one, read off the commands' own schemas."""


def offers(
    onlooker: Onlooker,
    caller: Caller,
    things: Sequence[Thing],
    spoken: Language,
    back: str,
) -> list[list[Offer]]:
    """For each thing the acts that the caller may do about it now. Blocks: use a thread."""
    roles = caller.roles
    asked = [
        (place, act)
        for place, thing in enumerate(things)
        for act in ACTS.get(kind_of(thing.subject), ())
        if (act.command.ROLES or frozenset()) & roles
    ]
    fitting = fits(onlooker, caller, [(act, things[place]) for place, act in asked])
    found: list[list[Offer]] = [[] for _ in things]
    for (place, act), fit in zip(asked, fitting, strict=True):
        if fit:
            found[place].append(offer_of(act, caller, things[place], spoken, back))
    return found


def fits(onlooker: Onlooker, caller: Caller, asked: Sequence[tuple[Act, Thing]]) -> list[bool]:
    """Whether each act can be done about its thing now by the caller. Blocks: use a thread."""
    requests: list[Request] = []
    whose: list[int] = []
    for place, (act, thing) in enumerate(asked):
        for command in _half_said(act, caller, thing):
            requests.append(Request(command=command, actor=caller.actor, command_id="0" * 32))
            whose.append(place)
    states = onlooker.states({thing.subject for act, thing in asked if act.name in CONDITIONS})
    found = [False] * len(asked)
    for place, breaches in zip(whose, onlooker.weighed(requests), strict=True):
        act, thing = asked[place]
        holds = CONDITIONS.get(act.name)
        if breaches is None or breaches & UNFITTING:
            continue
        found[place] = holds is None or holds(states[thing.subject], caller.day)
    return found


def offer_of(act: Act, caller: Caller, thing: Thing, spoken: Language, back: str) -> Offer:
    """The act as a link: its form, filled in with the thing and what else that says."""
    command = act.command
    names = {shape.name for shape in shapes_of(command)}
    said = {} if act.shape is None else {act.shape.name: thing.subject}
    said |= {name: text for name, text in thing.said.items() if name in names}
    if institution := acting_for(command, caller, thing):
        said["institution"] = institution
    title = command.ZH if spoken == "zh" else command.EN
    href = f"/forms/{command.NAME}?{urlencode({**said, 'back': back})}"
    return Offer(command.NAME, title, href, act.weight)


def acting_for(command: type[Command], caller: Caller, thing: Thing) -> str | None:
    """The institution that has to be named, where the caller's grants leave it open."""
    roles = command.ROLES or frozenset()
    held = [g for g in caller.state.grants if g.role in roles and g.holds(caller.day)]
    scopes = {grant.scope for grant in held}
    if len(scopes) == 1 and None not in scopes:
        return None
    if thing.institution in scopes:
        return thing.institution
    if any(grant.role in BUREAU_ROLES for grant in held):
        return None
    if None in scopes:
        place = thing.institution
        return place if place is not None and kind_of(place) == "institution" else None
    return min(scope for scope in scopes if scope is not None) if scopes else None


def _half_said(act: Act, caller: Caller, thing: Thing) -> Iterator[Command]:
    """The command about this thing as far as it can be said; one for each word of its one choice.

    Dates are today's, texts and evidence are there, amounts are the least: as much can be said.
    """
    command = act.command
    said: dict[str, Any] = {
        "reason": "-",
        "evidence": _SHOWN,
        "institution": acting_for(command, caller, thing),
    }
    if command.FRESH is not None:
        said[command.FRESH] = f"{command.FRESH}:{uuid.uuid4()}"
    shapes = shapes_of(command)
    said |= _plainly(shapes, caller.day, amounts=act.name not in CONDITIONS or bool(act.above))
    for name, text in thing.said.items():
        if name in command.model_fields:
            said[name] = _read(command, name, text)
    if act.shape is not None:
        said |= _naming(act.shape, act.above, command, shapes, thing.subject, caller.day)
    open_choices = [
        (each.name, each.codes or ("true", "false"))
        for each in shapes
        if each.needed and each.look in (Look.CHOICE, Look.FLAG) and each.name not in said
    ]
    if len(open_choices) != 1 or len(open_choices[0][1]) > _VARIANTS_MAX:
        yield command.model_construct(**said)
        return
    ((name, codes),) = open_choices
    for code in codes:
        yield command.model_construct(**said, **{name: _read(command, name, code)})


def _plainly(shapes: Iterable[Shape], today: date, *, amounts: bool) -> dict[str, Any]:
    """What every needed field of these kinds can be given."""
    plain: dict[Look, Any] = {Look.DATE: today, Look.TEXT: "-", Look.LONG: "-"}
    if amounts:
        plain[Look.YUAN] = 1
    return {each.name: plain[each.look] for each in shapes if each.needed and each.look in plain}


def _naming(
    shape: Shape,
    above: Sequence[str],
    model: type[BaseModel],
    shapes: Iterable[Shape],
    subject: str,
    today: date,
) -> dict[str, Any]:
    """The field that takes a subject, within the parts it stands in."""
    if not above:
        return {shape.name: (subject,) if shape.look is Look.SUBJECTS else subject}
    outer = next(each for each in shapes if each.name == above[0])
    part = _model_in(model.model_fields[outer.name].annotation)
    said = _plainly(outer.parts, today, amounts=True)
    said |= _naming(shape, above[1:], part, outer.parts, subject, today)
    made = part.model_construct(**said)
    return {outer.name: (made,) if outer.look is Look.ROWS else made}


def _model_in(annotation: Any) -> type[BaseModel]:
    """The model that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_model_in(each) for each in get_args(annotation) if _has_model(each))


def _has_model(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, BaseModel)
    return any(map(_has_model, get_args(annotation)))


@lru_cache(maxsize=2_048)
def _read(command: type[Command], name: str, text: str) -> Any:
    """A text as the value of a command's field; None where it is none."""
    try:
        return _adapter(command, name).validate_python(text)
    except ValidationError:
        return None


@lru_cache(maxsize=1_024)
def _adapter(command: type[Command], name: str) -> TypeAdapter[Any]:
    annotation: Any = command.model_fields[name].annotation
    return TypeAdapter(annotation)
