"""What contracts that bring money share: how they are read, and instalments added later."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.actors import Role
from ledger.assignments import Assignment
from ledger.case import Case, Command, Decision, New, Ref
from ledger.declaration import Declaration
from ledger.facts import InstalmentScheduled
from ledger.facts.deals import PositiveFen, Purpose
from ledger.licenses import License
from ledger.refusals import Refusal, Refused
from ledger.schedules import CashFact, Due, Schedule, settle
from ledger.service_contracts import ServiceContract
from ledger.subjects import ContractId, kind_of

__all__ = [
    "DECLARATIONS",
    "CashFact",
    "Contract",
    "Due",
    "Schedule",
    "ScheduleInstalment",
    "read_contract",
    "schedule_instalment",
    "settle",
]

Contract = License | Assignment | ServiceContract
"""All have known, kind, institution, counterparty, signed, related_party, patents, schedule and
granted (the sequence of the contract's fact on its own subject)."""


_STATES: Mapping[str, type[Contract]] = {
    "license": License,
    "assignment": Assignment,
    "contract": ServiceContract,
}


def read_contract(case: Case, contract: str, *, any_institution: bool = False) -> Contract:
    """The contract of this id.

    Refuses SUBJECT_IS_UNKNOWN when there is none, or when it is another institution's; the
    bureau's decisions pass `any_institution`.
    """
    state: Contract = case.read(_STATES[kind_of(contract)], contract)
    if not state.known or not (any_institution or state.institution == case.institution):
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=contract)
    return state


class ScheduleInstalment(Command):
    """Put a further amount on a contract's schedule, such as a reported royalty."""

    NAME: ClassVar[str] = "instalment.schedule"
    ZH: ClassVar[str] = "追加应收款"
    EN: ClassVar[str] = "Schedule a further instalment"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_STAFF, Role.FINANCE_CLERK})
    contract: ContractId
    number: Annotated[int, Field(ge=1, le=9999)] | None = None
    due: date
    amount_fen: PositiveFen
    purpose: Purpose


def schedule_instalment(command: ScheduleInstalment, case: Case) -> Decision:
    """Add an instalment; without a number it gets the next one. Refuses a number in use."""
    contract = read_contract(case, command.contract)
    number = command.number or contract.schedule.next_number
    if contract.schedule.due(number) is not None:
        raise Refusal(Refused.INSTALMENT_NUMBER_IS_USED, contract=command.contract, number=number)
    fact = InstalmentScheduled(
        contract=command.contract,
        number=number,
        due=command.due,
        amount_fen=command.amount_fen,
        purpose=command.purpose,
    )
    return Decision((New(fact, rests_on=(Ref(command.contract, contract.granted),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ScheduleInstalment, schedule_instalment, (InstalmentScheduled,)),
)
