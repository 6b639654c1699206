"""Licenses, assignments and equity: contracts as they were signed, with what is due when."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, Value, each_once
from ledger.money import Fen, Rate
from ledger.subjects import (
    AssignmentId,
    ContractId,
    CounterpartyId,
    EquityId,
    LicenseId,
    PatentId,
    Text,
)

Exclusivity = Literal["exclusive", "sole", "ordinary"]
Origin = Literal["negotiated", "open", "open-pilot", "compulsory", "implied"]
Payment = Literal[
    "fixed",
    "instalments",
    "royalty",
    "entry-fee-plus-royalty",
    "zero-entry-fee",
    "pay-later",
    "free",
]
Purpose = Literal[
    "license-fee",
    "assignment-price",
    "royalty",
    "development-fee",
    "service-fee",
    "deposit",
    "liquidated-damages",
    "late-interest",
    "annuity-reimbursement",
    "tax",
    "equity",
    "unknown",
]
PositiveFen = Annotated[Fen, Field(gt=0)]
FeeFen = Annotated[Fen, Field(ge=0)]


class Instalment(Value):
    """One amount due on one day under a contract; numbers start at 1 and are not reused."""

    number: Annotated[int, Field(ge=1, le=9999)]
    due: date
    amount_fen: PositiveFen
    purpose: Purpose


class Terms(Value):
    """What the licensee may do, where, for how long and for how much.

    `territory` empty = everywhere; `ends` null = as long as the right lives. `royalty_rate` is an
    exact fraction of the royalty base described in `royalty_base`.
    """

    exclusivity: Exclusivity
    territory: tuple[Text, ...]
    field: Text | None
    starts: date
    ends: date | None
    payment: Payment
    fixed_fee_fen: FeeFen
    entry_fee_fen: FeeFen
    minimum_royalty_fen: FeeFen
    royalty_rate: Rate | None
    royalty_base: Text | None
    instalments: tuple[Instalment, ...]


class LicenseGranted(Fact):
    """A license contract was signed; it holds from the start its terms name."""

    TOPIC: ClassVar[str] = "license-granted.v1"
    EFFECTIVE: ClassVar[str] = "starts"
    REPORTED: ClassVar[bool] = True
    SCHEDULED: ClassVar[bool] = True
    license: LicenseId
    contract_number: Text
    counterparty: CounterpartyId
    patents: tuple[PatentId, ...]
    origin: Origin
    parent_license: LicenseId | None
    reciprocal: LicenseId | None
    related_party: bool
    signed: date
    starts: date
    terms: Terms

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.license, *self.patents, self.parent_license)


class LicenseAmended(Fact):
    """The parties changed the terms; the whole new terms are stated."""

    TOPIC: ClassVar[str] = "license-amended.v1"
    REPORTED: ClassVar[bool] = True
    license: LicenseId
    patents: tuple[PatentId, ...]
    terms: Terms
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.license, *self.patents)


class LicenseRecorded(Fact):
    """The patent office recorded the license (备案)."""

    TOPIC: ClassVar[str] = "license-recorded.v1"
    REPORTED: ClassVar[bool] = True
    license: LicenseId
    recordal_number: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.license,)


class LicenseTerminated(Fact):
    """The license ended before its term."""

    TOPIC: ClassVar[str] = "license-terminated.v1"
    REPORTED: ClassVar[bool] = True
    license: LicenseId
    patents: tuple[PatentId, ...]
    cause: Literal["agreed", "breach", "invalidated", "other"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.license, *self.patents)


class AssignmentAgreed(Fact):
    """The parties signed an assignment; title passes only on registration (专利法 art. 10)."""

    TOPIC: ClassVar[str] = "assignment-agreed.v1"
    EFFECTIVE: ClassVar[str] = "signed"
    REPORTED: ClassVar[bool] = True
    assignment: AssignmentId
    contract_number: Text
    counterparty: CounterpartyId
    patents: tuple[PatentId, ...]
    related_party: bool
    signed: date
    price_fen: FeeFen
    instalments: tuple[Instalment, ...]

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.assignment, *self.patents)


class AssignmentRegistered(Fact):
    """The patent office registered the assignment: from this day the assignee owns the patents."""

    TOPIC: ClassVar[str] = "assignment-registered.v1"
    REPORTED: ClassVar[bool] = True
    assignment: AssignmentId
    patents: tuple[PatentId, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.assignment, *self.patents)


class AssignmentRescinded(Fact):
    """The assignment was undone; registered patents return."""

    TOPIC: ClassVar[str] = "assignment-rescinded.v1"
    REPORTED: ClassVar[bool] = True
    assignment: AssignmentId
    patents: tuple[PatentId, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.assignment, *self.patents)


class EquityContributed(Fact):
    """Patents were put into a company for shares; never a base for the reward."""

    TOPIC: ClassVar[str] = "equity-contributed.v1"
    REPORTED: ClassVar[bool] = True
    equity: EquityId
    contract_number: Text
    counterparty: CounterpartyId
    patents: tuple[PatentId, ...]
    rights_count: Annotated[int, Field(ge=1)]
    amount_fen: PositiveFen
    share: Rate
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.equity, *self.patents)


class InstalmentScheduled(Fact):
    """A further amount became due under a contract, such as a reported royalty."""

    TOPIC: ClassVar[str] = "instalment-scheduled.v1"
    EFFECTIVE: ClassVar[str] = "due"
    REPORTED: ClassVar[bool] = True
    SCHEDULED: ClassVar[bool] = True
    contract: ContractId
    number: Annotated[int, Field(ge=1, le=9999)]
    due: date
    amount_fen: PositiveFen
    purpose: Purpose

    def subjects(self) -> tuple[str, ...]:
        return (self.contract,)
