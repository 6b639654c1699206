"""Words for refusals and breaches around a deal: price, exchange, registration, open licenses."""

from ledger.refusals import Refused
from ledger.texts.text import BreachText, Text

TEXTS: dict[Refused, Text] = {
    Refused.COUNTERPARTY_IS_NOT_THE_CONTRACTS: Text(
        "{counterparty}不是合同{contract}的相对方（应为{expected}）",
        "{counterparty} is not the other side of {contract}, {expected} is",
        "核对相对方，或改填另一份合同",
        "check the counterparty, or name another contract",
    ),
    Refused.CONTRACT_IS_REGISTERED_ALREADY: Text(
        "合同{contract}已经认定登记（登记编号{registration}）",
        "{contract} is in the technology market's register already, as {registration}",
        "登记有误的，先更正原登记",
        "if that registration is wrong, correct it first",
    ),
    Refused.TECHNICAL_AMOUNT_EXCEEDS_TOTAL: Text(
        "技术交易额{technical_fen} 元大于合同总额{total_fen} 元",
        "the technical amount, {technical_fen} yuan, is more than the whole, {total_fen} yuan",
        "按认定登记证明核对两项金额",
        "compare both amounts with the certificate of registration",
    ),
    Refused.SHARE_EXCEEDS_WHAT_IS_HELD: Text(
        "退出的股权{share}多于尚持有的{held}",
        "a share of {share} is given up, but only {held} is held",
        "核对退出比例；全部退出的，填写全部退出",
        "check the share; if all was given up, say that the exit is whole",
    ),
    Refused.OBJECTION_IS_NOT_OPEN: Text(
        "定价{pricing}没有第{number}号待处理的异议",
        "{pricing} has no open objection of number {number}",
        "核对异议编号；已经处理的不再处理",
        "check the number; what is resolved is not resolved again",
    ),
}

_DEALS: dict[str, BreachText] = {
    "contract-has-ended": BreachText(
        "{contract}已于{on}终止",
        "{contract} had ended on {on}",
    ),
    "category-contradicts-contract": BreachText(
        "{contract}的类型是“{kind}”，却按“{category}”认定登记",
        "{contract} is a contract of kind {kind}, yet registered as {category}",
    ),
    "clauses-reviewed-after-signing": BreachText(
        "{contract}于{signed}签订，知识产权条款到{on}才审查",
        "{contract} was signed on {signed}, its clauses were reviewed only on {on}",
    ),
    "counterparty-checked-after-signing": BreachText(
        "{contract}于{signed}签订，相对方到{on}才核查",
        "{contract} was signed on {signed}, the other side was checked only on {on}",
    ),
    "price-notice-is-missing": BreachText(
        "{contract}的价格以协议确定，签订前未见公示（转化法第十八条）",
        "the price of {contract} was agreed, yet not put up before signing (转化法 art. 18)",
    ),
    "price-notice-is-short": BreachText(
        "{pricing}的公示只有{days}日，不足{days_min}日（国发〔2016〕16号）",
        "the notice of {pricing} ran {days} days, not {days_min} (国发〔2016〕16号)",
    ),
    "contract-precedes-end-of-notice": BreachText(
        "{contract}于{signed}签订，早于定价公示结束（{ends}）",
        "{contract} was signed on {signed}, before the notice of its price ended on {ends}",
    ),
    "contract-signed-under-objection": BreachText(
        "{contract}于{signed}签订，当时{raised}提出的异议尚未处理",
        "{contract} was signed on {signed} while the objection of {raised} was open",
    ),
}

_OPEN_LICENSES: dict[str, BreachText] = {
    "open-license-scheme-contradicts-day": BreachText(
        "{declaration}于{on}声明，与“{origin}”的实行时间不符（法定制度自2024年1月20日起）",
        "{declaration} of {on} does not fit the scheme {origin}: by statute since 2024-01-20",
    ),
    "right-is-not-granted-yet": BreachText(
        "{patent}在{on}尚未公告授权，不得声明开放许可（实施细则第八十五条）",
        "{patent} was not yet granted on {on}: no open-license declaration"
        " (专利法实施细则 art. 85)",
    ),
    "open-license-is-declared-already": BreachText(
        "{patent}已有开放许可声明{declaration}，尚未撤回",
        "{patent} is under the declaration {declaration} already, not withdrawn",
    ),
    "annuity-is-unpaid": BreachText(
        "{patent}在{on}欠缴年费，不得声明开放许可（实施细则第八十六条）",
        "an annuity of {patent} was unpaid on {on}: no open-license declaration"
        " (专利法实施细则 art. 86)",
    ),
    "pledgee-consent-is-missing": BreachText(
        "{patent}已出质，未见质权人同意开放许可的证明（实施细则第八十六条）",
        "{patent} is pledged and the pledgee's consent is not shown (专利法实施细则 art. 86)",
    ),
    "open-license-is-announced-already": BreachText(
        "{declaration}已于{on}公告",
        "{declaration} was announced already on {on}",
    ),
    "open-license-is-not-announced": BreachText(
        "{declaration}在{on}尚未公告，不能据以达成许可（专利法第五十一条）",
        "{declaration} was not announced by {on}: no license comes of it (专利法 art. 51)",
    ),
    "open-license-is-withdrawn": BreachText(
        "{declaration}已于{on}撤回",
        "{declaration} had been withdrawn on {on}",
    ),
    "open-license-has-ended": BreachText(
        "{declaration}声明的许可期限已于{ends}届满",
        "the term of {declaration} had run out on {ends}",
    ),
}

BREACHES: dict[str, BreachText] = _DEALS | _OPEN_LICENSES
