"""A year at one university: every fact about results, portfolio, deals and market occurs."""

from datetime import date
from typing import Any

from ledger.actors import Role
from ledger.case import Command
from ledger.centres import CENTRES_POLICY
from ledger.commands import BY_NAME
from ledger.facts import PersonRegistered, RoleGranted
from ledger.facts.disclosures import Contributor
from ledger.facts.patents import OFFICE_RECORD
from ledger.money import Rate
from ledger.proposals import RegisterActor
from tests.ledger.deal_desk import (
    BUREAU,
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    STAFF,
    UNIVERSITY,
    DealDesk,
    license_of,
    ready,
    shown,
    uuid,
)

COLLEAGUE, OFFICIAL = f"actor:{uuid(51)}", f"actor:{uuid(52)}"
INVENTOR = f"person:{uuid(81)}"
PENDING = "patent:202310000002X"

SPRING, SUMMER = date(2024, 3, 1), date(2024, 6, 3)
HALF = Rate(numerator=1, denominator=2)


def own(kind: str, number: int = 1) -> str:
    """The university's subject of a kind."""
    return f"{kind}:{uuid(700 + number)}"


def ask(name: str, /, **fields: Any) -> Command:
    """The command of this name."""
    return BY_NAME[name].command.model_validate(fields)


RESULT, WITHDRAWN, REJECTED = (own("disclosure", number) for number in (1, 2, 3))
PCT, FOREIGN = own("foreign", 1), own("foreign", 2)
_CONTENT = {
    "kind": "invention",
    "title": "一种成果",
    "contributors": (Contributor(person=INVENTOR, share=None),),
}


def _results() -> tuple[Command, ...]:
    about = {"disclosure": RESULT, "on": SPRING}
    return (
        *(
            ask("disclosure.submit", disclosure=each, submitted=SPRING, **_CONTENT)
            for each in (RESULT, WITHDRAWN, REJECTED)
        ),
        ask("disclosure.amend", **about, **_CONTENT),
        ask("disclosure.withdraw", disclosure=WITHDRAWN, on=SUMMER),
        ask("disclosure.determine-ownership", owner="institution", service_result=True, **about),
        ask("disclosure.assess", verdict="file", **about),
        ask("disclosure.decide-filing", decision="file", **about),
        ask("disclosure.publish-result", channel="官网", **about),
        ask(
            "disclosure.grant-right",
            patents=(INVENTION,),
            right="ownership",
            holders=(INVENTOR,),
            share=HALF,
            **about,
        ),
    )


def _applications() -> tuple[Command, ...]:
    return (
        ask("patent.file", patent=PENDING, title="申请", filed=date(2023, 9, 1)),
        ask("patent.publish", patent=PENDING, on=SPRING),
        ask("patent.reject", patent=PENDING, on=SUMMER),
        ask("patent.withdraw", patent=PENDING, on=SUMMER),
        ask(
            "patent.claim-number",
            patent=FOREIGN_PATENT,
            title="他校也登记的发明",
            filed=date(2022, 1, 5),
            evidence=shown(OFFICE_RECORD),
        ),
        ask("patent.prove-number", patent=INVENTION, evidence=shown(OFFICE_RECORD)),
    )


def _portfolio() -> tuple[Command, ...]:
    about = {"patent": INVENTION, "on": SPRING}
    patents = (INVENTION, MODEL)
    return (
        ask("annuity.schedule", patent=INVENTION, year=3, amount_fen=90_000),
        ask("annuity.pay", year=3, amount_fen=90_000, **about),
        ask("patent.decide-maintenance", decision="keep", **about),
        ask("patent.grade", grade="A", aspects=("legal", "market"), **about),
        ask("patent.tag", tag="award", **about),
        ask("patent.untag", tag="award", patent=INVENTION, on=SUMMER),
        ask("patent.check-status", in_force=True, owner_confirmed=True, source="公告", **about),
        ask("patent.report-evaluation", patent=MODEL, favourable=True, on=SPRING),
        ask(
            "pct-application.file",
            foreign=PCT,
            number="PCT/CN2022/000001",
            patents=(INVENTION,),
            title="方法",
            filed=date(2022, 12, 1),
        ),
        ask(
            "foreign-application.file",
            foreign=FOREIGN,
            office="US",
            patents=patents,
            pct=PCT,
            filed=SPRING,
        ),
        ask("foreign-application.grant", foreign=FOREIGN, on=SUMMER),
        ask(
            "pledge.register",
            pledge=own("pledge"),
            patents=patents,
            pledgee="某银行",
            secured_fen=100,
            on=SPRING,
        ),
        ask("pledge.release", pledge=own("pledge"), patents=(MODEL,), on=SUMMER),
        ask(
            "valuation.receive",
            valuation=own("valuation"),
            patents=patents,
            method="income",
            appraiser="某评估公司",
            amount_fen=500,
            on=SPRING,
        ),
    )


