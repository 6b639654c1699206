"""What was done before and around a deal: checks, reviews, documents, valuations, recordals."""

from typing import Final

import polars as pl

from compliance.items import accounted, newest
from ledger.facts import (
    AssignmentAgreed,
    AssignmentRegistered,
    ClausesReviewed,
    ContractSigned,
    CounterpartyChecked,
    EquityContributed,
    Fact,
    LicenseGranted,
    LicenseRecorded,
    PartnerAgreementEnded,
    PartnerAgreementSigned,
    StatusChecked,
)
from projections.breaches import early_money, recordal_is_late, recordal_terms
from projections.contracts import assignments
from projections.moment import Moment
from projections.movements import movements, up_to
from projections.tape import Tape

STATUS_CHECK_DAYS: Final = 30
"""How many days before signing a look into the register still counts; this catalogue's choice."""

_DEALS: Final[dict[type[Fact], tuple[str, str]]] = {
    LicenseGranted: ("license", "signed"),
    AssignmentAgreed: ("assignment", "signed"),
    EquityContributed: ("equity", "on"),
}
_SERVICES: Final = ("service-agency", "service-base", "operation-promotion-centre")
_ALLIANCES: Final = ("joint-laboratory", "leading-enterprise", "investment-institution")
_FREE_OF_FIXED_FEES: Final = ("free", "pay-later")


def deals(tape: Tape, moment: Moment, *facts: type[Fact]) -> pl.LazyFrame:
    """Deals signed by the moment's day, of these types of facts or of all three.

    institution, subject String, position Int64, on Date (signed), counterparty String, patents
    List(String), evidence List(Struct).
    """
    return pl.concat(
        [
            tape.frame(fact)
            .select(
                "institution",
                "position",
                "counterparty",
                "patents",
                "evidence",
                subject=_DEALS[fact][0],
                on=_DEALS[fact][1],
            )
            .filter(pl.col("on") <= moment.as_of)
            for fact in facts or tuple(_DEALS)
        ]
    )


def documented() -> pl.Expr:
    """Whether a fact's evidence holds a document by its hash."""
    hashes = pl.col("evidence").list.eval(pl.element().struct.field("sha256"))
    return hashes.list.drop_nulls().list.len() > 0


def before_signing(
    wanted: pl.LazyFrame, checks: pl.LazyFrame, by: list[str], name: str = "subject"
) -> pl.LazyFrame:
    """Each row of `wanted` with the last check on or before its day `on`.

    `checks` have `on`, `position` and the columns `by`; their day and position come back as
    checked_on and checked_at (null = never checked).
    """
    ordered = checks.sort("on", "position").rename({"on": "checked_on", "position": "checked_at"})
    return wanted.sort("on").join_asof(
        ordered,
        left_on="on",
        right_on="checked_on",
        by=by,
        coalesce=False,
        check_sortedness=False,
    )


