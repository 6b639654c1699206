"""Whose files documents and papers are: what an auditor keeps is no reading for the audited."""

from typing import Final

import polars as pl

from ledger.actors import AUDITORS, Role
from ledger.facts import (
    EvidenceKept,
    Fact,
    FindingClosed,
    FindingRaised,
    FindingVerified,
    RoleGranted,
    RoleRevoked,
    WorkingPaperMade,
)
from projections.sharing import shared
from projections.tape import Tape

INTERNAL: Final = "internal"
"""Files of an institution's own auditors, and of those who certify it."""
STATE: Final = "state"
"""Files of the state audit."""

_FILES: Final[tuple[type[Fact], ...]] = (EvidenceKept, WorkingPaperMade)
_SHANGHAI: Final = "Asia/Shanghai"
_OWN: Final = ("institution", "document")


@shared
def audit_files(tape: Tape) -> pl.LazyFrame:
    """What auditors put on record for themselves: position Int64, institution, side String.

    A document or paper is an auditor's by the roles its actor held at that institution when it was
    recorded. What was handed over is no longer among them: evidence forms, which the audited sign,
    and documents that a finding names.
    """
    files = pl.concat([_put_on_record(tape, fact) for fact in _FILES])
    held = files.join(_grants(tape), left_on="actor", right_on="holder").filter(
        pl.col("granted_at") < pl.col("position"),
        pl.col("scope").is_null() | (pl.col("scope") == pl.col("institution")),
        pl.col("starts") <= pl.col("day"),
        pl.col("ends").is_null() | (pl.col("day") <= pl.col("ends")),
        pl.col("revoked_at").is_null() | (pl.col("position") < pl.col("revoked_at")),
    )
    side = pl.when((pl.col("role") == Role.STATE_AUDITOR).any()).then(pl.lit(STATE))
    return (
        held.group_by("position", *_OWN)
        .agg(side=side.otherwise(pl.lit(INTERNAL)))
        .join(_handed_over(tape), on=_OWN, how="anti")
        .select("position", "institution", "side")
        .sort("position")
    )


def _put_on_record(tape: Tape, fact: type[Fact]) -> pl.LazyFrame:
    day = pl.col("recorded_at").dt.convert_time_zone(_SHANGHAI).dt.date()
    return tape.raw(fact).select("position", *_OWN, "actor", day=day)


def _grants(tape: Tape) -> pl.LazyFrame:
    """Auditors' grants, each with the position of the first revocation after it."""
    named = ("holder", "role", "scope")
    grants = (
        tape.frame(RoleGranted)
        .filter(pl.col("role").is_in(sorted(AUDITORS)))
        .select(*named, "starts", "ends", granted_at="position")
    )
    ended = tape.frame(RoleRevoked).select(*named, ended_at="position")
    later = pl.col("ended_at").filter(pl.col("ended_at") > pl.col("granted_at")).min()
    return (
        grants.join(ended, on=named, how="left", nulls_equal=True)
        .group_by(*named, "starts", "ends", "granted_at")
        .agg(revoked_at=later)
    )


def _handed_over(tape: Tape) -> pl.LazyFrame:
    """Documents that the audited were given: institution, document String."""
    forms = tape.frame(WorkingPaperMade).filter(pl.col("kind") == "evidence-form").select(_OWN)
    about = tape.frame(FindingRaised).select("institution", document="about")
    proofs = [
        tape.frame(fact).select("institution", document=_named_as_evidence())
        for fact in (FindingRaised, FindingVerified, FindingClosed)
    ]
    named = pl.concat([about, *proofs]).explode("document", empty_as_null=False)
    return pl.concat([forms, named]).unique()


def _named_as_evidence() -> pl.Expr:
    hashes = pl.col("evidence").list.eval(pl.element().struct.field("sha256")).list.drop_nulls()
    return hashes.list.eval(pl.lit("evidence:") + pl.element())
