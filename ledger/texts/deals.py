"""Words for refusals and breaches around counterparties, patents and contracts."""

from ledger.refusals import Refused
from ledger.texts.text import BreachText, Reason, Text

_COUNTERPARTIES: dict[Refused, Text] = {
    Refused.IDENTIFIER_IS_MISSING: Text(
        "缺少证件号码（类型：{kind}）",
        "the identifier is missing (kind: {kind})",
        "填写统一社会信用代码，境外主体填写“国别-登记号”",
        "give the credit code, or for a foreign body the register number as CC-number",
    ),
    Refused.IDENTIFIER_IS_WRONG: Text(
        "号码“{value}”不正确（{rule}）",
        "the identifier {value} is wrong ({rule})",
        "与营业执照或登记证明逐位核对后重填",
        "compare it with the license or register extract, character by character",
    ),
    Refused.IDENTIFIER_KIND_DOES_NOT_SUIT: Text(
        "证件类型“{kind}”不适用于这种登记或编号",
        "identifiers of kind {kind} do not suit this command or this id",
        "自然人用“登记自然人交易对方”；信用代码编号只用于有信用代码的单位",
        "register a person as an individual, by the form for that; ids made of a credit code belong"
        " to bodies that have one",
    ),
    Refused.CODE_CONTRADICTS_ID: Text(
        "信用代码{credit_code}与编号{counterparty}不一致",
        "the credit code {credit_code} contradicts the id {counterparty}",
        "两者只填其一，或改为一致",
        "give only one of them, or make them agree",
    ),
    Refused.SIZE_CANNOT_BE_TOLD: Text(
        "数据不足以划型（行业：{industry}，指标：{measure}，原因：{fault}）",
        "the figures do not tell a size (industry {industry}, measure {measure}: {fault})",
        "补齐该行业在划型标准中列明的全部指标，且不得为负",
        "give every measure that the table lists for the industry, none of them negative",
    ),
    Refused.MEASURED_YEAR_LIES_AHEAD: Text(
        "数据年度{year}晚于日期{on}",
        "the measured year {year} comes after {on}",
        "填写已结束或当前的年度",
        "give a year that has begun by that day",
    ),
}

_PATENTS: dict[Refused, Text] = {
    Refused.PATENT_KIND_CONTRADICTS_NUMBER: Text(
        "专利类型“{kind}”与申请号{patent}不符，申请号表示“{expected}”",
        "kind {kind} contradicts the number {patent}, which says {expected}",
        "核对申请号，或不填类型由申请号得出",
        "check the number, or leave the kind out: the number tells it",
    ),
    Refused.NUMBER_IS_HELD_ELSEWHERE: Text(
        "{patent}已由另一机构登记",
        "{patent} was registered by another institution",
        "先核对号码；确系本机构的，用“主张专利号”提出并附专利登记簿副本，由主管局裁定；询问请找主管局",
        "check the number; if it is yours, claim it and add the patent office's register"
        " extract: the bureau settles whose it is, and answers questions",
    ),
    Refused.NUMBER_IS_HELD_BY_NOBODY: Text(
        "{patent}尚无机构登记，无须主张",
        "nobody registered {patent}: there is nothing to claim",
        "用“登记专利申请”登记",
        "record the application instead",
    ),
    Refused.NUMBER_IS_SETTLED_FOR_ANOTHER: Text(
        "主管局已裁定{patent}归另一机构",
        "the bureau settled that {patent} is another institution's",
        "有新的证据的，提交主管局重新裁定",
        "bring new evidence to the bureau, which can settle it again",
    ),
    Refused.OFFICE_RECORD_IS_MISSING: Text(
        "缺少专利局关于{patent}的登记簿副本",
        "the patent office's register extract of {patent} is missing",
        "附上种类为“专利登记簿副本”的凭证",
        "add the patent office's register extract to the evidence",
    ),
    Refused.OFFICE_RECORD_IS_SHOWN_ALREADY: Text(
        "{patent}的登记簿副本本机构已经提交",
        "your institution showed the register extract of {patent} already",
        "无须再交；已交的有误的，先作废那次提交",
        "there is nothing to add; if that one was wrong, void its record first",
    ),
    Refused.HOLDER_IS_NO_PARTY: Text(
        "{holder}既未登记也未主张{patent}",
        "{holder} neither registered nor claimed {patent}",
        "归属只能在登记的机构与主张的机构之间选择",
        "choose between the institution that registered the number and the one that claims it",
    ),
    Refused.SETTLEMENT_IS_NOT_PROPOSED: Text(
        "{patent}的归属意见尚未提出",
        "no settlement of {patent} was proposed",
        "先由局经办提出归属意见，再由另一人裁定",
        "have a clerk of the bureau propose one first; another person settles it",
    ),
    Refused.EVENT_PRECEDES_FILING: Text(
        "日期{on}早于{patent}的申请日{filed}",
        "{on} comes before {patent} was filed on {filed}",
        "核对日期；申请日有误的，先更正申请的登记",
        "check the date; if the filing date is wrong, correct the filing first",
    ),
}

