"""Rewards in one place: the claim's state, and the commands of all its stages in their order."""

from ledger import (
    reward_awards,
    reward_claims,
    reward_clawbacks,
    reward_judgement,
    reward_payments,
)
from ledger.declaration import Declaration
from ledger.reward_awards import AwardRewards, PubliciseReward
from ledger.reward_claims import AcceptReward, ClaimedAllocation, ClaimReward, ReturnReward
from ledger.reward_clawbacks import ClawBackReward
from ledger.reward_judgement import JudgeReward, ReviewReward
from ledger.reward_payments import AppropriateReward, DisburseReward, PersonPaid, ReturnUnspent
from ledger.reward_stages import Reward, evolve

__all__ = [
    "DECLARATIONS",
    "AcceptReward",
    "AppropriateReward",
    "AwardRewards",
    "ClaimReward",
    "ClaimedAllocation",
    "ClawBackReward",
    "DisburseReward",
    "JudgeReward",
    "PersonPaid",
    "PubliciseReward",
    "ReturnReward",
    "ReturnUnspent",
    "ReviewReward",
    "Reward",
    "evolve",
]

DECLARATIONS: tuple[Declaration, ...] = (
    *reward_claims.DECLARATIONS,
    *reward_judgement.DECLARATIONS,
    *reward_awards.DECLARATIONS,
    *reward_payments.DECLARATIONS,
    *reward_clawbacks.DECLARATIONS,
)
