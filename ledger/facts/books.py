"""Accounting periods of an institution, and above which amount who has to approve."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, Value
from ledger.subjects import BooksId, LimitsId, Text

Matter = Literal["license", "assignment", "equity", "contract", "distribution"]
ApprovalLevel = Literal["office", "vice-president", "president", "meeting"]


class PeriodClosed(Fact):
    """An institution's books are closed for these days: what is late posts on the next open day."""

    TOPIC: ClassVar[str] = "period-closed.v1"
    books: BooksId
    first: date
    last: date
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.books,)


class PeriodReopened(Fact):
    """Days that were closed take postings again; the envelope tells why."""

    TOPIC: ClassVar[str] = "period-reopened.v1"
    books: BooksId
    first: date
    last: date
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.books,)


class ApprovalTier(Value):
    """Who approves amounts up to and including `up_to_fen`; None in the last tier: any amount."""

    level: ApprovalLevel
    up_to_fen: Annotated[int, Field(gt=0, lt=1 << 53)] | None


class ApprovalLimitsSet(Fact):
    """An institution's approval limits for one matter from a day on; they replace earlier ones."""

    TOPIC: ClassVar[str] = "approval-limits-set.v1"
    EFFECTIVE: ClassVar[str] = "starts"
    SCHEDULED: ClassVar[bool] = True
    REPORTED: ClassVar[bool] = True
    limits: LimitsId
    matter: Matter
    tiers: Annotated[tuple[ApprovalTier, ...], Field(min_length=1, max_length=10)]
    document: Text | None
    starts: date

    def subjects(self) -> tuple[str, ...]:
        return (self.limits,)
