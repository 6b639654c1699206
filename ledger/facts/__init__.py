"""Every fact the ledger can hold, one page an area; the tuple below is the closed list of them."""

from ledger.facts.access import (
    ActorRegistered,
    RoleGranted,
    RoleRevoked,
    TokenIssued,
    TokenRevoked,
)
from ledger.facts.base import Evidence, Fact
from ledger.facts.cash import (
    AccountRegistered,
    BankFeeRecorded,
    PayerConfirmed,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptDeallocated,
    ReceiptRefunded,
    ReceiptReversed,
    StatementImported,
)
from ledger.facts.corrections import FactVoided
from ledger.facts.counterparties import (
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
)
from ledger.facts.deals import (
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    EquityContributed,
    InstalmentScheduled,
    LicenseAmended,
    LicenseGranted,
    LicenseRecorded,
    LicenseTerminated,
)
from ledger.facts.fund import (
    FundClosed,
    FundOpened,
    RewardAccepted,
    RewardAppropriated,
    RewardAwarded,
    RewardCapped,
    RewardClaimed,
    RewardClawedBack,
    RewardDisbursed,
    RewardJudged,
    RewardPublicised,
    RewardRefused,
    RewardReturned,
    RewardReviewed,
    RewardUnspentReturned,
)
from ledger.facts.opening import InstitutionRegistered, LogOpened, PolicyAdopted
from ledger.facts.patents import (
    PatentExpired,
    PatentFiled,
    PatentGranted,
    PatentInvalidated,
    PatentLapsed,
    PatentRestored,
)
from ledger.facts.persons import PersonErased, PersonRegistered

FACTS: tuple[type[Fact], ...] = (
    LogOpened,
    InstitutionRegistered,
    PolicyAdopted,
    ActorRegistered,
    RoleGranted,
    RoleRevoked,
    TokenIssued,
    TokenRevoked,
    PersonRegistered,
    PersonErased,
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
    PatentFiled,
    PatentGranted,
    PatentLapsed,
    PatentRestored,
    PatentExpired,
    PatentInvalidated,
    LicenseGranted,
    LicenseAmended,
    LicenseRecorded,
    LicenseTerminated,
    AssignmentAgreed,
    AssignmentRegistered,
    AssignmentRescinded,
    EquityContributed,
    InstalmentScheduled,
    AccountRegistered,
    StatementImported,
    ReceiptClaimed,
    PayerConfirmed,
    ReceiptAllocated,
    ReceiptDeallocated,
    BankFeeRecorded,
    ReceiptRefunded,
    ReceiptReversed,
    FundOpened,
    RewardClaimed,
    RewardAccepted,
    RewardReturned,
    RewardJudged,
    RewardReviewed,
    RewardPublicised,
    RewardAwarded,
    RewardCapped,
    RewardRefused,
    RewardAppropriated,
    RewardDisbursed,
    RewardUnspentReturned,
    RewardClawedBack,
    FundClosed,
    FactVoided,
)
"""Stored topics are given, never derived: a moved module orphans no history."""

TOPICS: dict[str, type[Fact]] = {fact.TOPIC: fact for fact in FACTS}

__all__ = ["FACTS", "TOPICS", "Evidence", "Fact", *(fact.__name__ for fact in FACTS)]
