"""Facts around deals, patents and the market, with everything filled in that a test leaves open."""

from datetime import date
from typing import Any

from ledger import facts
from ledger.money import Rate
from ledger.policies.sme_2011 import Size
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, Story, uuid

DAY = date(2022, 3, 1)
"""On this day the deals of these tests are signed."""
PAPER = {
    "kind": "document",
    "source": None,
    "sha256": given.DIGEST,
    "media_type": None,
    "size_bytes": None,
}
CONSENT = PAPER | {"kind": "co-owner-consent"}
PROGRAMME = "programme:ip-centres-2022"


def ground(*, granted: bool = True, kind: str = "invention", co_owner: bool = False) -> Story:
    """A log with the bureau, two universities, a verified firm and a patent granted in February."""
    story = Story()
    start = date(2022, 1, 3)
    for code, of_kind in ((BUREAU, "bureau"), (ALPHA, "university"), (BETA, "university")):
        story.tell(given.institution(code, start, of_kind), institution=code)
    story.tell(given.firm(start), institution=BUREAU)
    story.tell(given.size(start), institution=BUREAU)
    filed = given.filed(kind=kind)
    others = ("某公司",) if co_owner else ()
    story.tell(filed.model_copy(update={"other_owners": others}))
    if granted:
        story.tell(given.patent_turn("granted", date(2022, 2, 1)))
    return story


def named(kind: str, number: int) -> str:
    return f"{kind}:{uuid(number)}"


def licensed(number: int = 1, on: date = DAY, **changes: Any) -> facts.LicenseGranted:
    """A license whose fee is stated, in force from its signing."""
    terms = given.terms(on, **{"fixed_fee_fen": 100_000, **changes})
    return given.granted(number, on, terms)


def assigned(number: int = 1, on: date = DAY) -> facts.AssignmentAgreed:
    return given.agreed(number, on, 500_000).model_copy(update={"patents": (given.PATENT,)})


def registered(on: date, number: int = 1) -> facts.AssignmentRegistered:
    return facts.AssignmentRegistered(
        assignment=given.assignment_id(number), patents=(given.PATENT,), on=on
    )


def recorded(on: date, number: int = 1) -> facts.LicenseRecorded:
    return facts.LicenseRecorded(license=given.license_id(number), recordal_number="B-1", on=on)


def contributed(on: date = DAY) -> facts.EquityContributed:
    return facts.EquityContributed(
        equity=named("equity", 1),
        contract_number="ZJ-1",
        counterparty=given.FIRM,
        patents=(given.PATENT,),
        rights_count=1,
        amount_fen=1_000_000,
        share=Rate(numerator=1, denominator=5),
        on=on,
    )


def exited(on: date) -> facts.EquityExited:
    return facts.EquityExited(
        equity=named("equity", 1),
        share=Rate(numerator=1, denominator=5),
        proceeds_fen=1_000_000,
        whole=True,
        on=on,
    )


def valued(on: date, valid_until: date | None) -> facts.ValuationReceived:
    return facts.ValuationReceived(
        valuation=named("valuation", 1),
        patents=(given.PATENT,),
        method="income",
        appraiser="某评估公司",
        amount_fen=1_000_000,
        valid_until=valid_until,
        on=on,
    )


def status_checked(on: date, *, in_force: bool = True) -> facts.StatusChecked:
    return facts.StatusChecked(
        patent=given.PATENT, in_force=in_force, owner_confirmed=True, source="登记簿", on=on
    )


def party_checked(on: date, matter: Any, outcome: Any = "sound") -> facts.CounterpartyChecked:
    return facts.CounterpartyChecked(
        check=named("check", 1),
        counterparty=given.FIRM,
        contract=None,
        matters=(matter,),
        outcome=outcome,
        on=on,
    )


def clauses_reviewed(contract: str, on: date, outcome: Any = "agreed") -> facts.ClausesReviewed:
    return facts.ClausesReviewed(contract=contract, outcome=outcome, on=on)


def risk(on: date, about: str = given.PATENT) -> facts.RiskAssessed:
    return facts.RiskAssessed(
        risk=named("risk", 1), about=(about,), matter="侵权风险", level="low", on=on
    )


def graded(on: date, *aspects: Any) -> facts.PatentGraded:
    every = aspects or ("legal", "technical", "market", "team")
    return facts.PatentGraded(patent=given.PATENT, grade="A", aspects=every, on=on)


def tagged(on: date) -> facts.HighValueTagged:
    return facts.HighValueTagged(patent=given.PATENT, tag="award", on=on)


def untagged(on: date) -> facts.HighValueUntagged:
    return facts.HighValueUntagged(patent=given.PATENT, tag="award", on=on)


def maintained(on: date, decision: Any = "keep") -> facts.MaintenanceDecided:
    return facts.MaintenanceDecided(patent=given.PATENT, decision=decision, on=on)


def annuity_due(due: date) -> facts.AnnuityDue:
    return facts.AnnuityDue(patent=given.PATENT, year=3, due=due, amount_fen=90_000)


def annuity_paid(on: date) -> facts.AnnuityPaid:
    return facts.AnnuityPaid(patent=given.PATENT, year=3, amount_fen=90_000, late_fee_fen=0, on=on)


