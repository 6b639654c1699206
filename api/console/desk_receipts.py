"""Claimed receipts on the desk: whose money it is, what is left of it, and what it could settle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl
import psycopg

from api import rights
from api.access import Caller
from api.console.acts import Offer, Thing, offers
from api.console.audit_tables import Seen
from api.console.cells import called, grouped_yuan
from api.desk import bank_words, undone_by_bank
from api.exports.cells import word_of, yuan
from api.home import Home
from api.language import Language
from api.rights import may_read
from ledger.accounts import FINANCE_CLERKS
from ledger.allocations import CONTRACT_CURRENCY
from ledger.looking import Onlooker
from ledger.money import split
from ledger.receipts import Receipt
from projections.receipts import ALLOCATIONS, RECEIPTS
from projections.receivables import RECEIVABLES
from projections.subject_names import subject_names

WAITING_MAX: Final = 200
"""So many receipts are listed; the newest are not the ones that wait longest, so oldest first."""


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment that is open: names in words, `fill` the yuan proposed for it (may be empty).

    `number` is its place in the form.
    """

    contract: str
    title: str
    partner: str
    instalment: int
    due: date
    purpose: str
    purpose_word: str
    open_fen: int
    fill: str = ""

    @property
    def open(self) -> str:
        """What is open, in yuan."""
        return grouped_yuan(self.open_fen)


def may_book(caller: Caller, institution: str) -> bool:
    """Whether the caller books money of an institution."""
    return institution in caller.scope(FINANCE_CLERKS).institutions


def claim_address(receipt: str, institution: str, suggested: Sequence[str]) -> str:
    """The form that claims a bank line, and from there on to its allocation."""
    said = {"receipt": receipt, "institution": institution, "back": address(receipt)}
    if len(suggested) == 1:
        said["payer"] = suggested[0]
    return f"/forms/receipt.claim?{urlencode(said)}"


def address(receipt: str) -> str:
    """The page of a claimed receipt."""
    return f"/desk/receipts/{receipt}"


def counterparties_of(receipt: Receipt) -> tuple[str, ...]:
    """Whose money a receipt is: the payer it was claimed with, and those confirmed since."""
    confirmed = (each.counterparty for each in receipt.confirmed)
    named = (receipt.payer, *confirmed)
    return tuple(dict.fromkeys(each for each in named if each is not None))


def waiting(
    seen: Seen, onlooker: Onlooker, institution: str, back: str
) -> dict[str, list[dict[str, Any]]]:
    """The receipts with money left, oldest first: `unallocated` of a known payer, `unconfirmed`
    without one. Blocks: use a thread."""
    rows = seen.rows(RECEIPTS, institution=institution).filter(pl.col("free_fen") > 0)
    kept = rows.head(WAITING_MAX)
    ids = kept["receipt"].to_list()
    states = onlooker.states(ids)
    texts = _bank_words(seen.home, seen.caller, institution, ids)
    owing = set(open_dues(seen, institution)["counterparty"].to_list())
    wanted = {one for each in states.values() for one in counterparties_of(each)}
    names = subject_names(seen.tape, wanted)
    things = [Thing(each, institution) for each in ids]
    acts = offers(onlooker, seen.caller, things, seen.spoken, back)
    found: dict[str, list[dict[str, Any]]] = {"unallocated": [], "unconfirmed": []}
    for row, offered in zip(kept.iter_rows(named=True), acts, strict=True):
        whose = counterparties_of(states[row["receipt"]])
        said = texts.get(row["receipt"], {})
        told = {
            "href": address(row["receipt"]),
            "value_date": row["value_date"].isoformat(),
            "payer": "、".join(called(each, seen.spoken, names) for each in whose)
            or said.get("payer", ""),
            "remittance": said.get("remittance", ""),
            "amount_fen": row["amount_fen"],
            "amount": grouped_yuan(row["amount_fen"]),
            "free_fen": row["free_fen"],
            "free": grouped_yuan(row["free_fen"]),
            "days": row["days_unallocated"],
            "owes": bool(owing & set(whose)),
            "acts": usual(offered),
        }
        found["unallocated" if whose else "unconfirmed"].append(told)
    return found


def usual(offered: Sequence[Offer]) -> list[Offer]:
    """What is done to a receipt in the ordinary course, without what any subject takes."""
    return [each for each in offered if each.weight < 2 and each.name != "receipt.allocate"]


