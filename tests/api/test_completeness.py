"""The completeness test: a list from the patent office beside the ledger, and kept for good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import LICENSES, PATENTS, FigureHouse, open_figure_house
from tests.api.office import FIRST, SECOND

NUMBER = PATENTS[FIRST].removeprefix("patent:")
OTHER = PATENTS[SECOND].removeprefix("patent:")
HEAD = "专利号,合同备案号,备案日期\n"
MATCHING = f"{HEAD}ZL{NUMBER[:12]}.{NUMBER[12]},2022310000001,2022-06-10\n"


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        staff = opened.office.hire(Role.CENTRE_STAFF, FIRST)
        recorded = {"license": LICENSES[FIRST], "recordal_number": "2022310000001"}
        opened.office.do("license.record", {**recorded, "on": "2022-06-10"}, staff)
        yield opened


def send(house: FigureHouse, actor: str, text: str, **options: str) -> httpx.Response:
    """Send a list of recorded licenses."""
    given = {"kind": "license-recordals", "institution": FIRST, **options}
    file = {"file": ("许可备案.csv", text.encode())}
    return house.as_(actor).post("/v1/comparisons/record", data=given, files=file)


def outcomes(body: dict[str, Any]) -> list[tuple[str, str]]:
    """(outcome, patent) a line."""
    return [(row["compared"], row["patent"]) for row in body["rows"]]


def test_a_dry_run_compares_and_writes_nothing(house: FigureHouse) -> None:
    before = house.head()
    auditor = house.auditor()
    before = house.head()
    answer = send(house, auditor, MATCHING, dry_run="true")
    assert answer.status_code == 200, answer.text
    assert outcomes(answer.json()) == [("matched", PATENTS[FIRST])]
    assert answer.json()["counts"] == {"matched": 1, "unread": 0}
    assert house.head() == before + 3  # the token alone, proposed and confirmed


def test_a_list_with_more_than_the_ledger_is_kept_with_its_counts(house: FigureHouse) -> None:
    text = f"{MATCHING}{OTHER},2022310000002,2022-06-11\n"
    answer = send(house, house.auditor(), text)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert outcomes(body) == [("deal-missing", PATENTS[SECOND]), ("matched", PATENTS[FIRST])]
    (fact,) = body["facts"]
    assert fact["type"] == "list-compared.v1"
    history = house.as_(house.auditor()).get(f"/v1/history/{fact['subjects'][0]['subject']}")
    payload = history.json()["facts"][0]["fact"]["payload"]
    assert (payload["lines"], payload["matched"], payload["only_listed"]) == (2, 1, 1)
    assert payload["source"] == "许可备案.csv"


def test_what_the_list_lacks_is_told_for_the_days_it_covers(house: FigureHouse) -> None:
    auditor = house.auditor()
    text = f"{HEAD}{OTHER},2022310000002,2022-06-11\n"
    told = {}
    for last in ("2022-06-09", "2022-06-30"):
        span = {"first": "2022-06-01", "last": last, "dry_run": "true"}
        told[last] = [each for each, _ in outcomes(send(house, auditor, text, **span).json())]
    assert told == {
        "2022-06-09": ["deal-missing"],
        "2022-06-30": ["deal-missing", "only-held"],
    }


def test_a_line_that_cannot_be_read_stops_the_record_unless_it_is_accepted(
    house: FigureHouse,
) -> None:
    auditor = house.auditor()
    text = f"{MATCHING}不是专利,1,2022-06-11\n"
    refused = send(house, auditor, text)
    assert (refused.status_code, refused.json()["code"]) == (422, "list_has_rejected_rows")
    taken = send(house, auditor, text, accept_good="true")
    assert taken.status_code == 201, taken.text
    assert taken.json()["counts"]["unread"] == 1
    assert taken.json()["unread"][0]["rule"] == "number_is_no_application_number"


def test_only_those_who_examine_or_work_there_may_compare(house: FigureHouse) -> None:
    assert send(house, house.office.clerk, MATCHING).status_code == 403
    other = house.office.hire(Role.INTERNAL_AUDITOR, SECOND)
    assert send(house, other, MATCHING).status_code == 403
    own = house.office.hire(Role.INTERNAL_AUDITOR, FIRST)
    assert send(house, own, MATCHING, dry_run="true").status_code == 200


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "nonsense"}, "parameter_is_malformed"),
        ({"first": "2022-07-01", "last": "2022-06-01"}, "parameter_is_malformed"),
        ({"known_at": "999999"}, "known_at_lies_outside_the_log"),
        ({"colour": "red"}, "parameter_is_unknown"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    house: FigureHouse, options: dict[str, str], code: str
) -> None:
    answer = send(house, house.auditor(), MATCHING, **options)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_list_without_the_needed_columns_says_which(house: FigureHouse) -> None:
    answer = send(house, house.auditor(), "甲,乙\n1,2\n")
    assert answer.json()["code"] == "list_columns_are_missing"
