"""A counterparty's state: what it is known by, and its sizes by day; how others name it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, assert_never

from pydantic import BeforeValidator

from ledger.actors import Role
from ledger.case import Case, Recorded
from ledger.facts import (
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
    RewardJudged,
)
from ledger.facts.counterparties import SizeEvidence
from ledger.identifiers import IdentifierKind, parse_credit_code
from ledger.policies.sme_2011 import Size
from ledger.refusals import Refusal, Refused
from ledger.subjects import CounterpartyId

CREDIT_CODE_LENGTH = 18

# --- State


@dataclass(frozen=True, slots=True)
class SizeRecord:
    """A size with the day from which it holds; `sequence` is its fact's on the counterparty."""

    size: Size
    on: date
    year: int
    industry: str
    basis: SizeEvidence
    sequence: int
    controlled_by_large: bool = False


@dataclass(frozen=True, slots=True)
class Counterparty:
    """A firm, a foreign body or an individual, with every size it declared or was found to have."""

    known: bool = False
    identifier_kind: IdentifierKind | None = None
    registered: int = 0
    declared: tuple[SizeRecord, ...] = ()
    verified: tuple[SizeRecord, ...] = ()

    def size_on(self, day: date) -> SizeRecord | None:
        """The newest verified size that holds on a day; of two from one day the later recorded."""
        return _newest(self.verified, day)

    def declared_on(self, day: date) -> SizeRecord | None:
        """The newest declared size on a day."""
        return _newest(self.declared, day)


def _newest(records: tuple[SizeRecord, ...], day: date) -> SizeRecord | None:
    fitting = [record for record in records if record.on <= day]
    return max(fitting, key=lambda record: (record.on, record.sequence), default=None)


# --- evolve

CounterpartyFact = (
    CounterpartyRegistered | CounterpartySizeDeclared | CounterpartySizeVerified | RewardJudged
)


def evolve(state: Counterparty, fact: CounterpartyFact, seen: Recorded) -> Counterparty:
    """Fold one fact about a counterparty."""
    sequence = seen.sequences[fact.counterparty]
    match fact:
        case CounterpartyRegistered():
            return replace(
                state, known=True, identifier_kind=fact.identifier_kind, registered=sequence
            )
        case CounterpartySizeDeclared():
            record = SizeRecord(fact.size, fact.on, fact.year, fact.industry, fact.basis, sequence)
            return replace(state, declared=(*state.declared, record))
        case CounterpartySizeVerified():
            record = SizeRecord(
                fact.size,
                fact.on,
                fact.year,
                fact.industry,
                fact.basis,
                sequence,
                fact.controlled_by_large,
            )
            return replace(state, verified=(*state.verified, record))
        case RewardJudged():
            return state
        case _:
            assert_never(fact)


def need_counterparty(case: Case, counterparty: str) -> Counterparty:
    """A registered counterparty; refuses SUBJECT_IS_UNKNOWN."""
    state = case.read(Counterparty, counterparty)
    if not state.known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=counterparty)
    return state


# --- in commands


def _canonical_counterparty(value: object) -> object:
    """A credit code, bare or as `counterparty:CODE`, in canonical form; a UUID stays as it is."""
    if not isinstance(value, str):
        return value
    own_id = value.strip().removeprefix("counterparty:")
    compact = "".join(own_id.split())
    return (
        f"counterparty:{parse_credit_code(own_id)}"
        if len(compact) == CREDIT_CODE_LENGTH
        else f"counterparty:{own_id}"
    )


GivenCounterparty = Annotated[CounterpartyId, BeforeValidator(_canonical_counterparty)]

REGISTRARS = frozenset({Role.CENTRE_STAFF, Role.FINANCE_CLERK, Role.BUREAU_CLERK})
