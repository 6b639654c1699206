"""Fact to stored bytes and back. The bytes are written once and are the Merkle leaf's content."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from ledger.case import New, Recorded, Ref
from ledger.facts import TOPICS
from ledger.facts.base import Fact
from ledger.refusals import Refusal, Refused

ENTRY_BYTES_MAX = 65_535
"""An entry's length has to fit the two bytes a tile gives it (C2SP tlog-tiles)."""

_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER

Upcast = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
"""Turns the payload of a retired topic into (next topic, its payload)."""


def _filed_before_disclosures(payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "patent-filed.v2", {**payload, "disclosure": None}


def _opened_by_one(payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    nobody = {"security_administrator": None, "security_person": None}
    return "log-opened.v2", {**payload, **nobody}


UPCASTS: dict[str, Upcast] = {
    "patent-filed.v1": _filed_before_disclosures,
    "log-opened.v1": _opened_by_one,
}
"""Retired topics; entries keep their bytes, readers see the newest version."""


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value without floats, with ASCII keys and NFC text."""
    return orjson.dumps(value, option=_CANONICAL)


def leaf_hash(entry: bytes) -> str:
    """RFC 9162 leaf hash of an entry, in hex."""
    return hashlib.sha256(b"\0" + entry).hexdigest()


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as stored."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(
    new: New,
    *,
    institution: str,
    actor: str,
    behalf: str | None,
    reason: str | None,
    evidence: Sequence[Mapping[str, Any]],
    command: str,
    recorded: str,
    links: Sequence[tuple[str, int, str | None]],
) -> bytes:
    """The stored bytes of a fact: the whole envelope with its payload.

    `links` are (subject, sequence, previous leaf in hex or None), the fact's own subject first.
    Raises Refusal(FACT_IS_TOO_LARGE) above 65,535 bytes.
    """
    fact = new.fact
    entry = canonical(
        {
            "actor": actor,
            "behalf": behalf,
            "command": command,
            "effective": fact.effective.isoformat(),
            "evidence": evidence,
            "institution": institution,
            "payload": fact.model_dump(mode="json"),
            "reason": reason,
            "recorded": recorded,
            "replaces": new.replaces,
            "rests_on": [{"sequence": ref[1], "subject": ref[0]} for ref in new.rests_on],
            "subjects": [
                {"previous": previous, "sequence": sequence, "subject": subject}
                for subject, sequence, previous in links
            ],
            "type": fact.TOPIC,
        }
    )
    if len(entry) > ENTRY_BYTES_MAX:
        raise Refusal(
            Refused.FACT_IS_TOO_LARGE, type=fact.TOPIC, bytes=len(entry), max=ENTRY_BYTES_MAX
        )
    return entry


def decode(
    entry: bytes,
    position: int | None = None,
    *,
    topics: Mapping[str, type[Fact]] = TOPICS,
    upcasts: Mapping[str, Upcast] = UPCASTS,
) -> Recorded:
    """A stored entry as a fact with its envelope, in the newest version of its type.

    Raises LookupError for a topic this code does not know: it is never skipped.
    """
    envelope = orjson.loads(entry)
    topic, payload = envelope["type"], envelope["payload"]
    while topic in upcasts:
        topic, payload = upcasts[topic](payload)
    if topic not in topics:
        raise LookupError(f"this code does not know facts of type {topic}")
    return Recorded(
        fact=topics[topic].model_validate_json(orjson.dumps(payload)),
        actor=envelope["actor"],
        institution=envelope["institution"],
        recorded_at=datetime.fromisoformat(envelope["recorded"]),
        sequences={link["subject"]: link["sequence"] for link in envelope["subjects"]},
        rests_on=tuple(Ref(ref["subject"], ref["sequence"]) for ref in envelope["rests_on"]),
        position=position,
        replaces=envelope["replaces"],
        leaf=leaf_hash(entry),
    )
