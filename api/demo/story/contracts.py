"""Contracts as data: parties, patents, price and dues, and the commands that record them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from api.demo.story.steps import SYNTHETIC, Body, Do, moment, named

_PURPOSES = {
    "license": "license-fee",
    "assignment": "assignment-price",
    "development": "development-fee",
    "consulting": "service-fee",
    "service": "service-fee",
}


class Deal(NamedTuple):
    """A contract that brings money; `dues` are days and fen and make up the price.

    `kind` is that of its subject; a contract that grants no right says in `work` what it is for.
    """

    key: str
    house: str
    kind: str
    firm: str
    signed: date
    patents: tuple[str, ...]
    dues: tuple[tuple[date, int], ...]
    exclusivity: str = "ordinary"
    work: str | None = None

    @property
    def id(self) -> str:
        """The subject id of the contract."""
        return named(self.kind, self.key)

    @property
    def purpose(self) -> str:
        """What money under this contract is for."""
        return _PURPOSES[self.work or self.kind]

    @property
    def price_fen(self) -> int:
        """All dues together."""
        return sum(amount_fen for _, amount_fen in self.dues)


def instalments(deal: Deal) -> list[dict[str, Any]]:
    """The dues as commands write them, numbered from 1."""
    return [
        {"number": number, "due": due.isoformat(), "amount_fen": fen, "purpose": deal.purpose}
        for number, (due, fen) in enumerate(deal.dues, 1)
    ]


def terms(
    starts: date,
    ends: date | None,
    *,
    exclusivity: str = "ordinary",
    payment: str = "instalments",
    dues: Sequence[Body] = (),
    **given: Any,
) -> dict[str, Any]:
    """Whole license terms; amounts are in fen and zero unless given."""
    return {
        "exclusivity": exclusivity,
        "territory": ["中国"],
        "field": None,
        "starts": starts.isoformat(),
        "ends": None if ends is None else ends.isoformat(),
        "payment": payment,
        "fixed_fee_fen": 0,
        "entry_fee_fen": 0,
        "minimum_royalty_fen": 0,
        "royalty_rate": None,
        "royalty_base": None,
        "instalments": list(dues),
        **given,
    }


def signed(deal: Deal, evidence: tuple[Body, ...] = SYNTHETIC) -> Do:
    """The step of recording a contract on the day it was signed."""
    body: dict[str, Any] = {
        deal.kind: deal.id,
        "contract_number": f"示例-{deal.key}",
        "counterparty": deal.firm,
        "patents": list(deal.patents),
        "signed": deal.signed.isoformat(),
    }
    if deal.kind == "license":
        body["terms"] = terms(
            deal.signed,
            deal.signed.replace(year=deal.signed.year + 5),
            exclusivity=deal.exclusivity,
            dues=instalments(deal),
            fixed_fee_fen=deal.price_fen,
        )
        command = "license.grant"
    else:
        body |= {"price_fen": deal.price_fen, "instalments": instalments(deal)}
        command = "assignment.agree"
    return Do(moment(deal.signed, 14), f"{deal.house}/centre", command, body, evidence)
