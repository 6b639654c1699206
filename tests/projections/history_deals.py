"""Steps of histories about deals, money and rewards; nothing where a step makes no sense."""

from collections.abc import Mapping
from typing import Final

from ledger import facts
from ledger.facts import Fact
from tests.projections import deals_given as deals
from tests.projections import facts_given as given
from tests.projections.history_state import FIRMS, History, Tell, day_of, pick


def _licence(h: History, a: int, b: int) -> Fact | None:
    known = [fact.patent for fact in h.of(facts.PatentFiled)]
    number = h.told[facts.LicenseGranted] + 1
    if not known or number > 4:
        return None
    terms = given.terms(
        day_of(b),
        payment=("fixed", "pay-later")[a % 2],
        fixed_fee_fen=100 * (b % 7),
        instalments=(given.due(1, day_of(b + 1), 100 * (a % 5) + 1),),
    )
    fact = given.granted(
        number,
        day_of(b),
        terms,
        patents=known[: 1 + a % 2],
        origin="open-pilot" if a % 3 else "negotiated",
    )
    return fact.model_copy(update={"counterparty": FIRMS[a % 2]})


def _amend(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.LicenseGranted), a)
    return found and facts.LicenseAmended(
        license=found.license,
        patents=found.patents,
        terms=given.terms(found.starts, fixed_fee_fen=100 * (a % 9)),
        on=day_of(b),
    )


def _record(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.LicenseGranted), a)
    return found and facts.LicenseRecorded(license=found.license, recordal_number="1", on=day_of(b))


def _assign(h: History, a: int, b: int) -> Fact | None:
    known = [fact.patent for fact in h.of(facts.PatentFiled)]
    number = h.told[facts.AssignmentAgreed] + 1
    if not known or number > 2:
        return None
    dues = (given.due(1, day_of(b + 1), 300, "assignment-price"),)
    fact = given.agreed(number, day_of(b), 300 + a, dues)
    return fact.model_copy(update={"patents": tuple(known[-2:]), "counterparty": FIRMS[b % 2]})


def _register(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.AssignmentAgreed), a)
    make = facts.AssignmentRescinded if b % 4 == 3 else facts.AssignmentRegistered
    return found and make(assignment=found.assignment, patents=found.patents, on=day_of(b))


def _invest(h: History, a: int, b: int) -> Fact:
    number = h.told[facts.EquityContributed] + 1
    return deals.contributed(number, day_of(b), 100 + a)


def _leave(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.EquityContributed), a)
    number = 0 if found is None else int(found.equity[-12:])
    return found and deals.exited(number, day_of(b), whole=bool(a % 2))


def _serve(h: History, a: int, b: int) -> Fact:
    number = h.told[facts.ContractSigned] + 1
    return deals.services(number, day_of(b), 100 + a)


def _deal(h: History, a: int) -> str | None:
    known = [fact.license for fact in h.of(facts.LicenseGranted)]
    return pick([*known, *(fact.assignment for fact in h.of(facts.AssignmentAgreed))], a)


def _trade(h: History, a: int, b: int) -> Fact | None:
    contract = _deal(h, a)
    if contract is None:
        return None
    return deals.traded(1 + h.told[facts.ExchangeTraded], contract, day_of(b))


def _declare(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.PatentFiled), a)
    number = h.told[facts.OpenLicenseDeclared] + 1
    ends = day_of(b + 2) if a % 2 else None
    return found and deals.declared(number, day_of(b), ends).model_copy(
        update={"patent": found.patent, "scheme": ("open", "open-pilot")[b % 2]}
    )


def _announce(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.OpenLicenseDeclared), a)
    make = (deals.announced, deals.announced, deals.withdrawn)[(a + b) % 3]
    if found is None:
        return None
    number = int(found.declaration[-12:])
    return make(number, day_of(b)).model_copy(update={"patent": found.patent})


def _take(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.OpenLicenseDeclared), a)
    granted = pick(h.of(facts.LicenseGranted), b)
    if found is None or granted is None:
        return None
    return facts.OpenLicenseTaken(
        declaration=found.declaration, license=granted.license, patent=found.patent, on=day_of(b)
    )


def _claim(h: History, a: int, b: int) -> Fact:
    return given.claimed(h.told[facts.ReceiptClaimed] + 1, day_of(b), 1_000 * (1 + a))


def _allocate(h: History, a: int, b: int) -> Fact | None:
    receipt, contract = pick(h.of(facts.ReceiptClaimed), a), _deal(h, b)
    if receipt is None or contract is None:
        return None
    number = 1 + len([p for p in h.of(facts.ReceiptAllocated) if p.receipt == receipt.receipt])
    return given.allocated(
        int(receipt.receipt[-12:]),
        contract,
        receipt.value_date,
        333 * (1 + b),
        number=number,
        instalment=1 if a % 2 else None,
        purpose="deposit" if b % 5 == 4 else "license-fee",
    )


def _back(h: History, a: int, b: int) -> Fact | None:
    part = pick(h.of(facts.ReceiptAllocated), a)
    if part is None:
        return None
    if b % 3 == 0:
        return given.deallocated(part, 1 + b)
    if b % 3 == 1:
        return given.refunded(part, day_of(b), 1 + b)
    receipt = next(r for r in h.of(facts.ReceiptClaimed) if r.receipt == part.receipt)
    if any(r.receipt == part.receipt for r in h.of(facts.ReceiptReversed)):
        return None
    return given.reversed_receipt(receipt, day_of(b), part)


def _reward(h: History, a: int, b: int) -> Fact | None:
    taken = {(line.receipt, line.number) for c in h.of(facts.RewardClaimed) for line in c.lines}
    free = [p for p in h.of(facts.ReceiptAllocated) if (p.receipt, p.number) not in taken]
    part = pick(free, a)
    number = h.told[facts.RewardClaimed] + 1
    return part and given.reward_claimed(number, part.contract, day_of(b), part)


def _stage(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.RewardClaimed), a)
    if found is None:
        return None
    number, contract = int(found.reward[-12:]), found.contract
    match b % 6:
        case 0:
            return given.awarded(number, contract, day_of(b), 30 + a, 10)
        case 1:
            return given.capped(number, contract, day_of(b), 50 + a, 40)
        case 2:
            return given.appropriated(number, day_of(b), 40 + a)
        case 3:
            return given.clawed_back(number, contract, day_of(b), 1, a)
        case 4:
            return facts.RewardUnspentReturned(
                reward=found.reward, fund=given.FUND, amount_fen=1 + a, on=day_of(b)
            )
        case _:
            return given.disbursed(number, contract, day_of(b), *([5 + a] * (1 + a % 2)))


DEALS: Final[Mapping[str, Tell]] = {
    "license": _licence,
    "amend": _amend,
    "record": _record,
    "assign": _assign,
    "register": _register,
    "invest": _invest,
    "leave": _leave,
    "serve": _serve,
    "trade": _trade,
    "declare": _declare,
    "announce": _announce,
    "take": _take,
    "claim": _claim,
    "allocate": _allocate,
    "back": _back,
    "reward": _reward,
    "stage": _stage,
}
