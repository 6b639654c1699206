"""What must have held at every moment of a log, whoever ran it: shown by facts that break it.

Each rule is looked at behind every fact that could break it, with corrections counted as they were
known then. What happened outside may break rules of law and is told of elsewhere; these are rules
that the ledger itself refuses to break.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from compliance.clause import Words
from ledger.facts import (
    FACTS,
    ActorRegistered,
    DecisionApproved,
    DecisionRecorded,
    Fact,
    FactVoided,
    FundOpened,
    InstitutionRegistered,
    LogOpened,
    PayerConfirmed,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardAppropriated,
    RewardAwarded,
    RewardClawedBack,
    RewardDisbursed,
    RewardJudged,
    RewardUnspentReturned,
    RightConfirmed,
    RightProposed,
    SigningKeyAdopted,
)
from projections.tape import Tape

BREACHES: Final = pl.Schema({"position": pl.Int64(), "about": pl.String()})
"""One row a fact that breaks a rule: where it stands, and which subject or amount it is about."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule. `breaches` finds, in the columns of `BREACHES`, the facts after which it did not
    hold. One that is `city_wide` says nothing of a single institution's part of a log."""

    id: str
    words: Words
    breaches: Callable[[Tape], pl.LazyFrame]
    city_wide: bool = False


# --- sums as they were known at each position


def _moves(
    tape: Tape, fact: type[Fact], amount: pl.Expr, *keys: pl.Expr | str, decides: bool = False
) -> pl.LazyFrame:
    """A fact's amount as a movement at its position, and back again where it no longer counts.

    Keys, `position`, `amount_fen` Int64, `decides` Boolean: whether the rule must hold behind it.
    A replacement takes effect together with the void of what it stands for.
    """
    facts = tape.raw(fact)
    instead = facts.select(position="replaces", instead="position").drop_nulls()
    back = facts.filter(pl.col("voided_by").is_not_null()).join(instead, on="position", how="left")
    come = facts.select(
        *keys, "position", amount_fen=amount, decides=pl.col("replaces").is_null() & decides
    )
    gone = back.select(
        *keys,
        position=pl.coalesce("instead", "voided_by"),
        amount_fen=-amount,
        decides=pl.lit(False),
    )
    return pl.concat([come, gone])


def _overdrawn(moves: list[pl.LazyFrame], *keys: str) -> pl.LazyFrame:
    """Decisions behind which the sum of all movements under a key is below nothing."""
    left = pl.col("amount_fen").cum_sum().over(keys)
    return (
        pl.concat(moves)
        .sort("position", maintain_order=True)
        .with_columns(left_fen=left)
        .filter("decides", pl.col("left_fen") < 0)
        .select("position", about=pl.format("{} {}", keys[0], "left_fen"))
    )


_AMOUNT: Final = pl.col("amount_fen")
_NOTHING: Final = pl.lit(0, pl.Int64)


def _awards_above_cap(tape: Tape) -> pl.LazyFrame:
    """7-corrections, S92 and S94: awards that count never exceed the cap. What came back makes room
    only in a fund whose terms let it be awarded again."""
    terms = pl.col("terms").struct
    opened = _moves(tape, FundOpened, terms.field("cap_fen"), "fund")
    reusable = (
        tape.frame(FundOpened).filter(terms.field("freed_money") == "reusable").select("fund")
    )
    freed = [
        _moves(tape, fact, _AMOUNT, "fund").join(reusable, on="fund", how="semi")
        for fact in (RewardClawedBack, RewardUnspentReturned)
    ]
    awarded = _moves(tape, RewardAwarded, -_AMOUNT, "fund", decides=True)
    return _overdrawn([opened, *freed, awarded], "fund")


def _allocated_above_receipt(tape: Tape) -> pl.LazyFrame:
    from_rest = pl.when(pl.col("number").is_null()).then(-_AMOUNT).otherwise(0)
    return _overdrawn(
        [
            _moves(tape, ReceiptClaimed, _AMOUNT, "receipt"),
            _moves(tape, ReceiptDeallocated, _AMOUNT, "receipt"),
            _moves(tape, ReceiptRefunded, from_rest, "receipt"),
            _moves(tape, ReceiptAllocated, -_AMOUNT, "receipt", decides=True),
        ],
        "receipt",
    )


