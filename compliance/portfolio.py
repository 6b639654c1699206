"""Grades, the keeping of patents, and annuities: what is asked of every patent in force."""

from typing import Final

import polars as pl

from compliance.clause import Bearing
from compliance.items import accounted, items, newest, nothing_broken
from ledger.facts import (
    AnnuityDue,
    AnnuityPaid,
    HighValueTagged,
    HighValueUntagged,
    MaintenanceDecided,
    NumberClaimed,
    PatentGraded,
    PatentLapsed,
    PatentRestored,
)
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import filings, number_claims, standing
from projections.patents import right_turns, transfers
from projections.tape import Tape

_ALL_ASPECTS: Final = 4
_GRACE: Final = "6mo"
"""Late annuities may still be paid for six months, with a surcharge (专利法实施细则)."""
IN_FORCE: Final = ("granted", "restored")
LIVING: Final = ("pending", "published", "granted", "restored")
_DEAD: Final = ("lapsed", "abandoned", "expired", "invalidated", "withdrawn", "rejected")


def held(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents in force at the moment that the institution did not pass on.

    institution, subject String, position Int64 (of the filing), on Date (in force since).
    """
    passed = transfers(tape, moment).select(subject="patent")
    owners = filings(tape, moment).select("institution", "position", subject="patent")
    return (
        in_force(tape, moment)
        .join(owners, on="subject")
        .join(passed, on="subject", how="anti")
        .select("institution", "subject", "position", "on")
    )


def in_force(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents whose right lives at the moment: subject String, on Date (of its last turn)."""
    return (
        right_turns(tape, moment)
        .filter(pl.col("on") <= moment.as_of)
        .group_by("patent", maintain_order=True)
        .last()
        .filter(pl.col("status").is_in(IN_FORCE))
        .select("on", subject="patent")
    )


def status_on(frame: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Rows about a patent (`subject`) with the status of its right on their day `on`."""
    turned = right_turns(tape, moment).filter(pl.col("on") <= moment.as_of)
    return frame.sort("on").join_asof(
        turned.select("status", subject="patent", turned_on="on"),
        left_on="on",
        right_on="turned_on",
        by="subject",
        check_sortedness=False,
    )


def grades(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Every grade given; one for a right that was dead by then is a breach."""
    given = up_to(tape, PatentGraded, moment).select(
        "institution", "position", "on", subject="patent"
    )
    judged = status_on(given, tape, moment)
    dead = pl.col("status").is_in(_DEAD).fill_null(False)
    return pl.concat(
        [
            items(judged.filter(~dead), Bearing.EVIDENCE),
            items(judged.filter(dead), Bearing.BREACH, "grade-given-to-dead-right"),
        ]
    )


def graded_list(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents in force against their newest grade, which has to rest on all four aspects.

    A high-value tag that still stands on something else than an invention in force is a breach.
    """
    graded = standing(up_to(tape, PatentGraded, moment), tape, moment)
    full = newest(graded.with_columns(subject="patent")).filter(
        pl.col("aspects").list.n_unique() >= _ALL_ASPECTS
    )
    untagged = up_to(tape, HighValueUntagged, moment).select("patent", "tag", undone="on")
    inventions = filings(tape, moment).filter(pl.col("kind") == "invention")
    fit = in_force(tape, moment).join(inventions.select(subject="patent"), on="subject", how="semi")
    unfit = (
        standing(up_to(tape, HighValueTagged, moment), tape, moment)
        .join(untagged, on=["patent", "tag"], how="left")
        .filter(pl.col("undone").is_null() | (pl.col("undone") < pl.col("on")))
        .with_columns(subject="patent")
        .join(fit, on="subject", how="anti")
    )
    return pl.concat(
        [
            accounted(held(tape, moment), full, nothing_broken(), "patent-lacks-full-grading"),
            items(newest(unfit), Bearing.BREACH, "high-value-tag-does-not-suit"),
        ]
    )


def kept_by_decision(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents in force against the newest decision to keep them up or to let them go.

    One that was to be kept and lapsed for want of its annuity, and was not restored, is a breach.
    """
    decisions = standing(up_to(tape, MaintenanceDecided, moment), tape, moment)
    decided = newest(decisions.with_columns(subject="patent"))
    restored = up_to(tape, PatentRestored, moment).select("patent", restored="on")
    lost = (
        newest(
            standing(up_to(tape, PatentLapsed, moment), tape, moment).with_columns(subject="patent")
        )
        .filter(pl.col("cause") == "unpaid-annuity")
        .join(decided.select("subject", "decision", decided="on"), on="subject")
        .filter(pl.col("decision") == "keep", pl.col("decided") <= pl.col("on"))
        .join(restored, on="patent", how="left")
        .filter(pl.col("restored").is_null() | (pl.col("restored") < pl.col("on")))
    )
    return pl.concat(
        [
            accounted(held(tape, moment), decided, nothing_broken(), "keeping-is-not-decided"),
            items(newest(lost), Bearing.BREACH, "kept-patent-lapsed"),
        ]
    )


def annuities(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Annuities known to fall due, each with the last day of the six months' grace.

    Paid by that day, or the patent given up by decision before it: evidence. Paid later or not at
    all: a breach. Past its due day within the grace: a gap. Still to come: due.
    """
    key = ["patent", "year"]
    paid = (
        standing(up_to(tape, AnnuityPaid, moment), tape, moment)
        .sort("on", "position")
        .group_by(key, maintain_order=True)
        .agg(paid_on=pl.col("on").first(), paid_at=pl.col("position").first())
    )
    decisions = standing(up_to(tape, MaintenanceDecided, moment), tape, moment)
    given_up = newest(decisions.with_columns(subject="patent"))
    given_up = given_up.filter(pl.col("decision") == "give-up").select(
        "patent", given_up_on="on", given_up_at="position"
    )
    owners = filings(tape, moment).select("patent", "institution")
    rows = (
        standing(tape.frame(AnnuityDue), tape, moment)
        .drop("institution")
        .sort("position")
        .unique(key, keep="last", maintain_order=True)
        .join(owners, on="patent")
        .join(paid, on=key, how="left")
        .join(given_up, on="patent", how="left")
        .with_columns(payable=pl.col("due"), due=pl.col("due").dt.offset_by(_GRACE))
        .with_columns(
            subject=pl.col("patent"),
            position=pl.coalesce("paid_at", "given_up_at", "position"),
            on=pl.coalesce("paid_on", "given_up_on", "payable"),
        )
    )
    done = pl.coalesce("paid_on", "given_up_on").is_not_null()
    late = pl.when(done).then(pl.col("on") > pl.col("due")).otherwise(moment.as_of > pl.col("due"))
    in_grace = pl.col("payable") < moment.as_of
    code = (
        pl.when(done)
        .then(pl.lit("annuity-paid-after-grace"))
        .otherwise(pl.lit("annuity-is-unpaid"))
    )
    open_ = rows.filter(~done & ~late)
    return pl.concat(
        [
            items(rows.filter(done & ~late), Bearing.EVIDENCE, due="due"),
            items(rows.filter(late), Bearing.BREACH, code, "due"),
            items(open_.filter(in_grace), Bearing.GAP, "annuity-is-in-grace", "due"),
            items(open_.filter(~in_grace), Bearing.DUE, "annuity-is-open", "payable"),
        ]
    )


_OTHER_SIDE: Final = {"registered": "claimed", "claimed": "registered"}


def numbers(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents on file, and claims to numbers that the bureau has not settled yet.

    A number that is counted for nobody is a breach of either, each told its own position. Where a
    claim stands, whoever has not shown the patent office's record has a gap.
    """
    positions = (
        number_claims(tape, moment, {})
        .filter(pl.col("number_status") != "settled")
        .select(
            "institution",
            "said",
            "proven_on",
            "number_status",
            subject=pl.coalesce("claim", "patent"),
        )
    )
    files = filings(tape, moment).select("institution", "position", subject="patent", on="filed")
    claims = (
        up_to(tape, NumberClaimed, moment)
        .select("institution", "position", "on", subject="claim")
        .join(positions, on=["institution", "subject"], how="semi")
    )
    rows = pl.concat([files, claims], how="diagonal").join(
        positions, on=["institution", "subject"], how="left"
    )
    contested = (pl.col("number_status") == "contested").fill_null(False)
    open_ = pl.col("number_status").is_not_null() & pl.col("proven_on").is_null() & ~contested
    code = pl.format("number-{}-by-another", pl.col("said").replace(_OTHER_SIDE))
    return pl.concat(
        [
            items(rows.filter(contested), Bearing.BREACH, code),
            items(rows.filter(open_), Bearing.GAP, "office-record-is-not-shown"),
            items(rows.filter(~contested & ~open_), Bearing.EVIDENCE),
        ]
    )
