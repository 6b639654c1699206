"""Facts of a made-up city for readings: ten institutions, one result after another.

They are a history to read, not commands to decide.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from benchmarks.workload import credit_code, ident
from ledger import facts
from ledger.facts import Fact
from ledger.facts.deals import Instalment, Terms
from ledger.facts.disclosures import Contributor
from ledger.identifiers import IdentifierKind, patent_check_digit
from ledger.policies.sme_2011 import Size

INSTITUTIONS = tuple(f"institution:{credit_code('12', number)}" for number in range(2, 12))
BUREAU = f"institution:{credit_code('11', 1)}"
FIRST_DAY = date(2016, 9, 5)


class Told(NamedTuple):
    """A fact, and whose it is."""

    fact: Fact
    institution: str


def stories(seed: int) -> Iterator[Told]:
    """Facts without end: what every log begins with, then one result after another."""
    yield from _opening()
    chance = random.Random(seed)
    for number in range(10**9):
        yield from _result(number, INSTITUTIONS[number % len(INSTITUTIONS)], chance)


def _opening() -> Iterator[Told]:
    for code, kind in ((BUREAU, "bureau"), *((code, "university") for code in INSTITUTIONS)):
        named: dict[str, Any] = {"code": code, "kind": kind, "name_zh": "示例", "name_en": "Sample"}
        yield Told(facts.InstitutionRegistered(**named, on=FIRST_DAY), code)
    for number in range(200):
        firm, on = _firm(number), FIRST_DAY
        yield Told(
            facts.CounterpartyRegistered(
                counterparty=firm,
                identifier_kind=IdentifierKind.CREDIT_CODE,
                code=firm.partition(":")[2],
                code_commitment=None,
                name="示例科技有限公司",
                name_commitment=None,
                body_code_fits=True,
                on=on,
            ),
            BUREAU,
        )
        yield Told(
            facts.CounterpartySizeVerified(
                counterparty=firm,
                industry="software",
                employees=20,
                revenue_fen=100_000_000,
                assets_fen=None,
                size=(Size.LARGE, Size.MEDIUM, Size.SMALL, Size.MICRO)[number % 4],
                year=on.year - 1,
                basis="platform",
                controlled_by_large=False,
                policy="policy:sme-size",
                policy_version=1,
                on=on,
            ),
            BUREAU,
        )


def _firm(number: int) -> str:
    return f"counterparty:{credit_code('91', 100 + number)}"


def _patent(number: int) -> str:
    body = f"{2016 + number // 9_000_000}1{number % 9_000_000:07d}"
    return f"patent:{body}{patent_check_digit(body)}"


def _result(number: int, owner: str, chance: random.Random) -> Iterator[Told]:
    """About twenty facts on one result: disclosed, patented, licensed or assigned, paid for."""
    day = FIRST_DAY + timedelta(days=chance.randrange(5 * 365))
    disclosure, patent = ident("disclosure", number), _patent(number)
    person = ident("person", number % 5_000)

    def on(days: int) -> date:
        return day + timedelta(days=days)

    yield Told(
        facts.DisclosureSubmitted(
            disclosure=disclosure,
            title="一种基于超材料的无线充电装置",
            kind="invention",
            contributors=(Contributor(person=person, share=None),),
            project=None,
            funding="fiscal",
            submitted=day,
        ),
        owner,
    )
    yield Told(facts.DisclosureAccepted(disclosure=disclosure, on=on(9)), owner)
    yield Told(
        facts.PrefilingAssessed(disclosure=disclosure, verdict="file", assessor=None, on=on(15)),
        owner,
    )
    yield Told(
        facts.PatentFiled(
            patent=patent,
            kind="invention",
            title="一种基于超材料的无线充电装置及其控制方法",
            filed=on(30),
            owners=(owner,),
            other_owners=(),
            inventors=(person,),
            disclosure=disclosure,
        ),
        owner,
    )
    yield Told(facts.PatentPublished(patent=patent, publication=None, on=on(200)), owner)
    yield Told(facts.PatentGranted(patent=patent, announcement=None, on=on(400)), owner)
    for year in range(1, 1 + chance.randrange(4)):
        due: dict[str, Any] = {"patent": patent, "year": year}
        yield Told(facts.AnnuityDue(**due, due=on(30 + 365 * year), amount_fen=90_000), owner)
        paid = on(20 + 365 * year)
        yield Told(facts.AnnuityPaid(**due, amount_fen=90_000, late_fee_fen=0, on=paid), owner)
    yield Told(
        facts.StatusChecked(
            patent=patent, in_force=True, owner_confirmed=True, source="登记簿", on=on(410)
        ),
        owner,
    )
    if number % 7 == 0:
        tag: Any = "strategic-emerging-industry"
        yield Told(facts.HighValueTagged(patent=patent, tag=tag, on=on(420)), owner)
    if number % 3 == 0:
        yield from _assignment(number, owner, patent, on(430))
    else:
        yield from _license(number, owner, patent, on(430), chance)


def _license(
    number: int, owner: str, patent: str, signed: date, chance: random.Random
) -> Iterator[Told]:
    contract = ident("license", number)
    instalments = _instalments(signed, "license-fee", 4)
    terms = Terms(
        exclusivity="ordinary",
        territory=("上海市",),
        field=None,
        starts=signed,
        ends=None,
        payment="instalments",
        fixed_fee_fen=sum(each.amount_fen for each in instalments),
        entry_fee_fen=0,
        minimum_royalty_fen=0,
        royalty_rate=None,
        royalty_base=None,
        instalments=instalments,
    )
    yield Told(
        facts.LicenseGranted(
            license=contract,
            contract_number=f"XK-{number:08d}",
            counterparty=_firm(chance.randrange(200)),
            patents=(patent,),
            origin="negotiated",
            parent_license=None,
            reciprocal=None,
            related_party=False,
            signed=signed,
            starts=signed,
            terms=terms,
        ),
        owner,
    )
    recorded = signed + timedelta(days=60 + chance.randrange(60))
    yield Told(
        facts.LicenseRecorded(license=contract, recordal_number=f"X{number:09d}", on=recorded),
        owner,
    )
    yield from _money(number, owner, contract, instalments)


def _assignment(number: int, owner: str, patent: str, signed: date) -> Iterator[Told]:
    contract = ident("assignment", number)
    instalments = _instalments(signed, "assignment-price", 2)
    yield Told(
        facts.AssignmentAgreed(
            assignment=contract,
            contract_number=f"ZR-{number:08d}",
            counterparty=_firm(number % 200),
            patents=(patent,),
            related_party=False,
            signed=signed,
            price_fen=sum(each.amount_fen for each in instalments),
            instalments=instalments,
        ),
        owner,
    )
    day = signed + timedelta(days=45)
    yield Told(facts.AssignmentRegistered(assignment=contract, patents=(patent,), on=day), owner)
    yield from _money(number, owner, contract, instalments)


def _instalments(signed: date, purpose: Any, count: int) -> tuple[Instalment, ...]:
    return tuple(
        Instalment(
            number=each,
            due=signed + timedelta(days=90 * each),
            amount_fen=12_345_600 + each,
            purpose=purpose,
        )
        for each in range(1, count + 1)
    )


def _money(
    number: int, owner: str, contract: str, instalments: tuple[Instalment, ...]
) -> Iterator[Told]:
    for each in instalments:
        receipt = ident("receipt", number, each.number)
        day = each.due + timedelta(days=number % 40 - 10)
        yield Told(
            facts.ReceiptClaimed(
                receipt=receipt,
                statement=ident("statement", owner, day.year, day.month),
                account=ident("account", owner),
                line=number % 9_999 + 1,
                holder="institution",
                amount_fen=each.amount_fen,
                currency="CNY",
                booking_date=day,
                value_date=day,
                payer=None,
                payer_commitment="0" * 64,
                remittance_commitment="1" * 64,
            ),
            owner,
        )
        yield Told(
            facts.ReceiptAllocated(
                receipt=receipt,
                number=1,
                contract=contract,
                instalment=each.number,
                purpose=each.purpose,
                amount_fen=each.amount_fen,
                value_date=day,
            ),
            owner,
        )
