"""One sentence for each view: what it answers, for the first page."""

ABOUTS: dict[str, tuple[str, str]] = {
    "deals": (
        "每份许可、转让与作价投资合同，现行条款、已到账金额和相互冲突之处。",
        "Every license, assignment and equity deal with its terms, money received and conflicts.",
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
    "counterparties": (
        "登记的交易相对方及其企业规模，自报与核定分列。",
        "Registered counterparties with their size, declared and verified.",
    ),
    "institutions": (
        "共用本日志的机构。",
        "The institutions that share this log.",
    ),
}
"""View name to (Chinese, English); a view that needs an argument is reached from an id instead."""
