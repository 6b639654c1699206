"""Facts of the market desk, of centres and of decisions, filled in but for what a test is about."""

from datetime import date
from typing import Any

from ledger import facts
from ledger.leads import Stage
from tests.projections.facts_given import FIRM, PATENT
from tests.projections.tape_builder import ALPHA, uuid

PROGRAMME = "programme:ip-centres-2022"


def own_id(kind: str, number: int) -> str:
    return f"{kind}:{uuid(number)}"


def supply(number: int, on: date) -> facts.SupplyListed:
    return facts.SupplyListed(
        supply=own_id("supply", number),
        title="热管",
        patents=(PATENT,),
        disclosure=None,
        channel="校网",
        asking_fen=20_000,
        on=on,
    )


def demand(number: int, on: date) -> facts.DemandRecorded:
    return facts.DemandRecorded(
        demand=own_id("demand", number),
        title="求购散热技术",
        counterparty=FIRM,
        industry="电子",
        budget_fen=None,
        on=on,
    )


def lead(number: int, on: date) -> facts.LeadOpened:
    return facts.LeadOpened(
        lead=own_id("lead", number),
        counterparty=FIRM,
        supply=own_id("supply", 1),
        demand=own_id("demand", 1),
        patents=(PATENT,),
        on=on,
    )


def advanced(
    number: int, stage: Stage, on: date, contract: str | None = None
) -> facts.LeadAdvanced:
    return facts.LeadAdvanced(lead=own_id("lead", number), stage=stage, contract=contract, on=on)


def event(number: int, on: date, **changes: Any) -> facts.EventHeld:
    usual: dict[str, Any] = {"kind": "roadshow", "other_kind": None, "channel": "online"}
    return facts.EventHeld(
        event=own_id("event", number),
        title="散热技术推介",
        firms=7,
        patents=(PATENT, PATENT),
        on=on,
        **{**usual, **changes},
    )


def partner(number: int, signed: date, ends: date | None = None) -> facts.PartnerAgreementSigned:
    return facts.PartnerAgreementSigned(
        partner=own_id("partner", number),
        partner_class="service-agency",
        other_class=None,
        name="某服务机构",
        settles_ownership=True,
        settles_secrecy=False,
        signed=signed,
        ends=ends,
    )


def applied(on: date, institution: str = ALPHA) -> facts.CentreApplied:
    return facts.CentreApplied(
        programme=PROGRAMME,
        applicant=institution,
        transfer_centre="技术转移中心",
        disciplines=("材料",),
        industries=("电子", "照明"),
        on=on,
    )


def designated(
    on: date, institution: str = ALPHA, disciplines: tuple[str, ...] = ("光学", "材料")
) -> facts.CentreDesignated:
    return facts.CentreDesignated(
        programme=PROGRAMME,
        centre=institution,
        disciplines=disciplines,
        industries=("照明",),
        document="沪知局〔2022〕21号",
        on=on,
    )


def withdrawn(on: date, institution: str = ALPHA) -> facts.CentreWithdrawn:
    return facts.CentreWithdrawn(programme=PROGRAMME, centre=institution, document=None, on=on)


def decision(number: int, on: date, **changes: Any) -> facts.DecisionRecorded:
    usual: dict[str, Any] = {"kind": "pricing", "catalogue": None, "clause": None, "until": None}
    return facts.DecisionRecorded(
        decision=own_id("decision", number),
        title="定价方式",
        body="协议定价",
        about=(PATENT,),
        on=on,
        **{**usual, **changes},
    )


def approved(number: int, on: date) -> facts.DecisionApproved:
    return facts.DecisionApproved(decision=own_id("decision", number), on=on)


def market_day(on: date) -> tuple[facts.Fact, ...]:
    """One of everything on one day."""
    return (
        supply(1, on),
        demand(1, on),
        lead(1, on),
        advanced(1, "visited", on),
        event(1, on),
        partner(1, on),
        applied(on),
        designated(on),
        decision(1, on),
        approved(1, on),
    )
