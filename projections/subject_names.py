"""What people call subjects: the kind of each, and the names that stand in the facts."""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from ledger.centres import PROGRAMME
from ledger.facts import (
    AccountRegistered,
    AssignmentAgreed,
    ContractSigned,
    CounterpartyRegistered,
    DecisionRecorded,
    DemandRecorded,
    DisclosureAmended,
    DisclosureSubmitted,
    EquityContributed,
    EventHeld,
    EvidenceKept,
    Fact,
    FindingRaised,
    FundOpened,
    InstitutionRegistered,
    LicenseGranted,
    PartnerAgreementSigned,
    PatentFiled,
    PctFiled,
    ReceiptClaimed,
    SupplyListed,
    WorkingPaperMade,
)
from ledger.money import yuan
from ledger.policies import IP_CENTRES_2022, POLICIES
from projections.fact_titles import Title
from projections.tape import Tape
from projections.view import INSTITUTION

KIND_WORDS: Final[Mapping[str, Title]] = {
    "log": Title("日志", "log"),
    "institution": Title("机构", "institution"),
    "policy": Title("规则", "policy"),
    "actor": Title("操作人", "actor"),
    "person": Title("人员", "person"),
    "counterparty": Title("相对方", "counterparty"),
    "disclosure": Title("成果披露", "disclosure"),
    "patent": Title("专利", "patent"),
    "numberclaim": Title("专利号主张", "claim to a number"),
    "foreign": Title("境外申请", "foreign application"),
    "pledge": Title("质押", "pledge"),
    "valuation": Title("评估", "valuation"),
    "license": Title("许可", "license"),
    "assignment": Title("转让", "assignment"),
    "equity": Title("作价投资", "equity"),
    "contract": Title("开发、咨询、服务合同", "service contract"),
    "declaration": Title("开放许可声明", "open-license declaration"),
    "pricing": Title("定价", "pricing"),
    "listing": Title("挂牌", "listing"),
    "check": Title("核查", "check"),
    "risk": Title("风险评估", "risk assessment"),
    "supply": Title("供给项", "item on offer"),
    "demand": Title("需求项", "demand"),
    "lead": Title("线索", "lead"),
    "event": Title("活动", "event"),
    "partner": Title("合作协议", "partner agreement"),
    "programme": Title("建设方案", "programme"),
    "decision": Title("决定", "decision"),
    "account": Title("账户", "account"),
    "statement": Title("对账单", "statement"),
    "receipt": Title("到款", "receipt"),
    "fund": Title("资金", "fund"),
    "reward": Title("奖励", "reward"),
    "heads": Title("日终链首", "daily heads"),
    "reads": Title("查阅记录", "what was read"),
    "books": Title("会计期间", "accounting periods"),
    "limits": Title("审批权限", "approval limits"),
    "sample": Title("样本", "sample"),
    "proposal": Title("授权提请", "proposal"),
    "finding": Title("审计发现", "finding"),
    "evidence": Title("证据", "evidence"),
    "paper": Title("审计底稿", "working paper"),
    "comparison": Title("清单比对", "comparison"),
}
"""Complete by test: every kind of subject that has a history."""

_NAMED: Final[tuple[tuple[type[Fact], str, str, str], ...]] = (
    (InstitutionRegistered, "code", "name_zh", "name_en"),
    (CounterpartyRegistered, "counterparty", "name", "name"),
    (FundOpened, "fund", "title_zh", "title_en"),
)
"""The facts that name what everybody may know: the own id, the Chinese and the English name."""

_NAMED_WITHIN: Final[tuple[tuple[type[Fact], str, str], ...]] = (
    (LicenseGranted, "license", "contract_number"),
    (AssignmentAgreed, "assignment", "contract_number"),
    (EquityContributed, "equity", "contract_number"),
    (ContractSigned, "contract", "contract_number"),
    (FindingRaised, "finding", "title"),
    (EvidenceKept, "document", "title"),
    (WorkingPaperMade, "paper", "title"),
)
"""Contracts are known by their numbers, findings and papers by their titles, to those who may read
their institution: the own id, and the name."""

