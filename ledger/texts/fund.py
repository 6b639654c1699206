"""What people read about the reward fund: its refusals in Chinese and English, with the remedy."""

from ledger.refusals import Refused
from ledger.texts.text import BreachText, Text

_FUND: dict[Refused, Text] = {
    Refused.FUND_IS_CLOSED: Text(
        "资金 {fund} 已关闭",
        "fund {fund} is closed",
        "请向仍在受理的资金申报",
        "claim against a fund that is still open",
    ),
    Refused.FUND_HAS_UNSETTLED_CLAIMS: Text(
        "资金 {fund} 尚有 {count} 件申报未办结",
        "fund {fund} has {count} claims that are not settled",
        "先退回、核定或拨付这些申报,再关闭资金",
        "return, award or appropriate those claims first, then close the fund",
    ),
    Refused.FUND_CAP_REACHED: Text(
        "资金 {fund} 总额已用尽,剩余 {left_fen} 元",
        "the cap of fund {fund} is reached; {left_fen} yuan are left",
        "该申报已记录为受限额所限,不再核定",
        "the claim is on record as capped and gets no award",
    ),
    Refused.REWARD_LIMIT_REACHED: Text(
        "已达到资金 {fund} 的限额:{limits}",
        "a limit of fund {fund} is reached: {limits}",
        "该申报已记录为受限额所限,不再核定",
        "the claim is on record as capped and gets no award",
    ),
}

_CLAIM: dict[Refused, Text] = {
    Refused.REWARD_IS_AT_ANOTHER_STAGE: Text(
        "申报 {reward} 当前环节为 {stage},此操作须在 {needed} 环节进行",
        "claim {reward} is at stage {stage}; this needs {needed}",
        "请按环节顺序办理",
        "take the stages in their order",
    ),
    Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE: Text(
        "日期 {on} 早于上一环节的日期 {before}",
        "the date {on} precedes the stage before, {before}",
        "请填写不早于上一环节的日期",
        "give a date on or after the stage before",
    ),
    Refused.TEAM_NAMES_A_PERSON_TWICE: Text(
        "服务团队中重复列出 {person}",
        "the service team names {person} twice",
        "每人只列一次,用权重表示份额",
        "name each person once and express the part as a weight",
    ),
    Refused.CLAIM_NAMES_AN_ALLOCATION_TWICE: Text(
        "申报中重复列出到款 {receipt} 的第 {number} 笔分配",
        "the claim names allocation {number} of {receipt} twice",
        "每笔分配只列一次",
        "name each allocation once",
    ),
    Refused.ALLOCATION_IS_FOR_ANOTHER_CONTRACT: Text(
        "到款 {receipt} 的第 {number} 笔分配属于另一合同 {contract}",
        "allocation {number} of {receipt} belongs to another contract, {contract}",
        "一件申报只含一个合同的到款,请分开申报",
        "a claim holds money of one contract: claim the other one apart",
    ),
    Refused.PURPOSE_IS_NOT_REWARDED: Text(
        "到款 {receipt} 的第 {number} 笔分配用途为 {purpose},不计入奖励基数",
        "allocation {number} of {receipt} is for {purpose}, which is not rewarded",
        "仅申报许可费、提成或转让价款",
        "claim license fees, royalties or assignment prices only",
    ),
    Refused.NOTHING_IS_LEFT_TO_REWARD: Text(
        "没有可奖励的到账金额",
        "there is no received amount left to reward",
        "核对退款、冲正与税额;无可奖励的申报请退回",
        "check refunds, reversals and VAT; return a claim that has nothing to reward",
    ),
}

