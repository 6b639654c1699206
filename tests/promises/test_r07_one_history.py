"""R7: the log never signs two checkpoints that contradict each other, whatever befell it."""

import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.postgres import SUPERUSER, EmbeddedServer, Logins
from ledger.checkpoints import parse_checkpoint
from ledger.last_signed import LastSigned, read_last_signed, signed_file, write_last_signed
from ledger.merkle import Head, consistency_path, continues
from ledger.notes import parse_note
from ledger.sealing import CHECKPOINT, Seal, sealer
from ledger.sealing_stops import SealingStopped, Stop
from ledger.tiles import TileFolder
from tests.ledger.sealing_desk import SealingDesk
from tests.ledger.stage import Stage


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> SealingDesk:
    made = SealingDesk(stage, tmp_path)
    made.adopt()
    made.write(5)
    made.seal_all()
    return made


def stopped(desk: SealingDesk, seal: Seal | None = None) -> SealingStopped:
    """Expect a refusal that signs nothing and publishes nothing."""
    files = (signed_file(desk.seal.key_file), desk.seal.folder / CHECKPOINT)
    before = [file.read_bytes() for file in files if file.exists()]
    with pytest.raises(SealingStopped) as caught:
        desk.seal_all(seal)
    assert [file.read_bytes() for file in files if file.exists()] == before
    return caught.value


