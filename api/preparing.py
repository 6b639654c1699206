"""What some commands need done at the door before the book hears them: secrets, bank lines."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.access import Caller
from api.desk import prepare_claim
from api.home import Home
from api.states import state_of
from api.tokens import with_second_half, with_secret
from ledger.access import acting_institution
from ledger.looking import Look, Onlooker
from ledger.proposals import IssueToken, Proposal, proposal_of
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
    said = (asked.name, asked.body, asked.caller.by, asked.key)
    return (
        await run_in_threadpool(home.door.admit, *said) if asked.heavy else home.door.admit(*said)
    )


async def with_own_half(asked: Asked, app: FastAPI) -> Ready:
    """Make the secret of a new token, or the proposer's half of one for somebody else."""
    words, request = with_secret(await _admitted(asked, app))
    command = request.command
    if not isinstance(command, IssueToken):
        raise TypeError(f"{asked.name} issues no token")
    if command.holder != asked.caller.actor:
        return Ready(request, {"proposal": proposal_of(command.token), "first_half": words})
    shown = {"token": command.token, "secret": words}
    if command.purpose == "sign-in":
        shown["path"] = f"/sign-in?token={words}"
    return Ready(request, shown)


async def with_other_half(asked: Asked, app: FastAPI) -> Ready:
    """Where a token is confirmed, make the second half of its secret."""
    home: Home = app.state.home
    admitted = await _admitted(asked, app)
    subject = asked.body["proposal"]

    def looked_up() -> Proposal:
        with psycopg.connect(home.service_url, autocommit=True) as connection:
            proposal: Proposal = state_of(connection, subject)
            return proposal

    proposal = await run_in_threadpool(looked_up)
    half = with_second_half(admitted, proposal)
    if half is None or proposal.right is None:
        return Ready(admitted)
    shown = {"token": proposal.right.token, "second_half": half.words}
    if proposal.right.purpose == "sign-in":
        shown["path"] = f"/sign-in?half={half.words}"
    return Ready(half.request, shown)


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
        asked.name, body, asked.caller.by, asked.key, commitments=commitments
    )
    return Ready(admitted)


PREPARATIONS: dict[str, Prepare] = {
    "token.issue": with_own_half,
    "right.confirm": with_other_half,
    "receipt.claim": with_bank_line,
}
"""Command name to what the door does first; every other command goes in as it came."""
