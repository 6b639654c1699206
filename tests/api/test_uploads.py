"""Uploads wait their turn, and a file that was looked at need not be chosen a second time."""

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api import uploads
from api.postgres import Logins
from api.uploads import KEPT_OF_ONE_MAX, WAITING_MAX, Uploads
from ledger.actors import Role
from ledger.refusals import Refusal, Refused
from tests.api.http_house import ORIGIN, Browser, House, open_house
from tests.api.office import FIRST, bank_file

FILE = bank_file([("2022-06-30", 5_000_000, "沪江示例科技有限公司", "专利许可费")])
OWN_TITLES = "案号,品名,申请日\n202210000001.0,甲,2022-01-05".encode()
HEADERS = {"origin": ORIGIN, "accept": "text/html"}


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))


def sent(web: Browser, path: str, data: bytes | None, **form: Any) -> Any:
    files = {} if data is None else {"file": ("文件.csv", data)}
    return web.post(path, files=files, data=form, headers=HEADERS)


def test_a_bank_file_is_taken_in_from_its_preview_without_being_chosen_again(house: House) -> None:
    web = house.signed_in(house.office.clerk)
    seen = sent(web, "/desk/import", FILE).text
    assert '<input type="file"' not in seen
    done = sent(web, "/desk/import", None, **hidden(seen))
    assert "已导入 1 行" in done.text
    assert house.office.count("vault.bank_lines") == 1


def test_columns_named_by_hand_are_kept_with_the_file_until_all_are_named(house: House) -> None:
    web = house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))
    asked = sent(web, "/lists/import", OWN_TITLES, kind="patents").text
    again = sent(
        web, "/lists/import", None, map="案号=patent", kind="patents", kept=hidden(asked)["kept"]
    )
    assert '<option value="案号=patent" selected>' in again.text
    assert '<option value="patents" selected>' in again.text
    kept = hidden(again.text)["kept"]
    mapped = ["案号=patent", "品名=title"]
    shown = sent(web, "/lists/import", None, map=mapped, kind="patents", kept=kept).text
    assert "新增 1 行" in shown
    assert '<input type="file"' not in shown
    maps = re.findall(r'name="map" value="([^"]+)"', shown)
    begun = sent(web, "/lists/import", None, **{**hidden(shown), "map": maps})
    assert begun.status_code == 303
    until = time.monotonic() + 30
    while "refresh" in (answer := web.page(begun.headers["location"])).headers:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "导入完成" in answer.text


def test_a_comparison_is_downloaded_from_its_page_without_choosing_the_list_again(
    house: House,
) -> None:
    web = house.signed_in(house.office.hire(Role.INTERNAL_AUDITOR, FIRST))
    data = "专利号,备案日期\nZL202210000001.0,2022-01-05".encode()
    seen = sent(web, "/audit/completeness", data, kind="license-recordals").text
    assert '<input type="file"' not in seen
    sheet = sent(web, "/audit/completeness", None, **hidden(seen), outcome="csv")
    assert sheet.headers["content-disposition"].startswith("attachment")


def test_a_file_is_kept_for_its_bearer_only_and_not_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = house.signed_in(house.office.clerk)
    form = hidden(sent(clerk, "/desk/import", FILE).text)
    other = house.signed_in(house.office.hire(Role.FINANCE_CLERK, FIRST))
    refused = sent(other, "/desk/import", None, **form)
    assert refused.status_code == 410
    assert "请重新选择文件" in refused.text
    monkeypatch.setattr(uploads, "KEPT_SECONDS", -1)
    form = hidden(sent(clerk, "/desk/import", FILE).text)
    assert sent(clerk, "/desk/import", None, **form).status_code == 410
    assert sent(clerk, "/desk/import", None).status_code == 400
    assert house.office.count("vault.bank_lines") == 0


def test_only_the_newest_files_of_one_person_are_kept() -> None:
    async def all_of_it() -> None:
        with Uploads(1) as made:
            digests = [await made.keep("a", bytes([n]), "f") for n in range(KEPT_OF_ONE_MAX + 1)]
            kept = await made.keep("b", b"b", "f")
            assert (await made.find("a", digests[-1]))[0] == bytes([KEPT_OF_ONE_MAX])
            assert (await made.find("b", kept))[0] == b"b"
            with pytest.raises(Refusal) as gone:
                await made.find("a", digests[0])
            assert gone.value.code is Refused.PREVIEWED_FILE_IS_KEPT_NO_LONGER

    asyncio.run(all_of_it())


def test_everybody_has_one_turn_at_a_time_in_the_order_of_coming() -> None:
    async def all_of_it() -> None:
        made, order, go = Uploads(2), list[str](), asyncio.Event()

        async def come(name: str) -> None:
            async with made.turn(name[0]):
                order.append(name)
                await go.wait()

        came = [asyncio.create_task(come(name)) for name in ("a1", "a2", "a3", "b1", "c1")]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert order == ["a1", "b1"]
        go.set()
        await asyncio.gather(*came)
        assert sorted(order) == ["a1", "a2", "a3", "b1", "c1"]

    asyncio.run(all_of_it())


def test_who_brings_too_many_files_at_once_is_refused_and_a_lost_caller_holds_no_turn() -> None:
    async def all_of_it() -> None:
        made = Uploads(1)
        async with made.turn("a"):
            waiting = [asyncio.create_task(made.turn("a").__aenter__()) for _ in range(WAITING_MAX)]
            await asyncio.sleep(0)
            with pytest.raises(Refusal) as refused:
                await made.turn("a").__aenter__()
            assert refused.value.code is Refused.IMPORT_IS_UNDER_WAY
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        async with asyncio.timeout(1), made.turn("a"), asyncio.timeout(1):
            pass

    asyncio.run(all_of_it())


def test_of_a_long_bank_file_those_lines_are_told_that_need_somebody_and_the_first_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.imports.verdicts.LINES_TOLD_MAX", 2)
    lines = [("2022-06-30", 100 + number, "甲", "款") for number in range(3)]
    data = bank_file([*lines, ("2032-06-30", 100, "甲", "款")])
    web = house.as_(house.office.clerk)
    answer = web.post("/v1/statements/import?dry_run=true", files={"file": ("a.csv", data)}).json()
    assert (answer["accepted"], answer["rejected"], answer["lines_left_out"]) == (3, 1, 2)
    assert [line["verdict"] for line in answer["lines"]] == ["accepted", "rejected"]
    page = sent(house.signed_in(house.office.clerk), "/desk/import", data).text
    assert "共 4 行，只列出其中 2 行" in page
