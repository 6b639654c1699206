"""The database's copies of what entries say: columns, chains, and the ranges of commands."""

from typing import Any, Final

import orjson
import polars as pl
import psycopg

from api.audit.columns import Columns
from api.audit.findings import Found, Report, Said, Step
from api.audit.log import Log
from ledger.codec import canonical
from projections.schema import UTC_TIME

ROW: Final = pl.Schema(
    {
        "position": pl.Int64(),
        "subject": pl.String(),
        "sequence": pl.Int64(),
        "topic": pl.String(),
        "institution": pl.String(),
        "effective": pl.Date(),
        "recorded_at": UTC_TIME,
        "leaf": pl.Binary(),
    }
)
"""A row of ledger.facts without the entry."""

_COPIES: Final = ("subject", "sequence", "topic", "institution", "effective", "recorded_at")
_LINKS: Final = "SELECT subject, sequence, position FROM ledger.subjects"
_COMMANDS: Final = "SELECT first, count, answer FROM ledger.commands ORDER BY first"
_LINK: Final = {"subject": pl.String(), "sequence": pl.Int64(), "position": pl.Int64()}
_COMMAND: Final = {"first": pl.Int64(), "count": pl.Int64(), "answer": pl.Binary()}
_TIME: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"


def check_columns(rows: pl.DataFrame, log: Log, report: Report) -> None:
    """Every column of ledger.facts against its entry, the leaf against the tree."""
    report.looked[Step.ROWS] += rows.height
    own = log.columns.links.filter(pl.col("number") == 0).select("position", "subject", "sequence")
    said = log.columns.facts.select(
        "position", "institution", "effective", "leaf", topic="type", recorded_at="recorded"
    ).join(own, on="position")
    held = rows.with_columns(
        pl.col("recorded_at").dt.strftime(_TIME), pl.col("leaf").bin.encode("hex")
    )
    both = held.join(said, on="position", suffix="_said")
    for name in _COPIES:
        wrong = both.filter(pl.col(name).ne_missing(pl.col(f"{name}_said")))
        for position, told, found in wrong.select("position", name, f"{name}_said").iter_rows():
            values = {"column": name, "told": told, "found": found}
            report.find(Step.ROWS, Found.COLUMN_DIFFERS, position, **values)
    for (position,) in both.filter(pl.col("leaf") != pl.col("leaf_said")).select("position").rows():
        report.find(Step.ROWS, Found.LEAF_DIFFERS, position)


def check_links(connection: psycopg.Connection[Any], columns: Columns, report: Report) -> None:
    """ledger.subjects against the chains that entries tell of, both ways."""
    rows = connection.execute(_LINKS, binary=True).fetchall()
    held = pl.DataFrame(rows, schema=_LINK, orient="row")
    said = columns.links.select(_LINK.keys())
    report.looked[Step.ROWS] += held.height
    for code, here, there in (
        (Found.LINK_ROW_IS_MISSING, said, held),
        (Found.LINK_ROW_IS_FOREIGN, held, said),
    ):
        for row in here.join(there, on=list(_LINK), how="anti").sort("position").to_dicts():
            report.find(Step.ROWS, code, row.pop("position"), **row)


def check_commands(connection: psycopg.Connection[Any], columns: Columns, report: Report) -> None:
    """Each row of ledger.commands must span exactly the facts of one command.

    What the columns key and body_hash hold stands nowhere in the log, nor does it say which
    commands came with a key; the report says so.
    """
    rows = connection.execute(_COMMANDS, binary=True).fetchall()
    held = pl.DataFrame(rows, schema=_COMMAND, orient="row")
    begins = pl.col("command").ne_missing(pl.col("command").shift())
    runs = (
        columns.facts.sort("position")
        .with_columns(run=begins.cum_sum())
        .group_by("run")
        .agg(first=pl.col("position").min(), count=pl.len().cast(pl.Int64))
    )
    report.looked[Step.ROWS] += held.height
    report.remark(Step.ROWS, Said.KEYS_ARE_NOT_PINNED)
    known = pl.col("first", "count")
    fits = held.join(runs.select(known), on=["first", "count"], how="semi")
    strange = held.join(runs.select(known), on=["first", "count"], how="anti")
    twice = fits.filter(pl.col("first").is_duplicated())
    answers = [each for each in held["answer"].unique() if not _is_answer(each)]
    garbled = fits.filter(pl.col("answer").is_in(pl.Series(answers, dtype=pl.Binary).implode()))
    for first, count in pl.concat([strange, twice, garbled]).select(known).unique().rows():
        report.find(Step.ROWS, Found.COMMAND_ROW_IS_WRONG, max(first, 0), first=first, count=count)


def _is_answer(answer: bytes) -> bool:
    """Whether this is an answer as the book writes it: breaches, and a refusal or none."""
    try:
        told = orjson.loads(answer)
        return canonical(told) == answer and told.keys() == {"breaches", "no"}
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, AttributeError):
        return False
