"""The reward fund's ledger: every stage of every claim, with what is awarded and left after it."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ledger.facts import (
    Fact,
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
from projections.accruals import funds
from projections.moment import Moment
from projections.movements import up_to
from projections.sharing import shared
from projections.tape import Tape
from projections.view import (
    OF_INSTITUTION,
    Column,
    Filters,
    Kind,
    View,
    count,
    fen,
)

AMOUNTS: Final = (
    fen("claimed_fen", "申报金额", "Claimed"),
    fen("reviewed_fen", "审核金额", "Reviewed"),
    fen("awarded_fen", "核定金额", "Awarded"),
    fen("capped_fen", "限额核减", "Capped"),
    fen("appropriated_fen", "拨付金额", "Appropriated"),
    fen("disbursed_fen", "发放金额", "Disbursed"),
    fen("tax_fen", "代扣个税", "Income tax withheld"),
    fen("unspent_returned_fen", "结余退回", "Unspent returned"),
    fen("clawed_back_fen", "追回金额", "Clawed back"),
    fen("clawed_from_payment_fen", "其中已拨付部分", "Of it, already paid"),
)
"""What a stage did to money; each fact has its own, the others are 0."""

AMOUNT_NAMES: Final = tuple(column.name for column in AMOUNTS)

_STAGES: Final[Mapping[type[Fact], tuple[str, Mapping[str, str]]]] = {
    FundOpened: ("opened", {}),
    RewardClaimed: ("claimed", {"claimed_fen": "amount_fen"}),
    RewardAccepted: ("accepted", {}),
    RewardReturned: ("returned", {}),
    RewardJudged: ("judged", {}),
    RewardRefused: ("refused", {}),
    RewardReviewed: ("reviewed", {"reviewed_fen": "amount_fen"}),
    RewardPublicised: ("publicised", {}),
    RewardAwarded: ("awarded", {"awarded_fen": "amount_fen"}),
    RewardCapped: ("capped", {"capped_fen": "capped_fen"}),
    RewardAppropriated: ("appropriated", {"appropriated_fen": "amount_fen"}),
    RewardDisbursed: ("disbursed", {"disbursed_fen": "amount_fen", "tax_fen": "tax_fen"}),
    RewardUnspentReturned: ("unspent-returned", {"unspent_returned_fen": "amount_fen"}),
    RewardClawedBack: (
        "clawed-back",
        {"clawed_back_fen": "amount_fen", "clawed_from_payment_fen": "from_payment_fen"},
    ),
    FundClosed: ("closed", {}),
}

FREED = pl.col("clawed_back_fen") + pl.col("unspent_returned_fen")
"""What came back out of awards, whether it can be awarded again or not."""

COUNTS_NO_MORE = (
    pl.when(pl.col("freed_money") == "reusable").then(FREED).otherwise(pl.lit(0, pl.Int64))
)
"""What came back and, by the fund's terms, no longer counts against its cap."""


def _stage(tape: Tape, moment: Moment, fact: type[Fact]) -> pl.LazyFrame:
    stage, amounts = _STAGES[fact]
    frame = up_to(tape, fact, moment)
    nobody = pl.lit(None, pl.String)
    return frame.select(
        "position",
        "recorded_at",
        "effective",
        "actor",
        "fund",
        reward=nobody if fact in (FundOpened, FundClosed) else pl.col("reward"),
        stage=pl.lit(stage),
        limit=pl.col("limit") if fact is RewardCapped else nobody,
        **{
            name: pl.col(amounts[name]) if name in amounts else pl.lit(0, pl.Int64)
            for name in AMOUNT_NAMES
        },
    )


@shared
def claims(tape: Tape) -> pl.LazyFrame:
    """Who claimed for what: reward, institution (the claimant), contract, counterparty String."""
    return tape.frame(RewardClaimed).select("reward", "institution", "contract", "counterparty")


@shared
def stages(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Every fact of every fund up to the moment's day, with claimant and contract (null = fund's).

    position Int64, recorded_at, effective, actor, fund, reward, stage, limit String, the amounts
    in fen, institution, contract, counterparty String; in order of position.
    """
    rows = pl.concat([_stage(tape, moment, fact) for fact in _STAGES])
    return rows.join(claims(tape), on="reward", how="left").sort("position")


def reward_fund(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a fact of a fund, in order of position, with the sums up to and including it.

    `exposure_fen` are the live awards: awarded less what came back. `left_fen` is the cap less
    these; `available_fen` what may still be awarded, which is less where the terms do not let
    freed money be used again.
    """
    fund = (
        pl.col(name).cum_sum().over("fund", order_by="position")
        for name in ("granted_fen", "committed_fen")
    )
    exposure, committed = fund
    return (
        stages(tape, moment)
        .join(funds(tape, moment), on="fund")
        .with_columns(
            granted_fen=pl.col("awarded_fen") - FREED,
            committed_fen=pl.col("awarded_fen") - COUNTS_NO_MORE,
        )
        .with_columns(exposure_fen=exposure, committed_fen=committed)
        .with_columns(
            left_fen=pl.col("cap_fen") - pl.col("exposure_fen"),
            available_fen=pl.col("cap_fen") - pl.col("committed_fen"),
        )
    )


def fund_outside(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The ledger for who reads only an institution: own rows, the cap, and what is left now.

    Sums running from row to row would tell by their differences what neighbours were awarded in
    between, so of each row only what is left at the moment asked is told.
    """
    left = ("left_fen", "available_fen")
    now = (pl.col(name).sort_by("position").last().over("fund") for name in left)
    return rows.with_columns(*now, exposure_fen=pl.lit(None, pl.Int64))


REWARD_FUND = View(
    name="reward-fund",
    zh="专项奖励资金台账",
    en="Reward fund ledger",
    columns=(
        OF_INSTITUTION,
        Column("fund", "奖励资金", "Fund", Kind.SUBJECT),
        count("position", "日志位置", "Position"),
        Column("recorded_at", "记录时间", "Recorded at", Kind.TIME),
        Column("effective", "业务日期", "Business date", Kind.DATE),
        Column("stage", "环节", "Stage", Kind.CODE),
        Column("actor", "经办", "Actor", Kind.SUBJECT),
        Column("reward", "奖励申报", "Reward", Kind.SUBJECT),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        *AMOUNTS,
        Column("limit", "限额种类", "Limit that bound", Kind.CODE),
        fen("exposure_fen", "有效核定累计", "Live awards"),
        fen("cap_fen", "资金上限", "Cap"),
        fen("left_fen", "资金余额", "Left"),
        fen("available_fen", "可核定余额", "Available for award"),
        Column("rounding_level", "取整层级", "Rounding level", Kind.CODE),
    ),
    key=("fund", "position"),
    filters=("institution", "fund", "reward", "contract", "stage"),
    build=reward_fund,
    outside=fund_outside,
    recorders=("actor",),
)
