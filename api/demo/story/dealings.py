"""Nine contracts a house in three years, with what goes before and after each of them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from api.demo.story.contracts import Deal, instalments, signed, terms
from api.demo.story.firms import CLIENTS, Firm
from api.demo.story.people import EXAMPLES
from api.demo.story.results import YEARS
from api.demo.story.rights import patent
from api.demo.story.steps import SYNTHETIC, Body, Do, Step, after, moment, named, yuan
from api.demo.story.upkeep import DEALT_FROM

_EXCHANGE = "上海技术交易所"


class Dealing(NamedTuple):
    """A contract with its other side; `number` runs from 0 through a house's three years."""

    house: str
    number: int
    deal: Deal
    firm: Firm

    @property
    def staff(self) -> str:
        return f"{self.house}/centre"

    @property
    def key(self) -> str:
        return self.deal.key

    def at(self, days: int) -> datetime:
        """A moment that many days after the signing, or before it."""
        return moment(after(self.deal.signed, days), 14)

    def before(self, days: int) -> str:
        """A day before the signing, as commands write it."""
        return (self.deal.signed - timedelta(days=days)).isoformat()

    @property
    def is_listed(self) -> bool:
        return self.number % 4 == 2

    @property
    def is_checked(self) -> bool:
        """The institute checks nothing; the second university leaves out every third deal."""
        return self.house in ("jia", "ding") or (self.house == "yi" and self.number % 3 > 0)


