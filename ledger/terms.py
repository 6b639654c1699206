"""Which terms of a contract contradict themselves; nothing here is a rule of law."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from ledger.facts.deals import Instalment, Origin, Payment, Purpose, Terms
from ledger.refusals import Refusal, Refused
from ledger.schedules import Schedule

PRICE_OF_RIGHTS: frozenset[Purpose] = frozenset({"license-fee", "assignment-price", "unknown"})
"""Deposits, penalties, royalties and services stand on a schedule beside the price."""
PRICE_OF_SERVICES: frozenset[Purpose] = frozenset({"development-fee", "service-fee", "unknown"})
"""What makes up the amount of a contract that grants no right."""

_FEES_FIXED_AT_SIGNING: frozenset[Payment] = frozenset(
    {"fixed", "instalments", "entry-fee-plus-royalty"}
)
_NEED_ROYALTY_RATE: frozenset[Payment] = frozenset({"royalty", "entry-fee-plus-royalty"})


def need_sound_terms(terms: Terms, origin: Origin) -> None:
    """Refuse license terms that cannot all be true at once.

    Refuses END_MUST_NOT_PRECEDE_START, OPEN_LICENSE_MUST_BE_ORDINARY, FREE_LICENSE_HAS_FEES,
    ZERO_ENTRY_FEE_LICENSE_HAS_ENTRY_FEE, ROYALTY_RATE_IS_MISSING, INSTALMENTS_ARE_MISSING,
    INSTALMENT_NUMBER_IS_USED and INSTALMENTS_DO_NOT_SUM_TO_PRICE. The price of a license is its
    fixed fee and its entry fee together.
    """
    if terms.ends is not None:
        need_no_earlier(terms.ends, terms.starts)
    if origin in ("open", "open-pilot") and terms.exclusivity != "ordinary":
        raise Refusal(
            Refused.OPEN_LICENSE_MUST_BE_ORDINARY, origin=origin, exclusivity=terms.exclusivity
        )
    need_distinct_numbers(terms.instalments)
    _need_sound_payment(terms)
    if terms.payment in _FEES_FIXED_AT_SIGNING:
        need_sum(terms.instalments, terms.fixed_fee_fen + terms.entry_fee_fen)


def _need_sound_payment(terms: Terms) -> None:
    upfront = terms.fixed_fee_fen + terms.entry_fee_fen
    has_royalty = terms.royalty_rate is not None or terms.minimum_royalty_fen > 0
    if terms.payment == "free" and (upfront > 0 or has_royalty or terms.instalments):
        raise Refusal(Refused.FREE_LICENSE_HAS_FEES, fees_fen=upfront)
    if terms.payment == "zero-entry-fee" and terms.entry_fee_fen > 0:
        raise Refusal(
            Refused.ZERO_ENTRY_FEE_LICENSE_HAS_ENTRY_FEE, entry_fee_fen=terms.entry_fee_fen
        )
    if terms.payment in _NEED_ROYALTY_RATE and terms.royalty_rate is None:
        raise Refusal(Refused.ROYALTY_RATE_IS_MISSING, payment=terms.payment)
    if terms.payment == "instalments" and not terms.instalments:
        raise Refusal(Refused.INSTALMENTS_ARE_MISSING, payment=terms.payment)


def need_distinct_numbers(instalments: Iterable[Instalment]) -> None:
    """Refuse two instalments of one number."""
    counted = Counter(item.number for item in instalments)
    doubled = [number for number, times in counted.items() if times > 1]
    if doubled:
        raise Refusal(Refused.INSTALMENT_NUMBER_IS_USED, number=doubled[0])


def need_sum(
    instalments: Iterable[Instalment],
    price_fen: int,
    counted: frozenset[Purpose] = PRICE_OF_RIGHTS,
) -> None:
    """Refuse instalments, if any are for `counted` purposes, that do not make up `price_fen`."""
    parts = [item.amount_fen for item in instalments if item.purpose in counted]
    if parts and sum(parts) != price_fen:
        raise Refusal(
            Refused.INSTALMENTS_DO_NOT_SUM_TO_PRICE, sum_fen=sum(parts), price_fen=price_fen
        )


def need_settled_kept(schedule: Schedule, instalments: Iterable[Instalment]) -> None:
    """Refuse new terms that drop, or cut below its money, an instalment that money settled."""
    fresh: Mapping[int, int] = {item.number: item.amount_fen for item in instalments}
    for due in schedule.dues:
        reused = not due.agreed and due.number in fresh
        if reused:
            raise Refusal(Refused.INSTALMENT_NUMBER_IS_USED, number=due.number)
        if due.agreed and due.settled_fen > fresh.get(due.number, 0):
            raise Refusal(
                Refused.INSTALMENT_HOLDS_MONEY, number=due.number, settled_fen=due.settled_fen
            )


def need_after_signing(on: date, signed: date) -> None:
    """Refuse something done to a contract before it was signed."""
    if on < signed:
        raise Refusal(Refused.EVENT_PRECEDES_CONTRACT, on=on.isoformat(), signed=signed.isoformat())


def need_no_earlier(on: date, starts: date) -> None:
    """Refuse what ends, or answers something, before that began."""
    if on < starts:
        raise Refusal(
            Refused.END_MUST_NOT_PRECEDE_START, starts=starts.isoformat(), ends=on.isoformat()
        )
