"""Who may do what: an actor's roles and tokens, folded from facts and read by every decision.

How two persons give a right stands in `ledger.proposals`; taking it away is one person's act.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar, assert_never

from ledger.actors import BUREAU_ROLES, FOR_PROGRAMS, KEEPERS, Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import (
    ActorRegistered,
    LogOpened,
    RightAffirmed,
    RightConfirmed,
    RoleGranted,
    RoleRevoked,
    TokenIssued,
    TokenRevoked,
)
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, ActorId, InstitutionId, TokenId

# --- State


@dataclass(frozen=True, slots=True)
class Grant:
    """One role at one institution (None: city-wide) between two days, both included.

    `backers` are the actors who stand for it: who gave it, and who affirmed it since.
    """

    role: Role
    scope: str | None
    starts: date
    ends: date | None
    backers: frozenset[str] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether the grant is in force on that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who can act; `person` is the human behind it, compared by the four-eyes rules.

    `tokens` are those not revoked, by when they expire; `backers` stand for the account itself.
    """

    known: bool = False
    person: str | None = None
    grants: tuple[Grant, ...] = ()
    tokens: Mapping[str, datetime] = field(default_factory=dict)
    backers: frozenset[str] = frozenset()

    def roles(self, day: date) -> frozenset[Role]:
        """The roles in force on a day, wherever they hold."""
        return frozenset(grant.role for grant in self.grants if grant.holds(day))


# --- evolve

ActorFact = (
    LogOpened
    | ActorRegistered
    | RoleGranted
    | RightConfirmed
    | RightAffirmed
    | RoleRevoked
    | TokenIssued
    | TokenRevoked
)


def evolve(state: Actor, fact: ActorFact, seen: Recorded) -> Actor:
    """Fold one fact about an actor."""
    match fact:
        case LogOpened():
            first = Grant(Role.ADMINISTRATOR, None, fact.on, None)
            return replace(state, known=True, person=fact.person, grants=(first,))
        case ActorRegistered():
            backers = frozenset({seen.actor})
            return replace(state, known=True, person=fact.person, backers=backers)
        case RoleGranted():
            given_by = frozenset({seen.actor})
            grant = Grant(fact.role, fact.scope, fact.starts, fact.ends, given_by)
            return replace(state, grants=(*state.grants, grant))
        case RightConfirmed():
            return _backed(state, fact.role, fact.scope, {seen.actor, fact.proposer})
        case RightAffirmed():
            return _backed(state, fact.role, fact.scope, {seen.actor})
        case RoleRevoked():
            left = tuple(
                grant
                for grant in state.grants
                if (grant.role, grant.scope) != (fact.role, fact.scope)
            )
            return replace(state, grants=left)
        case TokenIssued():
            return replace(state, tokens={**state.tokens, fact.token: fact.expires_at})
        case TokenRevoked():
            valid = {token: until for token, until in state.tokens.items() if token != fact.token}
            return replace(state, tokens=valid)
        case _:
            assert_never(fact)


def _backed(state: Actor, role: Role | None, scope: str | None, by: set[str]) -> Actor:
    """The actor with further backers of a grant, or of the account where no role is named."""
    if role is None:
        return replace(state, backers=state.backers | by)
    grants = tuple(
        replace(grant, backers=grant.backers | by)
        if (grant.role, grant.scope) == (role, scope)
        else grant
        for grant in state.grants
    )
    return replace(state, grants=grants)


def same_person(case: Case, actor: str) -> bool:
    """Whether the actor of this case and another actor are one person (or one program)."""
    if actor == case.actor:
        return True
    mine, other = case.read(Actor, case.actor).person, case.read(Actor, actor).person
    return mine is not None and mine == other


def need_another_person(case: Case, actor: str, done: str) -> None:
    """Refuse when the same person did `done` before (four eyes; persons are compared).

    Nobody without a person is a second pair of eyes: such an actor has no role that decides.
    """
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
    ROLE_IS_MISSING, PROGRAMS_DO_NOT_DECIDE for an actor without a person in any role but those
    for programs, or INSTITUTION_MUST_BE_NAMED when several would fit.
    """
    held = [grant for grant in actor.grants if grant.role in roles and grant.holds(day)]
    if not held:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(roles))
    fitting = [grant for grant in held if actor.person or grant.role in FOR_PROGRAMS]
    if not fitting:
        raise Refusal(Refused.PROGRAMS_DO_NOT_DECIDE)
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


class RevokeRole(Command):
    """End a role at once."""

    NAME: ClassVar[str] = "role.revoke"
    ZH: ClassVar[str] = "撤销角色"
    EN: ClassVar[str] = "Revoke a role"
    ROLES: ClassVar[frozenset[Role] | None] = KEEPERS
    holder: ActorId
    role: Role
    scope: InstitutionId | None = None


class RevokeToken(Command):
    """Make a secret worthless."""

    NAME: ClassVar[str] = "token.revoke"
    ZH: ClassVar[str] = "吊销令牌"
    EN: ClassVar[str] = "Revoke a token"
    ROLES: ClassVar[frozenset[Role] | None] = KEEPERS
    holder: ActorId
    token: TokenId


# --- decide


def revoke_role(command: RevokeRole, case: Case) -> Decision:
    """Revoke a role; it no longer opens anything from the next decision on.

    Who gives rights is revoked only by another person who holds the same role without an end, so
    that of each role the last one stays (LAST_KEEPER_STAYS).
    """
    held = case.read(Actor, command.holder).grants
    if not any((g.role, g.scope) == (command.role, command.scope) for g in held):
        raise Refusal(Refused.ROLE_IS_NOT_HELD, role=command.role, holder=command.holder)
    if command.role in KEEPERS:
        own = case.read(Actor, case.actor).grants
        lasting = {each.role for each in own if each.holds(case.today) and each.ends is None}
        if command.role not in lasting or same_person(case, command.holder):
            raise Refusal(Refused.LAST_KEEPER_STAYS, role=command.role)
    fact = RoleRevoked(holder=command.holder, role=command.role, scope=command.scope, on=case.today)
    return Decision((New(fact, institution=command.scope),))


def revoke_token(command: RevokeToken, case: Case) -> Decision:
    """Revoke a secret; refuses one the actor does not hold.

    The last one that opens anything for somebody who gives rights is revoked only by another
    person in the same role (LAST_TOKEN_STAYS).
    """
    holder = case.read(Actor, command.holder)
    if command.token not in holder.tokens:
        raise Refusal(Refused.TOKEN_IS_UNKNOWN, token=command.token)
    keeps = holder.roles(case.today) & KEEPERS
    others = [until for token, until in holder.tokens.items() if token != command.token]
    if keeps and not any(until > case.now for until in others):
        mine = case.read(Actor, case.actor).roles(case.today)
        if not keeps <= mine or same_person(case, command.holder):
            raise Refusal(Refused.LAST_TOKEN_STAYS, token=command.token)
    return Decision((New(TokenRevoked(holder=command.holder, token=command.token, on=case.today)),))


DECLARATIONS = (
    Declaration(RevokeRole, revoke_role, (RoleRevoked,)),
    Declaration(RevokeToken, revoke_token, (TokenRevoked,)),
)
