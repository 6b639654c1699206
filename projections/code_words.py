"""What people call the stored codes, by the field or column that holds them."""

from collections.abc import Mapping
from typing import Final

from ledger.facts.patents import OFFICE_RECORD
from ledger.policies.sme_2011 import Industry
from projections.audit_words import (
    APPROVAL_LEVELS,
    APPROVAL_MATTERS,
    AUDIT_SIDES,
    ESTIMATORS,
    FINDING_OUTCOMES,
    FINDING_STAGES,
    LATENESS,
    LAYERS,
    LISTS_COMPARED,
    LOOKED_AT,
    PAPERS,
    REGISTRIES,
    SAMPLING_METHODS,
    SEVERITIES,
)
from projections.completeness import VERDICTS as COMPARED
from projections.deal_words import (
    CATEGORIES,
    CHECKED_MATTERS,
    CRITERIA,
    OUTCOMES,
    PRICE_BREACHES,
    PRICE_METHODS,
    RISK_LEVELS,
    SCHEMES,
    SERVICE_KINDS,
)
from projections.disclosure_words import (
    DISCLOSURE_STAGES,
    FILING_DECISIONS,
    FUNDING,
    OWNERS,
    RESULT_KINDS,
    RIGHTS,
    VERDICTS,
)
from projections.fact_titles import TITLES, Title
from projections.figure_words import CAUSES, GROUPS, LEVELS, PARTS, UNDEFINED, UNITS
from projections.market_words import (
    DECISION_KINDS,
    DEMAND_OUTCOMES,
    EVENT_CHANNELS,
    EVENT_KINDS,
    LEAD_STAGES,
    PARTNER_CLASSES,
)
from projections.portfolio_words import (
    ANNUITY_STATUSES,
    APPLICATION_STATUSES,
    ASPECTS,
    HIGH_VALUE_TAGS,
    MAINTENANCE_DECISIONS,
    VALUATION_METHODS,
)
from projections.reward_words import (
    FREED_MONEY,
    LIMITS,
    OVER_CAP,
    REFUND_POLICIES,
    ROUNDING_LEVELS,
    ROUNDINGS,
    SIZE_DAYS,
    STAGES,
    TEAM_READINGS,
    TREATMENTS,
)

