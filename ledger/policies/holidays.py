"""Working days in mainland China: the State Council's yearly notices, and terms counted by them."""

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import JsonValue

from ledger.policies.policy import Mark, Policy

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off, weekend days worked instead, and the years for which a notice is known."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    years: frozenset[int]

    def covers(self, day: date) -> bool:
        """Whether a notice for the day's year is known; if not, only weekends count as off."""
        return day.year in self.years


def holiday_calendar(policy: Policy) -> Calendar:
    """Read the calendar out of a policy."""
    notices = policy.data["notices"]
    if not isinstance(notices, list):
        raise TypeError(f"policy {policy.id} {policy.version} holds no list of notices")
    days_off: set[date] = set()
    make_up_days: set[date] = set()
    years: set[int] = set()
    for notice in notices:
        if not isinstance(notice, dict):
            raise TypeError(f"policy {policy.id} {policy.version} has a notice that is no object")
        years.add(int(str(notice["year"])))
        for span in _texts(notice["days_off"]):
            days_off.update(_days_of(span))
        for day in _texts(notice["make_up_days"]):
            make_up_days.add(date.fromisoformat(day))
    return Calendar(frozenset(days_off), frozenset(make_up_days), frozenset(years))


def _texts(value: JsonValue) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(f"a list of dates is needed, not {value!r}")
    return [str(item) for item in value]


def _days_of(span: str) -> list[date]:
    """The days of `first/last` (ISO 8601 interval, both included) or of a single date."""
    first, _, last = span.partition("/")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return [start + ONE_DAY * step for step in range((end - start).days + 1)]


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether offices work: a make-up day, or a weekday that no notice frees.

    In a year that the calendar does not cover (`Calendar.covers`) Monday to Friday count as
    worked: notices come out only weeks before their year, and a term must still show an end.
    """
    if day in calendar.make_up_days:
        return True
    return day.weekday() < 5 and day not in calendar.days_off


def add_months(start: date, n: int) -> date:
    """The same day of the month `n` months on (or back), or that month's last day without one.

    Where the calendar ends before, its last day: an absurd day in a fact must not stop a reading.
    """
    months = start.year * 12 + start.month - 1 + n
    year, month = months // 12, months % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(start.day, gregorian.monthrange(year, month)[1]))


def deadline_after_months(start: date, n: int, calendar: Calendar) -> date:
    """Last day of a term of `n` months that something on `start` sets going.

    The start itself is not counted, so the term ends on its day of the last month (its last day
    without one), and on the next working day if that is a day off (民法典 art. 201-203).
    Raises ValueError for a negative `n`.
    """
    if n < 0:
        raise ValueError(f"a term cannot have {n} months")
    end = add_months(start, n)
    while not is_working_day(end, calendar):
        end += ONE_DAY
    return end


def add_working_days(start: date, n: int, calendar: Calendar) -> date:
    """The `n`-th working day after `start`, which is itself not counted; `start` for none.

    Raises ValueError for a negative `n`.
    """
    if n < 0:
        raise ValueError(f"a term cannot have {n} working days")
    day, counted = start, 0
    while counted < n:
        day += ONE_DAY
        if is_working_day(day, calendar):
            counted += 1
    return day


def _notice(
    year: int, source: str, off: str, make_up: str, mark: Mark = Mark.GENERAL_KNOWLEDGE
) -> JsonValue:
    """A year's holidays from month-and-day text; days before the new year are written in full."""
    spans = ["/".join(_in_year(year, end) for end in span.split("/")) for span in off.split()]
    return {
        "year": year,
        "source": source,
        "mark": mark.value,
        "days_off": list[JsonValue](spans),
        "make_up_days": [_in_year(year, day) for day in make_up.split()],
    }


def _in_year(year: int, day: str) -> str:
    return day if len(day) > len("mm-dd") else f"{year}-{day}"


_NOTICES: list[JsonValue] = [
    _notice(
        2018,
        "国办发明电〔2017〕12号",
        "2017-12-30/01-01 02-15/02-21 04-05/04-07 04-29/05-01 06-16/06-18 09-22/09-24 10-01/10-07",
        "02-11 02-24 04-08 04-28 09-29 09-30",
    ),
    _notice(
        2019,
        "国办发明电〔2018〕15号, 国办发明电〔2019〕3号 (五一)",
        "2018-12-30/01-01 02-04/02-10 04-05/04-07 05-01/05-04 06-07/06-09 09-13/09-15 10-01/10-07",
        "2018-12-29 02-02 02-03 04-28 05-05 09-29 10-12",
    ),
    _notice(
        2020,
        "国办发明电〔2019〕16号, 国办发明电〔2020〕1号 (春节延长)",
        "01-01 01-24/02-02 04-04/04-06 05-01/05-05 06-25/06-27 10-01/10-08",
        "01-19 04-26 05-09 06-28 09-27 10-10",
    ),
    _notice(
        2021,
        "国办发明电〔2020〕27号",
        "01-01/01-03 02-11/02-17 04-03/04-05 05-01/05-05 06-12/06-14 09-19/09-21 10-01/10-07",
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    _notice(
        2022,
        "国办发明电〔2021〕11号",
        "01-01/01-03 01-31/02-06 04-03/04-05 04-30/05-04 06-03/06-05 09-10/09-12 10-01/10-07",
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    _notice(
        2023,
        "国办发明电〔2022〕16号",
        "2022-12-31/01-02 01-21/01-27 04-05 04-29/05-03 06-22/06-24 09-29/10-06",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    _notice(
        2024,
        "国办发明电〔2023〕7号",
        "2023-12-30/01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-08/06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    _notice(
        2025,
        "国办发明电〔2024〕12号",
        "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    _notice(
        2026,
        "国办发明电〔2025〕7号",
        "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
        Mark.READ,
    ),
]

HOLIDAYS_2018_2026 = Policy(
    id="public-holidays",
    version=1,
    title_zh="国务院办公厅部分节假日安排(2018—2026年)",
    title_en="Public holidays and make-up working days, 2018 to 2026",
    source="国务院办公厅关于2018年至2026年部分节假日安排的通知",
    mark=Mark.GENERAL_KNOWLEDGE,
    valid_from=date(2018, 1, 1),
    data={"outside_years": "weekends-only", "notices": _NOTICES},
)
