"""A backup is whole, verified and without a key in it, or there is none."""

import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from api.backups.papers import MANIFEST, PAPER, chain_of, read_paper
from api.backups.server_programs import Login, major_of, program_for
from api.backups.taking import keys_lie_outside
from api.backups.trouble import WORDS, BackupTrouble, Trouble
from api.evidence_store import EvidenceStore
from api.postgres_programs import programs
from tests.api.homestead import Homestead

RECEIVER = """
import signal, sys
from pathlib import Path
from api.backups.taking import place_of, receive_wal
from api.home import open_home
from api.settings import read_settings
signal.signal(signal.SIGTERM, signal.default_int_handler)
with open_home(read_settings({"ZHIHENG_VAULT_KEY_FILE": sys.argv[2]}, Path(sys.argv[1]))) as home:
    print("receiving", flush=True)
    sys.exit(receive_wal(Path(sys.argv[3]), place_of(home, None)))
"""


def refused(homestead: Homestead, name: str) -> BackupTrouble:
    with pytest.raises(BackupTrouble) as stopped:
        homestead.restore(name)
    return stopped.value


def test_it_is_taken_while_facts_are_written_and_holds_a_beginning_of_the_log(
    homestead: Homestead,
) -> None:
    stop = threading.Event()
    with homestead.visited() as visit:
        before = len(visit.entries())

        def write() -> None:
            while not stop.is_set():
                visit.register("甲")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            paper = visit.back_up(homestead.folder / "backup")
        finally:
            stop.set()
            writer.join()
        entries = visit.entries()
    assert before <= paper.facts < len(entries)
    mended = homestead.restore("backup")
    restored = homestead.entries()[:-1]
    assert paper.facts <= mended.size <= len(entries)
    assert restored == entries[: mended.size]


