"""Steps about figures: their values by place, period and knowledge, their entries and changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import polars as pl

from api.figure_tables import value_of
from ledger.case import SHANGHAI
from ledger.money import yuan
from projections.fact_titles import TITLES
from projections.figure_changes import facts_at, restated
from projections.figure_rows import figure_rows, memberships
from projections.figure_words import CAUSES, GROUPS, PARTS
from projections.figures import Indicator, Reducer, Unit, entries_of, exact, reduced
from projections.indicators import BY_NAME
from projections.period import Period
from projections.tape import Tape
from tests.features.city import City, patent_number
from tests.features.phrases import deed, finding
from tests.features.tables import Table, records
from tests.features.words import code

TOTAL = "合计"
_BESIDE = ("指标", "期间", "所知")
_GROUPS = {title.zh: group for group, title in GROUPS.items()}
_TOPICS = {fact.TOPIC: title.zh for fact, title in TITLES.items()}


@dataclass(frozen=True)
class _Seen:
    """One figure as the scenario asks for it, computed over the whole city."""

    indicator: Indicator
    period: Period
    tape: Tape
    entries: pl.DataFrame


def _seen(city: City, name: str, period: str, known: str | None = None) -> _Seen:
    """A figure on the scenario's today, as known now or at a moment it noted."""
    reader, indicator = city.home.reader, BY_NAME[name]
    tape = reader.tape(None if known is None else city.sizes[known])
    asked = Period.parse(period)
    found = entries_of(indicator, reader.kept, tape, city.clock.today, asked)
    return _Seen(indicator, asked, tape, found)


# --- deeds told in short


@deed("现在是 {day} {hour}")
def strikes(city: City, day: str, hour: str) -> None:
    """A minute of the day in Shanghai."""
    city.clock.now = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=SHANGHAI)


@deed("{place}补录披露")
def disclosures_follow(city: City, place: str, datatable: Table) -> None:
    """Submitted by the staff of the centre, accepted or not by its reviewer."""
    staff = f"{place}的中心专职人员"
    for row in records(datatable):
        disclosure = city.fresh("disclosure", row["成果"])
        author = f"{row['成果']}的完成人"
        person = city.fresh("person", author)
        city.do(staff, "person.register", {"person": person, "name": author})
        body = {
            "disclosure": disclosure,
            "title": row["成果"],
            "kind": "invention",
            "contributors": [{"person": person, "share": None}],
        }
        if "提交日" in row:
            body["submitted"] = row["提交日"]
        city.do(staff, "disclosure.submit", body)
        if "受理日" in row:
            accepted = {"disclosure": disclosure, "on": row["受理日"]}
            city.do(f"{place}的中心复核人", "disclosure.accept", accepted)
        if "不受理日" in row:
            no = {"disclosure": disclosure, "grounds": "不属职务成果", "on": row["不受理日"]}
            city.do(f"{place}的中心复核人", "disclosure.reject", no)


@deed("{place}补录专利")
def patents_follow(city: City, place: str, datatable: Table) -> None:
    """Filed and, where the row says so, granted; the institution itself is the first owner."""
    staff = f"{place}的中心专职人员"
    for row in records(datatable):
        number = patent_number(row["专利"], code(row.get("类型", "发明")), int(row["申请日"][:4]))
        body: dict[str, Any] = {
            "patent": city.call(row["专利"], f"patent:{number}"),
            "title": row["专利"],
            "filed": row["申请日"],
        }
        if "共有机构" in row:
            body["owners"] = [city.place(place), city.place(row["共有机构"])]
        if "来源成果" in row:
            body["disclosure"] = city.id(row["来源成果"])
        city.do(staff, "patent.file", body)
        if "授权日" in row:
            granted = {"patent": city.id(row["专利"]), "on": row["授权日"]}
            city.do(staff, "patent.grant", granted)


# --- values


@finding("指标为")
def figures_are(city: City, datatable: Table) -> None:
    """One figure a row, each place a column; an empty 所知 is what is known now.

    Money in yuan, shares as numerator/denominator, medians and ages in digits, — for nothing.
    """
    city.need_examined()
    places = [title for title in datatable[0] if title not in _BESIDE]
    wanted = [[row.get(place, "") for place in places] for row in records(datatable)]
    found = []
    for row in records(datatable):
        seen = _seen(city, row["指标"], row["期间"], row.get("所知"))
        values = _values(city, seen)
        found.append([values[place] if row.get(place) else "" for place in places])
    assert found == wanted, "\n".join(map(str, ("实为:", *found, "应为:", *wanted)))


