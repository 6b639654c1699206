"""Sizes of counterparties: the firm's own word, and what follows from measured figures."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Ref
from ledger.counterparty_state import REGISTRARS, GivenCounterparty, need_counterparty
from ledger.declaration import Declaration
from ledger.facts import CounterpartySizeDeclared, CounterpartySizeVerified
from ledger.facts.counterparties import SizeEvidence, Year
from ledger.institutions import bureau_of, need_adopted
from ledger.money import Fen
from ledger.policies.sme_2011 import (
    SME_2011,
    CannotClassify,
    Industry,
    Size,
    classify,
    size_table,
)
from ledger.refusals import Refusal, Refused

SIZE_POLICY = f"policy:{SME_2011.id}"
NO_INDUSTRY = "none"
"""Stands for the industry of a body that the size table does not cover."""

_SIZE_TABLE = size_table(SME_2011)

# --- Commands


class DeclareSize(Command):
    """Put a firm's own word on its size on record."""

    NAME: ClassVar[str] = "counterparty.declare-size"
    ZH: ClassVar[str] = "登记企业规模声明"
    EN: ClassVar[str] = "Record a declared size"
    ROLES: ClassVar[frozenset[Role] | None] = REGISTRARS
    counterparty: GivenCounterparty
    industry: Industry | None = None
    size: Size
    year: Year
    basis: SizeEvidence = "declaration-letter"
    on: date | None = None


class VerifySize(Command):
    """Fix a firm's size from measured figures: persons, and fen for revenue and assets."""

    NAME: ClassVar[str] = "counterparty.verify-size"
    ZH: ClassVar[str] = "核定企业规模"
    EN: ClassVar[str] = "Verify a size"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.BUREAU_CLERK})
    counterparty: GivenCounterparty
    industry: Industry | None = None
    employees: Annotated[int, Field(ge=0)] | None = None
    revenue_fen: Fen | None = None
    assets_fen: Fen | None = None
    year: Year
    basis: SizeEvidence
    controlled_by_large: bool = False
    on: date | None = None


# --- decide


def declare_size(command: DeclareSize, case: Case) -> Decision:
    """Record a declared size. Refuses an unknown firm and a year after the declaration."""
    known = need_counterparty(case, command.counterparty)
    on = command.on or case.today
    _need_measured(command.year, on)
    fact = CounterpartySizeDeclared(
        counterparty=command.counterparty,
        industry=command.industry or NO_INDUSTRY,
        size=command.size,
        year=command.year,
        basis=command.basis,
        on=on,
    )
    rests_on = (Ref(command.counterparty, known.registered),)
    return Decision((New(fact, rests_on=rests_on, institution=bureau_of(case)),))


def verify_size(command: VerifySize, case: Case) -> Decision:
    """Classify by the adopted table (工信部联企业〔2011〕300号) and record the figures used.

    Refuses an unknown firm, a year after `on`, a table that is not adopted, missing figures.
    """
    known = need_counterparty(case, command.counterparty)
    on = command.on or case.today
    _need_measured(command.year, on)
    need_adopted(case, SIZE_POLICY, SME_2011.version)
    figures = (command.employees, command.revenue_fen, command.assets_fen)
    size = measured_size(command.industry, *figures)
    fact = CounterpartySizeVerified(
        counterparty=command.counterparty,
        industry=command.industry or NO_INDUSTRY,
        employees=command.employees,
        revenue_fen=command.revenue_fen,
        assets_fen=command.assets_fen,
        size=size,
        year=command.year,
        basis=command.basis,
        controlled_by_large=command.controlled_by_large,
        policy=SIZE_POLICY,
        policy_version=SME_2011.version,
        on=on,
    )
    rests_on = (Ref(command.counterparty, known.registered),)
    return Decision((New(fact, rests_on=rests_on, institution=bureau_of(case)),))


def measured_size(
    industry: Industry | None,
    employees: int | None,
    revenue_fen: int | None,
    assets_fen: int | None,
) -> Size:
    """The size that the table gives for these figures; refused where they do not suffice."""
    try:
        return classify(industry, employees, revenue_fen, assets_fen, _SIZE_TABLE)
    except CannotClassify as fault:
        raise Refusal(
            Refused.SIZE_CANNOT_BE_TOLD,
            fault=fault.fault,
            industry=fault.industry,
            measure=fault.measure,
        ) from fault


def _need_measured(year: int, on: date) -> None:
    if year > on.year:
        raise Refusal(Refused.MEASURED_YEAR_LIES_AHEAD, year=year, on=on.isoformat())


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(DeclareSize, declare_size, (CounterpartySizeDeclared,)),
    Declaration(VerifySize, verify_size, (CounterpartySizeVerified,)),
)