_JUDGEMENT: dict[Refused, Text] = {
    Refused.GROUNDS_ARE_NEEDED: Text(
        "认定不合格须写明理由",
        "a claim judged not eligible needs its grounds",
        "请填写理由",
        "state the grounds",
    ),
    Refused.INSTITUTION_KIND_IS_NOT_REWARDED: Text(
        "机构类型 {kind} 不在奖励范围内",
        "an institution of kind {kind} is not rewarded by this fund",
        "退回申报,或认定为不合格并写明理由",
        "return the claim, or judge it not eligible with the grounds",
    ),
    Refused.DEAL_KIND_IS_NOT_REWARDED: Text(
        "合同类型 {kind} 不在奖励范围内",
        "a deal of kind {kind} is not rewarded by this fund",
        "退回申报,或认定为不合格并写明理由",
        "return the claim, or judge it not eligible with the grounds",
    ),
    Refused.CONTRACT_IS_OUTSIDE_THE_WINDOW: Text(
        "合同 {contract} 签订于 {signed},不在资金规定的期间内",
        "contract {contract} was signed on {signed}, outside the fund's window",
        "退回申报,或认定为不合格并写明理由",
        "return the claim, or judge it not eligible with the grounds",
    ),
    Refused.RELATED_PARTY_IS_NOT_REWARDED: Text(
        "合同 {contract} 是关联方交易,资金规定不予奖励",
        "contract {contract} is with a related party, which the fund excludes",
        "退回申报,或认定为不合格并写明理由",
        "return the claim, or judge it not eligible with the grounds",
    ),
    Refused.DEAL_IS_FUNDED_ALREADY: Text(
        "已享受不得重复支持的资金:{funding}",
        "the deal already has funding that excludes this one: {funding}",
        "退回申报,或认定为不合格并写明理由",
        "return the claim, or judge it not eligible with the grounds",
    ),
    Refused.HOLDER_IS_NOT_REWARDED: Text(
        "到款 {receipt} 入账账户类型为 {holder},不算机构实际到账",
        "receipt {receipt} came into an account of kind {holder}, which does not count as received",
        "待款项进入机构账户后重新申报",
        "claim again once the money is on the institution's own account",
    ),
    Refused.RECEIPT_IS_OUTSIDE_THE_WINDOW: Text(
        "到款 {receipt} 起息日为 {value_date},不在资金规定的期间内",
        "receipt {receipt} has the value date {value_date}, outside the fund's window",
        "退回后剔除该笔到款重新申报",
        "return the claim and claim again without this receipt",
    ),
    Refused.SIZE_IS_NOT_VERIFIED: Text(
        "{counterparty} 在 {on} 的企业规模尚未核实",
        "the size of {counterparty} on {on} is not verified",
        "先核实企业规模;仅有声明不足以认定",
        "verify the firm's size first; its own declaration is not enough",
    ),
    Refused.SIZE_IS_NOT_REWARDED: Text(
        "{on} 企业规模为 {size},不在奖励范围内",
        "on {on} the firm's size is {size}, which is not rewarded",
        "退回申报,或认定为不合格并写明理由",
        "return the claim, or judge it not eligible with the grounds",
    ),
    Refused.FIRM_IS_CONTROLLED_BY_A_LARGE_ONE: Text(
        "{counterparty} 由大型企业控制,资金规定不予奖励",
        "{counterparty} is controlled by a large firm, which the fund excludes",
        "退回申报,或认定为不合格并写明理由",
        "return the claim, or judge it not eligible with the grounds",
    ),
    Refused.REWARD_IS_REVIEWED_ALREADY: Text(
        "申报 {reward} 已审核,审核后到款没有变化",
        "claim {reward} is reviewed already and its money has not moved since",
        "无需重新审核",
        "there is nothing to review again",
    ),
}

