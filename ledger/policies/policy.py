"""What a dated rule is: data with its source, how surely the source was read, and a digest."""

import hashlib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

INTEGER_LIMIT = 2**53


class Mark(StrEnum):
    """How surely a rule is known."""

    READ = "read"
    GENERAL_KNOWLEDGE = "general-knowledge"
    UNSURE = "unsure"


class Policy(BaseModel):
    """One version of one rule; a change of anything in it needs the next version.

    `valid_from` is the business date from which the rule speaks. `data` is JSON without floats:
    money in fen under keys ending in `_fen`, rates as numerator and denominator, dates as text.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    version: Annotated[int, Field(ge=1)]
    title_zh: Annotated[str, Field(min_length=1)]
    title_en: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    mark: Mark
    valid_from: date
    data: dict[str, JsonValue]

    @field_validator("data")
    @classmethod
    def _canonical_data(cls, data: dict[str, JsonValue]) -> dict[str, JsonValue]:
        for fault in _faults(data):
            raise ValueError(fault)
        return data


def _faults(value: JsonValue, path: str = "data") -> Iterator[str]:
    """Everything in the data that has no single canonical spelling as JSON."""
    if isinstance(value, float):
        yield f"{path} is a float: write money in fen and rates as fractions"
    elif isinstance(value, int) and abs(value) >= INTEGER_LIMIT:
        yield f"{path} is 2**53 or more in size"
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not key.isascii():
                yield f"{path} has a key outside ASCII: {key!r}"
            yield from _faults(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _faults(inner, f"{path}[{place}]")


def canonical_bytes(policy: Policy) -> bytes:
    """The policy as JSON with sorted keys and no spaces; with such data this is RFC 8785."""
    return orjson.dumps(policy.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)


def digest(policy: Policy) -> str:
    """SHA-256 of the canonical bytes in hex: what the fact of adopting a policy pins."""
    return hashlib.sha256(canonical_bytes(policy)).hexdigest()
