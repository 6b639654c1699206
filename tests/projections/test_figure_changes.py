"""What happened after the day asked for, and why a figure is other than it was known to be."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import facts
from projections.figure_changes import Cause, adopted_since, facts_at, restated
from projections.figures import Strand, Timing, entries_of, reduced
from projections.indicators import BY_NAME, INDICATORS
from projections.kept import Kept
from projections.moment import Moment
from projections.period import Period
from projections.tape import Tape
from tests.projections import deals_given as deals
from tests.projections import facts_given as told
from tests.projections import portfolio_given as portfolio
from tests.projections.histories import histories
from tests.projections.history_state import TOLD
from tests.projections.stories import opened
from tests.projections.tape_builder import Story

PERIODS = tuple(map(Period.parse, ("2022", "2022Q4", "2024-02-29..2024-02-29")))


def turn_of_the_year() -> Story:
    """Deals of 2022 about which something happened in the first days of 2023."""
    story, license_ = Story(), told.license_id(1)
    story.tell(told.filed())
    story.tell(told.patent_turn("granted", date(2022, 2, 1)))
    story.tell(deals.declared(1, date(2022, 3, 1)))
    story.tell(deals.announced(1, date(2022, 3, 2)))
    story.tell(told.granted(1, date(2022, 6, 1), origin="open-pilot"))
    story.tell(deals.taken(1, 1, date(2022, 6, 1)))
    story.tell(told.agreed(1, date(2022, 6, 2), 500))
    story.tell(told.disclosed(1, date(2022, 6, 3)))
    story.tell(deals.traded(1, license_, date(2023, 1, 1)))
    story.tell(facts.LicenseRecorded(license=license_, recordal_number="1", on=date(2023, 1, 1)))
    story.tell(
        facts.AssignmentRescinded(
            assignment=told.assignment_id(1),
            patents=(told.PATENT, told.OTHER_PATENT),
            on=date(2023, 1, 1),
        )
    )
    result = told.disclosure_id(1)
    story.tell(facts.DisclosureWithdrawn(disclosure=result, on=date(2023, 1, 1)))
    return story


@pytest.mark.parametrize(
    ("name", "on_the_eve", "on_the_day"),
    [
        ("D15", (0, 2), (1, 1)),
        ("D11b:recorded", (0, 1), (1, 1)),
        ("D11b", (1, 1), (1, 1)),
        ("D01", (1, 1), (0, 1)),
        ("D03", (500, 1), (0, 1)),
        ("I01", (1, 1), (0, 1)),
    ],
)
def test_what_happens_after_the_day_asked_for_does_not_count_yet(
    name: str, on_the_eve: tuple[int, int], on_the_day: tuple[int, int]
) -> None:
    tape, kept = turn_of_the_year().tape(), Kept()
    for day, wanted in ((date(2022, 12, 31), on_the_eve), (date(2023, 1, 1), on_the_day)):
        found = entries_of(BY_NAME[name], kept, tape, day, Period.parse("2022"))
        (row,) = reduced(found, BY_NAME[name].reducer, ()).to_dicts()
        assert (row["numerator"], row["denominator"]) == wanted


# --- why it changed


@pytest.mark.parametrize(
    ("name", "period", "cause", "topic"),
    [
        ("D01", "2022", Cause.NEWLY_HAPPENED, facts.AssignmentRescinded.TOPIC),
        ("I01", "2022", Cause.NEWLY_HAPPENED, facts.DisclosureWithdrawn.TOPIC),
        ("D15", "2022", Cause.NEWLY_HAPPENED, facts.ExchangeTraded.TOPIC),
    ],
)
def test_what_ended_an_entry_is_named_though_the_entry_never_rested_on_it(
    name: str, period: str, cause: Cause, topic: str
) -> None:
    later, kept, asked = turn_of_the_year().tape(), Kept(), Period.parse(period)
    earlier = later.prefix(later.size - 4)
    before, after = (
        entries_of(BY_NAME[name], kept, tape, date(2023, 1, 1), asked) for tape in (earlier, later)
    )
    changes = restated(before, after, earlier, later)
    assert set(changes["cause"]) == {cause}
    behind = facts_at(later, changes["positions"].explode(empty_as_null=False))
    assert topic in behind["topic"].to_list()


def test_a_correction_is_the_cause_also_where_the_replacement_counts_no_more() -> None:
    story = Story()
    at = story.tell(portfolio.pct_filed(1, date(2022, 12, 31)))
    earlier = story.tape()
    story.correct(at, portfolio.pct_filed(1, date(2023, 1, 1)), on=date(2023, 2, 1))
    later, pct = story.tape(), BY_NAME["I09"]
    before, after = (
        entries_of(pct, Kept(), tape, date(2023, 3, 1), Period.parse("2022"))
        for tape in (earlier, later)
    )
    (change,) = restated(before, after, earlier, later).to_dicts()
    assert (change["cause"], change["change"]) == (Cause.CORRECTED, -1)


def test_a_void_is_the_cause_where_nothing_took_its_place() -> None:
    story = Story()
    story.tell(told.filed(on=date(2020, 1, 2)))
    story.tell(told.patent_turn("granted", date(2022, 1, 4)))
    lapse = story.tell(told.patent_turn("lapsed", date(2022, 5, 5)))
    earlier = story.tape()
    story.void(lapse, on=date(2023, 2, 1))
    later = story.tape()
    before, after = (
        entries_of(BY_NAME["I06"], Kept(), tape, date(2023, 3, 1), Period.parse("2022"))
        for tape in (earlier, later)
    )
    (change,) = restated(before, after, earlier, later).to_dicts()
    assert (change["cause"], change["change"]) == (Cause.VOIDED, 1)


# --- adding up, over any history


@given(histories, st.sampled_from(PERIODS), st.data())
@settings(max_examples=15, deadline=None)
def test_the_changes_of_a_restatement_add_up(
    story: Story, period: Period, data: st.DataObject
) -> None:
    later = story.tape()
    earlier = later.prefix(data.draw(st.integers(1, later.size)))
    kept = Kept()
    for each in INDICATORS:
        before = entries_of(each, kept, earlier, TOLD, period)
        after = entries_of(each, kept, later, TOLD, period)
        changes = restated(before, after, earlier, later)
        parts = (before, after, changes.rename({"change": "value"}, strict=True))
        sums = [{tuple(row[:2]): row[2] for row in _sums(part).rows() if row[2]} for part in parts]
        moved = {
            place: sums[1].get(place, 0) - sums[0].get(place, 0) for place in sums[0] | sums[1]
        }
        assert sums[2] == {place: change for place, change in moved.items() if change}, each.name
        own = ["institution", "part", "unit", "value"]
        assert changes.is_empty() == before.select(own).equals(after.select(own))


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("institution", "part").agg(pl.col("value").sum())


# --- rules


def _longest_rule(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """One entry a university, worth the newest version of the rules adopted."""
    newest = tape.frame(facts.PolicyAdopted).select(value=pl.col("version").max())
    return (
        tape.frame(facts.InstitutionRegistered)
        .select(
            institution="code",
            part=pl.lit("member"),
            unit="code",
            subject="code",
            day="effective",
            positions=pl.concat_list("position"),
        )
        .join(newest, how="cross")
    )


def adopted(version: int, on: date) -> facts.PolicyAdopted:
    return facts.PolicyAdopted(
        policy="policy:example-rule", version=version, digest="0" * 64, on=on
    )


def test_an_entry_that_only_a_new_rule_moved_names_the_adoption() -> None:
    ruled = replace(BY_NAME["D01"], strands=(Strand("ruled", Timing.AT_END, _longest_rule),))
    story = opened(Story())
    story.tell(adopted(1, date(2022, 1, 4)))
    earlier = story.tape()
    place = story.tell(adopted(2, date(2022, 6, 1)))
    later = story.tape()
    before, after = (
        entries_of(ruled, Kept(), tape, date(2022, 12, 31), Period.parse("2022"))
        for tape in (earlier, later)
    )
    since = adopted_since(ruled, earlier, later)
    (change,) = restated(before, after, earlier, later, since).to_dicts()
    assert (change["cause"], change["change"]) == (Cause.RULE_CHANGED, 1)
    assert change["positions"] == [place]
    assert adopted_since(BY_NAME["D04"], earlier, later) == []
