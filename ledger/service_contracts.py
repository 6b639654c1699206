"""Contracts for development, consulting and services: they bring money and grant no right."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, assert_never

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.counterparty_state import need_counterparty
from ledger.declaration import Declaration
from ledger.facts import (
    BankFeeRecorded,
    ClausesReviewed,
    ContractSigned,
    ContractTerminated,
    InstalmentScheduled,
    ReceiptAllocated,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    RewardAwarded,
    RewardCapped,
    RewardClaimed,
    RewardClawedBack,
    RewardRefused,
    RewardReturned,
    RewardReviewed,
    TechnologyContractRegistered,
)
from ledger.facts.contracts import ServiceKind
from ledger.facts.deals import FeeFen, Instalment
from ledger.refusals import Refusal, Refused
from ledger.schedules import NOTHING_DUE, CashFact, RewardFact, Schedule, schedule_of, settle
from ledger.subjects import CounterpartyId, ServiceContractId, Text
from ledger.terms import PRICE_OF_SERVICES, need_after_signing, need_distinct_numbers, need_sum

# --- State


@dataclass(frozen=True, slots=True)
class ServiceContract:
    """A contract of one of the three kinds. `granted` is the sequence of its signing on itself."""

    patents: ClassVar[tuple[str, ...]] = ()
    known: bool = False
    contract: str = ""
    kind: ServiceKind = "service"
    institution: str = ""
    counterparty: str = ""
    signed: date = date.min
    related_party: bool = False
    schedule: Schedule = NOTHING_DUE
    granted: int = 0
    registration: str | None = None
    terminated: date | None = None


# --- evolve

ServiceContractFact = (
    ContractSigned
    | ContractTerminated
    | TechnologyContractRegistered
    | ClausesReviewed
    | CashFact
    | RewardFact
)


def evolve(state: ServiceContract, fact: ServiceContractFact, seen: Recorded) -> ServiceContract:
    """Fold one fact about a contract."""
    match fact:
        case ContractSigned():
            return _signed(fact, seen)
        case ContractTerminated():
            return replace(state, terminated=fact.on)
        case TechnologyContractRegistered():
            return replace(state, registration=fact.registration)
        case (
            ReceiptAllocated()
            | ReceiptDeallocated()
            | BankFeeRecorded()
            | ReceiptRefunded()
            | ReceiptReversed()
            | InstalmentScheduled()
        ):
            sequence = seen.sequences.get(state.contract, 0)
            return replace(state, schedule=settle(state.schedule, fact, state.contract, sequence))
        case (
            ClausesReviewed()
            | RewardClaimed()
            | RewardReturned()
            | RewardRefused()
            | RewardReviewed()
            | RewardAwarded()
            | RewardCapped()
            | RewardClawedBack()
        ):
            return state
        case _:
            assert_never(fact)


def _signed(fact: ContractSigned, seen: Recorded) -> ServiceContract:
    sequence = seen.sequences[fact.contract]
    return ServiceContract(
        known=True,
        contract=fact.contract,
        kind=fact.kind,
        institution=seen.institution,
        counterparty=fact.counterparty,
        signed=fact.signed,
        related_party=fact.related_party,
        schedule=schedule_of(fact.instalments, sequence),
        granted=sequence,
    )


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class SignContract(Command):
    """Record a signed contract for development, consulting or services."""

    NAME: ClassVar[str] = "contract.sign"
    ZH: ClassVar[str] = "登记开发、咨询、服务合同"
    EN: ClassVar[str] = "Record a development, consulting or service contract"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "contract"
    contract: ServiceContractId
    kind: ServiceKind
    contract_number: Text
    title: Text
    counterparty: CounterpartyId
    related_party: bool = False
    signed: date
    amount_fen: FeeFen
    instalments: tuple[Instalment, ...] = ()


class TerminateContract(Command):
    """Record that such a contract ended early; `on` is the first day without it."""

    NAME: ClassVar[str] = "contract.terminate"
    ZH: ClassVar[str] = "登记开发、咨询、服务合同终止"
    EN: ClassVar[str] = "Record the termination of such a contract"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    contract: ServiceContractId
    on: date | None = None


# --- decide


def sign_contract(command: SignContract, case: Case) -> Decision:
    """Record a contract. Refuses an unknown counterparty and instalments off the amount."""
    need_distinct_numbers(command.instalments)
    need_sum(command.instalments, command.amount_fen, PRICE_OF_SERVICES)
    if case.read(ServiceContract, command.contract).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.contract)
    need_counterparty(case, command.counterparty)
    fact = ContractSigned(
        contract=command.contract,
        kind=command.kind,
        contract_number=command.contract_number,
        title=command.title,
        counterparty=command.counterparty,
        related_party=command.related_party,
        signed=command.signed,
        amount_fen=command.amount_fen,
        instalments=command.instalments,
    )
    return Decision((New(fact),))


def terminate_contract(command: TerminateContract, case: Case) -> Decision:
    """Record an early end. Refused before signing; a second end is a breach."""
    state = case.read(ServiceContract, command.contract)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=command.contract)
    on = command.on or case.today
    need_after_signing(on, state.signed)
    breaches: tuple[Breach, ...] = ()
    if state.terminated is not None:
        values = {"contract": command.contract, "on": state.terminated.isoformat()}
        breaches = (Breach("contract-has-ended", values),)
    new = New(
        ContractTerminated(contract=command.contract, on=on),
        rests_on=(Ref(command.contract, state.granted),),
    )
    return Decision((new,), breaches)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(SignContract, sign_contract, (ContractSigned,)),
    Declaration(TerminateContract, terminate_contract, (ContractTerminated,)),
)
