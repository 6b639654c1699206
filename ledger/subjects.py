"""What a fact is about: subject ids `kind:id`, as typed strings that commands and facts share."""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from ledger.identifiers import parse_credit_code, parse_patent_number

LOG = "log:main"
"""The subject of the log itself: its opening and the bureau that runs the city's funds."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ID = re.compile(r"[a-z]+:[A-Za-z0-9.-]+")
_CODE = r"[a-z0-9][a-z0-9.-]{0,63}"


def kind_of(subject: str) -> str:
    """The kind of a subject: the part before the first colon."""
    return subject.partition(":")[0]


def is_id(text: str) -> bool:
    """Whether a text has the form of a subject's id: a kind, a colon, and what it is called by."""
    return _ID.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def _patent(text: str) -> str:
    return f"patent:{parse_patent_number(text.removeprefix('patent:'))}"


@lru_cache(maxsize=4_096)
def _institution(text: str) -> str:
    return f"institution:{parse_credit_code(text.removeprefix('institution:'))}"


def _canonical_patent(value: object) -> object:
    return _patent(value) if isinstance(value, str) else value


def _canonical_institution(value: object) -> object:
    return _institution(value) if isinstance(value, str) else value


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters but tab and line breaks: no words, and NUL stops PostgreSQL's text."""


def _plain(value: object) -> object:
    """Words in NFC, their lines broken by LF alone whatever the browser sent."""
    if not isinstance(value, str):
        return value
    if _CONTROLS.search(value):
        raise PydanticCustomError("control_character", "text must not hold control characters")
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)


ActorId = Annotated[str, StringConstraints(pattern=f"^actor:{_UUID}$")]
PersonId = Annotated[str, StringConstraints(pattern=f"^person:{_UUID}$")]
InstitutionId = Annotated[str, BeforeValidator(_canonical_institution)]
PatentId = Annotated[str, BeforeValidator(_canonical_patent)]
CounterpartyId = Annotated[
    str, StringConstraints(pattern=f"^counterparty:([0-9A-HJ-NP-RTUW-Y]{{18}}|{_UUID})$")
]
NumberClaimId = Annotated[
    str,
    StringConstraints(pattern=r"^numberclaim:[0-9]{8}([0-9]{4})?[0-9X]\.[0-9A-HJ-NP-RTUW-Y]{18}$"),
]
"""One institution's claim to a patent number, by number and credit code."""
LicenseId = Annotated[str, StringConstraints(pattern=f"^license:{_UUID}$")]
AssignmentId = Annotated[str, StringConstraints(pattern=f"^assignment:{_UUID}$")]
EquityId = Annotated[str, StringConstraints(pattern=f"^equity:{_UUID}$")]
ServiceContractId = Annotated[str, StringConstraints(pattern=f"^contract:{_UUID}$")]
ContractId = Annotated[str, StringConstraints(pattern=f"^(license|assignment|contract):{_UUID}$")]
"""Contracts that bring money."""
DealId = Annotated[
    str, StringConstraints(pattern=f"^(license|assignment|equity|contract|partner):{_UUID}$")
]
"""Everything that is signed with another side."""
DisclosureId = Annotated[str, StringConstraints(pattern=f"^disclosure:{_UUID}$")]
ForeignId = Annotated[str, StringConstraints(pattern=f"^foreign:{_UUID}$")]
PledgeId = Annotated[str, StringConstraints(pattern=f"^pledge:{_UUID}$")]
ValuationId = Annotated[str, StringConstraints(pattern=f"^valuation:{_UUID}$")]
DeclarationId = Annotated[str, StringConstraints(pattern=f"^declaration:{_UUID}$")]
PricingId = Annotated[str, StringConstraints(pattern=f"^pricing:{_UUID}$")]
ListingId = Annotated[str, StringConstraints(pattern=f"^listing:{_UUID}$")]
CheckId = Annotated[str, StringConstraints(pattern=f"^check:{_UUID}$")]
RiskId = Annotated[str, StringConstraints(pattern=f"^risk:{_UUID}$")]
SupplyId = Annotated[str, StringConstraints(pattern=f"^supply:{_UUID}$")]
DemandId = Annotated[str, StringConstraints(pattern=f"^demand:{_UUID}$")]
LeadId = Annotated[str, StringConstraints(pattern=f"^lead:{_UUID}$")]
EventId = Annotated[str, StringConstraints(pattern=f"^event:{_UUID}$")]
PartnerId = Annotated[str, StringConstraints(pattern=f"^partner:{_UUID}$")]
ProgrammeId = Annotated[str, StringConstraints(pattern=f"^programme:{_CODE}$")]
DecisionId = Annotated[str, StringConstraints(pattern=f"^decision:{_UUID}$")]
AccountId = Annotated[str, StringConstraints(pattern=f"^account:{_UUID}$")]
StatementId = Annotated[str, StringConstraints(pattern=f"^statement:{_UUID}$")]
ReceiptId = Annotated[str, StringConstraints(pattern=f"^receipt:{_UUID}$")]
FundId = Annotated[str, StringConstraints(pattern=f"^fund:{_CODE}$")]
RewardId = Annotated[str, StringConstraints(pattern=f"^reward:{_UUID}$")]
PolicyId = Annotated[str, StringConstraints(pattern=f"^policy:{_CODE}$")]
BooksId = Annotated[str, StringConstraints(pattern=r"^books:[0-9A-HJ-NP-RTUW-Y]{18}$")]
"""An institution's accounting periods, by its credit code."""
LimitsId = Annotated[str, StringConstraints(pattern=r"^limits:[0-9A-HJ-NP-RTUW-Y]{18}$")]
"""An institution's approval limits, by its credit code."""
HeadsId = Annotated[str, StringConstraints(pattern=r"^heads:([0-9A-HJ-NP-RTUW-Y]{18}|main)$")]
"""The daily heads of an institution by its credit code, or of the log's own facts."""
SampleId = Annotated[str, StringConstraints(pattern=f"^sample:{_UUID}$")]
FindingId = Annotated[str, StringConstraints(pattern=f"^finding:{_UUID}$")]
PaperId = Annotated[str, StringConstraints(pattern=f"^paper:{_UUID}$")]
ComparisonId = Annotated[str, StringConstraints(pattern=f"^comparison:{_UUID}$")]
EvidenceId = Annotated[str, StringConstraints(pattern=r"^evidence:[0-9a-f]{64}$")]
"""A document by the SHA-256 of its bytes."""
ProposalId = Annotated[str, StringConstraints(pattern=f"^proposal:{_UUID}$")]
TokenId = Annotated[str, StringConstraints(pattern=f"^{_UUID}$")]
Subject = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[0-9A-Za-z.:-]{1,80}$")]

Text = Annotated[
    str, BeforeValidator(_plain), StringConstraints(min_length=1, max_length=2000, pattern=r"\S")
]
"""Words a person wrote: NFC, not blank, no control characters, at most 2,000 characters.

In a fact they stay for ever, so they name offices and firms but no natural person: people are
named by their ids, and what is private goes to the vault.
"""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 or HMAC-SHA-256 value in hex."""
