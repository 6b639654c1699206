"""The other side of a deal and its size. Facts of the bureau, readable by all institutions."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact
from ledger.identifiers import IdentifierKind
from ledger.money import Fen
from ledger.policies.sme_2011 import Size
from ledger.subjects import CounterpartyId, Digest, PolicyId, Text

SizeEvidence = Literal["declaration-letter", "platform", "financial-statements", "public-report"]
Year = Annotated[int, Field(ge=1990, le=2200)]


class CounterpartyRegistered(Fact):
    """A firm, a person or a foreign body that deals are made with.

    A firm's name and code are public; an individual's lie in the vault and leave commitments here.
    `body_code_fits` is false where the organisation code inside a credit code fails its own check.
    """

    TOPIC: ClassVar[str] = "counterparty-registered.v1"
    REPORTED: ClassVar[bool] = True
    counterparty: CounterpartyId
    identifier_kind: IdentifierKind
    code: Text | None
    code_commitment: Digest | None
    name: Text | None
    name_commitment: Digest | None
    body_code_fits: bool | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.counterparty,)


class CounterpartySizeDeclared(Fact):
    """The firm's own word on its size; it opens no reward until somebody verified it."""

    TOPIC: ClassVar[str] = "counterparty-size-declared.v1"
    REPORTED: ClassVar[bool] = True
    counterparty: CounterpartyId
    industry: Text
    size: Size
    year: Year
    basis: SizeEvidence
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.counterparty,)


class CounterpartySizeVerified(Fact):
    """The size that follows from measured figures under a dated table; it holds from `on`."""

    TOPIC: ClassVar[str] = "counterparty-size-verified.v1"
    REPORTED: ClassVar[bool] = True
    counterparty: CounterpartyId
    industry: Text
    employees: Annotated[int, Field(ge=0)] | None
    revenue_fen: Fen | None
    assets_fen: Fen | None
    size: Size
    year: Year
    basis: SizeEvidence
    controlled_by_large: bool
    policy: PolicyId
    policy_version: int
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.counterparty,)
