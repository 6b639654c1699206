"""Who may do what: an actor's roles and tokens, folded from facts and read by every decision."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal, assert_never

from pydantic import AwareDatetime

from ledger.actors import BUREAU_ROLES, CITY_WIDE, TIME_BOXED, Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import (
    ActorRegistered,
    LogOpened,
    RoleGranted,
    RoleRevoked,
    TokenIssued,
    TokenRevoked,
)
from ledger.institutions import Institution
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, ActorId, InstitutionId, PersonId, TokenId

TOKEN_DAYS_MAX = {"bearer": 400, "sign-in": 31, "session": 31}
"""How long a secret may live; a program's bearer token outlasts one audit year."""


# --- State


@dataclass(frozen=True, slots=True)
class Grant:
    """One role at one institution (None: city-wide) between two days, both included."""

    role: Role
    scope: str | None
    starts: date
    ends: date | None

    def holds(self, day: date) -> bool:
        """Whether the grant is in force on that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who can act; `person` is the human behind it, compared by the four-eyes rules."""

    known: bool = False
    person: str | None = None
    grants: tuple[Grant, ...] = ()
    tokens: frozenset[str] = frozenset()

    def roles(self, day: date) -> frozenset[Role]:
        """The roles in force on a day, wherever they hold."""
        return frozenset(grant.role for grant in self.grants if grant.holds(day))


# --- evolve

ActorFact = LogOpened | ActorRegistered | RoleGranted | RoleRevoked | TokenIssued | TokenRevoked


def evolve(state: Actor, fact: ActorFact, seen: Recorded) -> Actor:
    """Fold one fact about an actor."""
    match fact:
        case LogOpened():
            first = Grant(Role.ADMINISTRATOR, None, fact.on, None)
            return replace(state, known=True, person=fact.person, grants=(first,))
        case ActorRegistered():
            return replace(state, known=True, person=fact.person)
        case RoleGranted():
            grant = Grant(fact.role, fact.scope, fact.starts, fact.ends)
            return replace(state, grants=(*state.grants, grant))
        case RoleRevoked():
            left = tuple(
                grant
                for grant in state.grants
                if (grant.role, grant.scope) != (fact.role, fact.scope)
            )
            return replace(state, grants=left)
        case TokenIssued():
            return replace(state, tokens=state.tokens | {fact.token})
        case TokenRevoked():
            return replace(state, tokens=state.tokens - {fact.token})
        case _:
            assert_never(fact)


def same_person(case: Case, actor: str) -> bool:
    """Whether the actor of this case and another actor are one person (or one program)."""
    if actor == case.actor:
        return True
    mine, other = case.read(Actor, case.actor).person, case.read(Actor, actor).person
    return mine is not None and mine == other


def need_another_person(case: Case, actor: str, done: str) -> None:
    """Refuse when the same person did `done` before (four eyes; persons are compared)."""
    if same_person(case, actor):
        raise Refusal(Refused.ANOTHER_PERSON_MUST_DO_THIS, done=done)


def need_uninvolved(case: Case, persons: Collection[str], done: str) -> None:
    """Refuse a decision to one of the persons it concerns."""
    if case.read(Actor, case.actor).person in persons:
        raise Refusal(Refused.ANOTHER_PERSON_MUST_DO_THIS, done=done)


def acting_institution(
    actor: Actor, roles: frozenset[Role], wanted: str | None, bureau: str | None, day: date
) -> str:
    """The institution a command acts for, if one of the actor's grants allows it.

    The bureau's offices act for the bureau; other roles without an institution for any. Raises
    ROLE_IS_MISSING, or INSTITUTION_MUST_BE_NAMED when several would fit.
    """
    fitting = [grant for grant in actor.grants if grant.role in roles and grant.holds(day)]
    if not fitting:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(roles))
    city_wide = [grant.role for grant in fitting if grant.scope is None]
    if not BUREAU_ROLES.issuperset(city_wide):
        return wanted or bureau or LOG
    if city_wide and wanted in (None, bureau):
        return bureau or LOG
    scopes = sorted({grant.scope for grant in fitting if grant.scope is not None})
    if wanted is None and len(scopes) == 1:
        return scopes[0]
    if wanted is None:
        raise Refusal(Refused.INSTITUTION_MUST_BE_NAMED, institutions=scopes)
    if wanted not in scopes:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(roles), institution=wanted)
    return wanted


