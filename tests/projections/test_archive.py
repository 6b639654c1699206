"""The archive: whatever lies on disk, readings answer as from memory, and the bytes come back."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from api.postgres import Logins
from ledger.codec import leaf_hash
from ledger.facts import FACTS, FactVoided, ReceiptClaimed
from ledger.migrations import migrate
from projections import archive as archives
from projections import kept as kept_module
from projections import sealed
from projections.archive import Archive
from projections.index import cut_to
from projections.kept import Kept, Reading
from projections.reader import Reader
from projections.tape import Tape
from tests.projections import facts_given
from tests.projections.histories import histories
from tests.projections.history_state import TOLD
from tests.projections.stories import long_story
from tests.projections.tape_builder import ALPHA, BUREAU, Story, rows_of
from tests.projections.test_kept import READINGS, afresh, assert_same
from tests.projections.test_reader import append

STORY: Final = long_story()
WHOLE: Final = STORY.tape()
SIZE: Final = len(STORY.entries)
LENGTH: Final = 16


def archive_of(story: Story, folder: Path, length: int = LENGTH) -> Archive:
    """An archive of a story, which stands for the database that its leaves are compared with."""

    def leaves(positions: Sequence[int]) -> Mapping[int, str]:
        held = [position for position in positions if position < len(story.entries)]
        return {position: leaf_hash(story.entries[position]) for position in held}

    return Archive(folder, leaves, length)


def opened(archive: Archive, story: Story) -> Tape:
    return archive.opened(lambda first, end: rows_of(story.entries[first:end], first))


def grown(archive: Archive, tape: Tape, story: Story, batch: int = 1_000) -> Tape:
    """The tape up to the end of the story, sealed on its way as a reader does it."""
    for first in range(tape.size, len(story.entries), batch):
        rows = rows_of(story.entries[first : first + batch], first)
        tape = archive.sealed(tape.extended(rows))
    return tape


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def segments_of(folder: Path) -> list[Path]:
    return sorted(place for place in folder.glob("*/*-*") if place.is_dir())


@pytest.fixture(scope="module", autouse=True)
def _types_with_four_facts_are_many() -> Iterator[None]:
    """So that facts are read both ways: held in memory, and out of their files each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "_HELD_ROWS", 3)
        yield


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the whole story archived; tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("archive")
    grown(archive_of(STORY, folder), Tape.empty(), STORY)
    return folder


@pytest.fixture(scope="module")
def tape(written: Path) -> Tape:
    archive = archive_of(STORY, written)
    return grown(archive, opened(archive, STORY), STORY)


@pytest.fixture
def copied(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "archive"))


def assert_alike(found: Tape, expected: Tape) -> None:
    assert found.size == expected.size
    assert found.first_recorded() == expected.first_recorded()
    assert found.last_recorded() == expected.last_recorded()
    for fact in FACTS:
        assert_frame_equal(found.frame(fact).collect(), expected.frame(fact).collect())
        assert_frame_equal(found.raw(fact).collect(), expected.raw(fact).collect())


def test_complete_ranges_lie_on_disk_and_the_rest_in_memory(tape: Tape, written: Path) -> None:
    assert tape.sealed.size == SIZE // LENGTH * LENGTH
    assert [each.name for each in segments_of(written)][:2] == [
        "000000000000-000000000016",
        "000000000016-000000000032",
    ]
    assert sum(rows.height for rows in tape.in_memory(0).values()) == SIZE % LENGTH


def test_a_file_holds_one_type_of_fact_each_institution_in_one_piece(written: Path) -> None:
    for file in written.glob("*/*/*.v*.parquet"):
        rows = pl.read_parquet(file)
        runs = rows["institution"].rle().struct.field("value")
        assert runs.n_unique() == runs.len()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, SIZE))
def test_any_prefix_is_that_of_the_tape_in_memory(tape: Tape, size: int) -> None:
    assert_alike(tape.prefix(size), WHOLE.prefix(size))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, SIZE))
def test_what_is_new_since_a_size_is_the_same(tape: Tape, size: int) -> None:
    found = {topic: rows.collect() for topic, rows in tape.since(size).items()}
    expected = {topic: rows.collect() for topic, rows in WHOLE.since(size).items()}
    assert {topic for topic, rows in found.items() if not rows.is_empty()} == set(expected)
    for topic, rows in expected.items():
        assert_frame_equal(found[topic], rows)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, SIZE - 1)), st.integers(0, SIZE))
