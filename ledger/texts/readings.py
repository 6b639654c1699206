"""What people read when a reading was asked for in a way that has no answer."""

from ledger.refusals import Refused
from ledger.texts.text import Text

TEXTS: dict[Refused, Text] = {
    Refused.VIEW_IS_UNKNOWN: Text(
        "没有名为“{view}”的报表，或您无权查阅。",
        "There is no view named '{view}', or you may not read it.",
        "可查阅的报表：{known}。",
        "The views you may read: {known}.",
    ),
    Refused.INDICATOR_IS_UNKNOWN: Text(
        "没有代码为“{indicator}”的指标，或您无权查阅。",
        "There is no indicator '{indicator}', or you may not read it.",
        "可查阅的指标：{known}。",
        "The indicators you may read: {known}.",
    ),
    Refused.INDICATOR_IS_CITY_WIDE: Text(
        "指标“{indicator}”只有全市一个数，不能按机构或组别拆分，也不计增长。",
        "The indicator '{indicator}' is one number for the whole city, neither split by "
        "institution or group nor compared for growth.",
        "请去掉机构和组别后重试；其明细只供可查阅全部机构的人员使用。",
        "Ask without institution and group; its entries are for readers of all institutions.",
    ),
    Refused.CATALOGUE_IS_UNKNOWN: Text(
        "没有代号为“{catalogue}”的条款目录，或您无权查阅。",
        "There is no catalogue of clauses '{catalogue}', or you may not read it.",
        "可查阅的目录：{known}。",
        "The catalogues you may read: {known}.",
    ),
    Refused.CLAUSE_IS_UNKNOWN: Text(
        "目录“{catalogue}”中没有条款“{clause}”。",
        "The catalogue '{catalogue}' has no clause '{clause}'.",
        "该目录的条款：{known}。",
        "The clauses it has: {known}.",
    ),
    Refused.CLAUSE_DOES_NOT_BIND: Text(
        "条款“{clause}”不约束机构“{institution}”，或该机构当时尚未登记。",
        "The clause '{clause}' does not bind '{institution}', or that was not registered then.",
        "请换一个机构，或换一个日期。",
        "Choose another institution, or another day.",
    ),
    Refused.PARAMETER_IS_UNKNOWN: Text(
        "不认识参数“{parameter}”，因此没有给出结果。",
        "The parameter '{parameter}' is not known here, so nothing was answered.",
        "可用的参数：{known}。",
        "Parameters that can be given: {known}.",
    ),
    Refused.PARAMETER_IS_MISSING: Text(
        "缺少参数“{parameter}”。",
        "The parameter '{parameter}' is missing.",
        "请补上该参数后重试。",
        "Add it and ask again.",
    ),
    Refused.PARAMETER_IS_MALFORMED: Text(
        "参数“{parameter}”的值“{value}”无法理解。",
        "The value '{value}' of the parameter '{parameter}' cannot be understood.",
        "应为：{expected}。",
        "Expected: {expected}.",
    ),
    Refused.FILTER_VALUE_IS_UNKNOWN: Text(
        "筛选条件“{filter}”没有“{value}”这一项，因此没有给出结果。",
        "There is no '{value}' to filter by under '{filter}', so nothing was answered.",
        "请核对名称、号码或编号；相近的有：{near}。",
        "Check the name, number or id; what comes near: {near}.",
    ),
    Refused.FILTER_VALUE_IS_AMBIGUOUS: Text(
        "筛选条件“{filter}”中名为“{value}”的不止一个。",
        "Several have the name '{value}' under '{filter}'.",
        "请改用其中一个的编号：{candidates}。",
        "Give the number or id of one of them: {candidates}.",
    ),
    Refused.KNOWN_AT_LIES_OUTSIDE_THE_LOG: Text(
        "日志目前只有 {size} 条事实，没有第 {known_at} 条时的状态。",
        "The log holds {size} facts so far, not {known_at}.",
        "请给出不大于 {size} 的认知时点，或一个时间、日期。",
        "Give a size of at most {size}, or a time or a date.",
    ),
}
