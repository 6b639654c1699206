"""Pledges of patents: for what sum, to whom, and which patents they still burden."""

import polars as pl

from ledger.facts import PatentPledged, PledgeReleased
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import standing_each
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, fen


def pledges(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a pledge by the moment; `burdened` are the patents under it on that day.

    `released_on` is the day on which the last of them became free.
    """
    released = (
        up_to(tape, PledgeReleased, moment)
        .group_by("pledge")
        .agg(freed=pl.col("patents").explode(empty_as_null=False), last=pl.col("on").max())
    )
    burdened = pl.col("patents").list.set_difference(pl.col("freed").fill_null([]))
    live = pl.col("burdened").list.len() > 0
    return (
        up_to(tape, PatentPledged, moment)
        .join(released, on="pledge", how="left")
        .with_columns(burdened=burdened.list.sort())
        .with_columns(live=live, released_on=pl.when(~live).then("last"))
    )


def burdened_patents(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents under a pledge on the moment's day, each once: patent String."""
    burdened = pledges(tape, moment, {}).select("institution", patents="burdened")
    return standing_each(burdened, tape, moment).select("patent").unique()


PLEDGES = View(
    name="pledges",
    zh="专利质押台账",
    en="Pledges",
    columns=(
        OF_INSTITUTION,
        Column("pledge", "质押", "Pledge", Kind.SUBJECT),
        Column("patents", "质押专利", "Patents", Kind.SUBJECTS),
        Column("pledgee", "质权人", "Pledgee"),
        fen("secured_fen", "担保金额", "Secured"),
        Column("registration", "质押登记号", "Registration number"),
        Column("on", "质押日", "Pledged on", Kind.DATE),
        Column("burdened", "在押专利", "Still pledged", Kind.SUBJECTS),
        Column("live", "质押有效", "Live", Kind.FLAG),
        Column("released_on", "全部注销日", "All released on", Kind.DATE),
    ),
    key=("on", "pledge"),
    filters=("institution", "pledge"),
    build=pledges,
    reach=Reach("pledge", ("pledge",)),
)
