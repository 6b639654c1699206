"""Words for refusals of audit work and of the books."""

from ledger.refusals import Refused
from ledger.texts.text import Reason, Text

TEXTS: dict[Refused, Text] = {
    Refused.SAMPLE_DOES_NOT_SUIT_ITS_METHOD: Text(
        "抽样参数与方法“{method}”不相配（{rule}）",
        "the parameters do not suit sampling by {method} ({rule})",
        "随机、系统、分层抽样给出样本量，最大项抽样另给必选项数，货币单元抽样给出置信度、可容忍"
        "错报和预计错报；样本不超过300项",
        "give a size for random, systematic and stratified samples, with top for the largest items,"
        " and confidence, tolerable and expected misstatement for monetary units; up to 300 items",
    ),
    Refused.COUNTS_DO_NOT_ADD_UP: Text(
        "“{what}”各部分合计{found}，与所报{stated}不一致",
        "the parts of {what} come to {found}, not to the {stated} stated",
        "由系统重新抽取，或改正数字后重新提交",
        "have the sample drawn anew, or correct the numbers",
    ),
    Refused.SAMPLE_HAS_NO_BOOK_VALUES: Text(
        "样本{sample}没有账面金额，无从推断误差",
        "the sample {sample} has no book values to project errors from",
        "抽样时指明金额列",
        "name the column of amounts when the sample is drawn",
    ),
    Refused.EACH_ITEM_IS_AUDITED_ONCE: Text(
        "样本有{items}项，所报审定金额{audited}项，须逐项对应且各一次",
        "the sample has {items} items and {audited} audited values were given: each item has one",
        "补齐或删去多余的项；各项以抽样时的键为准",
        "give every item of the sample once, by the key it was drawn under",
    ),
    Refused.FINDING_IS_AT_ANOTHER_STAGE: Text(
        "{finding}处于“{stage}”阶段，此步骤要求处于：{needed}",
        "{finding} is at the stage {stage}; this takes one of {needed}",
        "先完成前一步：提出、答复、核实、关闭；已关闭的另行提出",
        "take the steps in order: raised, answered, verified, closed; raise a new one once closed",
    ),
    Refused.PERIOD_IS_CLOSED_ALREADY: Text(
        "{first}至{last}已经结账",
        "{first} to {last} is closed already",
        "无须再次结账",
        "there is nothing left to close",
    ),
    Refused.PERIOD_IS_NOT_CLOSED: Text(
        "{first}至{last}并未全部结账，无从重开",
        "{first} to {last} is not closed on every day: there is nothing to reopen",
        "按已结账的起止日期填写",
        "name days that are closed",
    ),
    Refused.TIERS_MUST_RISE: Text(
        "“{matter}”的审批权限各档金额须逐档升高，只有最后一档可以不设上限",
        "the approval tiers of {matter} must rise, and only the last may be without a limit",
        "按金额由低到高排列各档",
        "put the tiers in order of their amounts",
    ),
    Refused.EVIDENCE_IS_TOO_LARGE: Text(
        "文件有{bytes}字节，超过上限{max}字节",
        "the file has {bytes} bytes, more than the {max} the store takes",
        "压缩或拆分后再提交",
        "split it, or make it smaller",
    ),
    Refused.EVIDENCE_IS_MISSING: Text(
        "证据库中没有{document}的文件，或其内容与散列不符",
        "the store does not hold the bytes of {document}, or holds others than its hash says",
        "从备份恢复证据文件夹；原件仍在的，由原提交单位重新提交",
        "restore the evidence folder, or have the original brought again",
    ),
}

REASONS: dict[str, Reason] = {
    "size-exceeds-population": Reason("样本量大于总体", "the size exceeds the population"),
    "size-goes-with-other-methods": Reason("货币单元抽样不填样本量", "no size goes with it"),
    "size-is-missing": Reason("缺少样本量", "the size is missing"),
    "size-is-out-of-range": Reason("样本量须为1至300", "the size is not 1 to 300"),
    "size-is-below-strata": Reason("样本量少于层数", "the size is below the number of strata"),
    "top-goes-with-top": Reason(
        "必选项数只用于最大项抽样", "certain items go with the largest items only"
    ),
    "top-is-out-of-range": Reason(
        "必选项数须在样本量之内", "there are more certain items than the size, or none"
    ),
    "values-go-with-monetary-unit": Reason(
        "置信度、可容忍错报和预计错报三项只用于货币单元抽样，且须填全",
        "confidence, tolerable and expected misstatement go together, with monetary units only",
    ),
    "confidence-is-unknown": Reason("没有该置信度的系数", "no factors for this confidence"),
    "expected-is-negative": Reason("预计错报为负", "the expected misstatement is negative"),
    "tolerable-is-too-small": Reason("可容忍错报太小", "the tolerable misstatement is too small"),
    "too-many-strata": Reason("层数过多", "there are too many strata"),
    "sample-is-too-large": Reason("样本超过300项", "the sample has more than 300 items"),
    "strata-go-with-stratified": Reason("分层列只用于分层抽样", "strata go with strata only"),
    "amount-is-missing": Reason("缺少金额列", "the column of amounts is missing"),
    "estimator": Reason("推断方法不适用", "the estimator is another method's"),
    "rows": Reason("行数", "rows"),
    "amount_fen": Reason("金额（元）", "the amount (yuan)"),
    "keys": Reason("样本项", "items"),
    "layers": Reason("各层", "layers"),
}
"""How a sample's parameters or counts can be wrong."""
