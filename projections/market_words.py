"""What people call the codes of the market desk, of partners and of decisions."""

from typing import Final

from projections.fact_titles import Title

EVENT_KINDS: Final = {
    "matchmaking": Title("对接会", "matchmaking"),
    "negotiation": Title("洽谈会", "negotiation"),
    "exhibition": Title("展示会", "exhibition"),
    "roadshow": Title("推介会", "roadshow"),
    "other": Title("其他", "other"),
}
EVENT_CHANNELS: Final = {
    "online": Title("线上", "online"),
    "on-site": Title("线下", "on site"),
    "both": Title("线上线下", "both"),
}
DECISION_KINDS: Final = {
    "disposal": Title("处置", "disposal"),
    "pricing": Title("定价", "pricing"),
    "distribution": Title("收益分配", "distribution"),
    "exemption": Title("免责", "exemption"),
    "rule-choice": Title("规则口径", "choice of a rule"),
    "not-applicable": Title("条款不适用", "not applicable"),
    "other": Title("其他", "other"),
}
PARTNER_CLASSES: Final = {
    "service-base": Title("综合服务基地", "service base"),
    "operation-promotion-centre": Title("运营促进中心", "operation promotion centre"),
    "service-agency": Title("服务机构", "service agency"),
    "commercial-bank": Title("商业银行", "commercial bank"),
    "investment-institution": Title("投资机构", "investment institution"),
    "leading-enterprise": Title("龙头企业", "leading enterprise"),
    "joint-laboratory": Title("联合实验室", "joint laboratory"),
    "other": Title("其他", "other"),
}
LEAD_STAGES: Final = {
    "contacted": Title("已接洽", "contacted"),
    "visited": Title("已走访", "visited"),
    "negotiating": Title("洽谈中", "negotiating"),
    "agreed": Title("达成意向", "agreed"),
    "contracted": Title("已签约", "contracted"),
}
DEMAND_OUTCOMES: Final = {
    "met": Title("已满足", "met"),
    "lapsed": Title("已失效", "lapsed"),
}