_ROLES: Final = {
    "centre-head": Title("中心负责人", "centre head"),
    "centre-staff": Title("中心专职人员", "centre staff"),
    "centre-reviewer": Title("中心复核人", "centre reviewer"),
    "finance-clerk": Title("财务经办", "finance clerk"),
    "finance-approver": Title("财务审批", "finance approver"),
    "school-leader": Title("分管校领导", "school leader"),
    "internal-auditor": Title("校内审计", "internal auditor"),
    "state-auditor": Title("审计机关", "state auditor"),
    "certification-auditor": Title("认证审核员", "certification auditor"),
    "bureau-clerk": Title("知识产权局经办", "bureau clerk"),
    "bureau-approver": Title("知识产权局审批", "bureau approver"),
    "bureau-payer": Title("知识产权局拨付", "bureau payer"),
    "education-commission-reader": Title("教委查阅", "education commission reader"),
    "inventor": Title("完成人", "inventor"),
    "service-team-member": Title("服务团队成员", "service team member"),
    "envoy": Title("特派员", "envoy"),
    "administrator": Title("系统管理员", "administrator"),
    "security-administrator": Title("安全管理员", "security administrator"),
    "security-auditor": Title("安全审计员", "security auditor"),
}
_KINDS: Final = {
    "license": Title("许可", "license"),
    "assignment": Title("转让", "assignment"),
    "equity": Title("作价投资", "equity"),
    "invention": Title("发明专利", "invention"),
    "utility-model": Title("实用新型", "utility model"),
    "design": Title("外观设计", "design"),
    "university": Title("高校", "university"),
    "research-institute": Title("科研院所", "research institute"),
    "bureau": Title("知识产权局", "bureau"),
    "education-commission": Title("教育委员会", "education commission"),
    "human": Title("自然人", "human"),
    "program": Title("程序", "program"),
}
_STATUSES: Final = {
    "live": Title("履行中", "live"),
    "pending-start": Title("尚未开始", "not started"),
    "ended": Title("已到期", "ended"),
    "terminated": Title("已解除", "terminated"),
    "agreed": Title("已签订", "agreed"),
    "partly-registered": Title("部分登记", "partly registered"),
    "registered": Title("已登记", "registered"),
    "rescinded": Title("已撤销", "rescinded"),
    "exited": Title("已退出", "exited"),
    "pending": Title("审查中", "pending"),
    **APPLICATION_STATUSES,
    "granted": Title("有效", "granted"),
    "restored": Title("已恢复", "restored"),
    "lapsed": Title("已终止", "lapsed"),
    "abandoned": Title("已放弃", "abandoned"),
    "expired": Title("已届满", "expired"),
    "invalidated": Title("已无效", "invalidated"),
    "partly-invalidated": Title("部分无效", "partly invalidated"),
}
_SIZES: Final = {
    "large": Title("大型", "large"),
    "medium": Title("中型", "medium"),
    "small": Title("小型", "small"),
    "micro": Title("微型", "micro"),
    "not-classifiable": Title("不划型", "not classifiable"),
}
_PURPOSES: Final = {
    "license-fee": Title("许可费", "license fee"),
    "assignment-price": Title("转让价款", "assignment price"),
    "royalty": Title("提成", "royalty"),
    "development-fee": Title("开发费", "development fee"),
    "service-fee": Title("服务费", "service fee"),
    "deposit": Title("保证金", "deposit"),
    "liquidated-damages": Title("违约金", "liquidated damages"),
    "late-interest": Title("逾期利息", "late interest"),
    "annuity-reimbursement": Title("年费代付", "annuity reimbursement"),
    "tax": Title("税费", "tax"),
    "equity": Title("股权", "equity"),
    "unknown": Title("待查", "unknown"),
    "bearer": Title("程序令牌", "bearer token"),
    "sign-in": Title("登录链接", "sign-in link"),
    "session": Title("登录会话", "session"),
}
_HOLDERS: Final = {
    "institution": Title("本单位", "institution"),
    "asset-company": Title("资产公司", "asset company"),
    "exchange-escrow": Title("交易所代管", "exchange escrow"),
    "acceptance-bill": Title("承兑汇票", "acceptance bill"),
}
_BREACHES: Final = {
    "exclusive-licenses-overlap": Title("独占或排他许可重叠", "exclusive licenses overlap"),
    "exclusive-over-ordinary": Title("普通许可在先又独占", "exclusive over ordinary"),
    "exclusive-after-open": Title("开放许可期间又独占", "exclusive during open license"),
    "open-under-exclusive": Title("独占期间开放许可", "open under exclusive"),
    "ordinary-under-exclusive": Title("独占期间又普通许可", "ordinary under exclusive"),
    "ordinary-under-sole": Title("排他期间又普通许可", "ordinary under sole"),
    "right-is-not-in-force": Title("权利未有效存续", "right not in force"),
    "recordal-is-late": Title("备案逾期", "recordal is late"),
    "money-before-registration": Title("登记前已到账", "money before registration"),
    "filing-decided-without-assessment": Title("申请决定前未评估", "decided without assessment"),
    "holder-is-not-a-contributor": Title("赋权对象非完成人", "holder did not contribute"),
    "result-published-before-filing-decided": Title("申请决定前已发布", "published too early"),
}
_EVIDENCE: Final = {
    "synthetic": Title("虚构数据", "made-up data"),
    "public-report": Title("公开报道", "public report"),
    "sub-license-consent": Title("分许可同意书", "consent to the sub-license"),
    "co-owner-consent": Title("共有人同意书", "co-owner's consent"),
    "pledgee-consent": Title("质权人同意书", "pledgee's consent"),
    "evaluation-report": Title("专利权评价报告", "evaluation report"),
    OFFICE_RECORD: Title("专利登记簿副本", "patent office's register extract"),
}

_INDUSTRIES: Final = {
    Industry.AGRICULTURE: Title("农、林、牧、渔业", "agriculture, forestry, fishery"),
    Industry.INDUSTRY: Title("工业", "industry"),
    Industry.CONSTRUCTION: Title("建筑业", "construction"),
    Industry.WHOLESALE: Title("批发业", "wholesale"),
    Industry.RETAIL: Title("零售业", "retail"),
    Industry.TRANSPORT: Title("交通运输业", "transport"),
    Industry.WAREHOUSING: Title("仓储业", "warehousing"),
    Industry.POST: Title("邮政业", "post"),
    Industry.ACCOMMODATION: Title("住宿业", "accommodation"),
    Industry.CATERING: Title("餐饮业", "catering"),
    Industry.INFORMATION_TRANSMISSION: Title("信息传输业", "information transmission"),
    Industry.SOFTWARE: Title("软件和信息技术服务业", "software and IT services"),
    Industry.REAL_ESTATE: Title("房地产开发经营", "real estate development"),
    Industry.PROPERTY_MANAGEMENT: Title("物业管理", "property management"),
    Industry.LEASING: Title("租赁和商务服务业", "leasing and business services"),
    Industry.OTHER: Title("其他未列明行业", "other industries"),
}

