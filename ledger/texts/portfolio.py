"""Words for refusals and breaches around annuities, tags, pledges and applications abroad."""

from ledger.refusals import Refused
from ledger.texts.text import BreachText, Text

TEXTS: dict[Refused, Text] = {
    Refused.ANNUITY_IS_SCHEDULED_ALREADY: Text(
        "{patent}第{year}年度年费已登记，应缴日{due}",
        "the annuity of {patent} for year {year} is noted already, due on {due}",
        "核对年度；应缴日有误的，更正原登记",
        "check the year; if the due day is wrong, correct what was noted",
    ),
    Refused.TAG_IS_SET_ALREADY: Text(
        "{patent}已标注为“{tag}”",
        "{patent} carries the tag {tag} already",
        "不必重复标注",
        "there is nothing left to do",
    ),
    Refused.TAG_IS_NOT_SET: Text(
        "{patent}未标注“{tag}”，无从取消",
        "{patent} does not carry the tag {tag}",
        "核对专利、标注种类和日期",
        "check the patent, the tag and the date",
    ),
    Refused.FOREIGN_APPLICATION_IS_OF_ANOTHER_KIND: Text(
        "{foreign}的种类不符：PCT国际申请本身不授权，进入国家阶段须依据PCT国际申请",
        "{foreign} is of the wrong kind: an international application is never granted, and only"
        " one can lead to offices abroad",
        "授权登记在境外专利申请上；“PCT国际申请”一栏填国际申请",
        "record grants on the application abroad; name an international application as pct",
    ),
    Refused.PATENT_IS_NOT_PLEDGED: Text(
        "{patent}不在质押{pledge}之下",
        "{patent} is not under {pledge}",
        "只填尚未注销质押的专利；全部注销的不必再登记",
        "name only patents still pledged; where all are free nothing is left to do",
    ),
}

BREACHES: dict[str, BreachText] = {
    "annuity-is-paid-already": BreachText(
        "{patent}第{year}年度年费已于{paid}缴纳",
        "the annuity of {patent} for year {year} was paid already on {paid}",
    ),
    "annuity-is-paid-after-grace": BreachText(
        "{patent}第{year}年度年费于{on}缴纳，晚于宽限期最后一日{last_day}",
        "the annuity of {patent} for year {year} was paid on {on}, after {last_day}, the last day"
        " of grace",
    ),
    "late-fee-is-missing": BreachText(
        "{patent}第{year}年度年费应于{due}前缴纳，{on}才缴而未见滞纳金",
        "the annuity of {patent} for year {year} was due on {due} and paid on {on} without a late"
        " fee",
    ),
    "tagged-patent-is-no-invention": BreachText(
        "{patent}（{kind}）不是发明专利，高价值标注只用于发明专利",
        "{patent} ({kind}) is no invention patent, and only those are tagged",
    ),
    "status-check-contradicts-record": BreachText(
        "{on}核查{patent}的结果与登记的法律状态“{status}”不一致",
        "the look-up of {patent} on {on} contradicts the status on record, {status}",
    ),
    "owner-is-not-confirmed": BreachText(
        "{on}核查未能确认{patent}的权利人",
        "the look-up on {on} did not confirm the owner of {patent}",
    ),
    "evaluated-patent-is-an-invention": BreachText(
        "{patent}是发明专利，专利权评价报告只针对实用新型和外观设计（专利法第六十六条）",
        "{patent} is an invention patent; reports are made on utility models and designs"
        " (专利法 art. 66)",
    ),
    "pct-number-contradicts-filing": BreachText(
        "国际申请号{number}的年份与申请日{filed}不符",
        "the number {number} is of another year than the filing on {filed}",
    ),
    "filing-is-beyond-priority": BreachText(
        "{filed}的申请晚于{patent}优先权期限的最后一日{last_day}（巴黎公约第四条）",
        "the filing on {filed} came after {last_day}, the last day of the priority of {patent}"
        " (Paris Convention art. 4)",
    ),
    "foreign-patent-is-granted-already": BreachText(
        "{foreign}已于{granted}授权",
        "{foreign} was granted already on {granted}",
    ),
    "patent-is-pledged-already": BreachText(
        "{patent}已在质押{pledge}之下",
        "{patent} is under {pledge} already",
    ),
}
