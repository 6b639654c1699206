"""One sentence for each view: what it answers, for the first page."""

ABOUTS: dict[str, tuple[str, str]] = {
    "deals": (
        "每份许可、转让、作价投资和开发咨询服务合同，现行条款、已到账金额和相互冲突之处。",
        "Every deal: licenses, assignments, equity, services; terms, money received, conflicts.",
    ),
    "open-licenses": (
        "每项开放许可声明：何时声明、公告、撤回，现在能否达成，已达成几项。",
        "Each open-license declaration: declared, announced, withdrawn, and how often taken up.",
    ),
    "pricings": (
        "每次定价的方式、价格、公示天数和异议，以及未等公示期满或异议处理就签订的合同。",
        "Each price: method, amount, notice, objections, and contracts that did not wait for them.",
    ),
    "exchange-listings": (
        "在交易场所挂牌的专利，以及由此成交的合同。",
        "Patents put up on exchanges, and the contracts that came of it.",
    ),
    "receivables": (
        "按期应收的款项：应收、已核销、未收，以及逾期天数。",
        "Instalments due: owed, covered, still open, and how long overdue.",
    ),
    "receipts": (
        "每笔认领的到款，用在何处，还有多少没有核销。",
        "Every claimed receipt, what it was used for, and what is not allocated yet.",
    ),
    "allocations": (
        "到款与应收款的对应：哪一笔钱付了哪一期。",
        "Which receipt paid which instalment.",
    ),
    "reward-fund": (
        "专项奖励资金的流水：核定、拨付、发放、追回，每一步之后还剩多少。",
        "The reward fund's ledger: awarded, appropriated, disbursed, clawed back, and what was "
        "left after each step.",
    ),
    "reward-fund-summary": (
        "每个奖励资金的上限、各阶段合计与余额。",
        "Each fund's cap, the totals of every stage, and the money left.",
    ),
    "reward-claims": (
        "每项奖励申报走到哪一步；“公示”之后即可核定。",
        "How far each claim has come; one that is publicised waits to be awarded.",
    ),
    "reward-accruals": (
        "按到账金额可以申报的奖励，以及每笔到款为何计入或不计入。",
        "The reward that money received gives rise to, and why each receipt counts or not.",
    ),
    "rewards-by-institution": (
        "每个机构的奖励：申报、核定、拨付、发放。",
        "Rewards of each institution: claimed, awarded, appropriated, disbursed.",
    ),
    "rewards-by-deal": (
        "每份合同的奖励合计。",
        "Reward totals of each deal.",
    ),
    "rewards-by-person": (
        "每位完成人的奖励份额与实发金额。",
        "Each person's share of rewards and what was paid out.",
    ),
    "disclosures": (
        "每项披露的成果：完成人、受理与权属、申请前评估与申请决定，以及由此申请的专利。",
        "Each disclosed result: contributors, decisions, assessment, and patents filed from it.",
    ),
    "patents": (
        "每件专利在该日的法律状态和生效中的许可。",
        "Each patent's legal status on the day, and the licenses in force.",
    ),
    "number-claims": (
        "两家机构都登记的同一申请号：谁出示了专利登记簿副本，是否待局认定、认定给谁。",
        "Application numbers that two institutions hold: who showed the register extract, and "
        "whether the bureau has settled whose it is.",
    ),
    "annuities": (
        "每件专利每一年度的年费：何时应缴、宽限到哪天、是否已缴、有无滞纳金。",
        "Each patent's annuities: when due, how long the grace is, whether paid, and late fees.",
    ),
    "foreign-applications": (
        "PCT国际申请与各境外受理局的申请、中国同族专利和授权情况。",
        "International applications and those with offices abroad, their family and grants.",
    ),
    "pledges": (
        "每笔专利质押担保多少、押给谁，哪些专利仍在押。",
        "Each pledge of patents: for how much, to whom, and which patents are still under it.",
    ),
    "supplies": (
        "列入供给清单的成果与专利、意向价，以及是否仍在列。",
        "Results and patents on offer, the price asked, and whether they still are.",
    ),
    "demands": (
        "企业提出的技术需求，以及得到满足还是失效。",
        "What firms look for, and whether it was met or lapsed.",
    ),
    "leads": (
        "每条对接线索走到哪一步，签约的是哪份合同，流失的是什么原因。",
        "How far each talk has come, the contract it led to, or why it was lost.",
    ),
    "events": (
        "办过的对接会、洽谈会、展示会、推介会，来了多少企业，展示了多少专利。",
        "Events that were held: how many firms came and how many patents were shown.",
    ),
    "partners": (
        "与合作机构签订的协议、约定的事项，以及是否仍在履行。",
        "Agreements with partners, what they settle, and whether they run.",
    ),
    "centres": (
        "申报与入选运营中心的高校、入选次序、优势学科，以及撤销。",
        "Universities that applied to be centres, the order of selection, and withdrawals.",
    ),
    "decisions": (
        "各单位登记的决定、涉及的对象与条款，由谁批准，是否有效。",
        "Decisions on record: what they are about, who approved them, whether they hold.",
    ),
    "counterparties": (
        "登记的交易相对方及其企业规模，自报与核定分列。",
        "Registered counterparties with their size, declared and verified.",
    ),
    "institutions": (
        "共用本日志的机构。",
        "The institutions that share this log.",
    ),
    "findings": (
        "每项审计发现：到哪一步、何时到期、逾期几天、如何答复和核实。",
        "Each finding: how far it came, when it is due, how it was answered and verified.",
    ),
    "samples": (
        "每次审计抽样的总体、方法、种子，以及推断的错报。",
        "Each sample: population, method, seed, and the errors projected from it.",
    ),
    "sample-items": (
        "每个样本抽中的各项及其账面、审定金额。",
        "The items of each sample with book and audited values.",
    ),
    "evidence": (
        "证据库中的文件：散列、格式、大小和涉及的对象。",
        "Documents in the evidence store: hash, format, size, and what they are about.",
    ),
    "working-papers": (
        "编制的审计底稿和取证单，以及各自依据的时点。",
        "Working papers and evidence forms, with the moment each was made of.",
    ),
    "comparisons": (
        "外部清单与账本比对的结果：相符、仅清单有、仅账本有。",
        "Lists from elsewhere beside the ledger: matched, only listed, only held.",
    ),
    "periods": (
        "会计期间的结账和重开，以及各自仍有效的天数。",
        "Closings and reopenings of periods, and for how many days each still holds.",
    ),
    "approval-limits": (
        "各事项现行的审批权限档次。",
        "The approval limits in force for each matter, tier by tier.",
    ),
    "backdated-facts": (
        "登记日比业务日期晚三十天以上的事实。",
        "Facts recorded more than thirty days after their business date.",
    ),
    "same-actor": (
        "同一人在一件事上兼办了两道应分开的手续。",
        "One person in two duties about one subject that are better kept apart.",
    ),
    "round-amounts": (
        "整万元的到款、退款和合同价款。",
        "Receipts, refunds and prices of whole ten thousands of yuan.",
    ),
    "split-contracts": (
        "三十天内与同一相对方签订、单份不超限额而合计超过的合同。",
        "Contracts with one side within thirty days, each under a limit, above it together.",
    ),
    "cut-off": (
        "年末前后起息、记账或登记分属两个年度的到款。",
        "Receipts around a year's end whose value, booking and recording fall in two years.",
    ),
    "money-before-registration": (
        "早于技术合同登记或专利转让登记的到款。",
        "Money that came before the contract, or the assignment, was registered.",
    ),
    "facts-after-closing": (
        "结账后才登记、业务日期在已结账期间内的款项，以及应入账的首个开放日。",
        "Money of a closed period recorded after its closing, and the open day on which it posts.",
    ),
}
"""View name to (Chinese, English); a view that needs an argument is reached from an id instead."""
