"""Reading from the terminal: views as tables or files, and the history of one subject."""

import asyncio
import sys
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from psycopg_pool import AsyncConnectionPool

from api.cli_session import WRONG_USAGE, Session, fail, say, signed_in, spoken
from api.console.cells import cell
from api.console.person_names import person_names
from api.console.telling import Teller
from api.console.words import WORDS
from api.entries import Entry, head, history, readable, voids
from api.exports.cells import text_of, title_of
from api.exports.documents import as_json, as_parquet
from api.exports.names import Names, names_in, with_names
from api.exports.sheets import as_csv, as_xlsx, headline
from api.filter_values import understood
from api.readings import (
    Reading,
    asked_for,
    computed,
    is_own,
    moment_asked,
    parameters_of,
    view_named,
)
from api.terminal import table
from ledger.refusals import Refusal, Refused
from projections.view import Column, Kind

_NUMBERS = (Kind.FEN, Kind.COUNT, Kind.DECIMAL)


class Form(StrEnum):
    """How a view is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


_WRITERS: dict[Form, Callable[[Reading], bytes]] = {
    Form.JSON: lambda reading: as_json(reading) + b"\n",
    Form.CSV: lambda reading: as_csv(reading, spoken()),
    Form.XLSX: lambda reading: as_xlsx(reading, spoken()),
    Form.PARQUET: as_parquet,
}
_NO_NAMES: Final[Names] = {}
_BINARY = (Form.XLSX, Form.PARQUET)
_SHEETS = (Form.CSV, Form.XLSX)
READ_BY_PROGRAMS: Final = (Form.JSON, Form.PARQUET)
"""Formats that hold values as they are; all others show them as people read them."""


def view(
    name: Annotated[str, typer.Argument(help="视图名 · name of the view")],
    institution: Annotated[str | None, typer.Option(help="机构 · institution")] = None,
    as_of: Annotated[str | None, typer.Option(help="业务时点 · date, 2022-06-30")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="认知时点 · first N facts, a time or a date")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="其他筛选 名=值 · other filters, name=value")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件 · file to write")] = None,
) -> None:
    """查看视图 · Read a view as of a date, as it was known at a point of the log."""
    need_file(form, out)
    given = {"institution": institution, "as_of": as_of, "known_at": known_at}
    with signed_in() as session:
        reading, names = _reading(session, name, given, where or [], form)
        put_out(reading, form, out, names)


def need_file(form: Form, out: Path | None) -> None:
    """Refuse to write what no terminal can show to one."""
    if form in _BINARY and out is None and sys.stdout.isatty():
        fail(WRONG_USAGE, "该格式请用 --out 指定文件。", "name a file with --out for this format")


def put_out(reading: Reading, form: Form, out: Path | None, names: Names = _NO_NAMES) -> None:
    """Write a reading to a file, and say so, or to standard output.

    Tables show these names for ids, sheets have them in columns beside the ids.
    """
    if form is Form.TABLE:
        data = (_as_table(reading, names) + "\n").encode()
    else:
        named = form in _SHEETS and names
        data = _WRITERS[form](with_names(reading, names, spoken()) if named else reading)
    if out is None:
        typer.echo(data, nl=False)
        return
    out.write_bytes(data)
    say(
        f"{out}：{reading.rows.height} 行；{headline(reading, 'zh')}",
        f"{out}: {reading.rows.height} rows; {headline(reading, 'en')}",
        error=True,
    )


def known_pairs(
    given: Mapping[str, str | None], where: list[str], known: Collection[str]
) -> dict[str, str]:
    """Options and other filters as parameters. Raises Refusal(PARAMETER_IS_UNKNOWN)."""
    pairs = {key: value for key, value in given.items() if value}
    for item in where:
        key, equals, value = item.partition("=")
        if not equals:
            fail(WRONG_USAGE, f"“{item}”应写成 名=值。", f"write '{item}' as name=value")
        pairs[key] = value
    for key in pairs:
        if key not in known:
            raise Refusal(Refused.PARAMETER_IS_UNKNOWN, parameter=key, known=", ".join(known))
    return pairs


def _reading(
    session: Session, name: str, given: Mapping[str, str | None], where: list[str], form: Form
) -> tuple[Reading, Names]:
    caller = session.caller
    view = view_named(caller, name)
    asked = asked_for(caller, view, known_pairs(given, where, parameters_of(view)))
    asked = understood(session.home.reader, asked, partial(person_names, session.home))
    tape, moment, newest = moment_asked(session.home.reader, asked)
    made = computed(session.home.reader.kept, asked, tape, moment, newest)
    if form in READ_BY_PROGRAMS:
        return made, _NO_NAMES
    return made, names_in(session.home, asked.scope, made, tape)


def _as_table(reading: Reading, names: Names) -> str:
    columns = reading.view.columns
    titles = [title_of(column, spoken()) for column in columns]
    rows = [
        [_shown(column, value, names) for column, value in zip(columns, row, strict=True)]
        for row in reading.rows.iter_rows()
    ]
    right = [column.kind in _NUMBERS for column in columns]
    return f"{table(titles, rows, right)}\n{headline(reading, spoken())}"


def _shown(column: Column, value: Any, names: Names) -> str:
    if column.kind in (Kind.SUBJECT, Kind.SUBJECTS) and names:
        return cell(column, value, spoken(), names, linked=False).text
    return text_of(column, value, spoken())


def show_history(
    subject: Annotated[str, typer.Argument(help="主体 · subject, e.g. license:…")],
) -> None:
    """查看历史 · Every fact about a subject: who, when, why, what."""
    with signed_in() as session:
        found = asyncio.run(_entries(session, subject))
        if not found:
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
        facts = [(entry, orjson.loads(entry.state)) for entry in found]
        undone = voids((entry.position, fact) for entry, fact in facts)
        for entry, fact in facts:
            _tell(entry, fact, undone.get(entry.position))


async def _entries(session: Session, subject: str) -> list[Entry]:
    async with AsyncConnectionPool(
        session.home.service_url, min_size=1, max_size=1, kwargs={"autocommit": True}, open=False
    ) as pool:
        size = await head(pool)
        own = await asyncio.to_thread(is_own, session.home.reader, session.caller, subject)
        rights = await asyncio.to_thread(readable, session.caller, session.home.reader)
        return await history(pool, rights, subject, size, own=own)


def _tell(entry: Entry, fact: dict[str, Any], voided_by: int | None) -> None:
    typer.echo(
        f"#{entry.position} {Teller(spoken(), {}).title(fact['type'])} {fact['type']} "
        f"({entry.sequence})  {fact['effective']}  "
        f"{fact['recorded']}"
    )
    if entry.withheld:
        say(*(f"  {WORDS[language]['not_told']}" for language in ("zh", "en")))
    else:
        say(f"  操作者 {fact['actor']}", f"  by {fact['actor']}")
    if fact["reason"]:
        say(f"  理由 {fact['reason']}", f"  why {fact['reason']}")
    if voided_by is not None:
        say(f"  已被 #{voided_by} 作废", f"  voided by #{voided_by}")
    for item in fact["evidence"]:
        typer.echo(f"  {item['kind']} {item['source'] or ''} {item['sha256'] or ''}".rstrip())
    for key, value in fact["payload"].items():
        if value is not None:
            shown = value if isinstance(value, str) else orjson.dumps(value).decode()
            typer.echo(f"    {key}: {shown}")
