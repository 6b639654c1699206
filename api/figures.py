"""A figure asked for: which indicators, for which period and whom, checked against rights."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol

import polars as pl

from api.access import Caller, Scope
from api.moments import KnownAt, malformed, read_day, read_known_at
from api.readings import When, moment_asked
from api.rights import Kind, rows_within, scope_of
from ledger.facts import InstitutionRegistered
from ledger.refusals import Refusal, Refused
from projections.figure_rows import GROUPS, Level, memberships
from projections.figures import Indicator, entries_of
from projections.indicators import BY_NAME, INDICATORS
from projections.kept import Kept
from projections.moment import Moment
from projections.period import Period
from projections.reader import Reader
from projections.tape import Tape

WHERE: Final = ("period", "institution", "group", "as_of", "known_at")
"""Parameters that every figure takes."""

_PERIODS: Final = "2022 · 2022Q3 · 2022-09 · 2022-03-01..2022-06-30"
_YEARS: Final = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class AskedFigures:
    """Indicators with period, place and moment as understood, and the scope of their reader."""

    indicators: tuple[Indicator, ...]
    period: Period
    scope: Scope
    institution: str | None
    group: str | None
    as_of: date | None
    known_at: KnownAt | None

    def parts(self) -> list[Any]:
        """What tells this question from others, for ETags."""
        names = [(each.name, each.version) for each in self.indicators]
        return [names, str(self.period), self.institution, self.group, self.scope.parts()]


class Placed(When, Protocol):
    """The moment somebody asks for, and whom they ask about."""

    @property
    def institution(self) -> str | None:
        """The institution; None for all that the reader may see."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where readings are computed: the tape, the moment on it, and what was kept."""

    kept: Kept
    tape: Tape
    moment: Moment
    head: int


def reads_figures(caller: Caller) -> bool:
    """Whether the caller holds an office; figures are no files of single persons."""
    return bool(scope_of(caller, Kind.FIGURE))


def indicators_for(caller: Caller) -> tuple[Indicator, ...]:
    """The indicators this caller may read: all of them, or none."""
    return INDICATORS if reads_figures(caller) else ()


def indicators_of(caller: Caller, code: str) -> tuple[Indicator, ...]:
    """Every reading of a code, the plain one first. Raises Refusal(INDICATOR_IS_UNKNOWN)."""
    readable = indicators_for(caller)
    found = tuple(each for each in readable if each.code == code)
    if not found:
        known = ", ".join(dict.fromkeys(each.code for each in readable)) or "—"
        raise Refusal(Refused.INDICATOR_IS_UNKNOWN, indicator=code[:80], known=known)
    return found


def indicator_named(caller: Caller, code: str, variant: str | None) -> Indicator:
    """One reading of a code.

    Raises Refusal: INDICATOR_IS_UNKNOWN; PARAMETER_IS_MISSING where there is no plain reading;
    PARAMETER_IS_MALFORMED for a variant that is none.
    """
    found = {each.variant: each for each in indicators_of(caller, code)}
    variants = " | ".join(name for name in found if name)
    if (variant or "") in found:
        return found[variant or ""]
    if variant is None:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter=f"variant = {variants}")
    raise malformed("variant", variant, variants or "—")


def indicators_listed(caller: Caller, names: str | None) -> tuple[Indicator, ...]:
    """Indicators by `D04,D16:stock-at-start`, each once; all without names.

    A code alone is its plain reading, or all its variants where it has none. Raises
    Refusal(INDICATOR_IS_UNKNOWN).
    """
    if names is None:
        return indicators_for(caller)
    chosen: dict[str, Indicator] = {}
    for name in names.split(","):
        code, _, variant = name.strip().partition(":")
        found = indicators_of(caller, code)
        if variant:
            found = (indicator_named(caller, code, variant),)
        elif code in BY_NAME:
            found = found[:1]
        chosen |= {each.name: each for each in found}
    return tuple(chosen.values())


def read_period(text: str | None) -> Period:
    """A year, a quarter, a month or a range of days.

    Raises Refusal: PARAMETER_IS_MISSING, PARAMETER_IS_MALFORMED.
    """
    if text is None:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter=f"period = {_PERIODS}")
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise malformed("period", text, _PERIODS) from error
    if period.first.year not in _YEARS or period.last.year not in _YEARS:
        raise malformed("period", text, _PERIODS)
    return period


