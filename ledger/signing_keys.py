"""The keys that sign the log's checkpoints: adopted by facts, each from its position on."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final, NamedTuple

import psycopg
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New
from ledger.codec import decode
from ledger.declaration import Declaration
from ledger.facts import SigningKeyAdopted
from ledger.folding import fold
from ledger.institutions import Log
from ledger.notes import ED25519, NoteIsMalformed, VerifierKey
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, Text

ADOPTED: Final = f"""
SELECT f.position, f.state FROM ledger.subjects s JOIN ledger.facts f USING (position)
WHERE s.subject = '{LOG}' AND f.topic = '{SigningKeyAdopted.TOPIC}' ORDER BY f.position""".encode()
"""Rows of which `adopted_of` makes the keys."""

_CHAIN = f"""
SELECT f.position, f.state FROM ledger.subjects s JOIN ledger.facts f USING (position)
WHERE s.subject = '{LOG}' ORDER BY s.sequence"""


class AdoptedKey(NamedTuple):
    """A key, and the position of the fact that adopted it."""

    position: int
    key: VerifierKey


def keys_of(adopted: Iterable[AdoptedKey], size: int) -> VerifierKey | None:
    """The key that signs a log of so many facts."""
    held = [each.key for each in adopted if each.position < size]
    return held[-1] if held else None


def keys_under(origin: str, adopted: Iterable[AdoptedKey]) -> tuple[AdoptedKey, ...]:
    """The keys of a log by this name; the first signs it from its first entry on.

    A log that took a new name is sealed anew from its beginning, where its keys had the old one.
    """
    own = [each for each in adopted if each.key.name == origin]
    return tuple(each._replace(position=-1) if each is own[0] else each for each in own)


def adopted_keys(connection: psycopg.Connection[Any]) -> tuple[AdoptedKey, ...]:
    """Every key the log ever had, oldest first."""
    return adopted_of(connection.execute(ADOPTED).fetchall())


def adopted_of(rows: Iterable[tuple[Any, ...]]) -> tuple[AdoptedKey, ...]:
    """The keys of facts (position, entry) that adopt one."""
    return tuple(_adopted(position, bytes(state)) for position, state in rows)


def log_state(connection: psycopg.Connection[Any]) -> Log:
    """The log as its own chain tells: its name, its key."""
    rows = connection.execute(_CHAIN.encode()).fetchall()
    state: Log = fold(LOG, [decode(bytes(entry), position) for position, entry in rows])
    return state


def _adopted(position: int, entry: bytes) -> AdoptedKey:
    fact = decode(entry, position).fact
    if not isinstance(fact, SigningKeyAdopted):
        raise TypeError(f"the fact at {position} adopts no key")
    return AdoptedKey(position, VerifierKey.parse(fact.key))


# --- Commands


def _log_key(text: str) -> str:
    try:
        kind = VerifierKey.parse(text).kind
    except NoteIsMalformed as error:
        raise PydanticCustomError("verifier_key", "not a verifier key") from error
    if kind != ED25519:
        raise PydanticCustomError("verifier_key", "not the key of a log")
    return text


class AdoptSigningKey(Command):
    """Say by which key checkpoints are signed from here on."""

    NAME: ClassVar[str] = "signing-key.adopt"
    ZH: ClassVar[str] = "启用签名密钥"
    EN: ClassVar[str] = "Adopt a signing key"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.ADMINISTRATOR})
    key: Annotated[Text, AfterValidator(_log_key)]


# --- decide


def adopt_signing_key(command: AdoptSigningKey, case: Case) -> Decision:
    """Adopt a key of this log's name that is not the present one."""
    log = case.read(Log, LOG)
    if VerifierKey.parse(command.key).name != log.origin:
        raise Refusal(Refused.KEY_HAS_ANOTHER_NAME, key=command.key, origin=log.origin)
    if command.key == log.key:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.key)
    fact = SigningKeyAdopted(key=command.key, before=log.key, on=case.today)
    return Decision((New(fact, institution=LOG),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(AdoptSigningKey, adopt_signing_key, (SigningKeyAdopted,)),
)
