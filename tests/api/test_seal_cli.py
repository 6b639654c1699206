"""Sealing from the terminal: once, beside others, with a key to follow, on another host."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from api.cli import main
from api.home import open_home
from api.postgres import Logins
from api.sealed import Published, published
from api.sealing import sealing
from api.settings import Settings, read_settings
from api.signing import make_key
from ledger.key_files import read_seed
from ledger.last_signed import signed_file
from ledger.notes import Signer, signed_by
from ledger.signing_keys import adopted_keys

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30.0
ORIGIN = "test.example/ledger"


class Said(NamedTuple):
    """How a run ended and what it said."""

    code: int
    out: str
    err: str


Zhiheng = Callable[..., Said]


@pytest.fixture
def zhiheng(
    ledger: Logins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Zhiheng:
    """The command line in English on a ledger that was just opened, as its administrator."""
    for name in [name for name in os.environ if name.startswith("ZHIHENG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZHIHENG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ZHIHENG_DATABASE_URL", ledger.service)
    monkeypatch.setenv("ZHIHENG_ORIGIN", ORIGIN)
    monkeypatch.setenv("ZHIHENG_LOCALE", "en")
    monkeypatch.setenv("ZHIHENG_HOST", "the first host")

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["zhiheng", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    opened = run("access", "bootstrap", "--name", "王管理", "--security-name", "周安全")
    assert opened.code == 0, opened.err
    monkeypatch.setenv("ZHIHENG_TOKEN", opened.out.split()[0])
    return run


def size_of(ledger: Logins) -> int:
    """How many facts the database holds."""
    with psycopg.connect(ledger.service) as connection:
        row = connection.execute("SELECT count(*) FROM ledger.facts").fetchone()
    return int(row[0]) if row else 0


def newest() -> Published:
    """The published checkpoint."""
    found = published(read_settings().log_folder)
    assert found is not None
    return found


def wait_for(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.05)


def sealed_up_to(settings: Settings, size: int) -> bool:
    found = published(settings.log_folder)
    return found is not None and found.checkpoint.head.size >= size


@contextmanager
def following() -> Iterator["subprocess.Popen[bytes]"]:
    """`zhiheng seal --follow` as a process of its own."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "seal", "--follow"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def test_once_seals_up_to_the_head_and_once_more_changes_nothing(
    zhiheng: Zhiheng, ledger: Logins
) -> None:
    size = size_of(ledger)
    assert zhiheng("seal") == (0, f"sealed up to the first {size} facts\n", "")
    checkpoint = newest()
    assert checkpoint.checkpoint.head.size == size
    assert zhiheng("seal") == (0, f"sealed up to the first {size} facts\n", "")
    assert newest() == checkpoint


def test_options_exclude_one_another(zhiheng: Zhiheng) -> None:
    assert zhiheng("seal", "--follow", "--take-over").code == 2
    assert zhiheng("seal", "--new-key", "--rotate", "a file").code == 2


def test_beside_a_service_that_seals_it_says_so_and_nothing_else(
    zhiheng: Zhiheng, ledger: Logins
) -> None:
    settings = read_settings()
    with open_home(settings) as home, sealing(home, lambda: True):
        wait_for(lambda: sealed_up_to(settings, size_of(ledger)))
        for arguments in ((), ("--take-over",)):
            said = zhiheng("seal", *arguments)
            assert (said.code, said.out) == (1, "")
            assert said.err == (
                "another process seals this log already; "
                "nothing to do; to have another process seal it, stop the one that does\n"
                "[another_process_seals]\n"
            )
    assert zhiheng("seal").code == 0


def test_a_first_key_is_adopted_once(zhiheng: Zhiheng, ledger: Logins) -> None:
    size = size_of(ledger)
    said = zhiheng("seal", "--new-key")
    assert (said.code, "[subject_exists_already]" in said.err) == (1, True), said.err
    assert size_of(ledger) == size


