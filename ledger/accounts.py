"""Bank accounts and the statement files taken in for them; their lines lie in the vault."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import AccountRegistered, ReceiptClaimed, StatementImported
from ledger.facts.cash import Count, Currency, Holder
from ledger.money import Fen
from ledger.refusals import Refusal, Refused
from ledger.subjects import AccountId, Digest, StatementId, Text

FINANCE_CLERKS = frozenset({Role.FINANCE_CLERK})

NotNegativeFen = Annotated[Fen, Field(ge=0)]


# --- State


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account: whose it is, and how many statement files were taken in for it.

    `registered` is the sequence of its registration in its own chain.
    """

    known: bool = False
    institution: str = ""
    holder: Holder = "institution"
    currency: str = ""
    imports: int = 0
    registered: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """One file taken in for an account; `imported` is the sequence of that fact in its chain."""

    known: bool = False
    account: str = ""
    institution: str = ""
    imported: int = 0


# --- evolve

AccountFact = AccountRegistered | StatementImported
StatementFact = StatementImported | ReceiptClaimed


def evolve_account(state: Account, fact: AccountFact, seen: Recorded) -> Account:
    """Fold one fact about an account."""
    match fact:
        case AccountRegistered():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                holder=fact.holder,
                currency=fact.currency,
                registered=seen.sequences[fact.account],
            )
        case StatementImported():
            return replace(state, imports=state.imports + 1)
        case _:
            assert_never(fact)


def evolve_statement(state: Statement, fact: StatementFact, seen: Recorded) -> Statement:
    """Fold one fact about a statement; a claimed line leaves it as it is."""
    match fact:
        case StatementImported():
            return Statement(
                known=True,
                account=fact.account,
                institution=seen.institution,
                imported=seen.sequences[fact.statement],
            )
        case ReceiptClaimed():
            return state
        case _:
            assert_never(fact)


def own_account(case: Case, account_id: str) -> Account:
    """The account, if the case's institution registered it; otherwise it counts as unknown."""
    account = case.read(Account, account_id)
    if not account.known or account.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=account_id)
    return account


# --- Commands


class RegisterAccount(Command):
    """Make a bank account known; its number goes to the vault."""

    NAME: ClassVar[str] = "account.register"
    ZH: ClassVar[str] = "登记银行账户"
    EN: ClassVar[str] = "Register a bank account"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_CLERKS
    FRESH: ClassVar[str | None] = "account"
    PRIVATE: ClassVar[tuple[str, ...]] = ("number",)
    account: AccountId
    bank: Text
    holder: Holder
    currency: Currency = "CNY"
    number: Text
    on: date | None = None


class ImportStatement(Command):
    """Put a read bank file on record: its hash, counts, sums and balances, all in fen.

    `imports_seen` is the number of files the account had when the lines were compared with those
    already taken in; it is what keeps two imports at once from taking the same line twice.
    """

    NAME: ClassVar[str] = "statement.import"
    ZH: ClassVar[str] = "导入银行流水"
    EN: ClassVar[str] = "Import a bank statement"
    ROLES: ClassVar[frozenset[Role] | None] = FINANCE_CLERKS
    FRESH: ClassVar[str | None] = "statement"
    statement: StatementId
    account: AccountId
    format: Text
    file_sha256: Digest
    accepted: Count
    duplicates: Count
    rejected: Count
    credit_fen: NotNegativeFen
    debit_fen: NotNegativeFen
    opening_fen: Fen | None = None
    closing_fen: Fen | None = None
    first_day: date
    last_day: date
    imports_seen: Count


# --- decide


def register_account(command: RegisterAccount, case: Case) -> Decision:
    """Register an account of the case's institution; each id once."""
    if case.read(Account, command.account).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.account)
    fact = AccountRegistered(
        account=command.account,
        bank=command.bank,
        holder=command.holder,
        currency=command.currency,
        number_commitment=case.commitments["number"],
        on=command.on or case.today,
    )
    return Decision((New(fact),))


def import_statement(command: ImportStatement, case: Case) -> Decision:
    """Record an import. Refuses a file without new lines and a comparison that is out of date.

    A file of nothing but known lines is no error for the person who brings it; it just leaves no
    fact, so the door answers without asking for one.
    """
    if command.accepted == 0:
        raise Refusal(
            Refused.STATEMENT_HAS_NO_NEW_LINES,
            duplicates=command.duplicates,
            rejected=command.rejected,
        )
    if command.last_day < command.first_day:
        raise Refusal(
            Refused.END_MUST_NOT_PRECEDE_START,
            starts=command.first_day.isoformat(),
            ends=command.last_day.isoformat(),
        )
    account = own_account(case, command.account)
    if case.read(Statement, command.statement).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.statement)
    if account.imports != command.imports_seen:
        raise Refusal(
            Refused.STATEMENT_WAS_COMPARED_WITH_OLDER_LINES,
            account=command.account,
            imports=account.imports,
            imports_seen=command.imports_seen,
        )
    # The fact has every field of the command but those that only steer the decision.
    stated = {name: getattr(command, name) for name in StatementImported.model_fields}
    fact = StatementImported(**stated)
    return Decision((New(fact, rests_on=(Ref(command.account, account.registered),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RegisterAccount, register_account, (AccountRegistered,)),
    Declaration(ImportStatement, import_statement, (StatementImported,)),
)
