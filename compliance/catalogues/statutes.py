"""What statutes ask of licenses, assignments, prices, co-owned rights, annuities and numbers."""

from compliance import deals, law, portfolio
from compliance.clause import ACADEMIC, Catalogue, Clause, Items, Words
from ledger.policies import Mark


def _rule(
    name: str,
    title: Words,
    requirement: Words,
    next_step: Words,
    mend: tuple[str, ...],
    items: Items,
    source: str,
    mark: Mark = Mark.READ,
    *,
    has_last_days: bool = False,
) -> Clause:
    return Clause(
        id=name,
        title=title,
        requirement=requirement,
        next_step=next_step,
        mend=mend,
        binds=ACADEMIC,
        items=items,
        mark=mark,
        source=source,
        has_last_days=has_last_days,
    )


STATUTES = Catalogue(
    id="statutes",
    version=2,
    title=Words("法律法规", "Statutes"),
    source="专利法、专利法实施细则、促进科技成果转化法、技术合同司法解释",
    mark=Mark.READ,
    clauses=(
        _rule(
            "license-recordal",
            Words("许可备案期限", "Recordal of licenses"),
            Words(
                "许可合同生效后三个月内备案，末日逢休息日顺延",
                "A license is recorded within three months of taking effect; a last day off moves"
                " to the next working day",
            ),
            Words("办理并登记备案", "Have the license recorded and note it here"),
            ("license.record",),
            deals.recordals,
            "专利法实施细则（2023年修订）第十五条；民法典第二百零一条至第二百零三条",
            has_last_days=True,
        ),
        _rule(
            "assignment-registration",
            Words("转让登记生效", "Registration of assignments"),
            Words(
                "转让自登记之日生效，登记之前不收取价款",
                "An assignment takes effect on registration; its price is not taken before",
            ),
            Words("办理并登记转让登记", "Have the assignment registered and note it here"),
            ("assignment.register",),
            deals.registrations,
            "专利法第十条",
        ),
        _rule(
            "price-notice",
            Words("协议定价公示", "Notice of agreed prices"),
            Words(
                "协议定价的，在校内公示满规定日数、异议已了，方可签约",
                "An agreed price stands on public notice for the days the rule in use names, and"
                " objections are settled, before the contract is signed",
            ),
            Words("公示定价，处理异议", "Post the notice; resolve objections"),
            ("pricing.post-notice", "pricing.resolve-objection"),
            law.price_notices,
            "促进科技成果转化法第十八条；国发〔2016〕16号（日数）",
            Mark.GENERAL_KNOWLEDGE,
            has_last_days=True,
        ),
        _rule(
            "open-license-prerequisites",
            Words("开放许可条件", "Prerequisites of an open license"),
            Words(
                "声明开放许可时，权利有效，无独占、排他许可，年费已缴，质权人同意，"
                "实用新型和外观设计有评价报告",
                "A right declared open is in force, under no exclusive or sole license, its"
                " annuity paid, its pledgee agreeing, and if a utility model or design, evaluated",
            ),
            Words("撤回声明，或补齐条件后重新声明", "Withdraw it, or mend this and declare anew"),
            ("open-license.withdraw", "open-license.declare", "patent.report-evaluation"),
            law.open_licenses,
            "专利法第五十条；专利法实施细则（2023年修订）第八十五条、第八十六条",
        ),
        _rule(
            "license-conflicts",
            Words("许可冲突", "Conflicting licenses"),
            Words(
                "同一专利上的许可在地域、领域、期间上互不冲突",
                "Licenses on one patent do not collide in territory, field and time",
            ),
            Words("变更范围或终止其中一份许可", "Change the terms of one of them, or end it"),
            ("license.amend", "license.terminate"),
            law.license_conflicts,
            "技术合同司法解释第二十五条、第二十七条；专利法第五十一条",
        ),
        _rule(
            "co-owner-consent",
            Words("共有人同意", "Consent of co-owners"),
            Words(
                "共有专利的转让、出资、质押以及独占、排他许可须经全体共有人同意",
                "To assign, contribute or pledge a co-owned right, or to license it exclusively or"
                " solely, all co-owners have agreed",
            ),
            Words("更正该合同并附上共有人同意", "Correct the deal, with the co-owners' consent"),
            ("fact.correct",),
            law.co_owner_consents,
            "专利法第十四条",
        ),
        _rule(
            "annuities",
            Words("年费", "Annuities"),
            Words(
                "年费按期缴纳，最迟在六个月滞纳期内；不再维持的，有放弃的决定",
                "Annuities are paid when due, at the latest within six months' grace; a right let"
                " go is let go by decision",
            ),
            Words("缴纳年费，或决定放弃", "Pay the annuity, or decide to give the right up"),
            ("annuity.pay", "patent.decide-maintenance"),
            portfolio.annuities,
            "专利法第四十四条；专利法实施细则（滞纳期）",
            Mark.GENERAL_KNOWLEDGE,
            has_last_days=True,
        ),
        _rule(
            "number-holder",
            Words("专利号归属", "Whose a number is"),
            Words(
                "一件专利以专利登记簿所载权利人为准；两家机构都说持有的，以登记簿副本证明",
                "The patent register says whose a patent is; where two institutions say they hold"
                " a number, each shows its extract",
            ),
            Words(
                "提交登记簿副本；双方都已提交的，由主管局裁定",
                "Show the register extract; where both did, the bureau settles",
            ),
            ("patent.prove-number", "patent.propose-settlement", "patent.settle-number"),
            portfolio.numbers,
            "专利法实施细则（专利登记簿）",
            Mark.GENERAL_KNOWLEDGE,
        ),
    ),
)
