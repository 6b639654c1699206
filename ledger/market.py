"""The market desk's lists: what is offered, and what firms look for."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.counterparty_state import need_counterparty
from ledger.declaration import Declaration
from ledger.disclosure_state import need_disclosure
from ledger.facts import DemandClosed, DemandRecorded, SupplyListed, SupplyWithdrawn
from ledger.facts.deals import FeeFen
from ledger.mentions import need_all_within
from ledger.refusals import Refusal, Refused
from ledger.rights import filings, need_patents
from ledger.subjects import CounterpartyId, DemandId, DisclosureId, PatentId, SupplyId, Text
from ledger.terms import need_no_earlier

# --- State


@dataclass(frozen=True, slots=True)
class Listed:
    """Something that is on a list between two days; `entered` is its first fact's sequence."""

    known: bool = False
    institution: str = ""
    entered: int = 0
    since: date = date.min
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Supply(Listed):
    """A result or patents on offer."""


@dataclass(frozen=True, slots=True)
class Demand(Listed):
    """What a firm looks for."""


# --- evolve


def evolve_supply(state: Supply, fact: SupplyListed | SupplyWithdrawn, seen: Recorded) -> Supply:
    """Fold one fact about an item on offer."""
    match fact:
        case SupplyListed():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                entered=seen.sequences[fact.supply],
                since=fact.on,
            )
        case SupplyWithdrawn():
            return replace(state, until=fact.on)
        case _:
            assert_never(fact)


def evolve_demand(state: Demand, fact: DemandRecorded | DemandClosed, seen: Recorded) -> Demand:
    """Fold one fact about a demand."""
    match fact:
        case DemandRecorded():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                entered=seen.sequences[fact.demand],
                since=fact.on,
            )
        case DemandClosed():
            return replace(state, until=fact.on)
        case _:
            assert_never(fact)


def need_running(subject: str, since: date, until: date | None, on: date) -> None:
    """Refuse to end what ended already (SUBJECT_HAS_ENDED_ALREADY), or before it began."""
    if until is not None:
        raise Refusal(Refused.SUBJECT_HAS_ENDED_ALREADY, subject=subject, ended=until.isoformat())
    need_no_earlier(on, since)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class ListSupply(Command):
    """Put a result or patents on the supply list; `channel` says where the list is published."""

    NAME: ClassVar[str] = "supply.list"
    ZH: ClassVar[str] = "列入供给清单"
    EN: ClassVar[str] = "Put on the supply list"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "supply"
    supply: SupplyId
    title: Text
    patents: Annotated[tuple[PatentId, ...], Field(max_length=200)] = ()
    disclosure: DisclosureId | None = None
    channel: Text
    asking_fen: FeeFen | None = None
    on: date | None = None


class WithdrawSupply(Command):
    """Take an item off the supply list."""

    NAME: ClassVar[str] = "supply.withdraw"
    ZH: ClassVar[str] = "移出供给清单"
    EN: ClassVar[str] = "Take off the supply list"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    supply: SupplyId
    on: date | None = None


class RecordDemand(Command):
    """Take down what a firm looks for; the firm may stay unnamed."""

    NAME: ClassVar[str] = "demand.record"
    ZH: ClassVar[str] = "登记技术需求"
    EN: ClassVar[str] = "Record a demand for technology"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "demand"
    demand: DemandId
    title: Text
    counterparty: CounterpartyId | None = None
    industry: Text | None = None
    budget_fen: FeeFen | None = None
    on: date | None = None


class CloseDemand(Command):
    """Note that a demand was met or lapsed."""

    NAME: ClassVar[str] = "demand.close"
    ZH: ClassVar[str] = "了结技术需求"
    EN: ClassVar[str] = "Close a demand for technology"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    demand: DemandId
    outcome: Literal["met", "lapsed"]
    on: date | None = None


# --- decide


def list_supply(command: ListSupply, case: Case) -> Decision:
    """List an item. Refuses patents and results that are not the institution's own."""
    if case.read(Supply, command.supply).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.supply)
    patents = need_patents(case, command.patents)
    rests_on = filings(patents)
    if command.disclosure is not None:
        result = need_disclosure(case, command.disclosure)
        rests_on = (*rests_on, Ref(command.disclosure, result.submission))
    fact = SupplyListed(
        supply=command.supply,
        title=command.title,
        patents=tuple(patents),
        disclosure=command.disclosure,
        channel=command.channel,
        asking_fen=command.asking_fen,
        on=command.on or case.today,
    )
    return Decision((New(fact, rests_on=rests_on),))


def withdraw_supply(command: WithdrawSupply, case: Case) -> Decision:
    """Take an item off. Refused a second time, and for a day before it was listed."""
    need_all_within(case, (command.supply,))
    supply = case.read(Supply, command.supply)
    on = command.on or case.today
    need_running(command.supply, supply.since, supply.until, on)
    fact = SupplyWithdrawn(supply=command.supply, on=on)
    return Decision((New(fact, rests_on=(Ref(command.supply, supply.entered),)),))


def record_demand(command: RecordDemand, case: Case) -> Decision:
    """Record a demand. Refuses an unknown firm."""
    if case.read(Demand, command.demand).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.demand)
    if command.counterparty is not None:
        need_counterparty(case, command.counterparty)
    fact = DemandRecorded(
        demand=command.demand,
        title=command.title,
        counterparty=command.counterparty,
        industry=command.industry,
        budget_fen=command.budget_fen,
        on=command.on or case.today,
    )
    return Decision((New(fact),))


def close_demand(command: CloseDemand, case: Case) -> Decision:
    """Close a demand. Refused a second time, and for a day before it was taken down."""
    need_all_within(case, (command.demand,))
    demand = case.read(Demand, command.demand)
    on = command.on or case.today
    need_running(command.demand, demand.since, demand.until, on)
    fact = DemandClosed(demand=command.demand, outcome=command.outcome, on=on)
    return Decision((New(fact, rests_on=(Ref(command.demand, demand.entered),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ListSupply, list_supply, (SupplyListed,)),
    Declaration(WithdrawSupply, withdraw_supply, (SupplyWithdrawn,)),
    Declaration(RecordDemand, record_demand, (DemandRecorded,)),
    Declaration(CloseDemand, close_demand, (DemandClosed,)),
)