CODE_WORDS: Final[Mapping[str, Mapping[str, Title]]] = {
    "ageing": {
        "settled": Title("已结清", "settled"),
        "not-due": Title("未到期", "not due"),
        "1-30": Title("逾期 1–30 天", "1-30 days late"),
        "31-60": Title("逾期 31–60 天", "31-60 days late"),
        "61-90": Title("逾期 61–90 天", "61-90 days late"),
        "91-180": Title("逾期 91–180 天", "91-180 days late"),
        "181-365": Title("逾期 181–365 天", "181-365 days late"),
        "over-365": Title("逾期 365 天以上", "over 365 days late"),
    },
    "aspects": ASPECTS,
    "basis": {
        "declaration-letter": Title("企业声明函", "declaration letter"),
        "platform": Title("官方查询平台", "official platform"),
        "financial-statements": Title("财务报表", "financial statements"),
        "public-report": Title("公开报道", "public report"),
    },
    "breaches": {**_BREACHES, **PRICE_BREACHES},
    "category": CATEGORIES,
    "cause": {
        "agreed": Title("协商解除", "agreed"),
        "breach": Title("违约", "breach"),
        "invalidated": Title("专利无效", "invalidated"),
        "other": Title("其他", "other"),
        "unpaid-annuity": Title("未缴年费", "unpaid annuity"),
        "abandoned": Title("主动放弃", "abandoned"),
        **CAUSES,
    },
    "change": {
        "added": Title("新增", "added"),
        "removed": Title("不再列示", "removed"),
        "changed": Title("变动", "changed"),
    },
    "channel": EVENT_CHANNELS,
    "clock": {"real": Title("真实", "real"), "simulated": Title("模拟", "simulated")},
    "controlled_by_large": TREATMENTS,
    "criteria": CRITERIA,
    "currency": {"CNY": Title("人民币", "CNY")},
    "deal_kinds": _KINDS,
    "decision": {**MAINTENANCE_DECISIONS, **FILING_DECISIONS},
    "declared_size": _SIZES,
    "evidence": _EVIDENCE,
    "estimator": ESTIMATORS,
    "exclusivity": {
        "exclusive": Title("独占", "exclusive"),
        "sole": Title("排他", "sole"),
        "ordinary": Title("普通", "ordinary"),
    },
    "fact": {fact.TOPIC: title for fact, title in TITLES.items()},
    "extent": {"wholly": Title("全部", "wholly"), "partly": Title("部分", "partly")},
    "freed_money": FREED_MONEY,
    "funding": FUNDING,
    "gives": {
        "actor": Title("另开账号", "a further account"),
        "role": Title("角色", "a role"),
        "token": Title("令牌", "a token"),
    },
    "high_value_tags": HIGH_VALUE_TAGS,
    "holder": _HOLDERS,
    "holders": _HOLDERS,
    "group": GROUPS,
    "identifier_kind": {
        "credit-code": Title("统一社会信用代码", "credit code"),
        "foreign-register": Title("境外登记号", "foreign register"),
        "individual": Title("自然人证件", "individual"),
        "hk-macao-taiwan": Title("港澳台登记号", "Hong Kong, Macao or Taiwan register"),
    },
    "institution_kinds": _KINDS,
    "industry": {industry.value: title for industry, title in _INDUSTRIES.items()},
    "kind": {
        **_KINDS,
        **SERVICE_KINDS,
        **EVENT_KINDS,
        **DECISION_KINDS,
        **RESULT_KINDS,
        **PAPERS,
        **LISTS_COMPARED,
    },
    "lateness": LATENESS,
    "layer": LAYERS,
    "level": {**RISK_LEVELS, **APPROVAL_LEVELS},
    "limit": LIMITS,
    "line": {
        "then": Title("当时", "then"),
        "change": Title("变化", "change"),
        "now": Title("其后", "now"),
    },
    "matter": {**APPROVAL_MATTERS, **LOOKED_AT},
    "matters": CHECKED_MATTERS,
    "method": {**PRICE_METHODS, **VALUATION_METHODS, **SAMPLING_METHODS},
    "movement": {
        "allocated": Title("核销", "allocated"),
        "deallocated": Title("撤销核销", "de-allocated"),
        "refunded": Title("退款", "refunded"),
        "reversed": Title("冲正", "reversed"),
    },
    "origin": {
        "negotiated": Title("协商许可", "negotiated"),
        "open": Title("开放许可", "open license"),
        "open-pilot": Title("开放许可试点", "open-license pilot"),
        "compulsory": Title("强制许可", "compulsory"),
        "implied": Title("默示许可", "implied"),
    },
    "outcome": {**DEMAND_OUTCOMES, **OUTCOMES, **FINDING_OUTCOMES},
    "other_fact": {fact.TOPIC: title for fact, title in TITLES.items()},
    "over_cap": OVER_CAP,
    "owner": OWNERS,
    "part": PARTS,
    "partner_class": PARTNER_CLASSES,
    "payment": {
        "fixed": Title("一次总付", "fixed"),
        "instalments": Title("分期支付", "instalments"),
        "royalty": Title("提成", "royalty"),
        "entry-fee-plus-royalty": Title("入门费加提成", "entry fee plus royalty"),
        "zero-entry-fee": Title("零入门费", "zero entry fee"),
        "pay-later": Title("先使用后付费", "pay later"),
        "free": Title("免费", "free"),
    },
    "price_method": PRICE_METHODS,
    "purpose": _PURPOSES,
    "purposes": _PURPOSES,
    "registry": REGISTRIES,
    "refund_policy": REFUND_POLICIES,
    "related_party": TREATMENTS,
    "right": RIGHTS,
    "role": _ROLES,
    "rounding": ROUNDINGS,
    "rounding_level": ROUNDING_LEVELS,
    "scheme": SCHEMES,
    "scope": LEVELS,
    "severity": SEVERITIES,
    "side": AUDIT_SIDES,
    "size": _SIZES,
    "size_as_of": SIZE_DAYS,
    "sizes": _SIZES,
    "stage": {**STAGES, **LEAD_STAGES, **DISCLOSURE_STAGES, **FINDING_STAGES},
    "said": {
        "registered": Title("登记", "registered it"),
        "claimed": Title("主张", "claims it"),
    },
    "number_status": {
        "claimed": Title("已主张", "claimed"),
        "contested": Title("有争议", "contested"),
        "settled": Title("已裁定", "settled"),
    },
    "status": {**_STATUSES, **ANNUITY_STATUSES},
    "tag": HIGH_VALUE_TAGS,
    "team_reading": TEAM_READINGS,
    "type": {fact.TOPIC: title for fact, title in TITLES.items()},
    "undefined": UNDEFINED,
    "unit": UNITS,
    "verdict": VERDICTS,
    "compared": COMPARED,
}
"""Field to stored code to words; complete by test for every closed list of codes in the facts."""

