"""Facts around deals with everything filled in that a test does not care about."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger import facts
from ledger.facts.contracts import ServiceKind
from ledger.facts.deals import Instalment
from ledger.money import Rate
from tests.projections import facts_given as given
from tests.projections.tape_builder import uuid


def contract_id(number: int) -> str:
    return f"contract:{uuid(number)}"


def equity_id(number: int) -> str:
    return f"equity:{uuid(number)}"


def pricing_id(number: int) -> str:
    return f"pricing:{uuid(number)}"


def listing_id(number: int) -> str:
    return f"listing:{uuid(number)}"


def declaration_id(number: int) -> str:
    return f"declaration:{uuid(number)}"


def services(
    number: int,
    signed: date,
    amount_fen: int,
    *dues: Instalment,
    kind: ServiceKind = "development",
) -> facts.ContractSigned:
    return facts.ContractSigned(
        contract=contract_id(number),
        kind=kind,
        contract_number=f"KF-{number}",
        title="某项开发",
        counterparty=given.FIRM,
        related_party=False,
        signed=signed,
        amount_fen=amount_fen,
        instalments=dues,
    )


def contributed(number: int, on: date, amount_fen: int) -> facts.EquityContributed:
    return facts.EquityContributed(
        equity=equity_id(number),
        contract_number=f"ZJ-{number}",
        counterparty=given.FIRM,
        patents=(given.PATENT,),
        rights_count=1,
        amount_fen=amount_fen,
        share=Rate(numerator=1, denominator=5),
        on=on,
    )


def exited(number: int, on: date, *, whole: bool) -> facts.EquityExited:
    share = Rate(numerator=1, denominator=10)
    return facts.EquityExited(
        equity=equity_id(number), share=share, proceeds_fen=5, whole=whole, on=on
    )


def registered(contract: str, on: date, total_fen: int, technical_fen: int) -> facts.Fact:
    return facts.TechnologyContractRegistered(
        contract=contract,
        registration=f"2022-{total_fen}",
        category="development",
        total_fen=total_fen,
        technical_fen=technical_fen,
        on=on,
    )


def priced(number: int, on: date, contract: str | None = None, **changes: Any) -> facts.Fact:
    usual: dict[str, Any] = {
        "method": "agreement",
        "patents": (given.PATENT,),
        "counterparty": None,
        "amount_fen": 900,
    }
    return facts.PriceDetermined(
        pricing=pricing_id(number), contract=contract, on=on, **{**usual, **changes}
    )


def noticed(number: int, starts: date, days: int) -> facts.Fact:
    ends = starts + timedelta(days=days)
    return facts.NoticePosted(pricing=pricing_id(number), place="校园网", starts=starts, ends=ends)


def objected(number: int, on: date, objection: int = 1) -> facts.Fact:
    return facts.ObjectionRaised(
        pricing=pricing_id(number), number=objection, grounds="价格偏低", on=on
    )


def settled(number: int, on: date, objection: int = 1) -> facts.Fact:
    return facts.ObjectionResolved(
        pricing=pricing_id(number), number=objection, outcome="dismissed", on=on
    )


def listed(number: int, on: date) -> facts.Fact:
    return facts.ExchangeListed(
        listing=listing_id(number),
        exchange="某交易所",
        patents=(given.PATENT,),
        asking_fen=None,
        on=on,
    )


def traded(number: int, contract: str, on: date) -> facts.Fact:
    return facts.ExchangeTraded(
        listing=listing_id(number), contract=contract, certificate=None, on=on
    )


def declared(number: int, on: date, ends: date | None = None) -> facts.Fact:
    return facts.OpenLicenseDeclared(
        declaration=declaration_id(number),
        patent=given.PATENT,
        scheme="open-pilot",
        payment="fixed",
        fee_fen=30,
        royalty_rate=None,
        royalty_base=None,
        ends=ends,
        criteria=(),
        on=on,
    )


def announced(number: int, on: date) -> facts.Fact:
    return facts.OpenLicenseAnnounced(
        declaration=declaration_id(number), patent=given.PATENT, announcement=None, on=on
    )


def withdrawn(number: int, on: date) -> facts.Fact:
    return facts.OpenLicenseWithdrawn(
        declaration=declaration_id(number), patent=given.PATENT, on=on
    )


def taken(number: int, license_number: int, on: date) -> facts.Fact:
    return facts.OpenLicenseTaken(
        declaration=declaration_id(number),
        license=given.license_id(license_number),
        patent=given.PATENT,
        on=on,
    )


def deals_around(day: date) -> Iterator[facts.Fact]:
    """One of everything around a deal, for the first license of a story."""
    license_ = given.license_id(1)
    yield services(1, day, 100, given.due(1, day, 100, "development-fee"))
    yield registered(contract_id(1), day, 100, 80)
    yield priced(1, day, license_)
    yield noticed(1, day, 10)
    yield objected(1, day)
    yield listed(1, day)
    yield traded(1, license_, day)
    yield declared(1, day)
    yield announced(1, day)
