"""What auditors and the bureau read is kept before it is shown, and pinned when its day is over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.postgres import Logins
from api.reads import digest_of, digests_due, digests_that_differ, lines_of
from ledger.actors import SEALER, Role
from ledger.case import business_day
from ledger.refusals import Refusal, Refused
from tests.api.http_house import House, open_house
from tests.api.office import FIRST, TODAY
from tests.api.terminal import terminal

DAY = business_day(TODAY)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


def test_what_an_auditor_is_shown_is_kept_with_its_position(house: House) -> None:
    auditor = house.auditor()
    answer = house.as_(auditor).get("/v1/views/deals?as_of=2022-07-01")
    (line,) = lines_of(house.office.connection, DAY)
    assert line["actor"] == auditor
    assert (line["path"], line["query"]) == ("/v1/views/deals", "as_of=2022-07-01")
    assert line["position"] == answer.headers["zhiheng-position"]
    assert line["etag"] == answer.headers["etag"]


def test_pages_count_as_readings_and_refusals_do_not(house: House) -> None:
    browser = house.signed_in(house.auditor())
    browser.page("/views/deals")
    browser.page("/views/nonsense")
    paths = [line["path"] for line in lines_of(house.office.connection, DAY)]
    assert "/views/deals" in paths
    assert "/views/nonsense" not in paths


def test_what_is_shown_in_answer_to_a_list_is_kept_and_a_command_is_not(house: House) -> None:
    auditor = house.auditor()
    house.register_bureau()
    given = {"kind": "license-recordals", "institution": FIRST, "dry_run": "true"}
    file = {"file": ("list.csv", "专利号,备案日期\n".encode())}
    shown = house.as_(auditor).post("/v1/comparisons/record", data=given, files=file)
    assert shown.status_code == 200, shown.text
    recorded = house.as_(auditor).post(
        "/v1/comparisons/record", data={**given, "dry_run": "false"}, files=file
    )
    assert recorded.status_code == 201, recorded.text
    lines = lines_of(house.office.connection, DAY)
    assert [(line["method"], line["path"]) for line in lines] == [
        ("POST", "/v1/comparisons/record")
    ]


def test_an_institutions_own_people_and_strangers_leave_no_line(house: House) -> None:
    house.as_(house.office.clerk).get("/v1/views/receipts")
    house.stranger().get("/healthz")
    assert house.office.count("reads.shown") == 0


def test_a_day_that_is_over_is_pinned_once(house: House) -> None:
    house.as_(house.auditor()).get("/v1/views/deals")
    body = {"day": DAY.isoformat(), "reads": 1, "root": "0" * 64}
    with pytest.raises(Refusal) as early:
        house.office.do("reads.digest", body, SEALER)
    assert early.value.code is Refused.DAY_IS_NOT_OVER
    assert list(digests_due(house.office.connection, TODAY)) == []
    (due,) = digests_due(house.office.connection, TOMORROW)
    found = digest_of(house.office.connection, DAY)
    assert due == {"day": DAY.isoformat(), "reads": 1, "root": found.root}


def test_only_the_log_itself_pins_readings(house: House) -> None:
    administrator = house.office.administrator
    body = {"day": "2022-07-14", "reads": 1, "root": "0" * 64}
    with pytest.raises(Refusal) as caught:
        house.office.do("reads.digest", body, administrator)
    assert caught.value.code is Refused.ROLE_IS_MISSING
    house.office.do("reads.digest", body, SEALER)
    with pytest.raises(Refusal) as again:
        house.office.do("reads.digest", body, SEALER)
    assert again.value.code is Refused.DAY_IS_PINNED_ALREADY


def test_a_line_changed_after_it_was_pinned_is_found(house: House, ledger: Logins) -> None:
    office = house.office
    house.as_(house.auditor()).get("/v1/views/deals")
    found = digest_of(office.connection, DAY)
    body = {"day": "2022-07-14", "reads": found.reads, "root": found.root}
    with psycopg.connect(ledger.owner, autocommit=True) as owner:
        owner.execute("ALTER TABLE reads.shown DISABLE TRIGGER append_only")
        owner.execute("UPDATE reads.shown SET day = '2022-07-14'")
        office.do("reads.digest", body, SEALER)
        assert list(digests_that_differ(office.connection)) == []
        owner.execute("UPDATE reads.shown SET line = line || ' '::bytea")
    ((_, day),) = digests_that_differ(office.connection)
    assert day.isoformat() == "2022-07-14"


def test_the_service_cannot_change_what_it_kept(house: House) -> None:
    house.as_(house.auditor()).get("/v1/views/deals")
    for statement in ("DELETE FROM reads.shown", "UPDATE reads.shown SET actor = 'nobody'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            house.office.connection.execute(statement.encode())


def test_an_internal_auditor_is_kept_too(house: House) -> None:
    auditor = house.office.hire(Role.INTERNAL_AUDITOR, FIRST)
    house.as_(auditor).get("/v1/views/deals")
    assert [line["actor"] for line in lines_of(house.office.connection, DAY)] == [auditor]


def test_what_an_auditor_asks_for_at_a_terminal_is_kept_too(
    house: House, ledger: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    zhiheng = terminal(house, ledger, tmp_path, monkeypatch, capfdbinary)
    code, _, told = zhiheng("view", "deals", "--as-of", "2022-07-01")
    assert code == 0, told
    (line,) = lines_of(house.office.connection, DAY)
    assert (line["method"], line["path"]) == ("CLI", "view")
    assert line["query"] == "deals --as-of 2022-07-01"
