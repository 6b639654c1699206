"""The kinds of list: which fields each has, and under which titles offices keep them."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from api.strangers.wire import Wanted
from ledger.accounts import FINANCE_CLERKS
from ledger.actors import Role
from ledger.comparisons import COMPARERS
from ledger.facts.audits import Compared

Code = Literal["patents", "contracts", "registrations", "arrivals"] | Compared


class Field(NamedTuple):
    """One field of a list. `titles` are known spellings, the one to prefer first.

    Titles are compared without blanks, `[…]`, units in brackets and full-width forms.
    """

    zh: str
    en: str
    titles: str
    needed: bool = False


class Kind(NamedTuple):
    """A kind of list; one is recognised by all its needed fields together."""

    code: Code
    zh: str
    en: str
    roles: frozenset[Role]
    fields: Mapping[str, Field]

    def wanted(self) -> Wanted:
        """The kind as a reader of files needs to know it; rank 0 is the best title of a field."""
        return Wanted(self.code, _TITLES[self.code], sorted(self.needed()))

    def needed(self) -> frozenset[str]:
        """The fields without which a list cannot be read."""
        return frozenset(name for name, field in self.fields.items() if field.needed)


_STAFF = frozenset({Role.CENTRE_STAFF})

PATENTS = Kind(
    "patents",
    "专利名单",
    "patent list",
    _STAFF,
    {
        "patent": Field(
            "申请号", "application number", "申请号 申请号/专利号 专利申请号 专利号", True
        ),
        "title": Field(
            "名称", "title", "发明创造名称 发明名称 专利名称 标题 名称 标题(中文) 专利标题", True
        ),
        "filed": Field("申请日", "filing date", "申请日 申请日期 专利申请日", True),
        "publication": Field(
            "公开(公告)号", "publication number", "公开号 公布号 公开(公告)号 公布(公告)号 公告号"
        ),
        "published_on": Field(
            "公开(公告)日",
            "publication date",
            "公开日 公布日 公开日期 公开(公告)日 公布(公告)日 公开(公告)日期",
        ),
        "announcement": Field(
            "授权公告号", "grant announcement number", "授权公告号 授权号 授权(公告)号 授权公告编号"
        ),
        "granted_on": Field(
            "授权公告日", "grant date", "授权公告日 授权日 授权日期 授权公告日期 授权(公告)日"
        ),
        "owners": Field(
            "原始申请(专利权)人",
            "first owners",
            "原始申请(专利权)人 原始申请人 原始专利权人 申请(专利权)人 申请人 专利权人 "
            "申请人/专利权人 当前申请(专利权)人 当前专利权人 当前权利人 权利人",
        ),
        "inventors": Field("发明人", "inventors", "发明人 发明(设计)人 发明人/设计人 设计人"),
        "status": Field(
            "法律状态",
            "legal status",
            "当前法律状态 法律状态/事件 法律状态 案件状态 专利状态 最新法律状态 状态 简单法律状态",
        ),
        "status_on": Field(
            "法律状态公告日",
            "date of the status",
            "法律状态公告日 法律状态更新时间 法律状态日期 法律状态日 失效日 失效日期 "
            "终止日 终止日期 状态日期",
        ),
    },
)
CONTRACTS = Kind(
    "contracts",
    "合同台账",
    "contract register",
    _STAFF,
    {
        "number": Field("合同编号", "contract number", "合同编号 合同号 编号", True),
        "title": Field("合同名称", "contract title", "合同名称 项目名称 名称"),
        "kind": Field("合同类型", "kind", "合同类型 合同类别 类型 类别", True),
        "exclusivity": Field("许可方式", "exclusivity", "许可方式 许可类型 许可种类"),
        "counterparty": Field(
            "对方单位",
            "other side",
            "对方单位 合同对方 受让方/被许可方 受让方 被许可方 受让人 被许可人 买方 委托方 甲方 "
            "合作单位 交易对方",
        ),
        "code": Field(
            "统一社会信用代码", "credit code", "统一社会信用代码 信用代码 对方信用代码 社会信用代码"
        ),
        "patents": Field(
            "专利号", "patents", "专利号 涉及专利 专利号/申请号 专利申请号 申请号 专利"
        ),
        "signed": Field(
            "签订日期", "signed on", "签订日期 签订日 签订时间 签约日期 合同签订日期", True
        ),
        "starts": Field(
            "开始日期", "starts on", "开始日期 生效日期 生效日 起始日期 许可开始日 履行开始日期"
        ),
        "ends": Field(
            "截止日期", "ends on", "截止日期 到期日期 到期日 终止日期 结束日期 许可截止日"
        ),
        "amount": Field(
            "合同金额", "amount", "合同金额 合同总金额 合同额 金额 合同总价 合同价款 总金额", True
        ),
        "instalments": Field(
            "付款约定",
            "instalments",
            "付款约定 付款方式 支付方式 分期付款 付款计划 付款条件 付款期次",
        ),
    },
)
REGISTRATIONS = Kind(
    "registrations",
    "技术合同认定登记表",
    "technology-contract registrations",
    _STAFF,
    {
        "registration": Field(
            "合同登记编号",
            "registration number",
            "合同登记编号 合同登记号 登记编号 认定登记编号",
            True,
        ),
        "number": Field(
            "合同编号", "contract number", "合同编号 合同号 单位合同编号 自编合同号", True
        ),
        "category": Field("合同类别", "category", "合同类别 合同类型 技术合同类别", True),
        "total": Field(
            "合同成交总额", "total", "合同成交总额 成交总额 合同成交金额 合同总金额", True
        ),
        "technical": Field(
            "技术交易额", "technical amount", "技术交易额 技术交易金额 合同技术交易额", True
        ),
        "on": Field(
            "认定日期", "registered on", "认定日期 登记日期 认定登记日期 审核通过日期", True
        ),
    },
)
ARRIVALS = Kind(
    "arrivals",
    "到款清单",
    "arrivals list",
    FINANCE_CLERKS,
    {
        "on": Field(
            "到账日期", "arrived on", "到账日期 到款日期 到账时间 到款时间 来款日期 入账日期", True
        ),
        "payer": Field(
            "付款单位",
            "payer",
            "付款单位 来款单位 汇款单位 交款单位 付款方 付款人 对方单位 付款单位名称",
            True,
        ),
        "amount": Field("金额", "amount", "到账金额 到款金额 来款金额 金额 收入金额", True),
        "text": Field("摘要", "text", "摘要 用途 备注 附言"),
        "voucher": Field("凭证号", "voucher", "凭证号 凭证编号 到款编号 来款编号 流水号"),
        "project": Field("项目", "project", "项目 项目名称 项目号 项目编号 认领项目"),
        "account": Field("付款账号", "payer's account", "付款账号 对方账号 付款方账号"),
    },
)

_PATENT = Field(
    "专利", "patent", "专利号 申请号 专利申请号 申请号/专利号 专利号/申请号 专利 标的专利", True
)
LICENSE_RECORDALS = Kind(
    "license-recordals",
    "许可备案清单",
    "list of recorded licenses",
    COMPARERS,
    {
        "patent": _PATENT,
        "number": Field("备案号", "recordal number", "备案号 合同备案号 许可备案号 备案编号"),
        "on": Field(
            "备案日期", "recorded on", "备案日期 备案日 生效日 合同备案日 许可备案日期 公告日", True
        ),
    },
)
ASSIGNMENT_RECORDALS = Kind(
    "assignment-recordals",
    "转让登记清单",
    "list of registered assignments",
    COMPARERS,
    {
        "patent": _PATENT,
        "number": Field("登记编号", "registration number", "登记编号 登记号 手续合格通知书编号"),
        "on": Field(
            "登记生效日",
            "registered on",
            "登记生效日 登记日期 变更日期 变更日 转让登记日 生效日期 登记日",
            True,
        ),
    },
)
EXCHANGE_TRADES = Kind(
    "exchange-trades",
    "交易所成交清单",
    "an exchange's list of trades",
    COMPARERS,
    {
        "patent": _PATENT,
        "number": Field("成交凭证号", "certificate", "成交凭证号 交易凭证号 凭证编号 鉴证书编号"),
        "on": Field("成交日期", "traded on", "成交日期 成交日 交易日期 交易日", True),
    },
)

COMPARED: Mapping[Compared, Kind] = {
    "license-recordals": LICENSE_RECORDALS,
    "assignment-recordals": ASSIGNMENT_RECORDALS,
    "exchange-trades": EXCHANGE_TRADES,
}
"""Lists from elsewhere that are laid beside the ledger and never taken in."""

KINDS: tuple[Kind, ...] = (PATENTS, REGISTRATIONS, CONTRACTS, ARRIVALS)
"""In the order in which they are tried; of two that fit, the one with more fields is meant."""
LIST_ROLES = frozenset(role for kind in KINDS for role in kind.roles)
"""Who brings lists: centre staff, and finance clerks for arrivals."""

BY_CODE: Mapping[str, Kind] = {kind.code: kind for kind in KINDS}

_TITLES: Mapping[str, Mapping[str, tuple[str, int]]] = {
    kind.code: {
        title: (name, rank)
        for name, field in kind.fields.items()
        for rank, title in enumerate(field.titles.split())
    }
    for kind in (*KINDS, *COMPARED.values())
}
