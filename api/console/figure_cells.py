"""What stands in the tables of the figure pages: values side by side, entries, facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple
from urllib.parse import urlencode

import polars as pl

from api.console.cells import Names, called, is_subject
from api.console.person_names import person_names
from api.console.telling import shanghai
from api.exports.cells import word_of
from api.figure_facts import ReaderRights
from api.figure_telling import NOTHING, entry_text, grouped, line_text
from api.figures import AskedFigures
from api.home import Home
from api.language import Language
from api.rights import names_for
from projections.figures import Unit
from projections.tape import Tape


class Value(NamedTuple):
    """A figure in its cell: digits, a whole number to sort by, why there is none, and a link."""

    text: str
    order: str
    why: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Indicators by places: titles of the places, and each indicator's values in their order."""

    places: list[str]
    lines: list[dict[str, Any]]


def matrix(
    rows: pl.DataFrame, asked: AskedFigures, given: Mapping[str, str], spoken: Language
) -> Matrix:
    """Figures of the table side by side: the total first, then groups and institutions."""
    order = {"total": 0, "group": 1, "institution": 2}
    cells: dict[tuple[str, str | None], dict[str, Value]] = {}
    heads: dict[str, tuple[int, str]] = {}
    about: dict[tuple[str, str | None], dict[str, Any]] = {}
    for row in rows.iter_rows(named=True):
        place = row["institution"] or row["group"] or ""
        heads[place] = (order[row["scope"]], row[f"name_{spoken}"])
        own = (row["code"], row["variant"])
        about[own] = {
            "code": row["code"],
            "title": row[f"indicator_{spoken}"],
            "unit": word_of("unit", row["unit"], spoken),
        }
        cells.setdefault(own, {})[place] = _value(row, asked, given, spoken)
    places = sorted(heads, key=lambda place: (heads[place][0], place))
    nothing = Value("", "", "", None)
    return Matrix(
        [heads[place][1] for place in places],
        [
            {**about[own], "values": [found.get(place, nothing) for place in places]}
            for own, found in cells.items()
        ],
    )


def _value(
    row: Mapping[str, Any], asked: AskedFigures, given: Mapping[str, str], spoken: Language
) -> Value:
    if row["value"] is None:
        return Value(NOTHING, "", word_of("undefined", row["undefined"], spoken), None)
    where = {name: row[name] for name in ("variant", "institution", "group") if row[name]}
    query = urlencode({**given, **where})
    may_open = asked.scope.everywhere or row["institution"] is not None
    href = f"/figures/{row['code']}?{query}" if may_open else None
    return Value(grouped(row["value"]), str(int(Fraction(row["value"]) * 100)), "", href)


@dataclass(frozen=True, slots=True)
class FigureTeller:
    """Tells entries and facts to one reader: names of subjects, and whether histories are open."""

    spoken: Language
    names: Names
    linked: bool

    @classmethod
    def of(
        cls,
        home: Home,
        tape: Tape,
        reader: ReaderRights,
        spoken: Language,
        told: Iterable[Mapping[str, Any]],
    ) -> "FigureTeller":
        """With the names of all subjects in these rows that the reader may know. Blocks."""
        fields = ("subject", "unit", "institution", "actor")
        wanted = {row[name] for row in told for name in fields if is_subject(row.get(name))}
        names = names_for(tape, wanted, reader.offices)
        return cls(spoken, names | person_names(home, wanted), bool(reader.seeing))

    def fact(self, fact: Mapping[str, Any]) -> dict[str, Any]:
        """A fact behind a figure."""
        line = fact.get("bank_line")
        return {
            "position": fact["position"],
            "title": fact[self.spoken],
            "subject": self._subject(fact["subject"], fact["href"] is not None),
            "effective": fact["effective"],
            "recorded": shanghai(fact["recorded_at"]),
            "actor": ""
            if fact["actor"] is None
            else called(fact["actor"], self.spoken, self.names),
            "reason": fact["reason"] or "",
            "line": "" if line is None else line_text(line, self.spoken),
            "replaces": fact["replaces"],
            "voided_by": fact["voided_by"],
        }

    def entry(
        self, entry: Mapping[str, Any], unit: Unit, numbers: tuple[str, ...]
    ) -> dict[str, Any]:
        """An entry, with these of its values."""
        person = entry["unit"] if str(entry["unit"]).startswith("person:") else None
        return {
            "institution": called(entry["institution"], self.spoken, self.names),
            "part": self.part(entry["part"]),
            "subject": self._subject(person or entry["subject"], self.linked),
            "day": entry["day"],
            "values": [(entry_text(entry[name], unit), entry[name]) for name in numbers],
            "cause": entry.get(f"cause_{self.spoken}"),
            "positions": entry["positions"],
        }

    def part(self, part: str) -> str:
        """What an entry is to its figure."""
        return word_of("part", part, self.spoken)

    def _subject(self, subject: str | None, linked: bool) -> dict[str, Any]:
        if subject is None:
            return {"id": None, "text": NOTHING, "linked": False}
        return {"id": subject, "text": called(subject, self.spoken, self.names), "linked": linked}
