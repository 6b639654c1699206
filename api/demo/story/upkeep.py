"""What is done with patents once they are there: annuities, grades, tags, pledges, valuations."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from api.demo.story.people import EXAMPLES
from api.demo.story.results import NEW_RIGHTS, YEARS, Right
from api.demo.story.rights import STOCK, filed_on, patent
from api.demo.story.steps import SYNTHETIC, Body, Do, Step, after, moment, named, on, yuan

DEALT_FROM = {"jia": 19, "yi": 15, "bing": 11, "ding": 1}
"""The first of the nine patents of each house that its deals of three years are about."""

_SOLD_BEFORE = {"jia": (5, 6, 7), "yi": (4, 5, 8, 13), "bing": (3, 4, 9), "ding": ()}
_ASPECTS = ["legal", "technical", "market", "team"]
LET_GO = {"jia": 14, "yi": 9, "bing": 7, "ding": 12}
"""One patent of each house that is not paid for any more from 2023 on."""
_CAREFUL = "ding"
"""This house grades every patent and decides on every one; the others do it by halves."""
_ON_TWO_ASPECTS = ("yi", "bing")
"""These look at the law and the technology only."""
_FEES = {3: 900, 4: 1_200, 5: 1_200, 6: 1_200, 7: 2_000, 8: 2_000}
"""Annuity in yuan by the year of the right (invention patents)."""


def kept(house: str) -> tuple[int, ...]:
    """Numbers of the patents a house brought along and does not sell."""
    first = DEALT_FROM[house]
    gone = {*_SOLD_BEFORE[house], first + 1, first + 4, first + 7}
    return tuple(number for number in range(1, STOCK[house] + 1) if number not in gone)


def lasting(house: str) -> tuple[int, ...]:
    """Those of them that stay in force through the three years."""
    return tuple(number for number in kept(house) if number != LET_GO[house])


def _is_let_go(house: str, number: int, year: int) -> bool:
    return number == LET_GO[house] and year > YEARS[0]


def _due(number: int, year: int) -> tuple[int, date]:
    """Which year of the right begins in a calendar year, and on which day."""
    filed = filed_on(number)
    return year - filed.year + 1, filed.replace(year=year)


def _paid(house: str, number: int, year: int) -> Do:
    """In the month it is due; some late and with the late fee, some late without it."""
    of_right, due = _due(number, year)
    fee_fen = yuan(_FEES[of_right])
    body = {"patent": patent(house, number), "year": of_right, "amount_fen": fee_fen}
    paid = after(due.replace(day=6), 0)
    if number % 7 == 3 and year == 2023:
        paid, body["late_fee_fen"] = after(due, 75), fee_fen // 10
    elif number % 13 == 5 and year == 2024:
        paid = after(due, 50)
    return Do(moment(paid), f"{house}/finance", "annuity.pay", body)


def _annuities(house: str, year: int) -> Iterator[Do]:
    who, noted = f"{house}/centre", on(f"{year}-01-12")
    for number in sorted({LET_GO[house], *kept(house)[::3]}):
        about = {"patent": patent(house, number), "year": _due(number, year)[0]}
        if not _is_let_go(house, number, year - 1):
            yield Do(noted, who, "annuity.schedule", about)
        if not _is_let_go(house, number, year):
            yield _paid(house, number, year)


def _alive(house: str, year: int) -> tuple[int, ...]:
    """What is graded and decided on: all or, of the less careful houses, every other one."""
    numbers = kept(house) if house == _CAREFUL else kept(house)[::2]
    return tuple(number for number in numbers if not _is_let_go(house, number, year))


def _grade(subject: str, place: int, aspects: list[str]) -> dict[str, Any]:
    return {"patent": subject, "grade": "ABBC"[place % 4], "aspects": aspects}


def _graded(house: str, year: int) -> Iterator[Do]:
    """Every other year by the careful house, yearly by others, by the institute in 2022 only."""
    who = f"{house}/centre"
    careful = house == _CAREFUL
    if (careful and year == 2023) or (house == "bing" and year > 2022):
        return
    aspects = _ASPECTS[:2] if house in _ON_TWO_ASPECTS else _ASPECTS
    for number in _alive(house, year):
        graded = _grade(patent(house, number), number + year, aspects)
        yield Do(on(f"{year}-03-21"), who, "patent.grade", graded)
        if year != 2024 or house != "yi":
            decided = {"patent": patent(house, number), "decision": "keep"}
            yield Do(on(f"{year}-11-21"), who, "patent.decide-maintenance", decided)


def _of_new_right(right: Right) -> Iterator[Do]:
    """Graded and kept by decision soon after the grant, by the careful house."""
    if right.granted is None or right.house != _CAREFUL:
        return
    at, who = moment(after(right.granted, 3)), f"{right.house}/centre"
    yield Do(at, who, "patent.grade", _grade(right.patent, right.serial, _ASPECTS))
    decided = {"patent": right.patent, "decision": "keep"}
    yield Do(at, who, "patent.decide-maintenance", decided)


def _let_go(house: str) -> Iterator[Do]:
    """The second house grades a right that is dead by then; it is on record, with its breach."""
    number, who = LET_GO[house], f"{house}/centre"
    subject = patent(house, number)
    decided = {"patent": subject, "decision": "keep" if house == "bing" else "give-up"}
    due = _due(number, 2023)[1]
    yield Do(moment(after(due, -20)), who, "patent.decide-maintenance", decided)
    lapsed = {"patent": subject, "cause": "unpaid-annuity", "on": due.isoformat()}
    yield Do(moment(after(due, 210)), who, "patent.lapse", lapsed)
    if house == "yi":
        yield Do(on("2024-10-21"), who, "patent.grade", _grade(subject, number, _ASPECTS))


_TAGS = ("strategic-emerging-industry", "overseas-family", "award", "large-pledge")


def _valued(house: str) -> Iterator[Do]:
    """Tags, one taken off again; families abroad of older patents, told late; pledges; worth."""
    who, numbers = f"{house}/centre", lasting(house)
    place = EXAMPLES.index(house)
    for n, tag in enumerate(_TAGS):
        tagged = {"patent": patent(house, numbers[n + 6]), "tag": tag}
        yield Do(on(f"{2022 + n % 3}-04-{11 + place}"), who, "patent.tag", tagged)
        if tag == "award" and house != "bing":
            yield Do(on(f"2024-09-{10 + place}"), who, "patent.untag", tagged)
    for n, office in enumerate(("US", "JP")):
        number = numbers[n + 7]
        filed = after(filed_on(number), 330)
        family = {
            "foreign": named("foreign", f"{house}/{office}"),
            "office": office,
            "patents": [patent(house, number)],
            "filed": filed.isoformat(),
        }
        yield Do(on(f"2022-02-{14 + place}"), who, "foreign-application.file", family)
    yield from _pledged(house, patent(house, numbers[9]))
    for year in YEARS:
        worth = {
            "valuation": named("valuation", f"{house}-{year}"),
            "patents": [patent(house, number) for number in numbers[8:10]],
            "method": ("income", "market", "cost")[year % 3],
            "appraiser": "示例资产评估有限公司",
            "amount_fen": yuan(1_800_000 + 350_000 * place + 40_000 * (year - YEARS[0])),
            "valid_until": f"{year + 1}-05-15",
        }
        yield Do(on(f"{year}-05-16"), who, "valuation.receive", worth)


def _pledged(house: str, subject: str) -> Iterator[Do]:
    who, pledge = f"{house}/centre", named("pledge", house)
    registered = {
        "pledge": pledge,
        "patents": [subject],
        "pledgee": "某城市商业银行(虚构)",
        "secured_fen": yuan(3_000_000),
        "registration": f"Y2022980{len(house):06d}",
    }
    yield Do(on("2022-06-13"), who, "pledge.register", registered)
    if house != "bing":
        yield Do(on("2024-06-14"), who, "pledge.release", {"pledge": pledge})


def _pledged_with_others() -> Iterator[Do]:
    """Rights that a firm owns too: the first university shows its consent, the second does not."""
    consent: Body = {"kind": "co-owner-consent", "source": "虚构同意书"}
    for house, shown in (("jia", (consent,)), ("yi", ())):
        right = next(one for one in NEW_RIGHTS if one.house == house and one.is_shared)
        body = {
            "pledge": named("pledge", f"{house}-shared"),
            "patents": [right.patent],
            "pledgee": "某城市商业银行(虚构)",
            "secured_fen": yuan(800_000),
        }
        evidence = (*SYNTHETIC, *shown)
        yield Do(on("2024-09-18"), f"{house}/centre", "pledge.register", body, evidence)


def _evaluated(right: Right) -> Iterator[Do]:
    """Utility models and designs get an evaluation report, mostly a favourable one."""
    if right.kind == "1" or right.granted is None or right.serial % 2:
        return
    body = {"patent": right.patent, "favourable": right.serial % 5 != 3}
    at = moment(after(right.granted, 40))
    yield Do(at, f"{right.house}/centre", "patent.report-evaluation", body)


def _looked_up(house: str, year: int) -> Iterator[Do]:
    """A yearly look into the register, for a few patents each time."""
    for number in lasting(house)[:3]:
        found = {
            "patent": patent(house, number),
            "in_force": True,
            "owner_confirmed": True,
            "source": "国家知识产权局专利登记簿(虚构)",
        }
        yield Do(on(f"{year}-08-22"), f"{house}/centre", "patent.check-status", found)


def _steps() -> Iterator[Do]:
    for house in EXAMPLES:
        for year in YEARS:
            yield from _annuities(house, year)
            yield from _graded(house, year)
            yield from _looked_up(house, year)
        yield from _let_go(house)
        yield from _valued(house)
    yield from _pledged_with_others()
    for right in NEW_RIGHTS:
        yield from _of_new_right(right)
        yield from _evaluated(right)


UPKEEP: tuple[Step, ...] = tuple(_steps())
