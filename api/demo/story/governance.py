"""Centres under the plan, and decisions: proposed by one person, mostly approved by another."""

from collections.abc import Iterator
from datetime import date

from api.demo.story.people import EXAMPLES, HOUSES
from api.demo.story.results import YEARS
from api.demo.story.rights import patent
from api.demo.story.steps import Do, Step, after, moment, named, on
from api.demo.story.upkeep import lasting

_APPLIED = (
    # House, day, disciplines, industries.
    ("jia", "2022-08-16", ["化学", "材料科学与工程"], ["新能源", "集成电路"]),
    ("yi", "2022-08-23", ["机械工程"], ["高端装备"]),
    ("bing", "2022-08-30", ["光学工程"], ["智能传感"]),
    ("ding", "2023-06-20", ["计算机科学与技术"], ["人工智能", "工业软件"]),
)
_DESIGNATED = (("jia", "2022-11-18"), ("yi", "2022-11-18"), ("ding", "2023-11-17"))


def _centres() -> Iterator[Do]:
    """Two are chosen at first and one a year later; one of them is a centre no more in 2024."""
    fields = {house: (subjects, trades) for house, _, subjects, trades in _APPLIED}
    for house, when, subjects, trades in _APPLIED:
        body = {
            "transfer_centre": f"{HOUSES[house].zh}技术转移中心(虚构)",
            "disciplines": subjects,
            "industries": trades,
        }
        yield Do(on(when), f"{house}/head", "centre.apply", body)
    for house, when in _DESIGNATED:
        subjects, trades = fields[house]
        body = {
            "centre": HOUSES[house].id,
            "disciplines": subjects,
            "industries": trades,
            "document": f"示例文号〔{when[:4]}〕1号",
        }
        yield Do(on(when), "bureau/approver", "centre.designate", body)
    gone = {"centre": HOUSES["yi"].id, "document": "示例文号〔2024〕2号"}
    yield Do(on("2024-06-28"), "bureau/approver", "centre.withdraw", gone)


_TAKEN = (
    ("disposal", "年度专利处置方案(虚构)", "对到期不再实施的专利予以转让或放弃(虚构)"),
    ("pricing", "年度定价原则(虚构)", "协议定价不低于评估值的八成(虚构)"),
    ("exemption", "尽职免责认定(虚构)", "已按程序定价和公示,予以免责(虚构)"),
    ("rule-choice", "奖酬比例口径(虚构)", "按净收入计提奖酬(虚构)"),
    ("other", "年度工作计划(虚构)", "完善披露与评估流程(虚构)"),
)


def _decided(house: str, year: int) -> Iterator[Do]:
    """Three a year; the institute's are on record and nobody approves them."""
    place = EXAMPLES.index(house)
    for n in range(3):
        kind, title, body = _TAKEN[n if n < 2 else 2 + (year + place) % 3]
        decision = named("decision", f"{house}-{year}-{n}")
        taken = date(year, 2 + 4 * n, 16 + place)
        recorded = {
            "decision": decision,
            "kind": kind,
            "title": f"{year}{title}",
            "body": body,
            "about": [patent(house, lasting(house)[n])] if kind == "disposal" else [],
        }
        yield Do(moment(after(taken, 0)), f"{house}/head", "decision.record", recorded)
        if house != "bing" or (n == 0 and year == 2022):
            approval = {"decision": decision}
            yield Do(moment(after(taken, 7)), f"{house}/leader", "decision.approve", approval)


_NO_COMPANIES = ("8.4-a", "8.4-b", "8.4-c")
"""Clauses on patents put into companies: the third university decided that it does no such thing.

The institute's decision on two of them waits for approval, so the clauses still apply there.
"""


def _not_applicable() -> Iterator[Do]:
    for house, clauses in (("ding", _NO_COMPANIES), ("bing", _NO_COMPANIES[1:])):
        for clause in clauses:
            decision = named("decision", f"{house}/{clause}")
            body = {
                "decision": decision,
                "kind": "not-applicable",
                "title": f"GB/T 33251 {clause} 不适用(虚构)",
                "body": "本单位不开展作价投资(虚构)",
                "catalogue": "gbt33251-2016",
                "clause": clause,
                "until": "2026-12-31",
            }
            yield Do(on("2023-12-11"), f"{house}/head", "decision.record", body)
            if house == "ding":
                approval = {"decision": decision}
                yield Do(on("2023-12-18"), f"{house}/leader", "decision.approve", approval)


GOVERNED: tuple[Step, ...] = (
    *_centres(),
    *(step for house in EXAMPLES for year in YEARS for step in _decided(house, year)),
    *_not_applicable(),
)
