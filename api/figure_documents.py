"""What stands behind a figure as JSON documents: entries, changes and growth with their facts."""

from typing import Any, Final

import polars as pl

from api.figure_answers import Explained, Grown, Restated
from api.figure_facts import ReaderRights, facts_told, without_persons
from api.figure_tables import described
from api.figures import AskedFigures, Standpoint
from api.readings import rules_in_use
from api.stamps import CODE
from projections.code_words import code_words
from projections.figures import Indicator, Unit
from projections.subject_names import subject_names

PAGE: Final = 10_000
"""Entries in one answer."""


def entry_unit(indicator: Indicator) -> Unit:
    """What the values of an indicator's entries are measured in."""
    return indicator.entries_in or indicator.unit


def explained_as_json(
    asked: AskedFigures,
    at: Standpoint,
    found: Explained,
    reader: ReaderRights,
    after: int = 0,
    limit: int | None = None,
) -> dict[str, Any]:
    """A figure with up to `limit` entries (PAGE) after number `after`, and the facts behind them.

    Values of entries are in `entry_unit`; persons are told to those who may see them.
    """
    page = found.entries.filter(pl.col("number") > after).head(limit or PAGE)
    shown = without_persons(page, reader, "unit", "subject")
    return {
        **_heading(found.indicator, asked, at),
        "figure": found.figure,
        "parts": found.parts,
        "entries": shown.to_dicts(),
        "facts": facts_told(reader, at.tape, page["positions"].explode(empty_as_null=False)),
    }


def restated_as_json(
    asked: AskedFigures,
    earlier: Standpoint,
    later: Standpoint,
    found: Restated,
    reader: ReaderRights,
) -> dict[str, Any]:
    """A figure at two moments of knowledge, each changed entry with its cause in words."""
    positions = found.changes["positions"].explode(empty_as_null=False)
    shown = without_persons(found.changes, reader, "unit", "subject").to_dicts()
    for row in shown:
        row["cause_zh"], row["cause_en"] = code_words("cause", row["cause"])
    return {
        **_heading(found.indicator, asked, later),
        "known_at": earlier.moment.known_at,
        "until": later.moment.known_at,
        "before": found.before,
        "after": found.after,
        "parts": found.parts,
        "adds_up": found.adds_up,
        "changes": shown,
        "facts": facts_told(reader, later.tape, positions),
    }


def grown_as_json(asked: AskedFigures, at: Standpoint, found: Grown) -> dict[str, Any]:
    """A figure in two periods over one panel of institutions, and who is left out of it."""
    names = subject_names(at.tape, {each["institution"] for each in found.left_out})
    for each in found.left_out:
        name = names.get(each["institution"])
        each["name_zh"], each["name_en"] = (name.zh, name.en) if name else (None, None)
    return {
        **_heading(found.indicator, asked, at),
        "before_period": str(found.earlier),
        "figure": found.figure,
        "before": found.before,
        "growth": found.growth,
        "institutions": found.institutions,
        "left_out": found.left_out,
    }


def _heading(indicator: Indicator, asked: AskedFigures, at: Standpoint) -> dict[str, Any]:
    return {
        "indicator": described(indicator),
        "entry_unit": entry_unit(indicator),
        "period": str(asked.period),
        "institution": asked.institution,
        "group": asked.group,
        "as_of": at.moment.as_of,
        "known_at": at.moment.known_at,
        "position": at.moment.known_at,
        "rules": rules_in_use(at.tape),
        "code": CODE._asdict(),
    }
