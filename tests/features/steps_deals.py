"""Steps about patents, licenses, assignments, equity and what is due under them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from api.texts import BREACHES
from tests.features.city import City, fen, patent_number
from tests.features.phrases import deed, finding
from tests.features.tables import Table, records, view_called
from tests.features.words import code

TURNS = {
    "授权": ("patent.grant", {}),
    "因未缴年费终止": ("patent.lapse", {"cause": "unpaid-annuity"}),
    "因放弃终止": ("patent.lapse", {"cause": "abandoned"}),
    "公布": ("patent.publish", {}),
    "撤回": ("patent.withdraw", {}),
    "被驳回": ("patent.reject", {}),
    "恢复": ("patent.restore", {}),
    "届满": ("patent.expire", {}),
    "被宣告全部无效": ("patent.invalidate", {"extent": "wholly"}),
    "被宣告部分无效": ("patent.invalidate", {"extent": "partly"}),
}
_CAUSES = {"协商": "agreed", "违约": "breach", "权利无效": "invalidated"}
_EVIDENCE = {
    "共有人同意书": "co-owner-consent",
    "许可人同意书": "sub-license-consent",
    "专利权评价报告": "evaluation-report",
}

# --- patents


@deed("{who}登记专利申请")
def files_patents(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        _file(city, who, row)


def _file(city: City, who: str, row: Mapping[str, str]) -> None:
    kind = code(row.get("类型", "发明"))
    filed = row["申请日"]
    year = int(row.get("号码年份", filed[:4]))
    number = row.get("申请号") or patent_number(row["专利"], kind, year)
    patent = city.call(row["专利"], f"patent:{number}")
    body: dict[str, Any] = {"patent": patent, "title": row["专利"], "filed": filed}
    if "所填类型" in row:
        body["kind"] = code(row["所填类型"])
    if "共有人" in row:
        body["other_owners"] = [row["共有人"]]
    city.do(who, "patent.file", body)


def files_patent(city: City, who: str, patent: str) -> str:
    """An invention filed on 2018-03-01; gives its subject."""
    _file(city, who, {"专利": patent, "申请日": "2018-03-01"})
    return city.id(patent)


@deed("{place}拥有已授权专利“{patent}”")
def granted_patent(city: City, place: str, patent: str) -> None:
    """Filed on 2018-03-01 and granted on 2020-03-03."""
    filed = files_patent(city, f"{place}的中心专职人员", patent)
    body = {"patent": filed, "on": "2020-03-03"}
    city.do(f"{place}的中心专职人员", "patent.grant", body)


@deed("{who}登记专利“{patent}”于 {day} {turn}")
def patent_turns(city: City, who: str, patent: str, day: str, turn: str) -> None:
    name, more = TURNS[turn]
    city.do(who, name, {"patent": city.id(patent), "on": day, **more})


# --- licenses


def instalments(text: str, purpose: str) -> list[dict[str, Any]]:
    """Instalments written as `2022-03-01 600.00` with ； between them."""
    parts = (part.split() for part in text.split("；") if part)
    return [
        {"number": n, "due": due, "amount_fen": fen(amount), "purpose": purpose}
        for n, (due, amount) in enumerate(parts, 1)
    ]


def rate(text: str) -> dict[str, int]:
    """A percentage as an exact fraction."""
    fraction = Fraction(text.removesuffix("%")) / 100
    return {"numerator": fraction.numerator, "denominator": fraction.denominator}


def _terms(row: Mapping[str, str]) -> dict[str, Any]:
    royalty = row.get("提成比例")
    return {
        "exclusivity": code(row.get("方式", "普通")),
        "territory": row["地域"].split("、") if "地域" in row else [],
        "field": row.get("领域"),
        "starts": row.get("起始日") or row["签订日"],
        "ends": row.get("终止日"),
        "payment": code(row.get("付款方式", "一次付清")),
        "fixed_fee_fen": fen(row.get("固定费", "0.00")),
        "entry_fee_fen": fen(row.get("入门费", "0.00")),
        "minimum_royalty_fen": fen(row.get("最低提成", "0.00")),
        "royalty_rate": None if royalty is None else rate(royalty),
        "royalty_base": None if royalty is None else "销售额",
        "instalments": instalments(row.get("分期", ""), "license-fee"),
    }


def _license(city: City, who: str, firm: str, row: Mapping[str, str]) -> None:
    patents = [city.id(name) for name in row["专利"].split("、")]
    body: dict[str, Any] = {
        "license": city.fresh("license", row["合同"]),
        "contract_number": row["合同"],
        "counterparty": city.id(firm),
        "patents": patents,
        "origin": code(row.get("来源", "协商")),
        "related_party": row.get("关联方") == "是",
        "signed": row["签订日"],
        "terms": _terms(row),
        "evidence": [{"kind": _EVIDENCE[kind]} for kind in row.get("依据", "").split("、") if kind],
    }
    for title, field in (("上级许可", "parent_license"), ("交叉许可", "reciprocal")):
        if title in row:
            body[field] = city.id(row[title])
    city.do(who, "license.grant", body)


@deed("{who}登记与“{firm}”签订的许可合同")
def grants_licenses(city: City, who: str, firm: str, datatable: Table) -> None:
    for row in records(datatable):
        _license(city, who, firm, row)


@deed("{who}登记许可合同 {contract} 自 {day} 起变更为")
def amends_license(city: City, who: str, contract: str, day: str, datatable: Table) -> None:
    (row,) = records(datatable)
    body = {"license": city.id(contract), "on": day, "terms": _terms(row)}
    city.do(who, "license.amend", body)


@deed("{who}登记许可合同 {contract} 于 {day} 备案")
def records_license(city: City, who: str, contract: str, day: str) -> None:
    body = {"license": city.id(contract), "recordal_number": "2022990000001", "on": day}
    city.do(who, "license.record", body)


@deed("{who}登记许可合同 {contract} 于 {day} 因{cause}终止")
def terminates_license(city: City, who: str, contract: str, day: str, cause: str) -> None:
    body = {"license": city.id(contract), "cause": _CAUSES[cause], "on": day}
    city.do(who, "license.terminate", body)


# --- assignments


@deed("{who}登记与“{firm}”签订的转让合同")
def agrees_assignments(city: City, who: str, firm: str, datatable: Table) -> None:
    for row in records(datatable):
        _assignment(city, who, firm, row)


def _assignment(city: City, who: str, firm: str, row: Mapping[str, str]) -> None:
    body = {
        "assignment": city.fresh("assignment", row["合同"]),
        "contract_number": row["合同"],
        "counterparty": city.id(firm),
        "patents": [city.id(name) for name in row["专利"].split("、")],
        "signed": row["签订日"],
        "price_fen": fen(row["价款"]),
        "instalments": instalments(row.get("分期", ""), "assignment-price"),
        "evidence": [{"kind": _EVIDENCE[kind]} for kind in row.get("依据", "").split("、") if kind],
    }
    city.do(who, "assignment.agree", body)


@deed("{who}登记转让合同 {contract} 于 {day} 转让生效")
def registers_assignment(city: City, who: str, contract: str, day: str) -> None:
    city.do(who, "assignment.register", {"assignment": city.id(contract), "on": day})


@deed("{who}登记转让合同 {contract} 中的“{patent}”于 {day} 转让生效")
def registers_one_patent(city: City, who: str, contract: str, patent: str, day: str) -> None:
    body = {"assignment": city.id(contract), "patents": [city.id(patent)], "on": day}
    city.do(who, "assignment.register", body)


@deed("{who}登记转让合同 {contract} 于 {day} 解除")
def rescinds_assignment(city: City, who: str, contract: str, day: str) -> None:
    city.do(who, "assignment.rescind", {"assignment": city.id(contract), "on": day})


# --- equity


@deed("{who}登记向“{firm}”的作价投资")
def contributes_equity(city: City, who: str, firm: str, datatable: Table) -> None:
    for row in records(datatable):
        body = {
            "equity": city.fresh("equity", row["合同"]),
            "contract_number": row["合同"],
            "counterparty": city.id(firm),
            "patents": [city.id(name) for name in row["专利"].split("、")],
            "rights_count": int(row["权利件数"]),
            "amount_fen": fen(row["作价"]),
            "share": rate(row["股权比例"]),
            "on": row["日期"],
        }
        city.do(who, "equity.contribute", body)


# --- what is due


@deed("{who}给合同 {contract} 追加应收款")
def schedules(city: City, who: str, contract: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "contract": city.id(contract),
            "due": row["应收日"],
            "amount_fen": fen(row["金额"]),
            "purpose": code(row["用途"]),
        }
        if "期次" in row:
            body["number"] = int(row["期次"])
        city.do(who, "instalment.schedule", body)


@finding("“{title}”中 {about} 的违规情形为“{words}”")
def shows_breach(city: City, title: str, about: str, words: str) -> None:
    """The code that the view shows has these words, and no other code is shown."""
    view = view_called(title)
    actor, _ = city.actor("审计机关")
    asked = {"contract": city.id(about)}
    (row,) = city.door.rows(view.name, actor, city.clock.today, None, asked)
    assert [words in BREACHES[found].zh for found in row["breaches"]] == [True], row["breaches"]
