"""The other side of a deal, shared by all institutions, and its size on a day."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import BeforeValidator, Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import (
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
    RewardJudged,
)
from ledger.facts.counterparties import SizeEvidence, Year
from ledger.identifiers import (
    IdentifierKind,
    WrongIdentifier,
    body_code_fits,
    parse_credit_code,
    parse_party_identifier,
)
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
from ledger.subjects import CounterpartyId, Text

SIZE_POLICY = f"policy:{SME_2011.id}"
NO_INDUSTRY = "none"
"""Stands for the industry of a body that the size table does not cover."""

_SIZE_TABLE = size_table(SME_2011)
_CREDIT_CODE_LENGTH = 18

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


# --- Commands


def _canonical_counterparty(value: object) -> object:
    """A credit code, bare or as `counterparty:CODE`, in canonical form; a UUID stays as it is."""
    if not isinstance(value, str):
        return value
    own_id = value.strip().removeprefix("counterparty:")
    compact = "".join(own_id.split())
    return (
        f"counterparty:{parse_credit_code(own_id)}"
        if len(compact) == _CREDIT_CODE_LENGTH
        else f"counterparty:{own_id}"
    )


GivenCounterparty = Annotated[CounterpartyId, BeforeValidator(_canonical_counterparty)]

_REGISTRARS = frozenset({Role.CENTRE_STAFF, Role.FINANCE_CLERK, Role.BUREAU_CLERK})


class RegisterCounterparty(Command):
    """Make a firm or a foreign body known. A firm's id follows from its credit code."""

    NAME: ClassVar[str] = "counterparty.register"
    ZH: ClassVar[str] = "登记交易对方"
    EN: ClassVar[str] = "Register a counterparty"
    ROLES: ClassVar[frozenset[Role] | None] = _REGISTRARS
    FRESH: ClassVar[str | None] = "counterparty"
    counterparty: GivenCounterparty
    identifier_kind: IdentifierKind = IdentifierKind.CREDIT_CODE
    code: Text | None = None
    name: Text
    on: date | None = None


class RegisterIndividual(Command):
    """Make a natural person known as a counterparty; name and number go to the vault only."""

    NAME: ClassVar[str] = "counterparty.register-individual"
    ZH: ClassVar[str] = "登记自然人交易对方"
    EN: ClassVar[str] = "Register an individual as a counterparty"
    ROLES: ClassVar[frozenset[Role] | None] = _REGISTRARS
    FRESH: ClassVar[str | None] = "counterparty"
    PRIVATE: ClassVar[tuple[str, ...]] = ("name", "code")
    counterparty: CounterpartyId
    name: Text
    code: Text | None = None
    on: date | None = None


class DeclareSize(Command):
    """Put a firm's own word on its size on record."""

    NAME: ClassVar[str] = "counterparty.declare-size"
    ZH: ClassVar[str] = "登记企业规模声明"
    EN: ClassVar[str] = "Record a declared size"
    ROLES: ClassVar[frozenset[Role] | None] = _REGISTRARS
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


def register_counterparty(command: RegisterCounterparty, case: Case) -> Decision:
    """Register a firm or a foreign body as a fact of the bureau.

    Refuses a wrong or missing identifier, one that contradicts the id, and an id in use. An
    organisation code that fails its own check is let pass with a breach: old ones are in use.
    """
    if command.identifier_kind is IdentifierKind.INDIVIDUAL:
        raise Refusal(Refused.IDENTIFIER_KIND_DOES_NOT_SUIT, kind=command.identifier_kind)
    counterparty, code = _identity(command)
    if case.read(Counterparty, counterparty).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=counterparty)
    is_firm = command.identifier_kind is IdentifierKind.CREDIT_CODE
    fits = body_code_fits(code) if is_firm else None
    fact = CounterpartyRegistered(
        counterparty=counterparty,
        identifier_kind=command.identifier_kind,
        code=code,
        code_commitment=None,
        name=command.name,
        name_commitment=None,
        body_code_fits=fits,
        on=command.on or case.today,
    )
    breaches = (Breach("organisation-code-check-fails", {"code": code}),) if fits is False else ()
    return Decision((New(fact, institution=bureau_of(case)),), breaches)


def _identity(command: RegisterCounterparty) -> tuple[str, str]:
    """Id and canonical code. Only a credit code makes an id; all others keep a UUID."""
    own_id = command.counterparty.removeprefix("counterparty:")
    named_by_code = len(own_id) == _CREDIT_CODE_LENGTH
    is_firm = command.identifier_kind is IdentifierKind.CREDIT_CODE
    if named_by_code and not is_firm:
        raise Refusal(Refused.IDENTIFIER_KIND_DOES_NOT_SUIT, kind=command.identifier_kind)
    given = command.code or (own_id if named_by_code else None)
    if given is None:
        raise Refusal(Refused.IDENTIFIER_IS_MISSING, kind=command.identifier_kind)
    try:
        code = parse_party_identifier(command.identifier_kind, given)
    except WrongIdentifier as wrong:
        raise Refusal(Refused.IDENTIFIER_IS_WRONG, rule=wrong.rule, **wrong.facts) from wrong
    if named_by_code and code != own_id:
        raise Refusal(Refused.CODE_CONTRADICTS_ID, code=code, counterparty=command.counterparty)
    return (f"counterparty:{code}" if is_firm else command.counterparty), code


def register_individual(command: RegisterIndividual, case: Case) -> Decision:
    """Register an individual by commitments alone. Refuses an id in use or made of a code."""
    if len(command.counterparty.removeprefix("counterparty:")) == _CREDIT_CODE_LENGTH:
        raise Refusal(Refused.IDENTIFIER_KIND_DOES_NOT_SUIT, kind=IdentifierKind.INDIVIDUAL)
    if case.read(Counterparty, command.counterparty).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.counterparty)
    fact = CounterpartyRegistered(
        counterparty=command.counterparty,
        identifier_kind=IdentifierKind.INDIVIDUAL,
        code=None,
        code_commitment=case.commitments.get("code"),
        name=None,
        name_commitment=case.commitments["name"],
        body_code_fits=None,
        on=command.on or case.today,
    )
    return Decision((New(fact, institution=bureau_of(case)),))


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
    try:
        size = classify(command.industry, *figures, _SIZE_TABLE)
    except CannotClassify as fault:
        raise Refusal(
            Refused.SIZE_CANNOT_BE_TOLD,
            fault=fault.fault,
            industry=fault.industry,
            measure=fault.measure,
        ) from fault
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


def _need_measured(year: int, on: date) -> None:
    if year > on.year:
        raise Refusal(Refused.MEASURED_YEAR_LIES_AHEAD, year=year, on=on.isoformat())


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RegisterCounterparty, register_counterparty, (CounterpartyRegistered,)),
    Declaration(RegisterIndividual, register_individual, (CounterpartyRegistered,)),
    Declaration(DeclareSize, declare_size, (CounterpartySizeDeclared,)),
    Declaration(VerifySize, verify_size, (CounterpartySizeVerified,)),
)