def asked_figures(
    caller: Caller, indicators: tuple[Indicator, ...], given: Mapping[str, str]
) -> AskedFigures:
    """The figures a caller asks for with the parameters of WHERE.

    Somebody of a single institution asks about that one. Raises Refusal: SUBJECT_IS_UNKNOWN for
    an institution outside the scope, or a group for somebody who does not read all institutions;
    INDICATOR_IS_CITY_WIDE; PARAMETER_IS_MISSING, PARAMETER_IS_MALFORMED.
    """
    period = read_period(given.get("period"))
    scope = scope_of(caller, Kind.FIGURE)
    institution, group = given.get("institution"), given.get("group")
    scope.need(institution)
    if group is not None:
        _need_group(group, institution, scope)
    if institution is not None or group is not None:
        for each in indicators:
            need_places(each)
    as_of, known_at = read_day("as_of", given.get("as_of")), read_known_at(given.get("known_at"))
    return AskedFigures(indicators, period, scope, institution, group, as_of, known_at)


def _need_group(group: str, institution: str | None, scope: Scope) -> None:
    if group not in GROUPS:
        raise malformed("group", group, ", ".join(GROUPS))
    if institution is not None:
        raise malformed("group", group, "institution ∨ group")
    if not scope.everywhere:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=group)


def need_places(indicator: Indicator) -> None:
    """Refuse to split a figure of the whole city (INDICATOR_IS_CITY_WIDE)."""
    if indicator.city_only:
        raise Refusal(Refused.INDICATOR_IS_CITY_WIDE, indicator=indicator.code)


def standpoint(reader: Reader, asked: Placed) -> Standpoint:
    """From where the reading asked for is computed. Blocks: use a thread.

    Raises Refusal: KNOWN_AT_LIES_OUTSIDE_THE_LOG, and SUBJECT_IS_UNKNOWN for an institution that
    the log did not know by then.
    """
    tape, moment, head = moment_asked(reader, asked)
    if asked.institution is not None:
        known = tape.frame(InstitutionRegistered).select("code").collect().to_series()
        if asked.institution not in known:
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=asked.institution)
    return Standpoint(reader.kept, tape, moment, head)


def stood_before(later: Standpoint, reader: Reader, asked: AskedFigures) -> Standpoint:
    """Where the same day stood at the earlier knowledge that is asked for. Blocks.

    Raises Refusal(PARAMETER_IS_MALFORMED) where that is no earlier.
    """
    day = later.moment.as_of
    tape, moment, head = moment_asked(reader, replace(asked, as_of=day))
    if tape.size > later.tape.size:
        raise malformed("known_at", str(asked.known_at), f"≤ {later.tape.size}")
    return Standpoint(reader.kept, tape, moment, head)


def groups_within(asked: AskedFigures, at: Standpoint) -> pl.DataFrame:
    """Who is in which group, cut to whom was asked about; columns of `memberships`.

    An institution asked for by name stands alone, without a group.
    """
    groups = memberships(at.tape, at.moment.as_of, asked.period)
    if asked.institution is not None:
        return pl.DataFrame({"institution": [asked.institution], "group": [None]}, groups.schema)
    if asked.group is not None:
        return groups.filter(pl.col("group") == asked.group)
    return groups.filter(rows_within(asked.scope))


def levels_of(asked: AskedFigures) -> tuple[Level, ...]:
    """For whom figures are told: with a place only for it, and totals to those who read all."""
    if asked.institution is not None or not asked.scope.everywhere:
        return (Level.INSTITUTION,)
    return (Level.INSTITUTION, Level.GROUP) if asked.group is not None else tuple(Level)


def entries_within(
    indicator: Indicator, asked: AskedFigures, at: Standpoint, groups: pl.DataFrame
) -> pl.DataFrame:
    """The entries of whom was asked about, in the columns of `figures.ENTRIES`."""
    whose: frozenset[str] | None = None
    if indicator.city_only:
        whose = None
    elif asked.institution is not None:
        whose = frozenset({asked.institution})
    elif asked.group is not None:
        whose = frozenset(groups["institution"])
    elif not asked.scope.everywhere:
        whose = asked.scope.institutions
    return entries_of(indicator, at.kept, at.tape, at.moment.as_of, asked.period, whose)
