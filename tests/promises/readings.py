"""Every reading there is, on days that matter, and its rows as canonical lines."""

from datetime import date

from projections.figures import strands_of
from projections.indicators import INDICATORS
from projections.kept import Kept, Reading
from projections.moment import Moment
from projections.period import Period
from projections.tape import Tape
from projections.views import VIEWS

Dated = tuple[Reading, date]


def all_readings(as_of: date, *periods: str) -> list[Dated]:
    """All views without an argument on a day, and all strands of figures of these periods."""
    views: list[Dated] = [(view, as_of) for view in VIEWS if not view.needs]
    strands = (strands_of(INDICATORS, Period.parse(each), as_of) for each in periods)
    figures = {(strand.name, day): (strand, day) for found in strands for strand, day in found}
    return [*views, *figures.values()]


def computed(reading: Reading, tape: Tape, as_of: date) -> str:
    """A reading from the tape alone, without anything kept: one line of JSON a row."""
    rows = reading.frame(tape, Moment(as_of, tape.size))
    return rows.sort(reading.key, nulls_last=True, maintain_order=True).collect().write_ndjson()


def kept(memory: Kept, reading: Reading, tape: Tape, as_of: date) -> str:
    """A reading as those who read along get it: one line of JSON a row."""
    return memory.rows(reading, tape, as_of).write_ndjson()
