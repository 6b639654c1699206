"""An auditor's day for stories: a sample, a finding, papers, limits, and a period that closes."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger import facts
from ledger.facts.audits import AuditedItem, Layer, Population, SampleItem
from ledger.facts.books import ApprovalTier
from tests.projections import facts_given as given
from tests.projections.tape_builder import ALPHA, uuid

SAMPLE, FINDING, PAPER = f"sample:{uuid(1)}", f"finding:{uuid(1)}", f"paper:{uuid(1)}"
COMPARISON = f"comparison:{uuid(1)}"
DOCUMENT = f"evidence:{given.DIGEST}"
BOOKS, LIMITS = (ALPHA.replace("institution", kind) for kind in ("books", "limits"))


def drawn(day: date, **changed: Any) -> facts.SampleDrawn:
    """Two of three rows, the larger one certain."""
    usual: dict[str, Any] = {
        "sample": SAMPLE,
        "population": Population(
            view="receipts",
            filters=(),
            as_of=day,
            known_at=9,
            rows=3,
            digest=given.DIGEST,
            amount="amount_fen",
            amount_fen=4_500,
        ),
        "method": "monetary-unit",
        "size": None,
        "top": None,
        "strata": None,
        "confidence": 95,
        "tolerable_fen": 3_000,
        "expected_fen": 0,
        "interval_fen": 1_000,
        "seed": "2022",
        "layers": (
            Layer(name="certain", rows=1, amount_fen=4_000, drawn=1, certain=True),
            Layer(name="monetary-unit", rows=2, amount_fen=500, drawn=1, certain=False),
        ),
        "items": (
            SampleItem(key="a", book_fen=4_000, layer="certain"),
            SampleItem(key="b", book_fen=300, layer="monetary-unit"),
        ),
        "on": day,
    }
    return facts.SampleDrawn(**{**usual, **changed})


def projected(
    day: date, *audited: int, upper_limit_fen: int | None = 3_175
) -> facts.SampleProjected:
    """The sample's items audited, in their order."""
    values = zip(("a", "b"), audited, strict=True)
    return facts.SampleProjected(
        sample=SAMPLE,
        estimator="tainting",
        audited=tuple(AuditedItem(key=key, audit_fen=value) for key, value in values),
        misstated_fen=4_300 - sum(audited),
        projected_fen=100,
        upper_limit_fen=upper_limit_fen,
        on=day,
    )


def raised(day: date, number: int = 1) -> facts.FindingRaised:
    """A finding due in ninety days."""
    return facts.FindingRaised(
        finding=f"finding:{uuid(number)}",
        against=ALPHA,
        title="到款早于登记",
        body="到款日早于技术合同登记日",
        severity="major",
        about=(given.license_id(1),),
        positions=(3, 5),
        sample=SAMPLE,
        due=day + timedelta(days=90),
        on=day,
    )


def answered(day: date, body: str = "已补登记") -> facts.FindingAnswered:
    return facts.FindingAnswered(finding=FINDING, body=body, on=day)


def verified(day: date, outcome: Any) -> facts.FindingVerified:
    return facts.FindingVerified(finding=FINDING, outcome=outcome, body="已看", on=day)


def ended(day: date, outcome: Any = "mended") -> facts.FindingClosed:
    return facts.FindingClosed(finding=FINDING, outcome=outcome, body="了结", on=day)


def shut(first: date, last: date, on: date) -> facts.PeriodClosed:
    return facts.PeriodClosed(books=BOOKS, first=first, last=last, on=on)


def opened_again(first: date, last: date, on: date) -> facts.PeriodReopened:
    return facts.PeriodReopened(books=BOOKS, first=first, last=last, on=on)


def limits(starts: date, *amounts: int | None, matter: Any = "license") -> facts.ApprovalLimitsSet:
    """Tiers that rise by these amounts."""
    levels: tuple[Any, ...] = ("office", "vice-president", "meeting")
    tiers = zip(levels, amounts, strict=False)
    return facts.ApprovalLimitsSet(
        limits=LIMITS,
        matter=matter,
        tiers=tuple(ApprovalTier(level=level, up_to_fen=amount) for level, amount in tiers),
        document=None,
        starts=starts,
    )


def kept(day: date) -> facts.EvidenceKept:
    return facts.EvidenceKept(
        document=DOCUMENT,
        title="银行回单",
        media_type="application/pdf",
        size_bytes=10,
        about=(),
        on=day,
    )


def audit_day(day: date) -> Iterator[facts.Fact]:
    """Something for every view of audit work."""
    yield limits(day, 150_000, None)
    yield drawn(day)
    yield projected(day, 4_000, 200)
    yield raised(day)
    yield answered(day)
    yield kept(day)
    yield facts.WorkingPaperMade(
        paper=PAPER,
        kind="evidence-form",
        title="取证单",
        about=(),
        document=DOCUMENT,
        as_of=day,
        known_at=7,
        on=day,
    )
    yield facts.ListCompared(
        comparison=COMPARISON,
        kind="license-recordals",
        source="清单.xlsx",
        sha256=given.DIGEST,
        lines=3,
        matched=2,
        differing=0,
        unread=0,
        only_listed=1,
        only_held=0,
        as_of=day,
        known_at=7,
        on=day,
    )
    fee = given.terms(day, fixed_fee_fen=100_000)
    for number in (91, 92):
        yield given.granted(number, day, fee)
    yield shut(date(2022, 1, 1), date(2022, 3, 31), day)
    # Near the end of a year, in a closed period, and half a year late.
    yield given.claimed(91, date(2022, 1, 5), 1_000_000).model_copy(
        update={"booking_date": date(2021, 12, 31)}
    )
