"""Patents: what is recorded as reported, what is noted beside it, what contradicts itself."""

from datetime import date

import pytest

from ledger.case import Command
from ledger.facts import PatentFiled
from ledger.patents import (
    ExpirePatent,
    FilePatent,
    GrantPatent,
    InvalidatePatent,
    LapsePatent,
    RestorePatent,
    term_ends,
)
from ledger.refusals import Refused
from tests.ledger.deal_desk import (
    DESIGN,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_UNIVERSITY,
    TODAY,
    UNIVERSITY,
    codes,
    opened,
    ready,
    uuid,
)

FILED, GRANTED = date(2022, 1, 4), date(2023, 6, 1)


def test_the_number_tells_the_kind_and_the_institution_owns_what_it_files() -> None:
    desk = opened()
    desk.tell(FilePatent(patent="ZL 2022 1 0000001.0", title="某发明", filed=FILED))
    fact = desk.facts[-1].fact
    assert isinstance(fact, PatentFiled)
    assert (fact.patent, fact.kind, fact.owners) == (INVENTION, "invention", (UNIVERSITY,))
    assert desk.state(INVENTION).status_on(TODAY) == "pending"


def test_a_kind_that_the_number_denies_is_refused() -> None:
    wrong = FilePatent(patent=INVENTION, kind="design", title="某发明", filed=FILED)
    assert opened().denies(Refused.PATENT_KIND_CONTRADICTS_NUMBER, wrong).values["expected"] == (
        "invention"
    )


def test_a_number_older_than_the_filing_is_a_breach_unless_a_pct_application_gave_it() -> None:
    desk = opened()
    late = desk.tell(FilePatent(patent=INVENTION, title="某发明", filed=date(2023, 1, 1)))
    assert codes(late) == ["number-is-older-than-filing"]
    through_pct = FilePatent(patent="2018800000012", title="某发明", filed=date(2020, 3, 1))
    assert codes(desk.tell(through_pct)) == []


def test_a_patent_is_filed_once_with_known_owners() -> None:
    desk = ready()
    again = FilePatent(patent=INVENTION, title="某发明", filed=FILED)
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, again)
    stranger = "institution:91350100M000100Y43"
    owned = FilePatent(
        patent="202210000003.X", title="某发明", filed=FILED, owners=(UNIVERSITY, stranger)
    )
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, owned)


def test_another_institutions_patent_is_unknown_unless_co_owned() -> None:
    desk = ready()
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, GrantPatent(patent=FOREIGN_PATENT))
    shared = FilePatent(
        patent="202210000003.X", title="共有", filed=FILED, owners=(UNIVERSITY, OTHER_UNIVERSITY)
    )
    desk.tell(shared)
    desk.tell(GrantPatent(patent="202210000003.X"), institution=OTHER_UNIVERSITY)
    assert desk.state("patent:202210000003X").status_on(TODAY) == "granted"


@pytest.mark.parametrize(
    "command",
    [
        GrantPatent(patent=INVENTION, on=date(2022, 1, 3)),
        LapsePatent(patent=INVENTION, cause="abandoned", on=date(2021, 1, 1)),
        RestorePatent(patent=INVENTION, on=date(2021, 1, 1)),
        ExpirePatent(patent=INVENTION, on=date(2021, 1, 1)),
        InvalidatePatent(patent=INVENTION, extent="wholly", on=date(2021, 1, 1)),
    ],
)
def test_nothing_happens_to_a_right_before_its_filing(command: Command) -> None:
    ready().denies(Refused.EVENT_PRECEDES_FILING, command)


def test_turns_count_by_their_date_in_whatever_order_they_are_recorded() -> None:
    desk = ready()
    restored = desk.tell(RestorePatent(patent=INVENTION, on=date(2024, 5, 1)))
    assert codes(restored) == ["right-is-not-lapsed"]
    lapsed = LapsePatent(patent=INVENTION, cause="unpaid-annuity", on=date(2024, 2, 1))
    assert codes(desk.tell(lapsed)) == []
    patent = desk.state(INVENTION)
    by_day = {
        date(2022, 1, 3): "unknown",
        date(2023, 5, 31): "pending",
        GRANTED: "granted",
        date(2024, 2, 1): "lapsed",
        date(2024, 5, 1): "restored",
    }
    assert {day: patent.status_on(day) for day in by_day} == by_day