def test_facts_are_found_by_their_positions(tape: Tape, wanted: set[int], size: int) -> None:
    positions = pl.Series(sorted(wanted), dtype=pl.Int64)
    found, expected = (
        cut_to(each.prefix(size), positions, each.topics, (FactVoided.TOPIC,))
        for each in (tape, WHOLE)
    )
    for fact in FACTS:
        assert_frame_equal(found.raw(fact).collect(), expected.raw(fact).collect())


def test_facts_are_found_by_the_subjects_they_name(tape: Tape) -> None:
    kept, plain = Kept(), Kept()
    named = [each["subject"] for _, rows in WHOLE.every() for each in links(rows)]
    for number, subject in enumerate(sorted(set(named))):
        for size in (SIZE, SIZE // 2)[: 1 + number % 2]:
            found = kept.about(tape.prefix(size), [subject])
            expected = plain.about(WHOLE.prefix(size), [subject])
            assert_alike(found, expected)


def links(rows: pl.LazyFrame) -> list[dict[str, str]]:
    return rows.select(pl.col("subjects").explode()).collect()["subjects"].to_list()


def test_a_size_is_found_by_the_time_it_was_recorded(tape: Tape) -> None:
    times = WHOLE.recorded().collect()
    assert_frame_equal(tape.recorded().collect(), times)
    for moment in times["recorded_at"]:
        for shift in (-1, 0, 1):
            asked = moment + timedelta(microseconds=shift)
            for including in (True, False):
                expected = WHOLE.recorded_until(asked, including=including)
                assert tape.recorded_until(asked, including=including) == expected
                cut = tape.prefix(SIZE // 2).recorded_until(asked, including=including)
                assert cut == min(expected, SIZE // 2)


@given(histories, st.data())
@settings(max_examples=40, deadline=None)
def test_readings_are_the_same_whatever_the_history_and_the_segments(
    story: Story, data: st.DataObject
) -> None:
    reading = data.draw(st.sampled_from(READINGS))
    as_of = data.draw(st.sampled_from((date(2022, 12, 31), TOLD)))
    length, batch = data.draw(st.integers(1, 24)), data.draw(st.integers(1, 12))
    kept, tape = Kept(), Tape.empty()
    with tempfile.TemporaryDirectory() as folder:
        archive = archive_of(story, Path(folder), length)
        for first in range(0, len(story.entries), batch):
            rows = rows_of(story.entries[first : first + batch], first)
            tape = archive.sealed(tape.extended(rows))
            assert_same(reading, kept, tape, as_of)
        assert tape.sealed.size == tape.size // length * length
        assert_frame_equal(afresh(reading, tape, as_of), afresh(reading, story.tape(), as_of))


@pytest.mark.parametrize("reading", READINGS[:8])
def test_readings_of_a_long_tape_are_the_same_without_shared_steps(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_module, "_TOGETHER_MAX", SIZE // 2)
    kept = Kept()
    for size in range(0, SIZE + 1, 7):
        assert_same(reading, kept, WHOLE.prefix(size), TOLD)
    warmed = Kept()
    warmed.warm([(each, TOLD) for each in READINGS[:8]], WHOLE)
    assert_same(reading, warmed, WHOLE, TOLD)


def test_a_correction_reaches_back_into_what_is_sealed(tmp_path: Path) -> None:
    story, archive = Story(), archive_of
    first = story.tell(facts_given.claimed(1, date(2022, 1, 5), 100))
    for number in range(2, 40):
        story.tell(facts_given.claimed(number, date(2022, 1, 6), number))
    second = story.correct(first, facts_given.claimed(1, date(2022, 1, 5), 90), on=TOLD)
    for number in range(40, 80):
        story.tell(facts_given.claimed(number, TOLD, number))
    third = story.correct(second, facts_given.claimed(1, date(2022, 1, 4), 80), on=TOLD)
    tape = grown(archive(story, tmp_path, 8), Tape.empty(), story, 5)
    assert_alike(tape, story.tape())
    rows = tape.frame(ReceiptClaimed).filter(pl.col("position") == third).collect()
    assert rows.select("stands_at", "amount_fen").rows() == [(first, 80)]


@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_the_archive_comes_back_byte_for_byte(written: Path, tmp_path: Path, batch: int) -> None:
    grown(archive_of(STORY, tmp_path), Tape.empty(), STORY, batch)
    assert bytes_of(tmp_path) == bytes_of(written)


def spoiled(folder: Path) -> Iterator[Path]:
    """The segment in the middle with one fault after another, each made good again after it."""
    place = segments_of(folder)[2]
    for file in sorted(place.iterdir()):
        content = file.read_bytes()
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        for other in (flipped, None):
            if other is None:
                file.unlink()
            else:
                file.write_bytes(other)
            yield file
    (place / "foreign.parquet").write_bytes(b"")
    yield place
    shutil.rmtree(place)
    place.mkdir()
    yield place


def test_whatever_is_damaged_is_made_anew_as_it_was(copied: Path) -> None:
    before = bytes_of(copied)
    for spot in spoiled(copied):
        tape = opened(archive_of(STORY, copied), STORY)
        assert tape.sealed.size == SIZE // LENGTH * LENGTH, spot
        assert bytes_of(copied) == before, spot
    assert_alike(grown(archive_of(STORY, copied), tape, STORY), WHOLE)


def test_what_is_of_another_log_is_made_anew(copied: Path) -> None:
    other = Story()
    for number in range(1, 50):
        other.tell(facts_given.claimed(number, date(2022, 1, 5), number))
    archive = archive_of(other, copied)
    assert_alike(grown(archive, opened(archive, other), other), other.tape())
    short = Story()
    short.tell(facts_given.institution(ALPHA, date(2022, 1, 3)))
    assert opened(archive_of(short, copied), short).size == 0


def test_a_segment_whose_log_went_another_way_behind_it_is_kept(copied: Path) -> None:
    other = Story()
    other.entries = STORY.entries[: 2 * LENGTH + 3]
    archive = archive_of(other, copied)
    tape = opened(archive, other)
    assert tape.size == 2 * LENGTH
    assert_alike(grown(archive, tape, other), WHOLE.prefix(2 * LENGTH + 3))


def test_segments_of_another_writer_are_neither_read_nor_touched(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bytes_of(copied)
    monkeypatch.setattr(archives, "WRITER", archives.WRITER + 1)
    archive = archive_of(STORY, copied)
    assert opened(archive, STORY).size == 0
    grown(archive, Tape.empty(), STORY)
    after = bytes_of(copied)
    assert {name: after[name] for name in before} == before
    assert len(after) == 2 * len(before)


def test_while_another_process_writes_facts_stay_in_memory(tmp_path: Path) -> None:
    archive = archive_of(STORY, tmp_path)
    grown(archive, Tape.empty(), STORY)
    (lock,) = tmp_path.glob("*/lock")
    shutil.rmtree(segments_of(tmp_path)[-1])
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        tape = grown(archive, opened(archive, STORY), STORY)
        assert tape.sealed.size == (SIZE // LENGTH - 1) * LENGTH
        assert_alike(tape, WHOLE)
    assert archive.sealed(tape).sealed.size == SIZE // LENGTH * LENGTH


def test_a_folder_that_cannot_be_written_leaves_everything_in_memory(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder should be")
    archive = archive_of(STORY, tmp_path / "archive")
    tape = grown(archive, opened(archive, STORY), STORY)
    assert tape.sealed.size == 0
    assert_alike(tape, WHOLE)


@pytest.fixture
def logins(urls: Logins) -> Logins:
    migrate(urls.owner)
    return urls


def test_a_reader_starts_from_the_archive_and_reads_the_rest(
    logins: Logins, tmp_path: Path
) -> None:
    append(logins.service, STORY.entries[:50])
    with Reader(logins.reader, tmp_path, LENGTH) as reader:
        assert reader.tape().sealed.size == 48
    append(logins.service, STORY.entries[50:])
    with Reader(logins.reader, tmp_path, LENGTH) as reader:
        tape = reader.tape()
        assert tape.sealed.size == SIZE // LENGTH * LENGTH
        assert_alike(tape, WHOLE)
        assert_alike(reader.tape(known_at=40), WHOLE.prefix(40))


def test_the_institutions_facts_are_told_apart(tape: Tape) -> None:
    for fact in FACTS:
        for code in (ALPHA, BUREAU):
            own = pl.col("institution") == code
            found, expected = (each.frame(fact).filter(own).collect() for each in (tape, WHOLE))
            assert_frame_equal(found, expected)