def _deals() -> tuple[Command, ...]:
    contract, equity = own("contract"), own("equity")
    pricing, listing = own("pricing"), own("listing")
    side = {"counterparty": FIRM}
    return (
        ask(
            "contract.sign",
            contract=contract,
            kind="service",
            contract_number="F1",
            title="检测",
            signed=SPRING,
            amount_fen=100,
            **side,
        ),
        ask("contract.terminate", contract=contract, on=SUMMER),
        ask("contract.review-clauses", contract=contract, outcome="agreed", on=SPRING),
        ask(
            "technology-contract.register",
            contract=contract,
            registration="2024-1",
            category="service",
            total_fen=100,
            technical_fen=90,
            on=SUMMER,
        ),
        ask(
            "counterparty.check",
            check=own("check"),
            contract=contract,
            matters=("credit",),
            outcome="sound",
            on=SPRING,
            **side,
        ),
        ask(
            "risk.assess",
            risk=own("risk"),
            about=(INVENTION, contract),
            matter="侵权",
            level="low",
            on=SPRING,
        ),
        ask(
            "pricing.determine",
            pricing=pricing,
            method="agreement",
            patents=(INVENTION,),
            contract=FIRST,
            amount_fen=100_000,
            on=SPRING,
            **side,
        ),
        ask("pricing.post-notice", pricing=pricing, place="公告栏", starts=SPRING, ends=SUMMER),
        ask("pricing.object", pricing=pricing, grounds="价格偏低", on=SPRING),
        ask("pricing.resolve-objection", pricing=pricing, number=1, outcome="dismissed", on=SUMMER),
        ask(
            "listing.list",
            listing=listing,
            exchange="某交易所",
            patents=(INVENTION, MODEL),
            on=SPRING,
        ),
        ask("listing.trade", listing=listing, contract=FIRST, on=SUMMER),
        ask(
            "equity.contribute",
            equity=equity,
            contract_number="G1",
            patents=(INVENTION,),
            rights_count=1,
            amount_fen=100,
            share=HALF,
            on=SPRING,
            **side,
        ),
        ask("equity.exit", equity=equity, share=HALF, proceeds_fen=200, whole=True, on=SUMMER),
    )


def _open_licenses() -> tuple[Command, ...]:
    declaration = own("declaration")
    return (
        ask(
            "open-license.declare",
            declaration=declaration,
            patent=MODEL,
            payment="fixed",
            fee_fen=100,
            on=SPRING,
        ),
        ask("open-license.announce", declaration=declaration, on=SPRING),
        ask(
            "open-license.take",
            license=own("license"),
            declaration=declaration,
            contract_number="K1",
            counterparty=FIRM,
            on=SPRING,
        ),
        ask("open-license.withdraw", declaration=declaration, on=SUMMER),
    )


def _market() -> tuple[Command, ...]:
    supply, demand, lead, lost = own("supply"), own("demand"), own("lead"), own("lead", 2)
    return (
        ask(
            "supply.list",
            supply=supply,
            title="成果",
            patents=(INVENTION,),
            disclosure=RESULT,
            channel="官网",
            on=SPRING,
        ),
        ask("demand.record", demand=demand, title="需求", counterparty=FIRM, on=SPRING),
        ask("lead.open", lead=lead, counterparty=FIRM, supply=supply, demand=demand, on=SPRING),
        ask("lead.open", lead=lost, patents=(INVENTION,), on=SPRING),
        ask("lead.advance", lead=lead, stage="contracted", contract=FIRST, on=SUMMER),
        ask("lead.lose", lead=lost, cause="价格", on=SUMMER),
        ask("supply.withdraw", supply=supply, on=SUMMER),
        ask("demand.close", demand=demand, outcome="met", on=SUMMER),
        ask(
            "event.hold",
            event=own("event"),
            kind="roadshow",
            channel="online",
            title="推介会",
            firms=3,
            patents=(MODEL,),
            on=SPRING,
        ),
        ask(
            "partner.sign",
            partner=own("partner"),
            partner_class="commercial-bank",
            name="某银行",
            settles_ownership=True,
            settles_secrecy=True,
            signed=SPRING,
        ),
        ask("partner.end", partner=own("partner"), on=SUMMER),
    )


def busy_year() -> DealDesk:
    """The desk after that year; staff recorded what they could, a colleague the rest."""
    desk = ready()
    for number, actor in enumerate((COLLEAGUE, OFFICIAL)):
        desk.tell(RegisterActor(actor=actor, person=f"person:{uuid(90 + number)}"))
    desk.put(
        RoleGranted(
            holder=STAFF, role=Role.CENTRE_STAFF, scope=UNIVERSITY, starts=SPRING, ends=None
        )
    )
    desk.put(PersonRegistered(person=INVENTOR, name_commitment="0" * 64, on=SPRING))
    desk.tell(license_of())
    for command in (
        *_results(),
        *_applications(),
        *_portfolio(),
        *_deals(),
        *_open_licenses(),
        *_market(),
    ):
        desk.tell(command)
    desk.tell(ask("disclosure.accept", disclosure=RESULT, on=SUMMER), actor=COLLEAGUE)
    refused = {"disclosure": REJECTED, "grounds": "非职务成果"}
    desk.tell(ask("disclosure.reject", on=SUMMER, **refused), actor=COLLEAGUE)
    words = {"disciplines": ("材料",), "industries": ("化工",)}
    desk.tell(ask("policy.adopt", policy=CENTRES_POLICY, version=1), institution=BUREAU)
    desk.tell(ask("centre.apply", transfer_centre="技术转移中心", on=SPRING, **words))
    for name, more in (("centre.designate", words), ("centre.withdraw", {})):
        desk.tell(ask(name, centre=UNIVERSITY, on=SUMMER, **more), institution=BUREAU)
    decided = {"kind": "pricing", "title": "定价", "body": "协议定价", "about": (INVENTION,)}
    desk.tell(ask("decision.record", decision=own("decision"), on=SUMMER, **decided))
    return desk
