"""Results of three years, house by house: handed in, assessed, protected, put before the market."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from typing import Any, NamedTuple

from api.demo.story.people import EXAMPLES, HOUSES, inventors
from api.demo.story.steps import Do, Step, after, made_up_patent, moment, named

YEARS = (2022, 2023, 2024)
_A_YEAR = {"jia": 9, "yi": 7, "bing": 6, "ding": 7}
_FIRST_SERIAL = {"jia": 1_100, "yi": 2_100, "bing": 3_100, "ding": 6_100}

_FIELDS = ("固态电池", "手术导航", "光子芯片", "水下作业", "碳捕集", "传感", "酶催化", "大模型")
_THINGS = ("方法", "装置", "系统", "材料", "算法")
_KINDS = {"know-how": "know-how", "publish": "software", "give-up": "other"}
_FUNDING = ("fiscal", "enterprise", "own", None)
_DECISIONS = ("file", "file", "know-how", "file", "file", "publish", "file", "give-up")
_VERDICTS = {
    "file": "file",
    "know-how": "keep-secret",
    "publish": "do-not-file",
    "give-up": "do-not-file",
}
_OWNERS = ("institution", "institution", "shared", "institution", "contributors")


class Right(NamedTuple):
    """A patent that these years brought: its kind (1 invention, 2 model, 3 design) and its days."""

    patent: str
    house: str
    serial: int
    kind: str
    filed: date
    granted: date | None

    @property
    def is_shared(self) -> bool:
        """Whether a firm outside the log owns it too."""
        return self.serial % 17 == 9


class Result(NamedTuple):
    """A result handed in; `serial` runs through all results of a house."""

    house: str
    year: int
    number: int

    @property
    def serial(self) -> int:
        return (self.year - YEARS[0]) * _A_YEAR[self.house] + self.number

    @property
    def id(self) -> str:
        return named("disclosure", f"{self.house}-{self.year}-{self.number}")

    @property
    def submitted(self) -> date:
        month = 1 + (self.number - 1) * 12 // _A_YEAR[self.house]
        return after(date(self.year, month, 3 + self.serial * 5 % 20), 0)

    @property
    def title(self) -> str:
        field, thing = _FIELDS[self.serial % 8], _THINGS[self.serial % 5]
        return f"{field}{thing}(虚构成果{self.year}-{self.number:02d})"

    @property
    def contributors(self) -> tuple[str, ...]:
        known = inventors(self.house)
        count = 1 + self.serial % len(known)
        return tuple(islice(cycle(known), self.serial, self.serial + count))

    @property
    def decision(self) -> str:
        return _DECISIONS[self.serial % 8]


RESULTS: tuple[Result, ...] = tuple(
    Result(house, year, number)
    for house in EXAMPLES
    for year in YEARS
    for number in range(1, _A_YEAR[house] + 1)
)


def _content(result: Result) -> dict[str, Any]:
    people = result.contributors
    share = {"numerator": 1, "denominator": len(people)} if result.serial % 3 else None
    return {
        "disclosure": result.id,
        "title": result.title,
        "kind": _KINDS.get(result.decision, "design" if result.serial % 11 == 6 else "invention"),
        "contributors": [{"person": person, "share": share} for person in people],
        "project": f"示例课题{result.year}-{result.serial:03d}" if result.serial % 4 else None,
        "funding": _FUNDING[result.serial % 4],
    }


def _handed_in(result: Result) -> Iterator[Do]:
    """By a contributor's own sign-in where there is one and the serial is even, else by staff."""
    own = f"{result.house}/inventor"
    signs = inventors(result.house)[0] in result.contributors and result.serial % 2 == 0
    who = own if signs else f"{result.house}/centre"
    yield Do(moment(result.submitted), who, "disclosure.submit", _content(result))
    if result.serial % 6 == 1:
        mended = {**_content(result), "title": f"{result.title}(补正)"}
        yield Do(moment(after(result.submitted, 4)), who, "disclosure.amend", mended)


def _is_taken_in(result: Result) -> bool:
    return result.serial % 9 not in (4, 8)


def _decided(result: Result) -> Iterator[Do]:
    """Withdrawn, rejected or accepted; a house's own pace shows in how long that takes."""
    about = {"disclosure": result.id}
    pace = 6 + 3 * EXAMPLES.index(result.house) + result.serial * 3 % 14
    day = after(result.submitted, pace)
    centre, reviewer = f"{result.house}/centre", f"{result.house}/reviewer"
    if result.serial % 9 == 4:
        grounds = {"grounds": "与已有成果重复(虚构)"}
        yield Do(moment(day), reviewer, "disclosure.reject", about | grounds)
        return
    if result.serial % 9 == 8:
        yield Do(moment(after(result.submitted, 5)), centre, "disclosure.withdraw", about)
        return
    yield Do(moment(day), reviewer, "disclosure.accept", about)
    settled = {"owner": _OWNERS[result.serial % 5], "service_result": result.serial % 10 != 9}
    yield Do(moment(day), centre, "disclosure.determine-ownership", about | settled)


