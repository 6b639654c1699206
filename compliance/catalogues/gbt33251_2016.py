"""GB/T 33251-2016, use of intellectual property and contracts: 8.1 to 8.4 and 9.1.

Item letters and contents are as generally known, not read from the published text. How long
evidence stays fresh is this catalogue's own choice: the standard is not known to name periods.
"""

from typing import Final

from compliance import deals, market, portfolio, ventures
from compliance.clause import ACADEMIC, Catalogue, Clause, Items, Words
from ledger.policies import Mark

_YEARLY: Final = 12


def _item(
    item: str,
    title: Words,
    requirement: Words,
    next_step: Words,
    mend: tuple[str, ...],
    items: Items,
    fresh_months: int | None = None,
    *,
    has_last_days: bool = False,
) -> Clause:
    return Clause(
        id=item,
        title=title,
        requirement=requirement,
        next_step=next_step,
        mend=mend,
        binds=ACADEMIC,
        items=items,
        mark=Mark.GENERAL_KNOWLEDGE,
        source=f"GB/T 33251-2016 {item}",
        fresh_months=fresh_months,
        has_last_days=has_last_days,
    )


_GRADING: Final = (
    _item(
        "8.1-a",
        Words("分级机制", "Grading by value"),
        Words(
            "按价值给专利分级，并持续实行", "Patents are graded by value, and go on being graded"
        ),
        Words("给有效专利定级；误给失效专利的，更正", "Grade patents in force; void wrong grades"),
        ("patent.grade", "fact.void"),
        portfolio.grades,
        _YEARLY,
    ),
    _item(
        "8.1-b",
        Words("分级清单", "Graded list"),
        Words(
            "每件有效专利都从法律、技术、市场和团队意见四方面定级，清单与实际相符",
            "Every patent in force is graded on its legal, technical and market side and on the"
            " team's advice; the list agrees with the register",
        ),
        Words("补全定级的四个方面，摘除不符的高价值标签", "Grade on all four; take off unfit tags"),
        ("patent.grade", "patent.untag"),
        portfolio.graded_list,
        _YEARLY,
    ),
    _item(
        "8.1-c",
        Words("分级处置", "Disposal by grade"),
        Words(
            "对每件有效专利作出维持或放弃的决定，并照办",
            "For every patent in force it is decided to keep or to drop it, and done so",
        ),
        Words("作出维持或放弃的决定，补缴年费或办理恢复", "Decide; pay the annuity or restore"),
        ("patent.decide-maintenance", "annuity.pay", "patent.restore"),
        portfolio.kept_by_decision,
        _YEARLY,
    ),
)

_PROMOTION: Final = (
    _item(
        "8.2-a",
        Words("前景与风险评估", "Prospects and risks"),
        Words(
            "签订合同之前评估该专利或该交易的前景与风险",
            "Prospects and risks of the patent or the deal are weighed before it is signed",
        ),
        Words("在签订之前登记风险评估", "Record the assessment of risk before signing"),
        ("risk.assess",),
        market.risks_weighed,
    ),
    _item(
        "8.2-b",
        Words("运用策划", "Strategy of use"),
        Words(
            "处置和定价的方案由一人提出、另一人批准",
            "How to dispose of patents and at what price is proposed by one and approved by"
            " another person",
        ),
        Words("登记处置或定价的决定，由另一人批准", "Record the decision; have another approve it"),
        ("decision.record", "decision.approve"),
        market.plans_decided,
    ),
    _item(
        "8.2-c",
        Words("展示推介与洽谈", "Showing, pitching, negotiating"),
        Words(
            "经常发布供给、举办活动、洽谈对接；失效专利不再推介",
            "Supply is listed, events are held and talks begun, again and again; dead rights are"
            " not offered",
        ),
        Words("发布供给、举办活动或开启洽谈，撤下失效专利", "List, hold, talk; take dead ones off"),
        ("supply.list", "event.hold", "lead.open", "supply.withdraw"),
        market.offers,
        _YEARLY,
    ),
    _item(
        "8.2-d",
        Words("按需求组合", "Bundles by demand"),
        Words(
            "针对企业需求组合专利并对接；结为“已满足”的需求有对接可查",
            "Patents are bundled for what firms ask for; a demand closed as met was talked about",
        ),
        Words(
            "就该需求开启洽谈，或更正其结果", "Open a lead on the demand, or correct its outcome"
        ),
        ("lead.open", "demand.close", "fact.correct"),
        market.demands_served,
    ),
    _item(
        "8.2-e",
        Words("鼓励创业", "Encouraging ventures"),
        Words(
            "以有效的权利作价投资，或向完成人赋权",
            "Living rights are put into companies, or given to those who made the result",
        ),
        Words("登记作价投资或赋权；权利失效的，恢复或更正", "Record it; restore dead rights"),
        ("equity.contribute", "disclosure.grant-right", "patent.restore"),
        ventures.ventures,
    ),
)

