"""Steps about patents as they are kept: annuities, grades, tags, pledges, families abroad."""

from typing import Any

from tests.features.city import City, fen
from tests.features.phrases import deed
from tests.features.tables import Table, records

_DECISIONS = {"维持": "keep", "放弃": "give-up"}
_TAGS = {
    "战略性新兴产业": "strategic-emerging-industry",
    "海外同族": "overseas-family",
    "维持超过十年": "maintained-over-ten-years",
    "较高质押融资金额": "large-pledge",
    "获奖": "award",
}

# --- annuities


@deed("{who}登记专利“{patent}”第 {year:d} 年度年费应于 {day} 缴纳")
def schedules_annuity(city: City, who: str, patent: str, year: int, day: str) -> None:
    city.do(who, "annuity.schedule", {"patent": city.id(patent), "year": year, "due": day})


@deed("{who}登记专利“{patent}”第 {year:d} 年度年费")
def schedules_usual_annuity(city: City, who: str, patent: str, year: int) -> None:
    city.do(who, "annuity.schedule", {"patent": city.id(patent), "year": year})


@deed("{who}登记专利“{patent}”第 {year:d} 年度年费于 {day} 缴纳 {amount} 元")
def pays_annuity(city: City, who: str, patent: str, year: int, day: str, amount: str) -> None:
    _pay(city, who, {"patent": city.id(patent), "year": year, "on": day, "amount_fen": fen(amount)})


@deed("{who}登记专利“{patent}”第 {year:d} 年度年费于 {day} 缴纳 {amount} 元，另缴滞纳金 {fee} 元")
def pays_late(
    city: City, who: str, patent: str, year: int, day: str, amount: str, fee: str
) -> None:
    paid = {"amount_fen": fen(amount), "late_fee_fen": fen(fee)}
    _pay(city, who, {"patent": city.id(patent), "year": year, "on": day, **paid})


def _pay(city: City, who: str, body: dict[str, Any]) -> None:
    city.do(who, "annuity.pay", body)


@deed("{who}决定{decision}专利“{patent}”")
def decides_maintenance(city: City, who: str, decision: str, patent: str) -> None:
    body = {"patent": city.id(patent), "decision": _DECISIONS[decision]}
    city.do(who, "patent.decide-maintenance", body)


# --- grades, tags, checks, reports


@deed("{who}将专利“{patent}”评为 {grade} 级")
def grades(city: City, who: str, patent: str, grade: str) -> None:
    body = {"patent": city.id(patent), "grade": grade, "aspects": ["legal", "technical"]}
    city.do(who, "patent.grade", body)


@deed("{who}给专利“{patent}”标注“{tag}”")
def tags(city: City, who: str, patent: str, tag: str) -> None:
    city.do(who, "patent.tag", {"patent": city.id(patent), "tag": _TAGS[tag]})


@deed("{who}取消专利“{patent}”的标注“{tag}”")
def untags(city: City, who: str, patent: str, tag: str) -> None:
    city.do(who, "patent.untag", {"patent": city.id(patent), "tag": _TAGS[tag]})


@deed("{who}核查专利“{patent}”，结果为权利{found}")
def checks_status(city: City, who: str, patent: str, found: str) -> None:
    seen = {"in_force": found == "有效", "owner_confirmed": True, "source": "专利登记簿副本"}
    city.do(who, "patent.check-status", {"patent": city.id(patent), **seen})


@deed("{who}登记专利“{patent}”的评价报告")
def reports_evaluation(city: City, who: str, patent: str) -> None:
    city.do(who, "patent.report-evaluation", {"patent": city.id(patent), "favourable": True})


# --- pledges and valuations


@deed("{who}登记质押")
def registers_pledges(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body = {
            "pledge": city.fresh("pledge", row["质押"]),
            "patents": [city.id(name) for name in row["专利"].split("、")],
            "pledgee": row["质权人"],
            "secured_fen": fen(row["担保金额"]),
            "on": row["质押日"],
        }
        city.do(who, "pledge.register", body)


@deed("{who}登记质押“{pledge}”于 {day} 注销")
def releases_pledge(city: City, who: str, pledge: str, day: str) -> None:
    city.do(who, "pledge.release", {"pledge": city.id(pledge), "on": day})


@deed("{who}登记专利“{patent}”于 {day} 从质押“{pledge}”中注销")
def releases_one_patent(city: City, who: str, patent: str, day: str, pledge: str) -> None:
    body = {"pledge": city.id(pledge), "patents": [city.id(patent)], "on": day}
    city.do(who, "pledge.release", body)


@deed("{who}登记专利“{patent}”的评估值为 {amount} 元，有效期至 {day}")
def receives_valuation(city: City, who: str, patent: str, amount: str, day: str) -> None:
    body = {
        "valuation": city.fresh("valuation", f"{patent}的评估"),
        "patents": [city.id(patent)],
        "method": "income",
        "appraiser": "某评估公司",
        "amount_fen": fen(amount),
        "valid_until": day,
    }
    city.do(who, "valuation.receive", body)


# --- beyond China


@deed("{who}登记国际申请")
def files_pct(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body = {
            "foreign": city.fresh("foreign", row["国际申请"]),
            "number": row["申请号"],
            "patents": [city.id(row["专利"])],
            "title": row["国际申请"],
            "filed": row["申请日"],
        }
        city.do(who, "pct-application.file", body)


@deed("{who}登记境外申请")
def files_abroad(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "foreign": city.fresh("foreign", row["境外申请"]),
            "office": row["受理局"],
            "patents": [city.id(row["专利"])],
            "filed": row["申请日"],
        }
        if "国际申请" in row:
            body["pct"] = city.id(row["国际申请"])
        city.do(who, "foreign-application.file", body)


@deed("{who}登记境外申请“{name}”于 {day} 授权")
def grants_abroad(city: City, who: str, name: str, day: str) -> None:
    city.do(who, "foreign-application.grant", {"foreign": city.id(name), "on": day})