def _deal(house: str, number: int) -> Deal:
    year, place = YEARS[number // 3], EXAMPLES.index(house)
    day = after(date(year, 3 + 3 * (number % 3), 3 + 6 * place), 0)
    kind = "assignment" if number % 3 == 1 else "license"
    exclusivity = ("exclusive", "ordinary", "sole")[number // 3] if number % 3 == 2 else "ordinary"
    price_fen = yuan((9 + 17 * (number + 3 * place) % 83) * 20_000)
    first_fen = price_fen * (3 + number % 3) // 10
    dues = (after(day, 45), first_fen), (after(day, 180), price_fen - first_fen)
    return Deal(
        f"{house}-{year}-{number + 1}",
        house,
        kind,
        CLIENTS[house][number % 4].id,
        day,
        (patent(house, DEALT_FROM[house] + number),),
        dues,
        exclusivity,
    )


DEALINGS: tuple[Dealing, ...] = tuple(
    Dealing(house, number, _deal(house, number), CLIENTS[house][number % 4])
    for house in EXAMPLES
    for number in range(3 * len(YEARS))
)


def document(key: str) -> Body:
    """A paper by its hash, as evidence; there is nothing behind the hash."""
    return {
        "kind": "contract",
        "source": f"示例-{key}.pdf (虚构)",
        "sha256": sha256(key.encode()).hexdigest(),
        "media_type": "application/pdf",
    }


def _looked_into(one: Dealing) -> Iterator[Do]:
    """The register, the other side and the risk, in the weeks before signing.

    The second university once signs against what it found: an owner not confirmed, and a firm
    that deals in bad faith.
    """
    if not one.is_checked:
        return
    looked = {
        "patent": one.deal.patents[0],
        "in_force": True,
        "owner_confirmed": not (one.house == "yi" and one.number == 4),
        "source": "国家知识产权局专利登记簿(虚构)",
    }
    yield Do(one.at(-12), one.staff, "patent.check-status", looked)
    checked = {
        "check": named("check", one.key),
        "counterparty": one.firm.id,
        "matters": ["intent-to-work", "credit"],
        "outcome": "bad-faith" if one.house == "yi" and one.number == 7 else "sound",
    }
    yield Do(one.at(-12), one.staff, "counterparty.check", checked)
    weighed = {
        "risk": named("risk", one.key),
        "about": [one.deal.patents[0]],
        "matter": "实施许可与转让的市场前景和侵权风险(虚构)",
        "level": ("low", "medium", "low", "high")[one.number % 4],
    }
    yield Do(one.at(-25), f"{one.house}/head", "risk.assess", weighed)


def _signed(one: Dealing) -> Do:
    """Recorded on the day; one contract of 2022 came to the centre's desk in 2023 only."""
    step = signed(one.deal, (*SYNTHETIC, document(one.key)) if one.is_checked else SYNTHETIC)
    if one.number == 5:
        body = {**step.body, "terms": _easy_terms(one.deal)}
    elif one.number == 6:
        body = {**step.body, "terms": _with_royalty(one.deal)}
    else:
        body = dict(step.body)
    late = LATE.get(one.key)
    return Do(late or step.at, step.who, step.command, body, step.evidence)


LATE = {"yi-2022-3": moment(date(2023, 3, 6), 14)}
"""Contracts of which the ledger learned long after the signing."""


def _easy_terms(deal: Deal) -> dict[str, Any]:
    """Worked first and paid for later (先使用后付费)."""
    return terms(
        deal.signed,
        deal.signed.replace(year=deal.signed.year + 6),
        exclusivity=deal.exclusivity,
        payment="pay-later",
        dues=instalments(deal),
        fixed_fee_fen=deal.price_fen,
    )


def _with_royalty(deal: Deal) -> dict[str, Any]:
    return terms(
        deal.signed,
        deal.signed.replace(year=deal.signed.year + 8),
        exclusivity=deal.exclusivity,
        payment="entry-fee-plus-royalty",
        dues=instalments(deal),
        entry_fee_fen=deal.price_fen,
        minimum_royalty_fen=yuan(20_000),
        royalty_rate={"numerator": 3, "denominator": 100},
        royalty_base="许可产品净销售额",
    )


def _reviewed(one: Dealing) -> Iterator[Do]:
    """The review of the clauses, put on record with the contract it was about."""
    if one.is_checked:
        at = max(one.at(0), _signed(one).at)
        body = {"contract": one.deal.id, "outcome": "agreed", "on": one.before(3)}
        yield Do(at, f"{one.house}/head", "contract.review-clauses", body)


def _price(one: Dealing) -> dict[str, Any]:
    return {
        "pricing": named("pricing", one.key),
        "method": "listing" if one.is_listed else "agreement",
        "patents": list(one.deal.patents),
        "counterparty": one.firm.id,
        "amount_fen": one.deal.price_fen,
    }


def _notice(one: Dealing, starts: int, days: int) -> Body:
    """A notice that began `starts` days before the signing and runs for some days."""
    return {
        "pricing": named("pricing", one.key),
        "place": "校园网与公告栏(虚构)",
        "starts": one.before(starts),
        "ends": one.before(starts - days),
    }


def _priced(one: Dealing) -> Iterator[Do]:
    """By listing on the exchange, or agreed and put up on campus; told when it is signed.

    The second university's first notice was too short, and one of the institute's contracts was
    signed before its notice was over.
    """
    if one.key in LATE:
        return
    if one.number % 4 == 1:
        yield from _objected(one)
        return
    told = {"contract": one.deal.id, "on": one.before(40)}
    yield Do(one.at(0), one.staff, "pricing.determine", _price(one) | told)
    if one.is_listed:
        yield from _traded(one)
        return
    days = 9 if one.house == "yi" and one.number == 0 else 18
    starts = 10 if one.house == "bing" and one.number == 4 else 30
    # A notice that still ran when the contract was signed is told once it is over.
    at = one.at(max(0, days - starts + 1))
    yield Do(at, one.staff, "pricing.post-notice", _notice(one, starts, days))


def _objected(one: Dealing) -> Iterator[Do]:
    """A price told as it happens: put up, objected to, and mostly resolved before the signing."""
    pricing = {"pricing": named("pricing", one.key)}
    yield Do(one.at(-40), one.staff, "pricing.determine", _price(one))
    yield Do(one.at(-30), one.staff, "pricing.post-notice", _notice(one, 32, 18))
    yield Do(one.at(-26), one.staff, "pricing.object", pricing | {"grounds": "作价偏低(虚构)"})
    if not (one.house == "bing" and one.number == 5):
        outcome = {"number": 1, "outcome": "upheld" if one.number == 5 else "dismissed"}
        head = f"{one.house}/head"
        yield Do(one.at(-20), head, "pricing.resolve-objection", pricing | outcome)


def _traded(one: Dealing) -> Iterator[Do]:
    listing = named("listing", one.key)
    listed = {
        "listing": listing,
        "exchange": _EXCHANGE,
        "patents": list(one.deal.patents),
        "asking_fen": one.deal.price_fen,
    }
    yield Do(one.at(-33), one.staff, "listing.list", listed)
    traded = {"listing": listing, "contract": one.deal.id, "certificate": f"示例鉴证-{one.key}"}
    yield Do(one.at(0), one.staff, "listing.trade", traded)


def _followed_up(one: Dealing) -> Iterator[Do]:
    """Recorded or registered with the patent office, and with the technology market.

    The second university is late with its first recordal, and with a title that was paid for.
    """
    day = one.at(0)
    if one.deal.kind == "license":
        wait = 130 if one.house == "yi" and one.number == 0 else 40
        recorded = {"license": one.deal.id, "recordal_number": f"X{day:%Y}31{_serial(one):06d}"}
        if one.key not in LATE:
            yield Do(one.at(wait), one.staff, "license.record", recorded)
    else:
        wait = 75 if one.house == "yi" and one.number == 4 else 25
        yield Do(one.at(wait), one.staff, "assignment.register", {"assignment": one.deal.id})
    if one.number % 2 == 0 and one.key not in LATE:
        registered = {
            "contract": one.deal.id,
            "registration": f"{day:%Y}310000{_serial(one):06d}",
            "category": one.deal.kind,
            "total_fen": one.deal.price_fen,
            "technical_fen": one.deal.price_fen * 9 // 10,
        }
        yield Do(one.at(20), one.staff, "technology-contract.register", registered)


def _serial(one: Dealing) -> int:
    return 100 * (EXAMPLES.index(one.house) + 1) + one.number


def _steps() -> Iterator[Do]:
    for one in DEALINGS:
        yield from _looked_into(one)
        yield _signed(one)
        yield from _reviewed(one)
        yield from _priced(one)
        yield from _followed_up(one)


DEALT: tuple[Step, ...] = tuple(_steps())
