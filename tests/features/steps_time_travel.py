"""Steps about two moments of knowledge: what a view tells otherwise, and why a figure changed."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from api.access import Caller
from api.exports.cells import text_of
from api.figure_answers import one_place
from api.figure_facts import ReaderRights
from api.figure_lines import restatement_reading
from api.figures import asked_figures, indicator_named, standpoint, stood_before
from api.moments import read_known_at
from api.readings import Reading, view_named
from api.states import state_of
from api.view_differences import compared, differing, for_people
from projections.fact_titles import TITLES
from projections.figure_changes import facts_at
from projections.tape import Tape
from projections.view import Kind
from tests.features.city import City
from tests.features.phrases import finding
from tests.features.tables import Table, view_called

_TOPICS = {fact.TOPIC: title.zh for fact, title in TITLES.items()}


def _caller(city: City, who: str) -> Caller:
    actor, _ = city.actor(who)
    return Caller(actor, "", state_of(city.connection, actor), city.clock.today)


def _known(city: City, label: str) -> str:
    """A moment the scenario noted, or a date."""
    return str(city.sizes.get(label, label))


def _differences(city: City, who: str, title: str, known: str) -> Reading:
    city.need_examined()
    reader, caller = city.home.reader, _caller(city, who)
    view = view_named(caller, view_called(title).name)
    given = {"known_at": _known(city, known), "as_of": city.clock.today.isoformat()}
    return differing(reader, caller, compared(reader, caller, view, given))


@finding("{who}看到自“{known}”以来“{title}”的变化含")
def view_differs(city: City, who: str, known: str, title: str, datatable: Table) -> None:
    """What differs in the columns the table names: 事项, 变化, 栏目, 原值, 现值, 事实."""
    found = for_people(_differences(city, who, title, known), "zh", {})
    head, *wanted = datatable
    named = {row[head.index("栏目")] for row in wanted}
    lines = [row for row in _told(city, found, head) if row[head.index("栏目")] in named]
    _lie_side_by_side(lines, wanted)


@finding("{who}看到自“{known}”以来“{title}”没有变化")
def view_stands(city: City, who: str, known: str, title: str) -> None:
    assert _differences(city, who, title, known).rows.is_empty()


@finding("{who}问“{name}”在 {period} 为何由“{known}”变到“{until}”，逐行为")
def figure_changed(
    city: City, who: str, name: str, period: str, known: str, until: str, datatable: Table
) -> None:
    """The lines 当时, 变化 and 其后 of the table; their amounts add up."""
    city.need_examined()
    reader, caller = city.home.reader, _caller(city, who)
    given = {"period": period, "known_at": _known(city, known)}
    indicator = indicator_named(caller, name, None)
    asked = one_place(asked_figures(caller, (indicator,), given))
    known_at = read_known_at(_known(city, until), "until")
    later = standpoint(reader, replace(asked, known_at=known_at))
    earlier = stood_before(later, reader, asked)
    made = restatement_reading(asked, earlier, later, ReaderRights.of(caller))
    assert made.told["adds_up"]
    _sums_up(made.rows)
    head, *wanted = datatable
    _lie_side_by_side(_told(city, made, head), wanted)


def _sums_up(lines: pl.DataFrame) -> None:
    amounts = dict(lines.group_by("line").agg(pl.col("amount_fen").sum()).iter_rows())
    assert amounts["then"] + amounts.get("change", 0) == amounts["now"], amounts


def _told(city: City, reading: Reading, head: Iterable[str]) -> Table:
    """The rows of a reading in the words of the law book, as far as the head names columns."""
    tape = city.home.reader.tape()
    columns = {column.zh: column for column in reading.view.columns}
    titles = {"事项": _subject(reading), "事实": "positions"}
    names = [titles.get(title) or columns[title].name for title in head]
    by_name = {column.name: column for column in reading.view.columns}
    return [
        [
            _topics(tape, row[name])
            if name == "positions"
            else city.name_of(row[name] or "")
            if by_name[name].kind is Kind.SUBJECT
            else text_of(by_name[name], row[name], "zh")
            for name in names
        ]
        for row in reading.rows.iter_rows(named=True)
    ]


def _subject(reading: Reading) -> str:
    """The column that says what a row is about."""
    kinds = [each for each in reading.view.columns if each.kind is Kind.SUBJECT]
    return next(each.name for each in kinds if each.name != "institution")


def _topics(tape: Tape, positions: list[int] | None) -> str:
    facts = facts_at(tape, pl.Series(positions or [], dtype=pl.Int64))
    return "、".join(_TOPICS[topic] for topic in facts["topic"])


def _lie_side_by_side(found: Table, wanted: Table) -> None:
    assert sorted(found) == sorted(wanted), "\n".join(map(str, ("实为:", *sorted(found))))
