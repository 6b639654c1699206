"""Decisions that institutions put on record, and who approved them."""

import polars as pl

from ledger.facts import DecisionApproved, DecisionRecorded
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View


def decisions(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a decision taken by the moment's day; without `approved_on` it counts for nothing.

    `live` if approved by then and, where it names a last day, not past it.
    """
    approved = approvals(tape, moment).select("decision", approved_on="on", approver="actor")
    expired = (pl.col("until") < moment.as_of).fill_null(False)
    return (
        up_to(tape, DecisionRecorded, moment)
        .join(approved, on="decision", how="left")
        .with_columns(
            decided_on="on",
            recorded_by="actor",
            live=pl.col("approved_on").is_not_null() & ~expired,
        )
    )


def approvals(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The approval of each decision as it now reads, if any by the moment's day.

    The columns of DecisionApproved. What was approved before the decision was corrected is no
    approval of what the correction says.
    """
    written = tape.frame(DecisionRecorded).select("decision", written_at="position")
    return (
        up_to(tape, DecisionApproved, moment)
        .join(written, on="decision")
        .filter(pl.col("position") > pl.col("written_at"))
        .drop("written_at")
    )


DECISIONS = View(
    name="decisions",
    zh="决定",
    en="Decisions",
    columns=(
        OF_INSTITUTION,
        Column("decision", "决定", "Decision", Kind.SUBJECT),
        Column("kind", "决定类别", "Kind", Kind.CODE),
        Column("title", "标题", "Title"),
        Column("body", "内容", "Text"),
        Column("about", "涉及对象", "About", Kind.SUBJECTS),
        Column("catalogue", "条款目录", "Catalogue"),
        Column("clause", "条款", "Clause"),
        Column("decided_on", "决定日", "Decided on", Kind.DATE),
        Column("until", "有效至", "Holds until", Kind.DATE),
        Column("recorded_by", "登记人", "Recorded by", Kind.SUBJECT),
        Column("approved_on", "批准日", "Approved on", Kind.DATE),
        Column("approver", "批准人", "Approver", Kind.SUBJECT),
        Column("live", "有效", "In effect", Kind.FLAG),
    ),
    key=("decided_on", "decision"),
    filters=("institution", "decision", "kind", "catalogue", "clause"),
    build=decisions,
    reach=Reach("decision", ("decision",)),
)
