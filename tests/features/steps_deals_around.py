"""Steps around deals: service contracts, registration, checks, price, exchange, open licenses."""

from typing import Any

from tests.features.city import City, fen
from tests.features.phrases import deed
from tests.features.steps_deals import instalments, rate
from tests.features.tables import Table, records
from tests.features.words import code

_FEES = {"技术开发": "development-fee", "技术咨询": "service-fee", "技术服务": "service-fee"}
_MATTERS = {
    "实施意愿": "intent-to-work",
    "实施能力": "capability",
    "信用状况": "credit",
    "关联关系": "related-party",
}
_OUTCOMES = {"可靠": "sound", "存疑": "doubtful", "非善意": "bad-faith"}
_REVIEWS = {"同意": "agreed", "要求修改": "changes-asked"}
_VERDICTS = {"成立": "upheld", "不成立": "dismissed"}
_LEVELS = {"低": "low", "中": "medium", "高": "high"}
_PAPERS = {"质权人同意书": "pledgee-consent", "专利权评价报告": "evaluation-report"}
_SCHEMES = {"法定": "open", "试点": "open-pilot"}

# --- contracts for development, consulting and services


@deed("{who}登记与“{firm}”签订的开发咨询服务合同")
def signs_contracts(city: City, who: str, firm: str, datatable: Table) -> None:
    for row in records(datatable):
        body = {
            "contract": city.fresh("contract", row["合同"]),
            "kind": code(row["类型"]),
            "contract_number": row["合同"],
            "title": row.get("名称", row["合同"]),
            "counterparty": city.id(firm),
            "signed": row["签订日"],
            "amount_fen": fen(row["金额"]),
            "instalments": instalments(row.get("分期", ""), _FEES[row["类型"]]),
        }
        city.do(who, "contract.sign", body)


@deed("{who}登记合同 {contract} 于 {day} 终止")
def terminates_contract(city: City, who: str, contract: str, day: str) -> None:
    city.do(who, "contract.terminate", {"contract": city.id(contract), "on": day})


@deed("{who}登记合同 {contract} 的技术合同认定")
def registers_contract(city: City, who: str, contract: str, datatable: Table) -> None:
    for row in records(datatable):
        body = {
            "contract": city.id(contract),
            "registration": row["登记编号"],
            "category": code(row["类别"]),
            "total_fen": fen(row["合同总额"]),
            "technical_fen": fen(row["技术交易额"]),
            "on": row["登记日"],
        }
        city.do(who, "technology-contract.register", body)


# --- what is looked into


def _checks(
    city: City, who: str, firm: str, day: str, matters: str, outcome: str
) -> dict[str, Any]:
    return {
        "check": city.fresh("check", f"{who}{firm}{day}"),
        "counterparty": city.id(firm),
        "matters": [_MATTERS[matter] for matter in matters.split("、")],
        "outcome": _OUTCOMES[outcome],
        "on": day,
    }


@deed("{who}于 {day} 核查“{firm}”的{matters}，结论为{outcome}")
def checks_firm(city: City, who: str, day: str, firm: str, matters: str, outcome: str) -> None:
    city.do(who, "counterparty.check", _checks(city, who, firm, day, matters, outcome))


@deed("{who}为合同 {contract} 于 {day} 核查“{firm}”的{matters}，结论为{outcome}")
def checks_firm_for_contract(
    city: City, who: str, contract: str, day: str, firm: str, matters: str, outcome: str
) -> None:
    body = _checks(city, who, firm, day, matters, outcome)
    city.do(who, "counterparty.check", body | {"contract": city.id(contract)})


@deed("{who}于 {day} 审查合同 {contract} 的知识产权条款，意见为{outcome}")
def reviews_clauses(city: City, who: str, day: str, contract: str, outcome: str) -> None:
    body = {"contract": city.id(contract), "outcome": _REVIEWS[outcome], "on": day}
    city.do(who, "contract.review-clauses", body)


@deed("{who}评估“{about}”的“{matter}”，等级为{level}")
def assesses_risk(city: City, who: str, about: str, matter: str, level: str) -> None:
    body = {
        "risk": city.fresh("risk", matter),
        "about": [city.id(name) for name in about.split("、")],
        "matter": matter,
        "level": _LEVELS[level],
    }
    city.do(who, "risk.assess", body)


