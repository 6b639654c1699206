"""One written-out example of every fact type, and the envelope the golden files store it in."""

from datetime import UTC, date, datetime
from fractions import Fraction

from ledger.actors import Role
from ledger.case import New, Ref
from ledger.codec import encode
from ledger.facts import (
    AccountRegistered,
    ActorRegistered,
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    BankFeeRecorded,
    CentreApplied,
    CentreDesignated,
    CentreWithdrawn,
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
    DecisionApproved,
    DecisionRecorded,
    DemandClosed,
    DemandRecorded,
    EquityContributed,
    EventHeld,
    Evidence,
    Fact,
    FactVoided,
    FundClosed,
    FundOpened,
    InstalmentScheduled,
    InstitutionRegistered,
    LeadAdvanced,
    LeadLost,
    LeadOpened,
    LicenseAmended,
    LicenseGranted,
    LicenseRecorded,
    LicenseTerminated,
    LogOpened,
    PartnerAgreementEnded,
    PartnerAgreementSigned,
    PatentExpired,
    PatentFiled,
    PatentGranted,
    PatentInvalidated,
    PatentLapsed,
    PatentRestored,
    PayerConfirmed,
    PersonErased,
    PersonRegistered,
    PolicyAdopted,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardAccepted,
    RewardAppropriated,
    RewardAwarded,
    RewardCapped,
    RewardClaimed,
    RewardClawedBack,
    RewardDisbursed,
    RewardJudged,
    RewardPublicised,
    RewardRefused,
    RewardReturned,
    RewardReviewed,
    RewardUnspentReturned,
    RoleGranted,
    RoleRevoked,
    StatementImported,
    SupplyListed,
    SupplyWithdrawn,
    TokenIssued,
    TokenRevoked,
)
from ledger.facts.cash import UndoneAllocation
from ledger.facts.deals import Instalment, Terms
from ledger.facts.fund import ClaimLine, FundTerms, Payout, TeamShare, Window
from ledger.identifiers import IdentifierKind
from ledger.money import Rate, Rounding
from ledger.policies.sme_2011 import Size
from ledger.subjects import LOG


def _id(kind: str, number: int) -> str:
    return f"{kind}:00000000-0000-4000-8000-{number:012d}"


ACTOR, OTHER_ACTOR = _id("actor", 1), _id("actor", 2)
PERSON, OTHER_PERSON = _id("person", 1), _id("person", 2)
BUREAU = "institution:11310000MADEUP0016"
UNIVERSITY = "institution:12310000MADEUP0026"
PATENT, OTHER_PATENT = "patent:2023100000015", "patent:2023200000010"
COUNTERPARTY = _id("counterparty", 1)
LICENSE, PARENT, ASSIGNMENT = _id("license", 1), _id("license", 2), _id("assignment", 1)
EQUITY, ACCOUNT, STATEMENT = _id("equity", 1), _id("account", 1), _id("statement", 1)
RECEIPT, REWARD, FUND = _id("receipt", 1), _id("reward", 1), "fund:2022-21"
SUPPLY, DEMAND, LEAD = _id("supply", 1), _id("demand", 1), _id("lead", 1)
EVENT, PARTNER, DECISION = _id("event", 1), _id("partner", 1), _id("decision", 1)
PROGRAMME = "programme:ip-centres-2022"
TOKEN = "00000000-0000-4000-8000-00000000000a"
DAY, LATER = date(2026, 3, 2), date(2026, 9, 1)
NOON = datetime(2026, 3, 2, 4, 0, 0, 123456, tzinfo=UTC)
DIGEST, OTHER_DIGEST = "1f" * 32, "2e" * 32

TERMS = Terms(
    exclusivity="ordinary",
    territory=("上海市",),
    field="照明",
    starts=DAY,
    ends=LATER,
    payment="instalments",
    fixed_fee_fen=5_000_000,
    entry_fee_fen=0,
    minimum_royalty_fen=0,
    royalty_rate=Rate.of(Fraction(3, 100)),
    royalty_base="净销售额",
    instalments=(
        Instalment(number=1, due=DAY, amount_fen=2_000_000, purpose="license-fee"),
        Instalment(number=2, due=LATER, amount_fen=3_000_000, purpose="license-fee"),
    ),
)
FUND_TERMS = FundTerms(
    cap_fen=350_000_000,
    cap_per_institution_fen=None,
    cap_per_contract_fen=10_000_000,
    cap_per_person_fen=None,
    max_recipients=None,
    rate=Rate.of(Fraction(1, 10)),
    team_reading="team-in-all",
    rounding=Rounding.HALF_UP_FEN,
    rounding_level="contract-cumulative",
    appropriation_window=Window(first=DAY, last=None),
    receipt_window=Window(first=date(2022, 1, 1), last=LATER),
    contract_window=Window(first=None, last=None),
    deal_kinds=("license", "assignment"),
    purposes=("license-fee", "royalty"),
    holders=("institution",),
    institution_kinds=("university", "research-institute"),
    sizes=(Size.MEDIUM, Size.SMALL, Size.MICRO),
    size_as_of="contract",
    controlled_by_large="flag",
    related_party="exclude",
    over_cap="order-of-award",
    refund_policy="claw-back",
    freed_money="not-reusable",
    base_reduced_by_vat=True,
    excluded_funding=("other fund",),
)

