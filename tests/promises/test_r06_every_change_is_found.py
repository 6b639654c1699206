"""R6: whatever a superuser changes in rows, tiles or checkpoint is found, and its place is named.

The triggers are switched off and each change is rolled back after it was looked at. What cannot be
found is said by the report: the log does not hold which commands came with which key.
"""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.audit.findings import Found, Report
from ledger.tiles import WIDTH, Place, places_of
from tests.ledger.stage import Stage
from tests.promises.whole_log import SealedLog, sealed_log

P = 700
"""Where single rows are changed: a grant, in the middle of a full tile."""

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def log(stage: Stage, tmp_path: Path) -> SealedLog:
    """A sealed log that nobody touched."""
    made = sealed_log(stage, tmp_path)
    with made.superuser() as connection:
        assert not made.check(connection).findings
    return made


def after(log: SealedLog, *statements: str) -> Report:
    """What is found after these changes, which are then taken back."""
    with log.superuser() as connection:
        for table in ("facts", "subjects", "commands"):
            connection.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER append_only".encode())
        for statement in statements:
            changed = connection.execute(statement.encode()).rowcount
            assert changed != 0, statement
        report = log.check(connection)
        connection.rollback()
    return report


def named(report: Report, position: int, what: object) -> None:
    """Something is wrong, and first of all at this position."""
    assert report.findings, f"not found: {what}"
    assert report.first_wrong == position, (what, report.first_wrong, report.findings[:3])


# --- ledger.facts


@pytest.mark.parametrize("position", [0, P, -1], ids=["first", "middle", "last"])
def test_every_column_of_a_fact_is_held_against_its_entry(log: SealedLog, position: int) -> None:
    place = position % log.desk.stage.size()
    for change in (
        "subject = subject || '0'",
        "sequence = sequence + 1000",
        "topic = 'role-revoked.v1'",
        "institution = institution || 'X'",
        "effective = effective + 1",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "leaf = set_bit(leaf, 77, 1 - get_bit(leaf, 77))",
        "state = convert_to(replace(convert_from(state, 'UTF8'), '\"reason\":null', "
        "'\"reason\":\"x\"'), 'UTF8')",
    ):
        named(after(log, f"UPDATE ledger.facts SET {change} WHERE position = {place}"),
              place, change)  # fmt: skip


def test_every_part_of_an_entry_is_under_the_seal(log: SealedLog) -> None:
    for offset in sorted(offsets(entry_at(log, P))):
        flip = f"state = set_bit(state, {offset}, 1 - get_bit(state, {offset}))"
        named(after(log, f"UPDATE ledger.facts SET {flip} WHERE position = {P}"), P, offset)


def entry_at(log: SealedLog, position: int) -> bytes:
    with log.superuser() as connection:
        row = connection.execute("SELECT state FROM ledger.facts WHERE position = %s", [position])
        state: Any = (row.fetchone() or (b"",))[0]
        return bytes(state)


def offsets(entry: bytes) -> Iterator[int]:
    """Bits of an entry: one in the value of each field, and others by chance."""
    chance = random.Random(6)
    at = -1
    while (at := entry.find(b'":', at + 1)) != -1:
        yield 8 * (at + 3) + chance.randrange(8)
        yield 8 * (at - 1) + chance.randrange(8)
    for _ in range(20):
        yield chance.randrange(8 * len(entry))


def test_an_entry_changed_together_with_its_leaf_is_found(log: SealedLog) -> None:
    """Whoever can write rows can hash as well; tiles and the chain still speak against them."""
    forged = (
        "convert_to(replace(convert_from(state, 'UTF8'), '\"reason\":null', "
        "'\"reason\":\"x\"'), 'UTF8')"
    )
    report = after(
        log,
        f"UPDATE ledger.facts SET state = {forged} WHERE position = {P}",
        f"UPDATE ledger.facts SET leaf = sha256('\\x00'::bytea || state) WHERE position = {P}",
    )
    named(report, P, "entry and leaf")
    assert report.findings[0].code is Found.FACT_IS_ALTERED


def test_facts_taken_out_exchanged_or_put_in_are_found(log: SealedLog) -> None:
    last = log.desk.stage.size() - 1
    away = 1_000_000
    make_room = (
        f"UPDATE ledger.facts SET position = position + {away} WHERE position >= {P}",
        f"UPDATE ledger.facts SET position = position - {away - 1} WHERE position >= {away}",
    )
    columns = "subject, sequence, topic, institution, effective, recorded_at, leaf, state"
    copy = (
        f"INSERT INTO ledger.facts SELECT {{}}, {columns} FROM ledger.facts WHERE position = {{}}"
    )
    swapped = ", ".join(f"{each} = b.{each}" for each in columns.split(", "))
    cases: dict[str, tuple[int, tuple[str, ...]]] = {
        "deleted": (P, (f"DELETE FROM ledger.facts WHERE position = {P}",)),
        "first deleted": (0, ("DELETE FROM ledger.facts WHERE position = 0",)),
        "last deleted": (last, (f"DELETE FROM ledger.facts WHERE position = {last}",)),
        "tail cut off": (P, (f"DELETE FROM ledger.facts WHERE position >= {P}",)),
        "deleted and closed up": (
            P,
            (
                f"DELETE FROM ledger.facts WHERE position = {P}",
                f"UPDATE ledger.facts SET position = position + {away} WHERE position > {P}",
                f"UPDATE ledger.facts SET position = position - {away + 1} WHERE position > {away}",
            ),
        ),
        "neighbours exchanged": (
            P,
            (
                f"UPDATE ledger.facts a SET {swapped} FROM ledger.facts b WHERE "
                f"(a.position, b.position) IN (({P}, {P + 1}), ({P + 1}, {P}))",
            ),
        ),
        "put in": (P, (*make_room, copy.format(P, P + 9))),
        "put behind the end": (last + 1, (copy.format(last + 1, P),)),
        "put far behind the end": (last + 1, (copy.format(last + 50, P),)),
        "moved": (P, (f"UPDATE ledger.facts SET position = {away} WHERE position = {P}",)),
    }
    for what, (position, statements) in cases.items():
        named(after(log, *statements), position, what)