def supply(on: date, *patents: str) -> facts.SupplyListed:
    return facts.SupplyListed(
        supply=named("supply", 1),
        title="一种方法",
        patents=patents or (given.PATENT,),
        disclosure=None,
        channel="平台",
        asking_fen=None,
        on=on,
    )


def supply_withdrawn(on: date) -> facts.SupplyWithdrawn:
    return facts.SupplyWithdrawn(supply=named("supply", 1), on=on)


def demand(on: date) -> facts.DemandRecorded:
    return facts.DemandRecorded(
        demand=named("demand", 1),
        title="求购方法",
        counterparty=given.FIRM,
        industry=None,
        budget_fen=None,
        on=on,
    )


def demand_closed(on: date, outcome: Any) -> facts.DemandClosed:
    return facts.DemandClosed(demand=named("demand", 1), outcome=outcome, on=on)


def lead(on: date) -> facts.LeadOpened:
    return facts.LeadOpened(
        lead=named("lead", 1),
        counterparty=given.FIRM,
        supply=None,
        demand=named("demand", 1),
        patents=(given.PATENT,),
        on=on,
    )


def partner(
    on: date, kind: Any, *, ownership: bool = True, secrecy: bool = True
) -> facts.PartnerAgreementSigned:
    return facts.PartnerAgreementSigned(
        partner=named("partner", 1),
        partner_class=kind,
        other_class=None,
        name="某机构",
        settles_ownership=ownership,
        settles_secrecy=secrecy,
        signed=on,
        ends=None,
    )


def partner_ended(on: date) -> facts.PartnerAgreementEnded:
    return facts.PartnerAgreementEnded(partner=named("partner", 1), on=on)


def decision(
    on: date,
    kind: Any,
    *about: str,
    clause: tuple[str, str] | None = None,
    until: date | None = None,
) -> facts.DecisionRecorded:
    return facts.DecisionRecorded(
        decision=named("decision", 1),
        kind=kind,
        title="决定",
        body="如文",
        about=about,
        catalogue=clause[0] if clause else None,
        clause=clause[1] if clause else None,
        until=until,
        on=on,
    )


def approved(on: date) -> facts.DecisionApproved:
    return facts.DecisionApproved(decision=named("decision", 1), on=on)


def designated(
    centre: str, on: date, disciplines: tuple[str, ...] = ("材料",)
) -> facts.CentreDesignated:
    return facts.CentreDesignated(
        programme=PROGRAMME,
        centre=centre,
        disciplines=disciplines,
        industries=("新材料",),
        document=None,
        on=on,
    )


def priced(on: date, contract: str | None = None) -> facts.PriceDetermined:
    return facts.PriceDetermined(
        pricing=named("pricing", 1),
        method="agreement",
        patents=(given.PATENT,),
        counterparty=given.FIRM,
        contract=contract,
        amount_fen=100_000,
        on=on,
    )


def noticed(starts: date, ends: date) -> facts.NoticePosted:
    return facts.NoticePosted(pricing=named("pricing", 1), place="校内网", starts=starts, ends=ends)


def objected(on: date) -> facts.ObjectionRaised:
    return facts.ObjectionRaised(pricing=named("pricing", 1), number=1, grounds="价格偏低", on=on)


def resolved(on: date) -> facts.ObjectionResolved:
    return facts.ObjectionResolved(
        pricing=named("pricing", 1), number=1, outcome="dismissed", on=on
    )


def declared(on: date, scheme: Any = "open") -> facts.OpenLicenseDeclared:
    return facts.OpenLicenseDeclared(
        declaration=named("declaration", 1),
        patent=given.PATENT,
        scheme=scheme,
        payment="fixed",
        fee_fen=100_000,
        royalty_rate=None,
        royalty_base=None,
        ends=None,
        criteria=(),
        on=on,
    )


def evaluated(on: date) -> facts.EvaluationReportIssued:
    return facts.EvaluationReportIssued(patent=given.PATENT, favourable=True, on=on)


def pledged(on: date) -> facts.PatentPledged:
    return facts.PatentPledged(
        pledge=named("pledge", 1),
        patents=(given.PATENT,),
        pledgee="某银行",
        secured_fen=1_000_000,
        registration=None,
        on=on,
    )


def released(on: date) -> facts.PledgeReleased:
    return facts.PledgeReleased(pledge=named("pledge", 1), patents=(given.PATENT,), on=on)


def acting(person: int, actor: int) -> facts.ActorRegistered:
    return facts.ActorRegistered(
        registered=named("actor", actor),
        kind="human",
        person=given.person_id(person),
        on=date(2022, 1, 3),
    )


def judged(on: date, number: int = 1) -> facts.RewardJudged:
    return facts.RewardJudged(
        reward=given.reward_id(number),
        fund=given.FUND,
        counterparty=given.FIRM,
        size=Size.SMALL,
        size_on=date(2022, 1, 3),
        flags=(),
        on=on,
    )


def reward_reviewed(
    on: date, base_fen: int, amount_fen: int, number: int = 1
) -> facts.RewardReviewed:
    return facts.RewardReviewed(
        reward=given.reward_id(number),
        fund=given.FUND,
        contract=given.license_id(1),
        base_fen=base_fen,
        amount_fen=amount_fen,
        on=on,
    )
