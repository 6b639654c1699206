"""The market desk: what is offered and asked for, talks, events, and agreements with partners."""

from collections.abc import Iterator
from datetime import date

from api.demo.story.dealings import DEALINGS, LATE, Dealing, document
from api.demo.story.firms import CLIENTS
from api.demo.story.people import EXAMPLES
from api.demo.story.results import YEARS
from api.demo.story.rights import patent
from api.demo.story.steps import SYNTHETIC, Do, Step, after, moment, named, on, yuan
from api.demo.story.upkeep import LET_GO, lasting

_CHANNELS = ("高校成果直通车(虚构)", "技术交易平台(虚构)", "中心网站(虚构)")
_WANTED = ("低温电解液", "视觉质检", "余热回收", "药物筛选", "桥梁监测", "农残检测", "语音交互")
_QUIET_FROM = {"bing": 2024}
"""The institute's desk does nothing more from that year on."""


def _is_quiet(house: str, year: int) -> bool:
    return year >= _QUIET_FROM.get(house, year + 1)


def _offered(one: Dealing) -> Iterator[Do]:
    """A contract's patents on the list, the talks about them, and off the list again."""
    supply, lead = named("supply", one.key), named("lead", one.key)
    listed = {
        "supply": supply,
        "title": f"专利供给 {one.key}(虚构)",
        "patents": list(one.deal.patents),
        "channel": _CHANNELS[one.number % 3],
        "asking_fen": one.deal.price_fen * 6 // 5,
    }
    yield Do(one.at(-75), one.staff, "supply.list", listed)
    opened = {"lead": lead, "supply": supply, "counterparty": one.firm.id}
    yield Do(one.at(-58), one.staff, "lead.open", {**opened, "patents": one.deal.patents})
    for stage, days in (("negotiating", -35), ("agreed", -6)):
        yield Do(one.at(days), one.staff, "lead.advance", {"lead": lead, "stage": stage})
    last = {"lead": lead, "stage": "contracted", "contract": one.deal.id}
    at = max(one.at(1), LATE.get(one.key, one.at(1)))
    yield Do(at, one.staff, "lead.advance", last)
    if one.deal.kind == "assignment":
        yield Do(one.at(80), one.staff, "supply.withdraw", {"supply": supply})


def _asked_for(house: str, year: int, number: int) -> Iterator[Do]:
    """A demand: talked about and met, or lapsed, or still open. The second house skips the talk."""
    who, key = f"{house}/centre", f"{house}-{year}-{number}"
    serial = 3 * (year - YEARS[0]) + number + EXAMPLES.index(house)
    demand, firm = named("demand", key), CLIENTS[house][serial % 4]
    noted = after(date(year, 1 + 3 * number, 10 + EXAMPLES.index(house)), 0)
    body = {
        "demand": demand,
        "title": f"{_WANTED[serial % 7]}技术需求(虚构)",
        "counterparty": firm.id,
        "industry": "制造业",
        "budget_fen": yuan(150_000 + 40_000 * serial),
    }
    yield Do(moment(noted), who, "demand.record", body)
    outcome = {"demand": demand, "outcome": "lapsed" if number == 1 else "met"}
    if house != "yi" and number != 1:
        lead = named("lead", f"demand/{key}")
        bundle = [patent(house, n) for n in lasting(house)[1:3]]
        opened = {"lead": lead, "demand": demand, "counterparty": firm.id, "patents": bundle}
        yield Do(moment(after(noted, 12)), who, "lead.open", opened)
        reached = {"lead": lead, "stage": "visited"}
        yield Do(moment(after(noted, 20)), who, "lead.advance", reached)
        lost = {"lead": lead, "cause": "报价未达成一致(虚构)"}
        if number == 2:
            yield Do(moment(after(noted, 55)), who, "lead.lose", lost)
    if number != 2 or house == "yi":
        yield Do(moment(after(noted, 60)), who, "demand.close", outcome)


_EVENTS = ("matchmaking", "exhibition", "roadshow", "negotiation", "other")
_WAYS = ("on-site", "online", "both")


def _held(house: str, year: int) -> Iterator[Do]:
    """Two events a year; the second house shows a right that has lapsed, and keeps it on offer."""
    place, who = EXAMPLES.index(house), f"{house}/centre"
    for half in range(2):
        serial = 2 * (year - YEARS[0]) + half + place
        kind = _EVENTS[serial % 5]
        body = {
            "event": named("event", f"{house}-{year}-{half}"),
            "kind": kind,
            "other_kind": "专利导航沙龙" if kind == "other" else None,
            "channel": _WAYS[serial % 3],
            "title": f"{year}年第{half + 1}场对接活动(虚构)",
            "firms": 6 + 5 * serial % 17,
            "patents": [patent(house, n) for n in lasting(house)[2:5]],
        }
        yield Do(on(f"{year}-{4 + 6 * half:02d}-{18 + place}"), who, "event.hold", body)
    if house == "yi" and year == 2023:
        stale = {
            "supply": named("supply", "yi-let-go"),
            "title": "专利供给(虚构)",
            "patents": [patent("yi", LET_GO["yi"])],
            "channel": _CHANNELS[0],
        }
        yield Do(on("2023-02-20"), who, "supply.list", stale)


_PARTNERS = (
    # House, class, name, settles ownership, settles secrecy, day, has a document.
    ("jia", "service-agency", "示例知识产权代理所", True, True, "2022-03-15", True),
    ("jia", "joint-laboratory", "示例校企联合实验室", True, True, "2022-10-12", True),
    ("jia", "commercial-bank", "某城市商业银行(虚构)", False, True, "2023-06-07", True),
    ("yi", "service-agency", "示例技术转移公司", True, False, "2022-05-11", True),
    ("yi", "leading-enterprise", "示例重工集团有限公司", True, True, "2023-03-08", False),
    ("bing", "investment-institution", "示例创业投资基金", True, True, "2022-08-17", False),
    ("ding", "service-base", "示例运营服务基地", True, True, "2022-06-08", True),
    ("ding", "joint-laboratory", "示例产业研究院", False, True, "2023-09-13", True),
    ("ding", "other", "示例行业协会", True, True, "2024-04-10", True),
)


def _partners() -> Iterator[Do]:
    for house, kind, name, owned, secret, when, has_document in _PARTNERS:
        partner = named("partner", f"{house}/{name}")
        body = {
            "partner": partner,
            "partner_class": kind,
            "other_class": "行业组织" if kind == "other" else None,
            "name": name,
            "settles_ownership": owned,
            "settles_secrecy": secret,
            "signed": when,
            "ends": None if kind == "service-agency" else f"{int(when[:4]) + 3}{when[4:]}",
        }
        paper = (document(f"{house}-{name}"),) if has_document else ()
        yield Do(on(when), f"{house}/centre", "partner.sign", body, (*SYNTHETIC, *paper))
        if house in ("jia", "ding"):
            reviewed = {"contract": partner, "outcome": "agreed", "on": when}
            yield Do(on(when), f"{house}/head", "contract.review-clauses", reviewed)
        if kind == "commercial-bank":
            yield Do(on("2024-07-10"), f"{house}/centre", "partner.end", {"partner": partner})


def _steps() -> Iterator[Do]:
    for one in DEALINGS:
        if not _is_quiet(one.house, one.deal.signed.year):
            yield from _offered(one)
    for house in EXAMPLES:
        for year in YEARS:
            if not _is_quiet(house, year):
                for number in range(3):
                    yield from _asked_for(house, year, number)
                yield from _held(house, year)
    yield from _partners()


DESK: tuple[Step, ...] = tuple(_steps())
