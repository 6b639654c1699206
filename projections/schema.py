"""Dtypes of the tape's frames, derived from the fact models: the one place where they are named."""

import typing
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import polars as pl
from pydantic import AwareDatetime, BaseModel

from ledger.facts import Evidence, Fact

UTC_TIME = pl.Datetime("us", "UTC")

ROWS: dict[str, pl.DataType] = {
    "position": pl.Int64(),
    "topic": pl.String(),
    "state": pl.String(),
}
"""What a tape is made from: position in the log, stored topic, entry as text (UTF-8)."""


def dtype(annotation: Any) -> pl.DataType:
    """The dtype of a field: dates, whole numbers, booleans, text, and lists and structs of them.

    `None` in a union only says that values may be null; literals and enumerations are text, so
    that frames of different facts can be joined on them. Raises TypeError for anything that has
    no dtype, such as a mapping with open keys.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return dtype(arguments[0])
    if origin is Literal:
        return _one([dtype(type(value)) for value in arguments], annotation)
    if origin in (Union, UnionType):
        present = [part for part in arguments if part is not type(None)]
        return _one([dtype(part) for part in present], annotation)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return pl.List(dtype(arguments[0]))
    if isinstance(annotation, type):
        return _plain(annotation)
    raise TypeError(f"{annotation} has no dtype")


def _one(dtypes: list[pl.DataType], annotation: Any) -> pl.DataType:
    if any(other != dtypes[0] for other in dtypes[1:]):
        raise TypeError(f"{annotation} mixes dtypes")
    return dtypes[0]


def _plain(kind: type) -> pl.DataType:
    if issubclass(kind, BaseModel):
        return pl.Struct(fields(kind))
    if issubclass(kind, str | StrEnum):
        return pl.String()
    if issubclass(kind, bool):
        return pl.Boolean()
    if issubclass(kind, int):
        return pl.Int64()
    if kind is AwareDatetime or issubclass(kind, datetime):
        return UTC_TIME
    if issubclass(kind, date):
        return pl.Date()
    raise TypeError(f"{kind} has no dtype")


def fields(model: type[BaseModel]) -> dict[str, pl.DataType]:
    """Name and dtype of every field of a model, in the model's order."""
    hints = typing.get_type_hints(model, include_extras=True)
    return {name: dtype(hints[name]) for name in model.model_fields}


LINK = pl.Struct({"subject": pl.String(), "sequence": pl.Int64()})

ENVELOPE: dict[str, pl.DataType] = {
    "position": pl.Int64(),
    "stands_at": pl.Int64(),
    "recorded_at": UTC_TIME,
    "effective": pl.Date(),
    "institution": pl.String(),
    "actor": pl.String(),
    "behalf": pl.String(),
    "reason": pl.String(),
    "command": pl.String(),
    "replaces": pl.Int64(),
    "subject": pl.String(),
    "sequence": pl.Int64(),
    "subjects": pl.List(LINK),
    "rests_on": pl.List(LINK),
    "evidence": pl.List(pl.Struct(fields(Evidence))),
}
"""Columns every frame begins with.

`subject` and `sequence` are the fact's own; `stands_at` is the position of the fact it stands for:
its own, or that of the first fact in the chain of those it replaces.
"""


def payload(fact: type[Fact]) -> dict[str, pl.DataType]:
    """Name and dtype of the payload columns of a fact type."""
    return fields(fact)


def entry(fact: type[Fact]) -> pl.Struct:
    """The stored entry of a fact type as one struct, for decoding."""
    return pl.Struct(
        {
            "actor": pl.String(),
            "behalf": pl.String(),
            "command": pl.String(),
            "effective": pl.Date(),
            "evidence": ENVELOPE["evidence"],
            "institution": pl.String(),
            "payload": pl.Struct(payload(fact)),
            "reason": pl.String(),
            "recorded": UTC_TIME,
            "replaces": pl.Int64(),
            "rests_on": ENVELOPE["rests_on"],
            "subjects": ENVELOPE["subjects"],
        }
    )


def frame_schema(fact: type[Fact]) -> pl.Schema:
    """The columns of a fact type's frame: the envelope, then the payload."""
    return pl.Schema({**ENVELOPE, **payload(fact)})
