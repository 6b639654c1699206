"""Open licenses: terms announced to everybody, taken up by a notice (专利法 art. 50-51)."""

from datetime import date
from typing import ClassVar, Literal

from ledger.facts.base import Fact, each_once
from ledger.facts.deals import FeeFen, Payment
from ledger.money import Rate
from ledger.subjects import DeclarationId, LicenseId, PatentId, Text

Scheme = Literal["open", "open-pilot"]
"""Statutory since 2024-01-20; before, declarations were received in a pilot."""
Criterion = Literal["market-prospect", "wide-application", "practical", "many-sites"]


class OpenLicenseDeclared(Fact):
    """The owner declared to license anybody on stated terms."""

    TOPIC: ClassVar[str] = "open-license-declared.v1"
    REPORTED: ClassVar[bool] = True
    declaration: DeclarationId
    patent: PatentId
    scheme: Scheme
    payment: Payment
    fee_fen: FeeFen
    royalty_rate: Rate | None
    royalty_base: Text | None
    ends: date | None
    criteria: tuple[Criterion, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.declaration, self.patent)


class OpenLicenseAnnounced(Fact):
    """The declaration was announced."""

    TOPIC: ClassVar[str] = "open-license-announced.v1"
    REPORTED: ClassVar[bool] = True
    declaration: DeclarationId
    patent: PatentId
    announcement: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.declaration, self.patent)


class OpenLicenseWithdrawn(Fact):
    """The withdrawal of the declaration was announced; licenses taken before stay."""

    TOPIC: ClassVar[str] = "open-license-withdrawn.v1"
    REPORTED: ClassVar[bool] = True
    declaration: DeclarationId
    patent: PatentId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.declaration, self.patent)


class OpenLicenseTaken(Fact):
    """Somebody gave notice and took the license up; its terms are in the license itself."""

    TOPIC: ClassVar[str] = "open-license-taken.v1"
    REPORTED: ClassVar[bool] = True
    declaration: DeclarationId
    license: LicenseId
    patent: PatentId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.declaration, self.license, self.patent)
