"""Before a release: run another version of the program over the same history and compare."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import orjson
import typer

from api.cli_session import (
    REFUSED,
    WRONG_USAGE,
    Progress,
    fail,
    opened,
    say,
    spoken,
    told_plainly,
)
from api.replay import (
    Changed,
    ReplayFailed,
    changes,
    dump,
    dump_by,
    entries_in,
    entries_stored,
    write_entries,
)
from api.terminal import table
from ledger.notes import NoteIsMalformed
from ledger.tiles import TileIsMalformed

_STEPS = 3


def replay(
    against: Annotated[
        Path, typer.Option(help="另一版本：检出目录或其 Python · checkout folder, or its Python")
    ],
    source: Annotated[
        Path | None,
        typer.Argument(help="审计包、日志目录或事实文件；缺省为当前账本 · bundle, log, or entries"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """重放对比 · Every number that another version of the program answers differently."""
    for path in (against, source):
        if path is not None and not path.exists():
            fail(WRONG_USAGE, f"找不到 {path}。", f"there is no {path}")
    with told_plainly(), TemporaryDirectory(prefix="zhiheng-replay-") as scratch:
        try:
            found = _differing(source, against, Path(scratch))
        except ReplayFailed as failed:
            fail(
                REFUSED,
                f"另一版本未能重放这段历史：\n{failed.told}",
                f"the other version did not get through this history:\n{failed.told}",
            )
        except (NoteIsMalformed, TileIsMalformed) as error:
            fail(REFUSED, f"日志目录不可用：{error}", f"the log's folder is unusable: {error}")
    if as_json:
        told = [each._asdict() for each in found]
        typer.echo(orjson.dumps({"changes": told}, option=orjson.OPT_INDENT_2).decode())
    elif found:
        _tell(found)
    else:
        say("两个版本的全部数字相同。", "both versions answer every number alike")
    if found:
        raise typer.Exit(REFUSED)


def _differing(source: Path | None, against: Path, scratch: Path) -> list[Changed]:
    """What the other version answers is `before`, what this one answers `after`."""
    entries, theirs, ours = (scratch / name for name in ("entries.ndjson", "theirs", "ours"))
    with Progress(_STEPS, "重放" if spoken() == "zh" else "replaying") as bar:
        if source is not None:
            write_entries(entries_in(source), entries)
        else:
            with opened() as home:
                write_entries(entries_stored(home.service_url), entries)
        bar.reach(1)
        dump_by(against, entries, theirs)
        bar.reach(2)
        dump(entries, ours)
        bar.reach(_STEPS)
    return list(changes(theirs, ours))


def _tell(found: list[Changed]) -> None:
    titles = {
        "zh": ("报表或指标", "行", "栏目", "另一版本", "本版本"),
        "en": ("Answer", "Row", "Column", "Other version", "This version"),
    }
    rows = [
        [each.answer, each.row, each.column, _shown(each.before), _shown(each.after)]
        for each in found
    ]
    typer.echo(table(titles[spoken()], rows, [False, False, False, True, True]))
    say(f"共 {len(found)} 处不同。", f"{len(found)} differ")


def _shown(value: object) -> str:
    return "" if value is None else orjson.dumps(value).decode()
