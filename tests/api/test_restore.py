"""A restored ledger is again what was signed before anything more is signed, or nothing is."""

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from api.backups.standing import STAGING, need_no_half_restore, need_whole
from api.backups.trouble import BackupTrouble, Trouble
from api.cli import main
from api.home import DATABASE
from api.postgres import SUPERUSER, EmbeddedServer, Logins
from api.sealed import published
from api.tokens import own_token
from ledger.codec import decode
from ledger.facts import LogRestored, OriginSucceeded
from ledger.key_files import read_seed
from ledger.merkle import Head, consistency_path, continues, leaf_hash, root_of
from ledger.notes import Signer, signed_by
from ledger.refusals import Refusal, Refused
from ledger.sealing_stops import SealingStopped, Stop
from ledger.tiles import WIDTH, TileFolder
from tests.api.homestead import ORIGIN, Homestead
from tests.throwaway import throwaway_folder

Zhiheng = Callable[..., tuple[int, str]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place for a home, its keys and backups."""
    with throwaway_folder() as made:
        yield made


@pytest.fixture
def zhiheng(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Zhiheng:
    """The command line in English: exit code and everything it said."""
    monkeypatch.setenv("ZHIHENG_LOCALE", "en")

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["zhiheng", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def test_last_weeks_backup_gets_its_missing_facts_back_from_the_tiles(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        visit.register("甲")
        visit.seal()
        visit.back_up(homestead.folder / "last week")
        for name in ("乙", "丙"):
            visit.register(name)
        signed = visit.seal()
    before, tiles = homestead.entries(), homestead.tiles()
    mended = homestead.restore("last week")
    assert (mended.size, mended.refilled.count, mended.signed) == (signed - 2, 2, signed)
    assert mended.refilled.beside == {"person-registered.v1": [signed - 2, signed - 1]}
    assert mended.put_aside is not None
    assert mended.put_aside.is_dir()
    assert homestead.tiles() == tiles, "the log's folder was written"
    with homestead.visited() as visit:
        entries = visit.entries()[:-1]
        assert entries == before
        topics = [row[0] for row in visit.rows("SELECT topic FROM ledger.facts ORDER BY position")]
        assert topics[-1] == LogRestored.TOPIC
        assert visit.seal() == signed + 1


def test_an_erased_person_stays_erased_and_a_link_for_signing_in_is_gone(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        erased, kept = visit.register("甲"), visit.register("乙")
        until = visit.home.clock() + timedelta(hours=1)
        someone = homestead.administrator
        link = own_token(visit.home.door, someone, "sign-in", until)
        visit.scribe.handle(link.request)
        visit.back_up(homestead.folder / "backup")
        visit.do("person.erase", {"person": erased})
        visit.seal()
        assert visit.name_of(erased) is None
    mended = homestead.restore("backup")
    assert mended.erased == 1
    with homestead.visited() as visit:
        assert visit.name_of(erased) is None
        assert visit.name_of(kept) == "乙"
        assert visit.rows("SELECT token FROM vault.tokens") == []


def test_a_command_whose_answer_was_lost_is_never_run_again(homestead: Homestead) -> None:
    with homestead.visited() as visit:
        early = visit.do("person.register", {"name": "甲"}, "early")
        visit.back_up(homestead.folder / "backup")
        late = visit.do("person.register", {"name": "乙"}, "late")
        visit.seal()
    mended = homestead.restore("backup")
    assert mended.refilled.commands == 1
    with homestead.visited() as visit:
        again = visit.do("person.register", {"name": "甲"}, "early")
        assert (again.written, again.replayed) == (early.written, True)
        size = len(visit.entries())
        for name in ("乙", "丙"):
            with pytest.raises(Refusal) as refused:
                visit.do("person.register", {"name": name}, "late")
            assert refused.value.code is Refused.COMMAND_KEY_WAS_LOST_IN_A_RESTORE
            assert refused.value.values["position"] == late.written[0].position
        assert len(visit.entries()) == size
        assert visit.register("丁", "new") != ""


def test_lost_entries_end_the_old_origin_and_a_new_one_names_its_last_head(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        visit.back_up(homestead.folder / "backup")
        visit.register("甲")
        signed = visit.seal()
    shutil.rmtree(homestead.settings.log_folder / "tile" / "entries")
    before = homestead.entries()
    with pytest.raises(BackupTrouble) as stopped:
        homestead.restore("backup")
    assert stopped.value.code is Trouble.ENTRIES_ARE_LOST
    assert stopped.value.facts == {"signed": signed, "position": signed - 1}
    assert homestead.entries() == before, "a refused restore changed the ledger"
    mended = homestead.restore("backup", "test.example/second")
    assert mended.new_origin == "test.example/second"
    log = homestead.settings.log_folder
    assert log.with_name(f"log.{signed}").is_dir()
    with homestead.visited() as visit:
        topics = [row[0] for row in visit.rows("SELECT topic FROM ledger.facts ORDER BY position")]
        assert topics[-3:] == [OriginSucceeded.TOPIC, "signing-key-adopted.v1", LogRestored.TOPIC]
        assert visit.seal() == len(topics)
    assert (log / "checkpoint").read_text().startswith("test.example/second\n")


def test_under_a_new_origin_everything_is_sealed_anew_by_the_key_of_that_name(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        for number in range(WIDTH + 40):
            visit.register(f"第{number}人")
        visit.back_up(homestead.folder / "backup")
        visit.register("甲")
        visit.seal()
    old = head_under(ORIGIN, homestead)
    shutil.rmtree(homestead.settings.log_folder / "tile" / "entries")
    homestead.restore("backup", "test.example/second")
    heads = []
    with homestead.visited() as visit:
        for name in ("乙", "丙"):
            visit.register(name)
            size = visit.seal()
            heads.append(head_under("test.example/second", homestead))
            assert heads[-1] == Head(size, root_of([leaf_hash(each) for each in visit.entries()]))
        (succession,) = (
            seen.fact
            for position, entry in enumerate(visit.entries())
            if isinstance((seen := decode(entry, position)).fact, OriginSucceeded)
        )
    folder = TileFolder(homestead.settings.log_folder)
    assert list(folder.entries(0, size)) == homestead.entries()
    first, second = heads
    path = consistency_path(
        lambda level, index: folder.node(second.size, level, index), first.size, second.size
    )
    assert continues(first, second, path)
    assert first.size > WIDTH
    former = (succession.predecessor, succession.predecessor_size, succession.predecessor_root)
    assert former == (ORIGIN, old.size, old.root.hex())


def head_under(origin: str, homestead: Homestead) -> Head:
    """The head of the published checkpoint, which this origin's key and none else signed."""
    seed = read_seed(homestead.settings.signing_key_file)
    found = published(homestead.settings.log_folder)
    assert found is not None
    assert found.checkpoint.origin == origin
    own, old = (Signer.of_seed(name, seed).verifier for name in (origin, ORIGIN))
    assert set(signed_by(found.note, {own, old})) == {own}
    return found.checkpoint.head


def flip_last_bit(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def test_a_damaged_hash_tile_costs_nothing_while_the_entries_give_the_signed_root(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        visit.back_up(homestead.folder / "backup")
        visit.register("甲")
        signed = visit.seal()
    before = homestead.entries()
    flip_last_bit(homestead.settings.log_folder / f"tile/0/000.p/{signed}")
    assert homestead.restore("backup").refilled.count == 1
    assert homestead.entries()[:-1] == before
    flip_last_bit(homestead.settings.log_folder / f"tile/0/000.p/{signed}")
    homestead.mend()
    with homestead.visited() as visit:
        assert visit.seal() == signed + 1


def test_a_damaged_entry_is_lost_and_none_from_it_on_is_written(homestead: Homestead) -> None:
    with homestead.visited() as visit:
        visit.back_up(homestead.folder / "backup")
        for name in ("甲", "乙"):
            visit.register(name)
        signed = visit.seal()
    before = homestead.entries()
    flip_last_bit(homestead.settings.log_folder / f"tile/entries/000.p/{signed}")
    with pytest.raises(BackupTrouble) as stopped:
        homestead.restore("backup")
    assert stopped.value.facts == {"signed": signed, "position": signed - 1}
    assert homestead.restore("backup", "test.example/second").refilled.count == 1
    assert homestead.entries()[: signed - 1] == before[:-1]


def test_no_new_origin_is_begun_while_nothing_is_lost(homestead: Homestead) -> None:
    homestead.back_up("backup")
    with pytest.raises(BackupTrouble) as stopped:
        homestead.restore("backup", "test.example/second")
    assert stopped.value.code is Trouble.NOTHING_IS_LOST


def test_a_lost_file_of_the_last_signed_size_stops_a_restore(homestead: Homestead) -> None:
    homestead.back_up("backup")
    key = homestead.settings.signing_key_file
    key.with_name("log.key.signed").unlink()
    with pytest.raises(SealingStopped) as stopped:
        homestead.restore("backup")
    assert stopped.value.reason is Stop.LAST_SIGNED_IS_MISSING


def test_the_first_fact_that_differs_is_named_and_nothing_is_changed(
    homestead: Homestead,
) -> None:
    with homestead.visited() as visit:
        visit.register("甲")
        visit.seal()
        with psycopg.connect(visit.home.server.url(SUPERUSER, DATABASE)) as connection:  # type: ignore[union-attr]
            connection.execute("ALTER TABLE ledger.facts DISABLE TRIGGER append_only")
            connection.execute(
                "UPDATE ledger.facts SET state = replace(convert_from(state, 'UTF8'), "
                "'person-registered', 'person-registereD')::bytea WHERE position = 4"
            )
            connection.execute("ALTER TABLE ledger.facts ENABLE ALWAYS TRIGGER append_only")
        visit.back_up(homestead.folder / "backup")
    before = homestead.entries()
    with pytest.raises(BackupTrouble) as stopped:
        homestead.restore("backup")
    assert (stopped.value.code, stopped.value.facts) == (Trouble.HISTORY_DIFFERS, {"position": 4})
    assert homestead.entries() == before


def test_a_backup_of_another_log_is_refused(homestead: Homestead, folder: Path) -> None:
    other = Homestead(folder)
    other.found()
    other.back_up("backup")
    shutil.move(folder / "backup", homestead.folder / "foreign")
    with pytest.raises(BackupTrouble) as stopped:
        homestead.restore("foreign")
    assert stopped.value.code is Trouble.OTHER_LOG


def test_nothing_is_restored_while_the_ledger_is_in_use(homestead: Homestead) -> None:
    homestead.back_up("backup")
    with homestead.visited(), pytest.raises(BackupTrouble) as stopped:
        homestead.restore("backup")
    assert stopped.value.code is Trouble.LEDGER_IS_IN_USE


def test_an_interrupted_restore_is_run_again(homestead: Homestead) -> None:
    with homestead.visited() as visit:
        visit.register("甲")
        visit.seal()
    homestead.back_up("backup")
    before = homestead.entries()
    home = homestead.settings.home
    (home / STAGING / "postgres").mkdir(parents=True)
    (home / STAGING / "postgres" / "half").write_text("copied")
    assert homestead.restore("backup").size == len(before)
    with EmbeddedServer(home):
        pass
    (home / STAGING).mkdir()
    (home / "postgres").rename(home / STAGING / "postgres")
    with pytest.raises(BackupTrouble) as stopped:
        need_no_half_restore(homestead.settings)
    assert stopped.value.code is Trouble.RESTORE_WAS_INTERRUPTED
    homestead.restore("backup")
    need_no_half_restore(homestead.settings)
    assert homestead.entries()[: len(before)] == before


def test_nobody_writes_to_a_database_that_lacks_signed_facts(homestead: Homestead) -> None:
    home = homestead.settings.home
    with homestead.visited() as visit:
        visit.register("甲")
    shutil.copytree(home / "postgres", homestead.folder / "older")
    with homestead.visited() as visit:
        visit.register("乙")
        signed = visit.seal()
        need_whole(homestead.settings, visit.home.service_url)
    before = homestead.entries()
    shutil.rmtree(home / "postgres")
    (homestead.folder / "older").rename(home / "postgres")
    EmbeddedServer(home).hand_over(home / "postgres")
    with homestead.visited() as visit:
        with pytest.raises(BackupTrouble) as stopped:
            need_whole(homestead.settings, visit.home.service_url)
        assert stopped.value.facts == {"signed": signed, "size": signed - 1}
    assert homestead.mend().refilled.count == 1
    assert homestead.mend().refilled.count == 0, "mending again found something to do"
    assert homestead.entries()[:-1] == before


def test_where_nothing_tells_what_was_signed_only_a_new_origin_goes_on(
    homestead: Homestead,
) -> None:
    shutil.rmtree(homestead.settings.log_folder)
    signed = homestead.settings.signing_key_file.with_name("log.key.signed")
    for damage in (None, b"this host\nno note\n"):
        signed.unlink()
        if damage is not None:
            shutil.rmtree(homestead.settings.log_folder)
            signed.write_bytes(damage)
        with pytest.raises(SealingStopped):
            homestead.mend()
        origin = f"test.example/{'damaged' if damage else 'lost'}"
        assert homestead.mend(origin).new_origin == origin
        with homestead.visited() as visit:
            assert visit.seal() == len(visit.entries())


def test_what_was_published_counts_where_the_last_signed_is_gone(homestead: Homestead) -> None:
    home = homestead.settings.home
    shutil.copytree(home / "postgres", homestead.folder / "older")
    with homestead.visited() as visit:
        visit.register("甲")
        visit.seal()
    homestead.settings.signing_key_file.with_name("log.key.signed").unlink()
    shutil.rmtree(home / "postgres")
    (homestead.folder / "older").rename(home / "postgres")
    EmbeddedServer(home).hand_over(home / "postgres")
    with homestead.visited() as visit, pytest.raises(BackupTrouble) as stopped:
        need_whole(homestead.settings, visit.home.service_url)
    assert stopped.value.code is Trouble.DATABASE_IS_SHORT


def test_a_log_folder_that_is_gone_comes_back_with_the_backup(homestead: Homestead) -> None:
    homestead.back_up("backup")
    tiles, before = homestead.tiles(), homestead.entries()
    homestead.lose()
    homestead.restore("backup")
    assert homestead.tiles() == tiles
    with homestead.visited() as visit:
        assert visit.entries()[:-1] == before
        assert visit.seal() == len(before) + 1


def test_the_command_line_brings_a_ledger_back_and_signs_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, zhiheng: Zhiheng
) -> None:
    monkeypatch.setenv("ZHIHENG_HOME", str(folder / "home"))
    monkeypatch.setenv("ZHIHENG_SIGNING_KEY_FILE", str(folder / "keys" / "log.key"))
    monkeypatch.setenv("ZHIHENG_VAULT_KEY_FILE", str(folder / "keys" / "vault.key"))
    monkeypatch.delenv("ZHIHENG_DATABASE_URL", raising=False)
    assert zhiheng("access", "bootstrap", "--name", "甲", "--security-name", "丁")[0] == 0
    assert zhiheng("seal")[0] == 0
    code, said = zhiheng("backup", folder / "backup")
    assert (code, "backed up and verified" in said) == (0, True), said
    assert zhiheng("backup", folder / "backup")[0] == 1
    assert zhiheng("backup")[0] == 2
    assert zhiheng("restore")[0] == 1
    assert zhiheng("restore", folder / "backup", "--until", "yesterday")[0] == 2
    code, said = zhiheng("restore", folder / "backup")
    assert (code, "signed up to" in said) == (0, True), said
    (folder / "keys" / "log.key.signed").unlink()
    code, said = zhiheng("restore", folder / "backup")
    assert (code, "[last_signed_is_missing]" in said) == (1, True), said
    code, said = zhiheng("restore", folder / "backup", "--new-origin", "test.example/second")
    assert (code, "goes on as test.example/second" in said) == (0, True), said


def test_an_external_database_is_mended_after_its_administrator_brought_it_back(
    ledger: Logins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    zhiheng: Zhiheng,
) -> None:
    monkeypatch.setenv("ZHIHENG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ZHIHENG_DATABASE_URL", ledger.service)
    monkeypatch.setenv("ZHIHENG_OWNER_DATABASE_URL", ledger.owner)
    for name in ("ZHIHENG_SIGNING_KEY_FILE", "ZHIHENG_VAULT_KEY_FILE", "ZHIHENG_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    assert zhiheng("access", "bootstrap", "--name", "甲", "--security-name", "丁")[0] == 0
    assert zhiheng("seal")[0] == 0
    code, said = zhiheng("backup", tmp_path / "backup")
    assert (code, "--login" in said) == (1, True), said
    assert zhiheng("restore", tmp_path / "backup")[0] == 1
    with psycopg.connect(ledger.owner) as connection:
        connection.execute("ALTER TABLE ledger.facts DISABLE TRIGGER append_only")
        connection.execute("ALTER TABLE ledger.subjects DISABLE TRIGGER append_only")
        connection.execute("DELETE FROM ledger.subjects WHERE position = 7")
        connection.execute("DELETE FROM ledger.facts WHERE position = 7")
        connection.execute("ALTER TABLE ledger.facts ENABLE ALWAYS TRIGGER append_only")
        connection.execute("ALTER TABLE ledger.subjects ENABLE ALWAYS TRIGGER append_only")
    code, said = zhiheng("access", "bootstrap", "--name", "乙", "--security-name", "丁")
    assert (code, "restore --continue" in said) == (1, True), said
    with psycopg.connect(ledger.service):
        assert zhiheng("restore", "--continue")[0] == 1
    code, said = zhiheng("restore", "--continue")
    assert (code, "1 came back from the log's folder" in said) == (0, True), said
