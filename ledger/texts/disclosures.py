"""Words for refusals and breaches around disclosures of results."""

from ledger.refusals import Refused
from ledger.texts.text import BreachText, Text

TEXTS: dict[Refused, Text] = {
    Refused.DISCLOSURE_IS_AT_ANOTHER_STAGE: Text(
        "披露处于“{stage}”环节，此操作只适用于：{needed}",
        "the disclosure is at the stage {stage}; this fits only: {needed}",
        "查看披露的当前环节；已撤回或不予受理的成果须重新提交披露",
        "look at where the disclosure stands; a result withdrawn or rejected is submitted anew",
    ),
    Refused.INVENTOR_IS_NOT_A_CONTRIBUTOR: Text(
        "完成人只能披露本人参与完成的成果",
        "an inventor discloses only results to which they contributed",
        "把本人列入完成人名单，或请中心专职人员代为提交",
        "name yourself among the contributors, or ask the centre's staff to submit it",
    ),
    Refused.PERSON_IS_NAMED_TWICE: Text(
        "同一人员{person}重复列出",
        "{person} is named twice",
        "每人只列一次",
        "name each person once",
    ),
    Refused.SHARES_DO_NOT_SUM_TO_WHOLE: Text(
        "{persons}名完成人中{given}人填有份额，合计{sum}，份额须全部填写且合计为 1",
        "{given} of {persons} contributors have shares, which sum to {sum};"
        " all must have one and the sum be 1",
        "补齐或改正份额；尚未商定的，全部留空",
        "complete or correct the shares; while they are not agreed, leave them all out",
    ),
}

BREACHES: dict[str, BreachText] = {
    "holder-is-not-a-contributor": BreachText(
        "获得赋权的{person}不在该成果的完成人之列",
        "{person}, who was given a right, is no contributor to the result",
    ),
    "result-published-before-filing-decided": BreachText(
        "成果于{on}发布时尚未作出专利申请决定，可能丧失新颖性",
        "the result was published on {on} before its filing was decided; novelty is at risk",
    ),
    "filing-decided-without-assessment": BreachText(
        "{on}作出专利申请决定前没有申请前评估",
        "filing was decided on {on} without a pre-filing assessment",
    ),
}
