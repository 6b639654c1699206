"""Dated rules as data. Every version is kept; adopting one is a fact that pins its digest."""

from ledger.policies.holidays import HOLIDAYS_2018_2026
from ledger.policies.policy import Mark, Policy, digest
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from ledger.policies.sme_2011 import SME_2011

__all__ = ["POLICIES", "Mark", "Policy", "UnknownPolicy", "digest", "policy"]

POLICIES: tuple[Policy, ...] = (
    SME_2011,
    HOLIDAYS_2018_2026,
    REWARD_FUND_2022,
)


class UnknownPolicy(LookupError):
    """No such rule, or no such version of it, is shipped."""

    def __init__(self, policy_id: str, version: str) -> None:
        super().__init__(f"no policy {policy_id} in version {version}")
        self.policy_id = policy_id
        self.version = version


def policy(policy_id: str, version: str) -> Policy:
    """The shipped policy of this id and version; raises UnknownPolicy for any other."""
    for shipped in POLICIES:
        if (shipped.id, shipped.version) == (policy_id, version):
            return shipped
    raise UnknownPolicy(policy_id, version)
