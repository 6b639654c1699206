"""Words for the codes that stand around a deal: price, check, registration, open license."""

from typing import Final

from projections.fact_titles import Title

SERVICE_KINDS: Final = {
    "development": Title("技术开发", "development"),
    "consulting": Title("技术咨询", "consulting"),
    "service": Title("技术服务", "service"),
}
CATEGORIES: Final = {
    **SERVICE_KINDS,
    "assignment": Title("技术转让", "assignment"),
    "license": Title("技术许可", "license"),
}
PRICE_METHODS: Final = {
    "agreement": Title("协议定价", "agreement"),
    "listing": Title("挂牌交易", "listing"),
    "auction": Title("拍卖", "auction"),
}
SCHEMES: Final = {
    "open": Title("法定开放许可", "statutory"),
    "open-pilot": Title("开放许可试点", "pilot"),
}
CRITERIA: Final = {
    "market-prospect": Title("市场前景好", "good prospects on the market"),
    "wide-application": Title("适用面广", "wide application"),
    "practical": Title("实用性强", "practical"),
    "many-sites": Title("可多地实施", "can be worked in many places"),
}
CHECKED_MATTERS: Final = {
    "intent-to-work": Title("实施意愿", "intent to work the right"),
    "capability": Title("实施能力", "capability"),
    "credit": Title("信用状况", "credit"),
    "related-party": Title("关联关系", "related party"),
}
RISK_LEVELS: Final = {
    "low": Title("低", "low"),
    "medium": Title("中", "medium"),
    "high": Title("高", "high"),
}
OUTCOMES: Final = {
    "sound": Title("可靠", "sound"),
    "doubtful": Title("存疑", "doubtful"),
    "bad-faith": Title("非善意", "bad faith"),
    "agreed": Title("同意", "agreed"),
    "changes-asked": Title("要求修改", "changes asked"),
    "upheld": Title("异议成立", "upheld"),
    "dismissed": Title("异议不成立", "dismissed"),
}
PRICE_BREACHES: Final = {
    "price-notice-is-missing": Title("协议定价未公示", "agreed price not put up"),
    "price-notice-is-short": Title("公示天数不足", "notice too short"),
    "contract-precedes-end-of-notice": Title("公示未满已签约", "signed before the notice ended"),
    "contract-signed-under-objection": Title("异议未处理已签约", "signed under an objection"),
}