def _values(city: City, seen: _Seen) -> Mapping[str, str]:
    groups = memberships(seen.tape, city.clock.today, seen.period)
    rows = figure_rows(seen.indicator, seen.entries, groups)
    names = {group: title for title, group in _GROUPS.items()}
    return {
        names.get(row["place"]) or (city.name_of(row["place"]) if row["place"] else TOTAL): _shown(
            seen.indicator, row["numerator"], row["denominator"]
        )
        for row in rows.iter_rows(named=True)
    }


def _shown(indicator: Indicator, numerator: int, denominator: int) -> str:
    if indicator.unit is Unit.FEN:
        return yuan(numerator)
    if indicator.unit is Unit.SHARE:
        in_fen = indicator.entries_in is Unit.FEN
        return "/".join(yuan(n) if in_fen else str(n) for n in (numerator, denominator))
    return value_of(indicator, numerator, denominator) or "—"


# --- entries and changes


@finding("“{name}”在 {period} 的明细为")
def entries_are(city: City, name: str, period: str, datatable: Table) -> None:
    """Every entry: 机构, 部分, 事项, 日期, 数值, 事实 as far as the table names them."""
    city.need_examined()
    seen = _seen(city, name, period)
    every = [_entry(city, seen, row) for row in seen.entries.iter_rows(named=True)]
    _lie_side_by_side(every, datatable)


def _entry(city: City, seen: _Seen, row: Mapping[str, Any]) -> dict[str, str]:
    facts = facts_at(seen.tape, pl.Series(row["positions"], dtype=pl.Int64))
    return {
        "机构": city.name_of(row["institution"]),
        "部分": PARTS[row["part"]].zh,
        "事项": city.name_of(row["subject"]),
        "日期": row["day"].isoformat(),
        "数值": _exact(seen.indicator, row["value"]),
        "事实": "、".join(_TOPICS[topic] for topic in facts["topic"]),
    }


def _exact(indicator: Indicator, value: int | None) -> str:
    if value is None:
        return ""
    return yuan(value) if Unit.FEN in (indicator.unit, indicator.entries_in) else str(value)


@finding("自“{known}”以来，“{name}”在 {period} 的变化逐条为")
def changes_are(city: City, known: str, name: str, period: str, datatable: Table) -> None:
    """Every change with its cause; of a sum or count they add up to the change of the whole."""
    city.need_examined()
    before, after = _seen(city, name, period, known), _seen(city, name, period)
    changes = restated(before.entries, after.entries, before.tape, after.tape)
    if after.indicator.reducer is not Reducer.MEDIAN:
        _adds_up(before, after, changes)
    every = [_change(city, after.indicator, row) for row in changes.iter_rows(named=True)]
    _lie_side_by_side(every, datatable)


def _adds_up(before: _Seen, after: _Seen, changes: pl.DataFrame) -> None:
    """By institution, so that a unit which two of them share is no obstacle."""
    for (place, part), rows in changes.group_by("institution", "part"):
        whole = [_sum(seen.entries, place, part) for seen in (before, after)]
        assert rows["change"].sum() == whole[1] - whole[0], (place, part, whole)
    reducer = after.indicator.reducer
    moved = _whole(after, reducer) != _whole(before, reducer)
    assert changes.height or not moved


def _sum(entries: pl.DataFrame, place: object, part: object) -> int:
    own = entries.filter(pl.col("institution") == place, pl.col("part") == part)
    return int(own["value"].sum())


def _whole(seen: _Seen, reducer: Reducer) -> Fraction | None:
    (row,) = reduced(seen.entries, reducer, ()).rows()
    return exact(row[0], row[1])


def _change(city: City, indicator: Indicator, row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "机构": city.name_of(row["institution"]),
        "部分": PARTS[row["part"]].zh,
        "事项": city.name_of(row["subject"]),
        "原值": _exact(indicator, row["before"]),
        "现值": _exact(indicator, row["after"]),
        "变化": _exact(indicator, row["change"]),
        "原因": CAUSES[row["cause"]].zh,
    }


def _lie_side_by_side(every: list[dict[str, str]], table: Table) -> None:
    head, *wanted = table
    found = [[row[title] for title in head] for row in every]
    assert sorted(found) == sorted(wanted), "\n".join(map(str, ("实为:", *sorted(found))))
