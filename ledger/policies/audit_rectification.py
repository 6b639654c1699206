"""How long an audited institution has to mend what auditors found."""

from datetime import date
from typing import Final

from ledger.policies.policy import Mark, Policy

RECTIFICATION_DAYS: Final = 90
"""Calendar days from the day on which a finding was raised."""

AUDIT_RECTIFICATION = Policy(
    id="audit-rectification",
    version=1,
    title_zh="审计整改期限",
    title_en="Time to mend what an audit found",
    source="上海市审计条例第三十一条",
    mark=Mark.READ,
    valid_from=date(2018, 1, 1),
    data={"days": RECTIFICATION_DAYS, "counted": "calendar-days"},
)
