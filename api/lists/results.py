"""What a list says once it is read: rows with their verdicts, and cells that cannot be taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from api.imports.same_money import Alike
from api.lists.rules import CELL_RULES

Verdict = Literal[
    "new", "unchanged", "changed", "conflicting", "elsewhere", "possible-duplicate", "rejected"
]
_SHOWN_CHARACTERS = 80


class Cell(NamedTuple):
    """One cell of a list: where it stands, under which title, its cleaned text, and whether it is
    one of several rows joined into one."""

    row: int
    column: str
    title: str
    field: str
    text: str
    joined: bool = False


class CellRefused(Exception):
    """Raised inside a reader for one cell; becomes a `CellFault`."""

    def __init__(self, rule: str, cell: Cell, value: str | None = None, **facts: str) -> None:
        super().__init__(rule)
        self.rule, self.cell, self.facts = rule, cell, facts
        self.value = cell.text if value is None else value


class CellFault(NamedTuple):
    """A cell that cannot be taken: where, what it holds, the rule, and how to mend it (zh, en)."""

    sheet: str
    row: int
    column: str
    title: str
    field: str
    value: str
    rule: str
    zh: str
    en: str


class Step(NamedTuple):
    """A command that a row asks for, with its body as JSON values."""

    command: str
    body: Mapping[str, Any]


class Difference(NamedTuple):
    """A field in which list and log say different things, both as text."""

    field: str
    listed: str
    logged: str


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What becomes of one row.

    `key` is how people know the row: a patent, contract or registration number. `steps` are the
    commands to come, none where nothing is missing. A conflicting row has `differences` and no
    steps: to mend the log is a correction, and somebody's decision. `inventors` counts names that
    are not taken over: persons are registered by themselves. `alike` is the line that a possible
    duplicate resembles. `persons` are owners taken for natural persons: no step has their names.
    """

    row: int
    key: str
    verdict: Verdict
    steps: tuple[Step, ...] = ()
    faults: tuple[CellFault, ...] = ()
    differences: tuple[Difference, ...] = ()
    inventors: int = 0
    alike: Alike | None = None
    persons: tuple[str, ...] = ()


def cell_fault(sheet: str, refused: CellRefused) -> CellFault:
    """The fault as people read it, with sheet, row and column letter in front."""
    cell, value = refused.cell, refused.value
    shown = value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 1] + "…"
    zh, en = (text.format(value=shown, **refused.facts) for text in CELL_RULES[refused.rule])
    place = f"{cell.column}{cell.row}"
    return CellFault(
        sheet,
        cell.row,
        cell.column,
        cell.title,
        cell.field,
        shown,
        refused.rule,
        f"{sheet}!{place}「{cell.title}」：{zh}",
        f"{sheet}!{place} ({cell.title}): {en}",
    )