def as_superuser(server: EmbeddedServer, urls: Logins, sql: str, *values: Any) -> None:
    """Do what triggers and grants forbid, as somebody can who owns the machine."""
    name = urls.service.partition("?")[0].rsplit("/", 1)[-1]
    with psycopg.connect(server.url(SUPERUSER, name), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in ("facts", "subjects"):
            connection.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL".encode())
        connection.execute(sql.encode(), values)
        for table in ("facts", "subjects"):
            connection.execute(
                f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER append_only".encode()
            )


def cut_back(server: EmbeddedServer, urls: Logins, size: int) -> None:
    """Bring the database to where an older backup had it."""
    for table in ("subjects", "facts"):
        sql = f"DELETE FROM ledger.{table} WHERE position >= %s"
        as_superuser(server, urls, sql, size)


def head_of(desk: SealingDesk) -> Head:
    return parse_checkpoint(parse_note(desk.checkpoint()).text).head


def test_a_restored_backup_is_not_signed_while_facts_are_missing(
    desk: SealingDesk, server: EmbeddedServer, ledger: Logins
) -> None:
    size = head_of(desk).size
    cut_back(server, ledger, size - 3)
    refusal = stopped(desk)
    assert refusal.reason is Stop.LOG_IS_SHORTER_THAN_SIGNED
    assert refusal.values == {"size": size - 3, "signed": size}


def test_a_restored_backup_is_not_signed_once_it_grew_past_the_signed_size_either(
    desk: SealingDesk, server: EmbeddedServer, ledger: Logins
) -> None:
    size = head_of(desk).size
    cut_back(server, ledger, size - 3)
    with Stage(ledger.service, desk.stage.clock, seed="after the restore") as later:
        SealingDesk.write(_on(desk, later), 9)
    refusal = stopped(desk)
    assert refusal.reason is Stop.HISTORY_WAS_CHANGED
    assert refusal.values["position"] == size - 3


def _on(desk: SealingDesk, stage: Stage) -> SealingDesk:
    made = SealingDesk.__new__(SealingDesk)
    made.stage, made.url = stage, desk.url
    made.seal, made.origin = desk.seal, desk.origin
    return made


@pytest.mark.parametrize("sealed_anew", [False, True], ids=["the entry", "entry and leaf"])
def test_a_changed_row_stops_the_sealing_and_is_named(
    desk: SealingDesk, server: EmbeddedServer, ledger: Logins, sealed_anew: bool
) -> None:
    state = "convert_to(replace(convert_from(state, 'UTF8'), 'program', 'Program'), 'UTF8')"
    leaf = f"sha256('\\x00'::bytea || {state})" if sealed_anew else "leaf"
    sql = f"UPDATE ledger.facts SET state = {state}, leaf = {leaf} WHERE position = %s"
    position = head_of(desk).size - 2
    as_superuser(server, ledger, sql, position)
    desk.write()
    refusal = stopped(desk)
    expected = Stop.HISTORY_WAS_CHANGED if sealed_anew else Stop.LEAF_IS_NOT_THE_ENTRYS
    assert refusal.reason is expected
    assert refusal.values["position"] == position


def test_a_row_changed_before_it_was_sealed_is_named(
    desk: SealingDesk, server: EmbeddedServer, ledger: Logins
) -> None:
    desk.write()
    position = head_of(desk).size
    sql = "UPDATE ledger.facts SET state = state || '\\x20'::bytea WHERE position = %s"
    as_superuser(server, ledger, sql, position)
    assert stopped(desk).values["position"] == position


def test_a_copy_of_everything_on_another_host_signs_nothing(
    desk: SealingDesk, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(desk.seal.folder, copy / "log")
    shutil.copy(desk.seal.key_file, copy / "log.key")
    shutil.copy(signed_file(desk.seal.key_file), signed_file(copy / "log.key"))
    desk.write()
    refusal = stopped(desk, Seal(copy / "log", copy / "log.key", "another host"))
    assert refusal.reason is Stop.ANOTHER_HOST_SIGNS


def test_two_sealers_of_one_log_are_one_too_many(desk: SealingDesk, tmp_path: Path) -> None:
    with sealer(desk.url, desk.seal):
        assert stopped(desk).reason is Stop.ANOTHER_PROCESS_SEALS
        shutil.copy(desk.seal.key_file, tmp_path / "copy.key")
        shutil.copy(signed_file(desk.seal.key_file), signed_file(tmp_path / "copy.key"))
        copy = Seal(tmp_path / "copied", tmp_path / "copy.key", desk.seal.host)
        assert stopped(desk, copy).reason is Stop.ANOTHER_PROCESS_SEALS


def test_without_the_file_of_the_last_signed_size_nothing_is_signed(desk: SealingDesk) -> None:
    file = signed_file(desk.seal.key_file)
    kept = file.read_bytes()
    file.unlink()
    desk.write()
    assert stopped(desk).reason is Stop.LAST_SIGNED_IS_MISSING
    shutil.move(desk.seal.folder, desk.seal.folder.with_name("gone"))
    with pytest.raises(SealingStopped, match=Stop.LAST_SIGNED_IS_MISSING):
        desk.seal_all()
    shutil.move(desk.seal.folder.with_name("gone"), desk.seal.folder)
    file.write_bytes(kept)
    desk.seal_all()


def test_a_file_that_forgot_what_was_signed_is_not_believed(desk: SealingDesk) -> None:
    write_last_signed(desk.seal.key_file, LastSigned(desk.seal.host, None))
    assert stopped(desk).reason is Stop.LAST_SIGNED_IS_MISSING


def test_a_file_with_another_note_is_not_believed(desk: SealingDesk) -> None:
    file = signed_file(desk.seal.key_file)
    data = file.read_bytes()
    file.write_bytes(data.replace(b"\n\n", b"x\n\n"))
    assert stopped(desk).reason in (Stop.KEY_DOES_NOT_MATCH, Stop.LAST_SIGNED_IS_DAMAGED)
    file.write_bytes(data[:-20])
    assert stopped(desk).reason in (Stop.KEY_DOES_NOT_MATCH, Stop.LAST_SIGNED_IS_DAMAGED)


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_a_sealer_killed_at_any_step_leaves_one_history(desk: SealingDesk, done: int) -> None:
    before = head_of(desk)
    desk.write(300)
    with sealer(desk.url, desk.seal) as made:
        steps = made.steps()
        for _ in range(done):
            next(steps)
    between = head_of(desk)
    desk.write(3)
    desk.seal_all()
    after, folder = head_of(desk), TileFolder(desk.seal.folder)
    assert after.size == len(desk.entries())
    for older in (before, between):
        path = consistency_path(
            lambda level, index: folder.node(after.size, level, index), older.size, after.size
        )
        assert continues(older, after, path)


def test_what_was_signed_and_not_published_is_published(desk: SealingDesk) -> None:
    desk.write(3)
    with sealer(desk.url, desk.seal) as made:
        steps = made.steps()
        assert (next(steps), next(steps)) == ("tiles", "signed")
    last = read_last_signed(desk.seal.key_file)
    assert last is not None
    assert last.note is not None
    assert bytes(last.note) != desk.checkpoint()
    desk.seal_all()
    assert bytes(last.note) == desk.checkpoint()


@pytest.mark.parametrize(
    ("level", "harm"),
    [
        ("0", "missing"),
        ("0", "cut"),
        ("0", "changed"),
        ("1", "missing"),
        ("1", "cut"),
        ("1", "changed"),
        ("entries", "missing"),
    ],
)
def test_tiles_come_back_from_rows_that_yield_the_signed_root(
    desk: SealingDesk, level: str, harm: str
) -> None:
    desk.write(300)
    desk.seal_all()
    before = {file: file.read_bytes() for file in desk.seal.folder.rglob("*") if file.is_file()}
    folder = desk.seal.folder / "tile" / level
    harmed = max((f for f in folder.rglob("*") if f.is_file()), key=lambda f: f.stat().st_mtime_ns)
    data = harmed.read_bytes()
    if harm == "missing":
        harmed.unlink()
    else:
        harmed.write_bytes(data[:-1] if harm == "cut" else bytes([data[0] ^ 1]) + data[1:])
    desk.seal_all()
    for file, kept in before.items():
        assert file.read_bytes() == kept


def test_tiles_do_not_come_back_from_rows_of_another_history(
    desk: SealingDesk, server: EmbeddedServer, ledger: Logins
) -> None:
    shutil.rmtree(desk.seal.folder / "tile")
    state = "state || '\\x20'::bytea"
    sql = f"UPDATE ledger.facts SET state = {state}, leaf = sha256('\\x00'::bytea || {state})"
    as_superuser(server, ledger, f"{sql} WHERE position = 2")
    assert stopped(desk).reason is Stop.HISTORY_WAS_CHANGED
    assert not (desk.seal.folder / "tile").exists()
