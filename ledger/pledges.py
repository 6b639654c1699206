"""Pledges of patents and what appraisers say they are worth."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import PatentPledged, PledgeReleased, ValuationReceived
from ledger.facts.deals import PositiveFen
from ledger.refusals import Refusal, Refused
from ledger.rights import IN_FORCE, consent_breaches, filings, need_patents, title_breaches
from ledger.subjects import PatentId, PledgeId, Text, ValuationId
from ledger.terms import need_no_earlier

Patents = Annotated[tuple[PatentId, ...], Field(min_length=1, max_length=200)]

# --- State


@dataclass(frozen=True, slots=True)
class Pledge:
    """A pledge; `registered` is its fact's sequence on itself."""

    known: bool = False
    institution: str = ""
    patents: tuple[str, ...] = ()
    on: date = date.min
    registered: int = 0
    released: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Valuation:
    """That a valuation was received; what it says stands in its fact."""

    known: bool = False
    institution: str = ""


# --- evolve


def evolve(state: Pledge, fact: PatentPledged | PledgeReleased, seen: Recorded) -> Pledge:
    """Fold one fact about a pledge."""
    match fact:
        case PatentPledged():
            return Pledge(
                known=True,
                institution=seen.institution,
                patents=fact.patents,
                on=fact.on,
                registered=seen.sequences[fact.pledge],
            )
        case PledgeReleased():
            return replace(state, released=(*state.released, *fact.patents))
        case _:
            assert_never(fact)


def evolve_valuation(state: Valuation, fact: ValuationReceived, seen: Recorded) -> Valuation:
    """Fold one fact about a valuation."""
    match fact:
        case ValuationReceived():
            return replace(state, known=True, institution=seen.institution)
        case _:
            assert_never(fact)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class RegisterPledge(Command):
    """Record a registered pledge of patents; a `pledgee` who is a natural person stays unnamed."""

    NAME: ClassVar[str] = "pledge.register"
    ZH: ClassVar[str] = "登记专利权质押"
    EN: ClassVar[str] = "Record a pledge of patents"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "pledge"
    pledge: PledgeId
    patents: Patents
    pledgee: Text
    secured_fen: PositiveFen
    registration: Text | None = None
    on: date | None = None


class ReleasePledge(Command):
    """Record that the pledge was struck off: for the patents named, for all left without names."""

    NAME: ClassVar[str] = "pledge.release"
    ZH: ClassVar[str] = "登记专利权质押注销"
    EN: ClassVar[str] = "Record the release of a pledge"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    pledge: PledgeId
    patents: Annotated[tuple[PatentId, ...], Field(max_length=200)] = ()
    on: date | None = None


class ReceiveValuation(Command):
    """Record what an appraiser found patents to be worth; `appraiser` is a firm, no person."""

    NAME: ClassVar[str] = "valuation.receive"
    ZH: ClassVar[str] = "登记专利评估"
    EN: ClassVar[str] = "Record a valuation of patents"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "valuation"
    valuation: ValuationId
    patents: Patents
    method: Literal["income", "market", "cost"]
    appraiser: Text
    amount_fen: PositiveFen
    valid_until: date | None = None
    on: date | None = None


# --- decide


def register_pledge(command: RegisterPledge, case: Case) -> Decision:
    """Record a pledge. Of a right not in force, assigned or pledged already it is a breach.

    So it is without the consent of co-owners (专利法 art. 14).
    """
    if case.read(Pledge, command.pledge).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.pledge)
    patents = need_patents(case, command.patents)
    on = command.on or case.today
    fact = PatentPledged(
        pledge=command.pledge,
        patents=tuple(patents),
        pledgee=command.pledgee,
        secured_fen=command.secured_fen,
        registration=command.registration,
        on=on,
    )
    pledged = tuple(
        Breach("patent-is-pledged-already", {"patent": patent, "pledge": burden.pledge})
        for patent, state in patents.items()
        if (burden := state.pledged_on(on)) is not None
    )
    breaches = (
        *title_breaches(patents, case.institution, (on,), IN_FORCE),
        *pledged,
        *consent_breaches(patents, command.evidence),
    )
    return Decision((New(fact, filings(patents)),), breaches)


def release_pledge(command: ReleasePledge, case: Case) -> Decision:
    """Record a release. Refused before the pledge, and for patents that it does not burden."""
    pledge = case.read(Pledge, command.pledge)
    if not pledge.known or pledge.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.pledge)
    on = command.on or case.today
    need_no_earlier(on, pledge.on)
    left = tuple(patent for patent in pledge.patents if patent not in pledge.released)
    patents = tuple(dict.fromkeys(command.patents)) or left
    free = next((patent for patent in patents if patent not in left), None)
    if free is not None or not patents:
        raise Refusal(
            Refused.PATENT_IS_NOT_PLEDGED, pledge=command.pledge, patent=free or pledge.patents[0]
        )
    fact = PledgeReleased(pledge=command.pledge, patents=patents, on=on)
    return Decision((New(fact, (Ref(command.pledge, pledge.registered),)),))


def receive_valuation(command: ReceiveValuation, case: Case) -> Decision:
    """Record a valuation. Refused where it ends before its day; of dead rights it is a breach."""
    if case.read(Valuation, command.valuation).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.valuation)
    patents = need_patents(case, command.patents)
    on = command.on or case.today
    if command.valid_until is not None:
        need_no_earlier(command.valid_until, on)
    fact = ValuationReceived(
        valuation=command.valuation,
        patents=tuple(patents),
        method=command.method,
        appraiser=command.appraiser,
        amount_fen=command.amount_fen,
        valid_until=command.valid_until,
        on=on,
    )
    breaches = title_breaches(patents, case.institution, (on,))
    return Decision((New(fact, filings(patents)),), breaches)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RegisterPledge, register_pledge, (PatentPledged,)),
    Declaration(ReleasePledge, release_pledge, (PledgeReleased,)),
    Declaration(ReceiveValuation, receive_valuation, (ValuationReceived,)),
)
