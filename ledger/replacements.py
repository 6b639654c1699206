"""What a replacement keeps of the fact it stands for, so that no correction contradicts itself."""

from collections.abc import Mapping

from ledger.books import need_rising
from ledger.counterparty_sizes import NO_INDUSTRY, measured_size
from ledger.deals import need_amounts_within
from ledger.decisions import need_clause_for_not_applicable
from ledger.disclosed_results import need_sound_right
from ledger.disclosure_state import need_sound_contributors
from ledger.events import need_words_for_other
from ledger.facts import (
    AnnuityDue,
    ApprovalLimitsSet,
    AssignmentAgreed,
    CentreApplied,
    ContractSigned,
    CounterpartyRegistered,
    CounterpartySizeVerified,
    DecisionRecorded,
    DisclosureAmended,
    DisclosureSubmitted,
    EventHeld,
    ForeignFiled,
    LeadAdvanced,
    LicenseAmended,
    LicenseGranted,
    NoticePosted,
    ObjectionRaised,
    OpenLicenseAnnounced,
    OpenLicenseDeclared,
    OpenLicenseTaken,
    OpenLicenseWithdrawn,
    PartnerAgreementSigned,
    PatentFiled,
    ReceiptRefunded,
    ReceiptReversed,
    ResultRightGranted,
    TechnologyContractRegistered,
    ValuationReceived,
)
from ledger.facts.base import Fact
from ledger.foreign import NOT_ABROAD
from ledger.identifiers import IdentifierKind
from ledger.leads import need_contract_with_last_stage
from ledger.open_license_state import terms_of
from ledger.policies.sme_2011 import Industry
from ledger.refusals import Refusal, Refused
from ledger.terms import (
    PRICE_OF_SERVICES,
    need_distinct_numbers,
    need_no_earlier,
    need_sound_terms,
    need_sum,
)

FIXED: Mapping[type[Fact], tuple[str, ...]] = {
    PatentFiled: ("kind",),
    ObjectionRaised: ("number",),
    CounterpartySizeVerified: ("policy", "policy_version"),
    ReceiptRefunded: ("number", "contract", "instalment", "purpose"),
    ReceiptReversed: ("amount_fen", "undone"),
    AnnuityDue: ("year",),
    OpenLicenseAnnounced: ("patent",),
    OpenLicenseWithdrawn: ("patent",),
    OpenLicenseTaken: ("license", "patent"),
    CentreApplied: ("applicant",),
}
"""Fields that zhiheng derived when the fact was recorded: nobody reported them, so nobody can
report them otherwise; or that tell which one it is of its kind. A refund of another allocation, or
the annuity of another year, is voided and recorded anew."""


def need_sound_replacement(before: Fact, after: Fact) -> None:
    """Refuse a replacement that its own command would have refused as contradicting itself.

    REPLACEMENT_CHANGES_A_COMMITMENT, REPLACEMENT_CHANGES_A_FIXED_FIELD, and the refusals of
    contract terms, of sizes, of results and portfolios, of the market desk, decisions, limits.
    """
    _keep_commitments(before, after)
    for name in FIXED.get(type(before), ()):
        _keep(name, before, after)
    match after:
        case CounterpartyRegistered():
            _keep_identity(before, after)
        case CounterpartySizeVerified():
            _need_measured_size(after)
        case LicenseGranted():
            need_sound_terms(after.terms, after.origin)
            if after.starts != after.terms.starts:
                raise _fixed("starts", after)
        case LicenseAmended():
            need_sound_terms(after.terms, "negotiated")
        case AssignmentAgreed():
            need_distinct_numbers(after.instalments)
            need_sum(after.instalments, after.price_fen)
        case ContractSigned():
            need_distinct_numbers(after.instalments)
            need_sum(after.instalments, after.amount_fen, PRICE_OF_SERVICES)
        case TechnologyContractRegistered():
            need_amounts_within(after.total_fen, after.technical_fen)
        case NoticePosted():
            need_no_earlier(after.ends, after.starts)
        case OpenLicenseDeclared():
            need_sound_terms(terms_of(after, after.on), after.scheme)
        case _:
            _need_sound_result(after)
            _need_sound_at_market_desk(after)


def _need_sound_result(after: Fact) -> None:
    match after:
        case DisclosureSubmitted() | DisclosureAmended():
            need_sound_contributors(after.contributors)
        case ResultRightGranted():
            need_sound_right(after)
        case ValuationReceived():
            need_no_earlier(after.valid_until or after.on, after.on)
        case ForeignFiled() if after.office in NOT_ABROAD:
            raise Refusal(Refused.FOREIGN_APPLICATION_IS_OF_ANOTHER_KIND, foreign=after.foreign)
        case _:
            pass


def _need_sound_at_market_desk(after: Fact) -> None:
    match after:
        case EventHeld():
            need_words_for_other(after.kind, after.other_kind)
        case PartnerAgreementSigned():
            need_words_for_other(after.partner_class, after.other_class)
            need_no_earlier(after.ends or after.signed, after.signed)
        case LeadAdvanced():
            need_contract_with_last_stage(after.stage, after.contract)
        case ApprovalLimitsSet():
            need_rising(after.tiers, after.matter)
        case DecisionRecorded():
            need_clause_for_not_applicable(after.kind, after.catalogue, after.clause)
            need_no_earlier(after.until or after.on, after.on)
        case _:
            pass


def _keep_commitments(before: Fact, after: Fact) -> None:
    """A commitment opens only with the salt in the vault; a typed one would open with none."""
    for name in type(before).model_fields:
        if name.endswith("_commitment") and getattr(before, name) != getattr(after, name):
            raise Refusal(Refused.REPLACEMENT_CHANGES_A_COMMITMENT, field=name)


def _keep(name: str, before: Fact, after: Fact) -> None:
    if getattr(before, name) != getattr(after, name):
        raise _fixed(name, after)


def _fixed(name: str, fact: Fact) -> Refusal:
    return Refusal(Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD, field=name, type=fact.TOPIC)


def _keep_identity(before: Fact, after: CounterpartyRegistered) -> None:
    """An individual's name and number stay in the vault, and an id made of a code keeps it."""
    _keep("identifier_kind", before, after)
    if after.identifier_kind in (IdentifierKind.INDIVIDUAL, IdentifierKind.CREDIT_CODE):
        _keep("code", before, after)
    if after.identifier_kind is IdentifierKind.INDIVIDUAL:
        _keep("name", before, after)


def _need_measured_size(after: CounterpartySizeVerified) -> None:
    figures = (after.employees, after.revenue_fen, after.assets_fen)
    if after.industry not in (NO_INDUSTRY, *Industry):
        raise _fixed("industry", after)
    industry = None if after.industry == NO_INDUSTRY else Industry(after.industry)
    if measured_size(industry, *figures) is not after.size:
        raise _fixed("size", after)
