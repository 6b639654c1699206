"""Lists over HTTP and in the browser: a preview, an import that is asked after, mapping by hand."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from api.lists.intake import ListTaken, Progress
from api.lists.jobs import Jobs
from api.postgres import Logins
from ledger.actors import Role
from ledger.refusals import Refusal, Refused
from tests.api.http_house import ORIGIN, Browser, House, open_house
from tests.api.office import FIRST
from tests.fixtures.lists.build import HERE

LIST = (HERE / "agency-patents.csv").read_bytes()
OWN_TITLES = "案号,品名,申请日\n202210000001.0,甲,2022-01-05".encode()
BROKEN = "申请号,名称,申请日\n202210000001.5,甲,2022-01-05\n202210000002.5,乙,2022-01-06".encode()


@pytest.fixture
def house(urls: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def staff(house: House) -> str:
    return house.office.hire(Role.CENTRE_STAFF, FIRST)


def send(web: Browser, data: bytes, **form: Any) -> Any:
    return web.post("/v1/lists/import", files={"file": ("list.csv", data)}, data=form)


def ended(web: Browser, location: str) -> dict[str, Any]:
    """The import at a location, once it is no longer running."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        told: dict[str, Any] = web.get(location).json()
        if told["state"] != "running":
            return told
        time.sleep(0.05)
    raise AssertionError("still running")


def test_a_preview_tells_every_row_and_writes_nothing(house: House, staff: str) -> None:
    web = house.as_(staff)
    before = house.office.count("ledger.facts")
    answer = send(web, LIST, dry_run="true")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["kind"], body["counts"], body["header_row"]) == ("patents", {"new": 4}, 1)
    assert body["columns"]["申请人"] == "owners"
    assert body["rows"][0]["commands"] == ["patent.file", "patent.grant"]
    assert house.office.count("ledger.facts") == before


def test_a_preview_asked_for_in_the_query_writes_nothing(house: House, staff: str) -> None:
    web = house.as_(staff)
    before = house.office.count("ledger.facts")
    files = {"file": ("list.csv", LIST)}
    seen = web.post("/v1/lists/import?dry_run=true", files=files)
    assert (seen.status_code, seen.json()["dry_run"]) == (200, True)
    unknown = web.post("/v1/lists/import?preview=true", files=files)
    assert unknown.json()["code"] == "parameter_is_unknown"
    assert house.office.count("ledger.facts") == before