# --- ledger.subjects and ledger.commands


def test_every_column_of_the_chains_table_is_held_against_the_entries(log: SealedLog) -> None:
    here = f"WHERE ctid = (SELECT min(ctid) FROM ledger.subjects WHERE position = {P})"
    for statement in (
        f"UPDATE ledger.subjects SET subject = subject || '0' {here}",
        f"UPDATE ledger.subjects SET sequence = sequence + 1000 {here}",
        f"UPDATE ledger.subjects SET position = position + 1 {here}",
        f"DELETE FROM ledger.subjects {here}",
        f"INSERT INTO ledger.subjects VALUES ('actor:0', 1, {P})",
    ):
        named(after(log, statement), P, statement)


def test_ranges_and_answers_of_the_commands_table_fit_the_log(log: SealedLog) -> None:
    here = f"WHERE first = {P}"
    for position, statement in (
        (P + 1, f"UPDATE ledger.commands SET first = first + 1 {here}"),
        (P, f"UPDATE ledger.commands SET count = count + 1 {here}"),
        (P, f"UPDATE ledger.commands SET answer = answer || '\\x20' {here}"),
        (P, f"UPDATE ledger.commands SET answer = '{{}}' {here}"),
    ):
        report = after(log, statement)
        named(report, position, statement)
        assert any(each.code == "keys_are_not_pinned" for each in report.remarks)


# --- tiles and checkpoint


def found_with(log: SealedLog, path: Path, data: bytes | None) -> Report:
    """What is found while a file holds something else, or is gone."""
    aside = path.with_name("aside")
    path.rename(aside)
    if data is not None:
        path.write_bytes(data)
    try:
        with log.superuser() as connection:
            return log.check(connection)
    finally:
        shutil.move(aside, path)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def positions_of(place: Place, byte: int) -> int:
    """The first position that a hash in a tile stands for."""
    level = place.level or 0
    return int((place.number * 256 + byte // 32) * 256**level)


def test_every_bit_of_a_hash_tile_counts(log: SealedLog) -> None:
    chance = random.Random(7)
    folder, size = log.settings.log_folder, log.desk.stage.size()
    for place in [each for each in places_of(0, size) if each.level is not None]:
        path = folder / place.path
        data = path.read_bytes()
        for byte in (0, len(data) - 1, chance.randrange(len(data))):
            report = found_with(log, path, flipped(data, 8 * byte + chance.randrange(8)))
            named(report, positions_of(place, byte), (place, byte))
        if place.width == WIDTH and place.number:
            continue
        first = positions_of(place, 0)
        named(found_with(log, path, None), first, (place, "gone"))
        named(found_with(log, path, data[:-1]), first, (place, "cut"))
        named(found_with(log, path, data + data[:32]), first, (place, "longer"))


def test_every_bit_of_an_entry_tile_counts(log: SealedLog) -> None:
    chance = random.Random(8)
    place = Place(None, 1)
    path = log.settings.log_folder / place.path
    data = path.read_bytes()
    for _ in range(25):
        bit = chance.randrange(8 * len(data))
        named(found_with(log, path, flipped(data, bit)), entry_with(data, bit // 8), bit)
    named(found_with(log, path, None), 256, "gone")
    named(found_with(log, path, data[:-1]), 511, "cut")
    named(found_with(log, path, data + b"\0"), 511, "longer")


def entry_with(data: bytes, byte: int) -> int:
    """The position of the entry in the second bundle that holds a byte of it."""
    position, at = 256, 0
    while (end := at + 2 + int.from_bytes(data[at : at + 2], "big")) <= byte:
        position, at = position + 1, end
    return position


def test_every_bit_of_a_checkpoint_counts(log: SealedLog) -> None:
    path = log.settings.log_folder / "checkpoint"
    data = path.read_bytes()
    chance = random.Random(9)
    for byte in sorted({*range(0, len(data), 9), len(data) - 1, len(data) - 2, len(data) - 3}):
        report = found_with(log, path, flipped(data, 8 * byte + chance.randrange(8)))
        assert report.findings, byte
    assert found_with(log, path, None).findings
    assert found_with(log, path, data[:-1]).findings


def test_an_older_checkpoint_is_no_way_to_cut_the_tail_off(log: SealedLog) -> None:
    """Rows, tiles and the published checkpoint may all be taken back together: what was signed
    last is held beside the key, and names the first fact that is gone."""
    path = log.settings.log_folder / "checkpoint"
    older = path.read_bytes()
    size = log.desk.stage.size()
    log.desk.write(5)
    log.desk.seal_all()
    newest = path.read_bytes()
    path.write_bytes(older)
    cut = after(log, f"DELETE FROM ledger.facts WHERE position >= {size}")
    path.write_bytes(newest)
    named(cut, size, "older checkpoint")
    assert Found.CHECKPOINT_IS_BEHIND in {each.code for each in cut.findings}
