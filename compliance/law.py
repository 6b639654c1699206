"""What statutes ask of prices, licenses and co-owned rights."""

import polars as pl

from compliance.deals import deals
from compliance.items import accounted, unbroken
from compliance.portfolio import IN_FORCE, status_on
from ledger.facts import (
    AnnuityDue,
    AnnuityPaid,
    AssignmentAgreed,
    EquityContributed,
    EvaluationReportIssued,
    LicenseGranted,
    OpenLicenseDeclared,
    PatentFiled,
    PatentPledged,
    PledgeReleased,
)
from ledger.open_licenses import STATUTORY_FROM
from projections.breaches import conflicts
from projections.contracts import licenses
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import filings, standing, standing_each
from projections.pricings import priced
from projections.tape import Tape


def price_notices(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Agreed prices against a public notice that was long enough and over before signing.

    The first day of a notice does not count. While it runs its last day is what is due.
    """
    prices = (
        priced(tape, moment)
        .filter(pl.col("method") == "agreement")
        .with_columns(subject="pricing", starts="notice_starts", ends="notice_ends")
    )
    signed = pl.col("signed").is_not_null()
    broken = (
        prices.filter(signed)
        .with_columns(code="breaches", position="signed_at", on="signed")
        .explode("code", empty_as_null=False)
    )
    undisputed = ~pl.when(signed).then("disputed").otherwise(pl.col("objections_open") > 0)
    shown = prices.filter(
        pl.col("notice_is_full").fill_null(False), pl.col("ends") < moment.as_of, undisputed
    ).with_columns(position="noticed_at", on="ends")
    # Only a notice that still runs has a last day to wait for; afterwards it is no deadline.
    wanted = prices.with_columns(last_day=pl.when(pl.col("ends") >= moment.as_of).then("ends"))
    return accounted(
        wanted,
        shown,
        broken,
        "price-notice-is-open",
        due="last_day",
        as_of=pl.lit(moment.as_of),
    )


def license_conflicts(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses against others on the same patent that keep them out, or that they keep out."""
    wanted = deals(tape, moment, LicenseGranted).join(
        tape.frame(LicenseGranted)
        .filter(pl.col("origin") != "compulsory")
        .select(subject="license"),
        on="subject",
        how="semi",
    )
    broken = conflicts(tape, moment).join(
        wanted.select("position", "on", contract="subject"), on="contract"
    )
    return unbroken(wanted, broken.rename({"contract": "subject"}))


def co_owner_consents(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Deals over co-owned patents, beyond ordinary licenses, against the co-owners' consent.

    Consent is evidence of kind `co-owner-consent` on the deal or the pledge.
    """
    shared = filings(tape, moment).filter(
        (pl.col("owners").list.len() + pl.col("other_owners").list.len()) > 1
    )
    ordinary = tape.frame(LicenseGranted).filter(
        pl.col("terms").struct.field("exclusivity") == "ordinary"
    )
    columns = ("institution", "subject", "position", "on", "patents", "evidence")
    bound = pl.concat(
        [
            deals(tape, moment, LicenseGranted, AssignmentAgreed, EquityContributed).select(
                columns
            ),
            up_to(tape, PatentPledged, moment).with_columns(subject="pledge").select(columns),
        ]
    ).join(ordinary.select(subject="license"), on="subject", how="anti")
    wanted = (
        standing_each(bound, tape, moment)
        .join(shared.select("patent"), on="patent", how="semi")
        .unique("subject", keep="any")
    )
    broken = wanted.filter(~_shown("co-owner-consent")).with_columns(
        code=pl.lit("co-owner-consent-is-missing")
    )
    return unbroken(wanted, broken)


def _shown(kind: str) -> pl.Expr:
    """Whether the fact's evidence holds something of this kind."""
    kinds = pl.col("evidence").list.eval(pl.element().struct.field("kind"))
    return kinds.list.contains(kind)


def open_licenses(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Declarations by statute against what has to hold of the right on their day."""
    declared = (
        standing(up_to(tape, OpenLicenseDeclared, moment), tape, moment)
        .filter(pl.col("scheme") == "open")
        .with_columns(subject="patent")
    )
    turned = status_on(declared, tape, moment)
    alive = pl.col("status").is_in(IN_FORCE).fill_null(False)
    early = declared.filter(pl.col("on") < STATUTORY_FROM)
    found = [
        _obstacle(turned.filter(~alive), "right-is-not-in-force"),
        _obstacle(early, "open-license-scheme-contradicts-day"),
        _obstacle(_under_exclusive(declared, tape, moment), "open-under-exclusive"),
        _obstacle(_unpaid(declared, tape, moment), "annuity-is-unpaid"),
        _obstacle(_pledged(declared, tape, moment), "pledgee-consent-is-missing"),
        _obstacle(_unevaluated(declared, tape, moment), "evaluation-report-is-missing"),
    ]
    wanted = declared.with_columns(subject="declaration")
    broken = pl.concat(found).join(wanted.select("subject", "position", "on"), on="subject")
    return unbroken(wanted, broken)


def _obstacle(frame: pl.LazyFrame, code: str) -> pl.LazyFrame:
    return frame.select(subject="declaration", code=pl.lit(code)).unique()


def _under_exclusive(declared: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    kept_out = (
        licenses(tape, moment)
        .filter(pl.col("exclusivity") != "ordinary")
        .select("institution", "starts", "terminated_on", "patents", last="ends")
        .pipe(standing_each, tape, moment)
        .drop("institution")
    )
    day = pl.col("on")
    return declared.join(kept_out, on="patent").filter(
        pl.col("starts") <= day,
        pl.col("last").is_null() | (day <= pl.col("last")),
        pl.col("terminated_on").is_null() | (day < pl.col("terminated_on")),
    )


def _unpaid(declared: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    paid = standing(up_to(tape, AnnuityPaid, moment), tape, moment)
    paid = paid.group_by("patent", "year").agg(paid_on=pl.col("on").min())
    owed = (
        standing(tape.frame(AnnuityDue), tape, moment)
        .sort("position")
        .unique(["patent", "year"], keep="last")
        .select("patent", "year", "due")
        .join(paid, on=["patent", "year"], how="left")
    )
    unpaid = pl.col("paid_on").is_null() | (pl.col("on") < pl.col("paid_on"))
    return declared.join(owed, on="patent").filter((pl.col("due") < pl.col("on")) & unpaid)


def _pledged(declared: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    released = up_to(tape, PledgeReleased, moment).select("pledge", released="on")
    pledges = (
        up_to(tape, PatentPledged, moment)
        .join(released, on="pledge", how="left")
        .select("institution", "released", "patents", pledged="on")
        .pipe(standing_each, tape, moment)
        .drop("institution")
    )
    return (
        declared.filter(~_shown("pledgee-consent"))
        .join(pledges, on="patent")
        .filter(
            pl.col("pledged") <= pl.col("on"),
            pl.col("released").is_null() | (pl.col("on") < pl.col("released")),
        )
    )


def _unevaluated(declared: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    kinds = tape.frame(PatentFiled).select("patent", "kind").unique()
    reports = (
        up_to(tape, EvaluationReportIssued, moment)
        .group_by("patent")
        .agg(reported=pl.col("on").min())
    )
    late = pl.col("reported").is_null() | (pl.col("reported") > pl.col("on"))
    return (
        declared.filter(~_shown("evaluation-report"))
        .join(kinds, on="patent")
        .filter(pl.col("kind") != "invention")
        .join(reports, on="patent", how="left")
        .filter(late)
    )
