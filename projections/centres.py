"""Centres under a programme: who applied, who was selected as which, and who is one still."""

import polars as pl

from ledger.facts import CentreApplied, CentreDesignated, CentreWithdrawn
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count

_PLACE = ("programme", "centre")


def selections(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Institutions ever selected by the moment's day, those withdrawn since included.

    programme, centre String, designated_on, designated_again Date (first and last selection),
    selection Int64 (1 for the first institution of the programme, in order of day), disciplines,
    industries List(String), document String (of the last selection).
    """
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("programme")
    return (
        up_to(tape, CentreDesignated, moment)
        .sort("on", "stands_at")
        .group_by(_PLACE, maintain_order=True)
        .agg(
            pl.col("disciplines", "industries", "document").last(),
            designated_on=pl.col("on").first(),
            designated_again=pl.col("on").last(),
        )
        .with_columns(selection=rank)
    )


def centres(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an institution that applied or was selected, with what the last such fact says.

    Who was selected is published, so such rows are everybody's; a mere application is its own.
    """
    applied = (
        up_to(tape, CentreApplied, moment)
        .sort("on", "stands_at")
        .group_by("programme", centre="applicant")
        .agg(
            pl.col("transfer_centre").last(),
            asked_disciplines=pl.col("disciplines").last(),
            asked_industries=pl.col("industries").last(),
            applied_on=pl.col("on").first(),
        )
    )
    withdrawn = (
        up_to(tape, CentreWithdrawn, moment).group_by(_PLACE).agg(withdrawn_on=pl.col("on").max())
    )
    chosen = selections(tape, moment)
    selected = pl.col("designated_on").is_not_null()
    standing = (pl.col("withdrawn_on") <= pl.col("designated_again")).fill_null(True)
    return (
        applied.join(chosen, on=_PLACE, how="full", coalesce=True)
        .join(withdrawn, on=_PLACE, how="left")
        .with_columns(
            disciplines=pl.coalesce("disciplines", "asked_disciplines").list.join("、"),
            industries=pl.coalesce("industries", "asked_industries").list.join("、"),
            live=selected & standing,
            withdrawn_on=pl.when(~standing).then("withdrawn_on"),
            institution=pl.when(~selected).then("centre"),
        )
    )


CENTRES = View(
    name="centres",
    zh="运营中心",
    en="Centres",
    columns=(
        OF_INSTITUTION,
        Column("programme", "建设方案", "Programme", Kind.SUBJECT),
        Column("centre", "高校", "University", Kind.SUBJECT),
        Column("transfer_centre", "技术转移中心", "Technology-transfer centre"),
        Column("disciplines", "优势学科", "Disciplines"),
        Column("industries", "所涉产业", "Industries"),
        Column("applied_on", "申报日", "Applied on", Kind.DATE),
        Column("designated_on", "认定日", "Designated on", Kind.DATE),
        count("selection", "入选次序", "Order of selection"),
        Column("document", "认定文件", "Document"),
        Column("withdrawn_on", "撤销日", "Withdrawn on", Kind.DATE),
        Column("live", "现为中心", "Centre now", Kind.FLAG),
    ),
    key=("programme", "centre"),
    filters=("institution", "programme", "centre"),
    build=centres,
)