def test_a_long_list_is_told_in_part_and_counted_in_full(
    house: House, staff: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.lists.words.LINES_TOLD_MAX", 2)
    data = LIST.rstrip() + b"\n" + "202210000001.5,甲,发明,,2022-01-05,,,".encode("gb18030")
    told = send(house.as_(staff), data, dry_run="true").json()
    assert told["counts"] == {"new": 4, "rejected": 1}
    assert [row["verdict"] for row in told["rows"]] == ["new", "rejected"]
    assert told["rows_left_out"] == 3


def test_an_import_is_begun_and_asked_after(house: House, staff: str) -> None:
    web = house.as_(staff)
    answer = send(web, LIST)
    assert answer.status_code == 202
    told = ended(web, answer.headers["location"])
    assert (told["state"], told["result"]["facts"], told["result"]["refused"]) == ("done", 8, [])
    assert told["done"] == told["total"] == 5
    other = house.as_(house.office.hire(Role.CENTRE_STAFF, FIRST))
    assert other.get(answer.headers["location"]).status_code == 404
    again = ended(web, send(web, LIST).headers["location"])
    assert (again["result"]["facts"], again["result"]["counts"]) == (0, {"unchanged": 4})


def test_a_rejected_row_leaves_everything_unwritten_until_the_good_ones_are_accepted(
    house: House, staff: str
) -> None:
    web = house.as_(staff)
    told = ended(web, send(web, BROKEN).headers["location"])
    assert told["state"] == "refused"
    assert told["problem"]["code"] == "list_has_rejected_rows"
    assert told["problem"]["values"]["lines"][0]["column"] == "A"
    taken = ended(web, send(web, BROKEN, accept_good="true").headers["location"])
    assert taken["result"]["facts"] == 1


def test_columns_are_mapped_by_title(house: House, staff: str) -> None:
    web = house.as_(staff)
    answer = send(web, OWN_TITLES, dry_run="true")
    assert (answer.status_code, answer.json()["code"]) == (422, "list_is_not_recognised")
    mapped = send(web, OWN_TITLES, dry_run="true", map=["案号=patent", "品名=title"])
    assert mapped.json()["counts"] == {"new": 1}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"colour": "red"}, "parameter_is_unknown"),
        ({"map": "patent"}, "parameter_is_malformed"),
        ({"doubles": "x"}, "parameter_is_malformed"),
        ({"dry_run": "perhaps"}, "parameter_is_malformed"),
        ({"kind": "colours", "dry_run": "true"}, "parameter_is_malformed"),
    ],
)
def test_what_is_not_understood_is_refused(
    house: House, staff: str, form: dict[str, str], code: str
) -> None:
    answer = send(house.as_(staff), LIST, **form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def post(web: Browser, data: bytes, **form: Any) -> Any:
    headers = {"origin": ORIGIN, "accept": "text/html"}
    files = {"file": ("名单.csv", data)}
    return web.post("/lists/import", files=files, data=form, headers=headers)


def hidden(text: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text)
    return {name: value for name, value in found if value}


def test_a_person_looks_at_a_list_takes_it_in_and_sees_what_came_of_it(
    house: House, staff: str
) -> None:
    web = house.signed_in(staff)
    assert 'href="/lists"' in web.page("/").text
    assert "导入名单" in web.page("/lists").text
    shown = post(web, LIST)
    assert "专利名单" in shown.text
    assert "新增 4 行" in shown.text
    assert "登记专利申请、登记专利授权" in shown.text
    begun = post(web, LIST, **hidden(shown.text))
    assert begun.status_code == 303
    ended_page = begun.headers["location"]
    until = time.monotonic() + 30
    while "refresh" in (answer := web.page(ended_page)).headers and time.monotonic() < until:
        time.sleep(0.05)
    assert "导入完成，写入 8 条事实" in answer.text


def test_another_file_than_the_one_previewed_is_previewed_anew(house: House, staff: str) -> None:
    web = house.signed_in(staff)
    before = house.office.count("ledger.facts")
    shown = post(web, OWN_TITLES, **{**hidden(post(web, LIST).text), "map": "案号=patent"})
    assert shown.status_code == 200
    assert "品名" in shown.text
    other = post(web, BROKEN, **hidden(post(web, LIST).text))
    assert "与预览的不同" in other.text
    assert "校验位不对" in other.text
    assert house.office.count("ledger.facts") == before


def test_a_person_says_which_column_is_what(house: House, staff: str) -> None:
    web = house.signed_in(staff)
    asked = post(web, OWN_TITLES)
    assert 'value="案号=patent"' in asked.text
    shown = post(web, OWN_TITLES, map=["案号=patent", "品名=title", ""])
    assert "新增 1 行" in shown.text


def test_a_person_sees_who_was_taken_for_a_natural_person_and_mends_it(
    house: House, staff: str
) -> None:
    web = house.signed_in(staff)
    data = "申请号,名称,申请日,申请人\n202210000001.0,甲,2022-01-05,示例大学;华为;李四".encode()
    shown = post(web, data)
    assert "华为、李四 只记为“自然人”" in shown.text
    assert '<option value="华为=organisation">单位</option>' in shown.text
    mended = post(web, data, map=["华为=organisation", ""])
    assert "李四 只记为“自然人”" in mended.text
    assert hidden(mended.text)["map"] == "华为=organisation"


def test_who_brings_no_lists_finds_no_page_for_them(house: House) -> None:
    web = house.signed_in(house.office.hire(Role.SCHOOL_LEADER, FIRST))
    assert 'href="/lists"' not in web.page("/").text
    assert web.page("/lists").status_code == 403


def nothing(data: bytes, progress: Progress) -> ListTaken:
    raise Refusal(Refused.ROLE_IS_MISSING, roles=[])


def test_of_an_ended_import_only_the_answer_is_kept() -> None:
    with Jobs() as jobs:
        job = jobs.start("actor:a", "list.csv", LIST, nothing)
        until = time.monotonic() + 30
        while job.is_under_way and time.monotonic() < until:
            time.sleep(0.01)
    assert job.refusal is not None
    assert job.refusal.code is Refused.ROLE_IS_MISSING
    assert job.refusal.__traceback__ is None, "its frames hold all that was read"


def test_one_import_at_a_time_for_each_person_and_stopping_ends_it_between_batches() -> None:
    go = Event()

    def slow(data: bytes, progress: Progress) -> ListTaken:
        assert data == LIST
        go.wait(10)
        progress(1, 2)
        raise AssertionError("not stopped")

    with Jobs() as jobs:
        job = jobs.start("actor:a", "list.csv", LIST, slow)
        with pytest.raises(Refusal) as caught:
            jobs.start("actor:a", "list.csv", LIST, nothing)
        assert caught.value.code is Refused.IMPORT_IS_UNDER_WAY
        jobs.stop()
        go.set()
    assert (job.done, job.total, job.failed) == (1, 2, True)
