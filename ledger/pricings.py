"""Prices for patents: determined, put up on campus, objected to (促进科技成果转化法 art. 18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.counterparty_state import need_counterparty
from ledger.deals import need_patents_within, need_same_side, read_deal
from ledger.declaration import Declaration
from ledger.facts import NoticePosted, ObjectionRaised, ObjectionResolved, PriceDetermined
from ledger.facts.contracts import ObjectionNumber
from ledger.facts.deals import FeeFen
from ledger.policies.pricing_notice import PRICING_NOTICE_2016, notice_days_min
from ledger.refusals import Refusal, Refused
from ledger.rights import filings, need_patents, title_breaches
from ledger.subjects import CounterpartyId, DealId, PatentId, PricingId, Text
from ledger.terms import need_no_earlier

NOTICE_DAYS_MIN = notice_days_min(PRICING_NOTICE_2016)

# --- State


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection from the day it was raised to the day it was resolved, if it was."""

    raised: date
    sequence: int
    resolved: date | None = None

    def is_open(self, day: date) -> bool:
        """Whether it still halted the process on a day."""
        return self.raised <= day and (self.resolved is None or day < self.resolved)


@dataclass(frozen=True, slots=True)
class Pricing:
    """A price with what happened to it in public; `determined` is its fact's sequence on itself."""

    known: bool = False
    institution: str = ""
    agreed: bool = False
    contract: str | None = None
    determined: int = 0
    objections: Mapping[int, Objection] = field(default_factory=dict)


# --- evolve

PricingFact = PriceDetermined | NoticePosted | ObjectionRaised | ObjectionResolved


def evolve(state: Pricing, fact: PricingFact, seen: Recorded) -> Pricing:
    """Fold one fact about a pricing; a number nobody raised resolves nothing."""
    match fact:
        case PriceDetermined():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                agreed=fact.method == "agreement",
                contract=fact.contract,
                determined=seen.sequences[fact.pricing],
            )
        case NoticePosted():
            return state
        case ObjectionRaised():
            objection = Objection(fact.on, seen.sequences[fact.pricing])
            return replace(state, objections={**state.objections, fact.number: objection})
        case ObjectionResolved():
            raised = state.objections.get(fact.number)
            if raised is None:
                return state
            resolved = replace(raised, resolved=fact.on)
            return replace(state, objections={**state.objections, fact.number: resolved})
        case _:
            assert_never(fact)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class DeterminePrice(Command):
    """Record the price of patents, and the contract it became part of, where there is one."""

    NAME: ClassVar[str] = "pricing.determine"
    ZH: ClassVar[str] = "登记定价"
    EN: ClassVar[str] = "Record a price"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "pricing"
    pricing: PricingId
    method: Literal["agreement", "listing", "auction"]
    patents: Annotated[tuple[PatentId, ...], Field(min_length=1, max_length=200)]
    counterparty: CounterpartyId | None = None
    contract: DealId | None = None
    amount_fen: FeeFen
    on: date | None = None


class PostNotice(Command):
    """Record that name and price were put up on campus; both days belong to the notice."""

    NAME: ClassVar[str] = "pricing.post-notice"
    ZH: ClassVar[str] = "登记定价公示"
    EN: ClassVar[str] = "Record a public notice of a price"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    pricing: PricingId
    place: Text
    starts: date
    ends: date


class ObjectToPrice(Command):
    """Record an objection; it gets the next number. `grounds` do not say who objected."""

    NAME: ClassVar[str] = "pricing.object"
    ZH: ClassVar[str] = "登记定价异议"
    EN: ClassVar[str] = "Record an objection to a price"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    pricing: PricingId
    grounds: Text
    on: date | None = None


class ResolveObjection(Command):
    """Record what became of an objection."""

    NAME: ClassVar[str] = "pricing.resolve-objection"
    ZH: ClassVar[str] = "登记异议处理结果"
    EN: ClassVar[str] = "Record how an objection was resolved"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_STAFF, Role.CENTRE_HEAD})
    DECIDES: ClassVar[bool] = True
    pricing: PricingId
    number: ObjectionNumber
    outcome: Literal["upheld", "dismissed"]
    on: date | None = None


# --- decide


def read_pricing(case: Case, pricing: str) -> Pricing:
    """A price of the case's institution; refuses SUBJECT_IS_UNKNOWN for any other."""
    state = case.read(Pricing, pricing)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=pricing)
    return state