def need_principal(
    principal: Actor, behalf: str, institution: str, bureau: str | None, day: date
) -> None:
    """Refuse to act on behalf of somebody without a role at that institution on that day.

    A city-wide role stands for the bureau's institution. Naming a principal lends no rights: the
    one who acts needs the command's role all the same, and the four-eyes rules look at that one.
    """
    for grant in principal.grants:
        if grant.holds(day) and institution in (grant.scope, bureau if not grant.scope else None):
            return
    raise Refusal(Refused.ACTOR_IS_UNKNOWN, actor=behalf)


# --- Commands

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class RegisterActor(Command):
    """Make somebody known as an actor; without a person it is a program.

    The four-eyes rules compare persons, so a human is registered with the person it is.
    """

    NAME: ClassVar[str] = "actor.register"
    ZH: ClassVar[str] = "登记操作者"
    EN: ClassVar[str] = "Register an actor"
    ROLES: ClassVar[frozenset[Role] | None] = ADMINISTRATORS
    FRESH: ClassVar[str | None] = "actor"
    actor: ActorId
    kind: Literal["human", "program"] | None = None
    person: PersonId | None = None


class GrantRole(Command):
    """Give a role at an institution, or city-wide, for a time."""

    NAME: ClassVar[str] = "role.grant"
    ZH: ClassVar[str] = "授予角色"
    EN: ClassVar[str] = "Grant a role"
    ROLES: ClassVar[frozenset[Role] | None] = ADMINISTRATORS
    holder: ActorId
    role: Role
    scope: InstitutionId | None = None
    starts: date | None = None
    ends: date | None = None


class RevokeRole(Command):
    """End a role at once."""

    NAME: ClassVar[str] = "role.revoke"
    ZH: ClassVar[str] = "撤销角色"
    EN: ClassVar[str] = "Revoke a role"
    ROLES: ClassVar[frozenset[Role] | None] = ADMINISTRATORS
    holder: ActorId
    role: Role
    scope: InstitutionId | None = None


class IssueToken(Command):
    """Put on record that a secret was made for an actor; the secret itself never comes here."""

    NAME: ClassVar[str] = "token.issue"
    ZH: ClassVar[str] = "签发令牌"
    EN: ClassVar[str] = "Issue a token"
    ROLES: ClassVar[frozenset[Role] | None] = ADMINISTRATORS
    FRESH: ClassVar[str | None] = "token"
    holder: ActorId
    token: TokenId
    purpose: Literal["bearer", "sign-in", "session"] = "bearer"
    expires_at: AwareDatetime


class RevokeToken(Command):
    """Make a secret worthless."""

    NAME: ClassVar[str] = "token.revoke"
    ZH: ClassVar[str] = "吊销令牌"
    EN: ClassVar[str] = "Revoke a token"
    ROLES: ClassVar[frozenset[Role] | None] = ADMINISTRATORS
    holder: ActorId
    token: TokenId


# --- decide


def register_actor(command: RegisterActor, case: Case) -> Decision:
    """Register an actor. Refuses an id in use."""
    if case.read(Actor, command.actor).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.actor)
    kind = command.kind or ("human" if command.person else "program")
    if kind == "human" and command.person is None:
        raise Refusal(Refused.HUMAN_NEEDS_A_PERSON, actor=command.actor)
    fact = ActorRegistered(
        registered=command.actor, kind=kind, person=command.person, on=case.today
    )
    return Decision((New(fact),))


