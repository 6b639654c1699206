"""What surrounds a deal: price, notice, exchange, registration, checks; contracts for services."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, each_once
from ledger.facts.deals import FeeFen, Instalment
from ledger.money import Rate
from ledger.subjects import (
    CheckId,
    CounterpartyId,
    DealId,
    EquityId,
    ListingId,
    PatentId,
    PricingId,
    RiskId,
    ServiceContractId,
    Subject,
    Text,
)

ServiceKind = Literal["development", "consulting", "service"]
ContractCategory = Literal["development", "assignment", "license", "consulting", "service"]
Patents = Annotated[tuple[PatentId, ...], Field(min_length=1)]
ObjectionNumber = Annotated[int, Field(ge=1, le=999)]


class ContractSigned(Fact):
    """A contract for development, consulting or services was signed; it grants no right."""

    TOPIC: ClassVar[str] = "contract-signed.v1"
    EFFECTIVE: ClassVar[str] = "signed"
    REPORTED: ClassVar[bool] = True
    contract: ServiceContractId
    kind: ServiceKind
    contract_number: Text
    title: Text
    counterparty: CounterpartyId
    related_party: bool
    signed: date
    amount_fen: FeeFen
    instalments: tuple[Instalment, ...]

    def subjects(self) -> tuple[str, ...]:
        return (self.contract,)


class ContractTerminated(Fact):
    """A contract for development, consulting or services ended early."""

    TOPIC: ClassVar[str] = "contract-terminated.v1"
    REPORTED: ClassVar[bool] = True
    contract: ServiceContractId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.contract,)


class TechnologyContractRegistered(Fact):
    """The technology market registered the contract and fixed its amounts (技术合同认定登记)."""

    TOPIC: ClassVar[str] = "technology-contract-registered.v1"
    REPORTED: ClassVar[bool] = True
    contract: DealId
    registration: Text
    category: ContractCategory
    total_fen: FeeFen
    technical_fen: FeeFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.contract,)


class PriceDetermined(Fact):
    """A price for patents was settled: by agreement, listing or auction (转化法 art. 18)."""

    TOPIC: ClassVar[str] = "price-determined.v1"
    REPORTED: ClassVar[bool] = True
    pricing: PricingId
    method: Literal["agreement", "listing", "auction"]
    patents: Patents
    counterparty: CounterpartyId | None
    contract: DealId | None
    amount_fen: FeeFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.pricing, *self.patents, self.contract)


class NoticePosted(Fact):
    """Name of the result and intended price were put up on campus from one day to another."""

    TOPIC: ClassVar[str] = "notice-posted.v1"
    EFFECTIVE: ClassVar[str] = "starts"
    REPORTED: ClassVar[bool] = True
    pricing: PricingId
    place: Text
    starts: date
    ends: date

    def subjects(self) -> tuple[str, ...]:
        return (self.pricing,)


class ObjectionRaised(Fact):
    """Somebody objected to what was put up; the process halts until it is resolved."""

    TOPIC: ClassVar[str] = "objection-raised.v1"
    REPORTED: ClassVar[bool] = True
    pricing: PricingId
    number: ObjectionNumber
    grounds: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.pricing,)


class ObjectionResolved(Fact):
    """The objection was upheld or dismissed."""

    TOPIC: ClassVar[str] = "objection-resolved.v1"
    REPORTED: ClassVar[bool] = True
    pricing: PricingId
    number: ObjectionNumber
    outcome: Literal["upheld", "dismissed"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.pricing,)


class ExchangeListed(Fact):
    """Patents were put up on an exchange."""

    TOPIC: ClassVar[str] = "exchange-listed.v1"
    REPORTED: ClassVar[bool] = True
    listing: ListingId
    exchange: Text
    patents: Patents
    asking_fen: FeeFen | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.listing, *self.patents)


class ExchangeTraded(Fact):
    """A listing led to a contract that went through the exchange (进场交易)."""

    TOPIC: ClassVar[str] = "exchange-traded.v1"
    REPORTED: ClassVar[bool] = True
    listing: ListingId
    contract: DealId
    certificate: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.listing, self.contract)


class CounterpartyChecked(Fact):
    """An institution looked into the other side before dealing with it."""

    TOPIC: ClassVar[str] = "counterparty-checked.v1"
    REPORTED: ClassVar[bool] = True
    check: CheckId
    counterparty: CounterpartyId
    contract: DealId | None
    matters: Annotated[
        tuple[Literal["intent-to-work", "capability", "credit", "related-party"], ...],
        Field(min_length=1),
    ]
    outcome: Literal["sound", "doubtful", "bad-faith"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.check, self.contract)


class ClausesReviewed(Fact):
    """The clauses of a contract on intellectual property were reviewed."""

    TOPIC: ClassVar[str] = "clauses-reviewed.v1"
    REPORTED: ClassVar[bool] = True
    contract: DealId
    outcome: Literal["agreed", "changes-asked"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.contract,)


class RiskAssessed(Fact):
    """The risk of a deal, a result or a patent was assessed."""

    TOPIC: ClassVar[str] = "risk-assessed.v1"
    REPORTED: ClassVar[bool] = True
    risk: RiskId
    about: Annotated[tuple[Subject, ...], Field(min_length=1)]
    matter: Text
    level: Literal["low", "medium", "high"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.risk, *self.about)


class EquityExited(Fact):
    """Shares that patents were put in for were given up, wholly or in part."""

    TOPIC: ClassVar[str] = "equity-exited.v1"
    REPORTED: ClassVar[bool] = True
    equity: EquityId
    share: Rate
    proceeds_fen: FeeFen
    whole: bool
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.equity,)
