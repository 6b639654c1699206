"""Documents in the evidence store, papers made for signature, and lists that were compared."""

import polars as pl

from ledger.facts import EvidenceKept, Fact, ListCompared, WorkingPaperMade
from projections.audit_files import audit_files
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import (
    OF_INSTITUTION,
    OFFICES_SEEING_PERSONS,
    SIDE,
    Column,
    Filters,
    Kind,
    View,
    count,
)


def _sided(tape: Tape, fact: type[Fact], moment: Moment) -> pl.LazyFrame:
    """The facts of a type up to a day, with whose files they are (null: the institution's own)."""
    sides = audit_files(tape).select("position", "side")
    return up_to(tape, fact, moment).join(sides, on="position", how="left")


def evidence(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a document that an institution brought by the moment's day."""
    return _sided(tape, EvidenceKept, moment).with_columns(
        sha256=pl.col("document").str.strip_prefix("evidence:"), kept_on="on", kept_by="actor"
    )


EVIDENCE = View(
    name="evidence",
    zh="证据",
    en="Evidence",
    columns=(
        OF_INSTITUTION,
        Column("document", "证据", "Document", Kind.SUBJECT),
        Column("title", "标题", "Title"),
        Column("media_type", "文件格式", "Media type"),
        count("size_bytes", "大小", "Size", "byte"),
        Column("sha256", "散列", "SHA-256"),
        Column("about", "涉及对象", "About", Kind.SUBJECTS),
        Column("kept_on", "入库日", "Kept on", Kind.DATE),
        Column("kept_by", "提交人", "Kept by", Kind.SUBJECT),
        Column(SIDE, "审计方", "Audit side", Kind.CODE),
    ),
    key=("kept_on", "document", "institution"),
    filters=("institution", "document"),
    build=evidence,
    reads=OFFICES_SEEING_PERSONS,
)


def working_papers(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a paper made by the moment's day."""
    return _sided(tape, WorkingPaperMade, moment).with_columns(
        read_as_of="as_of", read_known_at="known_at", made_on="on", made_by="actor"
    )


WORKING_PAPERS = View(
    name="working-papers",
    zh="审计底稿",
    en="Working papers",
    columns=(
        OF_INSTITUTION,
        Column("paper", "底稿", "Paper", Kind.SUBJECT),
        Column("kind", "种类", "Kind", Kind.CODE),
        Column("title", "标题", "Title"),
        Column("about", "涉及对象", "About", Kind.SUBJECTS),
        Column("document", "文件", "Document", Kind.SUBJECT),
        Column("read_as_of", "业务时点", "As of", Kind.DATE),
        count("read_known_at", "认知时点", "Known at"),
        Column("made_on", "编制日", "Made on", Kind.DATE),
        Column("made_by", "编制人", "Made by", Kind.SUBJECT),
        Column(SIDE, "审计方", "Audit side", Kind.CODE),
    ),
    key=("made_on", "paper"),
    filters=("institution", "paper", "kind"),
    build=working_papers,
    reads=OFFICES_SEEING_PERSONS,
)


def comparisons(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a comparison with a list from elsewhere, made by the moment's day."""
    return up_to(tape, ListCompared, moment).with_columns(
        read_as_of="as_of", read_known_at="known_at", compared_on="on", compared_by="actor"
    )


COMPARISONS = View(
    name="comparisons",
    zh="清单比对",
    en="Comparisons with lists",
    columns=(
        OF_INSTITUTION,
        Column("comparison", "比对", "Comparison", Kind.SUBJECT),
        Column("kind", "清单", "List", Kind.CODE),
        Column("source", "来源", "Source"),
        Column("sha256", "文件散列", "SHA-256"),
        count("lines", "清单行数", "Lines"),
        count("matched", "相符", "Matched"),
        count("differing", "不一致", "Differing"),
        count("unread", "无法读取", "Unread"),
        count("only_listed", "仅清单有", "Only on the list"),
        count("only_held", "仅账本有", "Only in the ledger"),
        Column("read_as_of", "业务时点", "As of", Kind.DATE),
        count("read_known_at", "认知时点", "Known at"),
        Column("compared_on", "比对日", "Compared on", Kind.DATE),
        Column("compared_by", "比对人", "Compared by", Kind.SUBJECT),
    ),
    key=("compared_on", "comparison"),
    filters=("institution", "comparison", "kind"),
    build=comparisons,
)
