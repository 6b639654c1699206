"""Steps about counterparties and their size."""

from typing import Any

from tests.features.city import City, credit_code, fen
from tests.features.phrases import deed
from tests.features.tables import Table, records
from tests.features.words import code

_SIZED = {"中型": (300, "2,000"), "小型": (20, "300"), "微型": (5, "50"), "大型": (1000, "40,000")}
"""Persons and revenue in ten thousand yuan of an industrial firm of each size."""


@deed("{who}登记企业“{firm}”")
def registers_firm(city: City, who: str, firm: str) -> None:
    firm_id = city.call(firm, f"counterparty:{credit_code(firm)}")
    city.do(who, "counterparty.register", {"counterparty": firm_id, "name": firm})


@deed("{who}未指明机构，登记企业“{firm}”")
def registers_firm_for_nobody(city: City, who: str, firm: str) -> None:
    firm_id = city.call(firm, f"counterparty:{credit_code(firm)}")
    actor, _ = city.actor(who)
    city.people[who] = (actor, "")
    city.do(who, "counterparty.register", {"counterparty": firm_id, "name": firm})


@deed("{who}以信用代码 {number} 登记企业“{firm}”")
def registers_firm_by_code(city: City, who: str, number: str, firm: str) -> None:
    body = {"counterparty": city.fresh("counterparty", firm), "code": number, "name": firm}
    city.do(who, "counterparty.register", body)


@deed("{who}登记境外企业“{firm}”，登记号 {number}")
def registers_foreign_firm(city: City, who: str, firm: str, number: str) -> None:
    counterparty = city.fresh("counterparty", firm)
    body = {"identifier_kind": "foreign-register", "code": number, "name": firm}
    city.do(who, "counterparty.register", {"counterparty": counterparty, **body})


@deed("{who}登记自然人交易对方“{name}”，证件号 {number}")
def registers_individual(city: City, who: str, name: str, number: str) -> None:
    counterparty = city.fresh("counterparty", name)
    body = {"counterparty": counterparty, "name": name, "code": number}
    city.do(who, "counterparty.register-individual", body)


@deed("{who}登记“{firm}”自报为{size}企业，数据年度 {year:d}")
def declares_size(city: City, who: str, firm: str, size: str, year: int) -> None:
    body = {"counterparty": city.id(firm), "size": code(size), "year": year}
    city.do(who, "counterparty.declare-size", body | {"industry": "industry"})


@deed("{who}核定“{firm}”的规模")
def verifies_size(city: City, who: str, firm: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "counterparty": city.id(firm),
            "industry": code(row["行业"]),
            "year": int(row["数据年度"]),
            "basis": "financial-statements",
            "controlled_by_large": row.get("受大型企业控制") == "是",
        }
        if "从业人员" in row:
            body["employees"] = int(row["从业人员"])
        if "营业收入" in row:
            body["revenue_fen"] = fen(row["营业收入"])
        if "核定日" in row:
            body["on"] = row["核定日"]
        city.do(who, "counterparty.verify-size", body)


@deed("“{firm}”是已核定的{size}企业")
def sized_firm(city: City, firm: str, size: str) -> None:
    """Registered, and measured in 2020 with effect from the first of 2021."""
    registers_firm(city, "中心专职人员", firm)
    employees, revenue = _SIZED[size]
    body = {
        "counterparty": city.id(firm),
        "industry": "industry",
        "employees": employees,
        "revenue_fen": fen(revenue) * 10_000,
        "year": 2020,
        "basis": "platform",
        "on": "2021-01-01",
    }
    city.do("局经办甲", "counterparty.verify-size", body)
