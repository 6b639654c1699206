"""Whether facts follow on one another: time, every subject's chain, voids, and grounds."""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from api.audit.columns import Columns
from api.audit.findings import Found, Report, Step
from ledger.facts import TOPICS

_REPORTED: Final = [topic for topic, fact in TOPICS.items() if fact.REPORTED] + ["patent-filed.v1"]


def check_chains(columns: Columns, report: Report) -> None:
    """Everything that one fact says about others. Of an institution's part, what is at hand."""
    whole = report.institution is None
    report.looked[Step.CHAINS] += columns.links.height
    told = (
        (Found.TIME_RUNS_BACK, _back_in_time(columns.facts)),
        (Found.SEQUENCE_JUMPS, _jumps(columns.links, whole=whole)),
        (Found.CHAIN_BREAKS, _breaks(columns.links)),
        (Found.VOID_CONTRADICTS, _voids(columns, whole=whole)),
        (Found.REPLACEMENT_CONTRADICTS, _replacements(columns, whole=whole)),
        (Found.GROUND_IS_UNKNOWN, _grounds(columns) if whole else None),
    )
    for code, rows in told:
        for position, values in _rows(rows):
            report.find(Step.CHAINS, code, position, **values)


def _rows(frame: pl.DataFrame | None) -> Iterator[tuple[int, dict[str, Any]]]:
    if frame is not None:
        for row in frame.unique(maintain_order=True).sort("position").to_dicts():
            yield row.pop("position"), row


def _back_in_time(facts: pl.DataFrame) -> pl.DataFrame:
    """Recorded times are text of one length, so they compare as they stand."""
    return facts.filter(pl.col("recorded") < pl.col("recorded").shift()).select(
        "position", time="recorded"
    )


def _in_chains(links: pl.DataFrame) -> pl.DataFrame:
    before = pl.col("sequence", "leaf").shift().over("subject")
    return links.sort("subject", "position", "number").with_columns(before.name.prefix("last_"))


def _jumps(links: pl.DataFrame, *, whole: bool) -> pl.DataFrame:
    expected = pl.col("last_sequence").fill_null(0) + 1
    sequence = pl.col("sequence")
    wrong = sequence != expected if whole else sequence < expected
    return (
        _in_chains(links).filter(wrong).select("position", "subject", "sequence", expected=expected)
    )


def _breaks(links: pl.DataFrame) -> pl.DataFrame:
    """Links that name another fact before them than the one that stands there."""
    follows = pl.col("sequence") == pl.col("last_sequence").fill_null(0) + 1
    other = pl.col("previous").ne_missing(pl.col("last_leaf"))
    return _in_chains(links).filter(follows & other).select("position", "subject", "sequence")


def _voids(columns: Columns, *, whole: bool) -> pl.DataFrame:
    """Voids that do not fit the fact they name, or name one that is voided already."""
    named = (
        columns.links.sort("position", "number")
        .group_by("position", maintain_order=True)
        .agg(subjects="subject")
    )
    told = columns.facts.select("type", "institution", "leaf", voided="position")
    found = (
        columns.voids.join(told, on="voided", how="left" if whole else "inner")
        .join(named.rename({"position": "voided"}), on="voided", how="left")
        .join(columns.facts.select("position", of="institution"), on="position", how="left")
    )
    fits = (
        (pl.col("voided") < pl.col("position"))
        & (pl.col("voided_leaf") == pl.col("leaf"))
        & (pl.col("touched") == pl.col("subjects"))
        & pl.col("type").is_in(_REPORTED)
        & (pl.col("institution") == pl.col("of"))
        & pl.col("voided").is_first_distinct()
    )
    return found.filter(~fits.fill_null(False)).select("position", "voided")


def _replacements(columns: Columns, *, whole: bool) -> pl.DataFrame:
    """Facts that claim to stand for one that the same command did not void, or for another type."""
    voids = columns.voids.join(columns.facts.select("position", "command"), on="position").select(
        "command", replaces="voided", void="position"
    )
    told = columns.facts.select(before="type", replaces="position")
    found = (
        columns.facts.filter(pl.col("replaces").is_not_null())
        .join(told, on="replaces", how="left" if whole else "inner")
        .join(voids, on=["replaces", "command"], how="left")
    )
    name, name_before = (pl.col(each).str.replace(r"\.v\d+$", "") for each in ("type", "before"))
    fits = (pl.col("void") < pl.col("position")) & (name == name_before)
    return found.filter(~fits.fill_null(False)).select("position", "replaces")


def _grounds(columns: Columns) -> pl.DataFrame:
    """Facts that rest on a link that is not there, or comes only after them."""
    known = columns.links.select("subject", "sequence", at="position")
    found = columns.grounds.join(known, on=["subject", "sequence"], how="left")
    there = (pl.col("at") < pl.col("position")).fill_null(False)
    return found.filter(~there).select("position", "subject", "sequence")
