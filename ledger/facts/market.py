"""The market desk: supply, demand, leads, events and partners."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, each_once
from ledger.facts.deals import FeeFen
from ledger.subjects import (
    CounterpartyId,
    DealId,
    DemandId,
    DisclosureId,
    EventId,
    LeadId,
    PartnerId,
    PatentId,
    SupplyId,
    Text,
)

EventKind = Literal["matchmaking", "negotiation", "exhibition", "roadshow", "other"]
"""对接会, 洽谈会, 展示会, 推介会; the plan's list is open."""
PartnerClass = Literal[
    "service-base",
    "operation-promotion-centre",
    "service-agency",
    "commercial-bank",
    "investment-institution",
    "leading-enterprise",
    "joint-laboratory",
    "other",
]


class SupplyListed(Fact):
    """A result or patents were put on the supply list."""

    TOPIC: ClassVar[str] = "supply-listed.v1"
    REPORTED: ClassVar[bool] = True
    supply: SupplyId
    title: Text
    patents: tuple[PatentId, ...]
    disclosure: DisclosureId | None
    channel: Text
    asking_fen: FeeFen | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.supply, *self.patents, self.disclosure)


class SupplyWithdrawn(Fact):
    """The item was taken off the supply list."""

    TOPIC: ClassVar[str] = "supply-withdrawn.v1"
    REPORTED: ClassVar[bool] = True
    supply: SupplyId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.supply,)


class DemandRecorded(Fact):
    """A firm's demand for technology was taken down."""

    TOPIC: ClassVar[str] = "demand-recorded.v1"
    REPORTED: ClassVar[bool] = True
    demand: DemandId
    title: Text
    counterparty: CounterpartyId | None
    industry: Text | None
    budget_fen: FeeFen | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.demand,)


class DemandClosed(Fact):
    """The demand was met, or lapsed."""

    TOPIC: ClassVar[str] = "demand-closed.v1"
    REPORTED: ClassVar[bool] = True
    demand: DemandId
    outcome: Literal["met", "lapsed"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.demand,)


class LeadOpened(Fact):
    """Talks about patents or a result began."""

    TOPIC: ClassVar[str] = "lead-opened.v1"
    REPORTED: ClassVar[bool] = True
    lead: LeadId
    counterparty: CounterpartyId | None
    supply: SupplyId | None
    demand: DemandId | None
    patents: tuple[PatentId, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.lead, self.supply, self.demand, *self.patents)


class LeadAdvanced(Fact):
    """Talks reached a further stage; at the last of them a contract is named."""

    TOPIC: ClassVar[str] = "lead-advanced.v1"
    REPORTED: ClassVar[bool] = True
    lead: LeadId
    stage: Literal["contacted", "visited", "negotiating", "agreed", "contracted"]
    contract: DealId | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.lead, self.contract)


class LeadLost(Fact):
    """Talks came to nothing."""

    TOPIC: ClassVar[str] = "lead-lost.v1"
    REPORTED: ClassVar[bool] = True
    lead: LeadId
    cause: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.lead,)


class EventHeld(Fact):
    """An event brought results and firms together."""

    TOPIC: ClassVar[str] = "event-held.v1"
    REPORTED: ClassVar[bool] = True
    event: EventId
    kind: EventKind
    other_kind: Text | None
    channel: Literal["online", "on-site", "both"]
    title: Text
    firms: Annotated[int, Field(ge=0)]
    patents: tuple[PatentId, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.event, *self.patents)


class PartnerAgreementSigned(Fact):
    """An agreement with a partner or outside service, and what it settles."""

    TOPIC: ClassVar[str] = "partner-agreement-signed.v1"
    EFFECTIVE: ClassVar[str] = "signed"
    REPORTED: ClassVar[bool] = True
    partner: PartnerId
    partner_class: PartnerClass
    other_class: Text | None
    name: Text
    settles_ownership: bool
    settles_secrecy: bool
    signed: date
    ends: date | None

    def subjects(self) -> tuple[str, ...]:
        return (self.partner,)


class PartnerAgreementEnded(Fact):
    """The agreement ended before its term."""

    TOPIC: ClassVar[str] = "partner-agreement-ended.v1"
    REPORTED: ClassVar[bool] = True
    partner: PartnerId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.partner,)
