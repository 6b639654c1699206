"""The log itself, the institutions that share it, and the rules they adopt."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, each_once
from ledger.subjects import LOG, ActorId, Digest, InstitutionId, PersonId, PolicyId, Text

InstitutionKind = Literal["university", "research-institute", "bureau", "education-commission"]


class LogOpened(Fact):
    """Position 0 of every log: its name, its clock and its first administrator."""

    TOPIC: ClassVar[str] = "log-opened.v1"
    origin: Text
    clock: Literal["real", "simulated"]
    administrator: ActorId
    person: PersonId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (LOG, self.administrator)


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
