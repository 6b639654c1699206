"""Where each claim on a reward fund stands: its last step, since when, and its amounts."""

import polars as pl

from projections.kept import Reach
from projections.moment import Moment
from projections.reward_fund import AMOUNT_NAMES, AMOUNTS, stages
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View


def reward_claims(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a claim; `stage` is its last fact, so `publicised` waits to be awarded."""
    return (
        stages(tape, moment)
        .drop_nulls("reward")
        .group_by("reward", "fund", "institution", "contract", "counterparty", maintain_order=True)
        .agg(
            pl.col("stage").last(),
            pl.col("effective").last().alias("stage_on"),
            pl.col(AMOUNT_NAMES).sum(),
        )
    )


REWARD_CLAIMS = View(
    name="reward-claims",
    zh="奖励申报一览",
    en="Reward claims",
    columns=(
        OF_INSTITUTION,
        Column("fund", "奖励资金", "Fund", Kind.SUBJECT),
        Column("reward", "奖励申报", "Reward", Kind.SUBJECT),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("stage", "最近环节", "Last step", Kind.CODE),
        Column("stage_on", "环节日期", "Since", Kind.DATE),
        *AMOUNTS,
    ),
    key=("fund", "reward"),
    filters=("institution", "fund", "reward", "contract", "stage"),
    build=reward_claims,
    reach=Reach("reward", ("reward",)),
)
