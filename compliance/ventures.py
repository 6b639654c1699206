"""Patents put into companies: valued before, their income settled, no dead right among them."""

import polars as pl

from compliance.clause import Bearing
from compliance.deals import deals
from compliance.items import accounted, items
from compliance.market import decisions
from compliance.portfolio import LIVING, status_on
from ledger.facts import EquityContributed, EquityExited, ResultRightGranted, ValuationReceived
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape


def ventures(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents put into companies and rights given to inventors; a dead right put in is a breach."""
    columns = ("institution", "position", "on")
    founded = deals(tape, moment, EquityContributed)
    granted = up_to(tape, ResultRightGranted, moment).select(*columns, subject="disclosure")
    each = founded.select("institution", "position", "on", equity="subject", subject="patents")
    dead = (
        status_on(each.explode("subject", empty_as_null=False), tape, moment)
        .filter(~pl.col("status").is_in(LIVING).fill_null(False))
        .select("institution", "position", "on", subject="equity")
        .unique()
    )
    sound = founded.join(dead, on="subject", how="anti")
    return pl.concat(
        [
            items(pl.concat([sound.select(*columns, "subject"), granted]), Bearing.EVIDENCE),
            items(dead, Bearing.BREACH, "right-is-not-in-force"),
        ]
    )


def valuations(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Contributions against valuations of every patent in them, valid on the day.

    A contribution all of whose patents were valued, but one only by a valuation that had run out,
    is a breach.
    """
    wanted = deals(tape, moment, EquityContributed)
    valued = (
        up_to(tape, ValuationReceived, moment)
        .select("patents", "valid_until", valued_at="position", valued_on="on")
        .explode("patents", empty_as_null=False)
    )
    before = pl.col("valued_on") <= pl.col("on")
    valid = pl.col("valid_until").is_null() | (pl.col("valid_until") >= pl.col("on"))
    by_deal = (
        wanted.select("subject", "on", "patents")
        .explode("patents", empty_as_null=False)
        .join(valued, on="patents", how="left")
        .group_by("subject", "patents")
        .agg(
            any=before.fill_null(False).any(),
            valid=(before & valid).fill_null(False).any(),
            position=pl.col("valued_at").filter(before).max(),
            on=pl.col("valued_on").filter(before).max(),
        )
        .group_by("subject")
        .agg(pl.col("any", "valid").all(), pl.col("position", "on").max())
    )
    expired = by_deal.filter(pl.col("any") & ~pl.col("valid")).with_columns(
        code=pl.lit("valuation-had-run-out")
    )
    return accounted(wanted, by_deal.filter("valid"), expired, "valuation-is-missing")


def income_settled(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Contributions against approved decisions on how their income is distributed.

    Shares given up before any such decision was approved are a breach.
    """
    wanted = deals(tape, moment, EquityContributed)
    settled = (
        decisions(tape, moment, ("distribution",))
        .filter(pl.col("approved_on").is_not_null() & ~pl.col("alone"))
        .select("about", position="approved_at", on="approved_on")
        .explode("about", empty_as_null=False)
        .rename({"about": "subject"})
    )
    first = settled.group_by("subject").agg(settled_on=pl.col("on").min())
    early = (
        up_to(tape, EquityExited, moment)
        .sort("on", "position")
        .unique("equity", keep="first", maintain_order=True)
        .select("position", "on", subject="equity")
        .join(first, on="subject", how="left")
        .filter(pl.col("settled_on").is_null() | (pl.col("settled_on") > pl.col("on")))
        .with_columns(code=pl.lit("exit-before-distribution-was-settled"))
    )
    return accounted(wanted, settled, early, "income-is-not-settled")
