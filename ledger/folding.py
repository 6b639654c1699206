"""From history to state: each kind of subject has one initial state and one pure evolve."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ledger import (
    access,
    accounts,
    assignments,
    books,
    centres,
    checks,
    comparisons,
    counterparties,
    decisions,
    disclosure_state,
    documents,
    equity,
    events,
    findings,
    foreign,
    heads,
    institutions,
    leads,
    licenses,
    listings,
    market,
    number_claims,
    open_license_state,
    partners,
    patents,
    persons,
    pledges,
    pricings,
    proposals,
    reads,
    receipts,
    rewards,
    samples,
    service_contracts,
)
from ledger import reward_fund as fund
from ledger.case import Recorded
from ledger.facts import (
    CounterpartyChecked,
    DecisionRecorded,
    EventHeld,
    EvidenceKept,
    ExchangeListed,
    ExchangeTraded,
    FactVoided,
    FindingRaised,
    LeadAdvanced,
    LeadOpened,
    OpenLicenseTaken,
    PriceDetermined,
    RiskAssessed,
    SupplyListed,
    WorkingPaperMade,
)
from ledger.facts.base import Fact
from ledger.refusals import Refusal, Refused
from ledger.subjects import kind_of


class Fold(NamedTuple):
    """How one kind of subject is folded."""

    initial: Any
    evolve: Callable[[Any, Any, Recorded], Any]


FOLDS: dict[str, Fold] = {
    "log": Fold(institutions.Log(), institutions.evolve_log),
    "institution": Fold(institutions.Institution(), institutions.evolve_institution),
    "policy": Fold(institutions.AdoptedPolicy(), institutions.evolve_policy),
    "actor": Fold(access.Actor(), access.evolve),
    "proposal": Fold(proposals.Proposal(), proposals.evolve),
    "person": Fold(persons.Person(), persons.evolve),
    "counterparty": Fold(counterparties.Counterparty(), counterparties.evolve),
    "disclosure": Fold(disclosure_state.Disclosure(), disclosure_state.evolve),
    "patent": Fold(patents.Patent(), patents.evolve),
    "numberclaim": Fold(number_claims.NumberClaim(), number_claims.evolve),
    "foreign": Fold(foreign.Foreign(), foreign.evolve),
    "pledge": Fold(pledges.Pledge(), pledges.evolve),
    "valuation": Fold(pledges.Valuation(), pledges.evolve_valuation),
    "license": Fold(licenses.License(), licenses.evolve),
    "assignment": Fold(assignments.Assignment(), assignments.evolve),
    "equity": Fold(equity.Equity(), equity.evolve),
    "contract": Fold(service_contracts.ServiceContract(), service_contracts.evolve),
    "declaration": Fold(open_license_state.OpenLicense(), open_license_state.evolve),
    "pricing": Fold(pricings.Pricing(), pricings.evolve),
    "listing": Fold(listings.Listing(), listings.evolve),
    "check": Fold(checks.Check(), checks.evolve_check),
    "risk": Fold(checks.Risk(), checks.evolve_risk),
    "supply": Fold(market.Supply(), market.evolve_supply),
    "demand": Fold(market.Demand(), market.evolve_demand),
    "lead": Fold(leads.Lead(), leads.evolve),
    "event": Fold(events.Event(), events.evolve),
    "partner": Fold(partners.Partner(), partners.evolve),
    "programme": Fold(centres.Programme(), centres.evolve),
    "decision": Fold(decisions.RecordedDecision(), decisions.evolve),
    "account": Fold(accounts.Account(), accounts.evolve_account),
    "statement": Fold(accounts.Statement(), accounts.evolve_statement),
    "receipt": Fold(receipts.Receipt(), receipts.evolve),
    "fund": Fold(fund.Fund(), fund.evolve),
    "reward": Fold(rewards.Reward(), rewards.evolve),
    "books": Fold(books.Books(), books.evolve_books),
    "limits": Fold(books.Limits(), books.evolve_limits),
    "sample": Fold(samples.Sample(), samples.evolve),
    "finding": Fold(findings.Finding(), findings.evolve),
    "evidence": Fold(documents.Document(), documents.evolve_document),
    "paper": Fold(documents.Paper(), documents.evolve_paper),
    "heads": Fold(heads.HeadsChain(), heads.evolve),
    "reads": Fold(reads.Reads(), reads.evolve),
    "comparison": Fold(comparisons.Comparison(), comparisons.evolve),
}


MENTIONS: frozenset[type[Fact]] = frozenset(
    {
        DecisionRecorded,
        RiskAssessed,
        SupplyListed,
        LeadOpened,
        LeadAdvanced,
        EventHeld,
        CounterpartyChecked,
        PriceDetermined,
        ExchangeListed,
        ExchangeTraded,
        OpenLicenseTaken,
        FindingRaised,
        EvidenceKept,
        WorkingPaperMade,
    }
)
"""Facts that speak of other subjects, some of any kind, and change none but their own."""


def initial(subject: str) -> Any:
    """The state of a subject nothing is known of; refuses a kind that there is none of."""
    folded = FOLDS.get(kind_of(subject))
    if folded is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
    return folded.initial


def evolve(subject: str, state: Any, seen: Recorded) -> Any:
    """The state after one more fact that is neither a void nor a replacement."""
    if type(seen.fact) in MENTIONS and subject != seen.fact.subjects()[0]:
        return state
    return FOLDS[kind_of(subject)].evolve(state, seen.fact, seen)


def is_correction(seen: Recorded) -> bool:
    """Whether the fact changes what stood before it, so that its subjects are folded anew."""
    return isinstance(seen.fact, FactVoided) or seen.replaces is not None


def fold(subject: str, history: Iterable[Recorded]) -> Any:
    """State from a subject's whole history; a replacement stands where the voided fact stood."""
    state = initial(subject)
    for seen in standing(history):
        # A replacement links every chain of the voided fact, also those it no longer speaks of.
        if seen.replaces is None or subject in seen.fact.subjects():
            state = evolve(subject, state, seen)
    return state


def standing(history: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """The facts that count, in the order in which they count: voids resolved.

    On a chain that the voided fact never touched a replacement stands where it was written.
    """
    facts = tuple(history)
    positions = {seen.position for seen in facts}
    voided = {seen.fact.voided for seen in facts if isinstance(seen.fact, FactVoided)}
    replacement = {seen.replaces: seen for seen in facts if seen.replaces is not None}
    if not voided:
        return facts
    result = []
    for seen in facts:
        if isinstance(seen.fact, FactVoided) or (
            seen.replaces is not None and seen.replaces in positions
        ):
            continue
        stands: Recorded | None = seen
        while stands is not None and stands.position in voided:
            stands = replacement.get(stands.position)
        if stands is not None:
            result.append(stands)
    return tuple(result)
