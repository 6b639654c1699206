"""Two versions of the program over one history, and every number that differs between them.

`python -m api.replay ENTRIES FOLDER` writes what one version makes of stored entries: every view
and figure at their end, as canonical NDJSON beside an index.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from api.stamps import CODE
from ledger.checkpoints import parse_checkpoint
from ledger.notes import parse_note
from ledger.tiles import TileFolder
from projections.answers import answers, canonical
from projections.feed import open_feed, rows_from
from projections.kept import Kept
from projections.moment import moment_of
from projections.tape import tape_of

_INDEX: Final = "index.json"
_TOLD_MAX: Final = 2_000


class ReplayFailed(RuntimeError):
    """The other version did not get through the history; `told` is what it said last."""

    def __init__(self, told: str) -> None:
        self.told = told
        super().__init__(told)


class Changed(NamedTuple):
    """A value that differs: in which answer, row and column; values are JSON, None = not there.

    Without a row it is the answer's version, a column, or the answer itself that differs.
    """

    answer: str
    row: str
    column: str
    before: Any
    after: Any


def entries_in(source: Path) -> Iterator[bytes]:
    """The stored entries in a file of one a line, a log's folder, or what holds one as `log`.

    A folder is read up to its checkpoint. Raises FileNotFoundError, NoteIsMalformed,
    TileIsMalformed.
    """
    if source.is_file():
        with source.open("rb") as lines:
            yield from (line.rstrip(b"\n") for line in lines)
        return
    folder = source / "log" if (source / "log").is_dir() else source
    note = parse_note((folder / "checkpoint").read_bytes())
    yield from TileFolder(folder).entries(0, parse_checkpoint(note.text).head.size)


def entries_stored(url: str) -> Iterator[bytes]:
    """All entries of a database, for a login that may read the log."""
    feed = open_feed(url)
    try:
        for rows in rows_from(feed, 0):
            yield from (state.encode() for state in rows["state"])
    finally:
        feed.close()


def write_entries(entries: Iterable[bytes], file: Path) -> None:
    """One entry a line: canonical JSON has no line feed in it."""
    with file.open("wb") as lines:
        lines.writelines(entry + b"\n" for entry in entries)


def dump(entries: Path, folder: Path) -> None:
    """Write what this version of the program makes of a history: a file an answer, and an index.

    Raises LookupError for a fact this version does not know, LogHoldsNothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tape = tape_of(entries_in(entries))
    moment = moment_of(tape)
    listed = []
    for number, each in enumerate(answers(Kept(), tape, moment.as_of)):
        file = f"{number:04}.ndjson"
        (folder / file).write_bytes(canonical(each.rows))
        listed.append({"name": each.name, "key": each.key, "version": each.version, "file": file})
    index = {
        "size": tape.size,
        "as_of": moment.as_of,
        "code": CODE._asdict(),
        "answers": listed,
    }
    (folder / _INDEX).write_bytes(orjson.dumps(index))


def dump_by(against: Path, entries: Path, folder: Path) -> None:
    """Have another version write its answers: a checkout's folder, or a Python that has it.

    Raises ReplayFailed.
    """
    checkout = against.is_dir()
    # The folder a module is started in comes first where it is looked for: no other version's.
    place = against if checkout else folder.parent
    python = sys.executable if checkout else str(against.absolute())
    around = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if checkout:
        around["PYTHONPATH"] = str(against.absolute())
    done = subprocess.run(
        [python, "-m", "api.replay", str(entries.absolute()), str(folder.absolute())],
        cwd=place,
        env=around,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ReplayFailed(done.stderr.decode(errors="replace").strip()[-_TOLD_MAX:])


def changes(before: Path, after: Path) -> Iterator[Changed]:
    """Every value that differs between two dumps, in order of the answers and their rows."""
    old, new = (
        {each["name"]: each for each in orjson.loads((folder / _INDEX).read_bytes())["answers"]}
        for folder in (before, after)
    )
    for name in dict.fromkeys((*old, *new)):
        if name not in new or name not in old:
            told = [each[name]["version"] if name in each else None for each in (old, new)]
            yield Changed(name, "", "", *told)
            continue
        if old[name]["version"] != new[name]["version"]:
            yield Changed(name, "", "version", old[name]["version"], new[name]["version"])
        files = before / old[name]["file"], after / new[name]["file"]
        if files[0].read_bytes() != files[1].read_bytes():
            yield from _changed_rows(name, new[name]["key"], *files)


def _changed_rows(name: str, key: list[str], before: Path, after: Path) -> Iterator[Changed]:
    old, new = (_rows(file, key) for file in (before, after))
    columns = [_columns(rows) for rows in (old, new)]
    if old and new:
        for column in sorted(columns[0] ^ columns[1]):
            told = ["column" if column in each else None for each in columns]
            yield Changed(name, "", column, *told)
    shared = sorted((columns[0] & columns[1] or columns[0] | columns[1]) - set(key))
    for row in dict.fromkeys((*old, *new)):
        then, now = old.get(row, {}), new.get(row, {})
        for column in shared:
            if then.get(column) != now.get(column):
                yield Changed(name, row, column, then.get(column), now.get(column))


def _rows(file: Path, key: list[str]) -> dict[str, dict[str, Any]]:
    """Rows by the JSON of their key."""
    rows = (orjson.loads(line) for line in file.read_bytes().splitlines())
    return {orjson.dumps({each: row.get(each) for each in key}).decode(): row for row in rows}


def _columns(rows: dict[str, dict[str, Any]]) -> set[str]:
    return set(next(iter(rows.values()), {}))


if __name__ == "__main__":
    dump(Path(sys.argv[1]), Path(sys.argv[2]))