_AWARD: dict[Refused, Text] = {
    Refused.MONEY_MOVED_SINCE_THE_REVIEW: Text(
        "申报 {reward} 审核后到款有变化:审核时 {reviewed_base_fen} 元,现为 {base_fen} 元",
        "money of claim {reward} moved since the review: {reviewed_base_fen} yuan then, "
        "{base_fen} yuan now",
        "请重新审核并重新公示,或退回",
        "review and publicise it again, or return it",
    ),
    Refused.PUBLIC_NOTICE_IS_NOT_OVER: Text(
        "申报 {reward} 公示至 {last_day},尚未期满",
        "claim {reward} is on public notice until {last_day}",
        "公示期满次日起方可核定",
        "award from the day after the notice on",
    ),
    Refused.CLAIM_IS_NAMED_TWICE: Text(
        "核定名单中有重复的申报",
        "a claim is named twice",
        "每件申报只列一次",
        "name each claim once",
    ),
    Refused.CLAIMS_ARE_OF_DIFFERENT_FUNDS: Text(
        "所列申报分属不同资金:{funds}",
        "the claims are of different funds: {funds}",
        "请按资金分别核定",
        "award fund by fund",
    ),
    Refused.AMOUNTS_ARE_NEEDED: Text(
        "该资金由人工确定金额,须为 {claims} 件申报逐一给出金额",
        "this fund is awarded by hand: give an amount for each of the {claims} claims",
        "请逐一填写金额",
        "give one amount a claim, in the same order",
    ),
    Refused.AMOUNTS_ARE_NOT_GIVEN_BY_HAND: Text(
        "该资金按 {over_cap} 确定金额,不接受人工金额",
        "this fund is awarded by {over_cap}; it takes no amounts by hand",
        "请去掉金额",
        "leave the amounts out",
    ),
    Refused.AWARD_EXCEEDS_THE_REVIEW: Text(
        "申报 {reward} 核定 {amount_fen} 元,超过审核的 {reviewed_fen} 元",
        "{amount_fen} yuan for claim {reward} is more than the {reviewed_fen} yuan reviewed",
        "核定金额不得超过审核金额",
        "award at most the reviewed amount",
    ),
    Refused.AWARDS_EXCEED_WHAT_IS_LEFT: Text(
        "核定合计 {amounts_fen} 元,超过资金剩余 {left_fen} 元",
        "the amounts sum to {amounts_fen} yuan, more than the {left_fen} yuan left",
        "请减少金额",
        "lower the amounts",
    ),
    Refused.REFUNDS_LEAVE_THE_AWARD_ALONE: Text(
        "资金 {fund} 规定退款不影响已核定的奖励",
        "in fund {fund} refunds leave awards alone",
        "如仍须追回,请填写金额与理由",
        "to take money back all the same, give an amount and a reason",
    ),
    Refused.NOTHING_IS_TO_BE_CLAWED_BACK: Text(
        "申报 {reward} 的奖励不高于应得金额,无可追回",
        "claim {reward} has no more than is due; nothing is to be clawed back",
        "如仍须追回,请填写金额与理由",
        "to take money back all the same, give an amount and a reason",
    ),
    Refused.CLAW_BACK_EXCEEDS_THE_AWARD: Text(
        "追回 {amount_fen} 元超过该奖励现存的 {standing_fen} 元",
        "{amount_fen} yuan is more than the {standing_fen} yuan left of the award",
        "请减少追回金额",
        "claw back less",
    ),
}

_PAYMENT: dict[Refused, Text] = {
    Refused.APPROPRIATION_IS_OUTSIDE_THE_WINDOW: Text(
        "拨付日期 {on} 不在资金规定的安排期间({first} 至 {last})内",
        "the date {on} is outside the fund's appropriation window ({first} to {last})",
        "请在期间内拨付",
        "appropriate inside the window",
    ),
    Refused.AWARD_EXCEEDS_WHAT_IS_DUE: Text(
        "退款后奖励现存 {standing_fen} 元,高于应得 {due_fen} 元",
        "after a refund the award stands at {standing_fen} yuan, above the {due_fen} yuan due",
        "先追回差额,再拨付",
        "claw the difference back first, then appropriate",
    ),
    Refused.PERSON_IS_NOT_IN_THE_TEAM: Text(
        "{person} 不在该奖励的服务团队内",
        "{person} is not in the service team of this reward",
        "仅可发放给申报时列明的团队成员",
        "pay only persons named in the claim",
    ),
    Refused.PAYOUT_NAMES_A_PERSON_TWICE: Text(
        "发放名单中有重复的人员",
        "the payouts name a person twice",
        "每人只列一次",
        "name each person once",
    ),
    Refused.PAYOUT_EXCEEDS_THE_SHARE: Text(
        "发放给 {person} 的 {amount_fen} 元不在其待发的 {owed_fen} 元之内",
        "{amount_fen} yuan for {person} is not within the {owed_fen} yuan still owed",
        "请按份额发放",
        "pay within the person's share",
    ),
    Refused.PAYOUT_EXCEEDS_WHAT_IS_IN_HAND: Text(
        "发放合计 {amount_fen} 元超过在手的 {in_hand_fen} 元",
        "the payouts of {amount_fen} yuan are more than the {in_hand_fen} yuan in hand",
        "请减少发放金额",
        "pay less",
    ),
    Refused.TAX_EXCEEDS_THE_PAYOUT: Text(
        "{person} 的代扣税 {tax_fen} 元超过发放额 {amount_fen} 元",
        "the tax of {tax_fen} yuan for {person} is more than the payout of {amount_fen} yuan",
        "请核对代扣税额",
        "check the tax withheld",
    ),
    Refused.RETURN_EXCEEDS_WHAT_IS_IN_HAND: Text(
        "退回 {amount_fen} 元超过未发放的 {in_hand_fen} 元",
        "{amount_fen} yuan is more than the {in_hand_fen} yuan not paid out",
        "请减少退回金额",
        "return less",
    ),
}

TEXTS: dict[Refused, Text] = {**_FUND, **_CLAIM, **_JUDGEMENT, **_AWARD, **_PAYMENT}

BREACHES: dict[str, BreachText] = {}
