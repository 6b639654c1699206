"""What stands behind a figure: entries down to the bank line, why it changed, how it grew."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from api import figure_documents
from api.access import Scope
from api.figure_answers import explained, grown, restatement
from api.figure_facts import ReaderRights, facts_told, without_persons
from api.figure_tables import decimal
from api.figures import AskedFigures, Standpoint
from api.postgres import Logins
from ledger.actors import Role
from projections.figures import Reducer
from projections.indicators import BY_NAME, INDICATORS
from projections.kept import Kept
from projections.moment import Moment, moment_of
from projections.period import Period
from tests.api.figure_house import (
    FIRST_FEN,
    LATE_FEN,
    SECOND_FEN,
    FigureHouse,
    open_figure_house,
)
from tests.api.http_house import Browser
from tests.api.office import FIRST, SECOND
from tests.projections import facts_given as given
from tests.projections.stories import long_story
from tests.projections.tape_builder import ALPHA, BETA, Story

D04 = "/v1/indicators/D04"
YEAR = Period.parse("2022")
EVERYWHERE = Scope(True, frozenset())


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def auditor(house: FigureHouse) -> Browser:
    return house.as_(house.auditor())


def asked(name: str, period: Period = YEAR, **changes: Any) -> AskedFigures:
    plain = AskedFigures((BY_NAME[name],), period, EVERYWHERE, None, None, None, None)
    return dataclasses.replace(plain, **changes)


def standing(story: Story, as_of: date | None = None, size: int | None = None) -> Standpoint:
    tape = story.tape(size)
    moment = moment_of(tape, as_of) if size != 0 else Moment(as_of or date(2022, 1, 1), 0)
    return Standpoint(Kept(), tape, moment, tape.size)


def test_a_figure_is_opened_down_to_the_line_of_the_bank(auditor: Browser) -> None:
    body = auditor.get(f"{D04}/explain?period=2022&institution={FIRST}").json()
    assert body["figure"]["value_fen"] == FIRST_FEN == sum(e["value"] for e in body["entries"])
    assert (body["entry_unit"], body["parts"]) == (
        "fen",
        [{"part": "member", "value": FIRST_FEN, "entries": 1}],
    )
    (entry,) = body["entries"]
    assert (entry["number"], entry["day"]) == (1, "2022-06-28")
    facts = {fact["type"]: fact for fact in body["facts"]}
    assert {fact["position"] for fact in body["facts"]} == set(entry["positions"])
    assert set(facts) == {"receipt-claimed.v1", "receipt-allocated.v1", "license-granted.v1"}
    claimed = facts["receipt-claimed.v1"]
    assert (claimed["zh"], claimed["voided_by"]) == ("到款认领", None)
    assert claimed["bank_line"]["line"] == 3
    assert claimed["bank_line"]["amount_fen"] == FIRST_FEN
    assert claimed["bank_line"]["value_date"] == "2022-06-28"
    assert claimed["bank_line"]["statement"].startswith("statement:")
    assert auditor.get(claimed["href"]).status_code == 200
    assert "bank_line" not in facts["license-granted.v1"]


def test_the_entries_of_the_total_are_those_of_all(auditor: Browser) -> None:
    body = auditor.get(f"{D04}/explain?period=2022").json()
    assert body["figure"]["value_fen"] == FIRST_FEN + SECOND_FEN
    assert {entry["institution"] for entry in body["entries"]} == {FIRST, SECOND}


def test_a_late_receipt_is_why_a_figure_changed(house: FigureHouse, auditor: Browser) -> None:
    before = house.head()
    house.received(FIRST, "2022-06-30", LATE_FEN)
    path = f"{D04}/restatement?period=2022&institution={FIRST}&known_at={before}"
    body = auditor.get(path).json()
    assert body["adds_up"] is True
    assert body["before"]["value_fen"] == FIRST_FEN
    assert body["after"]["value_fen"] == FIRST_FEN + LATE_FEN
    (change,) = body["changes"]
    assert (change["before"], change["after"], change["change"]) == (None, LATE_FEN, LATE_FEN)
    assert (change["cause"], change["cause_zh"]) == ("late", "迟报")
    assert {"receipt-claimed.v1", "receipt-allocated.v1"} <= {f["type"] for f in body["facts"]}
    same = auditor.get(f"{path}&until={before}").json()
    assert (same["changes"], same["adds_up"]) == ([], True)
    from_nothing = auditor.get(f"{D04}/restatement?period=2022&known_at=0").json()
    assert from_nothing["before"]["value_fen"] == 0
    assert from_nothing["adds_up"] is True


def test_a_voided_allocation_is_why_a_figure_changed(house: FigureHouse, auditor: Browser) -> None:
    before = house.head()
    feed = auditor.get(f"/v1/facts?type=receipt-allocated.v1&institution={FIRST}").json()["facts"]
    receipt, number = (feed[0]["fact"]["payload"][name] for name in ("receipt", "number"))
    approver = house.as_(house.office.hire(Role.FINANCE_APPROVER, FIRST))
    body = {"receipt": receipt, "number": number, "reason": "合同有误"}
    undone = approver.post("/v1/receipts/deallocate", json=body)
    assert undone.status_code == 201, undone.text
    told = auditor.get(f"{D04}/restatement?period=2022&known_at={before}").json()
    assert told["adds_up"] is True
    assert told["after"]["value_fen"] == SECOND_FEN
    (change,) = told["changes"]
    assert (change["change"], change["cause"]) == (-FIRST_FEN, "reversed")


def test_somebody_of_several_institutions_names_one(house: FigureHouse) -> None:
    office = house.office
    office.grant(office.stranger, Role.FINANCE_CLERK, FIRST)
    both = house.as_(office.stranger)
    answer = both.get(f"{D04}/explain?period=2022")
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_is_missing")
    named = both.get(f"{D04}/explain?period=2022&institution={SECOND}").json()
    assert named["figure"]["value_fen"] == SECOND_FEN
    grown_ = both.get(f"{D04}/growth?period=2022Q2").json()
    assert {each["institution"] for each in grown_["left_out"]} == {FIRST, SECOND}


def test_entries_of_the_whole_city_are_for_those_who_read_all(
    house: FigureHouse, auditor: Browser
) -> None:
    clerk = house.as_(house.office.clerk)
    assert clerk.get("/v1/indicators/F02?period=2022").status_code == 200
    answer = clerk.get("/v1/indicators/F02/explain?period=2022")
    assert (answer.status_code, answer.json()["code"]) == (400, "indicator_is_city_wide")
    assert auditor.get("/v1/indicators/F02/explain?period=2022").status_code == 200


def test_the_education_commission_reads_figures_and_no_persons(house: FigureHouse) -> None:
    commission = house.as_(house.office.hire(Role.EDUCATION_COMMISSION_READER, None))
    body = commission.get(f"{D04}/explain?period=2022").json()
    assert body["figure"]["value_fen"] == FIRST_FEN + SECOND_FEN
    assert body["facts"]
    assert {fact["actor"] for fact in body["facts"]} == {None}
    assert {fact["href"] for fact in body["facts"]} == {None}


def test_persons_rewarded_are_hidden_where_persons_may_not_be_seen() -> None:
    found = explained(asked("F04"), standing(long_story()))
    assert found.entries["unit"].str.starts_with("person:").all()
    blind = ReaderRights(EVERYWHERE, Scope(False, frozenset()))
    shown = without_persons(found.entries, blind, "unit", "subject")
    assert shown["unit"].to_list() == [None] * shown.height
    assert shown["subject"].null_count() == 0
    seeing = ReaderRights(EVERYWHERE, EVERYWHERE)
    assert without_persons(found.entries, seeing, "unit").equals(found.entries)


def test_facts_of_other_institutions_are_left_out() -> None:
    at = standing(long_story())
    positions = pl.Series("position", range(at.tape.size), pl.Int64)
    other = Scope(False, frozenset({BETA}))
    types = {fact["type"] for fact in facts_told(ReaderRights(other, other), at.tape, positions)}
    assert "counterparty-registered.v1" in types
    assert "receipt-claimed.v1" not in types


def test_many_entries_come_in_pages(auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_documents, "PAGE", 1)
    monkeypatch.setattr("api.routes.indicators.PAGE", 1)
    path, seen = f"{D04}/explain?period=2022", list[int]()
    while path:
        answer = auditor.get(path)
        seen += [entry["number"] for entry in answer.json()["entries"]]
        path = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert seen == [1, 2]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_entries_shown_are_the_whole_figure_and_every_restatement_adds_up(name: str) -> None:
    story = long_story()
    later = standing(story)
    found = explained(asked(name), later)
    if found.indicator.reducer in (Reducer.COUNT, Reducer.DISTINCT):
        assert found.figure["numerator"] == found.entries.height
    known = set(range(later.tape.size))
    assert {place for row in found.entries["positions"] for place in row} <= known
    for size in (0, later.tape.size // 3, later.tape.size - 9, later.tape.size):
        earlier = standing(story, later.moment.as_of, size)
        told = restatement(asked(name), earlier, later)
        assert told.adds_up, size
        assert told.after == found.figure


def test_every_reading_of_a_code_stands_under_one_unit_of_entries() -> None:
    units = {figure_documents.entry_unit(each) for each in INDICATORS}
    assert {"fen", "day", "patent", "contract"} <= units


def panel() -> Story:
    """ALPHA sold in 2021 and in 2022, BETA joined in 2022."""
    story = Story()
    for code in (ALPHA, BETA):
        story.tell(given.institution(code, date(2021, 1, 4)), institution=code)
    story.tell(given.filed(), on=date(2021, 1, 5))
    for number, (day, who) in enumerate(
        (
            (date(2021, 3, 1), ALPHA),
            (date(2022, 3, 1), ALPHA),
            (date(2022, 4, 1), ALPHA),
            (date(2022, 5, 1), BETA),
        ),
        1,
    ):
        story.tell(given.granted(number, day, given.terms(day)), on=day, institution=who)
    return story


def test_growth_is_over_institutions_present_in_both_periods() -> None:
    found = grown(asked("D02"), standing(panel(), date(2022, 12, 31)))
    assert (str(found.period), str(found.earlier)) == ("2022", "2021")
    assert (found.figure["numerator"], found.before["numerator"]) == (2, 1)
    assert found.growth == {"numerator": 1, "denominator": 1, "percent": "100.00"}
    assert found.institutions == [ALPHA]
    assert found.left_out == [{"institution": BETA, "present_in": "2022"}]


def test_growth_from_nothing_is_not_defined() -> None:
    found = grown(asked("D02", Period.parse("2021")), standing(panel(), date(2021, 12, 31)))
    assert (found.growth, found.institutions) == (None, [])


def test_growth_is_told_over_http(auditor: Browser) -> None:
    body = auditor.get(f"{D04}/growth?period=2022Q2").json()
    assert (body["period"], body["before_period"]) == ("2022Q2", "2022Q1")
    assert body["growth"] is None
    assert {each["present_in"] for each in body["left_out"]} == {"2022Q2"}
    assert {each["name_zh"] for each in body["left_out"]} == {"示例大学"}


@pytest.mark.parametrize(
    ("value", "places", "digits"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(25, 2), 1, "12.5"),
        (Fraction(2, 3) * 100, 2, "66.67"),
        (Fraction(7), 0, "7"),
    ],
)
def test_digits_are_rounded_half_away_from_zero(value: Fraction, places: int, digits: str) -> None:
    assert decimal(value, places) == digits
