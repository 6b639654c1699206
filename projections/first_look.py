"""Where an auditor looks first: facts that came late, round amounts, year ends, early money."""

from typing import Final

import polars as pl

from ledger.facts import (
    FACTS,
    Fact,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptRefunded,
    TechnologyContractRegistered,
)
from ledger.policies.first_look import CUT_OFF_DAYS, LATE_DAYS, ROUND_FEN
from projections.contracts import assignments, licenses, service_contracts
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View, count, fen

RECORDED_ON: Final = pl.col("recorded_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
"""The business day on which a fact was recorded."""

_FACT: Final = Column("fact", "事实", "Fact", Kind.CODE)
_POSITION: Final = count("position", "日志位置", "Position")
_SUBJECT: Final = Column("subject", "主体", "Subject", Kind.SUBJECT)
_RECORDED: Final = Column("recorded_on", "登记日", "Recorded on", Kind.DATE)
_ACTOR: Final = Column("actor", "经办", "Actor", Kind.SUBJECT)


# --- backdated facts


def backdated_facts(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a fact recorded more days after its business date than the policy lets pass."""
    late = pl.col("days_late")
    return (
        pl.concat([_dated(tape, fact, moment) for fact in FACTS])
        .with_columns(days_late=(pl.col("recorded_on") - pl.col("effective")).dt.total_days())
        .filter(late > LATE_DAYS)
        .with_columns(
            lateness=pl.when(late > 365)
            .then(pl.lit("over-365"))
            .when(late > 90)
            .then(pl.lit("91-365"))
            .otherwise(pl.lit("31-90"))
        )
    )


def _dated(tape: Tape, fact: type[Fact], moment: Moment) -> pl.LazyFrame:
    return up_to(tape, fact, moment).select(
        "institution",
        "position",
        "subject",
        "effective",
        "actor",
        "reason",
        fact=pl.lit(fact.TOPIC),
        recorded_on=RECORDED_ON,
        replacement=pl.col("replaces").is_not_null(),
    )


BACKDATED_FACTS = View(
    name="backdated-facts",
    zh="倒签的事实",
    en="Backdated facts",
    columns=(
        OF_INSTITUTION,
        _POSITION,
        _FACT,
        _SUBJECT,
        Column("effective", "业务日期", "Business date", Kind.DATE),
        _RECORDED,
        count("days_late", "迟登天数", "Days late", "day"),
        Column("lateness", "迟登区间", "How late", Kind.CODE),
        Column("replacement", "为更正", "A correction", Kind.FLAG),
        Column("reason", "理由", "Reason"),
        _ACTOR,
    ),
    key=("position",),
    filters=("institution", "fact", "lateness"),
    build=backdated_facts,
)


# --- round amounts


def round_amounts(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a receipt, refund or contract price of a whole multiple of the policy's amount."""
    received = up_to(tape, ReceiptClaimed, moment).filter(pl.col("currency") == "CNY")
    told = pl.concat(
        [
            _amount(received, "receipt", "receipt", "value_date", pl.col("amount_fen")),
            _amount(
                up_to(tape, ReceiptRefunded, moment),
                "refund",
                "receipt",
                "on",
                pl.col("amount_fen"),
            ),
            _amount(
                licenses(tape, moment),
                "license",
                "contract",
                "signed",
                pl.col("fixed_fee_fen") + pl.col("entry_fee_fen"),
            ),
            _amount(
                assignments(tape, moment), "assignment", "contract", "signed", pl.col("price_fen")
            ),
            _amount(
                service_contracts(tape, moment),
                "contract",
                "contract",
                "signed",
                pl.col("amount_fen"),
            ),
        ]
    )
    amount = pl.col("amount_fen")
    return told.filter((amount > 0) & (amount % ROUND_FEN == 0))


def _amount(
    rows: pl.LazyFrame, matter: str, subject: str, day: str, amount: pl.Expr
) -> pl.LazyFrame:
    return rows.select(
        "institution",
        "position",
        matter=pl.lit(matter),
        subject=subject,
        on=day,
        amount_fen=amount,
    )


ROUND_AMOUNTS = View(
    name="round-amounts",
    zh="整数金额",
    en="Round amounts",
    columns=(
        OF_INSTITUTION,
        _POSITION,
        Column("matter", "事项", "Matter", Kind.CODE),
        _SUBJECT,
        Column("on", "日期", "Date", Kind.DATE),
        fen("amount_fen", "金额", "Amount"),
    ),
    key=("position",),
    filters=("institution", "matter"),
    build=round_amounts,
)


# --- year-end cut-off


def cut_off(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row a receipt near a year's end whose value, booking and recording fall in two years."""
    value = pl.col("value_date")
    into = value.dt.ordinal_day()
    left = (value.dt.month_end() - value).dt.total_days()
    near = (into <= CUT_OFF_DAYS) | ((value.dt.month() == 12) & (left < CUT_OFF_DAYS))
    other_booking = pl.col("booking_date").dt.year() != value.dt.year()
    other_recording = pl.col("recorded_on").dt.year() != value.dt.year()
    return (
        up_to(tape, ReceiptClaimed, moment)
        .with_columns(recorded_on=RECORDED_ON)
        .filter(near & (other_booking | other_recording))
        .with_columns(
            booked_in_another_year=other_booking, recorded_in_another_year=other_recording
        )
    )


CUT_OFF = View(
    name="cut-off",
    zh="年末截止",
    en="Year-end cut-off",
    columns=(
        OF_INSTITUTION,
        _POSITION,
        Column("receipt", "到款", "Receipt", Kind.SUBJECT),
        Column("value_date", "起息日", "Value date", Kind.DATE),
        Column("booking_date", "记账日", "Booking date", Kind.DATE),
        _RECORDED,
        Column("booked_in_another_year", "记账跨年", "Booked in another year", Kind.FLAG),
        Column("recorded_in_another_year", "登记跨年", "Recorded in another year", Kind.FLAG),
        fen("amount_fen", "到账金额", "Received"),
        _ACTOR,
    ),
    key=("position",),
    filters=("institution", "receipt"),
    build=cut_off,
)


# --- money before registration


def money_before_registration(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an allocation whose money came before the contract was registered.

    Technology contracts count once they were registered at all; of assignments also those whose
    title has not passed yet (专利法 art. 10).
    """
    technology = (
        up_to(tape, TechnologyContractRegistered, moment)
        .group_by("contract")
        .agg(registered_on=pl.col("on").min())
        .with_columns(registry=pl.lit("technology-contract"))
    )
    title = assignments(tape, moment).select(
        "contract", "registered_on", registry=pl.lit("patent-office")
    )
    before = pl.col("registered_on").is_null() | (pl.col("value_date") < pl.col("registered_on"))
    price = (pl.col("registry") == "technology-contract") | (
        pl.col("purpose") == "assignment-price"
    )
    return (
        up_to(tape, ReceiptAllocated, moment)
        .join(pl.concat([technology, title]), on="contract")
        .filter(before & price)
        .with_columns(days_before=(pl.col("registered_on") - pl.col("value_date")).dt.total_days())
    )


MONEY_BEFORE_REGISTRATION = View(
    name="money-before-registration",
    zh="登记前到账",
    en="Money before registration",
    columns=(
        OF_INSTITUTION,
        _POSITION,
        Column("registry", "登记种类", "Registry", Kind.CODE),
        Column("contract", "合同", "Contract", Kind.SUBJECT),
        Column("receipt", "到款", "Receipt", Kind.SUBJECT),
        Column("purpose", "用途", "Purpose", Kind.CODE),
        fen("amount_fen", "金额", "Amount"),
        Column("value_date", "起息日", "Value date", Kind.DATE),
        Column("registered_on", "登记日", "Registered on", Kind.DATE),
        count("days_before", "早于登记的天数", "Days before", "day"),
    ),
    key=("position", "registry"),
    filters=("institution", "registry", "contract"),
    build=money_before_registration,
)
