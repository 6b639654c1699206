"""Agreements with partners and outside services, and whether they run."""

import polars as pl

from ledger.facts import PartnerAgreementEnded, PartnerAgreementSigned
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View


def partners(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an agreement signed by the moment's day.

    The last day of its term belongs to an agreement, the day on which it was ended early does not.
    """
    ended = (
        up_to(tape, PartnerAgreementEnded, moment)
        .group_by("partner")
        .agg(ended_on=pl.col("on").min())
    )
    expired = (pl.col("ends") < moment.as_of).fill_null(False)
    return (
        up_to(tape, PartnerAgreementSigned, moment)
        .join(ended, on="partner", how="left")
        .with_columns(live=pl.col("ended_on").is_null() & ~expired)
    )


PARTNERS = View(
    name="partners",
    zh="合作机构",
    en="Partners",
    columns=(
        OF_INSTITUTION,
        Column("partner", "合作协议", "Agreement", Kind.SUBJECT),
        Column("name", "名称", "Name"),
        Column("partner_class", "机构类别", "Class", Kind.CODE),
        Column("other_class", "类别说明", "Class in words"),
        Column("settles_ownership", "约定权属", "Settles ownership", Kind.FLAG),
        Column("settles_secrecy", "约定保密", "Settles secrecy", Kind.FLAG),
        Column("signed", "签订日", "Signed on", Kind.DATE),
        Column("ends", "终止日", "Ends on", Kind.DATE),
        Column("ended_on", "提前终止日", "Ended early on", Kind.DATE),
        Column("live", "履行中", "Live", Kind.FLAG),
    ),
    key=("signed", "partner"),
    filters=("institution", "partner", "partner_class"),
    build=partners,
    reach=Reach("partner", ("partner",)),
)
