"""Steps about facts that are voided or replaced."""

from typing import Any

from tests.features.city import City, fen
from tests.features.phrases import deed, finding
from tests.features.tables import Table, records
from tests.features.words import FACT_TOPICS, code

_FIELDS = {
    "金额": "amount_fen",
    "起息日": "value_date",
    "签订日": "signed",
    "授权日": "on",
    "申请日": "filed",
    "应收日": "due",
    "价款": "price_fen",
    "合同编号": "contract_number",
    "固定费": "terms.fixed_fee_fen",
    "专利类型": "kind",
    "提交日": "submitted",
    "日期": "on",
    "付款方式": "terms.payment",
}


def _named(city: City, name: str, what: str) -> dict[str, Any]:
    seen = city.last_fact(city.id(name), FACT_TOPICS[what])
    return {"position": seen.position, "leaf": seen.leaf}


@deed("{who}作废 {name} 的{what}，理由“{reason}”")
def voids(city: City, who: str, name: str, what: str, reason: str) -> None:
    city.do(who, "fact.void", {**_named(city, name, what), "reason": reason})


@deed("{who}不写理由作废 {name} 的{what}")
def voids_without_reason(city: City, who: str, name: str, what: str) -> None:
    city.do(who, "fact.void", _named(city, name, what))


@deed("{who}把 {name} 的{what}更正为下列内容，理由“{reason}”")
def corrects(city: City, who: str, name: str, what: str, reason: str, datatable: Table) -> None:
    """The rows name the fields that change; all others are repeated."""
    fact = city.last_fact(city.id(name), FACT_TOPICS[what]).fact
    payload = fact.model_dump(mode="json")
    for row in records(datatable):
        path = _FIELDS[row["项目"]].split(".")
        inner = payload
        for part in path[:-1]:
            inner = inner[part]
        inner[path[-1]] = _value(path[-1], row["更正后"])
    body = {**_named(city, name, what), "replacement": payload, "reason": reason}
    city.do(who, "fact.correct", body)


def _value(field: str, text: str) -> Any:
    if field.endswith("_fen"):
        return fen(text)
    return code(text) if field in ("kind", "payment") else text


@finding("{name} 的经过依次为")
def history_is(city: City, name: str, datatable: Table) -> None:
    """The facts of a subject in the order of its chain."""
    city.need_examined()
    actor, _ = city.actor("审计机关")
    asked = {"subject": city.id(name)}
    rows = city.door.rows("history", actor, city.clock.today, None, asked)
    found = [
        (row["title_zh"], row["reason"] or "") for row in sorted(rows, key=lambda r: r["place"])
    ]
    wanted = [(row["事实"], row.get("理由", "")) for row in records(datatable)]
    assert found == wanted, found
