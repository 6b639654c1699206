"""Patents and the life of the right, as the patent office announces it."""

from datetime import date
from typing import ClassVar, Literal

from ledger.facts.base import Fact, each_once
from ledger.subjects import (
    DisclosureId,
    InstitutionId,
    NumberClaimId,
    PatentId,
    PersonId,
    Text,
)

PatentKind = Literal["invention", "utility-model", "design"]

OFFICE_RECORD = "patent-register-extract"
"""Kind of evidence: the patent office's own record of a number (专利登记簿副本)."""


class PatentFiled(Fact):
    """An application was filed; co-owners outside the log are named in `other_owners`.

    `disclosure` is the result it came from, where one is named (version 1 could name none).
    """

    TOPIC: ClassVar[str] = "patent-filed.v2"
    EFFECTIVE: ClassVar[str] = "filed"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    kind: PatentKind
    title: Text
    filed: date
    owners: tuple[InstitutionId, ...]
    other_owners: tuple[Text, ...]
    inventors: tuple[PersonId, ...]
    disclosure: DisclosureId | None

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.patent, self.disclosure)


class PatentPublished(Fact):
    """The application was published (公布)."""

    TOPIC: ClassVar[str] = "patent-published.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    publication: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentWithdrawn(Fact):
    """The application was withdrawn, or counts as withdrawn."""

    TOPIC: ClassVar[str] = "patent-withdrawn.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentRejected(Fact):
    """The application was rejected by the office."""

    TOPIC: ClassVar[str] = "patent-rejected.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentGranted(Fact):
    """The grant was announced."""

    TOPIC: ClassVar[str] = "patent-granted.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    announcement: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentLapsed(Fact):
    """The right ended before its term: the annuity was not paid, or it was abandoned."""

    TOPIC: ClassVar[str] = "patent-lapsed.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    cause: Literal["unpaid-annuity", "abandoned"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentRestored(Fact):
    """A lapsed right was restored."""

    TOPIC: ClassVar[str] = "patent-restored.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentExpired(Fact):
    """The term ran out."""

    TOPIC: ClassVar[str] = "patent-expired.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class PatentInvalidated(Fact):
    """The right was declared invalid, wholly or in part, as if it had never been."""

    TOPIC: ClassVar[str] = "patent-invalidated.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    extent: Literal["wholly", "partly"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class NumberClaimed(Fact):
    """A second institution said that it holds a number too; it says of the filing what it knows.

    The number is only mentioned: the claim is a subject of its own, beside the other's file.
    """

    TOPIC: ClassVar[str] = "number-claimed.v1"
    REPORTED: ClassVar[bool] = True
    claim: NumberClaimId
    patent: PatentId
    kind: PatentKind
    title: Text
    filed: date
    owners: tuple[InstitutionId, ...]
    other_owners: tuple[Text, ...]
    inventors: tuple[PersonId, ...]
    disclosure: DisclosureId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.claim,)


class NumberProven(Fact):
    """The patent office's record of a number was shown: for the file, or for the claim named."""

    TOPIC: ClassVar[str] = "number-proven.v1"
    REPORTED: ClassVar[bool] = True
    patent: PatentId
    claim: NumberClaimId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.claim or self.patent,)


class NumberSettlementProposed(Fact):
    """A clerk of the bureau proposed for whom a claimed number is to stand, and on what grounds."""

    TOPIC: ClassVar[str] = "number-settlement-proposed.v1"
    claim: NumberClaimId
    patent: PatentId
    holder: InstitutionId
    grounds: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.claim,)


class NumberSettled(Fact):
    """The bureau settled for whom a number stands: told on the file, or on the claim named.

    A later settlement takes its place.
    """

    TOPIC: ClassVar[str] = "number-settled.v1"
    patent: PatentId
    claim: NumberClaimId | None
    holder: InstitutionId
    grounds: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.claim or self.patent,)
