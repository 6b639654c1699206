"""What an institution looks into around its deals: the other side, and whatever is at risk."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import CHECKERS, Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.counterparty_state import need_counterparty
from ledger.deals import after_signing, need_same_side, read_deal
from ledger.declaration import Declaration
from ledger.facts import CounterpartyChecked, RiskAssessed
from ledger.mentions import need_all_within
from ledger.refusals import Refusal, Refused
from ledger.subjects import CheckId, CounterpartyId, DealId, RiskId, Subject, Text

# --- State


@dataclass(frozen=True, slots=True)
class Check:
    """A look into a counterparty."""

    known: bool = False
    institution: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    """An assessment of a risk."""

    known: bool = False
    institution: str = ""


# --- evolve


def evolve_check(state: Check, fact: CounterpartyChecked, seen: Recorded) -> Check:
    """Fold one fact about a check."""
    match fact:
        case CounterpartyChecked():
            return Check(known=True, institution=seen.institution)
        case _:
            assert_never(fact)


def evolve_risk(state: Risk, fact: RiskAssessed, seen: Recorded) -> Risk:
    """Fold one fact about a risk."""
    match fact:
        case RiskAssessed():
            return Risk(known=True, institution=seen.institution)
        case _:
            assert_never(fact)


# --- Commands


class CheckCounterparty(Command):
    """Record what was looked into about a counterparty, for a contract or before there is one."""

    NAME: ClassVar[str] = "counterparty.check"
    ZH: ClassVar[str] = "登记相对方核查"
    EN: ClassVar[str] = "Record a check of a counterparty"
    ROLES: ClassVar[frozenset[Role] | None] = CHECKERS
    FRESH: ClassVar[str | None] = "check"
    check: CheckId
    counterparty: CounterpartyId
    contract: DealId | None = None
    matters: Annotated[
        tuple[Literal["intent-to-work", "capability", "credit", "related-party"], ...],
        Field(min_length=1, max_length=4),
    ]
    outcome: Literal["sound", "doubtful", "bad-faith"]
    on: date | None = None


class AssessRisk(Command):
    """Record how great a risk was found to be, and of what."""

    NAME: ClassVar[str] = "risk.assess"
    ZH: ClassVar[str] = "登记风险评估"
    EN: ClassVar[str] = "Record an assessment of risk"
    ROLES: ClassVar[frozenset[Role] | None] = CHECKERS
    FRESH: ClassVar[str | None] = "risk"
    risk: RiskId
    about: Annotated[tuple[Subject, ...], Field(min_length=1, max_length=50)]
    matter: Text
    level: Literal["low", "medium", "high"]
    on: date | None = None


# --- decide


def check_counterparty(command: CheckCounterparty, case: Case) -> Decision:
    """Record a check. Refuses a contract with another side; one after the signature is a breach."""
    if case.read(Check, command.check).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.check)
    need_counterparty(case, command.counterparty)
    on = command.on or case.today
    rests_on: tuple[Ref, ...] = ()
    breaches: tuple[Breach, ...] = ()
    if command.contract is not None:
        deal = read_deal(case, command.contract)
        need_same_side(command.counterparty, command.contract, deal)
        rests_on = (deal.ground,)
        code = "counterparty-checked-after-signing"
        breaches = after_signing(code, command.contract, on, deal)
    fact = CounterpartyChecked(
        check=command.check,
        counterparty=command.counterparty,
        contract=command.contract,
        matters=tuple(dict.fromkeys(command.matters)),
        outcome=command.outcome,
        on=on,
    )
    return Decision((New(fact, rests_on=rests_on),), breaches)


def assess_risk(command: AssessRisk, case: Case) -> Decision:
    """Record an assessment. Refuses what nothing is known of, or is another institution's."""
    if case.read(Risk, command.risk).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.risk)
    need_all_within(case, command.about)
    fact = RiskAssessed(
        risk=command.risk,
        about=tuple(dict.fromkeys(command.about)),
        matter=command.matter,
        level=command.level,
        on=command.on or case.today,
    )
    return Decision((New(fact),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(CheckCounterparty, check_counterparty, (CounterpartyChecked,)),
    Declaration(AssessRisk, assess_risk, (RiskAssessed,)),
)
