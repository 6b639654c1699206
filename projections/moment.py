"""A point on both time axes: what was true on a day, as it was known at a size of the log."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ledger.case import SHANGHAI, business_day
from projections.tape import Tape


class LogHoldsNothing(LookupError):
    """A reading of a prefix without facts has no date of its own; `as_of` must be given."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a reading stands: `as_of` business date (Shanghai), `known_at` first N facts."""

    as_of: date
    known_at: int


def moment_of(tape: Tape, as_of: date | None = None) -> Moment:
    """The moment of a tape: its size, and by default the Shanghai date of its last fact.

    Raises LogHoldsNothing for an empty tape without `as_of`.
    """
    if as_of is not None:
        return Moment(as_of, tape.size)
    recorded = tape.last_recorded()
    if recorded is None:
        raise LogHoldsNothing("the log holds nothing yet: name the day")
    return Moment(business_day(recorded), tape.size)


def size_at(tape: Tape, known_at: datetime | date) -> int:
    """How many facts were known: by a time, all recorded at or before it; by a date, to its end.

    A time without zone is refused (ValueError): it names no point of the log.
    """
    if isinstance(known_at, datetime):
        if known_at.tzinfo is None:
            raise ValueError(f"a time needs its zone: {known_at.isoformat()}")
        return tape.recorded_until(known_at, including=True)
    next_midnight = datetime.combine(known_at + timedelta(days=1), time(0), SHANGHAI)
    return tape.recorded_until(next_midnight, including=False)
