"""Steps that tell several stages of a reward claim in one sentence."""

from datetime import date, timedelta

from tests.features.city import City
from tests.features.phrases import deed, finding
from tests.features.steps_fund import (
    accepts,
    appropriates,
    awards,
    claims_under,
    judges_eligible,
    publicises,
    reviews,
)
from tests.features.steps_money import refunds_part
from tests.features.tables import Table, assert_shows, view_called


@deed("申报 {claims} 均已公示期满")
@deed("申报 {claims} 已公示期满")
def noticed(city: City, claims: str) -> None:
    """Accepted, judged, reviewed and publicised today by the right persons; now it is tomorrow."""
    today = city.clock.today
    for claim in claims.split("、"):
        accepts(city, "局经办甲", claim)
        judges_eligible(city, "局经办甲", claim)
        reviews(city, "局经办乙", claim)
        publicises(city, "局审批", claim, today.isoformat(), today.isoformat())
    city.clock.set(today + timedelta(days=1))


@deed("申报 {claims} 已核定")
def awarded(city: City, claims: str) -> None:
    noticed(city, claims)
    awards(city, "局审批", claims)


@deed("申报 {claims} 已拨付")
def appropriated(city: City, claims: str) -> None:
    awarded(city, claims)
    for claim in claims.split("、"):
        appropriates(city, "局拨付", claim)


@deed("甲大学、乙大学先后申报：{first} 为 {one}，{second} 为 {other}，均已公示期满")
def both_noticed(city: City, first: str, one: str, second: str, other: str) -> None:
    """Claims on the contracts L-1 and L-2 of the two universities, each with a team of its own."""
    claims_under(city, "甲大学的中心专职人员", one, "L-1", first)
    city.team = []
    claims_under(city, "乙大学的中心专职人员", other, "L-2", second)
    noticed(city, f"{one}、{other}")


@deed("{receipt} 申报为 {claim} 并已拨付，随后退款 {amount} 元")
def appropriated_and_refunded(city: City, receipt: str, claim: str, amount: str) -> None:
    """The receipt pays contract L-1 of 甲大学; part of it goes back after the appropriation."""
    claims_under(city, "甲大学的中心专职人员", claim, "L-1", receipt)
    appropriated(city, claim)
    refunds_part(city, "财务审批", receipt, 1, amount)


@deed("{receipt} 申报为 {claim} 并经核定")
def claimed_and_awarded(city: City, receipt: str, claim: str) -> None:
    """The receipt pays contract L-2 of 甲大学."""
    claims_under(city, "甲大学的中心专职人员", claim, "L-2", receipt)
    awarded(city, claim)


@finding("截至 {day} 的“专项奖励资金台账”中只看核定与核减的记录为")
def awards_are(city: City, day: str, datatable: Table) -> None:
    city.need_examined()
    actor, _ = city.actor("审计机关")
    as_of = date.fromisoformat(day)
    found = [
        row
        for stage in ("awarded", "capped")
        for row in city.door.rows("reward-fund", actor, as_of, None, {"stage": stage})
    ]
    assert_shows(city, view_called("专项奖励资金台账"), found, datatable)
