"""How long name and price of a result stay up on campus when a price is agreed."""

from datetime import date

from ledger.policies.policy import Mark, Policy

PRICING_NOTICE_2016 = Policy(
    id="pricing-notice",
    version=1,
    title_zh="科技成果协议定价公示期",
    title_en="Public notice of agreed prices for results",
    source="促进科技成果转化法第十八条（应公示）；国发〔2016〕16号（不少于15日）",
    mark=Mark.GENERAL_KNOWLEDGE,
    valid_from=date(2016, 2, 26),
    data={"methods": ["agreement"], "days_min": 15, "counted": "calendar-days-after-the-first"},
)


def notice_days_min(policy: Policy) -> int:
    """The least number of days from the first day of a notice to its last."""
    days = policy.data["days_min"]
    if not isinstance(days, int):
        raise TypeError(f"policy {policy.id} {policy.version} names no number of days")
    return days
