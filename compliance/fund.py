"""The plan's limits, found again from the facts: the fund's cap, rate, eligibility and duties."""

from itertools import combinations
from typing import Final

import polars as pl
from pydantic import TypeAdapter

from compliance.clause import Bearing
from compliance.items import accounted, items, newest, unbroken
from compliance.market import persons
from ledger.facts import (
    CentreDesignated,
    Fact,
    InstitutionRegistered,
    RewardAppropriated,
    RewardAwarded,
    RewardClaimed,
    RewardJudged,
    RewardRefused,
    RewardReturned,
    RewardReviewed,
)
from ledger.money import FEN_PER_YUAN
from ledger.policies.ip_centres_2022 import (
    DISCIPLINES_MAX,
    DISCIPLINES_MIN,
    INDUSTRIES_MIN,
    SELECTED_MAX,
)
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from projections.accruals import eligible_movements, funds
from projections.moment import Moment
from projections.movements import up_to
from projections.reward_fund import reward_fund
from projections.tape import Tape

_ACTS: Final[dict[str, type[Fact]]] = {
    "judged": RewardJudged,
    "reviewed": RewardReviewed,
    "awarded": RewardAwarded,
    "appropriated": RewardAppropriated,
}
_APART: Final = [
    pair
    for group in TypeAdapter(list[list[str]]).validate_python(
        REWARD_FUND_2022.data["distinct_persons"]
    )
    for pair in combinations(group, 2)
]
"""Pairs of acts on one claim, the earlier first, that one person may not do both of."""

_WIDE: Final = pl.Int128


