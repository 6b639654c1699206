"""Is anything missing? Records kept elsewhere laid beside those of the ledger, line by line."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import polars as pl

from ledger.facts import (
    AssignmentRegistered,
    ExchangeListed,
    ExchangeTraded,
    LicenseGranted,
    LicenseRecorded,
)
from ledger.facts.audits import Compared
from projections.contracts import assignments, licenses
from projections.fact_titles import Title
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Kind, count

LISTED: Final = pl.Schema(
    {"row": pl.Int64(), "patent": pl.String(), "number": pl.String(), "on": pl.Date()}
)
"""A list from elsewhere: one row a patent, with the office's or exchange's number if it has one."""

VERDICTS: Final = {
    "matched": Title("一致", "matched"),
    "differs": Title("日期或编号不同", "another date or number"),
    "record-missing": Title("合同在册、登记未录", "deal held, record not"),
    "deal-missing": Title("台账无此交易", "nothing held"),
    "only-held": Title("清单缺此记录", "not in the list"),
    "unread": Title("无法读取", "unread"),
}
"""What people call the outcome of a comparison, line by line."""

_HELD: Final = ("institution", "patent", "subject", "number", "on", "position")

COLUMNS: Final = (
    OF_INSTITUTION,
    Column("compared", "比对结果", "Compared", Kind.CODE),
    count("row", "清单行", "Row of the list"),
    Column("patent", "专利", "Patent", Kind.SUBJECT),
    Column("number", "清单编号", "Number in the list"),
    Column("on", "清单日期", "Date in the list", Kind.DATE),
    Column("subject", "台账事项", "Held under", Kind.SUBJECT),
    Column("held_number", "台账编号", "Number held"),
    Column("held_on", "台账日期", "Date held", Kind.DATE),
    count("position", "事实位置", "Position of the fact"),
)
"""What a comparison tells of each line:

`matched`; `differs` (the same record under another date or number); `record-missing` (a deal on
the patent is held, its record is not); `deal-missing` (nothing is held); `only-held` (the list
lacks what the ledger has).
"""


def _license_recordals(tape: Tape, moment: Moment) -> pl.LazyFrame:
    granted = tape.frame(LicenseGranted).select("institution", "license", "patents")
    recorded = up_to(tape, LicenseRecorded, moment).select(
        "license", "on", "position", number="recordal_number"
    )
    return recorded.join(granted, on="license").with_columns(subject="license")


def _assignment_recordals(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return up_to(tape, AssignmentRegistered, moment).with_columns(
        subject="assignment", number=pl.lit(None, pl.String)
    )


def _exchange_trades(tape: Tape, moment: Moment) -> pl.LazyFrame:
    listed = tape.frame(ExchangeListed).select("listing", "patents")
    traded = up_to(tape, ExchangeTraded, moment)
    return traded.join(listed, on="listing").with_columns(subject="contract", number="certificate")


def _deals(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return pl.concat(
        [
            each(tape, moment).select("institution", "patents", subject="contract")
            for each in (licenses, assignments)
        ]
    )


def _licensed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return licenses(tape, moment).select("institution", "patents", subject="contract")


def _assigned(tape: Tape, moment: Moment) -> pl.LazyFrame:
    return assignments(tape, moment).select("institution", "patents", subject="contract")


_Frame = Callable[[Tape, Moment], pl.LazyFrame]
_SOURCES: Final[Mapping[Compared, tuple[_Frame, _Frame]]] = {
    "license-recordals": (_license_recordals, _licensed),
    "assignment-recordals": (_assignment_recordals, _assigned),
    "exchange-trades": (_exchange_trades, _deals),
}
"""The records of each kind, and the deals that such a record should rest on."""


def compared(
    kind: Compared,
    listed: pl.DataFrame,
    tape: Tape,
    moment: Moment,
    institution: str,
    span: tuple[date, date],
) -> pl.DataFrame:
    """Every line of the list (columns of LISTED) and every record the ledger holds within `span`.

    Columns of COLUMNS in order of `compared`, row and patent. A line and a record are one where the
    patent and, if both have one, the number agree; else where patent and date agree.
    """
    records, deals = _SOURCES[kind]
    own = pl.col("institution") == institution
    held = (
        records(tape, moment)
        .filter(own)
        .explode("patents", empty_as_null=False)
        .select(pl.col(name) for name in ("patents", *_HELD) if name != "patent")
        .rename({"patents": "patent"})
        .sort("patent", "on", "position")
        .collect()
    )
    known = (
        deals(tape, moment)
        .filter(own)
        .explode("patents", empty_as_null=False)
        .group_by(patent="patents")
        .agg(pl.col("subject").max())
        .collect()
    )
    pairs = _pairs(listed, held)
    first, last = span
    alone = held.join(pairs, on=["position", "patent"], how="anti").filter(
        pl.col("on").is_between(first, last)
    )
    told = pl.concat(
        [_paired(listed, held, pairs), _unheld(listed, pairs, known), _unlisted(alone)],
        how="diagonal_relaxed",
    )
    return (
        told.with_columns(institution=pl.lit(institution))
        .select(column.name for column in COLUMNS)
        .sort("compared", "row", "patent", "position", nulls_last=True)
    )


def _plain(number: str) -> pl.Expr:
    """A number without what offices write differently: blanks and case."""
    return pl.col(number).str.replace_all(r"\s", "").str.to_uppercase()


def _pairs(listed: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Which line is which record: row, patent, position; each of them once.

    Numbers decide first; of what is left the same date; of what is left the same patent, where
    one line and one record remain.
    """
    lines = listed.with_columns(plain=_plain("number"))
    records = held.with_columns(plain=_plain("number"))
    pairs = pl.DataFrame(schema={"row": pl.Int64, "patent": pl.String, "position": pl.Int64})
    for keys in (["patent", "plain"], ["patent", "on"], ["patent"]):
        left = lines.join(pairs, on=["row", "patent"], how="anti")
        right = records.join(pairs, on=["position", "patent"], how="anti")
        place = pl.int_range(pl.len()).over(keys).alias("place")
        met = left.with_columns(place).join(
            right.with_columns(place).select(*keys, "place", "position"), on=[*keys, "place"]
        )
        pairs = pl.concat([pairs, met.select(pairs.columns)])
    return pairs


def _paired(listed: pl.DataFrame, held: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    records = held.select("patent", "position", "subject", held_number="number", held_on="on")
    both = listed.join(pairs, on=["row", "patent"]).join(records, on=["patent", "position"])
    one_number = _plain("number").eq(_plain("held_number")).fill_null(True)
    same = one_number & (pl.col("on") == pl.col("held_on"))
    return both.with_columns(
        compared=pl.when(same).then(pl.lit("matched")).otherwise(pl.lit("differs"))
    )


def _unheld(listed: pl.DataFrame, pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    missing = listed.join(pairs, on=["row", "patent"], how="anti").join(
        known, on="patent", how="left"
    )
    deal = pl.col("subject").is_not_null()
    return missing.with_columns(
        compared=pl.when(deal).then(pl.lit("record-missing")).otherwise(pl.lit("deal-missing"))
    )


def _unlisted(alone: pl.DataFrame) -> pl.DataFrame:
    renamed = alone.rename({"number": "held_number", "on": "held_on"})
    return renamed.with_columns(compared=pl.lit("only-held"))