def test_odd_turns_are_recorded_with_a_breach() -> None:
    desk = ready()
    assert codes(desk.tell(GrantPatent(patent=INVENTION))) == ["right-is-not-pending"]
    lapse = LapsePatent(patent=MODEL, cause="unpaid-annuity", on=date(2024, 2, 1))
    assert codes(desk.tell(lapse)) == []
    second = desk.tell(LapsePatent(patent=MODEL, cause="unpaid-annuity"))
    assert codes(second) == ["right-is-not-in-force"]
    assert second.breaches[0].values["status"] == "lapsed"
    wholly = InvalidatePatent(patent=DESIGN, extent="wholly", on=date(2024, 2, 1))
    assert codes(desk.tell(wholly)) == []
    again = InvalidatePatent(patent=DESIGN, extent="partly")
    assert codes(desk.tell(again)) == ["right-cannot-be-invalidated"]


def test_a_partial_invalidation_leaves_the_right_as_it_was() -> None:
    desk = ready()
    desk.tell(LapsePatent(patent=INVENTION, cause="unpaid-annuity", on=date(2024, 2, 1)))
    desk.tell(InvalidatePatent(patent=INVENTION, extent="partly", on=date(2024, 3, 1)))
    desk.tell(InvalidatePatent(patent=MODEL, extent="partly", on=date(2024, 3, 1)))
    assert desk.state(INVENTION).status_on(TODAY) == "lapsed"
    assert desk.state(MODEL).status_on(TODAY) == "granted"


def test_an_application_can_be_abandoned_and_cannot_lapse_for_an_annuity() -> None:
    desk = opened()
    desk.tell(FilePatent(patent=INVENTION, title="某发明", filed=FILED))
    unpaid = LapsePatent(patent=INVENTION, cause="unpaid-annuity", on=date(2023, 1, 1))
    assert codes(desk.tell(unpaid)) == ["right-is-not-in-force"]
    desk = opened()
    desk.tell(FilePatent(patent=INVENTION, title="某发明", filed=FILED))
    assert codes(desk.tell(LapsePatent(patent=INVENTION, cause="abandoned"))) == []


def test_terms_run_from_filing_by_kind_and_designs_had_ten_years_before_june_2021() -> None:
    assert term_ends("invention", FILED) == date(2042, 1, 4)
    assert term_ends("utility-model", FILED) == date(2032, 1, 4)
    assert term_ends("design", date(2021, 6, 1)) == date(2036, 6, 1)
    assert term_ends("design", date(2021, 5, 31)) == date(2031, 5, 31)


def test_an_expiry_before_the_term_ends_is_a_breach() -> None:
    desk = ready()
    early = desk.tell(ExpirePatent(patent=INVENTION))
    assert codes(early) == ["expiry-precedes-term"]
    old = "patent:95115608X"
    desk.tell(FilePatent(patent=old, title="旧", filed=date(1995, 10, 20)))
    desk.tell(GrantPatent(patent=old, on=date(2000, 1, 1)))
    assert codes(desk.tell(ExpirePatent(patent=old, on=date(2015, 10, 19)))) == []


def test_a_restoration_rests_on_the_lapse_and_all_rest_on_the_filing() -> None:
    desk = ready()
    desk.tell(LapsePatent(patent=INVENTION, cause="unpaid-annuity", on=date(2024, 2, 1)))
    assert [ref.sequence for ref in desk.facts[-1].rests_on] == [1]
    desk.tell(RestorePatent(patent=INVENTION))
    assert [ref.sequence for ref in desk.facts[-1].rests_on] == [1, 3]


def test_an_inventor_nobody_knows_is_refused() -> None:
    filing = FilePatent(
        patent=INVENTION, title="某发明", filed=FILED, inventors=(f"person:{uuid(99)}",)
    )
    opened().denies(Refused.SUBJECT_IS_UNKNOWN, filing)
