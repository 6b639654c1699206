"""Every fact about one subject in the order of its chain, corrected ones included."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ledger.facts import FACTS, Fact
from projections.fact_titles import TITLES
from projections.moment import Moment
from projections.schema import payload
from projections.tape import Tape
from projections.view import (
    OF_INSTITUTION,
    OFFICES_SEEING_PERSONS,
    Column,
    Filters,
    Kind,
    View,
    count,
)

SUBJECT: Final = "subject"


def history(tape: Tape, moment: Moment, filters: Filters) -> pl.LazyFrame:
    """One row a fact that touches the subject and took effect by the moment's day.

    `place` is the fact's sequence in the subject's chain, so a gap shows. A fact about the future,
    such as a license that starts later, is there once the moment has passed its recording day.
    """
    rows = [_of_type(tape, fact, filters[SUBJECT]) for fact in FACTS if fact.TOPIC in tape.topics]
    if not rows:
        return pl.LazyFrame(schema=HISTORY.schema)
    recorded = pl.col("recorded_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    return pl.concat(rows).filter(
        (pl.col("effective") <= moment.as_of) | (recorded <= moment.as_of)
    )


def _of_type(tape: Tape, fact: type[Fact], subject: str) -> pl.LazyFrame:
    """The rows of one fact type that touch the subject; its payload as JSON text."""
    titles: Mapping[str, str] = {"zh": TITLES[fact].zh, "en": TITLES[fact].en}
    links = pl.col("subjects")
    own = pl.element().struct.field("subject") == subject
    # The wide columns are encoded after the rows are chosen: of a million facts a few are left.
    return (
        tape.raw(fact)
        .filter(links.list.eval(own).list.any())
        .select(
            "institution",
            "position",
            "recorded_at",
            "effective",
            "actor",
            "behalf",
            "reason",
            "replaces",
            "voided_by",
            place=links.list.eval(pl.element().filter(own)).list.first().struct.field("sequence"),
            type=pl.lit(fact.TOPIC),
            title_zh=pl.lit(titles["zh"]),
            title_en=pl.lit(titles["en"]),
            evidence=pl.col("evidence").list.eval(pl.element().struct.field("kind")),
            evidence_sha256=pl.col("evidence")
            .list.eval(pl.element().struct.field("sha256"))
            .list.drop_nulls(),
            payload=pl.struct(*payload(fact)).struct.json_encode(),
        )
    )


HISTORY = View(
    name="history",
    zh="履历",
    en="History of a subject",
    columns=(
        OF_INSTITUTION,
        count("place", "链上序号", "Place in the chain"),
        count("position", "日志位置", "Position"),
        Column("recorded_at", "记录时间", "Recorded at", Kind.TIME),
        Column("effective", "业务日期", "Business date", Kind.DATE),
        Column("type", "事实类型", "Type", Kind.CODE),
        Column("title_zh", "事实(中文)", "Fact (Chinese)"),
        Column("title_en", "事实(英文)", "Fact (English)"),
        Column("actor", "经办", "Actor", Kind.SUBJECT),
        Column("behalf", "代表", "On behalf of", Kind.SUBJECT),
        Column("reason", "理由", "Reason"),
        Column("evidence", "凭证种类", "Kinds of evidence", Kind.CODES),
        Column("evidence_sha256", "凭证散列", "Evidence hashes", Kind.CODES),
        count("replaces", "更正的事实", "Replaces"),
        count("voided_by", "作废于", "Voided by"),
        Column("payload", "内容", "Payload"),
    ),
    key=("place",),
    filters=("institution", "type"),
    build=history,
    reads=OFFICES_SEEING_PERSONS,
    needs=(SUBJECT,),
)
