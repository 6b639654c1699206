"""What was done to bring patents to the market: risks weighed, plans decided, offers made."""

from typing import Final

import polars as pl

from compliance.clause import Bearing
from compliance.deals import deals
from compliance.items import accounted, items
from compliance.portfolio import LIVING, status_on
from ledger.facts import (
    ActorRegistered,
    DecisionRecorded,
    DemandClosed,
    DemandRecorded,
    EventHeld,
    LeadOpened,
    PatentFiled,
    RiskAssessed,
    SupplyListed,
    SupplyWithdrawn,
)
from projections.decisions import approvals
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape

_PLANS: Final = ("disposal", "pricing")


def persons(tape: Tape) -> pl.LazyFrame:
    """Which human an actor is: actor, person String; programs stand for themselves."""
    return tape.frame(ActorRegistered).select(
        actor="registered", person=pl.coalesce("person", "registered")
    )


def risks_weighed(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Deals against the assessment of their risk, of themselves or of one of their patents.

    What was assessed only after signing is a breach.
    """
    wanted = deals(tape, moment)
    assessed = (
        up_to(tape, RiskAssessed, moment)
        .select("institution", "position", "about", assessed_on="on")
        .explode("about", empty_as_null=False)
    )
    about = pl.concat_list(pl.col("patents"), pl.col("subject"))
    first = (
        wanted.select("institution", "subject", "on", about=about)
        .explode("about", empty_as_null=False)
        .join(assessed, on=["institution", "about"])
        .sort("assessed_on", "position")
        .group_by("subject", maintain_order=True)
        .agg(pl.col("position", "on", "assessed_on").first())
    )
    in_time = pl.col("assessed_on") <= pl.col("on")
    found = first.with_columns(in_time=in_time, on="assessed_on").with_columns(
        code=pl.lit("risk-assessed-after-signing")
    )
    return accounted(
        wanted, found.filter("in_time"), found.filter(~pl.col("in_time")), "risk-is-not-assessed"
    )


def decisions(tape: Tape, moment: Moment, kinds: tuple[str, ...]) -> pl.LazyFrame:
    """Decisions of these kinds: recorded by one person, approved by another.

    institution, subject, decision String, position Int64, on Date, about List(String), approved_on
    Date, approved_at Int64 (null = not approved), alone Boolean (one person did both).
    """
    person = pl.coalesce("person", "actor")
    approved = (
        approvals(tape, moment)
        .join(persons(tape), on="actor", how="left")
        .sort("on", "position")
        .group_by("decision", maintain_order=True)
        .agg(
            approved_on=pl.col("on").first(),
            approved_at=pl.col("position").first(),
            approver=person.first(),
        )
    )
    return (
        up_to(tape, DecisionRecorded, moment)
        .filter(pl.col("kind").is_in(kinds))
        .join(persons(tape), on="actor", how="left")
        .join(approved, on="decision", how="left")
        .with_columns(
            subject="decision",
            alone=(person == pl.col("approver")).fill_null(False),
        )
        .select(
            "institution",
            "subject",
            "decision",
            "position",
            "on",
            "about",
            "approved_on",
            "approved_at",
            "alone",
        )
    )


def plans_decided(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Decisions on disposal and pricing against their approval by a second person."""
    recorded = decisions(tape, moment, _PLANS)
    approved = recorded.drop_nulls("approved_on").with_columns(
        position="approved_at", on="approved_on", code=pl.lit("approved-by-its-author")
    )
    return accounted(
        recorded,
        approved.filter(~pl.col("alone")),
        approved.filter("alone"),
        "decision-awaits-approval",
    )


def offers(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Supply lists, events and leads; a patent on the list whose right is dead is a breach."""
    columns = ("institution", "position", "on")
    made = pl.concat(
        [
            up_to(tape, fact, moment).select(*columns, subject=name)
            for fact, name in ((SupplyListed, "supply"), (EventHeld, "event"), (LeadOpened, "lead"))
        ]
    )
    withdrawn = up_to(tape, SupplyWithdrawn, moment).select("supply")
    on_list = (
        up_to(tape, SupplyListed, moment)
        .join(withdrawn, on="supply", how="anti")
        .select("institution", "position", "supply", listed_on="on", subject="patents")
        .explode("subject", empty_as_null=False)
        .with_columns(on=pl.lit(moment.as_of))
    )
    known = tape.frame(PatentFiled).select(subject="patent")
    dead = (
        status_on(on_list.join(known, on="subject", how="semi"), tape, moment)
        .filter(~pl.col("status").is_in(LIVING).fill_null(False))
        .with_columns(on="listed_on")
    )
    return pl.concat(
        [
            items(made, Bearing.EVIDENCE),
            items(dead, Bearing.BREACH, "dead-right-on-offer"),
        ]
    )


def demands_served(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Demands taken down against the talks begun on them; bundles of patents are evidence too.

    A demand closed as met on which nobody ever began to talk is a breach; a lapsed one is not
    asked any more.
    """
    wanted = up_to(tape, DemandRecorded, moment).with_columns(subject="demand")
    closed = up_to(tape, DemandClosed, moment).with_columns(
        subject="demand", code=pl.lit("met-demand-without-lead")
    )
    leads = up_to(tape, LeadOpened, moment).drop_nulls("demand").with_columns(subject="demand")
    met = closed.filter(pl.col("outcome") == "met").join(leads, on="subject", how="anti")
    lapsed = closed.filter(pl.col("outcome") == "lapsed")
    columns = ("institution", "position", "on", "patents")
    bundles = pl.concat(
        [
            up_to(tape, fact, moment).select(*columns, subject=name)
            for fact, name in ((SupplyListed, "supply"), (EventHeld, "event"), (LeadOpened, "lead"))
        ]
    ).filter(pl.col("patents").list.n_unique() > 1)
    asked = wanted.join(lapsed, on="subject", how="anti")
    return pl.concat(
        [
            accounted(asked, leads, met, "demand-is-not-followed-up"),
            items(bundles, Bearing.EVIDENCE),
        ]
    )
