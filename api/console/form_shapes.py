"""What a command's form asks, read off the command's own schema, and the answers as its body."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Final

from api.bodies import VALUES_MAX, read_value
from ledger.case import Command
from ledger.facts.base import Fact
from ledger.folding import FOLDS
from ledger.money import Rate, WrongAmount, parse_yuan
from ledger.refusals import Refusal

Form = Mapping[str, Sequence[str]]
"""Full name of a field, dots between its parts, to what was sent under it."""


class Look(StrEnum):
    """How one field is asked for."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    YUAN = "yuan"
    RATE = "rate"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    SUBJECT = "subject"
    SUBJECTS = "subjects"
    LINES = "lines"
    JSON = "json"
    GROUP = "group"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Shape:
    """One field: `codes` of a choice, `kinds` of a subject (none = any), `parts` of what has any.

    Lines have one part, the shape of a line. `blank` says that a list may be empty.
    """

    name: str
    look: Look
    required: bool = False
    nullable: bool = False
    blank: bool = False
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    parts: tuple["Shape", ...] = ()

    @property
    def needed(self) -> bool:
        """Whether nothing at all is no answer."""
        return self.required and not self.nullable and not self.blank


_ASIDE: Final = ("institution", "on_behalf")
"""Fields of every command that no form asks for by itself."""

_LAST: Final = ("reason", "evidence")
_LONG: Final = frozenset({"body", "reason", "grounds", "matter"})
_SAID: Final[Mapping[str, frozenset[str]]] = {"receipt.claim": frozenset({"receipt", "payer"})}
"""Commands of which only some fields are the caller's to say; the door adds the others."""

_KINDS_BY_NAME: Final[Mapping[str, str]] = {
    "centre": "institution",
    "holder": "institution",
    "owner": "institution",
    "scope": "institution",
}
"""What a field takes where its name is another word for it."""

_MANY: Final = (Look.CHOICES, Look.SUBJECTS, Look.LINES, Look.ROWS)
_COMPOUND: Final = (Look.JSON, Look.GROUP, Look.ROWS)
_SUBJECT: Final = re.compile(r"\^\(?([a-z]+(?:\|[a-z]+)*)\)?:")
_ANY_SUBJECT: Final = "^[a-z]+:"
_PERCENT: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*[%％]")
_RATIO: Final = re.compile(r"(\d{1,15})\s*[/／]\s*(\d{1,15})")
_DIGITS_MAX: Final = 18


@cache
def shapes_of(command: type[Command]) -> tuple[Shape, ...]:
    """The fields that a person fills in, in the command's order; reason and evidence come last."""
    schema = command.model_json_schema()
    said = _SAID.get(command.NAME)
    every = _parts(schema, schema.get("$defs", {}))
    asked = [
        each
        for each in every
        if each.name not in (*_ASIDE, command.FRESH) and (said is None or each.name in said)
    ]
    return tuple(sorted(asked, key=lambda each: each.name in _LAST))


@cache
def shapes_of_fact(fact: type[Fact]) -> tuple[Shape, ...]:
    """The fields of a fact as a form would ask for them, in its order."""
    schema = fact.model_json_schema()
    return _parts(schema, schema.get("$defs", {}))


def is_simple(shapes: Iterable[Shape]) -> bool:
    """Whether a form is short enough to stand within another page."""
    return not any(each.look in _COMPOUND for each in shapes if each.name not in _LAST)


def body_of(shapes: Iterable[Shape], form: Form) -> dict[str, Any]:
    """What was filled in as the body of the command.

    What cannot be read as its field's kind goes in as it was written: the command's own check
    refuses it by name.
    """
    parts = tuple(shapes)
    return _filled(parts, _read_parts(parts, "", form))