def _bank_words(
    home: Home, caller: Caller, institution: str, receipts: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    if not receipts or not may_read(caller, rights.Thing(rights.Kind.TEXT, institution)):
        return {}
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        return bank_words(connection, home.vault, receipts)


def open_dues(seen: Seen, institution: str) -> pl.DataFrame:
    """The instalments of an institution that lack money, in order of their due days."""
    rows = seen.rows(RECEIVABLES, institution=institution)
    return rows.filter(pl.col("open_fen") > 0).sort("due", "contract", "number")


def reversals(seen: Seen, onlooker: Onlooker, institution: str) -> list[dict[str, Any]]:
    """Lines by which the bank undid a claimed receipt, as far as nobody recorded that yet."""
    with psycopg.connect(seen.home.service_url, autocommit=True) as connection:
        found = undone_by_bank(connection, institution)
    states = onlooker.states({receipt for _, receipt, _, _ in found})
    handled = {line for line, receipt, _, _ in found if states[receipt].reversed}
    made = []
    for line, receipt, day, amount_fen in found:
        if line in handled or not states[receipt].known:
            continue
        said = {"receipt": receipt, "on": day.isoformat(), "institution": institution}
        made.append(
            {
                "day": day.isoformat(),
                "amount": grouped_yuan(amount_fen),
                "href": address(receipt),
                "record": f"/forms/receipt.reverse?{urlencode({**said, 'back': '/desk'})}",
            }
        )
    return made


def proposed(free_fen: int, open_fen: Sequence[int], *, by_share: bool) -> list[int]:
    """How money could be set against what is open, in fen, in the order of due days.

    An instalment that lacks exactly this much takes it all. Else the earlier ones are filled
    first; `by_share` in proportion to what is open, by largest remainder.
    """
    if by_share and 0 < free_fen < sum(open_fen):
        return list(split(free_fen, open_fen))
    if not by_share and free_fen in open_fen:
        exact = open_fen.index(free_fen)
        return [free_fen if place == exact else 0 for place in range(len(open_fen))]
    given = []
    for each in open_fen:
        given.append(min(each, free_fen))
        free_fen -= given[-1]
    return given


def receipt_told(
    home: Home,
    onlooker: Onlooker,
    caller: Caller,
    spoken: Language,
    receipt: str,
    *,
    by_share: bool,
) -> dict[str, Any] | None:
    """All that the page of a receipt shows; None for one that is not at a desk of the caller's.

    Blocks: use a thread.
    """
    state = onlooker.states([receipt]).get(receipt)
    if not isinstance(state, Receipt) or not state.known:
        return None
    institution = state.institution
    if not may_read(caller, rights.Thing(rights.Kind.LINE, institution)):
        return None
    seen = Seen.now(home, caller, spoken, RECEIPTS)
    whose = counterparties_of(state)
    dues = open_dues(seen, institution).filter(pl.col("counterparty").is_in(whose))
    texts = _bank_words(home, caller, institution, [receipt]).get(receipt, {})
    names = subject_names(seen.tape, {*whose, *dues["contract"], state.account})
    back = address(receipt)
    (offered,) = offers(onlooker, caller, [Thing(receipt, institution)], spoken, back)
    bookable = may_book(caller, institution) and state.currency == CONTRACT_CURRENCY
    return {
        "receipt": receipt,
        "institution": institution,
        "value_date": state.value_date.isoformat(),
        "reversed": state.reversed,
        "amounts": {
            "received": grouped_yuan(state.amount_fen),
            "allocated": grouped_yuan(state.allocated_fen),
            "refunded": grouped_yuan(state.refunded_fen),
            "left": grouped_yuan(state.free_fen),
        },
        "texts": {key: texts[key] for key in ("payer", "remittance") if texts.get(key)},
        "payers": [called(each, spoken, names) for each in whose],
        "bookable": bookable and state.free_fen > 0,
        "dues": _dues(dues, state.free_fen, names, spoken, by_share=by_share),
        "divisible": 0 < state.free_fen < dues["open_fen"].sum() and dues.height > 1,
        "parts": _parts(seen, onlooker, institution, receipt, back),
        "acts": [each for each in offered if each.weight < 2],
    }


def _dues(
    dues: pl.DataFrame, free_fen: int, names: Any, spoken: Language, *, by_share: bool
) -> list[Due]:
    fills = proposed(max(0, free_fen), dues["open_fen"].to_list(), by_share=by_share)
    return [
        Due(
            contract=row["contract"],
            title=row["contract_number"] or called(row["contract"], spoken, names),
            partner=called(row["counterparty"], spoken, names),
            instalment=row["number"],
            due=row["due"],
            purpose=row["purpose"],
            purpose_word=word_of("purpose", row["purpose"], spoken),
            open_fen=row["open_fen"],
            fill=yuan(fill) if fill else "",
        )
        for row, fill in zip(dues.iter_rows(named=True), fills, strict=True)
    ]


def _parts(
    seen: Seen, onlooker: Onlooker, institution: str, receipt: str, back: str
) -> list[dict[str, Any]]:
    """What of the receipt was allocated, each part with what can be undone or paid back of it."""
    rows = list(seen.rows(ALLOCATIONS, receipt=receipt).iter_rows(named=True))
    things = [Thing(receipt, institution, {"number": str(row["number"])}) for row in rows]
    acts = offers(onlooker, seen.caller, things, seen.spoken, back)
    names = subject_names(seen.tape, {row["contract"] for row in rows})
    return [
        {
            "contract": called(row["contract"], seen.spoken, names),
            "subject": row["contract"],
            "instalment": row["instalment"],
            "purpose": word_of("purpose", row["purpose"], seen.spoken),
            "amount": grouped_yuan(row["received_fen"]),
            "acts": [
                each
                for each in offered
                if each.name in ("receipt.refund", "receipt.deallocate") and row["received_fen"] > 0
            ],
        }
        for row, offered in zip(rows, acts, strict=True)
    ]