def status_checks(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses and assignments against looks into the register in the days before signing."""
    wanted = deals(tape, moment, LicenseGranted, AssignmentAgreed)
    checks = up_to(tape, StatusChecked, moment).select(
        "institution",
        "patent",
        "on",
        "position",
        sound=pl.col("in_force") & pl.col("owner_confirmed"),
    )
    each = wanted.rename({"patents": "patent"}).explode("patent", empty_as_null=False)
    looked = before_signing(each, checks, ["institution", "patent"])
    fresh = pl.col("checked_on") >= pl.col("on") - pl.duration(days=STATUS_CHECK_DAYS)
    by_deal = looked.group_by("subject").agg(
        sound=(fresh & pl.col("sound")).fill_null(False).all(),
        unsound=(~pl.col("sound")).fill_null(False).any(),
        position=pl.col("checked_at").max(),
        on=pl.col("checked_on").max(),
    )
    broken = by_deal.filter("unsound").with_columns(code=pl.lit("signed-against-status-check"))
    return accounted(wanted, by_deal.filter("sound"), broken, "status-check-is-missing")


def counterparty_checks(
    tape: Tape, moment: Moment, wanted: pl.LazyFrame, matters: tuple[str, ...]
) -> pl.LazyFrame:
    """Deals against what was found out about the other side, on any of these matters, before."""
    asked = pl.col("matters").list.set_intersection(pl.lit(list(matters))).list.len() > 0
    checks = (
        up_to(tape, CounterpartyChecked, moment)
        .filter(asked)
        .select("institution", "counterparty", "on", "position", "outcome")
    )
    looked = before_signing(wanted, checks, ["institution", "counterparty"])
    found = looked.select(
        "subject",
        "outcome",
        position="checked_at",
        on="checked_on",
        code=pl.lit("signed-with-bad-faith-party"),
    )
    return accounted(
        wanted,
        found.filter(pl.col("outcome") == "sound"),
        found.filter(pl.col("outcome") == "bad-faith"),
        "counterparty-check-is-missing",
    )


def intents_to_work(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Negotiated licenses and assignments against checks of the will to work the patent."""
    negotiated = tape.frame(LicenseGranted).filter(pl.col("origin") == "negotiated")
    wanted = pl.concat(
        [
            deals(tape, moment, LicenseGranted).join(
                negotiated.select(subject="license"), on="subject", how="semi"
            ),
            deals(tape, moment, AssignmentAgreed),
        ]
    )
    return counterparty_checks(tape, moment, wanted, ("intent-to-work",))


def partner_strengths(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Contributions of patents against checks of the company's strength."""
    wanted = deals(tape, moment, EquityContributed)
    return counterparty_checks(tape, moment, wanted, ("capability", "credit"))


def written_contracts(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses and assignments against the document on record and the fee it has to state."""
    wanted = deals(tape, moment, LicenseGranted, AssignmentAgreed)
    amounts = pl.sum_horizontal("fixed_fee_fen", "entry_fee_fen", "minimum_royalty_fen")
    unstated = (
        tape.frame(LicenseGranted)
        .filter(pl.col("signed") <= moment.as_of)
        .select("position", "terms", subject="license", on="signed")
        .unnest("terms")
        .filter(
            ~pl.col("payment").is_in(_FREE_OF_FIXED_FEES),
            amounts == 0,
            pl.col("royalty_rate").struct.field("numerator").is_null(),
            pl.col("instalments").list.len() == 0,
        )
        .with_columns(code=pl.lit("fee-is-not-stated"))
    )
    return accounted(wanted, wanted.filter(documented()), unstated, "document-is-not-on-record")


def reviews(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Everything signed with another side against the review of its clauses before."""
    signed = ("institution", "position", "signed")
    further = [
        up_to(tape, fact, moment).select(*signed, subject=name).rename({"signed": "on"})
        for fact, name in ((ContractSigned, "contract"), (PartnerAgreementSigned, "partner"))
    ]
    columns = ("institution", "position", "on", "subject")
    wanted = pl.concat(
        [deals(tape, moment).select(columns), *(frame.select(columns) for frame in further)]
    )
    checks = up_to(tape, ClausesReviewed, moment).select(
        "on", "position", "outcome", subject="contract"
    )
    found = before_signing(wanted, checks, ["subject"]).select(
        "subject",
        "outcome",
        position="checked_at",
        on="checked_on",
        code=pl.lit("signed-against-review"),
    )
    return accounted(
        wanted,
        found.filter(pl.col("outcome") == "agreed"),
        found.filter(pl.col("outcome") == "changes-asked"),
        "clauses-are-not-reviewed",
    )


def agreements(
    tape: Tape, moment: Moment, classes: tuple[str, ...], settled: tuple[str, ...]
) -> pl.LazyFrame:
    """Live agreements with partners of these classes: what they settle, and their document.

    An agreement that leaves something of `settled` open is a breach, one without its document a
    gap; those that ended are not asked any more.
    """
    ended = up_to(tape, PartnerAgreementEnded, moment).select("partner")
    live = (
        up_to(tape, PartnerAgreementSigned, moment)
        .filter(
            pl.col("partner_class").is_in(classes),
            pl.col("ends").is_null() | (pl.col("ends") >= moment.as_of),
        )
        .join(ended, on="partner", how="anti")
        .with_columns(subject="partner", on="signed")
    )
    open_ = live.filter(~pl.all_horizontal(settled)).with_columns(
        code=pl.lit("agreement-leaves-rights-open")
    )
    return accounted(live, live.filter(documented()), open_, "document-is-not-on-record")


def service_agreements(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Agreements with outside services, which have to settle ownership and secrecy."""
    return agreements(tape, moment, _SERVICES, ("settles_ownership", "settles_secrecy"))


def alliance_agreements(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Agreements on working together, which have to settle ownership."""
    return agreements(tape, moment, _ALLIANCES, ("settles_ownership",))


def recordals(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses against their recordal within three months; those ended before it need none."""
    recorded = up_to(tape, LicenseRecorded, moment)
    terms = recordal_terms(tape, moment).rename({"contract": "subject"})
    over = (pl.col("terminated_on") <= pl.col("last_day")).fill_null(False)
    wanted = (
        deals(tape, moment, LicenseGranted)
        .join(terms.select("subject", "last_day", "recorded_on", "terminated_on"), on="subject")
        .filter(pl.col("recorded_on").is_not_null() | ~over)
    )
    shown = recorded.select("position", "on", subject="license")
    doing = newest(shown).select("subject", done_at="position", done_on="on")
    broken = (
        wanted.filter(recordal_is_late(moment))
        .join(doing, on="subject", how="left")
        .select(
            "subject",
            position=pl.coalesce("done_at", "position"),
            on=pl.coalesce("done_on", "on"),
            code=pl.lit("recordal-is-late"),
        )
    )
    return accounted(
        wanted, shown, broken, "recordal-is-open", due="last_day", as_of=pl.lit(moment.as_of)
    )


def registrations(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Assignments against their registration, before which no title passes and no price is due."""
    done = assignments(tape, moment).select("rescinded_on", "registered_on", subject="contract")
    wanted = (
        deals(tape, moment, AssignmentAgreed)
        .join(done, on="subject")
        .filter(pl.col("rescinded_on").is_null())
    )
    shown = (
        up_to(tape, AssignmentRegistered, moment)
        .select("position", "on", subject="assignment")
        .join(done.drop_nulls("registered_on"), on="subject", how="semi")
    )
    paid = (
        movements(tape, moment)
        .filter(pl.col("movement") == "allocated", pl.col("purpose") == "assignment-price")
        .sort("day", "position")
        .group_by("contract", maintain_order=True)
        .agg(pl.col("position").first(), on=pl.col("day").first())
    )
    broken = early_money(tape, moment).join(paid, on="contract").rename({"contract": "subject"})
    return accounted(wanted, shown, broken, "registration-is-open")


def followed_up(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """What became of licenses and assignments after signing: recordals and registrations."""
    return pl.concat([recordals(tape, moment), registrations(tape, moment)])
