"""What eligible receipts earn of a reward fund, movement by movement, exact and uncapped."""

from typing import Final

import polars as pl

from ledger.facts import (
    CounterpartySizeVerified,
    FundOpened,
    InstitutionRegistered,
    ReceiptAllocated,
    ReceiptClaimed,
    RewardClaimed,
    RewardRefused,
    RewardReturned,
)
from ledger.money import FEN_PER_YUAN
from projections.contracts import parties
from projections.counterparties import size_on, verified_sizes
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import movements, up_to
from projections.sharing import shared
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen

_ALLOCATION: Final = ["receipt", "number"]
_LINE: Final = ["fund", *_ALLOCATION]
_ORDER: Final = ["day", "stands_at", "number"]
_WIDE: Final = pl.Int128
"""Rate times money passes 64 bits; nothing here is ever a float."""


def rated(amount: pl.Expr) -> pl.Expr:
    """The rate of an amount in fen under the columns numerator, denominator and rounding.

    Same results as `ledger.money.apply_rate`: rounded once from the exact product, by size, with
    the sign put back.
    """
    numerator, denominator = (pl.col(name).cast(_WIDE) for name in ("numerator", "denominator"))
    exact = numerator * amount.abs().cast(_WIDE)
    size = (
        pl.when(pl.col("rounding") == "half-up-fen")
        .then((exact * 2 + denominator) // (denominator * 2))
        .when(pl.col("rounding") == "floor-fen")
        .then(exact // denominator)
        .otherwise(exact // (denominator * FEN_PER_YUAN) * FEN_PER_YUAN)
    )
    return (size * amount.sign().cast(_WIDE)).cast(pl.Int64)


@shared
def funds(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Funds opened by the moment's day: fund String and the fields of its terms.

    The rate stands as numerator and denominator; the two rules whose names are also columns of
    deals and sizes are called related_rule and controlled_rule.
    """
    terms = up_to(tape, FundOpened, moment).select("fund", "terms").unnest("terms")
    return terms.unnest("rate").rename(
        {"related_party": "related_rule", "controlled_by_large": "controlled_rule"}
    )


@shared
def claimed_lines(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Allocations counted by a claim that was neither returned nor refused, each once.

    claimed_from (the fund), receipt String, number Int64, reward String, claimed_on Date,
    members Int64, claimed_base_fen, vat_fen Int64. A claim dated back before the return of an
    earlier one meets it on the days between: the later one on record counts.
    """
    dropped = pl.concat(
        [up_to(tape, fact, moment).select("reward") for fact in (RewardReturned, RewardRefused)]
    )
    return (
        up_to(tape, RewardClaimed, moment)
        .join(dropped, on="reward", how="anti")
        .select(
            "position",
            "reward",
            "lines",
            claimed_from="fund",
            claimed_on="on",
            members=pl.col("team").list.len().cast(pl.Int64),
        )
        .explode("lines", empty_as_null=False)
        .unnest("lines")
        .sort("position")
        .unique(_ALLOCATION, keep="last", maintain_order=True)
        .drop("position", "value_date")
        .rename({"base_fen": "claimed_base_fen"})
    )


def _in_window(window: str, day: pl.Expr) -> pl.Expr:
    """Whether a day lies in a window of the fund's terms, both ends included, null = open."""
    first, last = (pl.col(window).struct.field(end) for end in ("first", "last"))
    return (first.is_null() | (first <= day)) & (last.is_null() | (day <= last))


def _allowed(value: str, terms: str) -> pl.Expr:
    return pl.col(value).is_in(pl.col(terms)).fill_null(False)


@shared
def eligible_movements(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Movements of allocations that a fund's terms count, with the terms beside them.

    What is asked: the kind of deal, its purpose, whose account the money came to, what kind of
    institution claims, the counterparty's verified size on the day the terms name, the windows of
    receipt and contract, and, where the terms exclude them, related parties and firms controlled
    by large ones. What is claimed from one fund earns nothing of another.
    """
    allocated = tape.frame(ReceiptAllocated).select(*_ALLOCATION, arrived="value_date")
    holders = tape.frame(ReceiptClaimed).select("receipt", "holder")
    kinds = up_to(tape, InstitutionRegistered, moment).select(
        institution="code", institution_kind="kind"
    )
    size_day = (
        pl.when(pl.col("size_as_of") == "contract")
        .then("signed")
        .when(pl.col("size_as_of") == "receipt")
        .then("arrived")
        .otherwise(pl.col("claimed_on").fill_null(moment.as_of))
    )
    rows = (
        movements(tape, moment)
        .join(allocated, on=_ALLOCATION)
        .join(holders, on="receipt")
        .join(kinds, on="institution")
        .join(parties(tape, moment).drop("institution"), on="contract")
        .join(funds(tape, moment), how="cross")
        .join(claimed_lines(tape, moment), on=_ALLOCATION, how="left")
        .filter(pl.col("claimed_from").is_null() | (pl.col("claimed_from") == pl.col("fund")))
        .with_columns(size_day=size_day)
    )
    return size_on(rows, "size_day", verified_sizes(tape, moment)).filter(
        _allowed("kind", "deal_kinds"),
        _allowed("purpose", "purposes"),
        _allowed("holder", "holders"),
        _allowed("institution_kind", "institution_kinds"),
        _allowed("size", "sizes"),
        _in_window("receipt_window", pl.col("arrived")),
        _in_window("contract_window", pl.col("signed")),
        ~((pl.col("related_rule") == "exclude") & pl.col("related_party")),
        ~((pl.col("controlled_rule") == "exclude") & pl.col("controlled_by_large")),
    )


def _with_base(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Adds base_fen Int64: the movement, less its part of the VAT where the terms take that off.

    The VAT of a claimed line falls with what is held of it, rounded half up, as in the ledger.
    """
    held = pl.col("amount_fen").cum_sum().over(_LINE, order_by=_ORDER)
    then = (pl.col("claimed_base_fen") + pl.col("vat_fen")).cast(_WIDE)
    vat = ((pl.col("vat_fen").cast(_WIDE) * pl.col("held_fen") * 2 + then) // (then * 2)).cast(
        pl.Int64
    )
    reduced = pl.col("base_reduced_by_vat") & pl.col("vat_fen").is_not_null()
    before = pl.col("held_base_fen").shift(1).over(_LINE, order_by=_ORDER).fill_null(0)
    return (
        rows.with_columns(held_fen=held)
        .with_columns(
            held_base_fen=pl.when(reduced).then(pl.col("held_fen") - vat).otherwise("held_fen")
        )
        .with_columns(base_fen=pl.col("held_base_fen") - before)
    )


_TOGETHER = (
    pl.when(pl.col("rounding_level") == "contract-cumulative")
    .then("contract")
    .when(pl.col("rounding_level") == "receipt")
    .then(pl.col("contract") + "/" + pl.col("receipt"))
    .otherwise(pl.coalesce("reward", "contract"))
)
"""What is rounded together; what nobody claimed yet counts as one claim a contract."""


def accruals(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an eligible movement, in order of its day within what is rounded together.

    E(n) = the rounded rate of the cumulative base, accrual = E(n) - E(n-1): so the parts always
    meet the whole. Never capped; a refund accrues negatively. Where the rate is each member's, the
    accrual is that of the claim's team (of one while nobody claimed).
    """
    group = ["fund", "together"]
    earlier = pl.col("earned_fen").shift(1).over(group, order_by=_ORDER).fill_null(0)
    heads = (
        pl.when(pl.col("team_reading") == "each-member")
        .then(pl.col("members").fill_null(1))
        .otherwise(1)
    )
    return (
        _with_base(eligible_movements(tape, moment))
        .with_columns(together=_TOGETHER)
        .with_columns(cumulative_fen=pl.col("base_fen").cum_sum().over(group, order_by=_ORDER))
        .with_columns(earned_fen=rated(pl.col("cumulative_fen")))
        .with_columns(accrued_fen=(pl.col("earned_fen") - earlier) * heads)
    )


EARNING: Final = Reach(
    "contract",
    ("license", "assignment"),
    through=("receipt", "reward"),
    whole=(CounterpartySizeVerified, FundOpened, InstitutionRegistered),
)
"""What an accrual depends on: its contract, the receipts and claims of that, sizes and terms."""

REWARD_ACCRUALS = View(
    name="reward-accruals",
    zh="奖励预提明细",
    en="Reward accruals",
    columns=(
        OF_INSTITUTION,
        Column("fund", "奖励资金", "Fund", Kind.SUBJECT),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("size", "企业规模", "Size", Kind.CODE),
        Column("receipt", "到款", "Receipt", Kind.SUBJECT),
        count("number", "核销序号", "Allocation"),
        count("position", "日志位置", "Position"),
        Column("movement", "变动", "Movement", Kind.CODE),
        Column("purpose", "用途", "Purpose", Kind.CODE),
        Column("day", "业务日期", "Business date", Kind.DATE),
        fen("base_fen", "计奖基数", "Base"),
        fen("cumulative_fen", "累计基数", "Cumulative base"),
        fen("earned_fen", "累计应计", "Accrued to date"),
        fen("accrued_fen", "本次应计", "Accrued"),
        Column("rounding_level", "取整层级", "Rounding level", Kind.CODE),
        Column("reward", "奖励申报", "Reward", Kind.SUBJECT),
    ),
    key=("fund", "contract", "day", "position", "number"),
    filters=("institution", "fund", "contract", "receipt", "reward"),
    build=accruals,
    reach=EARNING,
)
