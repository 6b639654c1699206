"""What the reward fund comes to: sums by fund, by institution, by deal and by person."""

from typing import Final

import polars as pl

from ledger.actors import Role
from ledger.facts import Fact, RewardAwarded, RewardDisbursed
from projections.accruals import EARNING, accruals, funds
from projections.moment import Moment
from projections.movements import up_to
from projections.reward_fund import (
    AMOUNT_NAMES,
    AMOUNTS,
    COUNTS_NO_MORE,
    FREED,
    claims,
    stages,
)
from projections.tape import Tape
from projections.view import (
    OF_INSTITUTION,
    OFFICES_SEEING_PERSONS,
    Column,
    Filters,
    Kind,
    OwnRows,
    View,
    count,
    fen,
)


def _totals(tape: Tape, moment: Moment, by: tuple[str, ...]) -> pl.LazyFrame:
    """Sums of the stages and of the accruals by columns, `fund` among them.

    Of a claim reviewed more than once only the last review counts: it restates the others.
    Adds accrued_fen (uncapped), exposure_fen (live awards) and paid_fen (appropriated less unspent
    returned and less what was clawed back of payments).
    """
    keys = list(by)
    reviewed = pl.col("position").filter(pl.col("stage") == "reviewed").max().over("reward")
    restated = (pl.col("stage") == "reviewed") & (pl.col("position") < reviewed)
    spent = (
        stages(tape, moment)
        .drop_nulls(keys)
        .with_columns(reviewed_fen=pl.when(restated).then(0).otherwise("reviewed_fen"))
        .group_by(keys)
        .agg(pl.col(*AMOUNT_NAMES).sum())
    )
    accrued = (
        accruals(tape, moment, {})
        .group_by(keys)
        .agg(base_fen=pl.col("base_fen").sum(), accrued_fen=pl.col("accrued_fen").sum())
    )
    return (
        spent.join(accrued, on=keys, how="full", coalesce=True)
        .with_columns(pl.col(*AMOUNT_NAMES, "base_fen", "accrued_fen").fill_null(0))
        .with_columns(
            exposure_fen=pl.col("awarded_fen") - FREED,
            paid_fen=pl.col("appropriated_fen")
            - pl.col("unspent_returned_fen")
            - pl.col("clawed_from_payment_fen"),
        )
    )


_SUMS: Final = (
    fen("base_fen", "计奖基数", "Base"),
    fen("accrued_fen", "应计奖励", "Accrued"),
    *AMOUNTS,
    fen("exposure_fen", "有效核定", "Live awards"),
    fen("paid_fen", "累计支用", "Paid"),
)


def fund_summary(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a fund: its cap, its sums, and what is left (the cap less live awards)."""
    return (
        funds(tape, moment)
        .join(_totals(tape, moment, ("fund",)), on="fund")
        .with_columns(
            left_fen=pl.col("cap_fen") - pl.col("exposure_fen"),
            available_fen=pl.col("cap_fen") - pl.col("awarded_fen") + COUNTS_NO_MORE,
            institution=pl.lit(None, pl.String),
        )
    )


def summary_outside(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The cap and what is left of it: sums of all, one's own taken off, tell a neighbour's."""
    return rows.with_columns(pl.lit(None, pl.Int64).alias(each.name) for each in _SUMS)


REWARD_FUND_SUMMARY = View(
    name="reward-fund-summary",
    zh="专项奖励资金总览",
    en="Reward fund summary",
    columns=(
        OF_INSTITUTION,
        Column("fund", "奖励资金", "Fund", Kind.SUBJECT),
        fen("cap_fen", "资金上限", "Cap"),
        *_SUMS,
        fen("left_fen", "资金余额", "Left"),
        fen("available_fen", "可核定余额", "Available for award"),
        Column("rounding_level", "取整层级", "Rounding level", Kind.CODE),
    ),
    key=("fund",),
    filters=("institution", "fund"),
    build=fund_summary,
    outside=summary_outside,
)


def by_institution(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a fund and institution that claimed or earned anything."""
    return _totals(tape, moment, ("fund", "institution"))


REWARDS_BY_INSTITUTION = View(
    name="rewards-by-institution",
    zh="奖励按机构汇总",
    en="Rewards by institution",
    columns=(OF_INSTITUTION, Column("fund", "奖励资金", "Fund", Kind.SUBJECT), *_SUMS),
    key=("fund", "institution"),
    filters=("institution", "fund"),
    build=by_institution,
)


def by_deal(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a fund and contract that claimed or earned anything."""
    return _totals(tape, moment, ("fund", "institution", "contract"))


REWARDS_BY_DEAL = View(
    name="rewards-by-deal",
    zh="奖励按合同汇总",
    en="Rewards by deal",
    columns=(
        OF_INSTITUTION,
        Column("fund", "奖励资金", "Fund", Kind.SUBJECT),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        *_SUMS,
    ),
    key=("fund", "contract"),
    filters=("institution", "fund", "contract"),
    build=by_deal,
    reach=EARNING,
)


def by_person(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a fund, institution and person with a share in an award or a payment of one.

    Claw-backs take from awards, not from persons: what they paid back is the institution's matter.
    """
    return (
        pl.concat(
            [
                _parts(tape, moment, RewardAwarded, "shares", "awarded_fen"),
                _parts(tape, moment, RewardDisbursed, "payouts", "disbursed_fen"),
            ],
            how="diagonal",
        )
        .join(claims(tape).select("reward", "institution"), on="reward")
        .group_by("fund", "institution", "person")
        .agg(
            pl.col("awarded_fen", "disbursed_fen", "tax_fen").sum(),
            rewards=pl.col("reward").n_unique().cast(pl.Int64),
        )
        .with_columns(net_fen=pl.col("disbursed_fen") - pl.col("tax_fen"))
    )


def _parts(tape: Tape, moment: Moment, fact: type[Fact], parts: str, amount: str) -> pl.LazyFrame:
    """The persons in awards or payments: fund, reward, person String, the amount and tax_fen."""
    each = up_to(tape, fact, moment).select("fund", "reward", parts)
    rows = each.explode(parts, empty_as_null=False).unnest(parts)
    paid = pl.col("tax_fen") if fact is RewardDisbursed else pl.lit(0, pl.Int64).alias("tax_fen")
    return rows.select("fund", "reward", "person", paid, pl.col("amount_fen").alias(amount))


REWARDS_BY_PERSON = View(
    name="rewards-by-person",
    zh="奖励按个人汇总",
    en="Rewards by person",
    columns=(
        OF_INSTITUTION,
        Column("fund", "奖励资金", "Fund", Kind.SUBJECT),
        Column("person", "人员", "Person", Kind.SUBJECT),
        count("rewards", "奖励项数", "Rewards", "reward"),
        fen("awarded_fen", "核定份额", "Share awarded"),
        fen("disbursed_fen", "发放金额", "Disbursed"),
        fen("tax_fen", "代扣个税", "Income tax withheld"),
        fen("net_fen", "实发金额", "Paid out"),
    ),
    key=("fund", "institution", "person"),
    filters=("institution", "fund", "person"),
    build=by_person,
    reads=OFFICES_SEEING_PERSONS,
    own=OwnRows(frozenset({Role.SERVICE_TEAM_MEMBER}), "person"),
)
