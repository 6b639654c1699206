"""A reward fund's state: its terms, its live claims, and what counts against its cap."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from ledger.case import Case, Recorded
from ledger.facts import (
    FundClosed,
    FundOpened,
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
from ledger.facts.fund import FundTerms, Payout
from ledger.money import split
from ledger.refusals import Refusal, Refused
from ledger.reward_amounts import Accrued, Room, heads

# --- State


@dataclass(frozen=True, slots=True)
class FundClaim:
    """What the fund keeps of one claim; all amounts in fen.

    `base_fen` and `reviewed_fen` are the latest review's. `freed_fen` is what fell away from the
    award, was clawed back from its payment, or came back unspent.
    """

    claimant: str = ""
    contract: str = ""
    members: int = 1
    reviewed: bool = False
    base_fen: int = 0
    reviewed_fen: int = 0
    shares: tuple[Payout, ...] = ()
    awarded_fen: int = 0
    freed_fen: int = 0
    appropriated_fen: int = 0
    got_nothing: bool = False

    @property
    def standing_fen(self) -> int:
        """What is left of the award."""
        return self.awarded_fen - self.freed_fen

    @property
    def settled(self) -> bool:
        """Whether the claim waits for nothing: paid, fallen away, or with nothing to be paid."""
        if self.awarded_fen:
            return self.appropriated_fen > 0 or self.standing_fen == 0
        return self.got_nothing or (self.reviewed and self.reviewed_fen == 0)


@dataclass(frozen=True, slots=True)
class Fund:
    """One fund: its terms, its live claims, and its sums in fen; sums never go down.

    `clawed_back_fen` holds what fell away before it was paid too. Returned and refused claims are
    not kept.
    """

    terms: FundTerms | None = None
    opened: int = 0
    closed: bool = False
    claims: Mapping[str, FundClaim] = field(default_factory=dict)
    awarded_fen: int = 0
    clawed_back_fen: int = 0
    appropriated_fen: int = 0
    disbursed_fen: int = 0
    unspent_returned_fen: int = 0

    @property
    def known(self) -> bool:
        """Whether the fund was opened."""
        return self.terms is not None

    @property
    def reuses_freed_money(self) -> bool:
        """Whether money that came back may be awarded again."""
        return self.terms is not None and self.terms.freed_money == "reusable"

    @property
    def committed_fen(self) -> int:
        """What counts against the cap: every award, less what came back where it is re-usable."""
        freed_fen = self.clawed_back_fen + self.unspent_returned_fen
        return self.awarded_fen - (freed_fen if self.reuses_freed_money else 0)

    @property
    def left_fen(self) -> int:
        """What may still be awarded."""
        return 0 if self.terms is None else self.terms.cap_fen - self.committed_fen

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Claims between two stages: neither ended nor paid to the institution."""
        return tuple(reward for reward, claim in self.claims.items() if not claim.settled)

    @property
    def recipients(self) -> frozenset[str]:
        """The institutions with an award that counts."""
        return frozenset(
            claim.claimant for claim in self.claims.values() if self.counted_fen(claim)
        )

    def counted_fen(self, claim: FundClaim) -> int:
        """What of one claim's award counts against limits."""
        return claim.standing_fen if self.reuses_freed_money else claim.awarded_fen

    def institution_fen(self, institution: str) -> int:
        """What counts for one institution."""
        return sum(self.counted_fen(c) for c in self.claims.values() if c.claimant == institution)

    def contract_fen(self, contract: str) -> int:
        """What counts for one contract."""
        return sum(self.counted_fen(c) for c in self.claims.values() if c.contract == contract)

    def person_fen(self, person: str) -> int:
        """What counts for one person over all teams, by the shares of each award."""
        return sum(
            share_fen
            for claim in self.claims.values()
            if any(payout.person == person for payout in claim.shares)
            for holder, share_fen in shares_of(claim.shares, self.counted_fen(claim))
            if holder == person
        )

    def accrued(self, contract: str, but: str) -> Accrued:
        """What the contract's reviewed claims hold, but for one: the ground of the next review."""
        if self.terms is None:
            return Accrued(0, 0)
        others = [
            claim
            for reward, claim in self.claims.items()
            if claim.contract == contract and claim.reviewed and reward != but
        ]
        each_fen = sum(c.reviewed_fen // heads(self.terms, c.members) for c in others)
        return Accrued(sum(claim.base_fen for claim in others), each_fen)

    def rooms(self, claimant: str, contract: str) -> tuple[Room, ...]:
        """What each limit leaves for an award to that institution under that contract."""
        rooms = [Room("fund", self.left_fen)]
        if self.terms is None:
            return tuple(rooms)
        if (cap_fen := self.terms.cap_per_institution_fen) is not None:
            rooms.append(Room("institution", cap_fen - self.institution_fen(claimant)))
        if (cap_fen := self.terms.cap_per_contract_fen) is not None:
            rooms.append(Room("contract", cap_fen - self.contract_fen(contract)))
        if (most := self.terms.max_recipients) is not None:
            recipients = self.recipients
            if claimant not in recipients and len(recipients) >= most:
                rooms.append(Room("recipients", 0))
        return tuple(rooms)

    def person_left_fen(self, person: str) -> int | None:
        """What the personal limit leaves for one person; None where there is no such limit."""
        if self.terms is None or self.terms.cap_per_person_fen is None:
            return None
        return self.terms.cap_per_person_fen - self.person_fen(person)


def shares_of(shares: tuple[Payout, ...], total_fen: int) -> Iterator[tuple[str, int]]:
    """Each person's part of what is left of an award, in fen; the parts sum to it exactly."""
    if not shares:
        return
    parts = split(total_fen, [payout.amount_fen for payout in shares])
    yield from zip((payout.person for payout in shares), parts, strict=True)


# --- evolve

RewardFact = (
    RewardClaimed
    | RewardAccepted
    | RewardReturned
    | RewardJudged
    | RewardRefused
    | RewardReviewed
    | RewardPublicised
    | RewardAwarded
    | RewardCapped
    | RewardAppropriated
    | RewardDisbursed
    | RewardUnspentReturned
    | RewardClawedBack
)
FundFact = FundOpened | FundClosed | RewardFact


def evolve(state: Fund, fact: FundFact, seen: Recorded) -> Fund:
    """Fold one fact about a fund."""
    match fact:
        case FundOpened():
            return replace(state, terms=fact.terms, opened=seen.sequences[fact.fund])
        case FundClosed():
            return replace(state, closed=True)
        case RewardClaimed():
            claim = FundClaim(seen.institution, fact.contract, len(fact.team))
            return replace(state, claims={**state.claims, fact.reward: claim})
        case _:
            return after(state, fact)


def after(state: Fund, fact: RewardFact) -> Fund:
    """The fund after a fact about a claim it holds; a decision on several looks ahead with it."""
    match fact:
        case RewardReturned() | RewardRefused():
            kept = {name: claim for name, claim in state.claims.items() if name != fact.reward}
            return replace(state, claims=kept)
        case RewardReviewed():
            return _with(
                state,
                fact.reward,
                reviewed=True,
                base_fen=fact.base_fen,
                reviewed_fen=fact.amount_fen,
            )
        case RewardAwarded():
            state = replace(state, awarded_fen=state.awarded_fen + fact.amount_fen)
            return _with(state, fact.reward, awarded_fen=fact.amount_fen, shares=fact.shares)
        case RewardCapped():
            return _with(state, fact.reward, got_nothing=fact.awarded_fen == 0)
        case RewardAppropriated():
            state = replace(state, appropriated_fen=state.appropriated_fen + fact.amount_fen)
            return _with(state, fact.reward, appropriated_fen=fact.amount_fen)
        case RewardDisbursed():
            return replace(state, disbursed_fen=state.disbursed_fen + fact.amount_fen)
        case RewardUnspentReturned():
            total_fen = state.unspent_returned_fen + fact.amount_fen
            return _freeing(replace(state, unspent_returned_fen=total_fen), fact)
        case RewardClawedBack():
            total_fen = state.clawed_back_fen + fact.amount_fen
            return _freeing(replace(state, clawed_back_fen=total_fen), fact)
        case RewardClaimed() | RewardAccepted() | RewardJudged() | RewardPublicised():
            return state
        case _:
            assert_never(fact)


def _freeing(state: Fund, fact: RewardUnspentReturned | RewardClawedBack) -> Fund:
    freed_fen = state.claims.get(fact.reward, FundClaim()).freed_fen + fact.amount_fen
    return _with(state, fact.reward, freed_fen=freed_fen)


def _with(state: Fund, reward: str, **changes: Any) -> Fund:
    claim = replace(state.claims.get(reward, FundClaim()), **changes)
    return replace(state, claims={**state.claims, reward: claim})


def open_terms(case: Case, fund_id: str) -> tuple[Fund, FundTerms]:
    """A fund and its terms. Refuses a fund nobody opened."""
    fund = case.read(Fund, fund_id)
    if fund.terms is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=fund_id)
    return fund, fund.terms
