"""The log itself, the institutions that share it, and the rules they adopt."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, each_once
from ledger.subjects import LOG, ActorId, Digest, InstitutionId, PersonId, PolicyId, Text

InstitutionKind = Literal["university", "research-institute", "bureau", "education-commission"]


class LogOpened(Fact):
    """Position 0 of every log: its name, its clock, and the two persons who give rights first.

    Logs opened before there were two have no security administrator (v1).
    """

    TOPIC: ClassVar[str] = "log-opened.v2"
    origin: Text
    clock: Literal["real", "simulated"]
    administrator: ActorId
    person: PersonId
    security_administrator: ActorId | None
    security_person: PersonId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (LOG, self.administrator)


class AccessRecovered(Fact):
    """At the server's own console two persons were named who give rights from here on."""

    TOPIC: ClassVar[str] = "access-recovered.v1"
    administrator: ActorId
    security_administrator: ActorId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (LOG,)


class InstitutionRegistered(Fact):
    """An institution joined the log as a tenant; exactly one of them is the bureau."""

    TOPIC: ClassVar[str] = "institution-registered.v1"
    code: InstitutionId
    kind: InstitutionKind
    name_zh: Text
    name_en: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.code, LOG if self.kind == "bureau" else None)


class PolicyAdopted(Fact):
    """A version of a rule came into use; readings after it use that version."""

    TOPIC: ClassVar[str] = "policy-adopted.v1"
    policy: PolicyId
    version: Annotated[int, Field(ge=1)]
    digest: Digest
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.policy,)
