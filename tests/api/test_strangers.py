"""Strangers' files are read apart: what kills its reader kills nothing else, and says why."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from api.imports.refusal_texts import FILE_RULES
from api.imports.results import UnreadableFile
from api.imports.statement import read_statement
from api.strangers.reading import FileReaders
from api.strangers.wire import ROWS_MAX, limits_of
from tests.api.strange_files import GOOD, HEADER, KILLERS, LINE, old_workbook, plain_workbook

ROOT = Path(__file__).parents[2]
MEGABYTES = 400


@pytest.fixture
def readers() -> Iterator[FileReaders]:
    made = FileReaders(limits_of(MEGABYTES, 10), 2)
    yield made
    made.close()


def reading_processes() -> list[psutil.Process]:
    """The readers this process started."""
    return [
        each for each in psutil.Process().children() if "api.strangers.process" in each.cmdline()
    ]


def rule_of(readers: FileReaders, data: bytes) -> str | None:
    """The rule a file breaks; None where it is read."""
    try:
        readers.statement(data, "a.xlsx")
    except UnreadableFile as refused:
        return refused.rule
    return None


@pytest.mark.parametrize("name", KILLERS)
def test_what_kills_a_reader_is_refused_and_this_process_does_not_feel_it(
    readers: FileReaders, name: str
) -> None:
    data = KILLERS[name]()
    before = psutil.Process().memory_info().rss
    rule = rule_of(readers, data)
    assert psutil.Process().memory_info().rss - before < 100 << 20
    assert rule is None or rule in FILE_RULES
    assert readers.statement(GOOD, "a.csv").lines[0].amount_fen == 500


def test_dimensions_that_lie_need_more_memory_than_allowed(readers: FileReaders) -> None:
    assert rule_of(readers, old_workbook((0, 0xFFFFFFF0), (0, 0xFFFF))) == "reading_needs_memory"
    with pytest.raises(UnreadableFile, match=f"{MEGABYTES} MB"):
        readers.statement(KILLERS["far cell behind single quotes"](), "a.xlsx")


def test_the_same_lines_come_back_as_from_the_reader_itself(readers: FileReaders) -> None:
    for data in (GOOD, plain_workbook(), f"{HEADER}\n{LINE}\n20220631,,1,,乙,\n".encode()):
        assert readers.statement(data, "a") == read_statement(data, "a")


def test_the_same_refusal_comes_back_with_its_values(readers: FileReaders) -> None:
    with pytest.raises(UnreadableFile) as told:
        readers.statement(GOOD + b"\xff,", "a.csv")
    with pytest.raises(UnreadableFile) as own:
        read_statement(GOOD + b"\xff,", "a.csv")
    assert (told.value.rule, told.value.facts) == (own.value.rule, own.value.facts)


def test_more_rows_than_can_be_taken_are_refused(readers: FileReaders) -> None:
    data = f"{HEADER}\n".encode() + f"{LINE}\n".encode() * (ROWS_MAX + 1)
    assert rule_of(readers, data) == "reading_yields_too_much"


def test_a_file_that_takes_too_long_is_refused_by_computing_and_by_waiting() -> None:
    for seconds, stopped in ((1, False), (1, True)):
        readers = FileReaders(limits_of(MEGABYTES, seconds), 1)
        assert rule_of(readers, GOOD) is None
        if stopped:
            for each in reading_processes():
                each.send_signal(signal.SIGSTOP)
        data = GOOD if stopped else f"{HEADER}\n".encode() + f"{LINE}\n".encode() * 150_000
        began = time.monotonic()
        assert rule_of(readers, data) == "reading_needs_time"
        assert time.monotonic() - began < 3 * seconds + 2
        assert rule_of(readers, GOOD) is None
        readers.close()
    assert not reading_processes()


def test_a_reader_that_is_killed_is_told_of_and_followed_by_another(readers: FileReaders) -> None:
    readers.statement(GOOD, "a.csv")
    (first,) = reading_processes()
    first.send_signal(signal.SIGSTOP)
    threading.Timer(0.3, lambda: os.killpg(first.pid, signal.SIGKILL)).start()
    assert rule_of(readers, GOOD) == "reader_died"
    assert rule_of(readers, GOOD) is None
    (second,) = reading_processes()
    assert second.pid != first.pid


def test_a_reader_is_kept_for_the_next_file_and_no_more_work_at_once_than_allowed(
    readers: FileReaders,
) -> None:
    with ThreadPoolExecutor(8) as many:
        files = list(many.map(lambda _: readers.statement(GOOD, "a.csv"), range(40)))
    assert len(files) == 40
    assert 1 <= len(reading_processes()) <= 2


def test_a_reader_inherits_neither_files_nor_secrets(
    readers: FileReaders, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZHIHENG_TOKEN", "a secret of ours")
    with (tmp_path / "open").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        readers.statement(GOOD, "a.csv")
        (reader,) = reading_processes()
        assert "ZHIHENG_TOKEN" not in reader.environ()
        assert {int(each.name) for each in Path(f"/proc/{reader.pid}/fd").iterdir()} == {0, 1, 2}


def test_a_reader_knows_neither_frames_nor_the_web_nor_a_database() -> None:
    code = "import sys, api.strangers.process; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"polars", "fastapi", "starlette", "psycopg", "pydantic", "ledger.facts"}
    assert not heavy & set(loaded)


def test_only_the_reader_opens_what_strangers_bring() -> None:
    opening = ("python_calamine", "html.parser", "zipfile", "import csv", "ElementTree")
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "api").rglob("*.py")
        if any(word in path.read_text("utf-8") for word in opening)
    }
    own_output_or_auditors_tool = {
        "api/bundles/read.py",
        "api/cli_bundle.py",
        "api/demo/story/bank_files.py",
        "api/exports/sheets.py",
        "api/papers/docx.py",
    }
    assert found - own_output_or_auditors_tool == {
        "api/imports/tables.py",
        "api/imports/workbooks.py",
    }
    code = "import sys, api.app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"python_calamine", "api.imports.workbooks", "api.imports.statement"} & set(loaded)
