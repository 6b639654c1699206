"""Words of the pages that run work in one flow: the receipts desk, the funds, the months."""

from api.language import Language

_WORDS: dict[str, tuple[str, str]] = {
    # receipts
    "unclaimed": ("待认领", "To be claimed"),
    "unallocated": ("已认领，待核销", "Claimed, to be allocated"),
    "unallocated_text": (
        "付款方已清楚、还有余额的到款。多付的部分留在这里，直到核销、退款或改派。",
        "Receipts of a known payer with money left. What was paid too much stays here until it is "
        "allocated, refunded or confirmed as somebody else's.",
    ),
    "unconfirmed": ("待另一人确认付款方", "The payer to be confirmed by another person"),
    "unconfirmed_text": (
        "认领人没有指明付款方的到款：由财务审批（不得为认领人）确认。",
        "Claimed without a payer: the finance approver says whose money it is, and never whoever "
        "claimed it.",
    ),
    "reversals": ("银行冲正，待登记", "Undone by the bank, to be recorded"),
    "reversal_text": (
        "银行流水中的冲正行，与一笔已认领的到款账户、金额相同。",
        "Reversal lines of the bank that match a claimed receipt by account and amount.",
    ),
    "record_reversal": ("登记冲正", "Record the reversal"),
    "by_approver": ("由财务审批办理", "done by the finance approver"),
    "none": ("没有。", "None."),
    "claim": ("认领", "Claim"),
    "allocate": ("核销", "Allocate"),
    "open_receipt": ("查看", "Open"),
    "payer_chosen": ("认领时按名称选付款方", "the payer is chosen by name when claiming"),
    "free": ("未核销（元）", "Unallocated (yuan)"),
    "days": ("天数", "Days"),
    "claimed_by": ("认领人", "Claimed by"),
    "no_open_dues": ("付款方没有未收分期", "nothing of this payer is open"),
    "months": ("月份与结账", "Months and closing"),
    # one receipt
    "receipt": ("到款", "Receipt"),
    "to_desk": ("返回到款台", "Back to the desk"),
    "history": ("全部经过", "Its whole history"),
    "received": ("到账", "Received"),
    "allocated": ("已核销", "Allocated"),
    "refunded": ("已退款", "Refunded"),
    "left": ("未核销", "Unallocated"),
    "bank_payer": ("银行所列付款人", "Payer as the bank says"),
    "remittance": ("附言", "Remittance"),
    "stands_for": ("认定的付款方", "Payer on record"),
    "nobody": ("尚未确认", "not confirmed yet"),
    "dues": ("该付款方的未收分期", "What this payer still owes"),
    "dues_text": (
        "金额已按到期先后填好，合计不超过未核销余额；可改可清空，留空的行不核销。",
        "Amounts are filled in by due day, up to what is left; change or clear them. Rows without "
        "an amount are left alone.",
    ),
    "by_due": ("按到期先后填", "fill in by due day"),
    "by_share": ("按未收金额比例填", "fill in by share of what is open"),
    "no_dues": (
        "该付款方没有未收的分期：可核销到没有分期的合同款项，或登记退款，或由另一人确认为他人付款。",
        "Nothing of this payer is open: allocate to a contract without an instalment, refund it, "
        "or have another person confirm for whom it was paid.",
    ),
    "contract": ("合同", "Contract"),
    "partner": ("相对方", "Partner"),
    "instalment": ("期次", "Instalment"),
    "due": ("应收日", "Due"),
    "purpose": ("用途", "Purpose"),
    "open": ("未收（元）", "Open (yuan)"),
    "amount": ("本次核销（元）", "Allocate (yuan)"),
    "allocate_these": ("核销所填金额", "Allocate these amounts"),
    "parts": ("已核销的部分", "Parts allocated so far"),
    "next_acts": ("还可以办理", "What else can be done"),
    "wait_confirm": (
        "付款方尚未确认，还不能核销：由财务审批（不得为认领人）在本页确认。",
        "The payer is not confirmed, so nothing can be allocated yet: a finance approver who did "
        "not claim it confirms it on this page.",
    ),
    # funds
    "funds": ("奖励资金办理", "Reward funds"),
    "funds_text": (
        "申报按环节办理：受理、认定资格、审核金额、公示、核定、拨付、发放。可多选后一起办理。",
        "Claims go by stages: accepted, judged, reviewed, publicised, awarded, appropriated, "
        "disbursed. Several can be done together.",
    ),
    "no_funds": ("还没有设立专项奖励资金。", "No reward fund was opened yet."),
    "cap": ("上限（元）", "Cap (yuan)"),
    "awarded": ("已核定（元）", "Awarded (yuan)"),
    "fund_left": ("可核定余额（元）", "Left to award (yuan)"),
    "cap_line": (
        "上限 {cap} 元，已核定 {awarded} 元，可核定余额 {left} 元。",
        "Cap {cap} yuan, awarded {awarded} yuan, {left} yuan left to award.",
    ),
    "fund": ("奖励资金", "Fund"),
    "at_claimed": ("待受理", "To be accepted"),
    "at_accepted": ("待认定资格", "To be judged"),
    "at_judged": ("待审核金额", "To be reviewed"),
    "at_reviewed": ("待公示", "To be publicised"),
    "at_publicised": ("公示，待核定", "On notice, to be awarded"),
    "at_awarded": ("待拨付", "To be appropriated"),
    "at_appropriated": ("待发放到人", "To be disbursed to persons"),
    "at_disbursed": ("已发放", "Disbursed"),
    "ended": ("已了结", "Ended"),
    "institution": ("申报机构", "Institution"),
    "since": ("环节日期", "Since"),
    "asked": ("金额（元）", "Amount (yuan)"),
    "standing": ("说明", "Note"),
    "tick": ("选择", "Choose"),
    "with_ticked": ("对所选的申报：", "With those chosen:"),
    "tick_one": ("请先选择至少一项申报。", "Choose at least one claim first."),
    "batch_title": ("{act}：{count} 项", "{act}: {count} claims"),
    "batch_more": ("另加依据（选填）", "Evidence besides (optional)"),
    "batch_look": ("查看将写入的内容", "See what would be written"),
    "batch_confirm": ("确认写入 {count} 项", "Confirm and write {count}"),
    "batch_text": (
        "请核对。以下内容尚未写入；确认后逐项记入日志，各有各的结果。",
        "Please check. Nothing is written yet; once confirmed each is put on record by itself.",
    ),
    "batch_done": (
        "已写入 {written} 项，未写入 {refused} 项。",
        "{written} written, {refused} not written.",
    ),
    "batch_none": ("没有一项能写入。", "None of them can be written."),
    "batch_sum": (
        "上限 {cap} 元；此前可核定余额 {before} 元，所选合计 {asked} 元，写入后余额 {after} 元。",
        "Cap {cap} yuan; {before} yuan left before, {asked} yuan asked by those chosen, "
        "{after} yuan left after.",
    ),
    "batch_over": (
        "所选合计超过可核定余额 {over} 元。",
        "Those chosen ask for {over} yuan more than what is left.",
    ),
    "asked_of": ("申报", "Claim"),
    "outcome": ("结果", "Outcome"),
    "not": ("不写入", "not written"),
    "amount_yuan": ("{amount} 元", "{amount} yuan"),
    "to_fund": ("返回奖励资金", "Back to the fund"),
    # months
    "months_text": (
        "每月一行：结账前先看还有什么没办。结账后到来的事实记在其后第一个未结账的日子。",
        "One row a month, with what is still open in it. What comes after a closing posts on the "
        "first open day after it.",
    ),
    "month": ("月份", "Month"),
    "state": ("状态", "State"),
    "closed": ("已结账", "closed"),
    "running": ("未结束", "not over"),
    "unclosed": ("未结账", "open"),
    "in_the_way": ("尚未办完", "Still open"),
    "way_unclaimed": ("待认领 {count} 笔", "{count} to be claimed"),
    "way_unallocated": ("待核销 {count} 笔", "{count} to be allocated"),
    "way_unconfirmed": ("待确认付款方 {count} 笔", "{count} payers to be confirmed"),
    "close": ("结账", "Close"),
    "reopen": ("重开", "Reopen"),
    "no_months": ("还没有任何到款。", "No money came in yet."),
}


def flow_words(spoken: Language) -> dict[str, str]:
    """Every word of these pages by its name in the templates."""
    return {name: pair[0 if spoken == "zh" else 1] for name, pair in _WORDS.items()}