def _taken_above_allocation(tape: Tape) -> pl.LazyFrame:
    keys = ("receipt", "number")
    return _overdrawn(
        [
            _moves(tape, ReceiptAllocated, _AMOUNT, *keys),
            _moves(tape, ReceiptDeallocated, -_AMOUNT, *keys, decides=True),
            _moves(tape, ReceiptRefunded, -_AMOUNT, *keys).drop_nulls("number"),
        ],
        *keys,
    )


def _allocated_after_reversal(tape: Tape) -> pl.LazyFrame:
    """The bank undid the credit: as long as that stands, nothing is allocated out of it."""
    return _overdrawn(
        [
            _moves(tape, ReceiptReversed, pl.lit(-1, pl.Int64), "receipt"),
            _moves(tape, ReceiptAllocated, _NOTHING, "receipt", decides=True),
        ],
        "receipt",
    )


def _appropriated_above_award(tape: Tape) -> pl.LazyFrame:
    return _overdrawn(
        [
            _moves(tape, RewardAwarded, _AMOUNT, "reward"),
            _moves(tape, RewardClawedBack, -pl.col("from_award_fen"), "reward"),
            _moves(tape, RewardAppropriated, -_AMOUNT, "reward", decides=True),
        ],
        "reward",
    )


def _spent_above_appropriation(tape: Tape) -> pl.LazyFrame:
    return _overdrawn(
        [
            _moves(tape, RewardAppropriated, _AMOUNT, "reward"),
            _moves(tape, RewardDisbursed, -_AMOUNT, "reward", decides=True),
            _moves(tape, RewardUnspentReturned, -_AMOUNT, "reward", decides=True),
        ],
        "reward",
    )


# --- four eyes


def _persons(tape: Tape) -> pl.LazyFrame:
    """The person behind each actor: actor, person String."""
    registered = tape.frame(ActorRegistered).select(actor="registered", person="person")
    first = tape.frame(LogOpened).select(actor="administrator", person="person")
    return pl.concat([registered, first]).drop_nulls().unique("actor", keep="last")


def _by_person(facts: pl.LazyFrame, tape: Tape) -> pl.LazyFrame:
    """Facts with `by`: the person who acted, or the actor where no person is known."""
    joined = facts.join(_persons(tape), on="actor", how="left", maintain_order="left")
    return joined.with_columns(by=pl.coalesce("person", "actor")).drop("person")


def _same_person(
    tape: Tape, *, first: type[Fact], second: type[Fact], key: tuple[str, ...]
) -> pl.LazyFrame:
    """Second steps taken by whoever took the last first step under the same key."""
    steps = ("position", "actor", *key)
    before = _by_person(tape.raw(first).select(steps), tape)
    after = _by_person(tape.raw(second).select(steps), tape)
    found = after.join_asof(
        before.select("position", *key, done_by="by"),
        on="position",
        by=list(key),
        check_sortedness=False,
    )
    return found.filter(pl.col("by") == pl.col("done_by")).select("position", about=key[0])


def _own_voided(tape: Tape) -> pl.LazyFrame:
    """Voids given by whoever recorded the fact."""
    voids = _by_person(tape.raw(FactVoided).select("position", "actor", "voided"), tape)
    reported = [tape.raw(fact).select("position", "actor") for fact in FACTS if fact.REPORTED]
    recorded = _by_person(pl.concat(reported), tape).select(voided="position", done_by="by")
    same = voids.join(recorded, on="voided").filter(pl.col("by") == pl.col("done_by"))
    return same.select("position", about=pl.col("voided").cast(pl.String))


# --- the log and time


def _dated_in_future(tape: Tape) -> pl.LazyFrame:
    """Facts with a business date after the day (Shanghai) on which they were recorded."""
    recorded_on = pl.col("recorded_at").dt.offset_by("8h").dt.date()
    return pl.concat(
        [
            tape.raw(fact)
            .filter(pl.col("effective") > recorded_on)
            .select("position", about="subject")
            for fact in FACTS
            if not fact.SCHEDULED
        ]
    )


def _opened_otherwise(tape: Tape) -> pl.LazyFrame:
    """Openings of the log at another position than the first."""
    opened = tape.raw(LogOpened).filter(pl.col("position") != 0)
    return opened.select("position", about="origin")


def _second_bureau(tape: Tape) -> pl.LazyFrame:
    bureaus = tape.raw(InstitutionRegistered).filter(pl.col("kind") == "bureau")
    return bureaus.slice(1).select("position", about="code")


