"""What others say of a checkpoint comes beside it in time, and again where it did not come."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.attesting import WITNESSED, Attesting, Follower, attesting
from api.settings import Settings, WrongSetting, read_settings
from ledger.checkpoints import parse_checkpoint
from ledger.notes import Note, parse_note, signed_by
from ledger.sm_suite import CHECKPOINT
from tests.api.witness_house import running_witness
from tests.ledger.small_log import LOG, ORIGIN, SmallLog, cosigner

BUREAU = cosigner("bureau.example/w")
SILENT = "http://127.0.0.1:9"


def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        time.sleep(0.02)
    raise TimeoutError


def settings(home: Path, **given: str) -> Settings:
    return read_settings({"ZHIHENG_HOME": str(home), "ZHIHENG_ORIGIN": ORIGIN, **given})


def witnessed_by(home: Path, address: str) -> Settings:
    file = home / "policy"
    file.write_text(f"witness bureau {BUREAU.verifier} {address}\nquorum bureau\n")
    return settings(home, ZHIHENG_WITNESS_POLICY=str(file))


def test_a_witnessed_checkpoint_is_published_again_and_kept(tmp_path: Path) -> None:
    log, published = SmallLog(70), list[Note]()
    with (
        running_witness(BUREAU, LOG.verifier, folder=tmp_path / "witness") as address,
        attesting(witnessed_by(tmp_path, address), ORIGIN, published.append) as made,
    ):
        before = 0
        for count, size in enumerate((8, 64, 70), 1):
            log.write_tiles(tmp_path / "log", before, size)
            made.offer(log.note(size))
            eventually(lambda count=count: len(published) == count)  # type: ignore[misc]
            before = size
    assert [each.text for each in published] == [log.text(size) for size in (8, 64, 70)]
    kept = parse_note((tmp_path / "log" / WITNESSED).read_bytes())
    assert kept.text == log.text(70)
    assert set(signed_by(kept, [LOG.verifier, BUREAU.verifier])) == {LOG.verifier, BUREAU.verifier}


def test_a_checkpoint_no_witness_stands_for_is_told_and_not_kept(tmp_path: Path) -> None:
    published = list[Note]()
    with attesting(witnessed_by(tmp_path, SILENT), ORIGIN, published.append) as made:
        made.offer(SmallLog(5).note(5))
        eventually(lambda: made.standing is not None)
    assert made.standing is not None
    assert made.standing.missing == ("bureau",)
    assert published == []
    assert not (tmp_path / "log" / WITNESSED).exists()


def test_the_second_suite_follows_the_published_tiles_under_the_logs_present_name(
    tmp_path: Path,
) -> None:
    pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    from tongsuopy.crypto import serialization
    from tongsuopy.crypto.asymciphers import ec

    key = tmp_path / "sm.key"
    key.write_bytes(
        ec.generate_private_key(ec.SM2()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    log, file = SmallLog(9), tmp_path / "log" / CHECKPOINT
    log.write_tiles(tmp_path / "log", 0, 9)
    given = settings(tmp_path, ZHIHENG_SM_KEY_FILE=str(key))
    with attesting(given, "test.example/second", print) as made:
        made.offer(log.note(9))
        eventually(file.exists)
    told = parse_checkpoint(parse_note(file.read_bytes()).text)
    assert (told.origin, told.head.size) == ("test.example/second/sm3", 9)


def test_nothing_is_set_up_where_nothing_is_named(tmp_path: Path) -> None:
    with attesting(settings(tmp_path), ORIGIN, print) as made:
        made.offer(SmallLog(5).note(5))
    assert made == Attesting()


@pytest.mark.parametrize("name", ["ZHIHENG_WITNESS_POLICY", "ZHIHENG_SM_KEY_FILE"])
def test_a_file_that_cannot_be_used_is_a_wrong_setting(name: str, tmp_path: Path) -> None:
    pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    file = tmp_path / "file"
    for write in (False, True):
        if write:
            file.write_text("nothing of the kind\n")
        with (
            pytest.raises(WrongSetting, match=name),
            attesting(settings(tmp_path, **{name: str(file)}), ORIGIN, print),
        ):
            pass


def test_a_busy_follower_takes_the_newest_and_passes_over_what_came_between() -> None:
    log, done, free = SmallLog(9), list[str](), threading.Event()

    def slowly(note: Note) -> bool:
        free.wait()
        done.append(note.text)
        return True

    with Follower("slow", slowly) as follower:
        follower.offer(log.note(1))
        time.sleep(0.1)
        for size in range(2, 10):
            follower.offer(log.note(size))
        free.set()
        eventually(lambda: len(done) == 2)
    assert done == [log.text(1), log.text(9)]


def test_what_failed_or_is_not_done_is_taken_up_again(caplog: pytest.LogCaptureFixture) -> None:
    tries = 0

    def at_last(note: Note) -> bool:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("disk is full")
        return tries == 3

    with Follower("stubborn", at_last, again_after=0.02) as follower:
        follower.offer(SmallLog(5).note(5))
        eventually(lambda: follower.fault is not None or tries > 1)
        eventually(lambda: tries == 3)
        time.sleep(0.1)
    assert tries == 3
    assert follower.fault is None
    assert "stubborn failed" in caplog.text
