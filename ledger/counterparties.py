"""The other side of a deal: firms, foreign bodies and individuals, shared by all institutions."""

from datetime import date
from typing import ClassVar

from ledger import counterparty_sizes as sizes
from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New
from ledger.counterparty_sizes import DeclareSize, VerifySize
from ledger.counterparty_state import (
    CREDIT_CODE_LENGTH,
    REGISTRARS,
    Counterparty,
    GivenCounterparty,
    SizeRecord,
    evolve,
    need_counterparty,
)
from ledger.declaration import Declaration
from ledger.facts import CounterpartyRegistered
from ledger.identifiers import (
    IdentifierKind,
    WrongIdentifier,
    body_code_fits,
    parse_party_identifier,
)
from ledger.institutions import bureau_of
from ledger.refusals import Refusal, Refused
from ledger.subjects import CounterpartyId, Text

__all__ = [
    "DECLARATIONS",
    "Counterparty",
    "DeclareSize",
    "RegisterCounterparty",
    "RegisterIndividual",
    "SizeRecord",
    "VerifySize",
    "evolve",
    "need_counterparty",
]

# --- Commands


class RegisterCounterparty(Command):
    """Make a firm or a foreign body known. A firm's id follows from its credit code."""

    NAME: ClassVar[str] = "counterparty.register"
    ZH: ClassVar[str] = "登记交易对方"
    EN: ClassVar[str] = "Register a counterparty"
    ROLES: ClassVar[frozenset[Role] | None] = REGISTRARS
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
    ROLES: ClassVar[frozenset[Role] | None] = REGISTRARS
    FRESH: ClassVar[str | None] = "counterparty"
    PRIVATE: ClassVar[tuple[str, ...]] = ("name", "code")
    counterparty: CounterpartyId
    name: Text
    code: Text | None = None
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
    named_by_code = len(own_id) == CREDIT_CODE_LENGTH
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
        raise Refusal(
            Refused.CODE_CONTRADICTS_ID, credit_code=code, counterparty=command.counterparty
        )
    return (f"counterparty:{code}" if is_firm else command.counterparty), code


def register_individual(command: RegisterIndividual, case: Case) -> Decision:
    """Register an individual by commitments alone. Refuses an id in use or made of a code."""
    if len(command.counterparty.removeprefix("counterparty:")) == CREDIT_CODE_LENGTH:
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


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RegisterCounterparty, register_counterparty, (CounterpartyRegistered,)),
    Declaration(RegisterIndividual, register_individual, (CounterpartyRegistered,)),
    *sizes.DECLARATIONS,
)
