"""Public notice and award: here the cap binds, and every other limit of the fund."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from ledger.access import need_another_person
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New
from ledger.declaration import Declaration
from ledger.facts import (
    RewardAwarded,
    RewardCapped,
    RewardClawedBack,
    RewardPublicised,
    RewardReviewed,
)
from ledger.facts.deals import FeeFen
from ledger.facts.fund import FundTerms, Payout
from ledger.refusals import Refusal, Refused
from ledger.reward_amounts import Grant, Limit, grant, in_proportion, weights
from ledger.reward_clawbacks import set_off
from ledger.reward_fund import BUREAU_APPROVERS
from ledger.reward_fund_state import Fund, after, open_terms
from ledger.reward_stages import (
    Reward,
    need_money_unmoved,
    of_claimant,
    read_reward,
    stage_day,
)
from ledger.subjects import RewardId

# --- Commands


class PubliciseReward(Command):
    """Put a reviewed claim on public notice, from a day to a day, both included."""

    NAME: ClassVar[str] = "reward.publicise"
    ZH: ClassVar[str] = "公示"
    EN: ClassVar[str] = "Put a claim on public notice"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_APPROVERS
    reward: RewardId
    first_day: date | None = None
    last_day: date


class AwardRewards(Command):
    """Award claims of one fund in this order; amounts only where the fund is awarded by hand."""

    NAME: ClassVar[str] = "reward.award"
    ZH: ClassVar[str] = "核定奖励"
    EN: ClassVar[str] = "Award rewards"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_APPROVERS
    claims: Annotated[tuple[RewardId, ...], Field(min_length=1, max_length=500)]
    amounts_fen: tuple[FeeFen, ...] | None = None
    on: date | None = None


# --- decide: publicise


def publicise_reward(command: PubliciseReward, case: Case) -> Decision:
    """Put a claim on notice. Refuses an amount of nothing, and a notice that ends too soon."""
    reward = read_reward(case, command.reward, "reviewed")
    if reward.amount_fen == 0:
        raise Refusal(Refused.NOTHING_IS_LEFT_TO_REWARD, reward=command.reward, amount_fen=0)
    first_day = stage_day(reward, command.first_day, case)
    if command.last_day < first_day:
        raise Refusal(
            Refused.END_MUST_NOT_PRECEDE_START,
            starts=first_day.isoformat(),
            ends=command.last_day.isoformat(),
        )
    fact = RewardPublicised(
        reward=command.reward, fund=reward.fund, first_day=first_day, last_day=command.last_day
    )
    return Decision((of_claimant(command.reward, reward, fact, "reviewed"),))


# --- decide: award


class _Wish(NamedTuple):
    """One claim on the table: what it may get at most before any other limit, and why no more."""

    reward_id: str
    reward: Reward
    wanted_fen: int
    limit: Limit


def award_rewards(command: AwardRewards, case: Case) -> Decision:
    """Award publicised claims within every limit: here the cap binds.

    In order of award each claim gets its reviewed amount while it fits, the next one the rest,
    the others nothing; pro rata all are cut alike when together they pass what is left; by hand
    the amounts are given. What a limit keeps back is a fact beside the award. Where a claim gets
    nothing from a limit the answer is a refusal that is on record: the claim ends as capped.
    """
    claims = _claims(command, case)
    fund_id = claims[0][1].fund
    fund, terms = open_terms(case, fund_id)
    if fund.closed:
        raise Refusal(Refused.FUND_IS_CLOSED, fund=fund_id)
    day = command.on or case.today
    new: list[New] = []
    empty: dict[str, Limit] = {}
    for wish in _wishes(command, claims, fund, terms):
        need_money_unmoved(case, fund, terms, wish.reward_id, wish.reward)
        given = _grant(fund, terms, wish)
        if given.amount_fen:
            awarded = _awarded(wish, given, day)
            fund = after(fund, awarded)
            new.append(of_claimant(wish.reward_id, wish.reward, awarded, "reviewed", "publicised"))
        if given.limit is not None:
            capped = _capped(wish, given, given.limit, day)
            new.append(of_claimant(wish.reward_id, wish.reward, capped, "reviewed", "publicised"))
        if not given.amount_fen and given.limit is not None and given.limit != "manual":
            empty[wish.reward_id] = given.limit
    if terms.refund_policy == "set-off":
        new.extend(set_off(claims, fund, terms, day, case))
    return Decision(tuple(new), refusal=_nothing_left(fund_id, fund, empty))


def _claims(command: AwardRewards, case: Case) -> tuple[tuple[str, Reward], ...]:
    """The claims to be awarded: publicised long enough, of one fund, by a third person."""
    claims = tuple((one, read_reward(case, one, "publicised")) for one in command.claims)
    if len(set(command.claims)) < len(claims):
        raise Refusal(Refused.CLAIM_IS_NAMED_TWICE, claims=list(command.claims))
    funds = sorted({reward.fund for _, reward in claims})
    if len(funds) > 1:
        raise Refusal(Refused.CLAIMS_ARE_OF_DIFFERENT_FUNDS, funds=funds)
    for reward_id, reward in claims:
        day = stage_day(reward, command.on, case)
        if day <= reward.notice_ends:
            raise Refusal(
                Refused.PUBLIC_NOTICE_IS_NOT_OVER,
                reward=reward_id,
                last_day=reward.notice_ends.isoformat(),
            )
        for stage in ("judged", "reviewed"):
            need_another_person(case, reward.steps[stage].actor, stage)
    return claims


def _wishes(
    command: AwardRewards, claims: Sequence[tuple[str, Reward]], fund: Fund, terms: FundTerms
) -> Iterator[_Wish]:
    reviewed = tuple(reward.amount_fen for _, reward in claims)
    if terms.over_cap != "manual" and command.amounts_fen is not None:
        raise Refusal(Refused.AMOUNTS_ARE_NOT_GIVEN_BY_HAND, over_cap=terms.over_cap)
    wanted, limit = reviewed, _limit(terms)
    if terms.over_cap == "pro-rata":
        wanted = in_proportion(max(0, fund.left_fen), reviewed)
    elif terms.over_cap == "manual":
        wanted = _by_hand(command, reviewed, fund)
    for (reward_id, reward), wanted_fen in zip(claims, wanted, strict=True):
        yield _Wish(reward_id, reward, wanted_fen, limit)


def _limit(terms: FundTerms) -> Limit:
    """What a claim that is cut before any limit looks at it is cut by."""
    return "manual" if terms.over_cap == "manual" else "fund"


def _by_hand(command: AwardRewards, reviewed: tuple[int, ...], fund: Fund) -> tuple[int, ...]:
    """The amounts given, each within its review and together within what the fund has left."""
    amounts = command.amounts_fen
    if amounts is None or len(amounts) != len(reviewed):
        raise Refusal(Refused.AMOUNTS_ARE_NEEDED, claims=len(reviewed))
    for reward_id, amount_fen, reviewed_fen in zip(command.claims, amounts, reviewed, strict=True):
        if amount_fen > reviewed_fen:
            raise Refusal(
                Refused.AWARD_EXCEEDS_THE_REVIEW,
                reward=reward_id,
                amount_fen=amount_fen,
                reviewed_fen=reviewed_fen,
            )
    if sum(amounts) > fund.left_fen:
        raise Refusal(
            Refused.AWARDS_EXCEED_WHAT_IS_LEFT, amounts_fen=sum(amounts), left_fen=fund.left_fen
        )
    return amounts


def _grant(fund: Fund, terms: FundTerms, wish: _Wish) -> Grant:
    reward = wish.reward
    given = grant(
        wish.wanted_fen,
        fund.rooms(reward.claimant, reward.contract),
        weights(terms, reward.team),
        [fund.person_left_fen(share.person) for share in reward.team],
    )
    cut_before = given.limit is None and wish.wanted_fen < reward.amount_fen
    return given._replace(limit=wish.limit) if cut_before else given


def _awarded(wish: _Wish, given: Grant, day: date) -> RewardAwarded:
    shares = tuple(
        Payout(person=share.person, amount_fen=share_fen, tax_fen=0)
        for share, share_fen in zip(wish.reward.team, given.shares_fen, strict=True)
    )
    return RewardAwarded(
        reward=wish.reward_id,
        fund=wish.reward.fund,
        contract=wish.reward.contract,
        claimant=wish.reward.claimant,
        amount_fen=given.amount_fen,
        shares=shares,
        on=day,
    )


def _capped(wish: _Wish, given: Grant, limit: Limit, day: date) -> RewardCapped:
    return RewardCapped(
        reward=wish.reward_id,
        fund=wish.reward.fund,
        contract=wish.reward.contract,
        reviewed_fen=wish.reward.amount_fen,
        awarded_fen=given.amount_fen,
        capped_fen=wish.reward.amount_fen - given.amount_fen,
        limit=limit,
        on=day,
    )


def _nothing_left(fund_id: str, fund: Fund, empty: dict[str, Limit]) -> Refusal | None:
    if not empty:
        return None
    limits = sorted(set(empty.values()))
    code = Refused.FUND_CAP_REACHED if "fund" in limits else Refused.REWARD_LIMIT_REACHED
    return Refusal(
        code, fund=fund_id, claims=list(empty), limits=limits, left_fen=max(0, fund.left_fen)
    )


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(PubliciseReward, publicise_reward, (RewardPublicised,)),
    Declaration(
        AwardRewards, award_rewards, (RewardAwarded, RewardCapped, RewardReviewed, RewardClawedBack)
    ),
)
