"""Leads: talks with a firm, from the first contact to a contract or to nothing."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never, get_args

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.counterparty_state import need_counterparty
from ledger.deals import read_deal
from ledger.declaration import Declaration
from ledger.facts import LeadAdvanced, LeadLost, LeadOpened
from ledger.market import Demand, Supply
from ledger.mentions import need_all_within
from ledger.refusals import Refusal, Refused
from ledger.rights import filings, need_patents
from ledger.subjects import CounterpartyId, DealId, DemandId, LeadId, PatentId, SupplyId, Text

Stage = Literal["contacted", "visited", "negotiating", "agreed", "contracted"]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""In the order in which talks pass them; stages may be left out."""

# --- State


@dataclass(frozen=True, slots=True)
class Lead:
    """Talks: the last stage reached and its day (that of the opening before any stage)."""

    known: bool = False
    institution: str = ""
    opened: int = 0
    stage: Stage | None = None
    latest: date = date.min
    lost: bool = False

    @property
    def over(self) -> bool:
        """Whether the talks led to a contract or came to nothing."""
        return self.lost or self.stage == "contracted"


# --- evolve


def evolve(state: Lead, fact: LeadOpened | LeadAdvanced | LeadLost, seen: Recorded) -> Lead:
    """Fold one fact about talks."""
    match fact:
        case LeadOpened():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                opened=seen.sequences[fact.lead],
                latest=fact.on,
            )
        case LeadAdvanced():
            return replace(state, stage=fact.stage, latest=fact.on)
        case LeadLost():
            return replace(state, lost=True, latest=fact.on)
        case _:
            assert_never(fact)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class OpenLead(Command):
    """Note that talks began, about patents, an item on offer or a demand."""

    NAME: ClassVar[str] = "lead.open"
    ZH: ClassVar[str] = "登记对接线索"
    EN: ClassVar[str] = "Open a lead"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "lead"
    lead: LeadId
    counterparty: CounterpartyId | None = None
    supply: SupplyId | None = None
    demand: DemandId | None = None
    patents: Annotated[tuple[PatentId, ...], Field(max_length=200)] = ()
    on: date | None = None


class AdvanceLead(Command):
    """Note that talks reached a further stage; the last one names the contract."""

    NAME: ClassVar[str] = "lead.advance"
    ZH: ClassVar[str] = "登记线索进展"
    EN: ClassVar[str] = "Advance a lead"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    lead: LeadId
    stage: Stage
    contract: DealId | None = None
    on: date | None = None


class LoseLead(Command):
    """Note that talks came to nothing; `cause` names no natural person."""

    NAME: ClassVar[str] = "lead.lose"
    ZH: ClassVar[str] = "登记线索流失"
    EN: ClassVar[str] = "Note that a lead was lost"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    lead: LeadId
    cause: Text | None = None
    on: date | None = None


# --- decide


def open_lead(command: OpenLead, case: Case) -> Decision:
    """Open a lead. Refuses an unknown firm, and patents or list items of another institution."""
    if case.read(Lead, command.lead).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.lead)
    if command.counterparty is not None:
        need_counterparty(case, command.counterparty)
    patents = need_patents(case, command.patents)
    need_all_within(case, (command.supply, command.demand))
    rests_on = list(filings(patents))
    if command.supply is not None:
        rests_on.append(Ref(command.supply, case.read(Supply, command.supply).entered))
    if command.demand is not None:
        rests_on.append(Ref(command.demand, case.read(Demand, command.demand).entered))
    fact = LeadOpened(
        lead=command.lead,
        counterparty=command.counterparty,
        supply=command.supply,
        demand=command.demand,
        patents=tuple(patents),
        on=command.on or case.today,
    )
    return Decision((New(fact, rests_on=tuple(rests_on)),))


def advance_lead(command: AdvanceLead, case: Case) -> Decision:
    """Record a stage. Refuses one that is no further, and a contract at any but the last.

    Refuses talks that are over, an earlier day than the stage before, and a contract that is not
    the institution's own.
    """
    need_contract_with_last_stage(command.stage, command.contract)
    lead, on = _running(command.lead, command.on, case)
    if lead.stage is not None and STAGES.index(command.stage) <= STAGES.index(lead.stage):
        raise Refusal(
            Refused.LEAD_ONLY_MOVES_FORWARD,
            lead=command.lead,
            stage=command.stage,
            reached=lead.stage,
        )
    rests_on: tuple[Ref, ...] = (Ref(command.lead, lead.opened),)
    if command.contract is not None:
        rests_on = (*rests_on, read_deal(case, command.contract).ground)
    fact = LeadAdvanced(lead=command.lead, stage=command.stage, contract=command.contract, on=on)
    return Decision((New(fact, rests_on=rests_on),))


def lose_lead(command: LoseLead, case: Case) -> Decision:
    """Record the end of talks. Refused once they are over, and before their last stage."""
    lead, on = _running(command.lead, command.on, case)
    fact = LeadLost(lead=command.lead, cause=command.cause, on=on)
    return Decision((New(fact, rests_on=(Ref(command.lead, lead.opened),)),))


def need_contract_with_last_stage(stage: Stage, contract: str | None) -> None:
    """Refuse talks that end in no contract, and a contract before they end."""
    if (stage == "contracted") != (contract is not None):
        raise Refusal(Refused.CONTRACT_GOES_WITH_LAST_STAGE, stage=stage)


def _running(lead_id: str, on: date | None, case: Case) -> tuple[Lead, date]:
    """Talks that are not over, and the day of what happened to them."""
    need_all_within(case, (lead_id,))
    lead = case.read(Lead, lead_id)
    day = on or case.today
    if lead.over:
        raise Refusal(
            Refused.SUBJECT_HAS_ENDED_ALREADY, subject=lead_id, ended=lead.latest.isoformat()
        )
    if day < lead.latest:
        raise Refusal(
            Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE,
            on=day.isoformat(),
            before=lead.latest.isoformat(),
        )
    return lead, day


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(OpenLead, open_lead, (LeadOpened,)),
    Declaration(AdvanceLead, advance_lead, (LeadAdvanced,)),
    Declaration(LoseLead, lose_lead, (LeadLost,)),
)
