"""Open licenses: declared on trial in 2022 and 2023, by statute from 2024 on, and taken up."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from api.demo.story.contracts import Deal
from api.demo.story.firms import CLIENTS
from api.demo.story.rights import patent
from api.demo.story.steps import Do, Step, after, day, moment, named, yuan
from api.demo.story.upkeep import lasting


class Opening(NamedTuple):
    """A declaration: its day, the fee in yuan, how many take it up, whether it is withdrawn."""

    house: str
    number: int
    on: date
    fee_yuan: int
    takers: int
    is_withdrawn: bool = False

    @property
    def key(self) -> str:
        return f"{self.house}-open-{self.number}"

    @property
    def id(self) -> str:
        return named("declaration", self.key)

    @property
    def patent(self) -> str:
        """One of the last patents the house brought along."""
        return patent(self.house, lasting(self.house)[-self.number])

    def at(self, days: int) -> datetime:
        """A moment that many days after the declaration."""
        return moment(after(self.on, days))

    def taken(self, taker: int) -> Deal:
        """The license of a firm that takes it up; its fee is due ten days later."""
        signed = after(self.on, 60 + 35 * taker)
        firm = CLIENTS[self.house][taker].id
        due = (after(signed, 10), yuan(self.fee_yuan))
        return Deal(
            f"{self.key}-{taker}", self.house, "license", firm, signed, (self.patent,), (due,)
        )


OPENINGS: tuple[Opening, ...] = (
    Opening("jia", 1, day("2022-07-11"), 30_000, 2),
    Opening("jia", 2, day("2022-11-08"), 45_000, 0, is_withdrawn=True),
    Opening("yi", 1, day("2022-09-05"), 20_000, 1),
    Opening("bing", 1, day("2023-03-13"), 15_000, 1),
    Opening("ding", 1, day("2023-05-15"), 25_000, 2, is_withdrawn=True),
    # By statute: the last of the careful houses pays, reports and asks first; the others do not.
    Opening("ding", 2, day("2024-02-26"), 60_000, 2),
    Opening("ding", 3, day("2024-04-15"), 35_000, 1),
    Opening("jia", 3, day("2024-03-11"), 50_000, 2),
    Opening("yi", 2, day("2024-05-13"), 40_000, 1),
)


def _declared(one: Opening) -> Iterator[Do]:
    who = f"{one.house}/centre"
    declared = {
        "declaration": one.id,
        "patent": one.patent,
        "payment": "fixed",
        "fee_fen": yuan(one.fee_yuan),
        "ends": one.on.replace(year=one.on.year + 3).isoformat(),
        "criteria": ["market-prospect", "wide-application"],
    }
    yield Do(one.at(0), who, "open-license.declare", declared)
    number = {"announcement": f"示例公告 {one.on:%Y}-{one.number}"}
    yield Do(one.at(25), who, "open-license.announce", {"declaration": one.id, **number})
    if one.is_withdrawn:
        yield Do(one.at(240), who, "open-license.withdraw", {"declaration": one.id})


def _taken(one: Opening, deal: Deal) -> Iterator[Do]:
    """Taken up with the fee as declared, put on the schedule, and mostly recorded."""
    who = f"{one.house}/centre"
    taken = {
        "license": deal.id,
        "declaration": one.id,
        "contract_number": f"示例-{deal.key}",
        "counterparty": deal.firm,
    }
    yield Do(moment(deal.signed), who, "open-license.take", taken)
    due, amount_fen = deal.dues[0]
    scheduled = {"contract": deal.id, "due": due.isoformat(), "amount_fen": amount_fen}
    purpose = {"number": 1, "purpose": deal.purpose}
    yield Do(moment(deal.signed), who, "instalment.schedule", scheduled | purpose)
    if one.house != "yi":
        recorded = {"license": deal.id, "recordal_number": f"K{deal.signed:%Y%m%d}0001"}
        yield Do(moment(after(deal.signed, 30)), who, "license.record", recorded)


TAKEN: tuple[Deal, ...] = tuple(one.taken(n) for one in OPENINGS for n in range(one.takers))
"""The licenses that were taken up."""


def _steps() -> Iterator[Do]:
    for one in OPENINGS:
        yield from _declared(one)
        for taker in range(one.takers):
            yield from _taken(one, one.taken(taker))


OPENED: tuple[Step, ...] = tuple(_steps())
