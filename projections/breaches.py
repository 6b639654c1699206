"""Rules of law that deals broke, found again from the facts at any moment, as codes.

The codes are those the ledger gives when a deal is recorded; here late facts count too.
"""

from datetime import date
from functools import cache
from typing import Final

import polars as pl

from ledger.policies.holidays import HOLIDAYS_2018_2026, holiday_calendar
from projections.contracts import assignments, licenses
from projections.moment import Moment
from projections.movements import movements
from projections.patents import right_turns
from projections.pricings import pricing_breaches
from projections.tape import Tape

_KEEPS_OTHERS_OUT: Final = ("exclusive", "sole")
_LICENSABLE: Final = ("pending", "granted", "restored")
_NEEDS_RECORDAL: Final = ("negotiated", "open", "open-pilot")
_CALENDAR = holiday_calendar(HOLIDAYS_2018_2026)

_FOR_EVER: Final = date(9999, 12, 31)


def breaches(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Codes of the rules each contract broke: contract String, breaches List(String), sorted."""
    found = pl.concat(
        [
            conflicts(tape, moment),
            dead_rights(tape, moment),
            late_recordals(tape, moment),
            early_money(tape, moment),
            pricing_breaches(tape, moment),
        ]
    )
    return found.group_by("contract").agg(breaches=pl.col("code").unique().sort())


def conflicts(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses signed although an earlier one on the same patent forbade it: contract, code.

    Two licenses meet when they share a patent, a day, a place (none named = everywhere) and a
    field (none named = every one). A sub-license does not collide with its parent, a compulsory
    license with nobody. Sources: judicial interpretation on technology contracts art. 25 and 27,
    专利法 art. 51, 专利法实施细则 art. 86.
    """
    scopes = _scopes(tape, moment)
    # One of the two keeps others out: joining those few with all spares open licenses' pairs.
    strong = scopes.filter(pl.col("exclusivity").is_in(_KEEPS_OTHERS_OUT))
    pairs = strong.join(scopes, on="patent", suffix="_other").filter(_meet())
    later = pairs.filter(_after()).select("contract", code=_strong_later())
    earlier = pairs.filter(~_after()).select(contract="contract_other", code=_strong_earlier())
    return pl.concat([later, earlier]).drop_nulls("code").unique()


def _scopes(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Each license on each patent with its first and last day; licenses that never ran are out."""
    cut = pl.col("terminated_on") - pl.duration(days=1)
    last = pl.min_horizontal(pl.col("ends"), cut).fill_null(_FOR_EVER)
    places = pl.col("territory").list.eval(pl.element().str.strip_chars().str.to_lowercase())
    return (
        licenses(tape, moment)
        .filter(pl.col("origin") != "compulsory")
        .select(
            "contract",
            "stands_at",
            "signed",
            "exclusivity",
            "origin",
            "parent_license",
            "starts",
            last=last,
            territory=places,
            field=pl.col("field").str.strip_chars().str.to_lowercase(),
            patent="patents",
        )
        .filter(pl.col("starts") <= pl.col("last"))
        .explode("patent", empty_as_null=False)
    )


def _meet() -> pl.Expr:
    kin = (
        pl.col("contract").eq(pl.col("contract_other"))
        | pl.col("contract").eq_missing(pl.col("parent_license_other"))
        | pl.col("contract_other").eq_missing(pl.col("parent_license"))
    )
    period = (pl.col("starts") <= pl.col("last_other")) & (pl.col("starts_other") <= pl.col("last"))
    shared = pl.col("territory").list.set_intersection("territory_other").list.len() > 0
    everywhere = pl.col("territory").list.len().eq(0) | pl.col("territory_other").list.len().eq(0)
    field = pl.col("field").eq(pl.col("field_other")).fill_null(True)
    return ~kin & period & (shared | everywhere) & field


def _after() -> pl.Expr:
    """Whether the first of a pair was signed later; on one day the later recorded counts so."""
    same_day = pl.col("signed") == pl.col("signed_other")
    return (pl.col("signed") > pl.col("signed_other")) | (
        same_day & (pl.col("stands_at") > pl.col("stands_at_other"))
    )


def _strong_later() -> pl.Expr:
    """Code for an exclusive or sole license signed after another."""
    return (
        pl.when(pl.col("exclusivity_other").is_in(_KEEPS_OTHERS_OUT))
        .then(pl.lit("exclusive-licenses-overlap"))
        .when(pl.col("origin_other") == "open")
        .then(pl.lit("exclusive-after-open"))
        .otherwise(pl.lit("exclusive-over-ordinary"))
    )


def _strong_earlier() -> pl.Expr:
    """Code for a license signed after an exclusive or sole one."""
    return (
        pl.when(pl.col("exclusivity_other").is_in(_KEEPS_OTHERS_OUT))
        .then(pl.lit("exclusive-licenses-overlap"))
        .when(pl.col("origin_other") == "open")
        .then(pl.lit("open-under-exclusive"))
        .otherwise(pl.lit("ordinary-under-") + pl.col("exclusivity"))
    )


def dead_rights(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Deals over rights that did not live on signing, or on a license's start: contract, code.

    Applications count as alive. Source: 民法典 art. 865. A start still to come is not judged.
    """
    of_licenses = licenses(tape, moment).select("contract", "patents", "signed", "starts")
    days = pl.concat(
        [
            of_licenses.select("contract", "patents", day="signed"),
            of_licenses.select("contract", "patents", day="starts"),
            assignments(tape, moment).select("contract", "patents", day="signed"),
        ]
    )
    status = right_turns(tape, moment).filter(pl.col("on") <= moment.as_of)
    return (
        days.filter(pl.col("day") <= moment.as_of)
        .rename({"patents": "patent"})
        .explode("patent", empty_as_null=False)
        .sort("day")
        .join_asof(
            status.select("patent", "on", "status"),
            left_on="day",
            right_on="on",
            by="patent",
            check_sortedness=False,
        )
        .filter(~pl.col("status").is_in(_LICENSABLE).fill_null(False))
        .select("contract", code=pl.lit("right-is-not-in-force"))
        .unique()
    )


def recordal_terms(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses that have to be recorded, each with the last day for it.

    contract String, recorded_on, terminated_on, ends, last_day Date. Three months from taking
    effect, to the next working day (专利法实施细则 art. 15; 民法典 art. 201-203).
    """
    effect = pl.max_horizontal("signed", "starts")
    return (
        licenses(tape, moment)
        .filter(pl.col("origin").is_in(_NEEDS_RECORDAL))
        .select("contract", "recorded_on", "terminated_on", ends=effect.dt.offset_by("3mo"))
        .pipe(to_working_day, "ends", "last_day")
    )


def recordal_is_late(moment: Moment) -> pl.Expr:
    """Whether a row of `recordal_terms` was recorded after its last day, or not by then.

    A license that ended before that day needs no recordal any more.
    """
    missing = (
        pl.col("recorded_on").is_null()
        & (pl.col("terminated_on").is_null() | (pl.col("terminated_on") > pl.col("last_day")))
        & (pl.lit(moment.as_of) > pl.col("last_day"))
    )
    return (pl.col("recorded_on") > pl.col("last_day")).fill_null(False) | missing


def late_recordals(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses recorded after the last day for it, or not by then: contract, code."""
    late = recordal_terms(tape, moment).filter(recordal_is_late(moment))
    return late.select("contract", code=pl.lit("recordal-is-late"))


def to_working_day(frame: pl.LazyFrame, day: str, name: str) -> pl.LazyFrame:
    """The frame with the first day from the one in column `day` on which offices work, as `name`.

    Null stays null, and so do days before 1900 and after 2199.
    """
    return frame.join(_calendar().rename({"works": name}), left_on=day, right_on="day", how="left")


@cache
def _calendar() -> pl.LazyFrame:
    """Each `day` with the first one from it on that `works`: no weekend outside known notices.

    Follows `ledger.policies.holidays.is_working_day`.
    """
    day = pl.col("day")
    works = (day.dt.weekday() <= 5) & ~day.is_in(sorted(_CALENDAR.days_off))
    return (
        pl.LazyFrame()
        .select(day=pl.date_range(date(1900, 1, 1), date(2199, 12, 31)))
        .with_columns(works=pl.when(works | day.is_in(sorted(_CALENDAR.make_up_days))).then(day))
        .with_columns(pl.col("works").backward_fill())
        .collect()
        .lazy()
    )


def early_money(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Assignments whose price came before title had passed (专利法 art. 10): contract, code."""
    paid = (
        movements(tape, moment)
        .filter(pl.col("movement") == "allocated", pl.col("purpose") == "assignment-price")
        .group_by("contract")
        .agg(first_paid=pl.col("day").min())
    )
    before = pl.col("registered_on").is_null() | (pl.col("first_paid") < pl.col("registered_on"))
    return (
        assignments(tape, moment)
        .join(paid, on="contract")
        .filter(before)
        .select("contract", code=pl.lit("money-before-registration"))
    )
