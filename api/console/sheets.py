"""What one form asks: a command's own fields, filled in with what stands where that is amended.

A correction starts at its fact: the page knows position and leaf, shows the fact's fields as they
stand, and what was changed there is the change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.access import Caller
from api.console.acts import AT_THE_FACT
from api.console.claimable import claimable_lines
from api.console.form_shapes import Form, Look, Shape, body_of, shapes_of, shapes_of_fact
from api.console.forms import AGAIN
from api.entries import Entry, feed, history, readable, voids
from api.exports.cells import yuan
from api.readings import is_own
from ledger.case import Command
from ledger.corrections import CorrectFact
from ledger.facts import TOPICS
from ledger.facts.base import Fact
from ledger.licenses import GrantLicense
from ledger.refusals import Refusal, Refused
from ledger.replacements import FIXED
from ledger.reward_claims import ClaimReward

_COMMITTED: Final = "_commitment"
_UNDER: Final = "replacement"
_FOLLOWS: Final = {"starts": "terms"}
"""A field that only repeats one inside another: it follows that one and is not asked for."""

_OFTEN_NONE: Final = {"terms.entry_fee_fen": ["0"], "terms.minimum_royalty_fen": ["0"]}
"""Amounts that most new licenses do not have; an amendment starts at those that stand."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The fields of a form, what they are filled in with, and what goes along unasked.

    `fact` is the entry a correction is about, with its position.
    """

    command: type[Command]
    shapes: tuple[Shape, ...]
    given: Form
    along: Mapping[str, Any] = field(default_factory=dict)
    fact: tuple[int, Mapping[str, Any]] | None = None

    def body(self) -> dict[str, Any]:
        """What was filled in as the body of the command."""
        body = {**body_of(self.shapes, self.given), **self.along}
        if self.fact is not None and self.command is CorrectFact:
            shapes = next(each.parts for each in self.shapes if each.name == _UNDER)
            body[_UNDER] = _replacement(shapes, self.fact[1]["payload"], self.given)
        return body


async def sheet_of(
    request: Request, caller: Caller, command: type[Command], given: Form, *, sent: bool
) -> Sheet:
    """The sheet of a command; `sent` says that the form was filled in, so nothing is added.

    Raises Refusal: POSITION_IS_UNKNOWN for a correction of what the caller cannot read.
    """
    if command.NAME in AT_THE_FACT:
        return await _at_fact(request, caller, command, given, sent=sent)
    shapes = shapes_of(command)
    if command.NAME.endswith(".amend") and not sent:
        given = {**await _standing(request, caller, shapes, given), **given}
    if command is GrantLicense and not sent:
        given = {**_OFTEN_NONE, **given}
    if command is ClaimReward and (AGAIN in given or not sent):
        given = {**given, **await claimable_lines(request, caller, given)}
    return Sheet(command, shapes, given)


async def _at_fact(
    request: Request, caller: Caller, command: type[Command], given: Form, *, sent: bool
) -> Sheet:
    text = next(iter(given.get("position", ())), "")
    position = int(text) if text.isdecimal() and len(text) < 16 else -1
    found: list[Entry] = []
    if position >= 0:
        rights = await run_in_threadpool(readable, caller, request.app.state.home.reader)
        found = await feed(
            request.app.state.pool,
            rights,
            after=position - 1,
            known_at=position + 1,
            limit=1,
            topic=None,
            institution=None,
        )
    if not found or found[0].position != position:
        raise Refusal(Refused.POSITION_IS_UNKNOWN, position=text)
    entry = orjson.loads(found[0].state)
    leaf = next(iter(given.get("leaf", ())), "") or found[0].leaf
    shapes = tuple(
        replace(each, required=each.required or each.name == "reason", nullable=False)
        if each.name == "reason"
        else each
        for each in shapes_of(command)
        if each.name not in ("position", "leaf", _UNDER)
    )
    if command is CorrectFact:
        parts = _correctable(TOPICS[entry["type"]], entry)
        shapes = (Shape(_UNDER, Look.GROUP, required=True, parts=parts), *shapes)
        if not sent:
            given = {**texts_of(parts, entry["payload"], f"{_UNDER}."), **given}
    kept = {"position": [str(position)], "leaf": [leaf]}
    along = {"position": position, "leaf": leaf}
    return Sheet(command, shapes, {**given, **kept}, along, (position, entry))


def _correctable(fact: type[Fact], entry: Mapping[str, Any]) -> tuple[Shape, ...]:
    """The fields somebody reported: neither what the fact is about nor what zhiheng derived."""
    own = entry["subjects"][0]["subject"]
    payload, fixed = entry["payload"], FIXED.get(fact, ())
    return tuple(
        shape
        for shape in shapes_of_fact(fact)
        if shape.name not in fixed
        and not shape.name.endswith(_COMMITTED)
        and payload.get(shape.name) != own
        and _FOLLOWS.get(shape.name) not in payload
    )


def _replacement(
    shapes: Sequence[Shape], payload: Mapping[str, Any], given: Form
) -> dict[str, Any]:
    """The payload with what was changed; what was left as it stands is taken as it is stored."""
    before = texts_of(shapes, payload, f"{_UNDER}.")
    read = body_of((Shape(_UNDER, Look.GROUP, parts=tuple(shapes)),), given).get(_UNDER, {})
    made = dict(payload)
    for shape in shapes:
        name = f"{_UNDER}.{shape.name}"
        if _sent(name, before) != _sent(name, given):
            empty: list[Any] | None = [] if isinstance(payload.get(shape.name), list) else None
            made[shape.name] = read.get(shape.name, empty)
    for name, source in _FOLLOWS.items():
        if name in made and isinstance(made.get(source), Mapping):
            made[name] = made[source].get(name, made[name])
    return made


def _sent(name: str, given: Form) -> dict[str, tuple[str, ...]]:
    """What stands under a field and its parts, without what is empty."""
    return {
        key: texts
        for key, sent in given.items()
        if (key == name or key.startswith(f"{name}."))
        and (texts := tuple(t.replace("\r\n", "\n").strip() for t in sent if t.strip()))
    }


async def _standing(
    request: Request, caller: Caller, shapes: Sequence[Shape], given: Form
) -> dict[str, list[str]]:
    """What the facts about the subject say now under the names of the form's fields."""
    subject = next(iter(given.get(shapes[0].name, ())), "")
    if not subject:
        return {}
    state = request.app.state
    own = await run_in_threadpool(is_own, state.home.reader, caller, subject)
    rights = await run_in_threadpool(readable, caller, state.home.reader)
    found = await history(state.pool, rights, subject, 2**53, own=own)
    entries = [(item.position, orjson.loads(item.state)) for item in found]
    undone = voids(entries)
    said: dict[str, Any] = {}
    asked = {each.name for each in shapes} - {shapes[0].name, "on", "reason", "evidence"}
    for position, entry in sorted(entries, key=lambda e: (e[1]["replaces"] or e[0], e[0])):
        if position not in undone and entry["subjects"][0]["subject"] == subject:
            said |= {name: v for name, v in entry["payload"].items() if name in asked}
    return texts_of(shapes, said, "")


def texts_of(
    shapes: Sequence[Shape], values: Mapping[str, Any], prefix: str
) -> dict[str, list[str]]:
    """Values of a body as the texts that a form would send for them: the way back of `body_of`."""
    texts: dict[str, list[str]] = {}
    for shape in shapes:
        value = values.get(shape.name)
        if value is None:
            continue
        name = f"{prefix}{shape.name}"
        match shape.look:
            case Look.GROUP:
                texts |= texts_of(shape.parts, value, f"{name}.")
            case Look.ROWS:
                for at, row in enumerate(value):
                    texts |= texts_of(shape.parts, row, f"{name}.{at}.")
            case Look.CHOICES | Look.SUBJECTS:
                texts[name] = list(value)
            case Look.LINES:
                texts[name] = ["\n".join(_text(shape.parts[0], each) for each in value)]
            case _:
                texts[name] = [_text(shape, value)]
    return texts


def _text(shape: Shape, value: Any) -> str:
    match shape.look:
        case Look.YUAN:
            return yuan(value)
        case Look.RATE:
            return f"{value['numerator']}/{value['denominator']}"
        case Look.FLAG:
            return "true" if value else "false"
        case Look.JSON:
            return orjson.dumps(value).decode()
        case _:
            return str(value)
