"""Audits: a sample of receipts with what is wrong in it, and findings on their way to an end."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from api.demo.story.books import SPLIT
from api.demo.story.cash import PAYMENTS, REFUNDED
from api.demo.story.dealings import DEALINGS
from api.demo.story.people import HOUSES
from api.demo.story.rights import patent
from api.demo.story.steps import (
    Audited,
    Do,
    Draw,
    Line,
    Place,
    Smallest,
    Step,
    day,
    named,
    on,
    yuan,
)
from api.demo.story.upkeep import lasting

_JIA = HOUSES["jia"].id
_DEALS = {one.key: one.deal for one in DEALINGS}

# --- samples

SAMPLE = named("sample", "jia-receipts-2022")
"""Money received in 2022, of which the state auditor looks at some."""

_SAMPLED: tuple[Step, ...] = (
    Draw(
        on("2023-08-14"),
        "auditor",
        SAMPLE,
        {
            "institution": _JIA,
            "view": "receipts",
            "as_of": "2022-12-31",
            "amount": "amount_fen",
            "method": "monetary-unit",
            "confidence": 95,
            "tolerable_fen": yuan(3_000_000),
            "expected_fen": 0,
            "seed": "2023-08-14",
        },
    ),
    Do(
        on("2023-08-28"),
        "auditor",
        "sample.project",
        {
            "institution": _JIA,
            "sample": SAMPLE,
            "estimator": "tainting",
            "audited": Audited(SAMPLE),
        },
    ),
    Draw(
        on("2024-01-15"),
        "yi/internal-auditor",
        named("sample", "yi-deals-2023"),
        {
            "view": "deals",
            "as_of": "2023-12-31",
            "method": "stratified",
            "strata": "kind",
            "size": 6,
            "seed": "2024-01-15",
        },
    ),
)

# --- findings


class Finding(NamedTuple):
    """A finding; `after` are the steps that follow: day, who, what happens, how, in which words."""

    key: str
    house: str
    who: str
    raised: str
    severity: str
    title: str
    body: str
    about: tuple[str | Line | Smallest, ...]
    places: tuple[Place, ...]
    after: tuple[tuple[str, str, str, str, str], ...] = ()

    @property
    def id(self) -> str:
        """The subject id of the finding."""
        return named("finding", self.key)


_RECEIPT = Smallest(SAMPLE)
_CLAIMED = "receipt-claimed.v1"
_YEAR_END = next(
    one.line for one in PAYMENTS if one.deal.house == "bing" and one.on == day("2023-12-18")
)
_UPKEPT = patent("ding", lasting("ding")[0])
_UNRECORDED = _DEALS["yi-2022-1"].id

TAINTED = Finding(
    "sample",
    "jia",
    "auditor",
    "2023-09-18",
    "major",
    "到款含非许可收入(虚构)",
    "抽样到款中一成属检测服务费,不应计入专利转化收入;按样本推断总体错报(虚构)",
    (_RECEIPT,),
    (Place(_CLAIMED, _RECEIPT),),
    (
        ("2023-11-02", "jia/head", "answer", "", "已与付款方核对合同,服务费另行列账(虚构)"),
        ("2023-12-11", "auditor", "verify", "mended", "已查看更正后的列账凭证(虚构)"),
        ("2023-12-18", "auditor", "close", "mended", "整改到位(虚构)"),
    ),
)
ONE_HAND = Finding(
    "one-hand",
    "jia",
    "jia/internal-auditor",
    "2024-10-09",
    "minor",
    "到款认领与核销由一人经办(虚构)",
    "同一经办人既认领又核销,建议分设岗位(虚构)",
    (REFUNDED.line,),
    (Place(_CLAIMED, REFUNDED.line), Place("receipt-allocated.v1", REFUNDED.line)),
    (("2024-11-04", "jia/finance-approver", "answer", "", "自四季度起由两人分别经办(虚构)"),),
)

_FINDINGS: tuple[Finding, ...] = (
    TAINTED,
    ONE_HAND,
    Finding(
        "split",
        "yi",
        "auditor",
        "2024-06-17",
        "critical",
        "合同拆分规避审批(虚构)",
        "两份咨询合同相对方相同、相隔两周,单份低于审批限额,合计超过(虚构)",
        tuple(deal.id for deal in SPLIT),
        tuple(Place("contract-signed.v1", deal.id) for deal in SPLIT),
    ),
    Finding(
        "year-end",
        "bing",
        "bing/internal-auditor",
        "2024-02-20",
        "minor",
        "年末到款次年登记(虚构)",
        "十二月到账的款项次年一月才认领(虚构)",
        (_YEAR_END,),
        (Place(_CLAIMED, _YEAR_END),),
        (
            ("2024-03-18", "bing/head", "answer", "", "银行流水按季取得,金额按起息日入年(虚构)"),
            ("2024-04-15", "bing/internal-auditor", "close", "risk-accepted", "影响甚微(虚构)"),
        ),
    ),
    Finding(
        "late-recordal",
        "yi",
        "yi/internal-auditor",
        "2024-03-11",
        "major",
        "许可备案逾期(虚构)",
        "许可合同签订四个月后才备案(虚构)",
        (_UNRECORDED,),
        (Place("license-recorded.v1", _UNRECORDED),),
        (
            ("2024-04-22", "yi/head", "answer", "", "已建立备案提醒(虚构)"),
            ("2024-06-11", "yi/internal-auditor", "verify", "not-mended", "未见提醒记录(虚构)"),
        ),
    ),
    Finding(
        "slips",
        "ding",
        "ding/internal-auditor",
        "2024-10-21",
        "major",
        "年费缴纳未附凭证(虚构)",
        "年费已登记缴纳,未见缴费凭证(虚构)",
        (_UPKEPT,),
        (Place("annuity-paid.v1", _UPKEPT),),
        (
            ("2024-11-18", "ding/head", "answer", "", "凭证已补齐(虚构)"),
            ("2024-12-16", "ding/internal-auditor", "verify", "mended", "已核对缴费凭证(虚构)"),
        ),
    ),
    Finding(
        "withdrawn",
        "bing",
        "auditor",
        "2024-10-14",
        "minor",
        "合同无登记(虚构)",
        "疑似未办技术合同登记(虚构)",
        (_DEALS["bing-2022-1"].id,),
        (Place("license-granted.v1", _DEALS["bing-2022-1"].id),),
        (("2024-10-28", "auditor", "close", "withdrawn", "复核时查到登记,撤回(虚构)"),),
    ),
)


def _told(one: Finding) -> Iterator[Do]:
    """Raised, and what came after; due after ninety days."""
    house = {"institution": HOUSES[one.house].id}
    raised: dict[str, Any] = {
        **house,
        "finding": one.id,
        "title": one.title,
        "body": one.body,
        "severity": one.severity,
        "about": list(one.about),
        "positions": list(one.places),
        "sample": SAMPLE if one is TAINTED else None,
    }
    yield Do(on(one.raised), one.who, "finding.raise", raised)
    for when, who, what, outcome, words in one.after:
        body = {**house, "finding": one.id, "body": words}
        how = {"outcome": outcome} if outcome else {}
        yield Do(on(when), who, f"finding.{what}", body | how)


AUDITED: tuple[Step, ...] = (*_SAMPLED, *(step for one in _FINDINGS for step in _told(one)))
