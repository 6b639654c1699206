"""Patents put up on an exchange, and the contracts that went through it (进场交易)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.deals import need_patents_within, read_deal
from ledger.declaration import Declaration
from ledger.facts import ExchangeListed, ExchangeTraded
from ledger.facts.deals import FeeFen
from ledger.refusals import Refusal, Refused
from ledger.rights import filings, need_patents, title_breaches
from ledger.subjects import DealId, ListingId, PatentId, Text
from ledger.terms import need_no_earlier

# --- State


@dataclass(frozen=True, slots=True)
class Listing:
    """Patents on an exchange; `listed` is the listing's sequence on itself."""

    known: bool = False
    institution: str = ""
    patents: tuple[str, ...] = ()
    on: date = date.min
    listed: int = 0


# --- evolve

ListingFact = ExchangeListed | ExchangeTraded


def evolve(state: Listing, fact: ListingFact, seen: Recorded) -> Listing:
    """Fold one fact about a listing; one listing may lead to several contracts."""
    match fact:
        case ExchangeListed():
            return Listing(
                known=True,
                institution=seen.institution,
                patents=fact.patents,
                on=fact.on,
                listed=seen.sequences[fact.listing],
            )
        case ExchangeTraded():
            return state
        case _:
            assert_never(fact)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class ListOnExchange(Command):
    """Record that patents were put up on an exchange."""

    NAME: ClassVar[str] = "listing.list"
    ZH: ClassVar[str] = "登记进场挂牌"
    EN: ClassVar[str] = "Record a listing on an exchange"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "listing"
    listing: ListingId
    exchange: Text
    patents: Annotated[tuple[PatentId, ...], Field(min_length=1, max_length=200)]
    asking_fen: FeeFen | None = None
    on: date | None = None


class TradeListing(Command):
    """Record that a contract over the listed patents went through the exchange."""

    NAME: ClassVar[str] = "listing.trade"
    ZH: ClassVar[str] = "登记进场成交"
    EN: ClassVar[str] = "Record a trade through an exchange"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    listing: ListingId
    contract: DealId
    certificate: Text | None = None
    on: date | None = None


# --- decide


def list_on_exchange(command: ListOnExchange, case: Case) -> Decision:
    """Record a listing of one's own patents; dead or assigned rights are breaches."""
    if case.read(Listing, command.listing).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.listing)
    patents = need_patents(case, command.patents)
    on = command.on or case.today
    fact = ExchangeListed(
        listing=command.listing,
        exchange=command.exchange,
        patents=tuple(patents),
        asking_fen=command.asking_fen,
        on=on,
    )
    breaches = title_breaches(patents, case.institution, (on,))
    return Decision((New(fact, rests_on=filings(patents)),), breaches)


def trade_listing(command: TradeListing, case: Case) -> Decision:
    """Record a trade, of all that was listed or of a part of it.

    Refused before the listing, and for a contract about none of the listed patents.
    """
    listing = case.read(Listing, command.listing)
    if not listing.known or listing.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.listing)
    deal = read_deal(case, command.contract)
    if set(listing.patents).isdisjoint(deal.patents):
        need_patents_within(listing.patents, command.contract, deal)
    on = command.on or case.today
    need_no_earlier(on, listing.on)
    fact = ExchangeTraded(
        listing=command.listing,
        contract=command.contract,
        certificate=command.certificate,
        on=on,
    )
    rests_on = (Ref(command.listing, listing.listed), deal.ground)
    return Decision((New(fact, rests_on=rests_on),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ListOnExchange, list_on_exchange, (ExchangeListed,)),
    Declaration(TradeListing, trade_listing, (ExchangeTraded,)),
)
