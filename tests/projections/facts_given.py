"""Facts with everything filled in that a test does not care about."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from ledger import facts
from ledger.facts.cash import Holder, UndoneAllocation
from ledger.facts.deals import Exclusivity, Instalment, Origin, Purpose, Terms
from ledger.facts.disclosures import Contributor
from ledger.facts.fund import ClaimLine, FundTerms, Payout, TeamShare, Window
from ledger.identifiers import IdentifierKind
from ledger.money import Rate, Rounding
from ledger.policies.sme_2011 import Size
from tests.projections.tape_builder import ALPHA, uuid

PATENT = "patent:2022100000010"
OTHER_PATENT = "patent:2022100000025"
FIRM = "counterparty:91310000MA1FL0001R"
FUND = "fund:reward-2022"
DIGEST = "0" * 64


def license_id(number: int) -> str:
    return f"license:{uuid(number)}"


def assignment_id(number: int) -> str:
    return f"assignment:{uuid(number)}"


def receipt_id(number: int) -> str:
    return f"receipt:{uuid(number)}"


def reward_id(number: int) -> str:
    return f"reward:{uuid(number)}"


def person_id(number: int) -> str:
    return f"person:{uuid(number)}"


def disclosure_id(number: int) -> str:
    return f"disclosure:{uuid(number)}"


def due(number: int, day: date, amount_fen: int, purpose: Purpose = "license-fee") -> Instalment:
    return Instalment(number=number, due=day, amount_fen=amount_fen, purpose=purpose)


def terms(starts: date, **changes: Any) -> Terms:
    given: dict[str, Any] = {
        "exclusivity": "ordinary",
        "territory": (),
        "field": None,
        "starts": starts,
        "ends": None,
        "payment": "fixed",
        "fixed_fee_fen": 0,
        "entry_fee_fen": 0,
        "minimum_royalty_fen": 0,
        "royalty_rate": None,
        "royalty_base": None,
        "instalments": (),
    }
    return Terms(**{**given, **changes})


def filed(
    patent: str = PATENT, on: date = date(2022, 1, 4), kind: Any = "invention"
) -> facts.PatentFiled:
    return facts.PatentFiled(
        patent=patent,
        kind=kind,
        title="一种方法",
        filed=on,
        owners=(ALPHA,),
        other_owners=(),
        inventors=(),
        disclosure=None,
    )


def disclosed(number: int, on: date, persons: Sequence[int] = (1, 2)) -> facts.DisclosureSubmitted:
    return facts.DisclosureSubmitted(
        disclosure=disclosure_id(number),
        title="一种方法",
        kind="invention",
        contributors=tuple(Contributor(person=person_id(n), share=None) for n in persons),
        project=None,
        funding=None,
        submitted=on,
    )


def granted(
    number: int,
    signed: date,
    of_terms: Terms | None = None,
    *,
    patents: Sequence[str] = (PATENT,),
    origin: Origin = "negotiated",
    parent: str | None = None,
    exclusivity: Exclusivity = "ordinary",
    related: bool = False,
) -> facts.LicenseGranted:
    agreed = of_terms or terms(signed, exclusivity=exclusivity)
    return facts.LicenseGranted(
        license=license_id(number),
        contract_number=f"XK-{number}",
        counterparty=FIRM,
        patents=tuple(patents),
        origin=origin,
        parent_license=parent,
        reciprocal=None,
        related_party=related,
        signed=signed,
        starts=agreed.starts,
        terms=agreed,
    )


def agreed(
    number: int, signed: date, price_fen: int = 0, instalments: tuple[Instalment, ...] = ()
) -> facts.AssignmentAgreed:
    return facts.AssignmentAgreed(
        assignment=assignment_id(number),
        contract_number=f"ZR-{number}",
        counterparty=FIRM,
        patents=(PATENT, OTHER_PATENT),
        related_party=False,
        signed=signed,
        price_fen=price_fen,
        instalments=instalments,
    )


def claimed(
    number: int, day: date, amount_fen: int, holder: Holder = "institution"
) -> facts.ReceiptClaimed:
    return facts.ReceiptClaimed(
        receipt=receipt_id(number),
        statement=f"statement:{uuid(1)}",
        account=f"account:{uuid(1)}",
        line=number,
        holder=holder,
        amount_fen=amount_fen,
        currency="CNY",
        booking_date=day,
        value_date=day,
        payer=FIRM,
        payer_commitment=DIGEST,
        remittance_commitment=DIGEST,
    )


def allocated(
    receipt: int,
    contract: str,
    day: date,
    amount_fen: int,
    *,
    number: int = 1,
    instalment: int | None = None,
    purpose: Purpose = "license-fee",
) -> facts.ReceiptAllocated:
    return facts.ReceiptAllocated(
        receipt=receipt_id(receipt),
        number=number,
        contract=contract,
        instalment=instalment,
        purpose=purpose,
        amount_fen=amount_fen,
        value_date=day,
    )


def deallocated(part: facts.ReceiptAllocated, amount_fen: int) -> facts.ReceiptDeallocated:
    fields = part.model_dump() | {"amount_fen": amount_fen}
    return facts.ReceiptDeallocated(**fields)


def refunded(part: facts.ReceiptAllocated, on: date, amount_fen: int) -> facts.ReceiptRefunded:
    return facts.ReceiptRefunded(
        receipt=part.receipt,
        number=part.number,
        contract=part.contract,
        instalment=part.instalment,
        purpose=part.purpose,
        amount_fen=amount_fen,
        on=on,
    )


def reversed_receipt(
    receipt: facts.ReceiptClaimed, on: date, *parts: facts.ReceiptAllocated
) -> facts.ReceiptReversed:
    undone = tuple(
        UndoneAllocation(
            number=part.number,
            contract=part.contract,
            instalment=part.instalment,
            purpose=part.purpose,
            amount_fen=part.amount_fen,
        )
        for part in parts
    )
    return facts.ReceiptReversed(
        receipt=receipt.receipt, amount_fen=receipt.amount_fen, undone=undone, on=on
    )


def institution(code: str, on: date, kind: Any = "university") -> facts.InstitutionRegistered:
    return facts.InstitutionRegistered(
        code=code, kind=kind, name_zh="甲大学", name_en="Alpha University", on=on
    )


def firm(on: date) -> facts.CounterpartyRegistered:
    return facts.CounterpartyRegistered(
        counterparty=FIRM,
        identifier_kind=IdentifierKind.CREDIT_CODE,
        code=FIRM.partition(":")[2],
        code_commitment=None,
        name="示例科技有限公司",
        name_commitment=None,
        body_code_fits=True,
        on=on,
    )


def size(
    on: date, of: Size = Size.SMALL, *, controlled: bool = False
) -> facts.CounterpartySizeVerified:
    return facts.CounterpartySizeVerified(
        counterparty=FIRM,
        industry="software",
        employees=20,
        revenue_fen=100_000_000,
        assets_fen=None,
        size=of,
        year=on.year - 1,
        basis="platform",
        controlled_by_large=controlled,
        policy="policy:sme-size",
        policy_version=1,
        on=on,
    )


def fund_terms(**changes: Any) -> FundTerms:
    everywhere = Window(first=None, last=None)
    given: dict[str, Any] = {
        "cap_fen": 350_000_000,
        "cap_per_institution_fen": None,
        "cap_per_contract_fen": None,
        "cap_per_person_fen": None,
        "max_recipients": None,
        "rate": Rate(numerator=1, denominator=1000),
        "team_reading": "team-in-all",
        "rounding": Rounding.HALF_UP_FEN,
        "rounding_level": "contract-cumulative",
        "appropriation_window": everywhere,
        "receipt_window": everywhere,
        "contract_window": everywhere,
        "deal_kinds": ("license", "assignment"),
        "purposes": ("license-fee", "royalty", "assignment-price"),
        "holders": ("institution",),
        "institution_kinds": ("university", "research-institute"),
        "sizes": (Size.MEDIUM, Size.SMALL, Size.MICRO),
        "size_as_of": "contract",
        "controlled_by_large": "flag",
        "related_party": "flag",
        "over_cap": "order-of-award",
        "refund_policy": "claw-back",
        "freed_money": "not-reusable",
        "base_reduced_by_vat": False,
        "excluded_funding": (),
    }
    return FundTerms(**{**given, **changes})


def fund_opened(on: date, **changes: Any) -> facts.FundOpened:
    return facts.FundOpened(
        fund=FUND,
        title_zh="专项奖励资金",
        title_en="Special reward fund",
        legal_reference="建设方案",
        policy="policy:reward-fund",
        policy_version=1,
        terms=fund_terms(**changes),
        on=on,
    )


def reward_claimed(
    number: int, contract: str, on: date, *parts: facts.ReceiptAllocated, vat_fen: int = 0
) -> facts.RewardClaimed:
    lines = tuple(
        ClaimLine(
            receipt=part.receipt,
            number=part.number,
            base_fen=part.amount_fen - vat_fen,
            vat_fen=vat_fen,
            value_date=part.value_date,
        )
        for part in parts
    )
    base_fen = sum(line.base_fen for line in lines)
    return facts.RewardClaimed(
        reward=reward_id(number),
        fund=FUND,
        contract=contract,
        counterparty=FIRM,
        lines=lines,
        team=(TeamShare(person=person_id(1), weight=2), TeamShare(person=person_id(2), weight=1)),
        other_funding=(),
        base_fen=base_fen,
        amount_fen=base_fen // 1000,
        on=on,
    )


def payouts(*amounts_fen: int, tax_fen: int = 0) -> tuple[Payout, ...]:
    return tuple(
        Payout(person=person_id(number), amount_fen=amount_fen, tax_fen=tax_fen)
        for number, amount_fen in enumerate(amounts_fen, 1)
    )


def awarded(number: int, contract: str, on: date, *amounts_fen: int) -> facts.RewardAwarded:
    return facts.RewardAwarded(
        reward=reward_id(number),
        fund=FUND,
        contract=contract,
        claimant=ALPHA,
        amount_fen=sum(amounts_fen),
        shares=payouts(*amounts_fen),
        on=on,
    )


def capped(
    number: int, contract: str, on: date, reviewed_fen: int, awarded_fen: int
) -> facts.RewardCapped:
    return facts.RewardCapped(
        reward=reward_id(number),
        fund=FUND,
        contract=contract,
        reviewed_fen=reviewed_fen,
        awarded_fen=awarded_fen,
        capped_fen=reviewed_fen - awarded_fen,
        limit="fund",
        on=on,
    )


def appropriated(number: int, on: date, amount_fen: int) -> facts.RewardAppropriated:
    return facts.RewardAppropriated(
        reward=reward_id(number), fund=FUND, amount_fen=amount_fen, on=on
    )


def disbursed(
    number: int, contract: str, on: date, *amounts_fen: int, tax_fen: int = 0
) -> facts.RewardDisbursed:
    return facts.RewardDisbursed(
        reward=reward_id(number),
        fund=FUND,
        contract=contract,
        payouts=payouts(*amounts_fen, tax_fen=tax_fen),
        amount_fen=sum(amounts_fen),
        tax_fen=tax_fen * len(amounts_fen),
        on=on,
    )


def clawed_back(
    number: int, contract: str, on: date, from_award_fen: int, from_payment_fen: int
) -> facts.RewardClawedBack:
    return facts.RewardClawedBack(
        reward=reward_id(number),
        fund=FUND,
        contract=contract,
        amount_fen=from_award_fen + from_payment_fen,
        from_award_fen=from_award_fen,
        from_payment_fen=from_payment_fen,
        on=on,
    )


def patent_turn(
    what: Literal["granted", "lapsed", "restored", "partly"], on: date, patent: str = PATENT
) -> facts.Fact:
    match what:
        case "granted":
            return facts.PatentGranted(patent=patent, announcement=None, on=on)
        case "lapsed":
            return facts.PatentLapsed(patent=patent, cause="unpaid-annuity", on=on)
        case "restored":
            return facts.PatentRestored(patent=patent, on=on)
        case "partly":
            return facts.PatentInvalidated(patent=patent, extent="partly", on=on)


def number_claimed(
    institution: str, on: date, patent: str = PATENT, kind: Any = "invention"
) -> facts.NumberClaimed:
    code = institution.removeprefix("institution:")
    stated = filed(patent, kind=kind).model_dump() | {"owners": (institution,)}
    claim = f"numberclaim:{patent.removeprefix('patent:')}.{code}"
    return facts.NumberClaimed(claim=claim, on=on, **stated)


def number_proven(claimed: facts.NumberClaimed, on: date, *, of_claim: bool) -> facts.NumberProven:
    claim = claimed.claim if of_claim else None
    return facts.NumberProven(patent=claimed.patent, claim=claim, on=on)


def number_settled(
    claimed: facts.NumberClaimed, holder: str, on: date
) -> tuple[facts.NumberSettled, facts.NumberSettled]:
    """A settlement as told on the file and on the claim."""
    on_file, on_claim = (
        facts.NumberSettled(
            patent=claimed.patent, claim=claim, holder=holder, grounds="登记簿所载", on=on
        )
        for claim in (None, claimed.claim)
    )
    return on_file, on_claim
