"""Corrections: new facts that name what they correct."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.facts.base import Fact
from ledger.subjects import Digest, Subject


class FactVoided(Fact):
    """The fact at `voided` no longer counts; a fact whose envelope replaces it may stand there.

    It touches every subject of the voided fact, so no chain loses a link.
    """

    TOPIC: ClassVar[str] = "fact-voided.v1"
    voided: Annotated[int, Field(ge=0)]
    voided_leaf: Digest
    touched: tuple[Subject, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return self.touched
