"""Patent numbers that two institutions say they hold: whose file counts, and which are contested.

One rule for all views and figures. A number is contested while a claim with the patent office's
record stands unsettled against a file for which that record was shown too (or that the bureau
settled before): it is then counted for neither.
"""

from typing import Final

import polars as pl

from ledger.facts import (
    Fact,
    NumberClaimed,
    NumberProven,
    NumberSettled,
    NumberSettlementProposed,
    PatentFiled,
)
from projections.kept import Reach
from projections.moment import Moment
from projections.movements import up_to
from projections.sharing import shared
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View

CLAIMS: Final[tuple[type[Fact], ...]] = (NumberClaimed, NumberProven, NumberSettled)
"""Facts about numbers that whatever counts patents depends on, whoever recorded them."""


@shared
def contested(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Numbers that are counted for nobody on the moment's day: patent String, each once."""
    proofs = up_to(tape, NumberProven, moment).select("patent", "claim")
    settled = up_to(tape, NumberSettled, moment).select("patent", "claim")
    open_claims = (
        up_to(tape, NumberClaimed, moment)
        .join(proofs, on="claim", how="semi")
        .join(settled, on="claim", how="anti")
    )
    shown = pl.concat([proofs.filter(pl.col("claim").is_null()), settled])
    return open_claims.join(shown, on="patent", how="semi").select("patent").unique()


def uncontested(frame: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The rows of a frame whose `patent` is counted for whoever holds it."""
    numbers = contested(tape, moment)
    if NumberClaimed.TOPIC not in tape.topics:
        return frame
    return frame.join(numbers, on="patent", how="anti", maintain_order="left")


@shared
def _aside(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Institutions whose file of a number does not stand on the moment's day.

    patent, institution String. Before the first settlement takes effect the number stands for the
    institution to whose file it was told.
    """
    told = tape.frame(NumberSettled).sort("on", "stands_at")
    on_file = told.filter(pl.col("claim").is_null())
    first = on_file.sort("stands_at").group_by("patent").agg(pl.col("institution").first())
    now = (
        on_file.filter(pl.col("on") <= moment.as_of)
        .group_by("patent", maintain_order=True)
        .agg(pl.col("holder").last())
    )
    holders = first.join(now, on="patent", how="left").select(
        "patent", institution=pl.coalesce("holder", "institution")
    )
    everybody = pl.concat(
        [told.select("patent", "institution"), told.select("patent", institution="holder")]
    )
    return everybody.unique().join(holders, on=["patent", "institution"], how="anti")


def standing(frame: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The rows about a `patent` that an institution recorded in a file which stands.

    What an institution wrote of a number that the bureau settled for another is left out.
    """
    aside = _aside(tape, moment)
    if NumberSettled.TOPIC not in tape.topics:
        return frame
    by = ["patent", "institution"]
    return frame.join(aside, on=by, how="anti", maintain_order="left")


def standing_each(frame: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """As `standing`, of rows about many `patents`: one row a `patent`."""
    each = frame.rename({"patents": "patent"}).explode("patent", empty_as_null=False)
    return standing(each, tape, moment)


def counted(frame: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The rows about a `patent` that count: recorded in the file that stands, and uncontested."""
    return uncontested(standing(frame, tape, moment), tape, moment)


def filings(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The filings by the moment, one a number: that of the institution for which it stands."""
    return standing(up_to(tape, PatentFiled, moment), tape, moment)


def number_claims(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a number and institution that registered or claims it, where anybody claims it.

    Each institution reads its own row, which tells nothing of the other but that it is there.
    """
    claimed = up_to(tape, NumberClaimed, moment)
    told = _last(up_to(tape, NumberSettled, moment)).select(
        "patent", "claim", "grounds", held_for="holder", settled_on="on"
    )
    waiting = claimed.join(told, on="claim", how="anti").select("patent", waits=True).unique()
    proven = _last(up_to(tape, NumberProven, moment)).select("patent", "claim", proven_on="on")
    proposed = _last(up_to(tape, NumberSettlementProposed, moment))
    rows = (
        pl.concat([_registered(claimed, tape, moment), _claimed(claimed)])
        .join(contested(tape, moment).with_columns(contested=True), on="patent", how="left")
        .join(waiting, on="patent", how="left")
        .join(proposed.select("claim", proposed_on="on"), on="claim", how="left")
    )
    for facts in (proven, told):
        rows = rows.join(facts, on=["patent", "claim"], how="left", nulls_equal=True)
    open_still = pl.col("waits") & (pl.col("claim").is_null() | pl.col("settled_on").is_null())
    status = pl.when("contested").then(pl.lit("contested"))
    return rows.with_columns(
        number_status=status.when(open_still).then(pl.lit("claimed")).otherwise(pl.lit("settled"))
    )


_ROW: Final = ("institution", "patent", "title", "filed")


def _registered(claimed: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The first file of each claimed number."""
    files = up_to(tape, PatentFiled, moment).join(claimed, on="patent", how="semi")
    first = files.sort("stands_at").unique("patent", keep="first", maintain_order=True)
    said = {"said": pl.lit("registered"), "said_on": pl.lit(None, pl.Date)}
    return first.select(*_ROW, **said, claim=pl.lit(None, pl.String))


def _claimed(claimed: pl.LazyFrame) -> pl.LazyFrame:
    return claimed.select(*_ROW, "claim", said=pl.lit("claimed"), said_on="on").select(
        *_ROW, "said", "said_on", "claim"
    )


def _last(facts: pl.LazyFrame) -> pl.LazyFrame:
    """The last fact told of each number's file and of each claim to it."""
    by = ["patent", "claim"]
    return facts.sort("on", "stands_at").unique(by, keep="last", maintain_order=True)


NUMBER_CLAIMS = View(
    name="number-claims",
    zh="专利号争议台账",
    en="Claims to patent numbers",
    columns=(
        OF_INSTITUTION,
        Column("patent", "专利", "Patent", Kind.SUBJECT),
        Column("said", "立场", "Position", Kind.CODE),
        Column("claim", "主张", "Claim", Kind.SUBJECT),
        Column("said_on", "主张日", "Claimed on", Kind.DATE),
        Column("title", "名称", "Title"),
        Column("filed", "申请日", "Filed on", Kind.DATE),
        Column("proven_on", "登记簿副本提交日", "Office record shown on", Kind.DATE),
        Column("number_status", "争议状态", "Status", Kind.CODE),
        Column("proposed_on", "归属意见提出日", "Settlement proposed on", Kind.DATE),
        Column("settled_on", "裁定日", "Settled on", Kind.DATE),
        Column("held_for", "裁定归属", "Settled for", Kind.SUBJECT),
        Column("grounds", "裁定依据", "Grounds"),
    ),
    key=("patent", "said", "institution"),
    filters=("institution", "patent", "number_status"),
    build=number_claims,
    reach=Reach("patent", ("patent",), whole=(*CLAIMS, NumberSettlementProposed)),
)
