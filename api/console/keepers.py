"""What those who give rights choose from, and what they call it: persons, accounts, proposals."""

from collections.abc import Collection, Mapping

import polars as pl

from api.console.person_names import person_names
from api.home import Home
from ledger.facts import ActorRegistered, LogOpened, PersonRegistered, RightProposed
from projections.fact_titles import Title
from projections.tape import Tape


def kept_subjects(tape: Tape) -> dict[str, list[str]]:
    """Every person, account and proposal of the log, by kind."""
    return {
        "person": _of(tape.frame(PersonRegistered), "person"),
        "actor": sorted(_persons(tape)),
        "proposal": _of(tape.frame(RightProposed), "proposal"),
    }


def keeper_names(home: Home, tape: Tape, wanted: Collection[str]) -> dict[str, Title]:
    """Persons, and accounts by the person behind them. Blocks: use a thread."""
    behind = _persons(tape)
    persons = {*wanted, *(behind[each] for each in wanted if behind.get(each))}
    names = person_names(home, {each for each in persons if each})
    return names | {
        each: names[person]
        for each in wanted
        if (person := behind.get(each)) is not None and person in names
    }


def _persons(tape: Tape) -> Mapping[str, str | None]:
    """The person behind each account."""
    first = tape.frame(LogOpened).select("person", registered="administrator")
    known = tape.frame(ActorRegistered).select("person", "registered")
    rows = pl.concat([first, known]).select("registered", "person").collect()
    return dict(rows.iter_rows())


def _of(rows: pl.LazyFrame, column: str) -> list[str]:
    return sorted(rows.select(pl.col(column).unique()).collect()[column])
