"""Steps about the market desk: lists, talks, events and partners."""

from typing import Any

from tests.features.city import City, fen
from tests.features.phrases import deed
from tests.features.tables import Table, records
from tests.features.words import code


def _patents(city: City, cell: str) -> list[str]:
    return [city.id(name) for name in cell.split("、") if name]


# --- lists


@deed("{who}列入供给清单")
def lists_supply(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "supply": city.fresh("supply", row["供给项"]),
            "title": row["供给项"],
            "patents": _patents(city, row.get("专利", "")),
            "channel": row["发布渠道"],
            "on": row["列入日"],
        }
        if "意向价" in row:
            body["asking_fen"] = fen(row["意向价"])
        city.do(who, "supply.list", body)


@deed("{who}将“{title}”于 {day} 移出供给清单")
def withdraws_supply(city: City, who: str, title: str, day: str) -> None:
    city.do(who, "supply.withdraw", {"supply": city.id(title), "on": day})


@deed("{who}登记“{firm}”的技术需求“{title}”，日期 {day}")
def records_demand(city: City, who: str, firm: str, title: str, day: str) -> None:
    body = {"demand": city.fresh("demand", title), "title": title, "on": day}
    city.do(who, "demand.record", body | {"counterparty": city.id(firm)})


@deed("{who}登记技术需求“{title}”于 {day} {outcome}")
def closes_demand(city: City, who: str, title: str, day: str, outcome: str) -> None:
    body = {"demand": city.id(title), "outcome": code(outcome), "on": day}
    city.do(who, "demand.close", body)


# --- talks


@deed("{who}登记与“{firm}”的线索")
def opens_leads(city: City, who: str, firm: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "lead": city.fresh("lead", row["线索"]),
            "counterparty": city.id(firm),
            "on": row["开始日"],
        }
        for title, field in (("供给项", "supply"), ("需求项", "demand")):
            if title in row:
                body[field] = city.id(row[title])
        city.do(who, "lead.open", body)


@deed("{who}登记线索“{lead}”于 {day} 进展到“{stage}”")
def advances_lead(city: City, who: str, lead: str, day: str, stage: str) -> None:
    city.do(who, "lead.advance", {"lead": city.id(lead), "stage": code(stage), "on": day})


@deed("{who}登记线索“{lead}”于 {day} 以合同 {contract} 签约")
def contracts_lead(city: City, who: str, lead: str, day: str, contract: str) -> None:
    body = {"lead": city.id(lead), "stage": "contracted", "contract": city.id(contract), "on": day}
    city.do(who, "lead.advance", body)


@deed("{who}登记线索“{lead}”于 {day} 流失，原因“{cause}”")
def loses_lead(city: City, who: str, lead: str, day: str, cause: str) -> None:
    city.do(who, "lead.lose", {"lead": city.id(lead), "cause": cause, "on": day})


# --- events and partners


@deed("{who}登记对接活动")
def holds_events(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body = {
            "event": city.fresh("event", row["活动"]),
            "title": row["活动"],
            "kind": code(row["活动类型"]),
            "other_kind": row.get("类型说明"),
            "channel": code(row["方式"]),
            "firms": int(row.get("参加企业", "0")),
            "patents": _patents(city, row.get("专利", "")),
            "on": row["举办日"],
        }
        city.do(who, "event.hold", body)


@deed("{who}登记合作协议")
def signs_partners(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body = {
            "partner": city.fresh("partner", row["名称"]),
            "name": row["名称"],
            "partner_class": code(row["机构类别"]),
            "other_class": row.get("类别说明"),
            "settles_ownership": row.get("约定权属") == "是",
            "settles_secrecy": row.get("约定保密") == "是",
            "signed": row["签订日"],
            "ends": row.get("终止日"),
        }
        city.do(who, "partner.sign", body)


@deed("{who}登记与“{name}”的合作协议于 {day} 提前终止")
def ends_partner(city: City, who: str, name: str, day: str) -> None:
    city.do(who, "partner.end", {"partner": city.id(name), "on": day})
