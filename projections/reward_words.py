"""What people call the codes of the reward fund: its stages, and the terms that it is run on."""

from typing import Final

from projections.fact_titles import Title

STAGES: Final = {
    "opened": Title("设立", "opened"),
    "claimed": Title("申报", "claimed"),
    "accepted": Title("受理", "accepted"),
    "returned": Title("退回", "returned"),
    "judged": Title("资格认定", "judged"),
    "refused": Title("不予认定", "refused"),
    "reviewed": Title("审核", "reviewed"),
    "publicised": Title("公示", "publicised"),
    "awarded": Title("核定", "awarded"),
    "capped": Title("限额核减", "capped"),
    "appropriated": Title("拨付", "appropriated"),
    "disbursed": Title("发放", "disbursed"),
    "unspent-returned": Title("结余退回", "unspent returned"),
    "clawed-back": Title("追回", "clawed back"),
    "closed": Title("关闭", "closed"),
}
TREATMENTS: Final = {
    "flag": Title("提示", "flag"),
    "exclude": Title("排除", "exclude"),
}
FREED_MONEY: Final = {
    "not-reusable": Title("不再使用", "not reusable"),
    "reusable": Title("可再使用", "reusable"),
}
LIMITS: Final = {
    "fund": Title("资金总额", "fund"),
    "institution": Title("单个机构限额", "institution"),
    "contract": Title("单份合同限额", "contract"),
    "person": Title("个人限额", "person"),
    "recipients": Title("人数限额", "recipients"),
    "manual": Title("人工核定", "manual"),
}
OVER_CAP: Final = {
    "order-of-award": Title("按核定先后", "order of award"),
    "pro-rata": Title("按比例", "pro rata"),
    "manual": Title("人工核定", "manual"),
}
REFUND_POLICIES: Final = {
    "claw-back": Title("追回", "claw back"),
    "set-off": Title("抵扣", "set off"),
    "leave": Title("不追回", "leave"),
}
ROUNDINGS: Final = {
    "half-up-fen": Title("四舍五入到 0.01 元", "half up to 0.01 yuan"),
    "floor-fen": Title("舍去 0.01 元以下", "down to 0.01 yuan"),
    "floor-yuan": Title("舍去元以下", "down to the yuan"),
}
ROUNDING_LEVELS: Final = {
    "contract-cumulative": Title("按合同累计", "contract, cumulative"),
    "receipt": Title("逐笔到款", "each receipt"),
    "claim": Title("按申报", "each claim"),
}
SIZE_DAYS: Final = {
    "contract": Title("签约时", "at signing"),
    "receipt": Title("到款时", "at receipt"),
    "claim": Title("申报时", "at claim"),
}
TEAM_READINGS: Final = {
    "team-in-all": Title("按团队合计", "team in all"),
    "each-member": Title("按每名成员", "each member"),
}
