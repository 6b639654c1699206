"""The limits of the 2022 plan on university IP operation centres and of its reward fund."""

from compliance import fund
from compliance.clause import BUREAU, Catalogue, Clause, Items, Words
from ledger.policies import Mark

_SOURCE = "沪知局〔2022〕21号"


def _limit(
    name: str,
    place: str,
    title: Words,
    requirement: Words,
    next_step: Words,
    mend: tuple[str, ...],
    items: Items,
) -> Clause:
    return Clause(
        id=name,
        title=title,
        requirement=requirement,
        next_step=next_step,
        mend=mend,
        binds=BUREAU,
        items=items,
        mark=Mark.READ,
        source=f"{_SOURCE} {place}",
    )


PLAN_2022_21 = Catalogue(
    id="plan-2022-21",
    version=1,
    title=Words("高校知识产权运营中心建设方案", "Plan on university IP operation centres"),
    source=_SOURCE,
    mark=Mark.READ,
    clauses=(
        _limit(
            "cap",
            "四(三)",
            Words("奖励资金总额", "Cap of the fund"),
            Words(
                "任何时候，有效核定之和不超过资金上限",
                "At no time do the live awards add up to more than the cap",
            ),
            Words("追回超出上限的核定", "Claw back what was awarded beyond the cap"),
            ("reward.claw-back",),
            fund.cap,
        ),
        _limit(
            "rate",
            "四(三)",
            Words("奖励比例", "Rate of the reward"),
            Words(
                "奖励按实际到账费用的千分之一计算，核定不超过审核金额",
                "The reward is a thousandth of the fees received; no award exceeds its review",
            ),
            Words("重新审核，追回多核定的部分", "Review anew; claw back what was awarded too much"),
            ("reward.review", "reward.claw-back"),
            fund.rate,
        ),
        _limit(
            "eligibility",
            "四(三)",
            Words("奖励条件", "What is rewarded"),
            Words(
                "只奖励高校院所面向经核定的中小微企业的许可、转让费用",
                "Only license and assignment fees that universities and institutes received from"
                " firms verified as medium, small or micro are rewarded",
            ),
            Words("核定企业规模，或退回、追回", "Verify the size, or return or claw back"),
            ("counterparty.verify-size", "reward.return", "reward.claw-back"),
            fund.eligibility,
        ),
        Clause(
            id="separation-of-duties",
            title=Words("不相容岗位分离", "Separation of duties"),
            requirement=Words(
                "资格认定、核定、拨付由不同的人办理，认定与审核也由不同的人办理",
                "Eligibility, award and payment lie with different persons, and so do eligibility"
                " and review",
            ),
            next_step=Words(
                "追回后由另一人重新办理", "Claw back and have other persons do it anew"
            ),
            mend=("reward.claw-back", "role.revoke"),
            binds=BUREAU,
            items=fund.duties_apart,
            # The plan is silent: this is common practice of internal control.
            mark=Mark.GENERAL_KNOWLEDGE,
            source=f"{_SOURCE}；行政事业单位内部控制规范（不相容岗位分离）",
        ),
        _limit(
            "ten-selections",
            "首段",
            Words("遴选数量", "Number selected"),
            Words(
                "先后选取的高校累计不超过十所，退出不腾出名额",
                "Not more than ten universities are ever selected; a withdrawal frees no place",
            ),
            Words("更正误登的认定", "Void a designation that was recorded by mistake"),
            ("fact.void",),
            fund.selections,
        ),
        _limit(
            "disciplines",
            "一",
            Words("优势学科", "Strong disciplines"),
            Words(
                "每个中心围绕一至两个优势学科，并写明所涉产业",
                "Each centre is about one or two strong disciplines and names their industries",
            ),
            Words(
                "更正认定中的学科与产业", "Correct disciplines and industries of the designation"
            ),
            ("fact.correct",),
            fund.disciplines,
        ),
    ),
)