_SHIPPED: Final = {
    PROGRAMME: Title(IP_CENTRES_2022.title_zh, IP_CENTRES_2022.title_en),
    **{f"policy:{each.id}": Title(each.title_zh, each.title_en) for each in POLICIES},
}
"""Rules go by the titles of their papers, the one programme by that which set it up."""

_TITLED_WITHIN: Final[tuple[tuple[type[Fact], str, str], ...]] = (
    (PatentFiled, "patent", "title"),
    (PctFiled, "foreign", "title"),
    (DisclosureSubmitted, "disclosure", "title"),
    (DisclosureAmended, "disclosure", "title"),
    (SupplyListed, "supply", "title"),
    (DemandRecorded, "demand", "title"),
    (EventHeld, "event", "title"),
    (DecisionRecorded, "decision", "title"),
    (PartnerAgreementSigned, "partner", "name"),
    (AccountRegistered, "account", "bank"),
)
"""What stands beside a number or an id of its own, and is no name by which a page calls it."""


def subject_names(
    tape: Tape,
    wanted: Collection[str],
    within: Collection[str] | None = None,
    withheld: Collection[int] = (),
) -> dict[str, Title]:
    """Names of those subjects that have one in the facts known by then; persons have none there.

    What only an institution's readers may know is told of those `within` (None = all of them), but
    for what the facts at positions `withheld` say.
    """
    shipped = {own: title for own, title in _SHIPPED.items() if own in wanted}
    return shipped | _named(tape, _NAMED, _NAMED_WITHIN, wanted, within, withheld)


def subject_titles(
    tape: Tape,
    wanted: Collection[str] | None,
    within: Collection[str] | None = None,
    withheld: Collection[int] = (),
) -> dict[str, Title]:
    """As `subject_names`, with titles of patents, results and offers; of all subjects for None."""
    return _named(tape, _NAMED, (*_NAMED_WITHIN, *_TITLED_WITHIN), wanted, within, withheld)


def receipt_names(
    tape: Tape, wanted: Collection[str], within: Collection[str] | None = None
) -> dict[str, Title]:
    """Receipts as people tell them apart: value date, payer where one is registered, amount.

    `within` are the institutions whose receipts the reader may know; None for all.
    """
    claimed = _chosen(_chosen(tape.frame(ReceiptClaimed), "receipt", wanted), INSTITUTION, within)
    rows = claimed.select("receipt", "value_date", "payer", "amount_fen", "currency").collect()
    payers = subject_names(tape, rows["payer"].drop_nulls().unique())
    nobody = Title("", "")
    return {
        receipt: Title(
            *(
                " ".join(filter(None, (str(day), name, yuan(fen), "" if own == "CNY" else own)))
                for name in payers.get(payer, nobody)
            )
        )
        for receipt, day, payer, fen, own in rows.iter_rows()
    }


def _named(
    tape: Tape,
    everybody: tuple[tuple[type[Fact], str, str, str], ...],
    readers: tuple[tuple[type[Fact], str, str], ...],
    wanted: Collection[str] | None,
    within: Collection[str] | None,
    withheld: Collection[int],
) -> dict[str, Title]:
    found: dict[str, Title] = {}
    for fact, own, zh, en in everybody:
        frame = _chosen(tape.frame(fact), own, wanted)
        rows = frame.select(pl.col(own).alias("own"), zh=zh, en=en).drop_nulls().collect()
        found.update((row[0], Title(row[1], row[2])) for row in rows.iter_rows())
    for fact, own, name in readers:
        frame = _chosen(_chosen(tape.frame(fact), own, wanted), INSTITUTION, within)
        if withheld:
            frame = frame.filter(~pl.col("position").is_in(list(withheld)))
        rows = frame.select(pl.col(own).alias("own"), name=name).collect()
        found.update((row[0], Title(row[1], row[1])) for row in rows.drop_nulls().iter_rows())
    return found


def _chosen(rows: pl.LazyFrame, column: str, wanted: Collection[str] | None) -> pl.LazyFrame:
    if wanted is None:
        return rows
    return rows.filter(pl.col(column).is_in(pl.Series(sorted(wanted), dtype=pl.String).implode()))
