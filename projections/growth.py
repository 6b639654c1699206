"""Growth of a figure from one period to the next, over institutions that were there in both."""

from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from ledger.facts import (
    FACTS,
    GIVING_RIGHTS,
    AccountRegistered,
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
    Fact,
    FactVoided,
    InstitutionRegistered,
    LogOpened,
    PersonErased,
    PersonRegistered,
    PolicyAdopted,
)
from projections.period import Period
from projections.tape import Tape

_SETTING_UP: Final[frozenset[type[Fact]]] = frozenset(
    {
        LogOpened,
        InstitutionRegistered,
        PolicyAdopted,
        *GIVING_RIGHTS,
        PersonRegistered,
        PersonErased,
        AccountRegistered,
        CounterpartyRegistered,
        CounterpartySizeDeclared,
        CounterpartySizeVerified,
        FactVoided,
    }
)
"""Registrations, rights and corrections: they say that somebody keeps books here, not that
anything happened."""


def present(tape: Tape, as_of: date, period: Period) -> frozenset[str]:
    """Institutions with at least one fact of business of a day in the period, up to `as_of`.

    So an institution that joined the log later is left out of growth, and one that was there and
    had nothing to report under an indicator counts with nothing.
    """
    last = min(period.last, as_of)
    found = [
        tape.frame(fact)
        .filter(pl.col("effective").is_between(period.first, last))
        .select(pl.col("institution").unique())
        for fact in FACTS
        if fact not in _SETTING_UP and fact.TOPIC in tape.topics
    ]
    if not found:
        return frozenset()
    return frozenset(pl.concat(found).unique().drop_nulls().collect().to_series())


def growth(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    """What was added as a part of what was there before; None where that was nothing."""
    if now is None or not before:
        return None
    return (now - before) / abs(before)
