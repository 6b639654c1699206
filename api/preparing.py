"""What some commands need done at the door before the book hears them: secrets, bank lines."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.access import Caller
from api.desk import prepare_claim
from api.home import Home
from api.tokens import KEEP, hashed
from ledger.access import IssueToken, acting_institution
from ledger.looking import Look, Onlooker
from ledger.receipts import ClaimReceipt
from ledger.sitting import Request


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it came in: name, body as a JSON object, caller, idempotency key."""

    name: str
    body: dict[str, Any]
    caller: Caller
    key: str | None
    heavy: bool = False
    """Whether the body is so long that it is checked in a thread."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A command the book can hear, and what its accepted answer shows once, never on a replay."""

    request: Request
    shown: Mapping[str, Any] = field(default_factory=dict)


Prepare = Callable[[Asked, FastAPI], Awaitable[Ready]]


async def prepared(asked: Asked, app: FastAPI) -> Ready:
    """The command made ready: by its own preparation if it has one, else as it came."""
    return await PREPARATIONS.get(asked.name, as_it_came)(asked, app)


async def looked(asked: Asked, app: FastAPI) -> Look:
    """What the command would write now, decided as it would be and not written.

    Raises Refusal as the command itself would.
    """
    onlooker: Onlooker = app.state.onlooker
    ready = await prepared(asked, app)
    return await run_in_threadpool(onlooker.look, ready.request)


async def as_it_came(asked: Asked, app: FastAPI) -> Ready:
    """Admit the body unchanged."""
    return Ready(await _admitted(asked, app))


async def _admitted(asked: Asked, app: FastAPI) -> Request:
    home: Home = app.state.home
    said = (asked.name, asked.body, asked.caller.actor, asked.key)
    return (
        await run_in_threadpool(home.door.admit, *said) if asked.heavy else home.door.admit(*said)
    )


async def with_secret(asked: Asked, app: FastAPI) -> Ready:
    """Make the secret of a new token; its hash commits with the fact, and nothing else keeps it."""
    request = await _admitted(asked, app)
    command = request.command
    if not isinstance(command, IssueToken):
        raise TypeError(f"{asked.name} issues no token")
    secret = secrets.token_urlsafe(32)
    kept = (
        KEEP,
        (command.token, command.holder, command.purpose, hashed(secret), command.expires_at),
    )
    shown: dict[str, Any] = {"token": command.token, "secret": secret}
    if command.purpose == "sign-in":
        shown["path"] = f"/sign-in?token={secret}"
    return Ready(replace(request, beside=(*request.beside, kept)), shown)


async def with_bank_line(asked: Asked, app: FastAPI) -> Ready:
    """Add to a claim what the bank said about its line, which no caller may say for it."""
    home: Home = app.state.home
    institution = acting_institution(
        asked.caller.state,
        ClaimReceipt.ROLES or frozenset(),
        asked.body.get("institution"),
        None,
        asked.caller.day,
    )

    def looked_up() -> tuple[dict[str, Any], dict[str, str]]:
        with psycopg.connect(home.service_url, autocommit=True) as connection:
            return prepare_claim(connection, home.vault, institution, asked.body)

    body, commitments = await run_in_threadpool(looked_up)
    admitted = home.door.admit(
        asked.name, body, asked.caller.actor, asked.key, commitments=commitments
    )
    return Ready(admitted)


PREPARATIONS: dict[str, Prepare] = {
    "token.issue": with_secret,
    "receipt.claim": with_bank_line,
}
"""Command name to what the door does first; every other command goes in as it came."""
