"""What the log holds about the subjects of a list, read for all rows at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg

from api.desk import plain_name
from ledger.case import Recorded
from ledger.codec import decode
from ledger.facts import (
    AssignmentAgreed,
    EquityContributed,
    Fact,
    LicenseGranted,
    NumberSettled,
)
from ledger.facts.contracts import ContractSigned
from ledger.folding import fold, standing

_HISTORIES = """
SELECT s.subject, f.position, f.state
FROM unnest(%b::text[]) AS r(subject)
CROSS JOIN LATERAL (
  SELECT x.subject, x.sequence, x.position FROM ledger.subjects x
  WHERE x.subject = r.subject OFFSET 0) s
JOIN LATERAL (
  SELECT x.position, x.state FROM ledger.facts x WHERE x.position = s.position OFFSET 0) f ON true
ORDER BY s.subject, s.sequence"""
_NAMED = """
SELECT s.subject, convert_from(f.state, 'UTF8')::json #>> %b::text[]
FROM ledger.facts f JOIN ledger.subjects s USING (position)
WHERE f.topic = %b AND s.subject LIKE %b"""
_CONTRACTS = """
SELECT f.subject FROM ledger.facts f WHERE f.institution = %b AND f.topic = ANY (%b::text[])"""

ContractFact = LicenseGranted | AssignmentAgreed | ContractSigned | EquityContributed
_CONTRACT_FACTS = (LicenseGranted, AssignmentAgreed, ContractSigned, EquityContributed)

History = tuple[Recorded, ...]


class Contract(NamedTuple):
    """A contract of the institution by the fact that signed it, with all that followed."""

    subject: str
    signed: ContractFact
    history: History


def histories(connection: psycopg.Connection[Any], subjects: Iterable[str]) -> dict[str, History]:
    """The facts that count about each subject, in order; subjects without any are left out."""
    rows = connection.execute(_HISTORIES, (sorted(set(subjects)),), binary=True).fetchall()
    chains: defaultdict[str, list[Recorded]] = defaultdict(list)
    # A fact that touches many of the subjects is read once.
    read: dict[int, Recorded] = {}
    for subject, position, state in rows:
        seen = read.get(position)
        if seen is None:
            seen = read[position] = decode(bytes(state), position)
        chains[subject].append(seen)
    return {subject: standing(chain) for subject, chain in chains.items()}


def institutions_by_name(connection: psycopg.Connection[Any], own: str) -> Mapping[str, str]:
    """Institution by plain Chinese or English name; a name of several is only one's own."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for field in ("name_zh", "name_en"):
        path = ["payload", field]
        topic, like = "institution-registered.v1", "institution:%"
        for subject, name in connection.execute(_NAMED, (path, topic, like)):
            plain = plain_name(name)
            if found.setdefault(plain, subject) != subject:
                shared.add(plain)
                found[plain] = own if own in (subject, found[plain]) else subject
    return {
        name: subject for name, subject in found.items() if name not in shared or subject == own
    }


def counterparties_by_name(connection: psycopg.Connection[Any]) -> Mapping[str, Sequence[str]]:
    """Counterparties by plain name; individuals' names are not in the log."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    topic, like = "counterparty-registered.v1", "counterparty:%"
    for subject, name in connection.execute(_NAMED, (["payload", "name"], topic, like)):
        if name and subject not in found[plain_name(name)]:
            found[plain_name(name)].append(subject)
    return found


def contracts_by_number(
    connection: psycopg.Connection[Any], institution: str
) -> Mapping[str, Sequence[Contract]]:
    """The institution's standing contracts by plain contract number."""
    topics = [fact.TOPIC for fact in _CONTRACT_FACTS]
    rows = connection.execute(_CONTRACTS, (institution, topics)).fetchall()
    found: defaultdict[str, list[Contract]] = defaultdict(list)
    for subject, history in histories(connection, (row[0] for row in rows)).items():
        signed = last(history, *_CONTRACT_FACTS)
        if isinstance(signed, _CONTRACT_FACTS) and signed.subjects()[0] == subject:
            found[plain_name(signed.contract_number)].append(Contract(subject, signed, history))
    return found


def file_of(patent: str, history: History) -> History:
    """The facts of the file for which a patent's number stands, without those of one set aside."""
    if last(history, NumberSettled) is None:
        return history
    aside = {file.institution for file in fold(patent, history).aside}
    return tuple(seen for seen in history if seen.institution not in aside)


def last(history: History, *kinds: type[Fact]) -> Fact | None:
    """The newest fact of these types in a history."""
    return next((seen.fact for seen in reversed(history) if isinstance(seen.fact, kinds)), None)
