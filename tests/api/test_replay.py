"""Two versions of the program over one history: exactly the numbers that differ are listed."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from api import replay
from api.cli import main
from api.postgres import Logins
from api.stamps import PACKAGES
from ledger.checkpoints import Checkpoint
from ledger.merkle import Edge, Head, leaf_hash
from ledger.notes import Note, Signer
from ledger.tiles import Place, bundled, put
from projections.figures import Reducer
from projections.indicators import INDICATORS
from tests.api.figure_house import FIRST_FEN, FigureHouse, open_figure_house
from tests.api.office import FIRST
from tests.api.terminal import terminal
from tests.projections.stories import long_story

HERE = Path(replay.__file__).parent.parent
DAYS = "days_overdue"


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("history") / "entries.ndjson"
    replay.write_entries(long_story().entries, file)
    return file


@pytest.fixture(scope="module")
def ours(entries: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ours")
    replay.dump(entries, folder)
    return folder


def checkout(folder: Path, file: str, plain: str, patched: str) -> Path:
    """Another version of the program: this one with one rule written otherwise."""
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(HERE / package, folder / package, ignore=ignored)
    path = folder / file
    text = path.read_text()
    assert text.count(plain) == 1
    path.write_text(text.replace(plain, patched))
    return folder


def run(monkeypatch: pytest.MonkeyPatch, captured: Any, *arguments: object) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["zhiheng", "replay", *map(str, arguments)])
    captured.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    said = captured.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_same_code_in_another_folder_answers_every_number_alike(
    entries: Path, ours: Path, tmp_path: Path
) -> None:
    copy = checkout(tmp_path / "copy", "projections/receivables.py", "total_days()", "total_days()")
    replay.dump_by(copy, entries, tmp_path / "theirs")
    assert list(replay.changes(tmp_path / "theirs", ours)) == []


def test_one_rule_of_a_view_written_otherwise_is_that_column_of_that_view(
    entries: Path, ours: Path, tmp_path: Path
) -> None:
    other = checkout(
        tmp_path / "other", "projections/receivables.py", "total_days()", "total_days() - 1"
    )
    replay.dump_by(other, entries, tmp_path / "theirs")
    found = list(replay.changes(tmp_path / "theirs", ours))
    assert {each.answer for each in found} == {"view/receivables"}
    assert {each.column for each in found} == {DAYS, "ageing"}  # which follows from the days
    found = [each for each in found if each.column == DAYS]
    assert all(each.after == each.before + 1 for each in found)
    index = json.loads((ours / "index.json").read_bytes())
    (listed,) = (each for each in index["answers"] if each["name"] == "view/receivables")
    rows = [json.loads(line) for line in (ours / listed["file"]).read_bytes().splitlines()]
    late = {json.dumps(row["contract"]) for row in rows if row[DAYS] > 0}
    assert late
    assert {json.dumps(json.loads(each.row)["contract"]) for each in found} == late
    assert len(found) == sum(row[DAYS] > 0 for row in rows)


def test_one_way_of_counting_written_otherwise_is_the_figures_counted_so(
    entries: Path, ours: Path, tmp_path: Path
) -> None:
    counted = "middle.sum() * (1 + count % 2)"
    other = checkout(
        tmp_path / "other",
        "projections/figures.py",
        counted,
        f"{counted} + 1",
    )
    replay.dump_by(other, entries, tmp_path / "theirs")
    found = list(replay.changes(tmp_path / "theirs", ours))
    so = {f"figure/{each.name}" for each in INDICATORS if each.reducer is Reducer.MEDIAN}
    assert so
    assert {each.answer for each in found} == so
    assert {each.column for each in found} == {"numerator"}


def test_columns_rows_versions_and_answers_of_one_side_alone_are_told(tmp_path: Path) -> None:
    def dumped(name: str, answers: dict[str, tuple[int, list[dict[str, Any]]]]) -> Path:
        (tmp_path / name).mkdir()
        listed: list[dict[str, Any]] = []
        for answer, (version, rows) in answers.items():
            file = f"{len(listed)}.ndjson"
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (tmp_path / name / file).write_text(lines)
            listed.append({"name": answer, "key": ["k"], "version": version, "file": file})
        (tmp_path / name / "index.json").write_text(json.dumps({"answers": listed}))
        return tmp_path / name

    before = dumped("before", {"a": (1, [{"k": 1, "x": 1}, {"k": 2, "x": 2}]), "b": (1, [])})
    after = dumped("after", {"a": (2, [{"k": 2, "x": 3, "y": 0}, {"k": 3, "x": 4, "y": 0}])})
    assert list(replay.changes(before, after)) == [
        ("a", "", "version", 1, 2),
        ("a", "", "y", None, "column"),
        ("a", '{"k":1}', "x", 1, None),
        ("a", '{"k":2}', "x", 2, 3),
        ("a", '{"k":3}', "x", None, 4),
        ("b", "", "", 1, None),
    ]


def test_the_log_in_a_bundle_is_read_up_to_its_checkpoint(tmp_path: Path) -> None:
    entries = long_story().entries
    edge, size = Edge(), len(entries) - 1
    for entry in entries[:size]:
        edge.add(leaf_hash(entry))
    text = Checkpoint("test.example/ledger", Head(size, edge.root())).text
    signer = Signer.of_seed("test.example/ledger", bytes(32))
    for number in range(0, size, 256):
        part = entries[number : min(number + 256, size)]
        path = tmp_path / "log" / Place(None, number // 256, len(part)).path
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, bundled(part))
    (tmp_path / "log" / "checkpoint").write_bytes(bytes(Note(text, (signer.sign(text),))))
    assert list(replay.entries_in(tmp_path)) == list(replay.entries_in(tmp_path / "log"))
    assert list(replay.entries_in(tmp_path)) == entries[:size]


def test_the_terminal_lists_what_differs_and_ends_with_one(
    entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    other = checkout(
        tmp_path / "other", "projections/receivables.py", "total_days()", "total_days() - 1"
    )
    code, out, err = run(monkeypatch, capsys, entries, "--against", other)
    assert code == 1, err
    assert "view/receivables" in out
    assert DAYS in out
    assert "处不同" in out
    _, out, _ = run(monkeypatch, capsys, entries, "--against", other, "--json")
    assert {each["column"] for each in json.loads(out)["changes"]} == {DAYS, "ageing"}
    code, out, err = run(monkeypatch, capsys, entries, "--against", sys.executable)
    assert code in (0, 1), err


def test_a_version_that_cannot_read_the_history_says_why(
    entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    older = checkout(
        tmp_path / "older",
        "projections/tape.py",
        "unknown = set(current",
        'unknown = {"new-fact.v1"} | set(current',
    )
    code, _, err = run(monkeypatch, capsys, entries, "--against", older)
    assert code == 1
    assert "new-fact.v1" in err
    assert run(monkeypatch, capsys, entries, "--against", tmp_path / "nowhere")[0] == 2
    cut = tmp_path / "cut"
    cut.mkdir()
    (cut / "checkpoint").write_text("half a note")
    assert run(monkeypatch, capsys, cut, "--against", older)[0] == 1


def test_without_a_source_the_history_is_that_of_the_home(
    ledger: Logins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: Any,
) -> None:
    with open_figure_house(ledger, tmp_path) as house:
        assert FIRST_FEN in received(house)
        zhiheng = terminal(house, ledger, tmp_path, monkeypatch, capsysbinary)
        same = checkout(
            tmp_path / "same", "projections/receivables.py", "total_days()", "total_days()"
        )
        code, out, err = zhiheng("replay", "--against", same)
    assert code == 0, err
    assert "全部数字相同" in out


def received(house: FigureHouse) -> list[int]:
    answer = house.as_(house.auditor()).get("/v1/views/receipts", params={"institution": FIRST})
    return [row["amount_fen"] for row in answer.json()["rows"]]
