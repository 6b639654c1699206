"""Prices of patents, what was put up on campus about them, and contracts that did not wait."""

from typing import Final

import polars as pl

from ledger.facts import (
    EquityContributed,
    NoticePosted,
    ObjectionRaised,
    ObjectionResolved,
    PolicyAdopted,
    PriceDetermined,
)
from ledger.policies import POLICIES
from ledger.policies.pricing_notice import PRICING_NOTICE_2016, notice_days_min
from projections.contracts import assignments, licenses, service_contracts
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen

_NOTICE: Final = PRICING_NOTICE_2016.id
_OBJECTION: Final = ["pricing", "number"]
_AGREED: Final = pl.col("method") == "agreement"
_NOTICE_DAYS: Final = (pl.col("ends") - pl.col("starts")).dt.total_days()
"""The first day of a notice does not count (民法典 art. 201)."""


def notice_days(tape: Tape) -> pl.LazyFrame:
    """The least days of a notice by the newest version adopted, else the first: days_min Int64."""
    versions = [policy for policy in POLICIES if policy.id == _NOTICE]
    shipped = pl.LazyFrame(
        [(policy.version, notice_days_min(policy)) for policy in versions],
        schema={"version": pl.Int64, "days_min": pl.Int64},
        orient="row",
    )
    adopted = (
        tape.frame(PolicyAdopted)
        .filter(pl.col("policy") == f"policy:{_NOTICE}")
        .select(version=pl.col("version").max().fill_null(PRICING_NOTICE_2016.version))
    )
    return shipped.join(adopted, on="version").select("days_min")


def _signings(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Deals whose price may be determined: contract String, signed Date, signed_at Int64."""
    equity = up_to(tape, EquityContributed, moment)
    return pl.concat(
        [
            *(
                kind(tape, moment).select("contract", "signed", signed_at="position")
                for kind in (licenses, assignments, service_contracts)
            ),
            equity.select(contract="equity", signed="on", signed_at="position"),
        ]
    )


def _notices(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The longest notice of each price, of equals the last: pricing, starts, ends, notice_days,
    noticed_at, notice_is_full.
    """
    return (
        up_to(tape, NoticePosted, moment)
        .with_columns(notice_days=_NOTICE_DAYS)
        .sort("notice_days", "starts", "stands_at")
        .group_by("pricing")
        .agg(pl.col("starts", "ends", "notice_days").last(), noticed_at=pl.col("position").last())
        .join(notice_days(tape), how="cross")
        .with_columns(notice_is_full=pl.col("notice_days") >= pl.col("days_min"))
    )


def _objections(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Objections raised by the moment: pricing, number, raised, resolved_on (null = open)."""
    resolved = (
        up_to(tape, ObjectionResolved, moment)
        .group_by(_OBJECTION)
        .agg(resolved_on=pl.col("on").min())
    )
    raised = up_to(tape, ObjectionRaised, moment).select(*_OBJECTION, raised="on")
    return raised.join(resolved, on=_OBJECTION, how="left")


def priced(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Prices determined by the moment's day with the codes of the rules they broke.

    The columns of PriceDetermined, signed Date, signed_at Int64, notice_starts, notice_ends Date,
    notice_days, noticed_at Int64, notice_is_full Boolean (null = no notice), objections,
    objections_open Int64, disputed Boolean (an objection was open on signing), breaches
    List(String). An agreed price wants a notice of `notice_days` that is over, and no open
    objection, on the day of signing.
    """
    signings = _signings(tape, moment)
    disputed = (
        up_to(tape, PriceDetermined, moment)
        .select("pricing", "contract")
        .join(_objections(tape, moment), on="pricing")
        .join(signings, on="contract", how="left")
    )
    open_at_signing = (pl.col("raised") <= pl.col("signed")) & (
        pl.col("resolved_on").is_null() | (pl.col("signed") < pl.col("resolved_on"))
    )
    counted = disputed.group_by("pricing").agg(
        objections=pl.len().cast(pl.Int64),
        objections_open=pl.col("resolved_on").is_null().sum().cast(pl.Int64),
        disputed=open_at_signing.any(),
    )
    return (
        up_to(tape, PriceDetermined, moment)
        .join(signings, on="contract", how="left")
        .join(_notices(tape, moment), on="pricing", how="left")
        .join(counted, on="pricing", how="left")
        .with_columns(
            pl.col("objections", "objections_open").fill_null(0),
            pl.col("disputed").fill_null(False),
            breaches=_breaches(),
        )
        .rename({"starts": "notice_starts", "ends": "notice_ends"})
    )


def _breaches() -> pl.Expr:
    """Codes of the rules a price broke, those that its contract broke with it among them."""
    is_signed = pl.col("signed").is_not_null()
    broken = {
        "price-notice-is-missing": _AGREED & is_signed & pl.col("notice_days").is_null(),
        "price-notice-is-short": _AGREED & ~pl.col("notice_is_full"),
        "contract-precedes-end-of-notice": _AGREED & (pl.col("signed") <= pl.col("ends")),
        "contract-signed-under-objection": pl.col("disputed"),
    }
    codes = [pl.when(holds).then(pl.lit(code)) for code, holds in broken.items()]
    return pl.concat_list(codes).list.drop_nulls().list.sort()


def pricing_breaches(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Codes of the rules about prices that contracts broke: contract, code."""
    return (
        priced(tape, moment)
        .drop_nulls("contract")
        .select("contract", code="breaches")
        .explode("code", empty_as_null=False)
    )


def pricings(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a price determined by the moment's day."""
    return priced(tape, moment)


PRICINGS = View(
    name="pricings",
    zh="定价台账",
    en="Pricings",
    columns=(
        OF_INSTITUTION,
        Column("pricing", "定价", "Pricing", Kind.SUBJECT),
        Column("on", "定价日", "Determined on", Kind.DATE),
        Column("method", "定价方式", "Method", Kind.CODE),
        Column("patents", "专利", "Patents", Kind.SUBJECTS),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        Column("signed", "签订日", "Contract signed on", Kind.DATE),
        fen("amount_fen", "价格", "Price"),
        Column("notice_starts", "公示起", "Notice from", Kind.DATE),
        Column("notice_ends", "公示止", "Notice to", Kind.DATE),
        count("notice_days", "公示天数", "Days of notice", "day"),
        count("objections", "异议", "Objections", "objection"),
        count("objections_open", "未处理异议", "Open objections", "objection"),
        Column("breaches", "违规情形", "Breaches", Kind.CODES),
    ),
    key=("on", "pricing"),
    filters=("institution", "pricing", "contract", "counterparty", "method"),
    build=pricings,
    reach=Reach(
        "pricing",
        ("pricing",),
        through=("license", "assignment", "equity", "contract"),
        whole=(PolicyAdopted,),
    ),
)
