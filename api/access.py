"""Who is calling, and what they may read: secrets looked up by hash, rights folded from grants.

A program sends a bearer token. A person opens a sign-in link once: its row in the vault gives way
to a session row of the same token id under a new secret, which the cookie carries. So the fact
that recorded the link also stands for the session, its expiry holds for both, and revoking the
token ends the session at once; no further fact is needed.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from typing import Annotated, Any

from fastapi import Depends
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request

from api.desk import READS_DESK
from api.door import By
from api.language import SESSION_COOKIE
from api.lists.kinds import LIST_ROLES
from api.problems import Fault, RequestFault
from api.tokens import hashed
from ledger.access import Actor, Grant
from ledger.actors import BUREAU_ROLES, KEEPERS, READS_ALL_INSTITUTIONS, Role
from ledger.case import business_day
from ledger.codec import decode
from ledger.findings import CONCERNED
from ledger.folding import fold
from ledger.reads import READERS_KEPT
from ledger.refusals import Refusal, Refused
from projections.view import OFFICES

Pool = AsyncConnectionPool[Any]

_ACTORS_MAX = 10_000

_FIND = """
SELECT t.token, t.actor, t.purpose,
       (SELECT max(s.sequence) FROM ledger.subjects s WHERE s.subject = t.actor)
FROM vault.tokens t
WHERE t.sha256 = %s AND t.expires_at > %s AND t.purpose = %s"""
_HISTORY = """
SELECT s.sequence, f.position, f.state
FROM ledger.subjects s JOIN ledger.facts f USING (position)
WHERE s.subject = %s ORDER BY s.sequence"""
_SPEND = """
DELETE FROM vault.tokens WHERE sha256 = %s AND expires_at > %s AND purpose = 'sign-in'
RETURNING token, actor, expires_at"""
_BEGIN = """
INSERT INTO vault.tokens (token, actor, purpose, sha256, expires_at, used_at)
VALUES (%s, %s, 'session', %s, %s, %s)"""
_END = "DELETE FROM vault.tokens WHERE sha256 = %s AND purpose = 'session'"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the door: actor id, folded grants, and the business day on which they count."""

    actor: str
    token: str
    state: Actor
    day: date

    @property
    def by(self) -> By:
        """What the door is told of who asks."""
        return By(self.actor, self.token)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles in force today."""
        return self.state.roles(self.day)

    def scope(self, roles: frozenset[Role], own: frozenset[Role] = frozenset()) -> "Scope":
        """Where the caller holds one of these roles today; with a role of `own` for oneself only.

        An actor without a person has nothing of its own.
        """
        whole = self._held(roles)
        institutions = frozenset(grant.scope for grant in whole if grant.scope is not None)
        person = self.state.person
        parts = () if person is None else self._held(own)
        own_in = frozenset(grant.scope for grant in parts if grant.scope is not None)
        return Scope(
            everywhere=any(grant.role in READS_ALL_INSTITUTIONS for grant in whole),
            institutions=institutions | own_in,
            own_in=own_in - institutions,
            person=person,
        )

    def _held(self, roles: frozenset[Role]) -> list[Grant]:
        return [
            grant for grant in self.state.grants if grant.role in roles and grant.holds(self.day)
        ]


@dataclass(frozen=True, slots=True)
class Scope:
    """The institutions whose rows somebody may read; of those `own_in` only rows of `person`.

    `audits` are the institutions whose own auditors' files are open too; None opens all files.
    """

    everywhere: bool
    institutions: frozenset[str]
    own_in: frozenset[str] = frozenset()
    person: str | None = None
    audits: frozenset[str] | None = frozenset()

    def __bool__(self) -> bool:
        """Whether anything may be read at all."""
        return self.everywhere or bool(self.institutions)

    def parts(self) -> list[Any]:
        """What tells this scope from others, for ETags."""
        person = self.person if self.own_in else None
        audits = None if self.audits is None else sorted(self.audits)
        return [self.everywhere, sorted(self.institutions), sorted(self.own_in), person, audits]

    def need(self, institution: str | None) -> None:
        """Refuse an institution outside the scope as if it did not exist."""
        if institution is None or self.everywhere or institution in self.institutions:
            return
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=institution)


@dataclass(frozen=True, slots=True)
class Session:
    """A fresh session: the cookie's secret and for how long it opens anything.

    The cookie is given seconds, not an end: a browser's clock is real, the ledger's may not be.
    """

    secret: str
    seconds_left: int


class Doorkeeper:
    """Knows callers by their secrets. Folded actors are kept by their last sequence, so a new
    grant or a revocation counts from the next request on."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool, self._clock = pool, clock
        self._actors: OrderedDict[str, tuple[int, Actor]] = OrderedDict()

    async def caller(self, secret: str, purpose: str) -> Caller | None:
        """Whom the secret stands for now; None when it opens nothing, for whatever reason."""
        now = self._clock()
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_FIND, (hashed(secret), now, purpose))
            row = await cursor.fetchone()
        if row is None or row[3] is None:
            return None
        token, actor, _, sequence = row
        state = await self._state(actor, sequence)
        return Caller(actor, token, state, business_day(now)) if token in state.tokens else None

    async def _state(self, actor: str, sequence: int) -> Actor:
        known = self._actors.get(actor)
        if known is None or known[0] != sequence:
            async with self._pool.connection() as connection:
                rows = await (await connection.execute(_HISTORY, (actor,))).fetchall()
            state = fold(actor, [decode(bytes(entry), position) for _, position, entry in rows])
            known = (rows[-1][0], state)
            self._actors[actor] = known
            if len(self._actors) > _ACTORS_MAX:
                self._actors.popitem(last=False)
        self._actors.move_to_end(actor)
        return known[1]

    async def sign_in(self, secret: str) -> Session | None:
        """Spend a sign-in link for a session; None when it opens nothing. Two never both win."""
        now = self._clock()
        fresh = secrets.token_urlsafe(32)
        async with self._pool.connection() as connection, connection.transaction():
            row = await (await connection.execute(_SPEND, (hashed(secret), now))).fetchone()
            if row is None:
                return None
            token, actor, expires_at = row
            await connection.execute(_BEGIN, (token, actor, hashed(fresh), expires_at, now))
        if await self.caller(fresh, "session") is None:
            return None
        return Session(fresh, int((expires_at - now).total_seconds()))

    async def sign_out(self, secret: str) -> None:
        """Make a session's secret worthless."""
        async with self._pool.connection() as connection:
            await connection.execute(_END, (hashed(secret),))


