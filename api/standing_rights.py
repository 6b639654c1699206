"""Rights that stand in the log, that wait for a second person, or that one alone gave."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import psycopg

from api.states import state_of
from ledger.access import Actor
from ledger.actors import Role
from ledger.codec import decode
from ledger.facts import AccessRecovered, LogOpened, RightProposed
from ledger.proposals import Proposal

_SUBJECTS = "SELECT DISTINCT subject FROM ledger.subjects WHERE subject LIKE %s ORDER BY 1"
_BEGINNINGS = "SELECT position, state FROM ledger.facts WHERE topic = ANY(%s) ORDER BY position"
_NAMING = ["log-opened.v1", LogOpened.TOPIC, AccessRecovered.TOPIC]


class Unbacked(NamedTuple):
    """A right for which no two persons stand: of an actor, a role, or with None the account."""

    holder: str
    role: Role | None
    scope: str | None


def actors(connection: psycopg.Connection[Any]) -> dict[str, Actor]:
    """Every actor of the log with its folded state."""
    rows = connection.execute(_SUBJECTS, ("actor:%",)).fetchall()
    return {subject: state_of(connection, subject) for (subject,) in rows}


class Waiting(NamedTuple):
    """A proposed right that nobody confirmed or declined yet, and who proposed it."""

    proposal: str
    right: RightProposed
    proposer: str


def waiting_proposals(connection: psycopg.Connection[Any]) -> Iterator[Waiting]:
    """What waits for a second person."""
    for (subject,) in connection.execute(_SUBJECTS, ("proposal:%",)).fetchall():
        proposal: Proposal = state_of(connection, subject)
        if proposal.right is not None and not proposal.settled:
            yield Waiting(subject, proposal.right, proposal.proposer)


def unbacked(connection: psycopg.Connection[Any], known: Mapping[str, Actor]) -> Iterator[Unbacked]:
    """Rights in force for which fewer than two persons stand.

    Those two who were named when the log was opened or recovered need nobody; of accounts only
    the further ones of a person are asked about.
    """
    founders = _founders(connection)
    seen: set[str] = set()
    for holder, actor in known.items():
        if actor.person in seen and _persons(actor.backers, known) < 2:
            yield Unbacked(holder, None, None)
        if actor.person is not None and holder not in founders:
            seen.add(actor.person)
        for grant in actor.grants:
            if holder not in founders and _persons(grant.backers, known) < 2:
                yield Unbacked(holder, grant.role, grant.scope)


def _persons(backers: frozenset[str], known: Mapping[str, Actor]) -> int:
    return len({known[each].person for each in backers if each in known and known[each].person})


def _founders(connection: psycopg.Connection[Any]) -> set[str]:
    """The accounts of the two persons named at a beginning; one alone, as of old, is no two."""
    found: set[str] = set()
    for position, entry in connection.execute(_BEGINNINGS, (_NAMING,)).fetchall():
        fact = decode(bytes(entry), position).fact
        if isinstance(fact, LogOpened | AccessRecovered) and fact.security_administrator:
            found |= {fact.administrator, fact.security_administrator}
    return found
