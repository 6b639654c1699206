"""Steps about patent numbers that two institutions say they hold."""

from typing import Any

from ledger.facts.patents import OFFICE_RECORD
from ledger.number_claims import claim_id
from tests.features.city import City, patent_number
from tests.features.phrases import deed


@deed("{who}主张专利号“{patent}”，申请日 {day}")
def claims_number(city: City, who: str, patent: str, day: str) -> None:
    number = city.names.get(patent) or f"patent:{patent_number(patent, 'invention', 2022)}"
    body = {"patent": number, "title": patent, "filed": day}
    city.do(who, "patent.claim-number", body)


@deed("{who}提交“{patent}”的登记簿副本")
def proves_number(city: City, who: str, patent: str) -> None:
    empty = who.endswith("空手")
    shown: list[dict[str, Any]] = [] if empty else [{"kind": OFFICE_RECORD}]
    body = {"patent": city.id(patent), "evidence": shown}
    city.do(who.removesuffix("空手"), "patent.prove-number", body)


@deed("{who}就“{patent}”提出归“{holder}”的意见，主张方“{place}”")
def proposes_settlement(city: City, who: str, patent: str, holder: str, place: str) -> None:
    body = {
        "claim": claim_id(city.id(patent), city.place(place)),
        "holder": city.place(holder),
        "grounds": "以登记簿副本所载权利人为准",
    }
    city.do(who, "patent.propose-settlement", body)


@deed("{who}裁定“{patent}”的归属，主张方“{place}”")
def settles_number(city: City, who: str, patent: str, place: str) -> None:
    body = {"claim": claim_id(city.id(patent), city.place(place))}
    city.do(who, "patent.settle-number", body)
