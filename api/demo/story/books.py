"""Books that are closed and once opened again, approval limits, and contracts cut to fit them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.demo.story.cash import PAYMENTS
from api.demo.story.contracts import Deal, instalments
from api.demo.story.firms import CLIENTS
from api.demo.story.people import HOUSES
from api.demo.story.steps import Do, Step, after, day, moment, on, yuan
from ledger.policies.holidays import add_months

# --- periods

_APPROVER = "jia/finance-approver"


def _closed() -> Iterator[Do]:
    """The first university's months of two years, after the bank file of their quarter is in."""
    for quarter in range(8):
        first = date(2022 + quarter // 4, 1 + 3 * (quarter % 4), 1)
        at = moment(after(add_months(first, 3), 24), 16)
        for month in range(3):
            starts = add_months(first, month)
            ends = add_months(starts, 1) - timedelta(days=1)
            body = {"first": starts.isoformat(), "last": ends.isoformat()}
            yield Do(at, _APPROVER, "period.close", body)


_REOPENED = {"first": "2022-12-01", "last": "2022-12-31"}
_LATE = next(one for one in PAYMENTS if one.deal.key == "jia-2022-3" and one.due == 2)

_TURNED: tuple[Do, ...] = (
    # A month that was closed takes the correction of its refund, and is closed again.
    Do(
        on("2023-05-12", 16),
        _APPROVER,
        "period.reopen",
        {**_REOPENED, "reason": "十二月退款金额有误,须更正 (the refund of December was mistyped)"},
    ),
    Do(on("2023-05-31", 16), _APPROVER, "period.close", _REOPENED),
    # Of this refund the books learned when its month was closed: it posts later.
    Do(
        on("2023-08-21"),
        _APPROVER,
        "receipt.refund",
        {
            "receipt": _LATE.line,
            "number": 1,
            "amount_fen": yuan(12_000),
            "on": "2023-06-15",
            "reason": "六月退款回单八月才收到(虚构) (its slip came in August only)",
        },
    ),
)

# --- approval limits

_TIERS = {
    # House: level and amount in yuan up to which it approves; the last takes all the rest.
    "jia": (("office", 400_000), ("vice-president", 3_000_000), ("president", None)),
    "yi": (("office", 200_000), ("vice-president", 1_500_000), ("meeting", None)),
}
_LIMITED = ("license", "assignment", "contract")


def _limits() -> Iterator[Do]:
    for house, tiers in _TIERS.items():
        for matter in _LIMITED:
            body: dict[str, Any] = {
                "matter": matter,
                "tiers": [
                    {"level": level, "up_to_fen": None if amount is None else yuan(amount)}
                    for level, amount in tiers
                ],
                "document": f"{HOUSES[house].zh}科研合同审批办法〔2022〕1号(虚构)",
                "starts": "2022-02-01",
            }
            yield Do(on("2022-01-28"), f"{house}/head", "approval-limits.set", body)


def _part(number: int, signed: str) -> Deal:
    start, price_fen = day(signed), yuan(190_000)
    due = after(start, 60), price_fen
    client = CLIENTS["yi"][3].id
    key = f"yi-split-{number}"
    return Deal(key, "yi", "contract", client, start, (), (due,), work="consulting")


SPLIT: tuple[Deal, ...] = (_part(1, "2024-03-05"), _part(2, "2024-03-19"))
"""One client, two weeks, and each contract just under what the office approves by itself."""


def _signed(deal: Deal) -> Do:
    body = {
        "contract": deal.id,
        "kind": deal.work,
        "contract_number": f"示例-{deal.key}",
        "title": f"检测咨询之{deal.key[-1]}(虚构)",
        "counterparty": deal.firm,
        "signed": deal.signed.isoformat(),
        "amount_fen": deal.price_fen,
        "instalments": instalments(deal),
    }
    return Do(moment(deal.signed), f"{deal.house}/centre", "contract.sign", body)


BOOKS_KEPT: tuple[Step, ...] = (*_closed(), *_TURNED, *_limits(), *map(_signed, SPLIT))
