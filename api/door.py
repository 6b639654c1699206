"""From a caller's words to a request for the book: ids, keys and private fields enter here."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from api.bodies import read_body
from ledger.case import Command
from ledger.commands import BY_NAME
from ledger.declaration import Declaration
from ledger.persons import ErasePerson
from ledger.refusals import Refusal, Refused
from ledger.sitting import Request, Statement
from ledger.vault import Vault, derived_key, destroy

_BARE = frozenset({"token"})
"""Fresh ids that are plain UUIDs and not subjects of the log."""


class By(NamedTuple):
    """By whom a command comes in: the actor, and the token that says so."""

    actor: str
    token: str


Asker = str | By
"""An actor alone is this program speaking for itself: the console, the demonstration, the log."""


def actor_of(by: Asker) -> str:
    """The actor of whoever asks."""
    return by.actor if isinstance(by, By) else by


class Door:
    """Validates commands and dresses them as requests.

    `secret` keys the hashes of idempotency keys and bodies; `new_id` makes UUIDs; `random` makes
    bytes nobody can guess.
    """

    def __init__(
        self,
        vault: Vault,
        master: bytes,
        new_id: Callable[[], str],
        random: Callable[[int], bytes],
    ) -> None:
        self.vault = vault
        self._secret = derived_key(master, "command-keys")
        self._new_id, self._random = new_id, random

    def admit(
        self,
        name: str,
        body: Mapping[str, Any],
        by: Asker,
        key: str | None = None,
        *,
        commitments: Mapping[str, str] | None = None,
        beside: tuple[Statement, ...] = (),
    ) -> Request:
        """A request for the named command with this body.

        `commitments` and `beside` come from doors that sealed something themselves (bank lines,
        tokens). Raises Refusal(COMMAND_IS_UNKNOWN) or Refusal(COMMAND_IS_MALFORMED, errors=...).
        """
        actor, token = actor_of(by), by.token if isinstance(by, By) else None
        declaration = declared(name)
        command = read_command(declaration, self._with_fresh_id(declaration.command, body))
        made, statements = ({}, ()) if commitments else self._seal_private(command)
        if isinstance(command, ErasePerson):
            statements = (*statements, destroy(command.person))
        hashed_key, hashed_body, command_id = self._identify(name, body, actor, key)
        return Request(
            command=command,
            actor=actor,
            command_id=command_id,
            key=hashed_key,
            body_hash=hashed_body,
            commitments={**made, **(commitments or {})},
            beside=(*statements, *beside),
            token=token,
        )

    def _with_fresh_id(self, command: type[Command], body: Mapping[str, Any]) -> dict[str, Any]:
        fresh = command.FRESH
        if fresh is None or body.get(fresh) is not None:
            return dict(body)
        bare = self._new_id()
        return {**body, fresh: bare if fresh in _BARE else f"{fresh}:{bare}"}

    def _seal_private(self, command: Command) -> tuple[dict[str, str], tuple[Statement, ...]]:
        fields = {
            field: str(value)
            for field in type(command).PRIVATE
            if (value := getattr(command, field)) is not None
        }
        fresh = type(command).FRESH
        if not fields or fresh is None:
            # A command about something that is in the vault already brings its commitments along.
            return {}, ()
        owner = getattr(command, fresh)
        sealed = self.vault.seal({owner: fields})[owner]
        return sealed.commitments, sealed.statements

    def _identify(
        self, name: str, body: Mapping[str, Any], actor: str, key: str | None
    ) -> tuple[bytes | None, bytes | None, str]:
        if key is None:
            return None, None, self._random(16).hex()
        return (
            self._keyed("key", actor, key),
            self._keyed("body", name, orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()),
            self._keyed("command", actor, key)[:16].hex(),
        )

    def _keyed(self, *parts: str) -> bytes:
        words = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
        return hmac.new(self._secret, words, hashlib.sha256).digest()


def declared(name: str) -> Declaration:
    """The declaration of a command by name. Raises Refusal(COMMAND_IS_UNKNOWN)."""
    if name not in BY_NAME:
        raise Refusal(Refused.COMMAND_IS_UNKNOWN, command=name)
    return BY_NAME[name]


def read_command(declaration: Declaration, body: Mapping[str, Any]) -> Command:
    """The body as a strict command. Raises Refusal(COMMAND_IS_MALFORMED) naming every field."""
    return read_body(declaration.command, declaration.name, body)
