"""Secrets that say who acts: made here, hashed at rest, their rights being facts in the log.

A secret opens the ledger while its hash is in the vault, it has not expired, and the log still
lets its holder have it. A secret for somebody else is `first.second`: whoever proposed it was
shown the first half, whoever confirmed it the second, and only the holder is given both.
"""

import hashlib
import secrets
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import psycopg

from api.door import Asker, Door, actor_of
from api.home import Home
from api.states import state_of
from ledger.access import Actor
from ledger.facts import RightProposed
from ledger.proposals import ConfirmRight, IssueToken, Proposal, proposal_of
from ledger.sitting import Request, Statement
from ledger.writers import Scribe

Purpose = Literal["bearer", "sign-in", "session"]

KEEP = (
    "INSERT INTO vault.tokens (token, actor, purpose, sha256, expires_at) "
    "VALUES (%b, %b, %b, %b, %b)"
)
"""Parameters: token id, actor, purpose, SHA-256 of the secret, when it expires."""

_FIND = (
    "SELECT token, actor FROM vault.tokens "
    "WHERE sha256 = %s AND expires_at > %s AND purpose = 'bearer'"
)
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Capitals and digits of which none is taken for another: five bits each."""

_TYPED: Final = str.maketrans("", "", "- ")


class Holder(NamedTuple):
    """Who a bearer secret stands for: actor id, folded state with its grants, token id."""

    actor: str
    state: Actor
    token: str


class NewToken(NamedTuple):
    """A secret to be shown once, and the request that makes it valid."""

    secret: str
    token: str
    request: Request


class Half(NamedTuple):
    """One half of a secret to be shown once, and the request that goes with it."""

    words: str
    request: Request


def hashed(secret: str) -> bytes:
    """What is kept of a secret: its SHA-256, or that of the digests of its two halves.

    Secrets are random, so no salt is needed.
    """
    first, dot, second = secret.partition(".")
    if not dot:
        return _sha256(secret)
    return _joined(_sha256(first.upper().translate(_TYPED)), _sha256(second))


def _joined(first: bytes, second: bytes) -> bytes:
    return hashlib.sha256(first + second).digest()


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def own_token(door: Door, by: Asker, purpose: Purpose, expires_at: datetime) -> NewToken:
    """A fresh secret that somebody who gives rights makes for the own account.

    It is worthless until a Writer or Scribe has handled the request; fact and hash go together.
    """
    token = str(uuid.uuid4())
    body = {
        "holder": actor_of(by),
        "token": token,
        "purpose": purpose,
        "expires_at": expires_at.isoformat(),
    }
    secret, request = with_secret(door.admit(IssueToken.NAME, body, by))
    return NewToken(secret, token, request)


def with_secret(request: Request) -> Half:
    """A token.issue with what is shown of it: the whole secret to its holder, else the first half.

    The first half is 80 random bits that a person can type; the log holds its SHA-256.
    """
    command = request.command
    if not isinstance(command, IssueToken):
        raise TypeError(f"{command.NAME} issues no token")
    if command.holder == request.actor:
        secret = secrets.token_urlsafe(32)
        row = (command.token, command.holder, command.purpose, hashed(secret), command.expires_at)
        return Half(secret, replace(request, beside=(*request.beside, (KEEP, row))))
    letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
    told = command.model_copy(update={"half": _sha256(letters).hex()})
    shown = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return Half(shown, replace(request, command=told))


def with_second_half(request: Request, proposal: Proposal) -> Half | None:
    """The confirmation of a proposed token with its second half; None where no token is proposed.

    The hash of both halves commits with the fact that issues the token.
    """
    right = proposal.right
    if right is None or right.gives != "token" or right.half is None:
        return None
    second = secrets.token_urlsafe(32)
    digest = _joined(bytes.fromhex(right.half), _sha256(second))
    return Half(second, replace(request, beside=(*request.beside, kept(right, digest))))


def kept(right: RightProposed, digest: bytes) -> Statement:
    """The row of a proposed token whose secret has this hash."""
    return KEEP, (right.token, right.holder, right.purpose, digest, right.expires_at)


def given_by_two(
    home: Home,
    scribe: Scribe,
    two: tuple[Asker, Asker],
    holder: str,
    purpose: Purpose,
    expires_at: datetime,
) -> NewToken:
    """A whole secret for somebody else, where one program speaks for both who give it.

    The request is the confirmation, which is still to be handled. Raises Refusal.
    """
    token = str(uuid.uuid4())
    asked = {"holder": holder, "token": token, "purpose": purpose}
    body = {**asked, "expires_at": expires_at.isoformat()}
    first = with_secret(home.door.admit(IssueToken.NAME, body, two[0]))
    scribe.handle(first.request)
    proposal = proposal_of(token)
    confirmed = home.door.admit(ConfirmRight.NAME, {"proposal": proposal}, two[1])
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        second = with_second_half(confirmed, state_of(connection, proposal))
    if second is None:
        raise TypeError("a proposed token has two halves")
    return NewToken(f"{first.words}.{second.words}", token, second.request)


def holder_of(connection: psycopg.Connection[Any], secret: str, now: datetime) -> Holder | None:
    """Who a bearer secret stands for at this moment; None if it opens nothing, for any reason."""
    row = connection.execute(_FIND, (hashed(secret), now)).fetchone()
    if row is None:
        return None
    token, actor = row
    state: Actor = state_of(connection, actor)
    return Holder(actor, state, token) if token in state.tokens else None
