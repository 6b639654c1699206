"""Disclosures of service results: what was handed in, what was decided on it, whose it is."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, Value, each_once
from ledger.money import Rate
from ledger.subjects import DisclosureId, PatentId, PersonId, Text

ResultKind = Literal["invention", "know-how", "software", "design", "other"]
Funding = Literal["fiscal", "enterprise", "own"]


class Contributor(Value):
    """A person who contributed to a result; shares need not be agreed yet."""

    person: PersonId
    share: Rate | None


class DisclosureSubmitted(Fact):
    """Somebody reported a result to the institution (Shanghai regulation on transformation, 5).

    The envelope tells who submitted it: a contributor's own sign-in, or staff on their behalf.
    """

    TOPIC: ClassVar[str] = "disclosure-submitted.v1"
    EFFECTIVE: ClassVar[str] = "submitted"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    title: Text
    kind: ResultKind
    contributors: Annotated[tuple[Contributor, ...], Field(min_length=1)]
    project: Text | None
    funding: Funding | None
    submitted: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.disclosure, *(part.person for part in self.contributors))


class DisclosureAmended(Fact):
    """The disclosure was mended; the whole new content is stated."""

    TOPIC: ClassVar[str] = "disclosure-amended.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    title: Text
    kind: ResultKind
    contributors: Annotated[tuple[Contributor, ...], Field(min_length=1)]
    project: Text | None
    funding: Funding | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.disclosure, *(part.person for part in self.contributors))


class DisclosureWithdrawn(Fact):
    """Those who submitted it took it back before a decision."""

    TOPIC: ClassVar[str] = "disclosure-withdrawn.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.disclosure,)


class DisclosureAccepted(Fact):
    """The centre took the result in."""

    TOPIC: ClassVar[str] = "disclosure-accepted.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.disclosure,)


class DisclosureRejected(Fact):
    """The centre did not take the result in, and said why."""

    TOPIC: ClassVar[str] = "disclosure-rejected.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    grounds: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.disclosure,)


class OwnershipDetermined(Fact):
    """It was settled whose result it is."""

    TOPIC: ClassVar[str] = "ownership-determined.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    owner: Literal["institution", "contributors", "shared", "third-party"]
    service_result: bool
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.disclosure,)


class ResultRightGranted(Fact):
    """The institution gave contributors ownership or long-term use of a result (赋权)."""

    TOPIC: ClassVar[str] = "result-right-granted.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    patents: tuple[PatentId, ...]
    right: Literal["ownership", "long-term-use"]
    holders: Annotated[tuple[PersonId, ...], Field(min_length=1)]
    share: Rate | None
    until: date | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.disclosure, *self.patents, *self.holders)


class ResultPublished(Fact):
    """The result was put before the market; not the publication of an application."""

    TOPIC: ClassVar[str] = "result-published.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    channel: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.disclosure,)


class PrefilingAssessed(Fact):
    """A result was assessed before an application for a patent."""

    TOPIC: ClassVar[str] = "prefiling-assessed.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    verdict: Literal["file", "improve", "keep-secret", "do-not-file"]
    assessor: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.disclosure,)


class FilingDecided(Fact):
    """The centre decided how the result is to be protected."""

    TOPIC: ClassVar[str] = "filing-decided.v1"
    REPORTED: ClassVar[bool] = True
    disclosure: DisclosureId
    decision: Literal["file", "know-how", "publish", "give-up"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.disclosure,)
