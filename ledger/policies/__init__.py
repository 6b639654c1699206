"""Dated rules as data. Every version is kept; adopting one is a fact that pins its digest."""

from ledger.policies.holidays import HOLIDAYS_2018_2026
from ledger.policies.policy import Mark, Policy, digest
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from ledger.policies.sme_2011 import SME_2011

__all__ = ["POLICIES", "Mark", "Policy", "digest", "policy"]

POLICIES: tuple[Policy, ...] = (
    SME_2011,
    HOLIDAYS_2018_2026,
    REWARD_FUND_2022,
)


def policy(policy_id: str, version: int) -> Policy | None:
    """The shipped policy of this id and version, or None if there is no such."""
    for shipped in POLICIES:
        if (shipped.id, shipped.version) == (policy_id, version):
            return shipped
    return None
