"""One entry by itself: canonical bytes, a known type, an envelope and a payload that fit."""

import unicodedata
from datetime import date
from functools import cache
from typing import Annotated, Any, NamedTuple

import orjson
from pydantic import Field, JsonValue, StringConstraints, ValidationError, create_model

from api.audit.findings import Found
from ledger.codec import ENTRY_BYTES_MAX, UPCASTS, canonical
from ledger.facts import TOPICS, Evidence, Fact
from ledger.facts.base import Value
from ledger.subjects import LOG, ActorId, Digest, Subject, Text

Sequence = Annotated[int, Field(ge=1)]
Recorded = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]


class Link(Value):
    """One chain that a fact continues, with the leaf of the fact before it there."""

    previous: Digest | None
    sequence: Sequence
    subject: Subject


class Ground(Value):
    """A fact that this one rests on."""

    sequence: Sequence
    subject: Subject


class Envelope(Value):
    """What every entry holds beside its payload."""

    actor: ActorId
    behalf: ActorId | None
    command: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    effective: date
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)]
    institution: Annotated[
        str, StringConstraints(pattern=f"^({LOG}|institution:[0-9A-HJ-NP-RTUW-Y]{{18}})$")
    ]
    payload: Any
    reason: Text | None
    recorded: Recorded
    replaces: Annotated[int, Field(ge=0)] | None
    rests_on: tuple[Ground, ...]
    subjects: Annotated[tuple[Link, ...], Field(min_length=1)]
    type: str


class Fault(NamedTuple):
    """What is wrong with an entry."""

    code: Found
    values: dict[str, Any]


@cache
def _model(topic: str) -> type[Envelope] | None:
    """The whole entry of a type; None for a type that this code does not know."""
    if topic in UPCASTS:
        return create_model("Entry", __base__=Envelope, payload=(dict[str, JsonValue], ...))
    if topic not in TOPICS:
        return None
    return create_model("Entry", __base__=Envelope, payload=(TOPICS[topic], ...))


def fault_of(entry: bytes) -> Fault | None:
    """The first thing that is wrong with an entry; None when it is one the codec would write."""
    if not entry:
        return Fault(Found.FACT_IS_MISSING, {})
    try:
        value = orjson.loads(entry)
        same = canonical(value) == entry and unicodedata.is_normalized("NFC", entry.decode())
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return Fault(Found.ENTRY_IS_UNREADABLE, {})
    if not same or len(entry) > ENTRY_BYTES_MAX:
        return Fault(Found.ENTRY_IS_NOT_CANONICAL, {})
    topic = value.get("type") if isinstance(value, dict) else None
    model = _model(topic) if isinstance(topic, str) else None
    if model is None:
        return Fault(Found.TYPE_IS_UNKNOWN, {"type": str(topic)[:80]})
    try:
        envelope = model.model_validate_json(entry)
        fact = _newest(envelope)
    except ValidationError as wrong:
        field = ".".join(map(str, wrong.errors()[0]["loc"]))
        return Fault(Found.ENTRY_DOES_NOT_FIT, {"type": topic, "field": field})
    return _contradiction(envelope, fact)


def _newest(envelope: Envelope) -> Fact:
    topic, payload = envelope.type, envelope.payload
    while topic in UPCASTS:
        topic, payload = UPCASTS[topic](payload)
    if isinstance(payload, Fact):
        return payload
    return TOPICS[topic].model_validate_json(orjson.dumps(payload))


def _contradiction(envelope: Envelope, fact: Fact) -> Fault | None:
    """Where envelope and payload do not say the same."""
    if envelope.effective != fact.effective:
        return Fault(Found.ENTRY_DOES_NOT_FIT, {"type": envelope.type, "field": "effective"})
    named = tuple(link.subject for link in envelope.subjects)
    told = fact.subjects()
    if named[: len(told)] != told or (envelope.replaces is None and len(named) > len(told)):
        return Fault(Found.ENTRY_DOES_NOT_FIT, {"type": envelope.type, "field": "subjects"})
    return None