_CONTRACTS: dict[Refused, Text] = {
    Refused.EVENT_PRECEDES_CONTRACT: Text(
        "日期{on}早于合同签订日{signed}",
        "{on} comes before the contract was signed on {signed}",
        "核对日期；签订日有误的，先更正合同的登记",
        "check the date; if the signing date is wrong, correct the contract first",
    ),
    Refused.INSTALMENT_NUMBER_IS_USED: Text(
        "分期序号{number}已被使用",
        "instalment number {number} is in use",
        "换一个序号，或不填由系统编号",
        "take another number, or leave it out and the next one is given",
    ),
    Refused.INSTALMENTS_DO_NOT_SUM_TO_PRICE: Text(
        "分期合计{sum_fen} 元，与合同价款{price_fen} 元不符",
        "the instalments sum to {sum_fen} yuan, the price is {price_fen} yuan",
        "核对分期与价款；保证金、提成等另标用途，不计入",
        "check both; deposits, royalties and the like have their own purpose and do not count",
    ),
    Refused.INSTALMENTS_ARE_MISSING: Text(
        "付款方式为“{payment}”，但没有列出分期",
        "payment is {payment}, yet no instalment is listed",
        "按合同列出各期日期和金额，或改付款方式",
        "list the days and amounts of the contract, or change the form of payment",
    ),
    Refused.INSTALMENT_HOLDS_MONEY: Text(
        "第{number}期已到账{settled_fen} 元，不能删去或改为更小的金额",
        "instalment {number} holds {settled_fen} yuan: it cannot go, nor become smaller than that",
        "先撤销该期的款项分配，再登记变更",
        "take the allocations to it back first, then record the amendment",
    ),
    Refused.FREE_LICENSE_HAS_FEES: Text(
        "免费许可不应有费用、提成或分期（已填一次性费用{fees_fen} 元）",
        "a free license has no fee, royalty or instalment (given up front: {fees_fen} yuan)",
        "删去费用，或改付款方式",
        "remove what is to be paid, or change the form of payment",
    ),
    Refused.ROYALTY_RATE_IS_MISSING: Text(
        "付款方式为“{payment}”，但没有提成比例",
        "payment is {payment}, yet there is no royalty rate",
        "按合同填写提成比例（分子/分母）和计提基数",
        "give the rate of the contract as numerator and denominator, and its base",
    ),
    Refused.ZERO_ENTRY_FEE_LICENSE_HAS_ENTRY_FEE: Text(
        "零入门费许可不应有入门费（已填{entry_fee_fen} 元）",
        "a zero-entry-fee license has no entry fee (given: {entry_fee_fen} yuan)",
        "入门费填0，或改为“入门费加提成”",
        "make the entry fee 0, or the payment entry-fee-plus-royalty",
    ),
    Refused.OPEN_LICENSE_MUST_BE_ORDINARY: Text(
        "开放许可（{origin}）只能是普通许可，不能是“{exclusivity}”",
        "an open license ({origin}) is ordinary by nature, not {exclusivity}",
        "改为普通许可；单独谈成的许可，来源填协商许可",
        "make it ordinary; a license negotiated apart has the origin negotiated",
    ),
    Refused.PATENT_IS_NOT_IN_CONTRACT: Text(
        "{patent}不在合同{contract}之内",
        "{patent} is not part of {contract}",
        "只填合同列明的专利",
        "name only patents that the contract lists",
    ),
    Refused.RIGHTS_COUNT_IS_TOO_SMALL: Text(
        "权利件数{rights_count}少于所列专利{patents}件",
        "the count of rights, {rights_count}, is less than the {patents} patents listed",
        "件数应包括全部专利和其他权利",
        "count all patents and the other rights",
    ),
    Refused.SHARE_EXCEEDS_WHOLE: Text(
        "股权比例{numerator}/{denominator}超过全部",
        "a share of {numerator}/{denominator} is more than the whole",
        "按“分子/分母”填写不超过1的比例",
        "give numerator and denominator of at most 1",
    ),
}

