"""Steps about disclosures: handing results in, deciding on them, and what becomes of them."""

from typing import Any

from tests.features.city import ADMINISTRATOR, City, own_id
from tests.features.phrases import deed
from tests.features.tables import Table, records
from tests.features.words import ROLES, code

Contributors = list[dict[str, Any]]


@deed("{place}的完成人“{name}”可以登录")
def inventor_signs_in(city: City, place: str, name: str) -> None:
    """A person the centre knows gets an account of their own."""
    person = city.fresh("person", name)
    body = {"person": person, "name": name}
    city.do(f"{place}的中心专职人员", "person.register", body)
    actor = own_id("actor", name)
    city.people[name] = (actor, city.place(place))
    city.do(ADMINISTRATOR, "actor.register", {"actor": actor, "person": person})
    grant = {"holder": actor, "role": ROLES["完成人"], "scope": city.place(place)}
    proposal = own_id("proposal", actor)
    city.give(ADMINISTRATOR, "role.grant", {"proposal": proposal, **grant}, proposal)


@deed("“{who}”披露成果“{result}”，完成人为{names}", "{who}披露成果“{result}”，完成人为{names}")
def submits(city: City, who: str, result: str, names: str) -> None:
    contributors = [{"person": city.id(name), "share": None} for name in names.split("、")]
    _submit(city, who, result, contributors)


@deed("{who}披露成果“{result}”，份额为")
def submits_with_shares(city: City, who: str, result: str, datatable: Table) -> None:
    _submit(city, who, result, _shares(city, datatable))


def _submit(city: City, who: str, result: str, contributors: Contributors) -> None:
    disclosure = city.fresh("disclosure", result)
    city.do(who, "disclosure.submit", {"disclosure": disclosure, **_said(result, contributors)})


def _said(result: str, contributors: Contributors) -> dict[str, Any]:
    return {"title": result, "kind": "invention", "contributors": contributors}


def _shares(city: City, table: Table) -> Contributors:
    return [{"person": city.id(r["完成人"]), "share": _rate(r["份额"])} for r in records(table)]


def _rate(percent: str) -> dict[str, int]:
    return {"numerator": int(percent.removesuffix("%")), "denominator": 100}


@deed("“{who}”补正披露“{result}”，份额为")
def amends(city: City, who: str, result: str, datatable: Table) -> None:
    said = _said(result, _shares(city, datatable))
    city.do(who, "disclosure.amend", {"disclosure": city.id(result), **said})


@deed("“{who}”撤回披露“{result}”")
def withdraws(city: City, who: str, result: str) -> None:
    city.do(who, "disclosure.withdraw", {"disclosure": city.id(result)})


@deed("{who}受理披露“{result}”")
def accepts(city: City, who: str, result: str) -> None:
    city.do(who, "disclosure.accept", {"disclosure": city.id(result)})


@deed("{who}以“{grounds}”为由不受理披露“{result}”")
def rejects(city: City, who: str, grounds: str, result: str) -> None:
    city.do(who, "disclosure.reject", {"disclosure": city.id(result), "grounds": grounds})


# --- what becomes of a result


@deed("{who}登记披露“{result}”的权属归{owner}")
def determines_ownership(city: City, who: str, result: str, owner: str) -> None:
    body = {"owner": code(owner), "service_result": True}
    city.do(who, "disclosure.determine-ownership", {"disclosure": city.id(result), **body})


@deed("{who}登记披露“{result}”的{right}赋予{name}，份额 {share}")
def grants_right(city: City, who: str, result: str, right: str, name: str, share: str) -> None:
    body = {"right": code(right), "holders": [city.id(name)], "share": _rate(share)}
    city.do(who, "disclosure.grant-right", {"disclosure": city.id(result), **body})


@deed("{who}登记披露“{result}”于 {day} 在“{channel}”发布")
def publishes(city: City, who: str, result: str, day: str, channel: str) -> None:
    body = {"disclosure": city.id(result), "channel": channel, "on": day}
    city.do(who, "disclosure.publish-result", body)


@deed("{who}登记披露“{result}”于 {day} 评估为{verdict}")
def assesses(city: City, who: str, result: str, day: str, verdict: str) -> None:
    body = {"disclosure": city.id(result), "verdict": code(verdict), "on": day}
    city.do(who, "disclosure.assess", body)


@deed("{who}登记披露“{result}”于 {day} 决定{decision}")
def decides_filing(city: City, who: str, result: str, day: str, decision: str) -> None:
    body = {"disclosure": city.id(result), "decision": code(decision), "on": day}
    city.do(who, "disclosure.decide-filing", body)
