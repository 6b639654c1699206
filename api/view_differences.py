"""How a view differs between two moments, as far as its reader may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson
import polars as pl

from api.access import Caller
from api.console.cells import Names, cell, subjects_in
from api.exports.cells import text_of, title_of
from api.figure_facts import ReaderRights, facts_told
from api.filter_values import PersonNames, understood
from api.language import Language
from api.moments import malformed, read_known_at
from api.readings import Asked, Reading, asked_for, computed, moment_asked, parameters_of
from ledger.refusals import Refusal, Refused
from projections.differences import Differences
from projections.moment import Moment
from projections.reader import Reader
from projections.tape import Tape
from projections.view import Column, Kind, View

_LISTS: Final = (Kind.CODES, Kind.SUBJECTS, Kind.POSITIONS)
_SIDES: Final = ("before", "after")


@dataclass(frozen=True, slots=True)
class Compared:
    """A view asked for at two moments, and where these stand on the log."""

    asked: tuple[Asked, Asked]
    tapes: tuple[Tape, Tape]
    moments: tuple[Moment, Moment]
    head: int

    def parts(self) -> list[Any]:
        """What tells this question from others, for ETags."""
        own = self.asked[1]
        return ["diff", own.view.name, *self.moments, own.filters, own.scope.parts()]


def parameters_of_diff(view: View) -> tuple[str, ...]:
    """Every query parameter of a view's differences beside `format`."""
    return (*parameters_of(view), "until")


def compared(
    reader: Reader,
    caller: Caller,
    view: View,
    given: Mapping[str, str],
    persons: PersonNames | None = None,
) -> Compared:
    """The two moments asked for: `known_at` and, the newest without, `until`. Blocks.

    A given `as_of` holds for both; without it each has the business date of its own. Raises
    Refusal: PARAMETER_IS_MISSING, PARAMETER_IS_MALFORMED (also where `until` is the earlier one),
    KNOWN_AT_LIES_OUTSIDE_THE_LOG, SUBJECT_IS_UNKNOWN, and those of `understood`.
    """
    own = {name: text for name, text in given.items() if name != "until"}
    asked = asked_for(caller, view, own)
    if asked.known_at is None:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="known_at")
    asked = understood(reader, asked, persons)
    until = replace(asked, known_at=read_known_at(given.get("until"), "until"))
    later, later_moment, head = moment_asked(reader, until)
    earlier, moment, _ = moment_asked(reader, asked)
    if earlier.size > later.size:
        raise malformed("known_at", str(asked.known_at), f"≤ {later.size}")
    return Compared((asked, until), (earlier, later), (moment, later_moment), head)


def differing(reader: Reader, caller: Caller, both: Compared) -> Reading:
    """Every value of the view that differs between the two moments, and the facts since. Blocks.

    Rows are those of `Differences`, cut at either moment to what its reader may see there. Raises
    Refusal(PARAMETER_IS_MISSING).
    """
    before, after = (
        computed(reader.kept, asked, tape, moment, both.head)
        for asked, tape, moment in zip(both.asked, both.tapes, both.moments, strict=True)
    )
    table, (earlier, later) = Differences(both.asked[1].view), both.tapes
    rows = table.rows(before.rows, after.rows, earlier.size, later)
    positions = rows["positions"].explode(empty_as_null=False)
    since, moment = both.moments
    told = {
        "view": table.view.name,
        "as_of": moment.as_of,
        "as_of_before": since.as_of,
        "known_at": since.known_at,
        "until": moment.known_at,
        "facts": facts_told(ReaderRights.of(caller), later, positions),
    }
    return Reading(table, moment, both.head, after.rules, rows, told, since)


def subjects_told(reading: Reading) -> set[str]:
    """The subjects among the values that differ."""
    assert isinstance(reading.view, Differences)
    own = {column.name: column for column in reading.view.view.columns}
    values = [
        (column, value_of(column, side))
        for name, *sides in reading.rows.select("column", *_SIDES).iter_rows()
        for column in (own[name],)
        for side in sides
    ]
    return {each for column, value in values for each in subjects_in((column,), [(value,)])}


def for_people(reading: Reading, spoken: Language, names: Names) -> Reading:
    """Differences as people read them: titles of columns, amounts in yuan, codes in words.

    A subject that has a name is told by it, its id behind.
    """
    assert isinstance(reading.view, Differences)
    own = {column.name: column for column in reading.view.view.columns}
    shown = [
        {
            "column": title_of(own[name], spoken),
            **{
                side: _told(own[name], value_of(own[name], text), spoken, names)
                for side, text in zip(_SIDES, texts, strict=True)
            },
        }
        for name, *texts in reading.rows.select("column", *_SIDES).iter_rows()
    ]
    texts = pl.DataFrame(shown, schema=dict.fromkeys(("column", *_SIDES), pl.String))
    return replace(reading, rows=reading.rows.with_columns(texts))


def _told(column: Column, value: Any, spoken: Language, names: Names) -> str:
    text = text_of(column, value, spoken)
    if column.kind not in (Kind.SUBJECT, Kind.SUBJECTS) or not text:
        return text
    called = cell(column, value, spoken, names, linked=False).text
    if subjects_in((column,), [(value,)]).isdisjoint(names):
        return text
    return f"{called}（{text}）" if spoken == "zh" else f"{called} ({text})"


def value_of(column: Column, text: str | None) -> Any:
    """A value of a view from its text in `Differences`, as far as showing it needs."""
    if text is None:
        return None
    if column.kind in _LISTS:
        return orjson.loads(text)
    match column.kind:
        case Kind.FEN | Kind.COUNT:
            return int(text)
        case Kind.FLAG:
            return text == "true"
        case Kind.TIME:
            return datetime.fromisoformat(text)
        case _:
            return text
