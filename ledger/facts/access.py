"""Who may do what: actors, roles and tokens. Secrets are never part of a fact."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from ledger.actors import Role
from ledger.facts.base import Fact, each_once
from ledger.subjects import ActorId, InstitutionId, PersonId, TokenId


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
