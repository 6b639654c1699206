"""First looks at people and approvals: one person in two duties, contracts split under a limit."""

from typing import Final

import polars as pl

from ledger.facts import (
    ActorRegistered,
    DecisionApproved,
    DecisionRecorded,
    Fact,
    FindingAnswered,
    FindingRaised,
    FindingVerified,
    LicenseGranted,
    PayerConfirmed,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptRefunded,
    RewardAccepted,
    RewardAppropriated,
    RewardAwarded,
    RewardClaimed,
    RewardJudged,
    RewardReviewed,
)
from ledger.policies.first_look import SPLIT_DAYS
from projections.books import limits_set
from projections.contracts import assignments, service_contracts
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import (
    OF_INSTITUTION,
    OFFICES_SEEING_PERSONS,
    Column,
    Filters,
    Kind,
    View,
    count,
    fen,
)

_PAIRS: Final[tuple[tuple[type[Fact], type[Fact]], ...]] = (
    (ReceiptClaimed, PayerConfirmed),
    (ReceiptClaimed, ReceiptAllocated),
    (ReceiptClaimed, ReceiptRefunded),
    (RewardClaimed, RewardAccepted),
    (RewardClaimed, RewardJudged),
    (RewardJudged, RewardReviewed),
    (RewardJudged, RewardAwarded),
    (RewardReviewed, RewardAwarded),
    (RewardAwarded, RewardAppropriated),
    (DecisionRecorded, DecisionApproved),
    (FindingRaised, FindingAnswered),
    (FindingAnswered, FindingVerified),
)
"""Duties about one subject that are better in two pairs of hands, in the order of the work."""

# --- the same person in two duties


def same_actor(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row two facts about one subject, recorded by one person (or program) in two duties."""
    persons = tape.frame(ActorRegistered).select(actor="registered", person="person")
    wanted = pl.LazyFrame(
        [(first.TOPIC, second.TOPIC) for first, second in _PAIRS],
        schema={"fact": pl.String, "other_fact": pl.String},
        orient="row",
    )
    types = tuple(dict.fromkeys(fact for pair in _PAIRS for fact in pair))
    done = (
        pl.concat([_done(tape, fact, moment) for fact in types])
        .join(persons, on="actor", how="left")
        .with_columns(who=pl.coalesce("person", "actor"))
        .drop("person")
    )
    other = done.select(
        "subject",
        "who",
        other_fact="fact",
        other_position="position",
        other_actor="actor",
    )
    return done.join(wanted, on="fact").join(other, on=["subject", "who", "other_fact"])


def _done(tape: Tape, fact: type[Fact], moment: Moment) -> pl.LazyFrame:
    return up_to(tape, fact, moment).select(
        "institution", "position", "subject", "actor", fact=pl.lit(fact.TOPIC)
    )


SAME_ACTOR = View(
    name="same-actor",
    zh="一人兼办",
    en="Same person in two duties",
    columns=(
        OF_INSTITUTION,
        Column("subject", "主体", "Subject", Kind.SUBJECT),
        Column("who", "人员", "Person", Kind.SUBJECT),
        count("position", "日志位置", "Position"),
        Column("fact", "事实", "Fact", Kind.CODE),
        Column("actor", "经办", "Actor", Kind.SUBJECT),
        count("other_position", "另一日志位置", "Other position"),
        Column("other_fact", "另一事实", "Other fact", Kind.CODE),
        Column("other_actor", "另一经办", "Other actor", Kind.SUBJECT),
    ),
    key=("position", "other_position"),
    filters=("institution", "subject", "fact", "other_fact"),
    build=same_actor,
    reads=OFFICES_SEEING_PERSONS,
)


# --- contracts split under a limit

_SIDE: Final = ("institution", "matter", "counterparty")


def split_contracts(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row several contracts with one side, signed within the policy's days of the first, that
    one tier of the limits then in force approves each by itself but not together."""
    windows = (
        _priced(tape, moment)
        .sort("signed", "position")
        .rolling("signed", period=f"{SPLIT_DAYS + 1}d", offset="0d", closed="left", group_by=_SIDE)
        .agg(
            "contract",
            contracts_count=pl.len(),
            last=pl.col("day").max(),
            largest_fen=pl.col("amount_fen").max(),
            together_fen=pl.col("amount_fen").sum(),
        )
        .unique([*_SIDE, "signed"], keep="first", maintain_order=True)
        .filter(pl.col("last").ne_missing(pl.col("last").shift(1).over(_SIDE)))
        .filter(pl.col("contracts_count") > 1)
        .sort("signed")
    )
    limits = limits_set(tape, moment).sort("starts").drop("position")
    limit = pl.col("tiers").list.eval(pl.element().struct.field("up_to_fen")).alias("limits")
    return (
        windows.join_asof(
            limits,
            left_on="signed",
            right_on="starts",
            by=["institution", "matter"],
            check_sortedness=False,
        )
        .drop_nulls("tiers")
        .with_columns(limit)
        .explode("limits", empty_as_null=False)
        .filter(pl.col("limits") >= pl.col("largest_fen"))
        .group_by(*_SIDE, "signed")
        .agg(
            pl.col("contract", "contracts_count", "last", "largest_fen", "together_fen").first(),
            limit_fen=pl.col("limits").min(),
        )
        .filter(pl.col("together_fen") > pl.col("limit_fen"))
        .rename({"contract": "contracts"})
    )


def _priced(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Contracts with the price they were signed for, where they named one."""
    terms = pl.col("terms").struct
    granted = (
        tape.frame(LicenseGranted)
        .filter(pl.col("signed") <= moment.as_of)
        .with_columns(contract="license")
    )
    price = terms.field("fixed_fee_fen") + terms.field("entry_fee_fen")
    told = [
        _contract(granted, "license", price),
        _contract(assignments(tape, moment), "assignment", pl.col("price_fen")),
        _contract(service_contracts(tape, moment), "contract", pl.col("amount_fen")),
    ]
    return pl.concat(told).filter(pl.col("amount_fen") > 0)


def _contract(rows: pl.LazyFrame, matter: str, amount: pl.Expr) -> pl.LazyFrame:
    return rows.select(
        "institution",
        "position",
        "counterparty",
        "contract",
        "signed",
        matter=pl.lit(matter),
        day="signed",
        amount_fen=amount,
    )


SPLIT_CONTRACTS = View(
    name="split-contracts",
    zh="拆分合同",
    en="Contracts split under a limit",
    columns=(
        OF_INSTITUTION,
        Column("matter", "事项", "Matter", Kind.CODE),
        Column("counterparty", "相对方", "Counterparty", Kind.SUBJECT),
        Column("signed", "首份签订日", "First signed on", Kind.DATE),
        Column("last", "末份签订日", "Last signed on", Kind.DATE),
        count("contracts_count", "合同数", "Contracts"),
        fen("largest_fen", "单份最大金额", "Largest"),
        fen("limit_fen", "审批限额", "Limit"),
        fen("together_fen", "合计金额", "Together"),
        Column("contracts", "合同", "The contracts", Kind.SUBJECTS),
    ),
    key=("institution", "matter", "counterparty", "signed"),
    filters=("institution", "matter", "counterparty"),
    build=split_contracts,
)
