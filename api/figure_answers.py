"""What stands behind a figure: its entries, why it changed between two moments, how it grew."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from api.figure_tables import decimal, number_of
from api.figures import AskedFigures, Standpoint, entries_within, groups_within, need_places
from ledger.refusals import Refusal, Refused
from projections.figure_changes import adopted_since, restated
from projections.figure_rows import Level, figure_rows
from projections.figures import Indicator, Reducer, exact
from projections.growth import growth, present
from projections.period import Period


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure with all of its entries, numbered from 1, and the sums of its parts.

    `entries` has `number` Int64 and the columns of `figures.ENTRIES`.
    """

    indicator: Indicator
    figure: dict[str, Any]
    parts: list[dict[str, Any]]
    entries: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure at two moments of knowledge, and every entry that differs.

    `changes` has the columns of `figure_changes.restated`; `parts` are sums before, their change
    and after. `adds_up` says that the changes are the whole difference.
    """

    indicator: Indicator
    before: dict[str, Any]
    after: dict[str, Any]
    parts: list[dict[str, Any]]
    changes: pl.DataFrame
    adds_up: bool


@dataclass(frozen=True, slots=True)
class Grown:
    """A figure in two periods over the institutions present in both; the others are left out."""

    indicator: Indicator
    period: Period
    earlier: Period
    figure: dict[str, Any]
    before: dict[str, Any]
    growth: dict[str, Any] | None
    institutions: list[str]
    left_out: list[dict[str, Any]]


def one_place(asked: AskedFigures) -> AskedFigures:
    """The question about one place: an institution, a group, or the total for who reads all.

    Raises Refusal: INDICATOR_IS_CITY_WIDE for entries of the whole city, PARAMETER_IS_MISSING
    where somebody of several institutions names none of them.
    """
    if asked.scope.everywhere or asked.institution is not None:
        return asked
    for each in asked.indicators:
        need_places(each)
    if len(asked.scope.institutions) > 1:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="institution")
    return replace(asked, institution=next(iter(asked.scope.institutions)))


def explained(asked: AskedFigures, at: Standpoint) -> Explained:
    """The entries of one figure at one place; they are the whole of it. Blocks."""
    (indicator,) = asked.indicators
    entries = _entries(indicator, asked, at)
    sums = entries.group_by("part").agg(pl.col("value").sum(), entries=pl.len()).sort("part")
    numbered = entries.with_row_index("number", 1).with_columns(pl.col("number").cast(pl.Int64))
    return Explained(indicator, _figure(indicator, entries), sums.to_dicts(), numbered)


def restatement(asked: AskedFigures, earlier: Standpoint, later: Standpoint) -> Restated:
    """Why one figure at one place is other than it was known to be. Blocks."""
    (indicator,) = asked.indicators
    before, after = _entries(indicator, asked, earlier), _entries(indicator, asked, later)
    adopted = adopted_since(indicator, earlier.tape, later.tape)
    changes = restated(before, after, earlier.tape, later.tape, adopted)
    parts = (
        _sums(before, "value", "before")
        .join(_sums(changes, "change", "change"), on="part", how="full", coalesce=True)
        .join(_sums(after, "value", "after"), on="part", how="full", coalesce=True)
        .with_columns(pl.col("before", "change", "after").fill_null(0))
        .sort("part")
    )
    told = _figure(indicator, before), _figure(indicator, after)
    whole = parts.select((pl.col("before") + pl.col("change") == pl.col("after")).all()).item()
    carried = (
        _carries(indicator, figure, dict(parts.select("part", side).iter_rows()))
        for figure, side in zip(told, ("before", "after"), strict=True)
    )
    return Restated(indicator, *told, parts.to_dicts(), changes, bool(whole and all(carried)))


def grown(asked: AskedFigures, at: Standpoint) -> Grown:
    """How one figure grew since the period before. Blocks.

    Raises Refusal(INDICATOR_IS_CITY_WIDE).
    """
    (indicator,) = asked.indicators
    need_places(indicator)
    period, earlier = asked.period, asked.period.before()
    members = frozenset(groups_within(asked, at)["institution"])
    there = present(at.tape, at.moment.as_of, period) & members
    there_before = present(at.tape, at.moment.as_of, earlier) & members
    both = sorted(there & there_before)
    panel = pl.col("institution").is_in(both)
    # The same institutions in both periods: a group counts as it stands in the later one.
    now, before = (
        _figure(indicator, _entries(indicator, each, at).filter(panel))
        for each in (replace(asked, period=when, group=None) for when in (period, earlier))
    )
    return Grown(
        indicator,
        period,
        earlier,
        now,
        before,
        _growth(now, before),
        both,
        [
            {"institution": each, "present_in": str(period if each in there else earlier)}
            for each in sorted(there ^ there_before)
        ],
    )


def _growth(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any] | None:
    grew = growth(*(exact(each["numerator"], each["denominator"]) for each in (now, before)))
    if grew is None:
        return None
    return {
        "numerator": _whole(grew.numerator),
        "denominator": _whole(grew.denominator),
        "percent": decimal(grew * 100, 2),
    }


def _whole(number: int) -> int | str:
    """A part of an exact fraction as every JSON reader keeps it: beyond 2^53 as its digits."""
    return number if abs(number) < 1 << 53 else str(number)


def _entries(indicator: Indicator, asked: AskedFigures, at: Standpoint) -> pl.DataFrame:
    """The entries of a place; a unit that several institutions share stands there once."""
    found = entries_within(indicator, asked, at, groups_within(asked, at))
    return found.unique(["part", "unit"], keep="first", maintain_order=True)


def _figure(indicator: Indicator, entries: pl.DataFrame) -> dict[str, Any]:
    (row,) = figure_rows(indicator, entries, _NOBODY, (Level.TOTAL,)).to_dicts()
    number = number_of(indicator, row["numerator"], row["denominator"])
    return {**number, "entries": row["entries"]}


_NOBODY = pl.DataFrame(schema={"institution": pl.String, "group": pl.String})


def _sums(rows: pl.DataFrame, value: str, name: str) -> pl.DataFrame:
    return rows.group_by("part").agg(pl.col(value).sum().alias(name))


def _carries(indicator: Indicator, figure: dict[str, Any], sums: dict[str, int]) -> bool:
    """Whether a figure that sums up is the sum of its parts; of samples there is no sum."""
    scale, both = indicator.scale, (figure["numerator"], figure["denominator"])
    match indicator.reducer:
        case Reducer.SUM | Reducer.COUNT | Reducer.DISTINCT:
            return bool(both[0] == sum(sums.values()) * scale.numerator)
        case Reducer.RATIO:
            above, below = sums.get("numerator", 0), sums.get("denominator", 0)
            return bool(both == (above * scale.numerator, below * scale.denominator))
        case Reducer.MEDIAN | Reducer.DAYS:
            return True
