"""Contracts for development, consulting and services, companies held, and what surrounds them."""

from collections.abc import Iterator
from datetime import date, timedelta

from api.demo.story.contracts import Deal, instalments
from api.demo.story.dealings import document
from api.demo.story.firms import CLIENTS
from api.demo.story.people import EXAMPLES
from api.demo.story.results import YEARS
from api.demo.story.rights import patent
from api.demo.story.steps import SYNTHETIC, Do, Step, after, day, moment, named, on, yuan
from api.demo.story.upkeep import lasting

_WORKS = ("development", "consulting", "service")


def _deal(house: str, year: int, half: int) -> Deal:
    place, serial = EXAMPLES.index(house), 2 * (year - YEARS[0]) + half
    signed = after(date(year, 2 + 6 * half, 7 + 4 * place), 0)
    price_fen = yuan((5 + 13 * (serial + 2 * place) % 47) * 12_000)
    due = after(signed, 30), price_fen // 2
    rest = after(signed, 150), price_fen - price_fen // 2
    return Deal(
        f"{house}-work-{year}-{half + 1}",
        house,
        "contract",
        CLIENTS[house][(serial + 1) % 4].id,
        signed,
        (),
        (due, rest),
        work=_WORKS[(serial + place) % 3],
    )


WORKS: tuple[Deal, ...] = tuple(
    _deal(house, year, half) for house in EXAMPLES for year in YEARS for half in range(2)
)
BROKEN_OFF = "yi-work-2023-1"
"""The contract that ended early; its second due is not paid."""


def _worked(deal: Deal) -> Iterator[Do]:
    at, who = moment(deal.signed), f"{deal.house}/centre"
    body = {
        "contract": deal.id,
        "kind": deal.work,
        "contract_number": f"示例-{deal.key}",
        "title": f"委托{deal.key}号课题(虚构)",
        "counterparty": deal.firm,
        "signed": deal.signed.isoformat(),
        "amount_fen": deal.price_fen,
        "instalments": instalments(deal),
    }
    yield Do(at, who, "contract.sign", body, (*SYNTHETIC, document(deal.key)))
    if deal.house != "bing":
        asked = deal.house == "yi" and deal.signed.year == 2024
        outcome = "changes-asked" if asked else "agreed"
        day_before = (deal.signed - timedelta(days=6)).isoformat()
        reviewed = {"contract": deal.id, "outcome": outcome, "on": day_before}
        yield Do(at, f"{deal.house}/head", "contract.review-clauses", reviewed)
    registered = {
        "contract": deal.id,
        "registration": f"{deal.signed:%Y%m%d}{EXAMPLES.index(deal.house) + 1:04d}",
        "category": deal.work,
        "total_fen": deal.price_fen,
        "technical_fen": deal.price_fen * 4 // 5,
    }
    yield Do(moment(after(deal.signed, 18)), who, "technology-contract.register", registered)
    if deal.key == BROKEN_OFF:
        yield Do(moment(after(deal.signed, 95)), who, "contract.terminate", {"contract": deal.id})


_HELD = (
    # House, day, number of the patent among those kept, amount in yuan, twentieths of the company.
    ("jia", day("2022-05-18"), 9, 2_400_000, 4),
    ("jia", day("2023-10-18"), 12, 3_600_000, 3),
    ("yi", day("2023-04-19"), 9, 1_500_000, 5),
    ("bing", day("2024-03-20"), 8, 900_000, 2),
)


def _company(house: str, when: date, place: int, amount_yuan: int, share: int) -> Iterator[Do]:
    """Checked and settled by the first university only; the second gives shares up too early."""
    who, key = f"{house}/centre", f"{house}-held-{when.year}"
    equity, firm = named("equity", key), CLIENTS[house][when.year % 3].id
    if house == "jia":
        checked = {
            "check": named("check", key),
            "counterparty": firm,
            "matters": ["capability", "credit", "related-party"],
            "outcome": "sound",
        }
        yield Do(moment(after(when, -21)), who, "counterparty.check", checked)
    body = {
        "equity": equity,
        "contract_number": f"示例-{key}",
        "counterparty": firm,
        "patents": [patent(house, lasting(house)[place])],
        "rights_count": 1,
        "amount_fen": yuan(amount_yuan),
        "share": {"numerator": share, "denominator": 20},
    }
    yield Do(moment(when), who, "equity.contribute", body, (*SYNTHETIC, document(key)))
    if house == "jia":
        yield from _income_settled(house, equity, when)
    if house in ("jia", "yi") and when < day("2023-12-31"):
        given_up = {
            "equity": equity,
            "share": {"numerator": share if house == "yi" else share // 2, "denominator": 20},
            "proceeds_fen": yuan(amount_yuan * 6 // 5),
            "whole": house == "yi",
        }
        yield Do(moment(after(when, 400)), who, "equity.exit", given_up)


def _income_settled(house: str, equity: str, when: date) -> Iterator[Do]:
    decision, decided = named("decision", f"income/{equity}"), after(when, 12)
    body = {
        "decision": decision,
        "kind": "distribution",
        "title": "作价投资收益分配方案(虚构)",
        "body": "股权收益按七比三在完成人与学校之间分配(虚构)",
        "about": [equity],
    }
    yield Do(moment(decided), f"{house}/head", "decision.record", body)
    approval = {"decision": decision}
    yield Do(moment(after(decided, 2)), f"{house}/leader", "decision.approve", approval)


def _royalties() -> Iterator[Do]:
    """Reported by licensees and put on the schedule of the contracts they belong to."""
    for house in EXAMPLES:
        for n, when in enumerate(("2024-08-15", "2024-11-15")):
            body = {
                "contract": named("license", f"{house}-2024-7"),
                "due": when,
                "amount_fen": yuan(8_600 + 1_350 * n + 700 * EXAMPLES.index(house)),
                "purpose": "royalty",
            }
            yield Do(on(when[:8] + "05"), f"{house}/finance", "instalment.schedule", body)


SERVED: tuple[Step, ...] = (
    *(step for deal in WORKS for step in _worked(deal)),
    *(step for held in _HELD for step in _company(*held)),
    *_royalties(),
)
