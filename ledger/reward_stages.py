"""A reward claim's state, and the guards and readings that its stages share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple, assert_never

from ledger.actors import Role
from ledger.case import Case, New, Recorded, Ref
from ledger.facts import (
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
)
from ledger.facts.base import Fact
from ledger.facts.fund import ClaimLine, FundTerms, Payout, TeamShare
from ledger.receipt_state import Receipt, need_covered
from ledger.refusals import Refusal, Refused
from ledger.reward_amounts import LineBase, accrual_fen, line_base_fen
from ledger.reward_fund_state import Fund, RewardFact

BUREAU_CLERKS = frozenset({Role.BUREAU_CLERK})

Stage = Literal[
    "unclaimed",
    "claimed",
    "accepted",
    "returned",
    "judged",
    "refused",
    "reviewed",
    "publicised",
    "awarded",
    "capped",
    "appropriated",
    "disbursed",
    "clawed-back",
]
DECIDED: tuple[Stage, ...] = ("awarded", "capped", "appropriated", "disbursed", "clawed-back")
"""Stages from the award on: a review after it restates the amount and moves no stage."""

# --- State


@dataclass(frozen=True, slots=True)
class Step:
    """Who took a stage, on which business date, and that fact's sequence on the reward."""

    actor: str
    on: date
    sequence: int


@dataclass(frozen=True, slots=True)
class Reward:
    """One claim from application to payment; all amounts in fen.

    `base_fen` and `amount_fen` are the claim's own until a review fixes them. `fallen_away_fen`
    was taken back before the money was paid to the institution, `clawed_back_fen` after it.
    `paid` holds the gross amount paid to each person.
    """

    stage: Stage = "unclaimed"
    fund: str = ""
    claimant: str = ""
    contract: str = ""
    counterparty: str = ""
    lines: tuple[ClaimLine, ...] = ()
    team: tuple[TeamShare, ...] = ()
    other_funding: tuple[str, ...] = ()
    base_fen: int = 0
    amount_fen: int = 0
    notice_ends: date = date.min
    latest: date = date.min
    steps: Mapping[str, Step] = field(default_factory=dict)
    shares: tuple[Payout, ...] = ()
    awarded_fen: int = 0
    fallen_away_fen: int = 0
    appropriated_fen: int = 0
    clawed_back_fen: int = 0
    unspent_returned_fen: int = 0
    paid: Mapping[str, int] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether anybody claimed it."""
        return self.stage != "unclaimed"

    @property
    def standing_fen(self) -> int:
        """What is left of the award."""
        freed_fen = self.fallen_away_fen + self.clawed_back_fen + self.unspent_returned_fen
        return self.awarded_fen - freed_fen

    @property
    def payable_fen(self) -> int:
        """What the bureau still has to pay to the institution."""
        return self.awarded_fen - self.fallen_away_fen - self.appropriated_fen

    @property
    def in_hand_fen(self) -> int:
        """What the institution holds for the team; below zero it paid out what it must return."""
        gone_fen = self.clawed_back_fen + self.unspent_returned_fen + sum(self.paid.values())
        return self.appropriated_fen - gone_fen


# --- evolve


def evolve(state: Reward, fact: RewardFact, seen: Recorded) -> Reward:
    """Fold one fact about a reward."""
    match fact:
        case RewardClaimed():
            return _stepped(_claimed(fact, seen.institution), "claimed", seen)
        case RewardAccepted():
            return _stepped(state, "accepted", seen)
        case RewardReturned():
            return _stepped(state, "returned", seen)
        case RewardJudged():
            return _stepped(state, "judged", seen)
        case RewardRefused():
            return _stepped(state, "refused", seen)
        case RewardReviewed():
            stage = state.stage if state.stage in DECIDED else "reviewed"
            state = replace(state, base_fen=fact.base_fen, amount_fen=fact.amount_fen)
            return replace(_stepped(state, "reviewed", seen), stage=stage)
        case RewardPublicised():
            latest = state.latest
            state = _stepped(state, "publicised", seen)
            return replace(state, notice_ends=fact.last_day, latest=latest)
        case RewardAwarded():
            state = replace(state, awarded_fen=fact.amount_fen, shares=fact.shares)
            return _stepped(state, "awarded", seen)
        case RewardCapped():
            return state if fact.awarded_fen else _stepped(state, "capped", seen)
        case _:
            return _paid(state, fact, seen)


def _paid(
    state: Reward,
    fact: RewardAppropriated | RewardDisbursed | RewardUnspentReturned | RewardClawedBack,
    seen: Recorded,
) -> Reward:
    match fact:
        case RewardAppropriated():
            paid_fen = state.appropriated_fen + fact.amount_fen
            return _stepped(replace(state, appropriated_fen=paid_fen), "appropriated", seen)
        case RewardDisbursed():
            paid = dict(state.paid)
            for payout in fact.payouts:
                paid[payout.person] = paid.get(payout.person, 0) + payout.amount_fen
            return _stepped(replace(state, paid=paid), "disbursed", seen)
        case RewardUnspentReturned():
            returned_fen = state.unspent_returned_fen + fact.amount_fen
            return replace(state, unspent_returned_fen=returned_fen, latest=fact.on)
        case RewardClawedBack():
            state = replace(
                state,
                fallen_away_fen=state.fallen_away_fen + fact.from_award_fen,
                clawed_back_fen=state.clawed_back_fen + fact.from_payment_fen,
                latest=fact.on,
            )
            return state if state.standing_fen else _stepped(state, "clawed-back", seen)
        case _:
            assert_never(fact)


def _claimed(fact: RewardClaimed, claimant: str) -> Reward:
    return Reward(
        fund=fact.fund,
        claimant=claimant,
        contract=fact.contract,
        counterparty=fact.counterparty,
        lines=fact.lines,
        team=fact.team,
        other_funding=fact.other_funding,
        base_fen=fact.base_fen,
        amount_fen=fact.amount_fen,
    )


def _stepped(state: Reward, stage: Stage, seen: Recorded) -> Reward:
    reward = seen.fact.subjects()[0]
    step = Step(seen.actor, seen.effective, seen.sequences[reward])
    steps = {**state.steps, stage: step}
    return replace(state, stage=stage, latest=seen.effective, steps=steps)


# --- guards and readings that several stages share


def read_reward(case: Case, reward_id: str, *stages: Stage) -> Reward:
    """A claim at one of these stages, of whatever institution: for the bureau's decisions.

    Refuses SUBJECT_IS_UNKNOWN, and REWARD_IS_AT_ANOTHER_STAGE.
    """
    reward = case.read(Reward, reward_id)
    if not reward.known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=reward_id)
    if reward.stage not in stages:
        raise Refusal(
            Refused.REWARD_IS_AT_ANOTHER_STAGE,
            reward=reward_id,
            stage=reward.stage,
            needed=list(stages),
        )
    return reward


def read_own_reward(case: Case, reward_id: str, *stages: Stage) -> Reward:
    """A claim of the institution the command acts for; another's is as unknown as none."""
    if case.read(Reward, reward_id).claimant != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=reward_id)
    return read_reward(case, reward_id, *stages)


