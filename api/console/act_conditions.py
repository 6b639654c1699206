"""Where a command's own decision cannot tell yet whether it fits, what its subject's state says.

Most acts need nothing here: their decisions are asked. These ask first for something that only
the filled-in form says (an amount, a number), or record reality however the subject stands.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from ledger.assignments import Assignment
from ledger.license_state import License
from ledger.open_license_state import OpenLicense
from ledger.pricings import Pricing
from ledger.receipts import Receipt
from ledger.service_contracts import ServiceContract

Condition = Callable[[Any, date], bool]
"""Whether an act fits a subject's state on a day; a state of another kind is none of its matter."""

UNFITTING: Final = frozenset(
    {
        "annuity-is-paid-already",
        "assignment-is-registered-already",
        "assignment-is-rescinded",
        "centre-is-designated-already",
        "centre-is-no-university",
        "centre-is-not-designated",
        "contract-has-ended",
        "expiry-precedes-term",
        "foreign-patent-is-granted-already",
        "license-has-ended",
        "license-is-recorded-already",
        "open-license-has-ended",
        "open-license-is-declared-already",
        "open-license-is-withdrawn",
        "parent-license-has-ended",
        "patent-is-assigned-already",
        "right-cannot-be-invalidated",
        "right-is-not-granted-yet",
        "right-is-not-in-force",
        "right-is-not-lapsed",
        "right-is-not-pending",
    }
)
"""Breaches that say: this does not follow from where the thing stands. Such a fact is still
recorded when it is reported; it is not what a page offers."""


def _has_free_money(state: Any, _: date) -> bool:
    return not isinstance(state, Receipt) or state.free_fen > 0


def _has_money(state: Any, _: date) -> bool:
    return not isinstance(state, Receipt) or state.free_fen > 0 or state.allocated_fen > 0


def _has_allocation_to_undo(state: Any, _: date) -> bool:
    parts = state.allocations.values() if isinstance(state, Receipt) else ()
    return any(part.received_fen > 0 and part.claimed_in is None for part in parts)


def _stands(state: Any, _: date) -> bool:
    return not (isinstance(state, Receipt) and state.reversed)


def _has_open_objection(state: Any, _: date) -> bool:
    objections = state.objections.values() if isinstance(state, Pricing) else ()
    return any(each.resolved is None for each in objections)


def _runs(state: Any, day: date) -> bool:
    return not (isinstance(state, License) and state.ended(day))


def _is_not_announced(state: Any, _: date) -> bool:
    return isinstance(state, OpenLicense) and state.announced is None and state.withdrawn is None


def _can_be_taken(state: Any, day: date) -> bool:
    if not isinstance(state, OpenLicense):
        return True
    ended = state.ends is not None and state.ends < day
    return state.announced is not None and state.withdrawn is None and not ended


def _has_patents_to_price(state: Any, _: date) -> bool:
    """Whether a price can still be named for patents that the institution holds."""
    return not isinstance(state, ServiceContract | Assignment)


def _may_be_rewarded(state: Any, _: date) -> bool:
    return not isinstance(state, ServiceContract)


CONDITIONS: Final[Mapping[str, Condition]] = {
    "receipt.allocate": _has_free_money,
    "receipt.confirm-payer": _has_free_money,
    "receipt.record-fee": _stands,
    "receipt.refund": _has_money,
    "receipt.deallocate": _has_allocation_to_undo,
    "receipt.reverse": _stands,
    "pricing.resolve-objection": _has_open_objection,
    "license.amend": _runs,
    "open-license.announce": _is_not_announced,
    "open-license.take": _can_be_taken,
    "pricing.determine": _has_patents_to_price,
    "reward.claim": _may_be_rewarded,
}
"""Command to its condition."""
