"""The deal register: every contract and contribution, what it brought, and what it broke."""

import polars as pl

from ledger.facts import (
    CounterpartySizeVerified,
    EquityContributed,
    EquityExited,
    ExchangeTraded,
    PolicyAdopted,
    PriceDetermined,
    TechnologyContractRegistered,
)
from projections.breaches import breaches
from projections.contracts import assignments, instalments, licenses, service_contracts
from projections.counterparties import size_on, verified_sizes
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import movements, up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen


def _license_status(moment: Moment) -> pl.Expr:
    """Both the first and the last day of a license belong to it; that of termination does not."""
    today = pl.lit(moment.as_of)
    return (
        pl.when(pl.col("terminated_on") <= today)
        .then(pl.lit("terminated"))
        .when(pl.col("starts") > today)
        .then(pl.lit("pending-start"))
        .when(pl.col("ends") < today)
        .then(pl.lit("ended"))
        .otherwise(pl.lit("live"))
    )


_ASSIGNMENT_STATUS = (
    pl.when(pl.col("rescinded_on").is_not_null())
    .then(pl.lit("rescinded"))
    .when(pl.col("registered_on").is_not_null())
    .then(pl.lit("registered"))
    .when(pl.col("registered") > 0)
    .then(pl.lit("partly-registered"))
    .otherwise(pl.lit("agreed"))
)

_SERVICE_STATUS = (
    pl.when(pl.col("terminated_on").is_not_null())
    .then(pl.lit("terminated"))
    .otherwise(pl.lit("live"))
)

_CONTRACTED = pl.sum_horizontal("fixed_fee_fen", "entry_fee_fen", "minimum_royalty_fen")
"""What a license brings for certain; a royalty without minimum is worth nothing yet."""


def _signed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The kinds of deal under one set of columns; what a kind lacks is null."""
    of_licenses = licenses(tape, moment).with_columns(
        kind=pl.lit("license"), contracted_fen=_CONTRACTED, status=_license_status(moment)
    )
    of_assignments = assignments(tape, moment).with_columns(
        kind=pl.lit("assignment"), contracted_fen="price_fen", status=_ASSIGNMENT_STATUS
    )
    of_services = service_contracts(tape, moment).with_columns(
        contracted_fen="amount_fen", status=_SERVICE_STATUS
    )
    exited = up_to(tape, EquityExited, moment).filter("whole").select("equity", exited=True)
    contributed = up_to(tape, EquityContributed, moment).join(
        exited.unique("equity"), on="equity", how="left"
    )
    of_equity = contributed.select(
        "stands_at",
        "institution",
        "contract_number",
        "counterparty",
        "patents",
        contract="equity",
        signed="on",
        kind=pl.lit("equity"),
        contracted_fen="amount_fen",
        status=pl.when("exited").then(pl.lit("exited")).otherwise(pl.lit("live")),
    )
    return pl.concat([of_licenses, of_assignments, of_services, of_equity], how="diagonal")


def _surroundings(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """What was done about a deal outside it: one row a contract that anything was done about.

    contract, technology_registration String, technology_registered_on Date, total_fen,
    technical_fen Int64, traded Boolean, price_method String; of several facts the last counts.
    """
    registered = (
        up_to(tape, TechnologyContractRegistered, moment)
        .sort("on", "stands_at")
        .group_by("contract")
        .agg(
            technology_registration=pl.col("registration").last(),
            technology_registered_on=pl.col("on").last(),
            total_fen=pl.col("total_fen").last(),
            technical_fen=pl.col("technical_fen").last(),
        )
    )
    traded = up_to(tape, ExchangeTraded, moment).select("contract", traded=True).unique()
    priced = (
        up_to(tape, PriceDetermined, moment)
        .drop_nulls("contract")
        .sort("on", "stands_at")
        .group_by("contract")
        .agg(price_method=pl.col("method").last())
    )
    return registered.join(traded, on="contract", how="full", coalesce=True).join(
        priced, on="contract", how="full", coalesce=True
    )


def deals(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a deal signed by the moment's day, under the terms in force on it.

    `due_fen` is what had fallen due by then, `received_fen` what contracts held of it, all
    purposes together; `size` the counterparty's, verified and holding on the day of signing.
    """
    due = (
        instalments(tape, moment)
        .filter(pl.col("due") <= moment.as_of)
        .group_by("contract")
        .agg(due_fen=pl.col("amount_fen").sum())
    )
    received = (
        movements(tape, moment).group_by("contract").agg(received_fen=pl.col("amount_fen").sum())
    )
    signed = size_on(_signed(tape, moment), "signed", verified_sizes(tape, moment))
    return (
        signed.join(due, on="contract", how="left")
        .join(received, on="contract", how="left")
        .join(breaches(tape, moment), on="contract", how="left")
        .join(_surroundings(tape, moment), on="contract", how="left")
        .with_columns(
            pl.col("due_fen", "received_fen").fill_null(0),
            pl.col("breaches").fill_null([]),
            pl.col("traded").fill_null(False),
            patent_count=pl.col("patents").list.n_unique().cast(pl.Int64),
        )
    )


DEALS = View(
    name="deals",
    zh="交易台账",
    en="Deals",
    columns=(
        OF_INSTITUTION,
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        Column("contract_number", "合同编号", "Contract number"),
        Column("kind", "合同类型", "Kind", Kind.CODE),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("size", "签约时规模", "Size at signing", Kind.CODE),
        Column("related_party", "关联方", "Related party", Kind.FLAG),
        Column("signed", "签订日", "Signed on", Kind.DATE),
        count("patent_count", "专利件数", "Patents", "patent"),
        Column("patents", "专利", "Patents by number", Kind.SUBJECTS),
        Column("exclusivity", "许可方式", "Exclusivity", Kind.CODE),
        Column("origin", "许可来源", "Origin", Kind.CODE),
        Column("payment", "支付方式", "Payment", Kind.CODE),
        Column("starts", "起始日", "Starts on", Kind.DATE),
        Column("ends", "终止日", "Ends on", Kind.DATE),
        fen("contracted_fen", "合同额", "Contracted"),
        fen("due_fen", "已到期应收", "Fallen due"),
        fen("received_fen", "已到账", "Received"),
        Column("status", "状态", "Status", Kind.CODE),
        Column("recorded_on", "许可备案日", "License recorded on", Kind.DATE),
        Column("registered_on", "转让登记日", "Assignment registered on", Kind.DATE),
        Column("terminated_on", "解除日", "Terminated on", Kind.DATE),
        Column("rescinded_on", "撤销日", "Rescinded on", Kind.DATE),
        Column("breaches", "违规情形", "Breaches", Kind.CODES),
        Column("technology_registration", "技术合同登记编号", "Technology contract number"),
        Column("technology_registered_on", "技术合同登记日", "Technology contract on", Kind.DATE),
        fen("total_fen", "认定合同总额", "Registered total"),
        fen("technical_fen", "技术交易额", "Technical amount"),
        Column("traded", "进场交易", "Traded on an exchange", Kind.FLAG),
        Column("price_method", "定价方式", "Price by", Kind.CODE),
    ),
    key=("signed", "contract"),
    filters=("institution", "contract", "counterparty", "kind", "status", "origin", "exclusivity"),
    build=deals,
    reach=Reach(
        "contract",
        ("license", "assignment", "equity", "contract"),
        through=("patent", "pricing", "listing"),
        whole=(CounterpartySizeVerified, PolicyAdopted),
    ),
)
