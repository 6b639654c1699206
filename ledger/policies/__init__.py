"""Dated rules as data. Every version is kept; adopting one is a fact that pins its digest."""

from ledger.policies.audit_rectification import AUDIT_RECTIFICATION
from ledger.policies.audit_sampling import AUDIT_SAMPLING
from ledger.policies.first_look import FIRST_LOOK
from ledger.policies.holidays import HOLIDAYS_2018_2026
from ledger.policies.ip_centres_2022 import IP_CENTRES_2022
from ledger.policies.policy import Mark, Policy, digest
from ledger.policies.pricing_notice import PRICING_NOTICE_2016
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from ledger.policies.sme_2011 import SME_2011

__all__ = ["IP_CENTRES_2022", "POLICIES", "Mark", "Policy", "digest", "policy"]

POLICIES: tuple[Policy, ...] = (
    SME_2011,
    HOLIDAYS_2018_2026,
    REWARD_FUND_2022,
    IP_CENTRES_2022,
    PRICING_NOTICE_2016,
    AUDIT_SAMPLING,
    AUDIT_RECTIFICATION,
    FIRST_LOOK,
)


def policy(policy_id: str, version: int) -> Policy | None:
    """The shipped policy of this id and version, or None if there is no such."""
    for shipped in POLICIES:
        if (shipped.id, shipped.version) == (policy_id, version):
            return shipped
    return None
