"""Where an auditor looks first: thresholds of our own choosing, no rule of law."""

from datetime import date
from typing import Final

from ledger.policies.policy import Mark, Policy

LATE_DAYS: Final = 30
"""A fact recorded more days than this after its business date is looked at."""
ROUND_FEN: Final = 1_000_000
"""Amounts that are whole multiples of this (10,000 yuan) are looked at."""
SPLIT_DAYS: Final = 30
"""Contracts with one side signed within so many days of the first are looked at together."""
CUT_OFF_DAYS: Final = 15
"""So many days on either side of a year's end belong to its cut-off."""

FIRST_LOOK = Policy(
    id="first-look",
    version=1,
    title_zh="审计初查阈值",
    title_en="Thresholds of a first look",
    source="本系统自定，供审计初查参考，不是法定标准",
    mark=Mark.UNSURE,
    valid_from=date(2018, 1, 1),
    data={
        "late_days": LATE_DAYS,
        "round_fen": ROUND_FEN,
        "split_days": SPLIT_DAYS,
        "cut_off_days": CUT_OFF_DAYS,
    },
)