_LICENSING: Final = (
    _item(
        "8.3-a",
        Words("签前查明权属与法律状态", "Status and title before signing"),
        Words(
            f"签订许可、转让合同前{deals.STATUS_CHECK_DAYS}日内查明每件专利有效、权属清楚",
            f"Within {deals.STATUS_CHECK_DAYS} days before a license or assignment is signed, every"
            " patent is found in force and its owner confirmed",
        ),
        Words("登记签订前的法律状态查询", "Record the look into the register made before signing"),
        ("patent.check-status",),
        deals.status_checks,
    ),
    _item(
        "8.3-b",
        Words("核查对方实施意愿", "The other side's will to work"),
        Words(
            "签订之前核查对方是否真要实施，不与恶意方签约",
            "Before signing, the other side's will to work the patent is looked into; no deal is"
            " made with one in bad faith",
        ),
        Words("登记签订前对交易对方的核查", "Record the check of the other side before signing"),
        ("counterparty.check",),
        deals.intents_to_work,
    ),
    _item(
        "8.3-c",
        Words("书面合同", "Written contract"),
        Words(
            "许可、转让有书面合同存证，并写明费用",
            "Licenses and assignments are in writing, the document on record, and state their fee",
        ),
        Words("更正该合同：附上文本的哈希值，写明费用", "Correct it: add the document and the fee"),
        ("fact.correct", "license.amend"),
        deals.written_contracts,
    ),
    _item(
        "8.3-d",
        Words("过程跟踪", "Following up"),
        Words(
            "跟踪到备案和登记为止，登记之前不收转让价款",
            "Deals are followed up to recordal and registration; no price before title has passed",
        ),
        Words("登记许可备案或转让登记", "Record the recordal or the registration"),
        ("license.record", "assignment.register"),
        deals.followed_up,
        has_last_days=True,
    ),
)

_EQUITY: Final = (
    _item(
        "8.4-a",
        Words("核查合作方实力", "The partner's strength"),
        Words(
            "作价投资之前核查合作方的能力与信用",
            "The partner's ability and credit are looked into before patents are put in",
        ),
        Words("登记投资前对合作方的核查", "Record the check of the partner made before"),
        ("counterparty.check",),
        deals.partner_strengths,
    ),
    _item(
        "8.4-b",
        Words("评估作价", "Valuation"),
        Words(
            "投入的每件专利在投资之日有有效的评估",
            "Every patent put in has a valuation that is valid on the day",
        ),
        Words("登记评估报告", "Record the valuation"),
        ("valuation.receive",),
        ventures.valuations,
    ),
    _item(
        "8.4-c",
        Words("收益方式与份额", "Income and shares"),
        Words(
            "在退出之前，以经批准的决定明确收益方式与份额",
            "How income and shares are divided is settled by an approved decision before any exit",
        ),
        Words("登记收益分配决定，由另一人批准", "Record the decision; have another approve it"),
        ("decision.record", "decision.approve"),
        ventures.income_settled,
    ),
)

_CONTRACTS: Final = (
    _item(
        "9.1-a",
        Words("审查合同条款", "Review of clauses"),
        Words(
            "凡对外签订的合同，签订之前审查知识产权条款且无待改之处",
            "What is signed with another side was reviewed before, with nothing left to mend",
        ),
        Words("登记签订前的条款审查", "Record the review made before signing"),
        ("contract.review-clauses",),
        deals.reviews,
    ),
    _item(
        "9.1-b",
        Words("委托服务合同", "Outside services"),
        Words(
            "委托外部服务有书面合同，约定权属与保密",
            "Outside services work under a written contract that settles ownership and secrecy",
        ),
        Words("更正该协议：附上文本，或终止后重签", "Correct it with its document, or sign anew"),
        ("partner.sign", "partner.end", "fact.correct"),
        deals.service_agreements,
    ),
    _item(
        "9.1-c",
        Words("联盟与协同创新", "Alliances and joint innovation"),
        Words(
            "联合实验室、产业联盟等合作有书面约定，明确权属",
            "Joint laboratories and alliances have a written agreement that settles ownership",
        ),
        Words("更正该协议：附上文本，或终止后重签", "Correct it with its document, or sign anew"),
        ("partner.sign", "partner.end", "fact.correct"),
        deals.alliance_agreements,
    ),
)

GBT33251_2016 = Catalogue(
    id="gbt33251-2016",
    version=1,
    title=Words(
        "高等学校知识产权管理规范（运用与合同部分）",
        "Intellectual property management for universities: use and contracts",
    ),
    source="GB/T 33251-2016",
    mark=Mark.GENERAL_KNOWLEDGE,
    clauses=(*_GRADING, *_PROMOTION, *_LICENSING, *_EQUITY, *_CONTRACTS),
)
