"""Steps about centres under the plan, and about decisions and their approval."""

from collections.abc import Mapping
from typing import Any

from tests.features.city import ADMINISTRATOR, City, credit_code
from tests.features.phrases import deed
from tests.features.tables import Table, records
from tests.features.words import code


def _several(cell: str) -> list[str]:
    return [part for part in cell.split("、") if part]


# --- centres


@deed("{who}申报运营中心")
def applies(city: City, who: str, datatable: Table) -> None:
    (row,) = records(datatable)
    body = {
        "transfer_centre": row["技术转移中心"],
        "disciplines": _several(row.get("优势学科", "")),
        "industries": _several(row.get("所涉产业", "")),
        "on": row["申报日"],
    }
    city.do(who, "centre.apply", body)


@deed("{who}认定“{place}”为运营中心")
def designates(city: City, who: str, place: str, datatable: Table) -> None:
    (row,) = records(datatable)
    _designate(city, who, place, row)


def _designate(city: City, who: str, place: str, row: Mapping[str, str]) -> None:
    body = {
        "centre": city.place(place),
        "disciplines": _several(row.get("优势学科", "")),
        "industries": _several(row.get("所涉产业", "")),
        "document": row.get("认定文件"),
        "on": row["认定日"],
    }
    city.do(who, "centre.designate", body)


@deed("此前已有 {count:d} 所其他高校入选运营中心")
def others_are_selected(city: City, count: int) -> None:
    """Universities of which the ledger knows nothing else, selected on 2022-07-05."""
    for number in range(1, count + 1):
        place = f"第{number}所"
        code_ = credit_code(place)
        city.call(place, f"institution:{code_}")
        names = {"name_zh": place, "name_en": f"university {number}"}
        body = {"code": code_, "kind": "university", **names}
        city.do(ADMINISTRATOR, "institution.register", body)
        row = {"优势学科": "光学", "所涉产业": "照明", "认定日": "2022-07-05"}
        _designate(city, "局审批", place, row)


@deed("{who}撤销“{place}”的运营中心，日期 {day}")
def withdraws_centre(city: City, who: str, place: str, day: str) -> None:
    city.do(who, "centre.withdraw", {"centre": city.place(place), "on": day})


# --- decisions


@deed("{who}登记决定")
def records_decisions(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        body: dict[str, Any] = {
            "decision": city.fresh("decision", row["决定"]),
            "title": row["决定"],
            "body": row.get("内容", row["决定"]),
            "kind": code(row["决定类别"]),
            "about": [city.id(name) for name in _several(row.get("涉及对象", ""))],
            "catalogue": row.get("条款目录"),
            "clause": row.get("条款"),
            "until": row.get("有效至"),
            "on": row["决定日"],
        }
        city.do(who, "decision.record", body)


@deed("{who}批准决定“{title}”")
def approves(city: City, who: str, title: str) -> None:
    city.do(who, "decision.approve", {"decision": city.id(title)})
