"""Secrets that say who acts: made here, hashed at rest, their rights being facts in the log.

A secret opens the ledger while its hash is in the vault, it has not expired, and the log still
lets its holder have it.
"""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import psycopg

from api.door import Door
from api.home import Home
from api.states import state_of
from ledger.access import Actor
from ledger.sitting import Request
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


def hashed(secret: str) -> bytes:
    """What is kept of a secret: its SHA-256. Secrets are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def new_token(
    door: Door, actor: str, holder: str, purpose: Purpose, expires_at: datetime
) -> NewToken:
    """A fresh secret for `holder`, asked for by `actor`; fact and hash commit together.

    The secret is worthless until a Writer or Scribe has handled the request.
    """
    secret, token = secrets.token_urlsafe(32), str(uuid.uuid4())
    request = door.admit(
        "token.issue",
        {
            "holder": holder,
            "token": token,
            "purpose": purpose,
            "expires_at": expires_at.isoformat(),
        },
        actor,
        beside=((KEEP, (token, holder, purpose, hashed(secret), expires_at)),),
    )
    return NewToken(secret, token, request)


def issue(home: Home, scribe: Scribe, actor: str, holder: str, purpose: Purpose, days: int) -> str:
    """Issue a secret valid for `days` days from now and answer it; it is kept nowhere else.

    Raises Refusal: ROLE_IS_MISSING, ACTOR_IS_UNKNOWN, TOKEN_LIVES_TOO_LONG.
    """
    made = new_token(home.door, actor, holder, purpose, home.clock() + timedelta(days=days))
    scribe.handle(made.request)
    return made.secret


def holder_of(connection: psycopg.Connection[Any], secret: str, now: datetime) -> Holder | None:
    """Who a bearer secret stands for at this moment; None if it opens nothing, for any reason."""
    row = connection.execute(_FIND, (hashed(secret), now)).fetchone()
    if row is None:
        return None
    token, actor = row
    state: Actor = state_of(connection, actor)
    return Holder(actor, state, token) if token in state.tokens else None
