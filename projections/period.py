"""Stretches of business days that figures speak of: years, quarters, months, days in a row."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from ledger.policies.holidays import add_months

_FOUR = "(?:19[0-9]{2}|2[01][0-9]{2}|2200)"
"""Years of ledger.wrong_fields.CALENDAR: beside them there is always a day before and after."""
_DAY = f"{_FOUR}-[0-9]{{2}}-[0-9]{{2}}"
_YEAR = re.compile(f"({_FOUR})")
_QUARTER = re.compile(f"({_FOUR})Q([1-4])")
_MONTH = re.compile(f"({_FOUR})-(0[1-9]|1[0-2])")
_RANGE = re.compile(rf"({_DAY})\.\.({_DAY})")


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included (Asia/Shanghai)."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2022`, `2022Q3`, `2022-09` or `2022-03-01..2022-06-30`; else ValueError."""
        if match := _YEAR.fullmatch(text):
            year = int(match[1])
            return cls(date(year, 1, 1), date(year, 12, 31))
        if match := _QUARTER.fullmatch(text):
            start = date(int(match[1]), 3 * int(match[2]) - 2, 1)
            return cls(start, add_months(start, 3) - timedelta(days=1))
        if match := _MONTH.fullmatch(text):
            start = date(int(match[1]), int(match[2]), 1)
            return cls(start, add_months(start, 1) - timedelta(days=1))
        if match := _RANGE.fullmatch(text):
            first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
            if first <= last:
                return cls(first, last)
        raise ValueError(f"not a period: {text!r}")

    def __str__(self) -> str:
        """The shortest way to write the period."""
        year = f"{self.first.year:04d}"
        quarter = f"{year}Q{(self.first.month + 2) // 3}"
        for text in (year, quarter, f"{year}-{self.first.month:02d}"):
            if self == Period.parse(text):
                return text
        return f"{self.first}..{self.last}"

    @property
    def eve(self) -> date:
        """The day before the first: what stood at its end is what the period starts with."""
        return self.first - timedelta(days=1)

    def before(self) -> "Period":
        """The year, quarter or month before; else as many days before the first."""
        for form, months in ((_YEAR, 12), (_QUARTER, 3), (_MONTH, 1)):
            if form.fullmatch(str(self)):
                return Period(add_months(self.first, -months), self.eve)
        return Period(self.eve - (self.last - self.first), self.eve)
