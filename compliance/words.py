"""What people call the codes of items: what is wrong, and what is open."""

from typing import Final

from compliance.clause import Bearing, Words

BEARING_WORDS: Final = {
    Bearing.EVIDENCE: Words("证据", "evidence"),
    Bearing.BREACH: Words("相悖的事实", "contradicting fact"),
    Bearing.GAP: Words("缺口", "gap"),
    Bearing.DUE: Words("待办", "due"),
}

_BREACHES: Final = {
    "grade-given-to-dead-right": Words("给已失效的权利定级", "a dead right was graded"),
    "high-value-tag-does-not-suit": Words("高价值标签与专利现状不符", "a tag does not suit"),
    "kept-patent-lapsed": Words("决定维持的专利因欠费终止", "a patent to be kept has lapsed"),
    "risk-assessed-after-signing": Words("签约之后才评估风险", "risk was assessed after signing"),
    "approved-by-its-author": Words("提出人自行批准", "approved by the one who recorded it"),
    "dead-right-on-offer": Words("失效权利仍在推介", "a dead right is on offer"),
    "met-demand-without-lead": Words("需求结为已满足而无对接", "a met demand without any talks"),
    "right-is-not-in-force": Words("权利未有效存续", "the right was not in force"),
    "signed-against-status-check": Words("查询结果不符仍签约", "signed against the status check"),
    "signed-with-bad-faith-party": Words("与核查为恶意的一方签约", "signed with a bad-faith party"),
    "fee-is-not-stated": Words("合同未写明费用", "the fee is not stated"),
    "recordal-is-late": Words("备案逾期", "the recordal is late"),
    "money-before-registration": Words("登记之前已收价款", "the price came before registration"),
    "valuation-had-run-out": Words("评估已过有效期", "the valuation had run out"),
    "exit-before-distribution-was-settled": Words(
        "分配办法确定之前退出", "exit before the distribution was settled"
    ),
    "signed-against-review": Words("条款审查有待改之处仍签约", "signed against the review"),
    "agreement-leaves-rights-open": Words("协议未约定权属或保密", "ownership or secrecy left open"),
    "awards-exceed-cap": Words("核定超过资金上限", "awards exceed the cap"),
    "award-exceeds-review": Words("核定超过审核金额", "the award exceeds its review"),
    "review-exceeds-rate": Words("审核金额超过奖励比例", "reviews exceed the rate"),
    "award-for-money-not-counted": Words("核定所依据的款项不在奖励范围", "money not rewarded"),
    "one-person-did-both": Words("不相容环节由同一人办理", "one person did two acts kept apart"),
    "more-centres-than-allowed": Words("选取的高校超过上限", "more centres than allowed"),
    "centre-disciplines-are-off": Words("学科数量不符", "the number of disciplines is off"),
    "centre-names-no-industry": Words("未写明产业", "no industry is named"),
    "contract-precedes-end-of-notice": Words("公示期满之前签约", "signed before the notice ended"),
    "price-notice-is-short": Words("公示日数不足", "the notice is too short"),
    "contract-signed-under-objection": Words("异议未了即签约", "signed under an objection"),
    "open-license-scheme-contradicts-day": Words("声明方式与日期不符", "the scheme defies the day"),
    "open-under-exclusive": Words("在独占或排他许可期间开放", "open under an exclusive license"),
    "annuity-is-unpaid": Words("年费未缴", "an annuity is unpaid"),
    "pledgee-consent-is-missing": Words("未见质权人同意", "the pledgee's consent is not shown"),
    "evaluation-report-is-missing": Words("未见评价报告", "no evaluation report"),
    "exclusive-licenses-overlap": Words("独占或排他许可重叠", "exclusive licenses overlap"),
    "exclusive-over-ordinary": Words(
        "普通许可尚在又独占或排他许可", "exclusive over an ordinary one"
    ),
    "exclusive-after-open": Words("开放许可期间独占或排他许可", "exclusive after an open license"),
    "ordinary-under-exclusive": Words("独占许可期间普通许可", "ordinary under an exclusive one"),
    "ordinary-under-sole": Words("排他许可期间普通许可", "ordinary under a sole one"),
    "co-owner-consent-is-missing": Words("未见共有人同意", "co-owners' consent is not shown"),
    "number-claimed-by-another": Words(
        "登记的号码另有机构主张，裁定前不计入", "another institution claims the number too"
    ),
    "number-registered-by-another": Words(
        "主张的号码另有机构登记，裁定前不计入", "another institution registered the number too"
    ),
    "annuity-paid-after-grace": Words("滞纳期满后才缴年费", "an annuity was paid after the grace"),
}

_OPEN: Final = {
    "patent-lacks-full-grading": Words("尚未从四个方面定级", "not graded on all four aspects"),
    "keeping-is-not-decided": Words("未决定维持或放弃", "keeping is not decided"),
    "risk-is-not-assessed": Words("未评估风险", "the risk is not assessed"),
    "decision-awaits-approval": Words("决定待另一人批准", "the decision awaits approval"),
    "demand-is-not-followed-up": Words("需求未对接", "the demand is not followed up"),
    "status-check-is-missing": Words("未在签约前查明法律状态", "no status check before signing"),
    "counterparty-check-is-missing": Words("未在签约前核查对方", "no check of the other side"),
    "document-is-not-on-record": Words("没有文本存证", "the document is not on record"),
    "clauses-are-not-reviewed": Words("未在签约前审查条款", "the clauses were not reviewed"),
    "recordal-is-open": Words("待备案", "the recordal is open"),
    "registration-is-open": Words("待登记", "the registration is open"),
    "valuation-is-missing": Words("没有评估", "the valuation is missing"),
    "income-is-not-settled": Words("收益分配未经决定", "the income is not settled"),
    "claim-is-not-eligible-yet": Words("申报款项尚不符合条件", "the claim is not eligible yet"),
    "price-notice-is-open": Words("待公示或公示中", "the notice is open"),
    "office-record-is-not-shown": Words(
        "号码有两家主张，尚未提交登记簿副本", "two say they hold it; the extract is not shown"
    ),
    "annuity-is-in-grace": Words("年费在滞纳期内", "the annuity is in its grace"),
    "annuity-is-open": Words("年费待缴", "the annuity is open"),
}

CODE_WORDS: Final = _BREACHES | _OPEN
"""Words for every code an item can have."""
