"""Patents on exchanges, and the contracts that came of it."""

import polars as pl

from ledger.facts import ExchangeListed, ExchangeTraded
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, fen


def listings(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a listing by the moment's day, with the contracts traded through it by then."""
    traded = (
        up_to(tape, ExchangeTraded, moment)
        .group_by("listing")
        .agg(contracts=pl.col("contract").unique().sort(), traded_on=pl.col("on").min())
    )
    return (
        up_to(tape, ExchangeListed, moment)
        .join(traded, on="listing", how="left")
        .with_columns(pl.col("contracts").fill_null([]))
    )


EXCHANGE_LISTINGS = View(
    name="exchange-listings",
    zh="进场交易台账",
    en="Exchange listings",
    columns=(
        OF_INSTITUTION,
        Column("listing", "挂牌", "Listing", Kind.SUBJECT),
        Column("on", "挂牌日", "Listed on", Kind.DATE),
        Column("exchange", "交易场所", "Exchange"),
        Column("patents", "专利", "Patents", Kind.SUBJECTS),
        fen("asking_fen", "挂牌价", "Asking price"),
        Column("traded_on", "成交日", "Traded on", Kind.DATE),
        Column("contracts", "成交合同", "Contracts", Kind.SUBJECTS),
    ),
    key=("on", "listing"),
    filters=("institution", "listing", "exchange"),
    build=listings,
    reach=Reach("listing", ("listing",)),
)
