"""Words for codes and bearings."""

from datetime import date

import polars as pl
import pytest

from compliance.assess import items_of
from compliance.catalogues import CATALOGUES
from compliance.clause import Bearing
from compliance.words import BEARING_WORDS, CODE_WORDS
from projections.moment import moment_of
from tests.compliance.cases import told
from tests.compliance.given import (
    DAY,
    annuity_due,
    assigned,
    contributed,
    decision,
    demand,
    licensed,
    partner,
    priced,
)


def test_codes_and_bearings_are_told_in_both_languages() -> None:
    assert set(BEARING_WORDS) == set(Bearing)
    for words in (*CODE_WORDS.values(), *BEARING_WORDS.values()):
        assert any("一" <= sign <= "鿿" for sign in words.zh)
        assert words.en.isascii()


@pytest.mark.parametrize("as_of", [DAY, date(2022, 7, 1)])
def test_whatever_is_left_open_is_told_in_words(as_of: date) -> None:
    tape = told(
        [
            licensed(),
            assigned(),
            contributed(),
            partner(DAY, "service-agency"),
            demand(DAY),
            decision(DAY, "disposal"),
            priced(DAY),
            annuity_due(date(2022, 5, 1)),
        ]
    ).tape()
    clauses = tuple(clause for catalogue in CATALOGUES for clause in catalogue.clauses)
    items = items_of(tape, moment_of(tape, as_of), clauses)
    open_ = items.filter(pl.col("bearing").is_in(["gap", "due"])).collect()["code"]
    assert open_.n_unique() >= 13
    assert set(open_) <= set(CODE_WORDS)
