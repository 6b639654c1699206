"""The words of the law book beside the values the ledger stores; one word has one value."""

from collections.abc import Mapping
from types import MappingProxyType

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "中心负责人": "centre-head",
        "中心专职人员": "centre-staff",
        "中心复核人": "centre-reviewer",
        "财务经办": "finance-clerk",
        "财务审批": "finance-approver",
        "完成人": "inventor",
        "分管校领导": "school-leader",
        "校内审计": "internal-auditor",
        "审计机关": "state-auditor",
        "认证审核员": "certification-auditor",
        "局经办": "bureau-clerk",
        "局审批": "bureau-approver",
        "局拨付": "bureau-payer",
        "系统管理员": "administrator",
        "安全管理员": "security-administrator",
        "市教委查阅": "education-commission-reader",
    }
)

CODES: Mapping[str, str] = MappingProxyType(
    {
        # disclosures
        "不予受理": "rejected",
        "本单位": "institution",
        "所有权": "ownership",
        "建议申请": "file",
        "申请专利": "file",
        # patents
        "发明": "invention",
        "实用新型": "utility-model",
        "外观设计": "design",
        "审查中": "pending",
        "已授权": "granted",
        "已终止": "lapsed",
        "已放弃": "abandoned",
        "已恢复": "restored",
        "已届满": "expired",
        "已无效": "invalidated",
        "部分无效": "partly-invalidated",
        "已公布": "published",
        "已撤回": "withdrawn",
        "已驳回": "rejected",
        "登记": "registered",
        "主张": "claimed",
        "已主张": "claimed",
        "有争议": "contested",
        "已裁定": "settled",
        "待缴": "due",
        "逾期未缴": "overdue",
        "已缴": "paid",
        "逾期缴纳": "paid-late",
        # deals
        "许可": "license",
        "转让": "assignment",
        "作价投资": "equity",
        "技术开发": "development",
        "技术咨询": "consulting",
        "技术服务": "service",
        "技术转让": "assignment",
        "技术许可": "license",
        "协议": "agreement",
        "挂牌": "listing",
        "拍卖": "auction",
        "独占": "exclusive",
        "排他": "sole",
        "普通": "ordinary",
        "协商": "negotiated",
        "开放许可": "open",
        "开放许可试点": "open-pilot",
        "强制许可": "compulsory",
        "一次付清": "fixed",
        "分期": "instalments",
        "提成": "royalty",
        "入门费加提成": "entry-fee-plus-royalty",
        "零入门费": "zero-entry-fee",
        "先使用后付费": "pay-later",
        "免费": "free",
        "履行中": "live",
        "已退出": "exited",
        "未开始": "pending-start",
        "期满": "ended",
        "提前终止": "terminated",
        "已签订": "agreed",
        "已登记": "registered",
        "部分登记": "partly-registered",
        "已解除": "rescinded",
        # market desk and decisions
        "对接会": "matchmaking",
        "洽谈会": "negotiation",
        "展示会": "exhibition",
        "推介会": "roadshow",
        "其他": "other",
        "线上": "online",
        "线下": "on-site",
        "线上线下": "both",
        "已接洽": "contacted",
        "已走访": "visited",
        "洽谈中": "negotiating",
        "达成意向": "agreed",
        "已签约": "contracted",
        "已满足": "met",
        "已失效": "lapsed",
        "服务机构": "service-agency",
        "商业银行": "commercial-bank",
        "联合实验室": "joint-laboratory",
        "协议定价": "pricing",
        "条款不适用": "not-applicable",
        "规则口径": "rule-choice",
        # money
        "许可费": "license-fee",
        "转让价款": "assignment-price",
        "销售提成": "royalty",
        "开发费": "development-fee",
        "服务费": "service-fee",
        "保证金": "deposit",
        "逾期利息": "late-interest",
        "待查": "unknown",
        "机构账户": "institution",
        "资产公司账户": "asset-company",
        "已结清": "settled",
        "未到期": "not-due",
        "逾期1至30天": "1-30",
        "逾期31至60天": "31-60",
        "逾期61至90天": "61-90",
        "逾期91至180天": "91-180",
        "逾期181至365天": "181-365",
        "逾期365天以上": "over-365",
        # parties
        "大型": "large",
        "中型": "medium",
        "小型": "small",
        "微型": "micro",
        "工业": "industry",
        "软件和信息技术服务业": "software-and-information-technology-services",
        "其他未列明行业": "other",
        "统一社会信用代码": "credit-code",
        "境外登记号": "foreign-register",
        "自然人": "individual",
        # audit work and books
        "货币单元抽样": "monetary-unit",
        "较重": "major",
        "待答复": "raised",
        "已关闭": "closed",
        "已整改": "mended",
        "取证单": "evidence-form",
        "科研管理部门": "office",
        "分管校领导": "vice-president",
        "校长办公会": "meeting",
        # the fund
        "设立": "opened",
        "申报": "claimed",
        "受理": "accepted",
        "退回": "returned",
        "认定": "judged",
        "不予奖励": "refused",
        "审核": "reviewed",
        "公示": "publicised",
        "核定": "awarded",
        "限额核减": "capped",
        "拨付": "appropriated",
        "发放": "disbursed",
        "结余退回": "unspent-returned",
        "追回": "clawed-back",
        "关闭": "closed",
        "逐笔到款": "receipt",
        "按合同累计": "contract-cumulative",
        "逐件申报": "claim",
        "资金总额": "fund",
        "单个机构限额": "institution",
        "单个合同限额": "contract",
        "个人限额": "person",
    }
)
"""Words shared by tables of deeds and of readings; two words may stand for one stored value."""


