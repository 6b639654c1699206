"""D04, D10, D19: what was received under licenses and assignments, and how much of what was due."""

from typing import Final

import polars as pl

from ledger.facts import CounterpartySizeVerified, ReceiptClaimed
from ledger.policies import Mark
from projections.contracts import instalments
from projections.figures import Direction, Indicator, Part, Reducer, Strand, Timing, Unit
from projections.indicators.contracts import concluded, signed
from projections.indicators.entries import CONTRACTS, FIRMS_REWARDED, about, entries
from projections.moment import Moment
from projections.movements import movements
from projections.tape import Tape

_FEES: Final = ("license-fee", "royalty", "assignment-price")
"""Purposes that are the price of a right; deposits, penalties and money passed through are not."""


def _received(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Movements of fees under licenses and assignments with the facts from bank line to contract.

    The columns of `movements`, size String, positions List(Int64). What came under an assignment
    that was undone later came all the same: paying it back is a movement of its own.
    """
    lines = tape.frame(ReceiptClaimed).select("receipt", line_position="position")
    deals = concluded(tape, moment).select("contract", "size", "size_position", deal="position")
    return (
        movements(tape, moment)
        .filter(pl.col("purpose").is_in(_FEES))
        .join(deals, on="contract")
        .join(lines, on="receipt", how="left")
        .with_columns(positions=pl.concat_list("position", "line_position", "deal"))
    )


def _as_entries(received: pl.LazyFrame, positions: str | pl.Expr) -> pl.LazyFrame:
    """One entry a movement: a refund or reversal is an entry of its own day, below zero."""
    unit = pl.concat_str("receipt", "number", "stands_at", separator="/")
    return entries(
        received,
        unit=unit,
        subject="receipt",
        day="day",
        value="amount_fen",
        positions=pl.concat_list(positions),
    )


def _fees_received(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return _as_entries(_received(tape, moment), "positions")


def _fees_of_rewarded_firms(tape: Tape, moment: Moment) -> pl.LazyFrame:
    of_firms = _received(tape, moment).filter(pl.col("size").is_in(FIRMS_REWARDED))
    return _as_entries(of_firms, pl.concat_list("positions", "size_position"))


def _collected(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Every instalment fallen due by the moment, and what was received for it by then.

    Money that came before its day counts once the instalment is due.
    """
    deals = signed(tape, moment).select("institution", "contract", "position")
    due = (
        instalments(tape, moment)
        .filter(pl.col("due") <= moment.as_of)
        .join(deals, on="contract")
        .with_columns(unit=pl.concat_str("contract", "number", separator="/"))
    )
    paid = (
        movements(tape, moment)
        .group_by("contract", number="instalment")
        .agg(received_fen=pl.col("amount_fen").sum(), paid_by=pl.col("position").sort())
    )
    received = due.join(paid, on=["contract", "number"])
    return pl.concat(
        [
            entries(
                due,
                unit="unit",
                subject="contract",
                day="due",
                value="amount_fen",
                part=Part.DENOMINATOR,
            ),
            entries(
                received,
                unit="unit",
                subject="contract",
                day="due",
                value="received_fen",
                positions=pl.concat_list("paid_by", "position"),
                part=Part.NUMERATOR,
            ),
        ]
    )


_MONEY: Final = about("receipt", through=CONTRACTS, whole=(CounterpartySizeVerified,))

D04 = Indicator(
    code="D04",
    zh="当年到账金额",
    en="Received in the period",
    unit=Unit.FEN,
    direction=Direction.UP,
    reducer=Reducer.SUM,
    strands=(Strand("fees-received", Timing.DURING, _fees_received, _MONEY, apart=True),),
    source="沪知局〔2022〕21号；国家科技成果转化年度报告",
    mark=Mark.READ,
    note_zh="转让与许可合同的费用，按起息日计；退款与冲正在其发生日扣减；与签约年份无关。",
    note_en="Fees under assignments and licenses by value date, whatever the year of signing; "
    "refunds and reversals are taken off on their own day.",
)
D10 = Indicator(
    code="D10",
    zh="面向中小微企业到账金额",
    en="Received from medium, small and micro firms",
    unit=Unit.FEN,
    direction=Direction.UP,
    reducer=Reducer.SUM,
    strands=(
        Strand(
            "fees-of-rewarded-firms", Timing.DURING, _fees_of_rewarded_firms, _MONEY, apart=True
        ),
    ),
    source="沪知局〔2022〕21号",
    mark=Mark.READ,
    note_zh="同D04，只计签约日规模核定为中型、小型、微型的企业。",
    note_en="As D04, for firms verified as medium, small or micro as of the day of signing.",
)
D19 = Indicator(
    code="D19",
    zh="合同履约率（到账/应收）",
    en="Collection ratio",
    unit=Unit.SHARE,
    direction=Direction.UP,
    reducer=Reducer.RATIO,
    entries_in=Unit.FEN,
    strands=(Strand("collected", Timing.AT_END, _collected, about(*CONTRACTS), apart=True),),
    source="高校财务口径",
    mark=Mark.GENERAL_KNOWLEDGE,
    note_zh="截至期末已到期的应收款中实际到账的部分；提前到账的计入其到期之后。",
    note_en="What was received of the instalments fallen due by the end of the period; "
    "money that came early counts once its instalment is due.",
)

MONEY_INDICATORS: Final = (D04, D10, D19)