def _of_bureau(frame: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The rows as the bureau's: it decides on the fund and selects the centres."""
    bureau = up_to(tape, InstitutionRegistered, moment).filter(pl.col("kind") == "bureau")
    return frame.drop("institution", strict=False).join(
        bureau.select(institution="code"), how="cross"
    )


def _awards(tape: Tape, moment: Moment) -> pl.LazyFrame:
    awarded = up_to(tape, RewardAwarded, moment).drop("subject").rename({"reward": "subject"})
    return _of_bureau(awarded, tape, moment)


def cap(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Each award against the fund's cap, counting what was awarded up to it."""
    awards = _of_bureau(
        reward_fund(tape, moment, {})
        .filter(pl.col("stage") == "awarded")
        .select("position", "left_fen", "available_fen", subject="reward", on="effective"),
        tape,
        moment,
    )
    over = pl.min_horizontal("left_fen", "available_fen") < 0
    return pl.concat(
        [
            items(awards.filter(~over), Bearing.EVIDENCE),
            items(awards.filter(over), Bearing.BREACH, "awards-exceed-cap"),
        ]
    )


def rate(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Each award against what was reviewed before it, and reviews against the rate of their base.

    All claims on one contract together may not be given more than the exact rate of their bases
    and one step of rounding for each allocation claimed: rounding is cumulative, so a single claim
    can lie on either side of it.
    """
    awards = _awards(tape, moment)
    reviewed = up_to(tape, RewardReviewed, moment).select(
        "position", "base_fen", "amount_fen", "fund", "contract", subject="reward"
    )
    before = (
        awards.select("subject", awarded_at="position")
        .join(reviewed, on="subject")
        .filter(pl.col("position") < pl.col("awarded_at"))
        .sort("position")
        .group_by("subject", maintain_order=True)
        .agg(reviewed_fen=pl.col("amount_fen").last())
    )
    judged = awards.join(before, on="subject", how="left").join(
        _over_rated(tape, moment, reviewed), on=["fund", "contract"], how="left"
    )
    beyond = (pl.col("amount_fen") > pl.col("reviewed_fen")).fill_null(True)
    over = pl.col("over").fill_null(False)
    code = (
        pl.when(beyond)
        .then(pl.lit("award-exceeds-review"))
        .otherwise(pl.lit("review-exceeds-rate"))
    )
    return pl.concat(
        [
            items(judged.filter(~beyond & ~over), Bearing.EVIDENCE),
            items(judged.filter(beyond | over), Bearing.BREACH, code),
        ]
    )


def _over_rated(tape: Tape, moment: Moment, reviewed: pl.LazyFrame) -> pl.LazyFrame:
    """Contracts whose newest reviews exceed the rate of their bases: fund, contract, over True."""
    claims = tape.frame(RewardClaimed).select(
        subject="reward",
        lines=pl.col("lines").list.len().cast(pl.Int64),
        members=pl.col("team").list.len().cast(pl.Int64),
    )
    heads = pl.when(pl.col("team_reading") == "each-member").then("members").otherwise(1)
    step = (
        pl.when(pl.col("rounding") == "floor-yuan").then(pl.lit(FEN_PER_YUAN)).otherwise(pl.lit(1))
    )
    last = reviewed.sort("position").group_by("subject", maintain_order=True).last()
    given = pl.col("amount_fen").cast(_WIDE) * pl.col("denominator")
    exact = pl.col("base_fen").cast(_WIDE) * heads * pl.col("numerator")
    rounded = (step * heads * pl.col("lines")).cast(_WIDE) * pl.col("denominator")
    return (
        last.join(claims, on="subject")
        .join(funds(tape, moment), on="fund")
        .group_by("fund", "contract")
        .agg(over=given.sum() >= (exact + rounded).sum())
        .filter("over")
    )


def eligibility(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Claims against the fund's terms: kind of deal, purpose, claimant, verified size, windows.

    An award for money that the terms do not count is a breach, a claim for it a gap as long as
    nothing is decided on it.
    """
    columns = ("fund", "receipt", "number")
    counted = eligible_movements(tape, moment).select(columns).unique()
    dropped = pl.concat(
        [up_to(tape, fact, moment).select("reward") for fact in (RewardReturned, RewardRefused)]
    )
    claims = up_to(tape, RewardClaimed, moment).join(dropped, on="reward", how="anti")
    doubtful = (
        claims.select("reward", "fund", "lines")
        .explode("lines", empty_as_null=False)
        .unnest("lines")
        .join(counted, on=columns, how="anti")
        .select(subject="reward")
        .unique()
    )
    awards = _awards(tape, moment)
    waiting = _of_bureau(claims.with_columns(subject="reward"), tape, moment)
    place = ("institution", "subject", "position", "on")
    wanted = pl.concat(
        [
            awards.select(place),
            waiting.join(awards, on="subject", how="anti")
            .join(doubtful, on="subject", how="semi")
            .select(place),
        ]
    )
    wrong = awards.join(doubtful, on="subject", how="semi").with_columns(
        code=pl.lit("award-for-money-not-counted")
    )
    return accounted(
        wanted,
        awards.join(doubtful, on="subject", how="anti"),
        wrong,
        "claim-is-not-eligible-yet",
    )


def duties_apart(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Each award against the persons who judged, reviewed, awarded and paid it.

    Two acts that have to lie in different hands, done by one person under whatever account, are
    a breach.
    """
    acts = pl.concat(
        [
            up_to(tape, fact, moment)
            .join(persons(tape), on="actor", how="left")
            .select(
                "reward",
                "position",
                "on",
                act=pl.lit(act),
                person=pl.coalesce("person", "actor"),
            )
            for act, fact in _ACTS.items()
        ]
    )
    pairs = pl.LazyFrame(_APART, schema=["act", "act_later"], orient="row")
    both = (
        acts.join(acts, on=["reward", "person"], suffix="_later")
        .join(pairs, on=["act", "act_later"], how="semi")
        .select(
            position="position_later",
            on="on_later",
            subject="reward",
            code=pl.lit("one-person-did-both"),
        )
    )
    awards = _awards(tape, moment)
    return unbroken(awards, newest(both))


def _designations(tape: Tape, moment: Moment) -> pl.LazyFrame:
    chosen = up_to(tape, CentreDesignated, moment).sort("on", "stands_at")
    return _of_bureau(chosen.with_columns(subject="centre"), tape, moment)


def selections(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Centres in the order in which each was first selected, against ten a programme.

    A withdrawal frees no place.
    """
    first = (
        _designations(tape, moment)
        .unique(["programme", "centre"], keep="first", maintain_order=True)
        .with_columns(place=pl.int_range(1, pl.len() + 1).over("programme"))
    )
    over = pl.col("place") > SELECTED_MAX
    return pl.concat(
        [
            items(first.filter(~over), Bearing.EVIDENCE),
            items(first.filter(over), Bearing.BREACH, "more-centres-than-allowed"),
        ]
    )


def disciplines(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Each designation against one or two disciplines and at least one industry."""
    chosen = _designations(tape, moment)
    count = pl.col("disciplines").list.n_unique()
    wrong = (count < DISCIPLINES_MIN) | (count > DISCIPLINES_MAX)
    bare = pl.col("industries").list.n_unique() < INDUSTRIES_MIN
    code = (
        pl.when(wrong)
        .then(pl.lit("centre-disciplines-are-off"))
        .otherwise(pl.lit("centre-names-no-industry"))
    )
    return pl.concat(
        [
            items(chosen.filter(~wrong & ~bare), Bearing.EVIDENCE),
            items(chosen.filter(wrong | bare), Bearing.BREACH, code),
        ]
    )
