"""Figures at the terminal: their values as tables or files, and what stands behind one."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import orjson
import polars as pl
import typer

from api.cli_readings import Form, need_file, put_out
from api.cli_session import Session, say, signed_in, spoken
from api.exports.names import names_in
from api.figure_answers import Explained, Restated, explained, one_place, restatement
from api.figure_documents import PAGE, explained_as_json, restated_as_json
from api.figure_facts import ReaderRights
from api.figure_lines import entries_reading, restatement_reading
from api.figure_tables import FigureTable, figures, title_of
from api.figure_telling import NOTHING, figure_text, line_text
from api.figures import (
    AskedFigures,
    asked_figures,
    indicator_named,
    indicators_listed,
    standpoint,
    stood_before,
)
from api.filter_values import with_institution
from api.moments import read_known_at
from api.readings import Reading
from api.rights import Kind, scope_of
from ledger.refusals import Refusal, Refused
from projections.figures import Reducer

_ON_SCREEN = {
    "zh": ("code", "indicator_zh", "name_zh", "value", "unit", "entries"),
    "en": ("code", "indicator_en", "name_en", "value", "unit", "entries"),
}
"""What a terminal has room for."""

Period = Annotated[
    str | None, typer.Option(help="期间 · 2022, 2022Q3, 2022-09, 2022-03-01..2022-06-30")
]
Institution = Annotated[str | None, typer.Option(help="机构 · institution")]
Group = Annotated[str | None, typer.Option(help="组别 · university, research-institute or centres")]
AsOf = Annotated[str | None, typer.Option(help="业务时点 · date, 2022-06-30")]
KnownAt = Annotated[str | None, typer.Option(help="认知时点 · first N facts, a time or a date")]
Until = Annotated[
    str | None, typer.Option(help="比较到的认知时点 · later knowledge to compare with")
]


def show_figures(
    codes: Annotated[
        list[str] | None, typer.Argument(help="指标 · D04 or D16:stock-at-start; all without")
    ] = None,
    period: Period = None,
    institution: Institution = None,
    group: Group = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件 · file to write")] = None,
) -> None:
    """查看指标 · Read figures of a period, as they were known at a point of the log."""
    need_file(form, out)
    given = _given(period, institution, group, as_of, known_at)
    with signed_in() as session:
        listed = indicators_listed(session.caller, ",".join(codes) if codes else None)
        if not codes and (institution or group):
            listed = tuple(each for each in listed if not each.city_only)
        asked = asked_figures(session.caller, listed, _placed(session, given))
        reading = figures(asked, standpoint(session.home.reader, asked))
        put_out(_narrow(reading) if form is Form.TABLE else reading, form, out)


def explain(
    code: Annotated[str, typer.Argument(help="指标 · D04 or D16:stock-at-start")],
    period: Period = None,
    institution: Institution = None,
    group: Group = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    until: Until = None,
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="同 --format json")] = False,
    out: Annotated[Path | None, typer.Option(help="写入文件 · file to write")] = None,
) -> None:
    """解释指标 · The facts behind a figure; with --known-at and --until, behind its change."""
    name, _, variant = code.partition(":")
    form = Form.JSON if as_json else form
    need_file(form, out)
    given = _given(period, institution, group, as_of, known_at)
    with signed_in() as session:
        chosen = indicator_named(session.caller, name, variant or None)
        asked = one_place(asked_figures(session.caller, (chosen,), _placed(session, given)))
        if until is None:
            _explain(session, asked, form, out)
        elif known_at is None:
            raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="known_at")
        else:
            _restate(session, asked, until, form, out)


def _given(*values: str | None) -> dict[str, str]:
    names = ("period", "institution", "group", "as_of", "known_at")
    return {name: value for name, value in zip(names, values, strict=True) if value}


def _placed(session: Session, given: dict[str, str]) -> dict[str, str]:
    return with_institution(session.home.reader, scope_of(session.caller, Kind.FIGURE), given)


def _narrow(reading: Reading) -> Reading:
    names = _ON_SCREEN[spoken()]
    columns = {column.name: column for column in reading.view.columns}
    shown = FigureTable(
        reading.view.zh, reading.view.en, columns=tuple(columns[name] for name in names)
    )
    rows = reading.rows.select(names).with_columns(pl.col("value").fill_null(NOTHING))
    return dataclasses.replace(reading, view=shown, rows=rows)


def _explain(session: Session, asked: AskedFigures, form: Form, out: Path | None) -> None:
    at, reader = standpoint(session.home.reader, asked), ReaderRights.of(session.caller)
    found = explained(asked, at)
    told = explained_as_json(asked, at, found, reader)
    if form is Form.JSON:
        _put_json(told, out)
        return
    reading = entries_reading(asked, at, reader)
    names = names_in(session.home, asked.scope, reading, at.tape)
    if form is not Form.TABLE or out is not None:
        put_out(reading, form, out, names)
        return
    _head(found, figure_text(found.figure, spoken()), told)
    put_out(dataclasses.replace(reading, rows=reading.rows.head(PAGE)), form, out, names)
    _tell_facts(told["facts"])
    if found.entries.height > PAGE:
        say(f"只列出前 {PAGE} 条明细。", f"the first {PAGE} entries only", error=True)


def _restate(
    session: Session, asked: AskedFigures, until: str, form: Form, out: Path | None
) -> None:
    home, reader = session.home.reader, ReaderRights.of(session.caller)
    later = standpoint(home, dataclasses.replace(asked, known_at=read_known_at(until, "until")))
    earlier = stood_before(later, home, asked)
    found = restatement(asked, earlier, later)
    told = restated_as_json(asked, earlier, later, found, reader)
    if form is Form.JSON:
        _put_json(told, out)
        return
    reading = restatement_reading(asked, earlier, later, reader)
    names = names_in(session.home, asked.scope, reading, later.tape)
    if form is not Form.TABLE or out is not None:
        put_out(reading, form, out, names)
        return
    before, after = (figure_text(each, spoken()) for each in (found.before, found.after))
    _head(found, f"{before} → {after}", told)
    put_out(reading, form, out, names)
    _tell_facts(told["facts"])
    if found.adds_up and found.indicator.reducer is not Reducer.MEDIAN:
        say("各行变化之和等于指标的变化。", "the changes add up to that of the figure")


def _head(found: Explained | Restated, value: str, told: dict[str, Any]) -> None:
    title = title_of(found.indicator)
    name = title.zh if spoken() == "zh" else title.en
    typer.echo(f"{found.indicator.code} {name} {told['period']}: {value}")


def _tell_facts(facts: list[dict[str, Any]]) -> None:
    for fact in facts:
        line = fact.get("bank_line")
        shown = f"  ({line_text(line, spoken())})" if line else ""
        voided = f"  × #{fact['voided_by']}" if fact["voided_by"] is not None else ""
        typer.echo(
            f"#{fact['position']} {fact[spoken()]}  {fact['subject']}  "
            f"{fact['effective']}{shown}{voided}"
        )


def _put_json(told: dict[str, Any], out: Path | None) -> None:
    data = orjson.dumps(told, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2)
    if out is None:
        typer.echo(data.decode())
    else:
        out.write_bytes(data + b"\n")