EXAMPLES: tuple[Fact, ...] = (
    LogOpened(
        origin="example.edu.cn/ledger",
        clock="real",
        administrator=ACTOR,
        person=PERSON,
        on=DAY,
    ),
    InstitutionRegistered(
        code=BUREAU, kind="bureau", name_zh="知识产权局", name_en="IP Office", on=DAY
    ),
    PolicyAdopted(policy="policy:sme-2011", version=1, digest=DIGEST, on=DAY),
    ActorRegistered(registered=ACTOR, kind="human", person=PERSON, on=DAY),
    RoleGranted(
        holder=ACTOR, role=Role.CERTIFICATION_AUDITOR, scope=UNIVERSITY, starts=DAY, ends=LATER
    ),
    RoleRevoked(holder=ACTOR, role=Role.FINANCE_CLERK, scope=UNIVERSITY, on=DAY),
    TokenIssued(holder=ACTOR, token=TOKEN, purpose="bearer", expires_at=NOON, on=DAY),
    TokenRevoked(holder=ACTOR, token=TOKEN, on=DAY),
    PersonRegistered(person=PERSON, name_commitment=DIGEST, on=DAY),
    PersonErased(person=PERSON, on=DAY),
    CounterpartyRegistered(
        counterparty=COUNTERPARTY,
        identifier_kind=IdentifierKind.INDIVIDUAL,
        code=None,
        code_commitment=DIGEST,
        name=None,
        name_commitment=OTHER_DIGEST,
        body_code_fits=None,
        on=DAY,
    ),
    CounterpartySizeDeclared(
        counterparty=COUNTERPARTY,
        industry="industry",
        size=Size.SMALL,
        year=2025,
        basis="declaration-letter",
        on=DAY,
    ),
    CounterpartySizeVerified(
        counterparty=COUNTERPARTY,
        industry="industry",
        employees=120,
        revenue_fen=3_500_000_000,
        assets_fen=None,
        size=Size.SMALL,
        year=2025,
        basis="financial-statements",
        controlled_by_large=False,
        policy="policy:sme-2011",
        policy_version=1,
        on=DAY,
    ),
    PatentFiled(
        patent=PATENT,
        kind="invention",
        title="一种灯",
        filed=date(2023, 5, 4),
        owners=(UNIVERSITY,),
        other_owners=("A “quoted” owner\n",),
        inventors=(PERSON, OTHER_PERSON),
    ),
    PatentGranted(patent=PATENT, announcement="CN100000001B", on=DAY),
    PatentLapsed(patent=PATENT, cause="unpaid-annuity", on=DAY),
    PatentRestored(patent=PATENT, on=DAY),
    PatentExpired(patent=PATENT, on=DAY),
    PatentInvalidated(patent=PATENT, extent="partly", on=DAY),
    LicenseGranted(
        license=LICENSE,
        contract_number="甲-2026-001",
        counterparty=COUNTERPARTY,
        patents=(PATENT, OTHER_PATENT),
        origin="negotiated",
        parent_license=PARENT,
        reciprocal=None,
        related_party=False,
        signed=DAY,
        starts=DAY,
        terms=TERMS,
    ),
    LicenseAmended(license=LICENSE, patents=(PATENT,), terms=TERMS, on=DAY),
    LicenseRecorded(license=LICENSE, recordal_number="X2026310000001", on=DAY),
    LicenseTerminated(license=LICENSE, patents=(PATENT,), cause="agreed", on=DAY),
    AssignmentAgreed(
        assignment=ASSIGNMENT,
        contract_number="甲-2026-002",
        counterparty=COUNTERPARTY,
        patents=(PATENT,),
        related_party=True,
        signed=DAY,
        price_fen=8_000_000,
        instalments=(
            Instalment(number=1, due=DAY, amount_fen=8_000_000, purpose="assignment-price"),
        ),
    ),
    AssignmentRegistered(assignment=ASSIGNMENT, patents=(PATENT,), on=DAY),
    AssignmentRescinded(assignment=ASSIGNMENT, patents=(PATENT,), on=DAY),
    EquityContributed(
        equity=EQUITY,
        contract_number="甲-2026-003",
        counterparty=COUNTERPARTY,
        patents=(PATENT,),
        rights_count=1,
        amount_fen=100_000_000,
        share=Rate.of(Fraction(1, 3)),
        on=DAY,
    ),
    InstalmentScheduled(
        contract=LICENSE, number=3, due=LATER, amount_fen=123_456, purpose="royalty"
    ),
    AccountRegistered(
        account=ACCOUNT,
        bank="某银行",
        holder="institution",
        currency="CNY",
        number_commitment=DIGEST,
        on=DAY,
    ),
    StatementImported(
        statement=STATEMENT,
        account=ACCOUNT,
        format="icbc-csv",
        file_sha256=DIGEST,
        accepted=2,
        duplicates=1,
        rejected=0,
        credit_fen=2_000_000,
        debit_fen=100,
        opening_fen=0,
        closing_fen=1_999_900,
        first_day=DAY,
        last_day=DAY,
    ),
    ReceiptClaimed(
        receipt=RECEIPT,
        statement=STATEMENT,
        account=ACCOUNT,
        line=1,
        holder="institution",
        amount_fen=2_000_000,
        currency="CNY",
        booking_date=DAY,
        value_date=DAY,
        payer=COUNTERPARTY,
        payer_commitment=DIGEST,
        remittance_commitment=OTHER_DIGEST,
    ),
    PayerConfirmed(receipt=RECEIPT, counterparty=COUNTERPARTY, on=DAY),
    ReceiptAllocated(
        receipt=RECEIPT,
        number=1,
        contract=LICENSE,
        instalment=1,
        purpose="license-fee",
        amount_fen=1_500_000,
        value_date=DAY,
    ),
    ReceiptDeallocated(
        receipt=RECEIPT,
        number=1,
        contract=LICENSE,
        instalment=1,
        purpose="license-fee",
        amount_fen=500_000,
        value_date=DAY,
    ),
    BankFeeRecorded(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=500, value_date=DAY),
    ReceiptRefunded(
        receipt=RECEIPT,
        number=1,
        contract=LICENSE,
        instalment=1,
        purpose="license-fee",
        amount_fen=1_000,
        on=DAY,
    ),
    ReceiptReversed(
        receipt=RECEIPT,
        amount_fen=2_000_000,
        undone=(
            UndoneAllocation(
                number=1,
                contract=LICENSE,
                instalment=None,
                purpose="license-fee",
                amount_fen=999_000,
            ),
        ),
        on=DAY,
    ),
    FundOpened(
        fund=FUND,
        title_zh="许可奖补资金",
        title_en="License reward fund",
        legal_reference="沪知局〔2022〕21号",
        policy="policy:reward-fund-2022",
        policy_version=1,
        terms=FUND_TERMS,
        on=DAY,
    ),
    RewardClaimed(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        counterparty=COUNTERPARTY,
        lines=(
            ClaimLine(
                receipt=RECEIPT, number=1, base_fen=1_415_094, vat_fen=84_906, value_date=DAY
            ),
        ),
        team=(TeamShare(person=PERSON, weight=2), TeamShare(person=OTHER_PERSON, weight=1)),
        other_funding=(),
        base_fen=1_415_094,
        amount_fen=141_509,
        on=DAY,
    ),
    RewardAccepted(reward=REWARD, fund=FUND, on=DAY),
    RewardReturned(reward=REWARD, fund=FUND, contract=LICENSE, receipts=(RECEIPT,), on=DAY),
    RewardJudged(
        reward=REWARD,
        fund=FUND,
        counterparty=COUNTERPARTY,
        size=Size.SMALL,
        size_on=DAY,
        flags=("controlled-by-large",),
        on=DAY,
    ),
    RewardReviewed(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        base_fen=1_415_094,
        amount_fen=141_509,
        on=DAY,
    ),
    RewardPublicised(reward=REWARD, fund=FUND, first_day=DAY, last_day=LATER),
    RewardAwarded(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        claimant=UNIVERSITY,
        amount_fen=141_508,
        shares=(
            Payout(person=PERSON, amount_fen=94_339, tax_fen=0),
            Payout(person=OTHER_PERSON, amount_fen=47_169, tax_fen=0),
        ),
        on=DAY,
    ),
    RewardCapped(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        reviewed_fen=141_509,
        awarded_fen=141_508,
        capped_fen=1,
        limit="fund",
        on=DAY,
    ),
    RewardRefused(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        receipts=(RECEIPT,),
        grounds=("不符合条件",),
        on=DAY,
    ),
    RewardAppropriated(reward=REWARD, fund=FUND, amount_fen=141_508, on=DAY),
    RewardDisbursed(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        payouts=(
            Payout(person=PERSON, amount_fen=94_339, tax_fen=9_433),
            Payout(person=OTHER_PERSON, amount_fen=40_000, tax_fen=4_000),
        ),
        amount_fen=134_339,
        tax_fen=13_433,
        on=DAY,
    ),
    RewardUnspentReturned(reward=REWARD, fund=FUND, amount_fen=7_169, on=DAY),
    RewardClawedBack(
        reward=REWARD,
        fund=FUND,
        contract=LICENSE,
        amount_fen=3,
        from_award_fen=1,
        from_payment_fen=2,
        on=DAY,
    ),
    FundClosed(
        fund=FUND,
        awarded_fen=141_508,
        appropriated_fen=141_508,
        disbursed_fen=134_339,
        unspent_returned_fen=7_169,
        clawed_back_fen=3,
        on=LATER,
    ),
    SupplyListed(
        supply=SUPPLY,
        title="一种灯的制法",
        patents=(PATENT,),
        disclosure=_id("disclosure", 1),
        channel="校网供给目录",
        asking_fen=20_000_000,
        on=DAY,
    ),
    SupplyWithdrawn(supply=SUPPLY, on=LATER),
    DemandRecorded(
        demand=DEMAND,
        title="求购低功耗照明技术",
        counterparty=COUNTERPARTY,
        industry="照明",
        budget_fen=None,
        on=DAY,
    ),
    DemandClosed(demand=DEMAND, outcome="met", on=LATER),
    LeadOpened(
        lead=LEAD,
        counterparty=COUNTERPARTY,
        supply=SUPPLY,
        demand=DEMAND,
        patents=(PATENT,),
        on=DAY,
    ),
    LeadAdvanced(lead=LEAD, stage="contracted", contract=LICENSE, on=LATER),
    LeadLost(lead=LEAD, cause=None, on=LATER),
    EventHeld(
        event=EVENT,
        kind="other",
        other_kind="项目路演",
        channel="both",
        title="照明产业对接会",
        firms=12,
        patents=(PATENT, OTHER_PATENT),
        on=DAY,
    ),
    PartnerAgreementSigned(
        partner=PARTNER,
        partner_class="service-agency",
        other_class=None,
        name="某知识产权服务机构",
        settles_ownership=True,
        settles_secrecy=False,
        signed=DAY,
        ends=LATER,
    ),
    PartnerAgreementEnded(partner=PARTNER, on=LATER),
    CentreApplied(
        programme=PROGRAMME,
        applicant=UNIVERSITY,
        transfer_centre="技术转移中心",
        disciplines=("光学工程",),
        industries=("照明", "显示"),
        on=DAY,
    ),
    CentreDesignated(
        programme=PROGRAMME,
        centre=UNIVERSITY,
        disciplines=("光学工程",),
        industries=("照明",),
        document="沪知局〔2022〕21号",
        on=LATER,
    ),
    CentreWithdrawn(programme=PROGRAMME, centre=UNIVERSITY, document=None, on=LATER),
    DecisionRecorded(
        decision=DECISION,
        kind="not-applicable",
        title="本校无涉密成果",
        body="不设保密成果的专门流程",
        about=(PATENT, LICENSE),
        catalogue="gbt33251-2016",
        clause="8.4",
        until=LATER,
        on=DAY,
    ),
    DecisionApproved(decision=DECISION, on=DAY),
    FactVoided(voided=7, voided_leaf=DIGEST, touched=(PATENT, LICENSE), on=DAY),
)

EVIDENCE = Evidence(
    kind="document", source="合同", sha256=DIGEST, media_type="application/pdf", size_bytes=1024
)


def new(fact: Fact) -> New:
    """The fact as a decision would yield it; `replaces` is set where a type may be replaced."""
    own = fact.subjects()[0]
    return New(fact, rests_on=(Ref(own, 1),), replaces=5 if fact.REPORTED else None)


def entry(fact: Fact) -> bytes:
    """The stored bytes of a fact as second link of its own chain and first of all others."""
    subjects = fact.subjects()
    links = [(subjects[0], 2, OTHER_DIGEST), *((subject, 1, None) for subject in subjects[1:])]
    return encode(
        new(fact),
        institution=UNIVERSITY if subjects[0] != LOG else LOG,
        actor=ACTOR,
        behalf=OTHER_ACTOR,
        reason="原因",
        evidence=[EVIDENCE.model_dump(mode="json")],
        command="0123456789abcdef" * 2,
        recorded="2026-03-02T04:00:00.123456Z",
        links=links,
    )
