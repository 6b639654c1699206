"""Contracts at a moment: licenses under the terms then in force, the others, and what is due."""

import polars as pl

from ledger.facts import (
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    ContractSigned,
    ContractTerminated,
    InstalmentScheduled,
    LicenseAmended,
    LicenseGranted,
    LicenseRecorded,
    LicenseTerminated,
)
from projections.moment import Moment
from projections.movements import up_to
from projections.sharing import shared
from projections.tape import Tape

_COMMON = (
    "position",
    "stands_at",
    "institution",
    "contract",
    "contract_number",
    "counterparty",
    "patents",
    "related_party",
    "signed",
)


@shared
def licenses(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Licenses signed by the moment's day under the terms in force on it.

    position, stands_at Int64, institution, contract, contract_number, counterparty String, patents
    List(String), related_party Boolean, signed Date, origin, parent_license String, the fields of
    Terms, recorded_on, terminated_on Date (null = not). Of several amendments the one with the
    latest date up to the moment counts; of one day's the last recorded.
    """
    amended = (
        up_to(tape, LicenseAmended, moment)
        .sort("on", "stands_at")
        .group_by("license")
        .agg(new_terms=pl.col("terms").last(), amended_on=pl.col("on").last())
    )
    recorded = (
        up_to(tape, LicenseRecorded, moment).group_by("license").agg(recorded_on=pl.col("on").min())
    )
    terminated = (
        up_to(tape, LicenseTerminated, moment)
        .group_by("license")
        .agg(terminated_on=pl.col("on").min())
    )
    return (
        tape.frame(LicenseGranted)
        .filter(pl.col("signed") <= moment.as_of)
        .join(amended, on="license", how="left")
        .join(recorded, on="license", how="left")
        .join(terminated, on="license", how="left")
        .with_columns(
            contract="license",
            terms=pl.when(pl.col("amended_on").is_null()).then("terms").otherwise("new_terms"),
        )
        .select(
            *_COMMON,
            "origin",
            "parent_license",
            "terms",
            "recorded_on",
            "terminated_on",
        )
        .unnest("terms")
    )


@shared
def assignments(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Assignments signed by the moment's day.

    The common columns of `licenses`, price_fen Int64, instalments List(Struct), registered Int64
    (patents whose title passed, also if they returned), registered_on Date (the day on which all
    had passed; null before), rescinded_on Date.
    """
    registered = (
        up_to(tape, AssignmentRegistered, moment)
        .select("assignment", "on", patent="patents")
        .explode("patent", empty_as_null=False)
        .group_by("assignment", "patent")
        .agg(pl.col("on").min())
        .group_by("assignment")
        .agg(registered=pl.len().cast(pl.Int64), last_on=pl.col("on").max())
    )
    rescinded = (
        up_to(tape, AssignmentRescinded, moment)
        .group_by("assignment")
        .agg(rescinded_on=pl.col("on").max())
    )
    complete = pl.col("registered") >= pl.col("patents").list.n_unique()
    return (
        up_to(tape, AssignmentAgreed, moment)
        .join(registered, on="assignment", how="left")
        .join(rescinded, on="assignment", how="left")
        .with_columns(contract="assignment", registered=pl.col("registered").fill_null(0))
        .select(
            *_COMMON,
            "price_fen",
            "instalments",
            "registered",
            "rescinded_on",
            registered_on=pl.when(complete).then("last_on"),
        )
    )


@shared
def service_contracts(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Contracts for development, consulting and services signed by the moment's day.

    The common columns of `licenses` (no patents in any), kind String, amount_fen Int64, instalments
    List(Struct), terminated_on Date (null = not).
    """
    terminated = (
        up_to(tape, ContractTerminated, moment)
        .group_by("contract")
        .agg(terminated_on=pl.col("on").min())
    )
    return (
        up_to(tape, ContractSigned, moment)
        .join(terminated, on="contract", how="left")
        .with_columns(patents=pl.lit([], pl.List(pl.String)))
        .select(*_COMMON, "kind", "amount_fen", "instalments", "terminated_on")
    )


@shared
def parties(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Contracts that bring money: institution, contract, contract_number, counterparty String,
    kind String (license, assignment, development, consulting, service), related_party Boolean,
    signed Date.
    """
    wanted = (
        "institution",
        "contract",
        "contract_number",
        "counterparty",
        "related_party",
        "signed",
    )
    return pl.concat(
        [
            licenses(tape, moment).select(*wanted, kind=pl.lit("license")),
            assignments(tape, moment).select(*wanted, kind=pl.lit("assignment")),
            service_contracts(tape, moment).select(*wanted, "kind"),
        ]
    )


@shared
def instalments(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """What is due under each contract by the terms in force at the moment, whenever it falls due.

    contract String, number Int64, due Date, amount_fen Int64, purpose String. Amounts scheduled
    after the contract, such as reported royalties, stay unless the terms took their number over;
    they carry no date but their due one, and count from when they are known.
    """
    agreed = pl.concat(
        [
            licenses(tape, moment).select("contract", "instalments"),
            assignments(tape, moment).select("contract", "instalments"),
            service_contracts(tape, moment).select("contract", "instalments"),
        ]
    )
    agreed = agreed.explode("instalments", empty_as_null=False).unnest("instalments")
    further = (
        tape.frame(InstalmentScheduled)
        .select("contract", "number", "due", "amount_fen", "purpose")
        .join(agreed, on=["contract", "number"], how="anti")
    )
    return pl.concat([agreed, further])
