"""F01-F05: what the reward fund paid, accrued and has left, to how many people and how soon."""

from dataclasses import replace
from typing import Final

import polars as pl

from ledger.facts import (
    FundOpened,
    RewardCapped,
    RewardClaimed,
    RewardDisbursed,
)
from ledger.policies import Mark
from projections.accruals import EARNING, accruals, funds
from projections.figures import Direction, Indicator, Part, Reducer, Strand, Timing, Unit
from projections.indicators.entries import about, entries
from projections.moment import Moment
from projections.movements import up_to
from projections.reward_fund import FREED, claims, stages
from projections.tape import Tape

_PLAN: Final = "沪知局〔2022〕21号"


def _stage_entries(tape: Tape, moment: Moment, amount: pl.Expr) -> pl.LazyFrame:
    """What each stage of each claim adds to an amount; those that add nothing are left out."""
    rows = stages(tape, moment).drop_nulls("reward").with_columns(amount=amount)
    return entries(
        rows.filter(pl.col("amount") != 0),
        unit=pl.concat_str("reward", "stage", "position", separator="/"),
        subject="reward",
        day="effective",
        value="amount",
    )


def _paid(tape: Tape, moment: Moment) -> pl.LazyFrame:
    amount = (
        pl.col("appropriated_fen")
        - pl.col("unspent_returned_fen")
        - pl.col("clawed_from_payment_fen")
    )
    return _stage_entries(tape, moment, amount)


def _disbursed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return _stage_entries(tape, moment, pl.col("disbursed_fen"))


def _left(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The caps of funds, less what awards hold of them."""
    caps = funds(tape, moment).select("fund", "cap_fen")
    opened = up_to(tape, FundOpened, moment).join(caps, on="fund")
    whole = entries(opened, unit="fund", subject="fund", day="on", value="cap_fen")
    taken = _stage_entries(tape, moment, FREED - pl.col("awarded_fen"))
    return pl.concat([whole, taken])


def _accrued(tape: Tape, moment: Moment) -> pl.LazyFrame:
    rows = accruals(tape, moment, {})
    return entries(
        rows,
        unit=pl.concat_str("fund", "receipt", "number", "stands_at", separator="/"),
        subject="contract",
        day="day",
        value="accrued_fen",
    )


def _capped(tape: Tape, moment: Moment) -> pl.LazyFrame:
    rows = up_to(tape, RewardCapped, moment).drop("institution").join(claims(tape), on="reward")
    unit = pl.concat_str("reward", "stands_at", separator="/")
    return entries(rows, unit=unit, subject="reward", day="on", value="capped_fen")


def _payees(tape: Tape, moment: Moment) -> pl.LazyFrame:
    rows = (
        up_to(tape, RewardDisbursed, moment)
        .select("institution", "reward", "on", "position", "payouts")
        .explode("payouts", empty_as_null=False)
        .unnest("payouts")
        .filter(pl.col("amount_fen") > 0)
    )
    return entries(rows, unit="person", subject="reward", day="on")


def _waiting(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Days from the value date of each claimed receipt to the first disbursement for it."""
    lines = (
        tape.frame(RewardClaimed)
        .select("reward", "lines", claimed_at="position")
        .explode("lines", empty_as_null=False)
        .unnest("lines")
    )
    rows = (
        up_to(tape, RewardDisbursed, moment)
        .sort("on", "stands_at")
        .unique("reward", keep="first", maintain_order=True)
        .join(lines, on="reward")
    )
    return entries(
        rows,
        unit=pl.concat_str("reward", "receipt", "number", separator="/"),
        subject="reward",
        day="on",
        value=(pl.col("on") - pl.col("value_date")).dt.total_days(),
        positions=pl.concat_list("position", "claimed_at"),
        part=Part.SAMPLE,
    )


_REWARD: Final = about("reward")
F01 = Indicator(
    code="F01",
    zh="奖励资金累计支用",
    en="Reward fund paid",
    unit=Unit.FEN,
    direction=Direction.NEUTRAL,
    reducer=Reducer.SUM,
    strands=(Strand("paid", Timing.AT_END, _paid, _REWARD),),
    source=_PLAN,
    mark=Mark.READ,
    note_zh="截至期末：拨付减结余退回减追回；发放另列口径。",
    note_en="By the end: appropriated less unspent and clawed back; disbursed is a variant.",
)
F01_DISBURSED = replace(
    F01,
    variant="disbursed",
    variant_zh="其中已发放到人",
    variant_en="disbursed to persons",
    strands=(Strand("disbursed", Timing.AT_END, _disbursed, _REWARD),),
)
F02 = Indicator(
    code="F02",
    zh="奖励资金余额",
    en="Reward fund left",
    unit=Unit.FEN,
    direction=Direction.NEUTRAL,
    reducer=Reducer.SUM,
    strands=(Strand("left", Timing.AT_END, _left, about("reward", "fund")),),
    source=_PLAN,
    mark=Mark.READ,
    note_zh="资金上限减有效核定；只有全市一个数。",
    note_en="The cap less live awards; there is one number for the whole city.",
    city_only=True,
)
F03 = Indicator(
    code="F03",
    zh="应计奖励",
    en="Reward accrued",
    unit=Unit.FEN,
    direction=Direction.UP,
    reducer=Reducer.SUM,
    strands=(Strand("accrued", Timing.DURING, _accrued, replace(EARNING, anchor="subject")),),
    source=_PLAN,
    mark=Mark.READ,
    note_zh="按到账日累计取整，不受上限约束；限额核减另列口径。",
    note_en="By value date, rounded on the running total, never capped; the capped part is a "
    "variant.",
)
F03_CAPPED = replace(
    F03,
    variant="capped",
    variant_zh="限额核减部分",
    variant_en="kept back by a limit",
    strands=(Strand("capped", Timing.DURING, _capped, _REWARD),),
    direction=Direction.NEUTRAL,
    note_zh="",
    note_en="",
)
F04 = Indicator(
    code="F04",
    zh="受奖人数",
    en="People rewarded",
    unit=Unit.PERSON,
    direction=Direction.UP,
    reducer=Reducer.DISTINCT,
    strands=(Strand("payees", Timing.DURING, _payees, _REWARD),),
    source=_PLAN,
    mark=Mark.READ,
    note_zh="按发放日计，同一人只计一次。",
    note_en="By day of disbursement; each person once.",
)
F05 = Indicator(
    code="F05",
    zh="到账至发放天数（中位数）",
    en="Median days from receipt to disbursement",
    unit=Unit.DAY,
    direction=Direction.DOWN,
    reducer=Reducer.MEDIAN,
    strands=(Strand("waiting", Timing.DURING, _waiting, _REWARD),),
    source="知衡",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="每笔申报到款自起息日至首次发放。",
    note_en="Each claimed receipt from its value date to the first disbursement.",
)

REWARD_INDICATORS: Final = (F01, F01_DISBURSED, F02, F03, F03_CAPPED, F04, F05)
