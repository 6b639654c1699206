"""What others said of the log, told to people, to the doctor and to whoever counts."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from api.attested import Attested, Trouble, attested
from api.attesting import Attesting, Follower, attesting
from api.clock import real_clock
from api.log_remarks import attested_remarks
from api.postgres import Logins
from api.sealing import Order, State, host_id, read_state, write_state
from api.sealing_process import Following
from api.settings import Settings, read_settings
from api.signing import first_adoption
from ledger.notes import Note
from tests.api.http_house import House, open_house
from tests.ledger.small_log import ORIGIN, SmallLog, cosigner

BUREAU = cosigner("bureau.example/w")
SILENT = "http://127.0.0.1:9"
DOWN = Trouble(about="见证人 bureau", about_en="witness bureau", zh="无法连接。", en="is down")


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        time.sleep(0.02)
    raise TimeoutError


def policy(home: Path) -> Path:
    file = home / "policy"
    file.write_text(f"witness bureau {BUREAU.verifier} {SILENT}\nquorum bureau\n")
    return file


def settings(home: Path, **given: str) -> Settings:
    return read_settings({"ZHIHENG_HOME": str(home), "ZHIHENG_ORIGIN": ORIGIN, **given})


def state(house: House, found: Attested) -> None:
    write_state(house.office.home.settings, State(at=real_clock(), attested=found))


def numbers(house: House) -> dict[str, str]:
    lines = house.stranger().get("/metrics").text.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


def test_a_silent_witness_and_a_silent_authority_are_named_with_their_mending(
    tmp_path: Path,
) -> None:
    given = settings(tmp_path, ZHIHENG_WITNESS_POLICY=str(policy(tmp_path)), ZHIHENG_TSA_URL=SILENT)
    with attesting(given, given.origin, lambda note: None) as made:
        assert attested(made) == Attested(stamps=True)
        SmallLog(5).write_tiles(tmp_path / "log", 0, 5)
        made.offer(SmallLog(5).note(5))
        eventually(lambda: len(attested(made).troubles) == 2)
        found = attested(made)
    assert (found.have, found.needed, found.missing) == (0, 1, ("bureau",))
    told = [each.told(zh=False) for each in found.troubles]
    assert told[0].startswith("witness bureau: does not answer")
    assert "ask whoever runs it" in told[0]
    assert told[1].startswith("time stamps: the time-stamping authority does not answer")
    assert all(each.told(zh=True).endswith("。") for each in found.troubles)


def test_a_follower_that_fails_says_what_failed() -> None:
    def fail(note: Note) -> bool:
        raise OSError("disk is full")

    with Follower("stamping", fail) as follower:
        follower.offer(SmallLog(5).note(5))
        eventually(lambda: follower.fault is not None)
        (trouble,) = attested(Attesting(followers=(follower,))).troubles
    assert trouble.told(zh=False) == "time stamps: failed (OSError: disk is full)"
    assert trouble.told(zh=True) == "时间戳：程序出错（OSError: disk is full）"


def test_the_page_tells_troubles_to_who_signs_in_and_numbers_to_who_counts(house: House) -> None:
    office = house.office
    first_fact = first_adoption(office.home, office.home.settings.origin, office.administrator)
    office.scribe.handle(first_fact)
    at = real_clock() - timedelta(seconds=90)
    found = Attested(have=1, needed=2, stamps=True, stamped_at=at, troubles=(DOWN,))
    state(house, found)
    clerk, text = house.signed_in(office.clerk), "见证人 bureau：无法连接。"
    assert text in clerk.page("/log").text
    assert text not in house.stranger().page("/log").text
    told = numbers(house)
    assert float(told["zhiheng_cosignatures"]) == 1
    assert float(told["zhiheng_cosignatures_needed"]) == 2
    assert 90 <= float(told["zhiheng_timestamp_age_seconds"]) < 150
    state(house, Attested())
    assert numbers(house)["zhiheng_timestamp_age_seconds"] == "NaN"


def test_the_doctor_says_who_is_missing_and_how_old_the_stamp_is(
    house: House, tmp_path: Path
) -> None:
    home, now = house.office.home, real_clock()
    told = [each.en for each in attested_remarks(home, now)]
    assert told == ["no witness policy is set"]
    named = replace(home.settings, witness_policy=policy(tmp_path), tsa_url=SILENT)
    watched = replace(home, settings=named)
    state(house, Attested(have=0, needed=1, missing=("bureau",), stamps=True, troubles=(DOWN,)))
    remarks = list(attested_remarks(watched, now))
    assert {each.state for each in remarks} == {"caution"}
    assert [each.en for each in remarks] == [
        "0 of 1 cosignatures; missing: bureau",
        "last time stamp —",
        "witness bureau: is down",
    ]
    state(house, Attested(have=1, needed=1, stamps=True, stamped_at=now))
    assert {each.state for each in attested_remarks(watched, now)} == {"good"}
    state(house, Attested(stamps=True, stamped_at=now - timedelta(days=2)))
    assert {each.state for each in attested_remarks(watched, now)} == {"caution"}


def test_the_sealing_process_tells_what_witnesses_said(house: House, tmp_path: Path) -> None:
    office = house.office
    first_fact = first_adoption(office.home, office.home.settings.origin, office.administrator)
    office.scribe.handle(first_fact)
    given = replace(office.home.settings, witness_policy=policy(tmp_path))
    order = Order(settings=given, url=office.home.service_url, host=host_id(given))
    stop = Event()
    following = Thread(target=Following(order, lambda: None, stop).run)
    following.start()
    try:
        eventually(
            lambda: (found := read_state(given)) is not None and bool(found.attested.troubles)
        )
    finally:
        stop.set()
        following.join()
    found = read_state(given)
    assert found is not None
    assert (found.attested.have, found.attested.needed) == (0, 1)
    page = house.signed_in(office.clerk).page("/log").text
    assert "见证人 bureau：无法连接" in page
    assert "未设时间戳机构" in page
