"""What changed in a view between two moments, at the terminal or as a file."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.cli_readings import READ_BY_PROGRAMS, Form, known_pairs, need_file, put_out
from api.cli_session import signed_in, spoken
from api.console.person_names import person_names
from api.exports.names import names_in
from api.readings import view_named
from api.view_differences import compared, differing, for_people, parameters_of_diff, subjects_told


def diff(
    name: Annotated[str, typer.Argument(help="视图名 · name of the view")],
    known_at: Annotated[
        str | None, typer.Option(help="原认知时点 · first N facts, a time or a date")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="新认知时点，缺省为最新 · later knowledge, or the newest")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="业务时点，两边相同 · one date for both, 2022-06-30")
    ] = None,
    institution: Annotated[str | None, typer.Option(help="机构 · institution")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="其他筛选 名=值 · other filters, name=value")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="格式 · format")] = Form.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件 · file to write")] = None,
) -> None:
    """比较视图 · What changed in a view between two points of the log, value by value."""
    need_file(form, out)
    given = {"known_at": known_at, "until": until, "as_of": as_of, "institution": institution}
    with signed_in() as session:
        reader, caller = session.home.reader, session.caller
        persons = partial(person_names, session.home)
        view = view_named(caller, name)
        asked = known_pairs(given, where or [], parameters_of_diff(view))
        both = compared(reader, caller, view, asked, persons)
        reading = differing(reader, caller, both)
        if form in READ_BY_PROGRAMS:
            put_out(reading, form, out)
            return
        scope, tape = both.asked[1].scope, both.tapes[1]
        names = names_in(session.home, scope, reading, tape, subjects_told(reading))
        put_out(for_people(reading, spoken(), names), form, out, names)