def _protected(result: Result) -> Iterator[Do]:
    """Assessed and decided on; one of the second house's is decided on without assessment."""
    about, centre = {"disclosure": result.id}, f"{result.house}/centre"
    decided = after(result.submitted, 38)
    if not (result.house == "yi" and result.serial % 13 == 6):
        if result.serial % 8 == 3:
            improve = {"verdict": "improve", "assessor": "示例评估机构"}
            yield Do(
                moment(after(result.submitted, 26)), centre, "disclosure.assess", about | improve
            )
        verdict = {"verdict": _VERDICTS[result.decision]}
        yield Do(moment(after(result.submitted, 33)), centre, "disclosure.assess", about | verdict)
    yield Do(
        moment(decided), centre, "disclosure.decide-filing", about | {"decision": result.decision}
    )
    if result.serial % 3 == 1:
        shown = {"channel": ("高校成果直通车", "技术交易平台", "校网")[result.serial % 9 // 3]}
        yield Do(moment(after(decided, 70)), centre, "disclosure.publish-result", about | shown)
    if result.serial % 7 == 2:
        yield Do(moment(after(decided, 90)), centre, "disclosure.grant-right", _right(result))


def _right(result: Result) -> dict[str, Any]:
    body = {"disclosure": result.id, "holders": list(result.contributors)}
    if result.serial % 2:
        return body | {"right": "long-term-use", "until": f"{result.year + 10}-12-31"}
    return body | {"right": "ownership", "share": {"numerator": 7, "denominator": 10}}


def _right_of(house: str, serial: int, filed: date) -> Right:
    """What became of an application follows from its serial; models and designs go quicker."""
    kind = "2" if serial % 5 == 3 else "3" if serial % 11 == 6 else "1"
    waits = {"1": 430, "2": 240, "3": 180}[kind]
    stopped = kind == "1" and serial % 7 in (5, 6)
    patent = made_up_patent(filed.year, _FIRST_SERIAL[house] + serial, kind)
    return Right(patent, house, serial, kind, filed, None if stopped else after(filed, waits))


def _of_results() -> dict[str, Right]:
    """The applications that came of results, by disclosure."""
    return {
        result.id: _right_of(result.house, result.serial, after(result.submitted, 45))
        for result in RESULTS
        if result.decision == "file" and _is_taken_in(result)
    }


def _others() -> tuple[Right, ...]:
    """Applications for which no disclosure is named: three a year and house."""
    return tuple(
        _right_of(house, 200 + 10 * (year - YEARS[0]) + n, after(date(year, 3 * n - 1, 12), 0))
        for house in EXAMPLES
        for year in YEARS
        for n in range(1, 4)
    )


_RIGHTS_OF_RESULTS, _OTHER_RIGHTS = _of_results(), _others()
NEW_RIGHTS: tuple[Right, ...] = (*_RIGHTS_OF_RESULTS.values(), *_OTHER_RIGHTS)


def _filed(right: Right, origin: dict[str, Any]) -> Do:
    body: dict[str, Any] = {
        "patent": right.patent,
        "title": f"一种{_FIELDS[right.serial % 8]}{_THINGS[right.serial % 5]}(虚构{right.serial})",
        "filed": right.filed.isoformat(),
        **origin,
    }
    if right.serial == 201 and right.house == "jia":
        # Two universities own it together: it counts for both, and once in the total.
        body["owners"] = [HOUSES["jia"].id, HOUSES["yi"].id]
    elif right.is_shared:
        body["other_owners"] = ["示例共有企业(虚构)"]
    return Do(moment(right.filed), f"{right.house}/centre", "patent.file", body)


def _examined(right: Right) -> Iterator[Do]:
    """Published, and then granted, rejected or withdrawn."""
    about, centre = {"patent": right.patent}, f"{right.house}/centre"
    if right.kind == "1" and right.serial % 7 == 6:
        yield Do(moment(after(right.filed, 150)), centre, "patent.withdraw", about)
        return
    if right.kind == "1":
        number = {"publication": f"CN1{right.filed:%y%m%d}{right.serial:03d}A"}
        yield Do(moment(after(right.filed, 210)), centre, "patent.publish", about | number)
    if right.granted is None:
        yield Do(moment(after(right.filed, 400)), centre, "patent.reject", about)
    else:
        yield Do(moment(right.granted), centre, "patent.grant", about)


def _abroad(right: Right) -> Iterator[Do]:
    """An international application within the priority, then two offices, then a grant."""
    if right.kind != "1" or right.serial % 3 != 1 or right.granted is None:
        return
    centre, pct = f"{right.house}/centre", named("foreign", f"pct/{right.patent}")
    filed = after(right.filed, 300)
    place = EXAMPLES.index(right.house)
    number = f"PCT/CN{filed.year}/{900_000 + 10_000 * place + right.serial:06d}"
    body = {"foreign": pct, "number": number, "patents": [right.patent]}
    title = {"title": f"国际申请(虚构{right.serial})", "filed": filed.isoformat()}
    yield Do(moment(filed), centre, "pct-application.file", body | title)
    for office, days in (("US", 560), ("EP", 580)):
        entered, foreign = after(right.filed, days), named("foreign", f"{office}/{right.patent}")
        family = {"foreign": foreign, "office": office, "patents": [right.patent], "pct": pct}
        day = {"filed": entered.isoformat()}
        yield Do(moment(entered), centre, "foreign-application.file", family | day)
        if office == "US":
            granted = {"foreign": foreign, "number": f"US 19,{right.serial:03d},000 B2"}
            yield Do(moment(after(entered, 330)), centre, "foreign-application.grant", granted)


def _rights() -> Iterator[Do]:
    people = {result.id: result.contributors for result in RESULTS}
    for disclosure, right in _RIGHTS_OF_RESULTS.items():
        yield _filed(right, {"disclosure": disclosure, "inventors": list(people[disclosure])})
    for right in _OTHER_RIGHTS:
        yield _filed(right, {})
    for right in NEW_RIGHTS:
        yield from _examined(right)
        yield from _abroad(right)


def _results() -> Iterator[Do]:
    for result in RESULTS:
        yield from _handed_in(result)
        yield from _decided(result)
        if _is_taken_in(result):
            yield from _protected(result)


DISCLOSED: tuple[Step, ...] = (*_results(), *_rights())
