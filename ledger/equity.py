"""Patents and other rights put into a company for shares."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.counterparty_state import need_counterparty
from ledger.declaration import Declaration
from ledger.facts import EquityContributed
from ledger.facts.deals import PositiveFen
from ledger.money import Rate
from ledger.refusals import Refusal, Refused
from ledger.rights import consent_breaches, filings, need_patents, title_breaches
from ledger.subjects import CounterpartyId, EquityId, PatentId, Text

# --- State


@dataclass(frozen=True, slots=True)
class Equity:
    """A contribution; `contributed` is its fact's sequence on itself."""

    known: bool = False
    institution: str = ""
    counterparty: str = ""
    patents: tuple[str, ...] = ()
    amount_fen: int = 0
    contributed: int = 0


# --- evolve


def evolve(state: Equity, fact: EquityContributed, seen: Recorded) -> Equity:
    """Fold one fact about a contribution."""
    match fact:
        case EquityContributed():
            return Equity(
                known=True,
                institution=seen.institution,
                counterparty=fact.counterparty,
                patents=fact.patents,
                amount_fen=fact.amount_fen,
                contributed=seen.sequences[fact.equity],
            )
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


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ContributeEquity, contribute_equity, (EquityContributed,)),
)