# --- prices


@deed("{who}登记定价")
def determines_prices(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "pricing": city.fresh("pricing", row["定价"]),
            "method": code(row["方式"]),
            "patents": [city.id(name) for name in row["专利"].split("、")],
            "amount_fen": fen(row["价格"]),
            "on": row["定价日"],
        }
        for title, field in (("合同", "contract"), ("相对方", "counterparty")):
            if title in row:
                body[field] = city.id(row[title])
        city.do(who, "pricing.determine", body)


@deed("{who}登记定价 {pricing} 自 {starts} 至 {ends} 公示")
def posts_notice(city: City, who: str, pricing: str, starts: str, ends: str) -> None:
    body = {"pricing": city.id(pricing), "place": "校园网", "starts": starts, "ends": ends}
    city.do(who, "pricing.post-notice", body)


@deed("{who}登记 {day} 有人对定价 {pricing} 提出异议")
def objects(city: City, who: str, day: str, pricing: str) -> None:
    body = {"pricing": city.id(pricing), "grounds": "价格偏低", "on": day}
    city.do(who, "pricing.object", body)


@deed("{who}登记定价 {pricing} 的第 {number:d} 号异议于 {day} 认定为{verdict}")
def resolves(city: City, who: str, pricing: str, number: int, day: str, verdict: str) -> None:
    body = {
        "pricing": city.id(pricing),
        "number": number,
        "outcome": _VERDICTS[verdict],
        "on": day,
    }
    city.do(who, "pricing.resolve-objection", body)


# --- exchange


@deed("{who}登记专利“{patents}”于 {day} 在“{exchange}”挂牌，记为 {listing}")
def lists(city: City, who: str, patents: str, day: str, exchange: str, listing: str) -> None:
    body = {
        "listing": city.fresh("listing", listing),
        "exchange": exchange,
        "patents": [city.id(name) for name in patents.split("、")],
        "on": day,
    }
    city.do(who, "listing.list", body)


@deed("{who}登记合同 {contract} 于 {day} 经挂牌 {listing} 成交")
def trades(city: City, who: str, contract: str, day: str, listing: str) -> None:
    body = {"listing": city.id(listing), "contract": city.id(contract), "on": day}
    city.do(who, "listing.trade", body)


# --- exit from equity


@deed("{who}登记作价投资 {equity} 于 {day} 退出股权 {share}，所得 {amount} 元")
def exits(city: City, who: str, equity: str, day: str, share: str, amount: str) -> None:
    body = {
        "equity": city.id(equity),
        "share": rate(share),
        "proceeds_fen": fen(amount),
        "on": day,
    }
    city.do(who, "equity.exit", body)


# --- open licenses


@deed("{who}声明专利“{patent}”开放许可")
def declares(city: City, who: str, patent: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "declaration": city.fresh("declaration", row["声明"]),
            "patent": city.id(patent),
            "payment": code(row.get("付款方式", "一次付清")),
            "fee_fen": fen(row["许可费"]),
            "on": row["声明日"],
            "evidence": [
                {"kind": _PAPERS[name]} for name in row.get("依据", "").split("、") if name
            ],
        }
        if "实行方式" in row:
            body["scheme"] = _SCHEMES[row["实行方式"]]
        if "期限至" in row:
            body["ends"] = row["期限至"]
        city.do(who, "open-license.declare", body)


@deed("{who}登记开放许可 {declaration} 于 {day} 公告")
def announces(city: City, who: str, declaration: str, day: str) -> None:
    body = {"declaration": city.id(declaration), "on": day}
    city.do(who, "open-license.announce", body)


@deed("{who}登记开放许可 {declaration} 于 {day} 撤回")
def withdraws(city: City, who: str, declaration: str, day: str) -> None:
    body = {"declaration": city.id(declaration), "on": day}
    city.do(who, "open-license.withdraw", body)


@deed("{who}登记“{firm}”于 {day} 达成开放许可 {declaration}，合同记为 {contract}")
def takes(city: City, who: str, firm: str, day: str, declaration: str, contract: str) -> None:
    body = {
        "license": city.fresh("license", contract),
        "declaration": city.id(declaration),
        "contract_number": contract,
        "counterparty": city.id(firm),
        "on": day,
    }
    city.do(who, "open-license.take", body)