def grant_role(command: GrantRole, case: Case) -> Decision:
    """Grant a role. City-wide roles take no institution, outside auditors need an end day.

    Refuses to mix administration with business, in one actor or in the person who grants.
    """
    holder = case.read(Actor, command.holder)
    if not holder.known:
        raise Refusal(Refused.ACTOR_IS_UNKNOWN, actor=command.holder)
    if command.role in CITY_WIDE and command.scope is not None:
        raise Refusal(Refused.ROLE_HOLDS_CITY_WIDE, role=command.role)
    if command.role not in CITY_WIDE and command.scope is None:
        raise Refusal(Refused.ROLE_NEEDS_AN_INSTITUTION, role=command.role)
    if command.scope is not None and not case.read(Institution, command.scope).known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.scope)
    starts = command.starts or case.today
    if command.ends is None and command.role in TIME_BOXED:
        raise Refusal(Refused.ROLE_NEEDS_AN_END, role=command.role)
    if command.ends is not None and command.ends < starts:
        raise Refusal(
            Refused.END_MUST_NOT_PRECEDE_START,
            starts=starts.isoformat(),
            ends=command.ends.isoformat(),
        )
    live = [g for g in holder.grants if g.ends is None or g.ends >= starts]
    if any((grant.role, grant.scope) == (command.role, command.scope) for grant in live):
        raise Refusal(Refused.ROLE_IS_HELD_ALREADY, role=command.role, holder=command.holder)
    _keep_administration_apart({grant.role for grant in live} | {command.role})
    if command.role is not Role.ADMINISTRATOR and same_person(case, command.holder):
        raise Refusal(Refused.ADMINISTRATOR_HAS_NO_BUSINESS_RIGHTS, roles=[command.role])
    fact = RoleGranted(
        holder=command.holder,
        role=command.role,
        scope=command.scope,
        starts=starts,
        ends=command.ends,
    )
    return Decision((New(fact, institution=command.scope),))


def _keep_administration_apart(roles: set[Role]) -> None:
    apart = {Role.ADMINISTRATOR, Role.SECURITY_AUDITOR}
    if roles & apart and len(roles) > 1:
        raise Refusal(Refused.ADMINISTRATOR_HAS_NO_BUSINESS_RIGHTS, roles=sorted(roles))


def revoke_role(command: RevokeRole, case: Case) -> Decision:
    """Revoke a role; it no longer opens anything from the next decision on."""
    held = case.read(Actor, command.holder).grants
    if not any((g.role, g.scope) == (command.role, command.scope) for g in held):
        raise Refusal(Refused.ROLE_IS_NOT_HELD, role=command.role, holder=command.holder)
    fact = RoleRevoked(holder=command.holder, role=command.role, scope=command.scope, on=case.today)
    return Decision((New(fact, institution=command.scope),))


def issue_token(command: IssueToken, case: Case) -> Decision:
    """Record a secret handed out. Refuses unknown actors and lifetimes over the maximum."""
    if not case.read(Actor, command.holder).known:
        raise Refusal(Refused.ACTOR_IS_UNKNOWN, actor=command.holder)
    days = TOKEN_DAYS_MAX[command.purpose]
    if command.expires_at > case.now + timedelta(days=days):
        raise Refusal(Refused.TOKEN_LIVES_TOO_LONG, purpose=command.purpose, days_max=days)
    fact = TokenIssued(
        holder=command.holder,
        token=command.token,
        purpose=command.purpose,
        expires_at=command.expires_at,
        on=case.today,
    )
    return Decision((New(fact),))


def revoke_token(command: RevokeToken, case: Case) -> Decision:
    """Revoke a secret; refuses one the actor does not hold."""
    if command.token not in case.read(Actor, command.holder).tokens:
        raise Refusal(Refused.TOKEN_IS_UNKNOWN, token=command.token)
    return Decision((New(TokenRevoked(holder=command.holder, token=command.token, on=case.today)),))


DECLARATIONS = (
    Declaration(RegisterActor, register_actor, (ActorRegistered,)),
    Declaration(GrantRole, grant_role, (RoleGranted,)),
    Declaration(RevokeRole, revoke_role, (RoleRevoked,)),
    Declaration(IssueToken, issue_token, (TokenIssued,)),
    Declaration(RevokeToken, revoke_token, (TokenRevoked,)),
)
