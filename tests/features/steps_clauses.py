"""Steps about clauses: what the facts show of them, as it is read over HTTP."""

from typing import Any

from api.clause_words import CLAUSE_WORDS
from compliance.catalogues import CATALOGUES
from tests.features.city import HOME_PLACE, City
from tests.features.doors import HttpDoor
from tests.features.phrases import finding
from tests.features.tables import Table, records

_AUDITOR = "审计机关"


def _read(city: City, path: str, who: str = _AUDITOR, **asked: Any) -> dict[str, Any]:
    assert isinstance(city.door, HttpDoor), "clauses are read over HTTP"
    actor, _ = city.actor(who)
    city.door.welcome(actor)
    return city.door.reading(path, actor, asked)


def _cell(city: City, clause: str, **asked: Any) -> dict[str, Any]:
    (catalogue,) = (c.id for c in CATALOGUES for each in c.clauses if each.id == clause)
    place = city.place(HOME_PLACE)
    return _read(city, f"/v1/compliance/{catalogue}/{clause}", institution=place, **asked)


@finding("条款 {clause} 的状态为“{word}”")
def status_is(city: City, clause: str, word: str) -> None:
    assert _cell(city, clause)["status_zh"] == word


@finding("按“{known}”所知，条款 {clause} 的状态为“{word}”")
def status_was_known_as(city: City, known: str, clause: str, word: str) -> None:
    assert _cell(city, clause, known_at=city.sizes[known])["status_zh"] == word


@finding("截至 {day}，条款 {clause} 的状态为“{word}”")
def status_on_a_day(city: City, day: str, clause: str, word: str) -> None:
    assert _cell(city, clause, as_of=day)["status_zh"] == word


@finding("条款 {clause} 指出 {about} “{words}”，由“{command}”补上")
def tells_what_is_missing(city: City, clause: str, about: str, words: str, command: str) -> None:
    cell = _cell(city, clause)
    told = [(row["subject"], row["code"]) for row in cell["rows"] if row["bearing"] != "evidence"]
    assert [(city.name_of(own), CLAUSE_WORDS["code"][code].zh) for own, code in told] == [
        (about, words)
    ]
    assert command in [step["zh"] for step in cell["mend"]]


@finding("{place}的条款在两日的状态为")
def statuses_on_two_days(city: City, place: str, datatable: Table) -> None:
    (_, *days), *rows = datatable
    found: dict[str, list[str]] = {row[0]: [row[0]] for row in rows}
    for day in days:
        asked = {"institution": city.place(place), "as_of": day}
        for catalogue in CATALOGUES:
            for row in _read(city, f"/v1/compliance/{catalogue.id}", **asked)["rows"]:
                if row["clause"] in found:
                    word = CLAUSE_WORDS["status"][row["status"]].zh
                    found[row["clause"]].append(word)
    assert list(found.values()) == rows


@finding("{who}看到的法定期限为")
def deadlines_are(city: City, who: str, datatable: Table) -> None:
    found = [
        {
            "合同": city.name_of(row["subject"]),
            "期限": row["due"],
            "办理情况": CLAUSE_WORDS["state"][row["state"]].zh,
            "当时所知": row["knowledge"] and CLAUSE_WORDS["knowledge"][row["knowledge"]].zh,
        }
        for row in _read(city, "/v1/deadlines", who)["rows"]
    ]
    assert [{k: v for k, v in row.items() if v} for row in found] == records(datatable)