def test_no_key_is_in_any_file_of_it_and_none_may_lie_where_it_looks(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        visit.register("甲")
        visit.seal()
    paper = homestead.back_up("backup")
    assert paper.left_out == ("vault.key", "log.key", "log.key.signed")
    settings = homestead.settings
    secrets = [file.read_text().strip() for file in homestead.folder.glob("keys/*.key")]
    assert len(secrets) == 2
    needles = [each.encode() for each in secrets] + [bytes.fromhex(each) for each in secrets]
    needles += [each.upper().encode() for each in secrets]
    for file in (homestead.folder / "backup").rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(needle in data for needle in needles), file
            assert not data.startswith(b"this host\n")
    inside = settings.log_folder / "log.key"
    with pytest.raises(BackupTrouble) as stopped:
        keys_lie_outside(replace(settings, signing_key_file=inside))
    assert stopped.value.code is Trouble.KEY_LIES_INSIDE


def test_an_incremental_one_is_small_and_restores_with_what_it_rests_on(
    homestead: Homestead,
) -> None:
    homestead.back_up("full")
    with homestead.visited() as visit:
        visit.register("甲")
        visit.seal()
    homestead.back_up("monday", "full")
    with homestead.visited() as visit:
        person = visit.register("乙")
        visit.seal()
    homestead.back_up("tuesday", "monday")
    assert [each.name for each in chain_of(homestead.folder / "tuesday")] == [
        "full",
        "monday",
        "tuesday",
    ]
    before = homestead.entries()
    assert homestead.restore("tuesday").refilled.count == 0
    with homestead.visited() as visit:
        assert visit.entries()[:-1] == before
        assert visit.name_of(person) == "乙"
    (homestead.folder / "monday").rename(homestead.folder / "elsewhere")
    assert refused(homestead, "tuesday").code is Trouble.EARLIER_BACKUP_IS_MISSING


def test_one_that_was_damaged_is_refused_and_the_file_is_named(homestead: Homestead) -> None:
    homestead.back_up("backup")
    database = homestead.folder / "backup" / "database"
    before = homestead.entries()
    victims = [database / "PG_VERSION", *sorted(database.glob("base/*/1259"))[:1]]
    for file in victims:
        good = file.read_bytes()
        file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        trouble = refused(homestead, "backup")
        assert trouble.code is Trouble.BACKUP_IS_DAMAGED
        assert trouble.facts["said"] == str(file.relative_to(database))
        file.write_bytes(good)
    (database / "foreign").write_text("")
    assert refused(homestead, "backup").facts["said"] == "foreign"
    (database / "foreign").unlink()
    wal = next(file for file in (database / "pg_wal").iterdir() if file.is_file())
    wal.write_bytes(bytes(wal.stat().st_size))
    assert refused(homestead, "backup").code is Trouble.BACKUP_IS_DAMAGED
    manifest = database / MANIFEST
    manifest.write_bytes(manifest.read_bytes()[:-100])
    assert refused(homestead, "backup").facts["said"] == MANIFEST
    assert homestead.entries() == before


def test_a_folder_that_is_none_or_is_newer_than_the_program_is_refused(
    homestead: Homestead,
) -> None:
    (homestead.folder / "nothing").mkdir()
    assert refused(homestead, "nothing").code is Trouble.NOT_A_BACKUP
    homestead.back_up("backup")
    paper = homestead.folder / "backup" / PAPER
    value = orjson.loads(paper.read_bytes())
    paper.write_bytes(orjson.dumps({**value, "postgres": 17}))
    assert refused(homestead, "backup").code is Trouble.SERVER_DIFFERS
    paper.write_bytes(orjson.dumps({**value, "format": 2}))
    assert refused(homestead, "backup").code is Trouble.FORMAT_IS_NEWER
    paper.write_bytes(b"{")
    assert refused(homestead, "backup").code is Trouble.NOT_A_BACKUP


def test_nothing_is_written_over_and_a_failed_one_leaves_nothing(homestead: Homestead) -> None:
    homestead.back_up("backup")
    with pytest.raises(BackupTrouble) as stopped:
        homestead.back_up("backup")
    assert stopped.value.code is Trouble.PLACE_IS_TAKEN
    tiles = homestead.settings.log_folder / "tile"
    shutil.rmtree(tiles / "entries")
    with pytest.raises(BackupTrouble) as stopped:
        homestead.back_up("without tiles")
    assert stopped.value.code is Trouble.TILES_DO_NOT_FIT
    assert sorted(each.name for each in homestead.folder.iterdir()) == ["backup", "home", "keys"]


def test_received_wal_brings_back_what_no_entry_holds_up_to_a_time(homestead: Homestead) -> None:
    wal = homestead.folder / "wal"
    homestead.back_up("backup")
    settings = homestead.settings
    arguments = [str(settings.home), str(settings.vault_key_file), str(wal)]
    with subprocess.Popen(
        [sys.executable, "-c", RECEIVER, *arguments], stdout=subprocess.PIPE, text=True
    ) as receiver:
        assert receiver.stdout is not None
        assert receiver.stdout.readline() == "receiving\n"
        with homestead.visited() as visit:
            early = visit.register("甲")
            visit.seal()
            time.sleep(1)
            between = datetime.now(UTC)
            time.sleep(1)
            late = visit.register("乙")
            signed = visit.seal()
            time.sleep(2)
        receiver.terminate()
        try:
            assert receiver.wait(30) == 0
        finally:
            receiver.kill()
    mended = homestead.restore("backup", wal=wal, until=between)
    assert (mended.size, mended.signed) == (signed - 1, signed)
    with homestead.visited() as visit:
        assert (visit.name_of(early), visit.name_of(late)) == ("甲", None)
    mended = homestead.restore("backup", wal=wal)
    assert (mended.size, mended.refilled.count) == (signed, 0)
    with homestead.visited() as visit:
        assert (visit.name_of(early), visit.name_of(late)) == ("甲", "乙")
    with pytest.raises(BackupTrouble) as stopped:
        homestead.restore("backup", wal=wal, until=datetime.now(UTC) + timedelta(days=1))
    assert stopped.value.code is Trouble.WAL_DOES_NOT_REACH


def test_what_a_backup_rests_on_is_found_also_where_its_folder_was_named_by_a_link(
    homestead: Homestead,
) -> None:
    deep = homestead.folder / "disk" / "deep"
    deep.mkdir(parents=True)
    (homestead.folder / "link").symlink_to(deep)
    homestead.back_up("full")
    homestead.back_up("link/monday", "full")
    chain = chain_of(homestead.folder / "link" / "monday")
    assert [each.name for each in chain] == ["full", "monday"]


def test_a_document_on_its_way_into_the_store_is_no_part_of_it(homestead: Homestead) -> None:
    evidence = homestead.settings.evidence_folder
    sha256 = EvidenceStore(evidence).keep(b"a bank's slip")
    (evidence / sha256[:2] / ".half").write_text("a bank")
    homestead.back_up("backup")
    copied = homestead.folder / "backup" / "evidence"
    assert [file.name for file in copied.rglob("*") if file.is_file()] == [sha256]


def test_the_servers_own_version_of_a_program_is_taken_before_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = tmp_path / "pg_waldump"
    newer.write_text("#!/bin/sh\necho 'pg_waldump (PostgreSQL) 98.1'\n")
    newer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    here = major_of(programs() / "postgres")
    assert program_for("pg_waldump", here) == programs() / "pg_waldump"
    assert program_for("pg_waldump", 98) == newer


def test_programs_older_than_the_server_are_not_used() -> None:
    assert program_for("pg_basebackup", 18).exists()
    with pytest.raises(BackupTrouble) as stopped:
        program_for("pg_basebackup", 99)
    assert stopped.value.code is Trouble.PROGRAM_IS_MISSING


def test_a_password_is_no_argument_of_a_program() -> None:
    login = Login.of_url("postgresql://operator:secret%20word@db.example:6432/zhiheng")
    assert "secret" not in login.conninfo
    assert login.secrets == {"PGPASSWORD": "secret word"}


def test_every_trouble_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Trouble)
    for zh, en in WORDS.values():
        assert zh.count("{") == en.count("{")


def test_a_paper_says_where_the_log_stood(homestead: Homestead) -> None:
    with homestead.visited() as visit:
        visit.register("甲")
        paper = visit.back_up(homestead.folder / "backup")
        size = len(visit.entries())
    assert (paper.facts, paper.signed) == (size, size - 1)
    assert read_paper(homestead.folder / "backup") == paper
