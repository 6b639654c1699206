"""What people call each fact, in Chinese and English."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ledger import facts
from ledger.facts import Fact


class Title(NamedTuple):
    """A fact's name for readers of either language."""

    zh: str
    en: str


TITLES: Final[Mapping[type[Fact], Title]] = {
    facts.LogOpened: Title("日志开立", "Log opened"),
    facts.InstitutionRegistered: Title("机构登记", "Institution registered"),
    facts.PolicyAdopted: Title("规则采用", "Policy adopted"),
    facts.ActorRegistered: Title("操作人登记", "Actor registered"),
    facts.RoleGranted: Title("角色授予", "Role granted"),
    facts.RoleRevoked: Title("角色收回", "Role revoked"),
    facts.TokenIssued: Title("令牌签发", "Token issued"),
    facts.TokenRevoked: Title("令牌吊销", "Token revoked"),
    facts.PersonRegistered: Title("人员登记", "Person registered"),
    facts.PersonErased: Title("个人信息擦除", "Person erased"),
    facts.CounterpartyRegistered: Title("相对方登记", "Counterparty registered"),
    facts.CounterpartySizeDeclared: Title("企业规模自报", "Size declared"),
    facts.CounterpartySizeVerified: Title("企业规模核定", "Size verified"),
    facts.PatentFiled: Title("专利申请", "Patent filed"),
    facts.PatentGranted: Title("专利授权", "Patent granted"),
    facts.PatentLapsed: Title("专利权终止", "Patent lapsed"),
    facts.PatentRestored: Title("专利权恢复", "Patent restored"),
    facts.PatentExpired: Title("专利权届满", "Patent expired"),
    facts.PatentInvalidated: Title("专利权无效", "Patent invalidated"),
    facts.LicenseGranted: Title("许可签订", "License granted"),
    facts.LicenseAmended: Title("许可变更", "License amended"),
    facts.LicenseRecorded: Title("许可备案", "License recorded"),
    facts.LicenseTerminated: Title("许可解除", "License terminated"),
    facts.AssignmentAgreed: Title("转让签订", "Assignment agreed"),
    facts.AssignmentRegistered: Title("转让登记", "Assignment registered"),
    facts.AssignmentRescinded: Title("转让撤销", "Assignment rescinded"),
    facts.EquityContributed: Title("作价投资", "Equity contributed"),
    facts.InstalmentScheduled: Title("应收款追加", "Instalment scheduled"),
    facts.AccountRegistered: Title("账户登记", "Account registered"),
    facts.StatementImported: Title("银行流水导入", "Statement imported"),
    facts.ReceiptClaimed: Title("到款认领", "Receipt claimed"),
    facts.PayerConfirmed: Title("付款人确认", "Payer confirmed"),
    facts.ReceiptAllocated: Title("到款核销", "Receipt allocated"),
    facts.ReceiptDeallocated: Title("核销撤销", "Receipt de-allocated"),
    facts.BankFeeRecorded: Title("银行扣费", "Bank fee recorded"),
    facts.ReceiptRefunded: Title("退款", "Receipt refunded"),
    facts.ReceiptReversed: Title("冲正", "Receipt reversed"),
    facts.FundOpened: Title("奖励资金设立", "Fund opened"),
    facts.RewardClaimed: Title("奖励申报", "Reward claimed"),
    facts.RewardAccepted: Title("奖励受理", "Reward accepted"),
    facts.RewardReturned: Title("奖励退回", "Reward returned"),
    facts.RewardJudged: Title("奖励资格认定", "Reward judged"),
    facts.RewardReviewed: Title("奖励审核", "Reward reviewed"),
    facts.RewardPublicised: Title("奖励公示", "Reward publicised"),
    facts.RewardAwarded: Title("奖励核定", "Reward awarded"),
    facts.RewardCapped: Title("奖励限额核减", "Reward capped"),
    facts.RewardRefused: Title("奖励不予认定", "Reward refused"),
    facts.RewardAppropriated: Title("奖励拨付", "Reward appropriated"),
    facts.RewardDisbursed: Title("奖励发放", "Reward disbursed"),
    facts.RewardUnspentReturned: Title("结余退回", "Unspent reward returned"),
    facts.RewardClawedBack: Title("奖励追回", "Reward clawed back"),
    facts.FundClosed: Title("奖励资金关闭", "Fund closed"),
    facts.FactVoided: Title("事实作废", "Fact voided"),
}
"""Complete by test: every fact of the ledger has a title."""