TEXTS: dict[Refused, Text] = _COUNTERPARTIES | _PATENTS | _CONTRACTS

_RIGHTS: dict[str, BreachText] = {
    "organisation-code-check-fails": BreachText(
        "信用代码{code}中的组织机构代码校验位不符（旧代码可能如此）",
        "the organisation code inside {code} fails its own check, as some old ones do",
    ),
    "number-claim-is-not-proven": BreachText(
        "{patent}另有机构登记；本主张已记入，未附专利登记簿副本，不改变任何指标",
        "another institution registered {patent}; this claim is on record and, without the patent"
        " office's register extract, changes no figure",
    ),
    "number-claim-awaits-the-bureau": BreachText(
        "{patent}另有机构登记；本主张附有专利登记簿副本，主管局裁定前不改变任何指标",
        "another institution registered {patent}; this claim shows the patent office's register"
        " extract, and changes no figure until the bureau settles it",
    ),
    "number-is-contested": BreachText(
        "{patent}另有机构登记，双方都附有专利登记簿副本：主管局裁定前不计入任何一方的指标",
        "another institution registered {patent} and both showed the patent office's register"
        " extract: it is counted for neither until the bureau settles it",
    ),
    "number-is-older-than-filing": BreachText(
        "{patent}的号码属于{year}年，申请日却是{filed}",
        "{patent} has a number of {year} but was filed on {filed}",
    ),
    "right-is-not-pending": BreachText(
        "{patent}在{on}的状态是“{status}”，不是待授权",
        "{patent} was {status} on {on}, not pending",
    ),
    "right-is-not-in-force": BreachText(
        "{patent}在{on}的状态是“{status}”，权利并未有效存续",
        "{patent} was {status} on {on}: the right was not in force",
    ),
    "right-is-not-lapsed": BreachText(
        "{patent}在{on}的状态是“{status}”，并未终止，无从恢复",
        "{patent} was {status} on {on}: nothing had lapsed that could be restored",
    ),
    "right-cannot-be-invalidated": BreachText(
        "{patent}在{on}的状态是“{status}”，没有可宣告无效的权利",
        "{patent} was {status} on {on}: there was no right to invalidate",
    ),
    "expiry-precedes-term": BreachText(
        "{patent}在{on}届满，早于期限终点{term_ends}",
        "{patent} expired on {on}, before its term ends on {term_ends}",
    ),
    "patent-is-assigned-already": BreachText(
        "{patent}已由{assignment}登记转让，不再属于原权利人",
        "{patent} had passed to another owner by {assignment}",
    ),
    "institution-is-not-owner": BreachText(
        "本机构不在{patent}的权利人之列",
        "the institution is not among the owners of {patent}",
    ),
    "co-owner-consent-is-missing": BreachText(
        "{patent}为共有，未见共有人同意的证明（专利法第十四条）",
        "{patent} is co-owned and the co-owners' consent is not shown (专利法 art. 14)",
    ),
}

