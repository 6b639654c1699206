"""Lists from the patent office and from exchanges laid beside the ledger: is anything missing?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from api.door import Asker
from api.home import Home
from api.imports.columns import Titles
from api.lists.cells import need_day, read_patents
from api.lists.kinds import COMPARED, Kind
from api.lists.results import CellFault, CellRefused, cell_fault
from api.lists.tables import ListTable, read_list
from api.moments import KnownAt, malformed
from api.readings import Reading, moment_asked, rules_in_use
from ledger.access import Actor, acting_institution
from ledger.case import business_day
from ledger.comparisons import COMPARERS
from ledger.facts.audits import Compared
from ledger.refusals import Refusal, Refused
from ledger.sitting import Request
from projections.completeness import COLUMNS, LISTED, compared
from projections.view import Column

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """What a comparison is called, and its columns."""

    zh: str
    en: str
    name: str
    columns: tuple[Column, ...] = COLUMNS


@dataclass(frozen=True, slots=True)
class AskedComparison:
    """A list with what its bearer says about it; the span is that of its dates where not given."""

    data: bytes
    filename: str
    kind: str
    institution: str | None = None
    titles: Titles | None = None
    first: date | None = None
    last: date | None = None
    as_of: date | None = None
    known_at: KnownAt | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A list beside the ledger: the reading, and the cells that could not be read."""

    institution: str
    kind: Kind
    source: str
    sha256: str
    span: tuple[date, date]
    reading: Reading
    faults: tuple[CellFault, ...]

    def told(self, **more: Any) -> Reading:
        """The reading with everything a program should know of the comparison."""
        first, last = self.span
        facts = {
            "institution": self.institution,
            "source": self.source,
            "sha256": self.sha256,
            "first": first,
            "last": last,
            "counts": self.counts,
            "unread": [fault._asdict() for fault in self.faults],
        }
        return replace(self.reading, told=facts | more)

    @property
    def counts(self) -> Mapping[str, int]:
        """Lines and records by verdict, and the lines that could not be read."""
        counted = Counter(self.reading.rows["compared"].to_list())
        return {**counted, "unread": len({fault.row for fault in self.faults})}


def compare(home: Home, state: Actor, asked: AskedComparison) -> Comparison:
    """Lay a list beside what the ledger held at a moment; nothing is written. Blocks.

    Raises Refusal: ROLE_IS_MISSING, INSTITUTION_MUST_BE_NAMED, PARAMETER_IS_MALFORMED, those of
    `read_list` and of `moment_asked`.
    """
    kind = _kind(asked.kind)
    today = business_day(home.clock())
    institution = acting_institution(state, COMPARERS, asked.institution, None, today)
    table = read_list(home, asked.data, asked.filename, {}, asked.titles or {}, kind)
    listed, faults = _read(table, today)
    span = _span(asked, listed, today)
    tape, moment, newest = moment_asked(home.reader, asked)
    code: Compared = asked.kind  # type: ignore[assignment]
    rows = compared(code, listed, tape, moment, institution, span)
    named = ComparisonTable(f"{kind.zh}比对", f"Comparison with a {kind.en}", asked.kind)
    reading = Reading(named, moment, newest, rules_in_use(tape), rows)
    return Comparison(institution, kind, asked.filename, table.sha256, span, reading, tuple(faults))


def recording(
    home: Home, by: Asker, made: Comparison, key: str | None, *, accept_good: bool
) -> Request:
    """The command that keeps a comparison's result.

    Raises Refusal(LIST_HAS_REJECTED_ROWS) where lines could not be read and are not accepted so.
    """
    if made.faults and not accept_good:
        lines = [fault._asdict() for fault in made.faults[:_SHOWN]]
        raise Refusal(Refused.LIST_HAS_REJECTED_ROWS, rejected=made.counts["unread"], lines=lines)
    return home.door.admit("comparison.record", body_of(made), by, key)


def body_of(made: Comparison) -> dict[str, Any]:
    """What the command says of a comparison."""
    counts = made.counts
    return {
        "institution": made.institution,
        "kind": made.kind.code,
        "source": made.source,
        "sha256": made.sha256,
        "matched": counts.get("matched", 0),
        "differing": counts.get("differs", 0),
        "unread": counts["unread"],
        "only_listed": counts.get("record-missing", 0) + counts.get("deal-missing", 0),
        "only_held": counts.get("only-held", 0),
        "as_of": made.reading.moment.as_of.isoformat(),
        "known_at": made.reading.moment.known_at,
    }


def _kind(code: str) -> Kind:
    found = {str(name): kind for name, kind in COMPARED.items()}
    if code not in found:
        raise malformed("kind", code, " · ".join(found))
    return found[code]


def _read(table: ListTable, today: date) -> tuple[pl.DataFrame, list[CellFault]]:
    """The lines of a list as columns of LISTED, one a patent, and the cells it stumbled over."""
    sheet = table.head.sheet
    lines: list[tuple[int, str, str | None, date]] = []
    faults = []
    for row, cells in table.rows():
        try:
            on = need_day(cells["on"], today)
            number = cells["number"].text if "number" in cells else ""
            lines += [
                (row, f"patent:{patent}", number or None, on)
                for patent in read_patents(cells["patent"])
            ]
        except CellRefused as refused:
            faults.append(cell_fault(sheet, refused))
    return pl.DataFrame(lines, schema=LISTED, orient="row"), faults


def _span(asked: AskedComparison, listed: pl.DataFrame, today: date) -> tuple[date, date]:
    """The days the list speaks of: as said, else those of its first and last line."""
    first = asked.first or listed["on"].min() or today
    last = asked.last or listed["on"].max() or today
    assert isinstance(first, date)
    assert isinstance(last, date)
    if last < first:
        raise malformed("until", last.isoformat(), f"≥ {first.isoformat()}")
    return first, last