def test_a_key_to_follow_signs_with_the_old_one_first_and_then_alone(
    zhiheng: Zhiheng, ledger: Logins, tmp_path: Path
) -> None:
    assert zhiheng("seal").code == 0
    make_key(tmp_path / "new.key")
    said = zhiheng("seal", "--rotate", tmp_path / "new.key")
    new = Signer.of_seed(ORIGIN, read_seed(tmp_path / "new.key")).verifier
    assert (said.code, said.out) == (0, f"{new}\n"), said.err
    with psycopg.connect(ledger.service) as connection:
        old, adopted = (each.key for each in adopted_keys(connection))
    assert adopted == new
    assert zhiheng("seal").code == 0
    assert set(signed_by(newest().note, [old, new])) == {old, new}
    assert zhiheng("access", "grant", "new", "administrator", "--name", "李管理").code == 0
    assert zhiheng("seal").code == 0
    assert set(signed_by(newest().note, [old, new])) == {new}
    assert read_settings().signing_key_file.read_text() == (tmp_path / "new.key").read_text()


@pytest.mark.parametrize("text", [None, "not a key\n", "00" * 31], ids=["none", "words", "short"])
def test_a_file_that_holds_no_key_cannot_follow(
    zhiheng: Zhiheng, ledger: Logins, tmp_path: Path, text: str | None
) -> None:
    size = size_of(ledger)
    if text is not None:
        (tmp_path / "new.key").write_text(text)
    said = zhiheng("seal", "--rotate", tmp_path / "new.key")
    assert (said.code, "[key_is_missing]" in said.err) == (1, True), said.err
    assert size_of(ledger) == size
    assert zhiheng("seal").code == 0


def test_the_present_key_cannot_follow_itself(zhiheng: Zhiheng) -> None:
    said = zhiheng("seal", "--rotate", read_settings().signing_key_file)
    assert (said.code, "[subject_exists_already]" in said.err) == (1, True), said.err
    assert zhiheng("seal").code == 0


def test_a_rotation_asked_for_twice_is_one(zhiheng: Zhiheng, tmp_path: Path) -> None:
    assert zhiheng("seal").code == 0
    make_key(tmp_path / "new.key")
    assert zhiheng("seal", "--rotate", tmp_path / "new.key").code == 0
    assert zhiheng("seal", "--rotate", tmp_path / "new.key").code == 1
    assert zhiheng("seal", "--rotate", tmp_path / "no.key").code == 1
    assert zhiheng("seal").code == 0
    assert read_settings().signing_key_file.read_text() == (tmp_path / "new.key").read_text()


def test_it_follows_the_log_until_it_is_asked_to_stop(zhiheng: Zhiheng, ledger: Logins) -> None:
    settings = read_settings()
    with following() as process:
        wait_for(lambda: sealed_up_to(settings, size_of(ledger)))
        said = zhiheng("seal")
        assert (said.code, "[another_process_seals]" in said.err) == (1, True)
        assert zhiheng("access", "grant", "new", "administrator", "--name", "李管理").code == 0
        wait_for(lambda: sealed_up_to(settings, size_of(ledger)))
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=PATIENCE_SECONDS)
        assert (process.returncode, told) == (0, b"sealing; Ctrl-C stops\n")
    assert zhiheng("seal").code == 0


def test_another_host_signs_only_once_it_took_over(
    zhiheng: Zhiheng, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert zhiheng("seal").code == 0
    monkeypatch.setenv("ZHIHENG_HOST", "the second host")
    said = zhiheng("seal")
    assert (said.code, said.out) == (1, "")
    assert "the host the first host signs this log, and this is the second host" in said.err
    assert "zhiheng seal --take-over" in said.err
    assert zhiheng("seal", "--take-over").code == 0
    assert zhiheng("seal").code == 0
    monkeypatch.setenv("ZHIHENG_HOST", "the first host")
    assert "[another_host_signs]" in zhiheng("seal").err


def test_what_was_signed_last_must_be_there_to_take_over(zhiheng: Zhiheng) -> None:
    assert zhiheng("seal").code == 0
    file = signed_file(read_settings().signing_key_file)
    file.write_bytes(file.read_bytes()[:-20])
    said = zhiheng("seal", "--take-over")
    assert (said.code, "[last_signed_is_damaged]" in said.err) == (1, True), said.err
    assert str(file) in said.err
    file.unlink()
    said = zhiheng("seal", "--take-over")
    assert (said.code, "[last_signed_is_missing]" in said.err) == (1, True), said.err