_LICENSES: dict[str, BreachText] = {
    "exclusive-licenses-overlap": BreachText(
        "{patent}上{license}（{exclusivity}）与{other}（{other_exclusivity}）的地域、领域、期间重叠",
        "on {patent}, {license} ({exclusivity}) overlaps {other} ({other_exclusivity})",
    ),
    "exclusive-over-ordinary": BreachText(
        "{patent}上{other}的普通许可尚在，又有{exclusivity}许可{license}",
        "on {patent}, {license} is {exclusivity} although {other} holds an ordinary license",
    ),
    "exclusive-after-open": BreachText(
        "{patent}开放许可{other}期间不得再给予{exclusivity}许可{license}（专利法第五十一条）",
        "{patent} is under the open license {other}: no {exclusivity} license {license}"
        " (专利法 art. 51)",
    ),
    "open-under-exclusive": BreachText(
        "{patent}上{other}（{other_exclusivity}）尚在，不得实行开放许可{license}"
        "（实施细则第八十六条）",
        "{patent} is under {other} ({other_exclusivity}): no open license {license}"
        " (专利法实施细则 art. 86)",
    ),
    "ordinary-under-exclusive": BreachText(
        "{patent}上{other}为独占许可，又有普通许可{license}",
        "on {patent}, {other} is exclusive although {license} is an ordinary license",
    ),
    "ordinary-under-sole": BreachText(
        "{patent}上{other}为排他许可，又有普通许可{license}；许可人自身无实施能力而许可一家的，"
        "可视为自行实施（技术合同司法解释第二十七条）",
        "on {patent}, {other} is sole although {license} is ordinary; a licensor who cannot work"
        " the right may license one firm in its stead (judicial interpretation, art. 27)",
    ),
    "license-has-ended": BreachText(
        "{license}在{on}已经结束",
        "{license} was over by {on}",
    ),
    "license-is-recorded-already": BreachText(
        "{license}已于{recorded}备案",
        "{license} was recorded already on {recorded}",
    ),
    "recordal-is-late": BreachText(
        "{license}于{on}备案，晚于三个月期限的最后一日{last_day}（实施细则第十五条）",
        "{license} was recorded on {on}, after {last_day}, the last day of the three months"
        " (专利法实施细则 art. 15)",
    ),
    "evaluation-report-is-missing": BreachText(
        "{patent}（{kind}）实行开放许可，未见专利权评价报告（专利法第五十条）",
        "{patent} ({kind}) is open to license without an evaluation report (专利法 art. 50)",
    ),
    "sub-license-consent-is-missing": BreachText(
        "{license}是{parent}的分许可，未见许可人同意的证明（专利法第十二条）",
        "{license} is a sub-license of {parent} and the consent is not shown (专利法 art. 12)",
    ),
    "parent-license-has-ended": BreachText(
        "{license}开始时，其所依据的{parent}已经结束",
        "{parent} was over when {license}, its sub-license, began",
    ),
    "sub-license-exceeds-parent": BreachText(
        "{license}的专利、地域、领域或期间超出{parent}",
        "{license} goes beyond {parent} in patents, territory, field or period",
    ),
    "sub-license-outlives-parent": BreachText(
        "{parent}已终止，其分许可{license}仍在",
        "{parent} ended while its sub-license {license} runs on",
    ),
}

_ASSIGNMENTS: dict[str, BreachText] = {
    "assignment-is-under-way": BreachText(
        "{patent}另有转让{assignment}尚未登记",
        "{patent} is already bound by {assignment}, not yet registered",
    ),
    "assignment-is-registered-already": BreachText(
        "{patent}的转让已于{on}登记",
        "the transfer of {patent} was registered already on {on}",
    ),
    "assignment-is-rescinded": BreachText(
        "{assignment}已于{on}解除",
        "{assignment} was undone on {on}",
    ),
}

BREACHES: dict[str, BreachText] = _RIGHTS | _LICENSES | _ASSIGNMENTS

REASONS: dict[str, Reason] = {
    "measure_is_missing": Reason("未填", "not given"),
    "measure_is_negative": Reason("为负数", "negative"),
    "industry_is_not_in_table": Reason("标准未列该行业", "the table has no such industry"),
    "employees": Reason("从业人员", "employees"),
    "revenue": Reason("营业收入", "revenue"),
    "assets": Reason("资产总额", "assets"),
}
"""Why the figures of a firm tell no size."""