def stage_day(reward: Reward, wanted: date | None, case: Case) -> date:
    """The date of the next stage, today unless given. Refuses one before the stage it follows."""
    day = wanted or case.today
    if day < reward.latest:
        raise Refusal(
            Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE,
            on=day.isoformat(),
            before=reward.latest.isoformat(),
        )
    return day


def receipts_of(reward: Reward) -> tuple[str, ...]:
    """The receipts of a claim, each once."""
    return tuple(dict.fromkeys(line.receipt for line in reward.lines))


def of_claimant(reward_id: str, reward: Reward, fact: Fact, *stages: Stage) -> New:
    """A fact the claiming institution may read, resting on these stages of the claim."""
    links = tuple(Ref(reward_id, reward.steps[stage].sequence) for stage in stages)
    return New(fact, rests_on=links, institution=reward.claimant)


class Due(NamedTuple):
    """What a claim is worth on the money held today, and whether that changed since the review."""

    base_fen: int
    amount_fen: int
    moved: bool


def line_bases(case: Case, terms: FundTerms, lines: tuple[ClaimLine, ...]) -> tuple[LineBase, ...]:
    """What each claimed line adds to the base on the money held today."""
    return tuple(
        LineBase(line.receipt, line_base_fen(terms, line, held_fen(case, line))) for line in lines
    )


def held_fen(case: Case, line: ClaimLine) -> int:
    """What the institution still holds of a claimed allocation, in fen."""
    receipt = case.read(Receipt, line.receipt)
    need_covered(receipt)
    allocation = receipt.allocations.get(line.number)
    return 0 if allocation is None else allocation.received_fen


def due(case: Case, fund: Fund, terms: FundTerms, reward_id: str, reward: Reward) -> Due:
    """The amount by the money held today; while none moved, the amount as it was reviewed."""
    bases = line_bases(case, terms, reward.lines)
    base_fen = sum(base.base_fen for base in bases)
    if "reviewed" in reward.steps and base_fen == reward.base_fen:
        return Due(base_fen, reward.amount_fen, moved=False)
    before = fund.accrued(reward.contract, reward_id)
    amount_fen = accrual_fen(terms, bases, before, len(reward.team))
    return Due(base_fen, amount_fen, moved=True)


def need_money_unmoved(
    case: Case, fund: Fund, terms: FundTerms, reward_id: str, reward: Reward
) -> None:
    """Refuse to go on with an amount that was reviewed on money no longer held."""
    today = due(case, fund, terms, reward_id, reward)
    if today.moved:
        raise Refusal(
            Refused.MONEY_MOVED_SINCE_THE_REVIEW,
            reward=reward_id,
            reviewed_base_fen=reward.base_fen,
            base_fen=today.base_fen,
        )
