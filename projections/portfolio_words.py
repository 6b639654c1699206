"""What people call the codes of a patent portfolio."""

from typing import Final

from projections.fact_titles import Title

APPLICATION_STATUSES: Final = {
    "published": Title("已公布", "published"),
    "withdrawn": Title("已撤回", "withdrawn"),
    "rejected": Title("已驳回", "rejected"),
}
ANNUITY_STATUSES: Final = {
    "due": Title("待缴", "due"),
    "overdue": Title("逾期未缴", "overdue"),
    "paid": Title("已缴", "paid"),
    "paid-late": Title("逾期缴纳", "paid late"),
}
HIGH_VALUE_TAGS: Final = {
    "strategic-emerging-industry": Title("战略性新兴产业", "strategic emerging industry"),
    "overseas-family": Title("在海外有同族专利", "family abroad"),
    "maintained-over-ten-years": Title("维持超过十年", "maintained over ten years"),
    "large-pledge": Title("较高质押融资金额", "large pledge"),
    "award": Title("获国家科学技术奖或中国专利奖", "award"),
}
ASPECTS: Final = {
    "legal": Title("法律", "legal"),
    "technical": Title("技术", "technical"),
    "market": Title("市场", "market"),
    "team": Title("团队", "team"),
}
MAINTENANCE_DECISIONS: Final = {
    "keep": Title("维持", "keep"),
    "give-up": Title("放弃", "give up"),
}
VALUATION_METHODS: Final = {
    "income": Title("收益法", "income method"),
    "market": Title("市场法", "market method"),
    "cost": Title("成本法", "cost method"),
}
