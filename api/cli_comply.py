"""Clauses at the terminal: the statuses of a catalogue as a table or file, and as OSCAL."""

import dataclasses
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer

from api.clause_cells import assessed
from api.cli_readings import Form, need_file, put_out
from api.cli_session import REFUSED, WRONG_USAGE, Session, fail, say, signed_in
from api.cli_session import spoken as language
from api.compliance import (
    ClauseTable,
    asked_clauses,
    catalogue_named,
    matrix_read,
    one_institution,
)
from api.figure_facts import ReaderRights, without_persons
from api.figures import Standpoint, standpoint
from api.filter_values import with_institution
from api.readings import Reading
from api.rights import Kind, scope_of
from compliance.assess import Assessment
from compliance.clause import CAVEAT, Catalogue, Status, Words
from compliance.oscal import Assessed, assessment_results

FINDINGS: Final = frozenset({Status.CONTRADICTED, Status.MISSING})
"""Statuses that end the command with the exit code of a finding."""

_ON_SCREEN: Final = {
    "zh": ("clause", "title_zh", "status", "evidence", "gaps", "next_due", "next_step_zh"),
    "en": ("clause", "title_en", "status", "evidence", "gaps", "next_due", "next_step_en"),
}
"""What a terminal has room for; with several institutions their names come first."""


def comply(
    catalogue: Annotated[str, typer.Argument(help="条款目录 · gbt33251-2016, statutes …")],
    institution: Annotated[str | None, typer.Option(help="机构 · institution")] = None,
    as_of: Annotated[str | None, typer.Option(help="业务时点 · date, 2022-06-30")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="认知时点 · first N facts, a time or a date")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件 · file to write")] = None,
    oscal: Annotated[
        Path | None, typer.Option(help="另存 OSCAL 评估结果 · write OSCAL assessment results")
    ] = None,
) -> None:
    """查看条款 · What the facts show of a catalogue's clauses.

    退出码 1：有条款与事实相悖或没有证据 · Exit 1: a clause is contradicted, or has no evidence.
    """
    need_file(form, out)
    given = {"institution": institution, "as_of": as_of, "known_at": known_at}
    with signed_in() as session:
        found = catalogue_named(session.caller, catalogue)
        scope = scope_of(session.caller, Kind.CLAUSE)
        named = {k: v for k, v in given.items() if v}
        asked = asked_clauses(session.caller, with_institution(session.home.reader, scope, named))
        if oscal is not None:
            asked = dataclasses.replace(asked, institution=one_institution(asked))
        at = standpoint(session.home.reader, asked)
        reading = matrix_read(found, asked, at)
        put_out(_narrow(reading) if form is Form.TABLE else reading, form, out)
        if oscal is not None:
            oscal.write_bytes(_as_oscal(session, found, reading, at))
            say(f"{oscal}：OSCAL 评估结果", f"{oscal}: OSCAL assessment results", error=True)
    say(CAVEAT.zh, CAVEAT.en, error=True)
    if not FINDINGS.isdisjoint(reading.rows["status"]):
        raise typer.Exit(REFUSED)


def _narrow(reading: Reading) -> Reading:
    names = list(_ON_SCREEN[language()])
    if reading.rows["institution"].n_unique() > 1:
        names.insert(0, f"name_{language()}")
    columns = {column.name: column for column in reading.view.columns}
    shown = ClauseTable(
        reading.view.name, reading.view.zh, reading.view.en, tuple(columns[name] for name in names)
    )
    return dataclasses.replace(reading, view=shown, rows=reading.rows.select(names))


def _as_oscal(session: Session, catalogue: Catalogue, reading: Reading, at: Standpoint) -> bytes:
    """The cells of a reading about one institution as an OSCAL document."""
    reader, recorded = ReaderRights.of(session.caller), at.tape.last_recorded()
    if reading.rows.is_empty() or recorded is None:
        fail(WRONG_USAGE, "没有约束该机构的条款。", "no clause binds the institution")
    institution, zh, en = reading.rows.select("institution", "name_zh", "name_en").row(0)
    cells = [
        _seen(assessed(catalogue, catalogue.clause(clause), institution, at), reader)
        for clause in reading.rows["clause"]
    ]
    about = Assessed(institution, Words(zh, en), at.moment, recorded)
    document = assessment_results(catalogue, cells, about)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _seen(cell: Assessment, reader: ReaderRights) -> Assessment:
    return dataclasses.replace(cell, items=without_persons(cell.items, reader, "subject"))
