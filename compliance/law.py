"""What statutes ask of prices, licenses and co-owned rights."""

from typing import Final

import polars as pl

from compliance.deals import deals
from compliance.items import accounted, unbroken
from compliance.portfolio import IN_FORCE, status_on
from ledger.facts import (
    AnnuityDue,
    AnnuityPaid,
    AssignmentAgreed,
    ContractSigned,
    EquityContributed,
    EvaluationReportIssued,
    LicenseGranted,
    NoticePosted,
    ObjectionRaised,
    ObjectionResolved,
    OpenLicenseDeclared,
    PatentFiled,
    PatentPledged,
    PledgeReleased,
    PolicyAdopted,
    PriceDetermined,
)
from ledger.open_licenses import STATUTORY_FROM
from ledger.policies import POLICIES
from ledger.policies.pricing_notice import PRICING_NOTICE_2016, notice_days_min
from projections.breaches import conflicts
from projections.contracts import licenses
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape

_NOTICE: Final = PRICING_NOTICE_2016.id


def notice_days(tape: Tape) -> pl.LazyFrame:
    """The least days of a notice by the newest version adopted, else the first: days_min Int64."""
    versions = [policy for policy in POLICIES if policy.id == _NOTICE]
    shipped = pl.LazyFrame(
        [(policy.version, notice_days_min(policy)) for policy in versions],
        schema={"version": pl.Int64, "days_min": pl.Int64},
        orient="row",
    )
    adopted = (
        tape.frame(PolicyAdopted)
        .filter(pl.col("policy") == f"policy:{_NOTICE}")
        .select(version=pl.col("version").max().fill_null(PRICING_NOTICE_2016.version))
    )
    return shipped.join(adopted, on="version").select("days_min")


def _signings(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """When each contract was signed: contract String, signed Date, signed_at Int64."""
    services = up_to(tape, ContractSigned, moment).select(
        "contract", "signed", signed_at="position"
    )
    signed = deals(tape, moment).select(contract="subject", signed="on", signed_at="position")
    return pl.concat([signed, services])


def _agreed_prices(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Agreed prices, each with its longest notice, the contract it led to, and open objections.

    institution, subject String, position Int64, on, starts, ends Date, full Boolean (the notice
    runs long enough; null = none posted), noticed_at Int64, signed Date, signed_at Int64, objected
    Boolean (an objection was open on signing, or is so now).
    """
    notices = (
        tape.frame(NoticePosted)
        .join(notice_days(tape), how="cross")
        .with_columns(days=(pl.col("ends") - pl.col("starts")).dt.total_days())
        .sort("days", "ends", "position")
        .group_by("pricing", maintain_order=True)
        .agg(
            pl.col("starts", "ends").last(),
            full=(pl.col("days") >= pl.col("days_min")).last(),
            noticed_at=pl.col("position").last(),
        )
    )
    resolved = up_to(tape, ObjectionResolved, moment).select("pricing", "number", resolved="on")
    prices = (
        up_to(tape, PriceDetermined, moment)
        .filter(pl.col("method") == "agreement")
        .join(notices, on="pricing", how="left")
        .join(_signings(tape, moment), on="contract", how="left")
    )
    then = pl.coalesce("signed", pl.lit(moment.as_of))
    objected = (
        up_to(tape, ObjectionRaised, moment)
        .select("pricing", "number", raised="on")
        .join(resolved, on=["pricing", "number"], how="left")
        .join(prices.select("pricing", "signed"), on="pricing")
        .filter(
            pl.col("raised") <= then,
            pl.col("resolved").is_null() | (then < pl.col("resolved")),
        )
        .select("pricing", objected=True)
        .unique()
    )
    return prices.join(objected, on="pricing", how="left").with_columns(
        pl.col("objected").fill_null(False), subject="pricing"
    )


def price_notices(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Agreed prices against a public notice that was long enough and over before signing.

    The first day of a notice does not count. While it runs its last day is what is due.
    """
    prices = _agreed_prices(tape, moment)
    signed = pl.col("signed").is_not_null()
    early = (pl.col("signed") <= pl.col("ends")).fill_null(True)
    broken = (
        prices.filter(signed)
        .with_columns(
            code=pl.when(early)
            .then(pl.lit("contract-precedes-end-of-notice"))
            .when(~pl.col("full"))
            .then(pl.lit("price-notice-is-short"))
            .when("objected")
            .then(pl.lit("contract-signed-under-objection")),
            position="signed_at",
            on="signed",
        )
        .drop_nulls("code")
    )
    shown = prices.filter(
        pl.col("full").fill_null(False),
        pl.col("ends") < moment.as_of,
        ~pl.col("objected"),
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
    shared = tape.frame(PatentFiled).filter(
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
        bound.explode("patents", empty_as_null=False)
        .join(shared.select(patents="patent"), on="patents", how="semi")
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
        up_to(tape, OpenLicenseDeclared, moment)
        .filter(pl.col("scheme") == "open")
        .with_columns(subject="patent")
    )
    standing = status_on(declared, tape, moment)
    alive = pl.col("status").is_in(IN_FORCE).fill_null(False)
    early = declared.filter(pl.col("on") < STATUTORY_FROM)
    found = [
        _obstacle(standing.filter(~alive), "right-is-not-in-force"),
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
        .select("starts", "terminated_on", last="ends", patent="patents")
        .explode("patent", empty_as_null=False)
    )
    day = pl.col("on")
    return declared.join(kept_out, on="patent").filter(
        pl.col("starts") <= day,
        pl.col("last").is_null() | (day <= pl.col("last")),
        pl.col("terminated_on").is_null() | (day < pl.col("terminated_on")),
    )


def _unpaid(declared: pl.LazyFrame, tape: Tape, moment: Moment) -> pl.LazyFrame:
    paid = (
        up_to(tape, AnnuityPaid, moment).group_by("patent", "year").agg(paid_on=pl.col("on").min())
    )
    owed = (
        tape.frame(AnnuityDue)
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
        .select("released", patent="patents", pledged="on")
        .explode("patent", empty_as_null=False)
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
    kinds = tape.frame(PatentFiled).select("patent", "kind")
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
