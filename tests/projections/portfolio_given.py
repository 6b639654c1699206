"""Facts of a patent portfolio with everything filled in that a test does not care about."""

from datetime import date
from typing import Any, Literal

from ledger import facts
from tests.projections.facts_given import OTHER_PATENT, PATENT
from tests.projections.tape_builder import uuid


def foreign_id(number: int) -> str:
    return f"foreign:{uuid(number)}"


def pledge_id(number: int) -> str:
    return f"pledge:{uuid(number)}"


def application_turn(
    what: Literal["published", "withdrawn", "rejected"], on: date, patent: str = PATENT
) -> facts.Fact:
    match what:
        case "published":
            return facts.PatentPublished(patent=patent, publication=None, on=on)
        case "withdrawn":
            return facts.PatentWithdrawn(patent=patent, on=on)
        case "rejected":
            return facts.PatentRejected(patent=patent, on=on)


def annuity_due(year: int, due: date, patent: str = PATENT) -> facts.AnnuityDue:
    return facts.AnnuityDue(patent=patent, year=year, due=due, amount_fen=90_000)


def annuity_paid(
    year: int, on: date, patent: str = PATENT, late_fee_fen: int = 0
) -> facts.AnnuityPaid:
    return facts.AnnuityPaid(
        patent=patent, year=year, amount_fen=90_000, late_fee_fen=late_fee_fen, on=on
    )


def tagged(tag: Any, on: date, patent: str = PATENT) -> facts.HighValueTagged:
    return facts.HighValueTagged(patent=patent, tag=tag, on=on)


def untagged(tag: Any, on: date, patent: str = PATENT) -> facts.HighValueUntagged:
    return facts.HighValueUntagged(patent=patent, tag=tag, on=on)


def graded(grade: str, on: date, patent: str = PATENT) -> facts.PatentGraded:
    return facts.PatentGraded(patent=patent, grade=grade, aspects=("legal",), on=on)


def pct_filed(number: int, filed: date, *patents: str) -> facts.PctFiled:
    return facts.PctFiled(
        foreign=foreign_id(number),
        number=f"PCT/CN{filed.year}/{number:06d}",
        patents=patents or (PATENT,),
        title="一种方法",
        filed=filed,
    )


def foreign_filed(
    number: int, office: str, filed: date, *patents: str, pct: str | None = None
) -> facts.ForeignFiled:
    return facts.ForeignFiled(
        foreign=foreign_id(number),
        office=office,
        number=None,
        patents=patents or (PATENT,),
        pct=pct,
        filed=filed,
    )


def pledged(number: int, on: date, *patents: str) -> facts.PatentPledged:
    return facts.PatentPledged(
        pledge=pledge_id(number),
        patents=patents or (PATENT,),
        pledgee="某银行",
        secured_fen=1_000_000,
        registration=None,
        on=on,
    )


def released(number: int, on: date, *patents: str) -> facts.PledgeReleased:
    return facts.PledgeReleased(pledge=pledge_id(number), patents=patents or (PATENT,), on=on)


def portfolio_day(on: date) -> tuple[facts.Fact, ...]:
    """One fact at least for each reading of the portfolio."""
    return (
        application_turn("published", on, OTHER_PATENT),
        annuity_due(2, date(2023, 1, 4)),
        annuity_paid(1, on),
        graded("A", on),
        tagged("award", on),
        pct_filed(1, on),
        foreign_filed(2, "US", on, pct=foreign_id(1)),
        facts.ForeignGranted(foreign=foreign_id(2), number=None, on=on),
        pledged(1, on, PATENT, OTHER_PATENT),
        released(1, on, OTHER_PATENT),
    )
