"""What people call the codes of audit work and of the books."""

from collections.abc import Mapping
from typing import Final

from projections.fact_titles import Title

SAMPLING_METHODS: Final[Mapping[str, Title]] = {
    "random": Title("随机抽样", "random"),
    "systematic": Title("系统抽样", "systematic"),
    "stratified": Title("分层抽样", "stratified"),
    "top": Title("最大项抽样", "largest items"),
    "monetary-unit": Title("货币单元抽样", "monetary unit"),
}
ESTIMATORS: Final[Mapping[str, Title]] = {
    "ratio": Title("比率法", "ratio"),
    "difference": Title("差额法", "difference"),
    "tainting": Title("污染率法", "tainting"),
}
LAYERS: Final[Mapping[str, Title]] = {
    "whole": Title("全部", "whole"),
    "top": Title("最大项", "largest"),
    "rest": Title("其余", "the rest"),
    "certain": Title("必选", "certain"),
    "monetary-unit": Title("按货币单元抽取", "by monetary unit"),
    "out-of-reach": Title("抽取不到（零或负数）", "out of reach (zero or negative)"),
}
SEVERITIES: Final[Mapping[str, Title]] = {
    "minor": Title("一般", "minor"),
    "major": Title("较重", "major"),
    "critical": Title("严重", "critical"),
}
FINDING_OUTCOMES: Final[Mapping[str, Title]] = {
    "mended": Title("已整改", "mended"),
    "not-mended": Title("未整改到位", "not mended"),
    "risk-accepted": Title("接受风险", "risk accepted"),
    "withdrawn": Title("撤回", "withdrawn"),
}
FINDING_STAGES: Final[Mapping[str, Title]] = {
    "raised": Title("待答复", "raised"),
    "answered": Title("已答复待核实", "answered"),
    "mended": Title("已整改待关闭", "mended"),
    "not-mended": Title("未整改到位", "not mended"),
    "closed": Title("已关闭", "closed"),
}
PAPERS: Final[Mapping[str, Title]] = {
    "working-paper": Title("审计工作底稿", "working paper"),
    "evidence-form": Title("取证单", "evidence form"),
}
AUDIT_SIDES: Final[Mapping[str, Title]] = {
    "internal": Title("校内审计", "internal audit"),
    "state": Title("审计机关", "state audit"),
}
LISTS_COMPARED: Final[Mapping[str, Title]] = {
    "license-recordals": Title("许可备案清单", "recorded licenses"),
    "assignment-recordals": Title("转让登记清单", "registered assignments"),
    "exchange-trades": Title("交易所成交清单", "trades of an exchange"),
}
APPROVAL_LEVELS: Final[Mapping[str, Title]] = {
    "office": Title("科研管理部门", "research office"),
    "vice-president": Title("分管校领导", "vice-president"),
    "president": Title("校长", "president"),
    "meeting": Title("校长办公会", "president's meeting"),
}
LATENESS: Final[Mapping[str, Title]] = {
    "31-90": Title("迟登31至90天", "31 to 90 days"),
    "91-365": Title("迟登91至365天", "91 to 365 days"),
    "over-365": Title("迟登365天以上", "over 365 days"),
}
REGISTRIES: Final[Mapping[str, Title]] = {
    "technology-contract": Title("技术合同登记", "technology contract"),
    "patent-office": Title("专利转让登记", "patent office"),
}
LOOKED_AT: Final[Mapping[str, Title]] = {
    "receipt": Title("到款", "receipt"),
    "refund": Title("退款", "refund"),
}
APPROVAL_MATTERS: Final[Mapping[str, Title]] = {
    "license": Title("许可", "license"),
    "assignment": Title("转让", "assignment"),
    "equity": Title("作价投资", "equity"),
    "contract": Title("技术合同", "contract"),
    "distribution": Title("收益分配", "distribution of proceeds"),
}
