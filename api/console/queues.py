"""The queues of all desks: which rows wait for which act, and what people call them."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from projections.annuities import ANNUITIES
from projections.audits import FINDINGS
from projections.decisions import DECISIONS
from projections.disclosures import DISCLOSURES
from projections.number_claims import NUMBER_CLAIMS
from projections.receipts import RECEIPTS
from projections.reward_claims import REWARD_CLAIMS
from projections.view import View


@dataclass(frozen=True, slots=True)
class Queue:
    """Things that wait for one act: the rows of a view that may, under the titles zh and en.

    `subject` is the column of the thing; `said` are columns that the form asks for as well. With
    `soon` a row waits only once its `due` is at most thirty days ahead; `desk` is the page on which
    all of it is done, `page` what the address of each thing's own page begins with.
    """

    act: str
    view: View
    subject: str
    waits: pl.Expr
    zh: str
    en: str
    filters: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    soon: bool = False
    desk: str | None = None
    page: str | None = None

    @property
    def href(self) -> str:
        """Where all of it is: the desk that does it, else its register."""
        query = urlencode(self.filters)
        return self.desk or f"/views/{self.view.name}{'?' if query else ''}{query}"


def _at(stage: str) -> dict[str, Any]:
    return {"waits": pl.col("stage") == stage, "filters": (("stage", stage),)}


def _claims(act: str, stage: str, zh: str, en: str) -> Queue:
    return Queue(act, REWARD_CLAIMS, "reward", zh=zh, en=en, desk="/funds", **_at(stage))


_UNSETTLED: Final = pl.col("number_status") != "settled"
_PROVEN: Final = pl.col("proven_on").is_not_null() & pl.col("claim").is_not_null()
_FREE: Final = pl.col("free_fen") > 0
QUEUES: Final[tuple[Queue, ...]] = (
    Queue(
        "receipt.allocate",
        RECEIPTS,
        "receipt",
        _FREE,
        "待核销的到款",
        "Receipts to allocate",
        desk="/desk",
        page="/desk/receipts/",
    ),
    Queue(
        "receipt.confirm-payer",
        RECEIPTS,
        "receipt",
        _FREE & pl.col("payer").is_null(),
        "待确认付款人的到款",
        "Receipts whose payer is to be confirmed",
        desk="/desk",
        page="/desk/receipts/",
    ),
    Queue(
        "disclosure.accept",
        DISCLOSURES,
        "disclosure",
        zh="待受理的成果披露",
        en="Disclosures to accept",
        **_at("submitted"),
    ),
    Queue(
        "disclosure.decide-filing",
        DISCLOSURES,
        "disclosure",
        (pl.col("stage") == "accepted") & pl.col("decision").is_null(),
        "待定是否申请专利的成果",
        "Results whose filing is to be decided",
        (("stage", "accepted"),),
    ),
    _claims("reward.accept", "claimed", "待受理的奖励申报", "Claims to accept"),
    _claims("reward.judge", "accepted", "待认定资格的申报", "Claims to judge"),
    _claims("reward.review", "judged", "待审核金额的申报", "Claims to review"),
    _claims("reward.publicise", "reviewed", "待公示的申报", "Claims to publicise"),
    _claims("reward.award", "publicised", "待核定的申报", "Claims to award"),
    _claims("reward.appropriate", "awarded", "待拨付的奖励", "Awards to appropriate"),
    _claims("reward.disburse", "appropriated", "待发放的奖励", "Rewards to disburse"),
    Queue(
        "decision.approve",
        DECISIONS,
        "decision",
        pl.col("approved_on").is_null(),
        "待批准的决定",
        "Decisions to approve",
    ),
    Queue(
        "finding.answer",
        FINDINGS,
        "finding",
        pl.col("closed_on").is_null(),
        "待答复的审计发现",
        "Findings to answer",
    ),
    Queue(
        "finding.verify",
        FINDINGS,
        "finding",
        pl.col("stage") == "answered",
        "待核实整改的审计发现",
        "Findings whose mending is to be verified",
        (("stage", "answered"),),
    ),
    Queue(
        "annuity.pay",
        ANNUITIES,
        "patent",
        pl.col("paid_on").is_null() & pl.col("due").is_not_null(),
        "待缴的年费",
        "Annuities to pay",
        said=("year",),
        soon=True,
    ),
    Queue(
        "patent.prove-number",
        NUMBER_CLAIMS,
        "patent",
        _UNSETTLED & pl.col("proven_on").is_null(),
        "待提交登记簿副本的专利号",
        "Numbers whose register extract is to be shown",
    ),
    Queue(
        "patent.propose-settlement",
        NUMBER_CLAIMS,
        "claim",
        _UNSETTLED & _PROVEN & pl.col("proposed_on").is_null(),
        "待提出归属意见的专利号",
        "Numbers to settle: whose they are is to be proposed",
    ),
    Queue(
        "patent.settle-number",
        NUMBER_CLAIMS,
        "claim",
        _UNSETTLED & pl.col("proposed_on").is_not_null(),
        "待裁定归属的专利号",
        "Numbers to settle as proposed",
    ),
)
"""Whether the act is its reader's, and fits now, is asked of its own decision."""