def determine_price(command: DeterminePrice, case: Case) -> Decision:
    """Record a price. Refuses a contract with another side, or without one of the patents.

    Dead or assigned rights are breaches. A notice follows later, or never: readings tell.
    """
    if case.read(Pricing, command.pricing).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.pricing)
    if command.counterparty is not None:
        need_counterparty(case, command.counterparty)
    patents = need_patents(case, command.patents)
    rests_on = filings(patents)
    if command.contract is not None:
        deal = read_deal(case, command.contract)
        need_same_side(command.counterparty, command.contract, deal)
        need_patents_within(tuple(patents), command.contract, deal)
        rests_on = (*rests_on, deal.ground)
    on = command.on or case.today
    fact = PriceDetermined(
        pricing=command.pricing,
        method=command.method,
        patents=tuple(patents),
        counterparty=command.counterparty,
        contract=command.contract,
        amount_fen=command.amount_fen,
        on=on,
    )
    breaches = title_breaches(patents, case.institution, (on,))
    return Decision((New(fact, rests_on=rests_on),), breaches)


def post_notice(command: PostNotice, case: Case) -> Decision:
    """Record a notice. Refused where it ends before it starts.

    For an agreed price a notice shorter than the rule, and a contract signed before the notice
    was over, are breaches. The first day does not count (民法典 art. 201).
    """
    need_no_earlier(command.ends, command.starts)
    pricing = read_pricing(case, command.pricing)
    fact = NoticePosted(
        pricing=command.pricing, place=command.place, starts=command.starts, ends=command.ends
    )
    breaches: list[Breach] = []
    days = (command.ends - command.starts).days
    if pricing.agreed and days < NOTICE_DAYS_MIN:
        values = {"pricing": command.pricing, "days": days, "days_min": NOTICE_DAYS_MIN}
        breaches.append(Breach("price-notice-is-short", values))
    signed = _signed(pricing, case)
    if pricing.agreed and signed is not None and signed <= command.ends:
        values = {"contract": pricing.contract, "signed": signed.isoformat()}
        ends = {"ends": command.ends.isoformat()}
        breaches.append(Breach("contract-precedes-end-of-notice", values | ends))
    rests_on = (Ref(command.pricing, pricing.determined),)
    return Decision((New(fact, rests_on=rests_on),), tuple(breaches))


def _signed(pricing: Pricing, case: Case) -> date | None:
    return None if pricing.contract is None else read_deal(case, pricing.contract).signed


def object_to_price(command: ObjectToPrice, case: Case) -> Decision:
    """Record an objection; a contract signed since then, as far as is known, is a breach."""
    pricing = read_pricing(case, command.pricing)
    on = command.on or case.today
    fact = ObjectionRaised(
        pricing=command.pricing,
        number=max(pricing.objections, default=0) + 1,
        grounds=command.grounds,
        on=on,
    )
    rests_on = (Ref(command.pricing, pricing.determined),)
    breaches = _signed_meanwhile(pricing, case, Objection(on, 0))
    return Decision((New(fact, rests_on=rests_on),), breaches)


def resolve_objection(command: ResolveObjection, case: Case) -> Decision:
    """Record the outcome. Refuses a number without an open objection, and a day before it.

    A contract signed while the objection was open is a breach.
    """
    pricing = read_pricing(case, command.pricing)
    objection = pricing.objections.get(command.number)
    if objection is None or objection.resolved is not None:
        raise Refusal(Refused.OBJECTION_IS_NOT_OPEN, pricing=command.pricing, number=command.number)
    on = command.on or case.today
    need_no_earlier(on, objection.raised)
    fact = ObjectionResolved(
        pricing=command.pricing, number=command.number, outcome=command.outcome, on=on
    )
    breaches = _signed_meanwhile(pricing, case, replace(objection, resolved=on))
    return Decision((New(fact, rests_on=(Ref(command.pricing, objection.sequence),)),), breaches)


def _signed_meanwhile(pricing: Pricing, case: Case, objection: Objection) -> tuple[Breach, ...]:
    signed = _signed(pricing, case)
    if signed is None or not objection.is_open(signed):
        return ()
    values = {"contract": pricing.contract, "signed": signed.isoformat()}
    raised = {"raised": objection.raised.isoformat()}
    return (Breach("contract-signed-under-objection", values | raised),)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(DeterminePrice, determine_price, (PriceDetermined,)),
    Declaration(PostNotice, post_notice, (NoticePosted,)),
    Declaration(ObjectToPrice, object_to_price, (ObjectionRaised,)),
    Declaration(ResolveObjection, resolve_objection, (ObjectionResolved,)),
)
