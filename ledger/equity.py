"""Patents and other rights put into a company for shares, and the shares given up again."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.counterparty_state import need_counterparty
from ledger.declaration import Declaration
from ledger.facts import (
    ClausesReviewed,
    EquityContributed,
    EquityExited,
    TechnologyContractRegistered,
)
from ledger.facts.deals import FeeFen, PositiveFen
from ledger.money import Rate
from ledger.refusals import Refusal, Refused
from ledger.rights import consent_breaches, filings, need_patents, title_breaches
from ledger.subjects import CounterpartyId, EquityId, PatentId, Text
from ledger.terms import need_after_signing

# --- State


@dataclass(frozen=True, slots=True)
class Equity:
    """A contribution; `contributed` is its fact's sequence on itself, `held` what is left of it."""

    known: bool = False
    institution: str = ""
    counterparty: str = ""
    patents: tuple[str, ...] = ()
    signed: date = date.min
    amount_fen: int = 0
    held: Fraction = Fraction(0)
    contributed: int = 0
    registration: str | None = None


# --- evolve


EquityFact = EquityContributed | EquityExited | TechnologyContractRegistered | ClausesReviewed


def evolve(state: Equity, fact: EquityFact, seen: Recorded) -> Equity:
    """Fold one fact about a contribution."""
    match fact:
        case EquityContributed():
            return Equity(
                known=True,
                institution=seen.institution,
                counterparty=fact.counterparty,
                patents=fact.patents,
                signed=fact.on,
                amount_fen=fact.amount_fen,
                held=fact.share.fraction,
                contributed=seen.sequences[fact.equity],
            )
        case EquityExited():
            # A later round thins shares out: who gave up all held nothing, whatever the fractions.
            left = Fraction(0) if fact.whole else state.held - fact.share.fraction
            return replace(state, held=left)
        case TechnologyContractRegistered():
            return replace(state, registration=fact.registration)
        case ClausesReviewed():
            return state
        case _:
            assert_never(fact)


# --- Commands


class ContributeEquity(Command):
    """Record rights put into a company; `rights_count` counts those that are no patents too."""

    NAME: ClassVar[str] = "equity.contribute"
    ZH: ClassVar[str] = "登记作价投资"
    EN: ClassVar[str] = "Record a contribution as equity"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_STAFF})
    FRESH: ClassVar[str | None] = "equity"
    equity: EquityId
    contract_number: Text
    counterparty: CounterpartyId
    patents: Annotated[tuple[PatentId, ...], Field(max_length=200)] = ()
    rights_count: Annotated[int, Field(ge=1)]
    amount_fen: PositiveFen
    share: Rate
    on: date | None = None


class ExitEquity(Command):
    """Record that shares were given up: `whole` where nothing is held any more."""

    NAME: ClassVar[str] = "equity.exit"
    ZH: ClassVar[str] = "登记股权退出"
    EN: ClassVar[str] = "Record an exit from equity"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_STAFF})
    equity: EquityId
    share: Rate
    proceeds_fen: FeeFen
    whole: bool = False
    on: date | None = None


# --- decide


def contribute_equity(command: ContributeEquity, case: Case) -> Decision:
    """Record a contribution. Refuses unknown parties and rights, a wrong count, over 100 %.

    Dead or assigned rights and missing consents of co-owners are breaches.
    """
    on = command.on or case.today
    if command.share.fraction > 1:
        raise Refusal(
            Refused.SHARE_EXCEEDS_WHOLE,
            numerator=command.share.numerator,
            denominator=command.share.denominator,
        )
    if case.read(Equity, command.equity).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.equity)
    need_counterparty(case, command.counterparty)
    patents = need_patents(case, command.patents)
    if command.rights_count < len(patents):
        raise Refusal(
            Refused.RIGHTS_COUNT_IS_TOO_SMALL,
            rights_count=command.rights_count,
            patents=len(patents),
        )
    fact = EquityContributed(
        equity=command.equity,
        contract_number=command.contract_number,
        counterparty=command.counterparty,
        patents=tuple(patents),
        rights_count=command.rights_count,
        amount_fen=command.amount_fen,
        share=command.share,
        on=on,
    )
    breaches = (
        *title_breaches(patents, case.institution, (on,)),
        *consent_breaches(patents, command.evidence),
    )
    return Decision((New(fact, rests_on=filings(patents)),), breaches)


def need_equity(case: Case, equity: str) -> Equity:
    """A contribution of the case's institution; refuses SUBJECT_IS_UNKNOWN for any other."""
    state = case.read(Equity, equity)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=equity)
    return state


def exit_equity(command: ExitEquity, case: Case) -> Decision:
    """Record an exit. Refused before the contribution, and beyond the share still held.

    An exit from all that is held is whole, whether it says so or not.
    """
    equity = need_equity(case, command.equity)
    on = command.on or case.today
    need_after_signing(on, equity.signed)
    share = command.share.fraction
    if share > equity.held or not equity.held:
        raise Refusal(Refused.SHARE_EXCEEDS_WHAT_IS_HELD, share=str(share), held=str(equity.held))
    fact = EquityExited(
        equity=command.equity,
        share=command.share,
        proceeds_fen=command.proceeds_fen,
        whole=command.whole or share == equity.held,
        on=on,
    )
    return Decision((New(fact, rests_on=(Ref(command.equity, equity.contributed),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ContributeEquity, contribute_equity, (EquityContributed,)),
    Declaration(ExitEquity, exit_equity, (EquityExited,)),
)
