"""Lists at the terminal: what each would add, what it added, and every cell that is wrong."""

from pathlib import Path

import typer

from api.cli_session import Progress, Session, say, spoken
from api.imports.verdicts import same_money_line
from api.lists.intake import Asked, ListPreview, ListTaken, accept, preview
from api.lists.words import by_concern, counts_line, row_note, verdict_word
from api.terminal import table
from api.texts import told

_ROWS_SHOWN = 200


def take_list(session: Session, asked: Asked, *, dry_run: bool) -> bool:
    """Preview a list or take it in, and tell; whether every row could be taken."""
    by, name = session.caller.by, Path(asked.filename).name
    if dry_run:
        found = preview(session.home, session.connection, by, asked)
        _tell_preview(name, found)
        return not found.rejected
    with Progress(1, "import") as progress:

        def reach(done: int, total: int) -> None:
            progress.reach(done, total)

        taken = accept(session.home, session.connection, session.scribe, by, asked, reach)
    _tell_taken(name, taken)
    return not taken.refused


def _tell_preview(name: str, found: ListPreview) -> None:
    _tell_counts(name, found)
    zh = spoken() == "zh"
    rows = [
        [
            str(verdict.row),
            verdict.key,
            verdict_word(verdict.verdict, spoken()),
            row_note(found.kind.code, verdict, spoken()),
        ]
        for verdict in by_concern(found.verdicts)[:_ROWS_SHOWN]
    ]
    titles = ["行", "编号", "结果", "说明"] if zh else ["row", "number", "outcome", "note"]
    typer.echo(table(titles, rows, (True, False, False, False)))
    if len(found.verdicts) > _ROWS_SHOWN:
        say(f"（只列出 {_ROWS_SHOWN} 行）", f"(only {_ROWS_SHOWN} rows are listed)")
    say("仅预览，没有写入。", "a preview: nothing was written")


def _tell_taken(name: str, taken: ListTaken) -> None:
    _tell_counts(name, taken.preview)
    for verdict in taken.preview.verdicts:
        if verdict.faults or verdict.differences:
            note = row_note(taken.preview.kind.code, verdict, spoken())
            typer.echo(f"  {verdict.row} {verdict.key} {note}")
    for row, command, refusal in taken.refused:
        typer.echo(f"  {row} {command}: {' '.join(told(refusal, spoken()))}", err=True)
    say(f"已写入 {taken.facts} 条事实。", f"{taken.facts} facts were written")


def _tell_counts(name: str, found: ListPreview) -> None:
    kind, columns = found.kind, len(found.table.ignored)
    counts = counts_line(found, spoken())
    say(
        f"{name}：{kind.zh}，工作表“{found.table.head.sheet}”；{counts}；另有 {columns} 列未读取",
        f"{name}: {kind.en}, sheet '{found.table.head.sheet}'; {counts}; "
        f"{columns} columns not read",
    )
    if found.statement is not None and (rule := same_money_line(found.statement, spoken())):
        typer.echo(rule)
