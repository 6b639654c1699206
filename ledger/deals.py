"""Everything signed with another side, seen alike: its registration, and the review of its clauses.

Licenses, assignments and service contracts bring money, equity brings shares, partner agreements
bring neither.
"""

from datetime import date
from typing import ClassVar, Literal, NamedTuple

from ledger.actors import CHECKERS, Role
from ledger.case import Breach, Case, Command, Decision, New, Ref
from ledger.contracts import read_contract
from ledger.declaration import Declaration
from ledger.equity import need_equity
from ledger.facts import ClausesReviewed, TechnologyContractRegistered
from ledger.facts.contracts import ContractCategory
from ledger.facts.deals import FeeFen
from ledger.mentions import need_within
from ledger.partners import Partner
from ledger.refusals import Refusal, Refused
from ledger.subjects import DealId, Text, kind_of
from ledger.terms import need_after_signing


class Deal(NamedTuple):
    """What all deals have in common; `ground` is the fact by which the deal came about.

    A partner agreement has no registered counterparty. `registration` is its number in the
    technology market's register, None as long as it is not there.
    """

    kind: str
    signed: date
    ground: Ref
    counterparty: str | None = None
    patents: tuple[str, ...] = ()
    registration: str | None = None


def read_deal(case: Case, deal: str) -> Deal:
    """The deal of this id; refuses SUBJECT_IS_UNKNOWN for none, and for another institution's."""
    kind = kind_of(deal)
    if kind == "partner":
        need_within(case, deal, case.institution)
        partner = case.read(Partner, deal)
        return Deal(kind, partner.signed, Ref(deal, partner.agreed))
    if kind == "equity":
        equity = need_equity(case, deal)
        return Deal(
            kind,
            equity.signed,
            Ref(deal, equity.contributed),
            equity.counterparty,
            equity.patents,
            equity.registration,
        )
    contract = read_contract(case, deal)
    return Deal(
        contract.kind,
        contract.signed,
        Ref(deal, contract.granted),
        contract.counterparty,
        contract.patents,
        contract.registration,
    )


def need_same_side(counterparty: str | None, contract: str, deal: Deal) -> None:
    """Refuse words about a contract that name another side than the contract does."""
    if None not in (counterparty, deal.counterparty) and counterparty != deal.counterparty:
        raise Refusal(
            Refused.COUNTERPARTY_IS_NOT_THE_CONTRACTS,
            counterparty=counterparty,
            contract=contract,
            expected=deal.counterparty,
        )


def need_patents_within(patents: tuple[str, ...], contract: str, deal: Deal) -> None:
    """Refuse patents that the contract does not list."""
    for patent in patents:
        if patent not in deal.patents:
            raise Refusal(Refused.PATENT_IS_NOT_IN_CONTRACT, patent=patent, contract=contract)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class RegisterTechnologyContract(Command):
    """Record that the technology market registered a contract, and the amounts it fixed."""

    NAME: ClassVar[str] = "technology-contract.register"
    ZH: ClassVar[str] = "登记技术合同认定"
    EN: ClassVar[str] = "Record the registration of a technology contract"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    contract: DealId
    registration: Text
    category: ContractCategory
    total_fen: FeeFen
    technical_fen: FeeFen
    on: date | None = None


class ReviewClauses(Command):
    """Record that the clauses of a contract on intellectual property were reviewed."""

    NAME: ClassVar[str] = "contract.review-clauses"
    ZH: ClassVar[str] = "登记知识产权条款审查"
    EN: ClassVar[str] = "Record a review of a contract's clauses"
    ROLES: ClassVar[frozenset[Role] | None] = CHECKERS
    contract: DealId
    outcome: Literal["agreed", "changes-asked"]
    on: date | None = None


# --- decide

_REGISTERED_AS: dict[str, frozenset[ContractCategory]] = {
    "license": frozenset({"license"}),
    "assignment": frozenset({"assignment"}),
    "equity": frozenset({"assignment", "license"}),
    "development": frozenset({"development"}),
    "consulting": frozenset({"consulting"}),
    "service": frozenset({"service"}),
}
"""民法典 art. 843 and 862: rights put in as shares are assigned, or licensed, to the company."""


def register_technology_contract(command: RegisterTechnologyContract, case: Case) -> Decision:
    """Record the registration. Refused a second time, before signing, and with amounts that cross.

    A category that the contract's kind does not have is a breach.
    """
    need_amounts_within(command.total_fen, command.technical_fen)
    deal = read_deal(case, command.contract)
    on = command.on or case.today
    need_after_signing(on, deal.signed)
    if deal.registration is not None:
        raise Refusal(
            Refused.CONTRACT_IS_REGISTERED_ALREADY,
            contract=command.contract,
            registration=deal.registration,
        )
    fact = TechnologyContractRegistered(
        contract=command.contract,
        registration=command.registration,
        category=command.category,
        total_fen=command.total_fen,
        technical_fen=command.technical_fen,
        on=on,
    )
    breaches: tuple[Breach, ...] = ()
    if command.category not in _REGISTERED_AS.get(deal.kind, ()):
        values = {"contract": command.contract, "category": command.category, "kind": deal.kind}
        breaches = (Breach("category-contradicts-contract", values),)
    return Decision((New(fact, rests_on=(deal.ground,)),), breaches)


def need_amounts_within(total_fen: int, technical_fen: int) -> None:
    """Refuse a technical transaction amount above the whole contract amount, both in fen."""
    if technical_fen > total_fen:
        raise Refusal(
            Refused.TECHNICAL_AMOUNT_EXCEEDS_TOTAL,
            technical_fen=technical_fen,
            total_fen=total_fen,
        )


def review_clauses(command: ReviewClauses, case: Case) -> Decision:
    """Record a review; one that came after the signature is a breach."""
    deal = read_deal(case, command.contract)
    on = command.on or case.today
    fact = ClausesReviewed(contract=command.contract, outcome=command.outcome, on=on)
    breaches = after_signing("clauses-reviewed-after-signing", command.contract, on, deal)
    return Decision((New(fact, rests_on=(deal.ground,)),), breaches)


def after_signing(code: str, contract: str, on: date, deal: Deal) -> tuple[Breach, ...]:
    """The breach of doing after the signature what should go before it."""
    if on <= deal.signed:
        return ()
    values = {"contract": contract, "on": on.isoformat(), "signed": deal.signed.isoformat()}
    return (Breach(code, values),)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        RegisterTechnologyContract, register_technology_contract, (TechnologyContractRegistered,)
    ),
    Declaration(ReviewClauses, review_clauses, (ClausesReviewed,)),
)
