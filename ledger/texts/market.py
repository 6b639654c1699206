"""Words for refusals and breaches of the market desk, of decisions and of centres."""

from ledger.refusals import Refused
from ledger.texts.text import BreachText, Text

TEXTS: dict[Refused, Text] = {
    Refused.SUBJECT_HAS_ENDED_ALREADY: Text(
        "{subject}已于{ended}了结",
        "{subject} was over on {ended} already",
        "核对编号；原登记有误的，先更正原登记",
        "check the id; if what was recorded is wrong, correct that first",
    ),
    Refused.ONLY_OTHER_IS_DESCRIBED: Text(
        "类别“{kind}”与类别说明不相配：只有选“其他”才写说明，且必须写",
        "kind {kind} does not go with its words: other is described, every other kind is not",
        "选“其他”时写明是什么，选列明的类别时删去说明",
        "say what it is when the kind is other, leave the words out when it is not",
    ),
    Refused.LEAD_ONLY_MOVES_FORWARD: Text(
        "线索{lead}已到“{reached}”，不能再登记为“{stage}”",
        "the lead {lead} has reached {reached}: {stage} is no further",
        "登记更后的阶段；先前登记有误的，更正原登记",
        "record a later stage; if an earlier record is wrong, correct that",
    ),
    Refused.CONTRACT_GOES_WITH_LAST_STAGE: Text(
        "阶段“{stage}”与合同不相配：签约时须写明合同，签约之前没有合同",
        "stage {stage} does not go with a contract: only the last stage names one, and must",
        "先登记合同，再登记签约；其他阶段不填合同",
        "record the contract first, then contracted; leave it out at every other stage",
    ),
    Refused.CLAUSE_GOES_WITH_NOT_APPLICABLE: Text(
        "决定类别“{kind}”与条款不相配：只有“条款不适用”的决定写明目录和条款，且两者都要写",
        "a decision of kind {kind} does not go with a clause: not-applicable names both catalogue"
        " and clause, no other kind does",
        "按决定的类别补齐或删去目录和条款",
        "give both or leave both out, as the kind asks",
    ),
    Refused.DECISION_IS_APPROVED_ALREADY: Text(
        "{decision}已于{on}批准",
        "{decision} was approved on {on} already",
        "无须再次批准；内容有变的，另行登记决定",
        "there is nothing left to approve; record a new decision if something changed",
    ),
}

BREACHES: dict[str, BreachText] = {
    "centre-is-no-university": BreachText(
        "{institution}是“{kind}”，运营中心面向高校（沪知局〔2022〕21号）",
        "{institution} is a {kind}; centres are for universities (沪知局〔2022〕21号)",
    ),
    "more-centres-than-allowed": BreachText(
        "{institution}是第{selected}所入选高校，方案规定不超过{limit}所，撤销不腾出名额",
        "{institution} is number {selected} to be selected; the plan allows {limit}, and a"
        " withdrawal gives no place back",
    ),
    "centre-is-designated-already": BreachText(
        "{institution}已于{on}认定为运营中心",
        "{institution} was designated already on {on}",
    ),
    "centre-has-not-applied": BreachText(
        "截至{on}未见{institution}的申报，认定以自愿申报为前提",
        "no application of {institution} by {on}; centres are selected among those who apply",
    ),
    "centre-disciplines-are-off": BreachText(
        "{institution}的优势学科为{disciplines}个，方案规定{min}至{max}个",
        "{institution} stands for {disciplines} disciplines; the plan asks for {min} to {max}",
    ),
    "centre-names-no-industry": BreachText(
        "{institution}未写明优势学科所涉及的产业",
        "{institution} names no industry that its disciplines concern",
    ),
    "centre-is-not-designated": BreachText(
        "{institution}此时不是运营中心，无从撤销",
        "{institution} was no centre at the time: there was nothing to withdraw",
    ),
}