def _keys_out_of_line(tape: Tape) -> pl.LazyFrame:
    """Keys that do not name the one before them."""
    keys = tape.raw(SigningKeyAdopted).with_columns(held=pl.col("key").shift())
    return keys.filter(pl.col("before").ne_missing(pl.col("held"))).select("position", about="key")


def _apart(first: type[Fact], second: type[Fact], *key: str) -> Callable[[Tape], pl.LazyFrame]:
    return partial(_same_person, first=first, second=second, key=key)


INVARIANTS: Final = (
    Invariant(
        "fund-cap",
        Words("核定总额任何时候不超过基金上限", "awards never exceed the fund's cap"),
        _awards_above_cap,
        city_wide=True,
    ),
    Invariant(
        "allocation-within-receipt",
        Words("核销不超过到款余额", "no more is allocated than a receipt has left"),
        _allocated_above_receipt,
    ),
    Invariant(
        "no-allocation-after-reversal",
        Words("冲正后的到款不再核销", "nothing is allocated out of a reversed receipt"),
        _allocated_after_reversal,
    ),
    Invariant(
        "taken-back-within-allocation",
        Words("撤销核销不超过该笔核销余额", "no more is taken back than an allocation holds"),
        _taken_above_allocation,
    ),
    Invariant(
        "appropriation-within-award",
        Words("拨付不超过核定", "no more is appropriated than was awarded"),
        _appropriated_above_award,
    ),
    Invariant(
        "payout-within-appropriation",
        Words("发放与退回不超过拨付", "no more is paid out or returned than was appropriated"),
        _spent_above_appropriation,
    ),
    Invariant(
        "judge-is-not-approver",
        Words("资格审核人与核定人不是同一人", "who judges a claim does not approve it"),
        _apart(RewardJudged, RewardAwarded, "reward"),
    ),
    Invariant(
        "judge-is-not-payer",
        Words("资格审核人与拨付人不是同一人", "who judges a claim does not pay it"),
        _apart(RewardJudged, RewardAppropriated, "reward"),
    ),
    Invariant(
        "approver-is-not-payer",
        Words("核定人与拨付人不是同一人", "who approves an award does not pay it"),
        _apart(RewardAwarded, RewardAppropriated, "reward"),
    ),
    Invariant(
        "payer-confirmed-by-another",
        Words(
            "认领人与确认付款人的人不是同一人", "who claims a receipt does not confirm its payer"
        ),
        _apart(ReceiptClaimed, PayerConfirmed, "receipt"),
    ),
    Invariant(
        "allocation-undone-by-another",
        Words("核销人不撤销自己的核销", "who allocates does not take it back"),
        _apart(ReceiptAllocated, ReceiptDeallocated, "receipt", "number"),
    ),
    Invariant(
        "decision-approved-by-another",
        Words("决定的登记人与批准人不是同一人", "who records a decision does not approve it"),
        _apart(DecisionRecorded, DecisionApproved, "decision"),
    ),
    Invariant(
        "right-confirmed-by-another",
        Words("授权的提请人与确认人不是同一人", "who proposes a right does not confirm it"),
        _apart(RightProposed, RightConfirmed, "proposal"),
    ),
    Invariant(
        "fact-voided-by-another",
        Words("登记人不作废自己登记的事实", "who recorded a fact does not void it"),
        _own_voided,
    ),
    Invariant(
        "no-date-in-the-future",
        Words("除预定事项外日期不晚于登记日", "only scheduled facts are dated in the future"),
        _dated_in_future,
    ),
    Invariant(
        "log-opened-once",
        Words("日志只开立一次", "the log is opened once, by its first fact"),
        _opened_otherwise,
    ),
    Invariant(
        "one-bureau",
        Words("主管部门只有一个", "there is one bureau"),
        _second_bureau,
    ),
    Invariant(
        "keys-follow-one-another",
        Words("签名密钥依次接替", "each signing key names the one before it"),
        _keys_out_of_line,
    ),
)
"""All rules, written out."""


def broken(tape: Tape, invariant: Invariant) -> pl.DataFrame:
    """The facts that break a rule, in the order of the log, in the columns of `BREACHES`."""
    frame = invariant.breaches(tape).select("position", "about")
    return frame.sort("position").collect().cast(BREACHES)