_DEALS: Final = ("license", "assignment", "equity", *SERVICE_KINDS)
_RIGHTS: Final = ("invention", "utility-model", "design")
_MONEY: Final = tuple(code for code in _PURPOSES if code not in ("bearer", "sign-in", "session"))
_LIVES: Final = ("live", "pending-start", "ended", "terminated", "exited")
_TRANSFERS: Final = ("agreed", "partly-registered", "registered", "rescinded")

CHOICES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("deals", "kind"): _DEALS,
    ("deals", "status"): (*_LIVES, *_TRANSFERS),
    ("pricings", "method"): tuple(PRICE_METHODS),
    ("receivables", "purpose"): _MONEY,
    ("allocations", "purpose"): _MONEY,
    ("disclosures", "kind"): ("invention", "design", *RESULT_KINDS),
    ("disclosures", "stage"): tuple(DISCLOSURE_STAGES),
    ("disclosures", "decision"): tuple(FILING_DECISIONS),
    ("annuities", "status"): tuple(ANNUITY_STATUSES),
    ("patents", "kind"): _RIGHTS,
    ("number-claims", "number_status"): ("claimed", "contested", "settled"),
    ("patents", "status"): tuple(c for c in _STATUSES if c not in (*_LIVES, *_TRANSFERS)),
    ("reward-fund", "stage"): tuple(STAGES),
    ("reward-claims", "stage"): tuple(c for c in STAGES if c not in ("opened", "closed")),
    ("events", "kind"): tuple(EVENT_KINDS),
    ("decisions", "kind"): tuple(DECISION_KINDS),
    ("demands", "outcome"): tuple(DEMAND_OUTCOMES),
    ("leads", "stage"): tuple(LEAD_STAGES),
    ("findings", "stage"): tuple(FINDING_STAGES),
    ("samples", "method"): tuple(SAMPLING_METHODS),
    ("working-papers", "kind"): tuple(PAPERS),
    ("comparisons", "kind"): tuple(LISTS_COMPARED),
    ("approval-limits", "matter"): tuple(APPROVAL_MATTERS),
    ("split-contracts", "matter"): ("license", "assignment", "contract"),
    ("round-amounts", "matter"): (*LOOKED_AT, "license", "assignment", "contract"),
    ("institutions", "kind"): tuple(
        code for code in _KINDS if code not in (*_DEALS, *_RIGHTS, "human", "program")
    ),
}
"""View and column to the codes that can stand there, where the field has others elsewhere."""


def choices(view: str, column: str) -> tuple[str, ...]:
    """The codes that can stand in a column of a view; none where the list is not closed."""
    return CHOICES.get((view, column), tuple(CODE_WORDS.get(column, ())))


def code_words(field: str, code: str) -> Title:
    """The words of a code; a code outside the closed lists speaks for itself."""
    known = CODE_WORDS.get(field, {}).get(code)
    return known if known is not None else Title(code, code)
