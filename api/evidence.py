"""Documents on their way into the evidence store and out of it, by the rights of their facts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg

from api.access import Caller
from api.evidence_store import EvidenceStore, media_type
from api.home import Home
from api.rights import Kind, closed_files, scope_of
from ledger.access import acting_institution
from ledger.actors import EVIDENCE_KEEPERS
from ledger.codec import decode
from ledger.documents import KeepEvidence
from ledger.facts import EvidenceKept
from ledger.refusals import Refusal, Refused
from ledger.sitting import Request

_TITLE_MAX = 2_000
_KEPT = """
SELECT f.position, f.state FROM ledger.subjects s JOIN ledger.facts f USING (position)
WHERE s.subject = %s AND f.topic = %s AND (%s OR f.institution = ANY(%s))
  AND f.position <> ALL(%s)
ORDER BY s.sequence LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file with what its bearer says about it: title, institution, on, reason."""

    data: bytes
    filename: str
    about: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)


class Found(NamedTuple):
    """A document's bytes and what they were taken for when it came in."""

    data: bytes
    media_type: str


def keeping(home: Home, caller: Caller, brought: Brought, key: str | None = None) -> Request:
    """The evidence.keep of a document whose bytes are in the store when this returns. Blocks.

    Nothing is stored of what is refused here: ROLE_IS_MISSING, INSTITUTION_MUST_BE_NAMED,
    COMMAND_IS_MALFORMED, EVIDENCE_IS_TOO_LARGE. Bytes without a fact are nobody's to read.
    """
    wanted = brought.said.get("institution")
    acting_institution(caller.state, EVIDENCE_KEEPERS, wanted, None, caller.day)
    body = _body(brought)
    request = home.door.admit(KeepEvidence.NAME, body, caller.by, key)
    EvidenceStore(home.settings.evidence_folder).keep(brought.data)
    return request


def _body(brought: Brought) -> dict[str, Any]:
    sha256 = hashlib.sha256(brought.data).hexdigest()
    return {
        "title": brought.filename[:_TITLE_MAX],
        **brought.said,
        "document": f"evidence:{sha256}",
        "media_type": media_type(brought.data, brought.filename),
        "size_bytes": len(brought.data),
        "about": list(brought.about),
    }


def document_for(
    connection: psycopg.Connection[Any], home: Home, caller: Caller, sha256: str
) -> Found:
    """A document, if one of the facts that keep it is no other's file. Blocks.

    Raises Refusal: SUBJECT_IS_UNKNOWN without a hint that it is there, EVIDENCE_IS_MISSING.
    """
    scope = scope_of(caller, Kind.DOCUMENT)
    document = f"evidence:{sha256}"
    whose = (scope.everywhere, sorted(scope.institutions), closed_files(scope, home.reader))
    asked = (document, EvidenceKept.TOPIC, *whose)
    row = connection.execute(_KEPT, asked).fetchone()
    if row is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=document[:80])
    fact = decode(bytes(row[1]), row[0]).fact
    if not isinstance(fact, EvidenceKept):
        raise TypeError(f"position {row[0]} keeps no document")
    return Found(EvidenceStore(home.settings.evidence_folder).read(sha256), fact.media_type)