def _parts(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> tuple[Shape, ...]:
    required = schema.get("required", ())
    return tuple(
        replace(_shape(name, part, defs), required=name in required)
        for name, part in schema["properties"].items()
    )


def _shape(name: str, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Shape:
    if "$ref" in schema:
        return _shape(name, defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema:
        (own,) = (each for each in schema["anyOf"] if each.get("type") != "null")
        return replace(_shape(name, own, defs), nullable=True)
    if "enum" in schema:
        return Shape(name, Look.CHOICE, codes=tuple(schema["enum"]))
    match schema.get("type"):
        case "array":
            many = _many(name, _shape(name, schema["items"], defs))
            return replace(many, blank=not schema.get("minItems"))
        case "object" if "properties" in schema:
            if schema["properties"].keys() == Rate.model_fields.keys():
                return Shape(name, Look.RATE)
            return Shape(name, Look.GROUP, parts=_parts(schema, defs))
        case "boolean":
            return Shape(name, Look.FLAG)
        case "integer":
            return Shape(name, Look.YUAN if name.endswith("_fen") else Look.NUMBER)
        case "string":
            return _text(name, schema)
        case _:
            return Shape(name, Look.JSON)


def _many(name: str, item: Shape) -> Shape:
    match item.look:
        case Look.CHOICE:
            return replace(item, look=Look.CHOICES)
        case Look.SUBJECT:
            return replace(item, look=Look.SUBJECTS)
        case Look.GROUP:
            return replace(item, look=Look.ROWS)
        case _:
            return Shape(name, Look.LINES, parts=(item,))


def _text(name: str, schema: Mapping[str, Any]) -> Shape:
    pattern, alone = schema.get("pattern", ""), name.removesuffix("s")
    if schema.get("format") == "date":
        return Shape(name, Look.DATE)
    if pattern.startswith(_ANY_SUBJECT):
        return Shape(name, Look.SUBJECT)
    if (found := _SUBJECT.match(pattern)) and set(kinds := found[1].split("|")) <= set(FOLDS):
        return Shape(name, Look.SUBJECT, kinds=tuple(kinds))
    # Ids that are read leniently, such as a patent's, have no pattern; their fields name them.
    kind = _KINDS_BY_NAME.get(alone, alone)
    if "maxLength" not in schema and not pattern and kind in FOLDS:
        return Shape(name, Look.SUBJECT, kinds=(kind,))
    return Shape(name, Look.LONG if name in _LONG else Look.TEXT)


def _read_parts(parts: tuple[Shape, ...], prefix: str, form: Form) -> dict[str, Any]:
    read = {part.name: _read(part, f"{prefix}{part.name}", form) for part in parts}
    return {name: value for name, value in read.items() if value is not None}


def _filled(parts: tuple[Shape, ...], found: dict[str, Any]) -> dict[str, Any]:
    """With what a strict model wants to be told of fields that were left empty."""
    empty: dict[str, Any] = {
        part.name: None if part.nullable else []
        for part in parts
        if part.required and (part.nullable or part.look in _MANY)
    }
    return {**empty, **found}


def _read(shape: Shape, name: str, form: Form) -> Any:
    """What was filled in for a field; None for nothing."""
    match shape.look:
        case Look.GROUP:
            found = _read_parts(shape.parts, f"{name}.", form)
            return _filled(shape.parts, found) if found else None
        case Look.ROWS:
            rows = (
                _read_parts(shape.parts, f"{name}.{at}.", form) for at in row_numbers(name, form)
            )
            return [_filled(shape.parts, row) for row in rows if row] or None
        case Look.CHOICES | Look.SUBJECTS:
            return [text for text in form.get(name, ()) if text.strip()] or None
        case Look.LINES:
            # So many are too many for any command, which then says so.
            texts = "\n".join(form.get(name, ())).splitlines()[:VALUES_MAX]
            return [_value(shape.parts[0], each.strip()) for each in texts if each.strip()] or None
        case _:
            text = next(iter(form.get(name, ())), "").strip()
            return _value(shape, text) if text else None


def row_numbers(name: str, form: Form) -> list[int]:
    """The numbers of the rows that were sent for a field, from 0."""
    found = {key.removeprefix(f"{name}.").partition(".")[0] for key in form if f"{name}." in key}
    return sorted(int(each) for each in found if each.isdecimal() and len(each) < 4)


def _value(shape: Shape, text: str) -> Any:
    match shape.look:
        case Look.NUMBER:
            return int(text) if text.isdecimal() and len(text) < _DIGITS_MAX else text
        case Look.YUAN:
            try:
                return parse_yuan(text)
            except WrongAmount:
                return text
        case Look.RATE:
            return _rate(text)
        case Look.FLAG:
            return {"true": True, "false": False}.get(text, text)
        case Look.JSON:
            try:
                return read_value(text.encode())
            except Refusal:
                return text
        case _:
            return text


def _rate(text: str) -> Any:
    """A share as `12.5%` or `1/8`, exactly; other text as it is."""
    if found := _PERCENT.fullmatch(text):
        share = Fraction(found[1]) / 100
        return {"numerator": share.numerator, "denominator": share.denominator}
    if found := _RATIO.fullmatch(text):
        return {"numerator": int(found[1]), "denominator": int(found[2])}
    return text