async def visitor(request: Request) -> Caller | None:
    """Who is calling, None for somebody without a secret.

    A bearer token that opens nothing is refused at once (TOKEN_IS_NOT_VALID); a dead cookie is
    nobody. What a cookie asks to change must come from our own pages.
    """
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        found = None
        if scheme.lower() == "bearer" and secret.strip():
            found = await doorkeeper.caller(secret.strip(), "bearer")
        if found is None:
            wrong_secret(request)
            raise Refusal(Refused.TOKEN_IS_NOT_VALID)
        _known(request, found)
        return found
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie is None:
        return None
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        need_own_site(request)
    known = await doorkeeper.caller(cookie, "session")
    if known is None:
        wrong_secret(request)
    else:
        _known(request, known)
        request.state.around = {
            "signed_in": True,
            "sees_desk": bool(known.roles & READS_DESK),
            "sees_funds": bool(known.roles & (READS_DESK | BUREAU_ROLES)),
            "sees_lists": bool(known.roles & LIST_ROLES),
            "sees_figures": bool(known.roles & OFFICES),
            "sees_audit": bool(known.roles & CONCERNED),
            "gives_rights": bool(known.roles & KEEPERS),
        }
    return known


def wrong_secret(request: Request) -> None:
    """Count a secret that opened nothing. Raises RequestFault(TOO_MANY_WRONG_SECRETS)."""
    address = request.client.host if request.client else None
    request.app.state.rates.count_wrong(address, monotonic())


def _known(request: Request, found: Caller) -> None:
    """Let log and middleware know who asks, and whether what they are shown is to be kept.

    Raises RequestFault(TOO_MANY_REQUESTS).
    """
    request.state.actor = found.actor
    request.app.state.rates.need_calm(found.token, monotonic())
    if found.roles & READERS_KEPT:
        request.state.reader = found.actor


async def caller(request: Request) -> Caller:
    """Who is calling; refuses somebody without a valid secret."""
    found = await visitor(request)
    if found is None:
        raise RequestFault(Fault.SIGN_IN_IS_NEEDED, {"www-authenticate": 'Bearer realm="zhiheng"'})
    return found


def need_role(caller: Caller, roles: frozenset[Role]) -> None:
    """Refuse a caller without any of the roles, before anything else is done for them.

    Raises Refusal(ROLE_IS_MISSING).
    """
    if not caller.roles & roles:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(roles))


def need_own_site(request: Request) -> None:
    """Refuse a change that a browser was led into by another site (CSRF).

    Browsers of the last years say so in Sec-Fetch-Site; older ones send Origin with every POST.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        own = site == "same-origin"
    else:
        own = request.headers.get("origin") == f"{request.url.scheme}://{request.url.netloc}"
    if not own:
        raise RequestFault(Fault.REQUEST_COMES_FROM_ANOTHER_SITE)


CallerNow = Annotated[Caller, Depends(caller)]
VisitorNow = Annotated[Caller | None, Depends(visitor)]
