"""Histories as they may come: any run of facts about a few subjects, corrected and told late."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from ledger import facts
from ledger.facts import Fact
from ledger.identifiers import patent_check_digit
from ledger.policies.sme_2011 import Size
from tests.projections import deals_given as deals
from tests.projections import facts_given as given
from tests.projections import portfolio_given as portfolio
from tests.projections.tape_builder import ALPHA, BETA, BUREAU, Story

OPENED: Final = date(2022, 1, 3)
DAYS: Final = (
    date(2022, 1, 3),
    date(2022, 6, 30),
    date(2022, 12, 30),
    date(2022, 12, 31),
    date(2023, 1, 1),
    date(2023, 1, 2),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
)
"""Business days of all facts: around the turn of a year and a leap day."""
TOLD: Final = date(2024, 6, 1)
"""Everything is recorded after it happened."""

Step = tuple[str, int, int]


def _patent(number: int) -> str:
    body = f"2022{(1, 1, 2)[number % 3]}{number:07}"
    return f"patent:{body}{patent_check_digit(body)}"


PATENTS: Final = tuple(_patent(number) for number in range(4))
FIRMS: Final = (given.FIRM, "counterparty:91310000MA1FL0002L")
_DATES: Final = ("on", "signed", "filed", "submitted")
_TAGS: Final = ("award", "overseas-family")


@dataclass
class History:
    """A story being told, with what has been said so far and still stands."""

    story: Story = field(default_factory=Story)
    standing: dict[int, Fact] = field(default_factory=dict)
    told: Counter[type[Fact]] = field(default_factory=Counter)

    def of(self, kind: type[Fact]) -> list[Any]:
        """The standing facts of a type."""
        return [fact for fact in self.standing.values() if isinstance(fact, kind)]

    def tell(self, fact: Fact, institution: str = ALPHA) -> None:
        """Add a fact."""
        position = self.story.tell(fact, on=TOLD, institution=institution)
        self.standing[position] = fact
        self.told[type(fact)] += 1

    def names(self, subject: str) -> int:
        """How many standing facts are about a subject."""
        return sum(subject in fact.subjects() for fact in self.standing.values())


def _home(number: int) -> str:
    return (ALPHA, BETA)[number % 2]


def _day(number: int) -> date:
    return DAYS[number % len(DAYS)]


def _pick(items: list[Any], number: int) -> Any | None:
    return items[number % len(items)] if items else None


# --- one step each: nothing where it makes no sense


def _size(h: History, a: int, b: int) -> Fact:
    size = given.size(_day(b), (Size.SMALL, Size.LARGE)[b % 2])
    return size.model_copy(update={"counterparty": FIRMS[a % 2]})


def _disclose(h: History, a: int, b: int) -> Fact | None:
    number = h.told[facts.DisclosureSubmitted] + 1
    return given.disclosed(number, _day(b)) if number < 4 else None


def _assess(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.DisclosureSubmitted), a)
    return found and facts.PrefilingAssessed(
        disclosure=found.disclosure, verdict="file", assessor=None, on=_day(b)
    )


def _accept(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.DisclosureSubmitted), a)
    return found and facts.DisclosureAccepted(disclosure=found.disclosure, on=_day(b))


def _file(h: History, a: int, b: int) -> Fact | None:
    number = h.told[facts.PatentFiled]
    if number >= len(PATENTS):
        return None
    result = _pick(h.of(facts.DisclosureSubmitted), a)
    kind = "invention" if PATENTS[number][11] == "1" else "utility-model"
    fact = given.filed(PATENTS[number], _day(b), kind)
    owners = (ALPHA, BETA) if a % 2 else (ALPHA,)
    return fact.model_copy(
        update={"owners": owners, "disclosure": result.disclosure if result else None}
    )


def _turn(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.PatentFiled), a)
    turns: tuple[Any, ...] = ("granted", "granted", "lapsed", "restored", "partly")
    return found and given.patent_turn(turns[(a + b) % 5], _day(b), found.patent)


def _tag(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.PatentFiled), a)
    make = (portfolio.tagged, portfolio.tagged, portfolio.untagged)[(a + b) % 3]
    return found and make(_TAGS[b % 2], _day(b), found.patent)


def _abroad(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.PatentFiled), a)
    number = h.told[facts.ForeignFiled] + h.told[facts.PctFiled] + 1
    if found is None:
        return None
    if b % 2:
        return portfolio.pct_filed(number, _day(b), found.patent)
    return portfolio.foreign_filed(number, "US", _day(b), found.patent)


def _licence(h: History, a: int, b: int) -> Fact | None:
    known = [fact.patent for fact in h.of(facts.PatentFiled)]
    number = h.told[facts.LicenseGranted] + 1
    if not known or number > 4:
        return None
    terms = given.terms(
        _day(b),
        payment=("fixed", "pay-later")[a % 2],
        fixed_fee_fen=100 * (b % 7),
        instalments=(given.due(1, _day(b + 1), 100 * (a % 5) + 1),),
    )
    fact = given.granted(
        number,
        _day(b),
        terms,
        patents=known[: 1 + a % 2],
        origin="open-pilot" if a % 3 else "negotiated",
    )
    return fact.model_copy(update={"counterparty": FIRMS[a % 2]})


def _amend(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.LicenseGranted), a)
    return found and facts.LicenseAmended(
        license=found.license,
        patents=found.patents,
        terms=given.terms(found.starts, fixed_fee_fen=100 * (a % 9)),
        on=_day(b),
    )


def _record(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.LicenseGranted), a)
    return found and facts.LicenseRecorded(license=found.license, recordal_number="1", on=_day(b))


def _assign(h: History, a: int, b: int) -> Fact | None:
    known = [fact.patent for fact in h.of(facts.PatentFiled)]
    number = h.told[facts.AssignmentAgreed] + 1
    if not known or number > 2:
        return None
    dues = (given.due(1, _day(b + 1), 300, "assignment-price"),)
    fact = given.agreed(number, _day(b), 300 + a, dues)
    return fact.model_copy(update={"patents": tuple(known[-2:]), "counterparty": FIRMS[b % 2]})


def _register(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.AssignmentAgreed), a)
    make = facts.AssignmentRescinded if b % 4 == 3 else facts.AssignmentRegistered
    return found and make(assignment=found.assignment, patents=found.patents, on=_day(b))


def _invest(h: History, a: int, b: int) -> Fact:
    number = h.told[facts.EquityContributed] + 1
    return deals.contributed(number, _day(b), 100 + a)


def _leave(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.EquityContributed), a)
    number = 0 if found is None else int(found.equity[-12:])
    return found and deals.exited(number, _day(b), whole=bool(a % 2))


def _serve(h: History, a: int, b: int) -> Fact:
    number = h.told[facts.ContractSigned] + 1
    return deals.services(number, _day(b), 100 + a)


def _deal(h: History, a: int) -> str | None:
    known = [fact.license for fact in h.of(facts.LicenseGranted)]
    return _pick([*known, *(fact.assignment for fact in h.of(facts.AssignmentAgreed))], a)


def _trade(h: History, a: int, b: int) -> Fact | None:
    contract = _deal(h, a)
    if contract is None:
        return None
    return deals.traded(1 + h.told[facts.ExchangeTraded], contract, _day(b))


def _declare(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.PatentFiled), a)
    number = h.told[facts.OpenLicenseDeclared] + 1
    ends = _day(b + 2) if a % 2 else None
    return found and deals.declared(number, _day(b), ends).model_copy(
        update={"patent": found.patent, "scheme": ("open", "open-pilot")[b % 2]}
    )


def _announce(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.OpenLicenseDeclared), a)
    make = (deals.announced, deals.announced, deals.withdrawn)[(a + b) % 3]
    if found is None:
        return None
    number = int(found.declaration[-12:])
    return make(number, _day(b)).model_copy(update={"patent": found.patent})


def _take(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.OpenLicenseDeclared), a)
    granted = _pick(h.of(facts.LicenseGranted), b)
    if found is None or granted is None:
        return None
    return facts.OpenLicenseTaken(
        declaration=found.declaration, license=granted.license, patent=found.patent, on=_day(b)
    )


def _claim(h: History, a: int, b: int) -> Fact:
    return given.claimed(h.told[facts.ReceiptClaimed] + 1, _day(b), 1_000 * (1 + a))


def _allocate(h: History, a: int, b: int) -> Fact | None:
    receipt, contract = _pick(h.of(facts.ReceiptClaimed), a), _deal(h, b)
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
    part = _pick(h.of(facts.ReceiptAllocated), a)
    if part is None:
        return None
    if b % 3 == 0:
        return given.deallocated(part, 1 + b)
    if b % 3 == 1:
        return given.refunded(part, _day(b), 1 + b)
    receipt = next(r for r in h.of(facts.ReceiptClaimed) if r.receipt == part.receipt)
    if any(r.receipt == part.receipt for r in h.of(facts.ReceiptReversed)):
        return None
    return given.reversed_receipt(receipt, _day(b), part)


def _reward(h: History, a: int, b: int) -> Fact | None:
    taken = {(line.receipt, line.number) for c in h.of(facts.RewardClaimed) for line in c.lines}
    free = [p for p in h.of(facts.ReceiptAllocated) if (p.receipt, p.number) not in taken]
    part = _pick(free, a)
    number = h.told[facts.RewardClaimed] + 1
    return part and given.reward_claimed(number, part.contract, _day(b), part)


def _stage(h: History, a: int, b: int) -> Fact | None:
    found = _pick(h.of(facts.RewardClaimed), a)
    if found is None:
        return None
    number, contract = int(found.reward[-12:]), found.contract
    match b % 6:
        case 0:
            return given.awarded(number, contract, _day(b), 30 + a, 10)
        case 1:
            return given.capped(number, contract, _day(b), 50 + a, 40)
        case 2:
            return given.appropriated(number, _day(b), 40 + a)
        case 3:
            return given.clawed_back(number, contract, _day(b), 1, a)
        case 4:
            return facts.RewardUnspentReturned(
                reward=found.reward, fund=given.FUND, amount_fen=1 + a, on=_day(b)
            )
        case _:
            return given.disbursed(number, contract, _day(b), *([5 + a] * (1 + a % 2)))


_TOLD: Final[Mapping[str, Callable[[History, int, int], Fact | None]]] = {
    "size": _size,
    "disclose": _disclose,
    "assess": _assess,
    "accept": _accept,
    "file": _file,
    "turn": _turn,
    "tag": _tag,
    "abroad": _abroad,
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


# --- corrections


def _correct(h: History, a: int, b: int) -> None:
    """Another day, and for a license other patents, in the place of what was reported."""
    reported = [at for at, fact in h.standing.items() if fact.REPORTED and at > 4]
    at = _pick(reported, a)
    if at is None:
        return
    fact = h.standing.pop(at)
    name = next((name for name in _DATES if name in type(fact).model_fields), None)
    changes: dict[str, Any] = {} if name is None else {name: _day(b)}
    if isinstance(fact, facts.LicenseGranted):
        changes["patents"] = (PATENTS[b % len(PATENTS)],)
    replacement = fact.model_copy(update=changes)
    h.standing[h.story.correct(at, replacement, on=TOLD)] = replacement


def _void(h: History, a: int, b: int) -> None:
    """What nothing rests on: facts that did not bring their own subject into being."""
    at = _pick([at for at, fact in h.standing.items() if fact.REPORTED and at > 4], a)
    if at is None:
        return
    fact = h.standing[at]
    first = next(p for p, other in h.standing.items() if fact.subjects()[0] in other.subjects())
    if first == at and h.names(fact.subjects()[0]) > 1:
        return
    del h.standing[at]
    h.story.void(at, on=TOLD)


def history(steps: list[Step]) -> Story:
    """The story of these steps, after a founding; steps that make no sense tell nothing."""
    h = History()
    for institution in (ALPHA, BETA):
        h.tell(given.institution(institution, OPENED), institution)
    h.tell(given.size(OPENED - timedelta(days=1)), BUREAU)
    h.tell(given.fund_opened(OPENED), BUREAU)
    h.tell(given.firm(OPENED), BUREAU)
    for what, a, b in steps:
        if what == "correct":
            _correct(h, a, b)
        elif what == "void":
            _void(h, a, b)
        elif fact := _TOLD[what](h, a, b):
            h.tell(fact, BUREAU if what == "size" else ALPHA)
    return h.story


_SKELETON: Final = ("file", "turn", "license", "claim", "allocate", "reward", "stage", "back")
"""What other steps need, and what comes of them, drawn more often."""

STEPS: Final = (*_TOLD, *_SKELETON, *_SKELETON, "register", "correct", "correct", "void")

number = st.integers(0, 30)
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), number, number),
    min_size=10,
    max_size=70,
).map(history)