def code(word: str) -> str:
    """The stored value of a word. An unknown word is a slip in the law book."""
    return CODES[word]


def means(word: str, stored: str) -> bool:
    """Whether a word of the law book stands for a stored value."""
    return CODES.get(word, word) == stored


FUND_SWITCHES: Mapping[str, tuple[str, Mapping[str, object]]] = MappingProxyType(
    {
        "取整层级": (
            "rounding_level",
            {"按合同累计": "contract-cumulative", "逐笔到款": "receipt", "逐件申报": "claim"},
        ),
        "取整方式": (
            "rounding",
            {"四舍五入到分": "half-up-fen", "舍去分以下": "floor-fen", "舍去元以下": "floor-yuan"},
        ),
        "团队口径": ("team_reading", {"团队合计": "team-in-all", "每人": "each-member"}),
        "超额处理": (
            "over_cap",
            {"按核定先后": "order-of-award", "按比例": "pro-rata", "人工确定": "manual"},
        ),
        "退款处理": ("refund_policy", {"追回": "claw-back", "抵扣": "set-off", "不追回": "leave"}),
        "追回资金": ("freed_money", {"不再使用": "not-reusable", "可再使用": "reusable"}),
        "关联方": ("related_party", {"标注": "flag", "排除": "exclude"}),
        "受大型企业控制": ("controlled_by_large", {"标注": "flag", "排除": "exclude"}),
        "基数扣除增值税": ("base_reduced_by_vat", {"是": True, "否": False}),
        "规模认定时点": (
            "size_as_of",
            {"签约时": "contract", "到款时": "receipt", "申报时": "claim"},
        ),
    }
)
"""Switches of a fund with a closed list of choices: field and words."""

FUND_LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "资金总额": "cap_fen",
        "单个机构限额": "cap_per_institution_fen",
        "单个合同限额": "cap_per_contract_fen",
        "个人限额": "cap_per_person_fen",
    }
)
"""Limits of a fund in yuan."""

FUND_WINDOWS: Mapping[str, str] = MappingProxyType(
    {
        "拨付期间": "appropriation_window",
        "到款期间": "receipt_window",
        "签约期间": "contract_window",
    }
)
"""Periods of a fund, written as two dates with 至 between them."""

FACT_TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "到款认领": "receipt-claimed.v1",
        "退款": "receipt-refunded.v1",
        "银行扣费": "bank-fee-recorded.v1",
        "核销": "receipt-allocated.v1",
        "许可合同": "license-granted.v1",
        "转让合同": "assignment-agreed.v1",
        "专利申请": "patent-filed.v2",
        "专利授权": "patent-granted.v1",
        "追加应收款": "instalment-scheduled.v1",
        "核定": "reward-awarded.v1",
        "成果披露": "disclosure-submitted.v1",
        "披露受理": "disclosure-accepted.v1",
        "申请前评估": "prefiling-assessed.v1",
        "高价值标注": "high-value-tagged.v1",
        "国际申请": "pct-filed.v1",
        "境外申请": "foreign-filed.v1",
        "转让登记": "assignment-registered.v1",
        "许可备案": "license-recorded.v1",
        "作价投资": "equity-contributed.v1",
        "开发咨询服务合同": "contract-signed.v1",
        "规模核定": "counterparty-size-verified.v1",
        "开放许可公告": "open-license-announced.v1",
        "挂牌成交": "exchange-traded.v1",
    }
)
"""What people call the facts that corrections speak of."""
