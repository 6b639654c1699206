"""Lists from elsewhere beside the ledger: each line and each record gets one verdict."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ledger.facts import AssignmentRegistered, ExchangeListed, ExchangeTraded, LicenseRecorded
from ledger.facts.audits import Compared
from projections.completeness import LISTED, compared
from projections.moment import Moment
from tests.projections import facts_given as given_
from tests.projections.facts_given import OTHER_PATENT, PATENT, assignment_id, license_id
from tests.projections.tape_builder import ALPHA, BETA, Story, uuid

DAY, LATER, END = date(2022, 5, 1), date(2022, 6, 1), date(2022, 12, 31)
YEAR = (date(2022, 1, 1), END)
Line = tuple[int, str, str | None, date]


def verdicts(
    story: Story,
    lines: list[Line],
    kind: Compared = "license-recordals",
    institution: str = ALPHA,
) -> list[tuple[str, int | None, str]]:
    """(outcome, row, patent) of a comparison at the year's end."""
    tape = story.tape()
    listed = pl.DataFrame(lines, schema=LISTED, orient="row")
    rows = compared(kind, listed, tape, Moment(END, tape.size), institution, YEAR)
    return list(rows.select("compared", "row", "patent").iter_rows())


def licensed(story: Story, number: int, patent: str, institution: str = ALPHA) -> str:
    """A license on a patent, signed in March."""
    fact = given_.granted(number, date(2022, 3, 1), patents=(patent,))
    story.tell(fact, institution=institution)
    return license_id(number)


def recorded(story: Story, number: int, patent: str, recordal: str, on: date = DAY) -> None:
    """A license on a patent with its recordal."""
    contract = licensed(story, number, patent)
    story.tell(LicenseRecorded(license=contract, recordal_number=recordal, on=on))


def test_a_recordal_that_both_know_is_matched_whatever_blanks_its_number_has() -> None:
    story = Story()
    recorded(story, 1, PATENT, "2022 3100 0001")
    assert verdicts(story, [(2, PATENT, "202231000001", DAY)]) == [("matched", 2, PATENT)]


def test_the_same_number_under_another_date_differs() -> None:
    story = Story()
    recorded(story, 1, PATENT, "A1")
    assert verdicts(story, [(2, PATENT, "a1", LATER)]) == [("differs", 2, PATENT)]


def test_a_list_without_numbers_is_matched_by_date() -> None:
    story = Story()
    recorded(story, 1, PATENT, "A1")
    assert verdicts(story, [(2, PATENT, None, DAY)]) == [("matched", 2, PATENT)]


def test_a_line_with_a_deal_but_no_record_is_told_from_one_with_nothing() -> None:
    story = Story()
    licensed(story, 1, PATENT)
    lines: list[Line] = [(2, PATENT, "A1", DAY), (3, OTHER_PATENT, "A2", DAY)]
    assert verdicts(story, lines) == [
        ("deal-missing", 3, OTHER_PATENT),
        ("record-missing", 2, PATENT),
    ]


def test_a_record_that_the_list_lacks_is_told_only_within_its_span() -> None:
    story = Story()
    recorded(story, 1, PATENT, "A1")
    recorded(story, 2, OTHER_PATENT, "A2", on=date(2021, 12, 31))
    assert verdicts(story, []) == [("only-held", None, PATENT)]


def test_two_records_of_one_patent_take_one_line_each() -> None:
    story = Story()
    recorded(story, 1, PATENT, "A1")
    recorded(story, 2, PATENT, "A2", on=LATER)
    lines: list[Line] = [(2, PATENT, "A2", LATER), (3, PATENT, "A1", DAY)]
    assert verdicts(story, lines) == [("matched", 2, PATENT), ("matched", 3, PATENT)]


def test_another_institutions_license_is_none_of_this_ones() -> None:
    story = Story()
    recorded(story, 1, PATENT, "A1")
    lines: list[Line] = [(2, PATENT, "A1", DAY)]
    assert verdicts(story, lines, institution=BETA) == [("deal-missing", 2, PATENT)]


def test_trades_on_an_exchange_are_compared_by_the_listed_patents() -> None:
    story = Story()
    contract = licensed(story, 1, PATENT)
    listing = f"listing:{uuid(1)}"
    story.tell(
        ExchangeListed(
            listing=listing, exchange="示例交易所", patents=(PATENT,), asking_fen=None, on=DAY
        )
    )
    story.tell(ExchangeTraded(listing=listing, contract=contract, certificate="C1", on=LATER))
    lines: list[Line] = [(2, PATENT, "C1", LATER)]
    assert verdicts(story, lines, "exchange-trades") == [("matched", 2, PATENT)]


def test_registered_assignments_are_compared_by_patent_and_date() -> None:
    story = Story()
    story.tell(given_.agreed(1, date(2022, 3, 1)))
    story.tell(AssignmentRegistered(assignment=assignment_id(1), patents=(PATENT,), on=LATER))
    lines: list[Line] = [(2, PATENT, None, LATER), (3, OTHER_PATENT, None, LATER)]
    assert verdicts(story, lines, "assignment-recordals") == [
        ("matched", 2, PATENT),
        ("record-missing", 3, OTHER_PATENT),
    ]


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([DAY, LATER])), max_size=4),
    st.lists(
        st.tuples(st.sampled_from(["A", "B", None]), st.sampled_from([DAY, LATER])), max_size=4
    ),
)
def test_every_line_and_every_record_is_told_exactly_once(
    held: list[tuple[str, date]], listed: list[tuple[str | None, date]]
) -> None:
    story = Story()
    for number, (recordal, on) in enumerate(held):
        recorded(story, number + 1, PATENT, recordal, on)
    lines: list[Line] = [(row, PATENT, number, on) for row, (number, on) in enumerate(listed)]
    told = verdicts(story, lines)
    rows = [row for outcome, row, _ in told if outcome != "only-held"]
    paired = [outcome for outcome, _, _ in told if outcome in ("matched", "differs")]
    alone = [outcome for outcome, _, _ in told if outcome == "only-held"]
    assert sorted(row for row in rows if row is not None) == list(range(len(lines)))
    assert len(paired) + len(alone) == len(held)
