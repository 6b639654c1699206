"""The completeness test at the terminal: a list from elsewhere beside the ledger."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_readings import Form, need_file, put_out
from api.cli_session import REFUSED, Progress, say, signed_in, spoken
from api.completeness import AskedComparison, Comparison, compare, recording
from api.exports.cells import word_of
from api.imports.banks import plain_title
from api.lists.kinds import COMPARED
from api.moments import malformed, read_day, read_known_at

_KINDS = " · ".join(COMPARED)


def completeness(
    kind: Annotated[str, typer.Argument(help=f"清单种类 · {_KINDS}")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="清单 · the list")],
    institution: Annotated[str | None, typer.Option(help="机构 · institution")] = None,
    first: Annotated[str | None, typer.Option("--from", help="清单起 · first day")] = None,
    last: Annotated[str | None, typer.Option("--until", help="清单止 · last day")] = None,
    as_of: Annotated[str | None, typer.Option(help="业务时点 · date, 2022-06-30")] = None,
    known_at: Annotated[str | None, typer.Option(help="认知时点 · N, time or date")] = None,
    titles: Annotated[
        list[str] | None, typer.Option("--map", help="表头=字段 · title=field")
    ] = None,
    keep: Annotated[bool, typer.Option("--record", help="登记结果 · keep the result")] = False,
    accept_good: Annotated[bool, typer.Option(help="接受可读行 · though lines are unread")] = False,
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件 · file to write")] = None,
) -> None:
    """完整性测试 · Lay a list from the patent office or an exchange beside the ledger; 1 if any
    line differs or is missing."""
    need_file(form, out)
    with signed_in() as session, Progress(1, "compare"):
        asked = AskedComparison(
            file.read_bytes(),
            file.name,
            kind,
            institution,
            dict(_pair(each) for each in titles or []),
            read_day("from", first),
            read_day("until", last),
            read_day("as_of", as_of),
            read_known_at(known_at),
        )
        made = compare(session.home, session.caller.state, asked)
        put_out(made.told(), form, out)
        _tell(made)
        if keep:
            by = session.caller.by
            asked_for = recording(session.home, by, made, None, accept_good=accept_good)
            answer = session.scribe.handle(asked_for)
            position = answer.written[0].position
            say(f"已登记为第 {position} 条事实。", f"kept as fact {position}", error=True)
        if set(made.counts) - {"matched", "unread"} or made.faults:
            raise typer.Exit(REFUSED)


def _pair(text: str) -> tuple[str, str]:
    title, sign, name = text.rpartition("=")
    if not sign or not title.strip():
        raise malformed("map", text, "专利号=patent")
    return plain_title(title), name.strip()


def _tell(made: Comparison) -> None:
    """The counts in one line, and every cell that could not be read."""
    counts = ", ".join(
        f"{word_of('compared', name, spoken())} {count}" for name, count in made.counts.items()
    )
    first, last = made.span
    say(f"{first} 至 {last}：{counts}", f"{first} to {last}: {counts}", error=True)
    for fault in made.faults:
        place = f"{fault.sheet} {fault.row}{fault.column}"
        say(f"  {place} {fault.zh}", f"  {place} {fault.en}", error=True)
