"""What people call the codes that stand around figures: levels, parts, units, causes."""

from typing import Final

from projections.fact_titles import Title

LEVELS: Final = {
    "institution": Title("机构", "institution"),
    "group": Title("组别", "group"),
    "total": Title("合计", "total"),
}
GROUPS: Final = {
    "university": Title("高校", "universities"),
    "research-institute": Title("科研院所", "research institutes"),
    "centres": Title("运营中心", "centres"),
}
PARTS: Final = {
    "member": Title("计入项", "member"),
    "numerator": Title("分子", "numerator"),
    "denominator": Title("分母", "denominator"),
    "sample": Title("样本", "sample"),
}
UNITS: Final = {
    "item": Title("项", "items"),
    "patent": Title("件", "patents"),
    "contract": Title("份", "contracts"),
    "person": Title("人", "persons"),
    "yuan": Title("元", "yuan"),
    "day": Title("天", "days"),
    "year": Title("年", "years"),
    "percent": Title("百分比", "percent"),
}
UNDEFINED: Final = {
    "no-denominator": Title("没有分母，无法计算", "nothing to divide by"),
    "no-samples": Title("没有样本", "no samples"),
}
CAUSES: Final = {
    "corrected": Title("更正", "corrected"),
    "voided": Title("作废", "voided"),
    "reversed": Title("冲正或退款", "reversed or refunded"),
    "late": Title("迟报", "reported late"),
    "newly-happened": Title("新发生", "newly happened"),
    "rule-changed": Title("规则变更", "rule changed"),
    "date-moved": Title("随日期变化", "by the course of time"),
}
"""Why an entry changed between two moments of knowledge."""
