"""Who may do what: actors, roles and tokens. Secrets are never part of a fact."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from ledger.actors import Role
from ledger.facts.base import Fact, each_once
from ledger.subjects import ActorId, Digest, InstitutionId, PersonId, ProposalId, TokenId


class ActorRegistered(Fact):
    """Somebody, or a program, can act on the ledger; `person` says which human it is."""

    TOPIC: ClassVar[str] = "actor-registered.v1"
    registered: ActorId
    kind: Literal["human", "program"]
    person: PersonId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.registered, self.person)


class RoleGranted(Fact):
    """An actor holds a role at an institution (or everywhere) from a day to a day, inclusive."""

    TOPIC: ClassVar[str] = "role-granted.v1"
    SCHEDULED: ClassVar[bool] = True
    EFFECTIVE: ClassVar[str] = "starts"
    holder: ActorId
    role: Role
    scope: InstitutionId | None
    starts: date
    ends: date | None

    def subjects(self) -> tuple[str, ...]:
        return (self.holder,)


class RightProposed(Fact):
    """Somebody proposed to give a right; it opens nothing until another person confirms it.

    `gives` says which of the fields that follow `holder` count: `kind` and `person` of an actor,
    `role` to `ends` of a role, `token` to `half` of a secret. `half` is the SHA-256 of the half
    that the proposer was shown.
    """

    TOPIC: ClassVar[str] = "right-proposed.v1"
    proposal: ProposalId
    gives: Literal["actor", "role", "token"]
    holder: ActorId
    kind: Literal["human", "program"] | None
    person: PersonId | None
    role: Role | None
    scope: InstitutionId | None
    starts: date | None
    ends: date | None
    token: TokenId | None
    purpose: Literal["bearer", "sign-in", "session"] | None
    expires_at: AwareDatetime | None
    half: Digest | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.proposal,)


class RightConfirmed(Fact):
    """Another person confirmed a proposed right; the fact that gives it stands just before."""

    TOPIC: ClassVar[str] = "right-confirmed.v1"
    proposal: ProposalId
    proposer: ActorId
    holder: ActorId
    role: Role | None
    scope: InstitutionId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.proposal, self.holder)


class RightDeclined(Fact):
    """A proposed right will not be given, by its proposer's wish or another's."""

    TOPIC: ClassVar[str] = "right-declined.v1"
    proposal: ProposalId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.proposal,)


class RightAffirmed(Fact):
    """One of two persons stands for a right that was once given by one alone.

    Without a role it is the account itself: that this actor is that person.
    """

    TOPIC: ClassVar[str] = "right-affirmed.v1"
    holder: ActorId
    role: Role | None
    scope: InstitutionId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.holder,)


class RoleRevoked(Fact):
    """A role ended at once."""

    TOPIC: ClassVar[str] = "role-revoked.v1"
    holder: ActorId
    role: Role
    scope: InstitutionId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.holder,)


class TokenIssued(Fact):
    """A secret was handed to an actor; only its hash is kept, outside the log."""

    TOPIC: ClassVar[str] = "token-issued.v1"
    holder: ActorId
    token: TokenId
    purpose: Literal["bearer", "sign-in", "session"]
    expires_at: AwareDatetime
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.holder,)


class TokenRevoked(Fact):
    """A secret stopped to open anything."""

    TOPIC: ClassVar[str] = "token-revoked.v1"
    holder: ActorId
    token: TokenId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.holder,)
