"""What all facts have in common: frozen, strict, self-standing, named once and for ever."""

from abc import abstractmethod
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ledger.subjects import Digest, Text


class Value(BaseModel):
    """A frozen, strict value inside commands and facts; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Evidence(Value):
    """Where a statement comes from: a document by hash, a public report, or made-up data."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{1,40}$")]
    source: Text | None = None
    sha256: Digest | None = None
    media_type: Text | None = None
    size_bytes: Annotated[int, Field(ge=0)] | None = None


class Fact(Value):
    """Something that happened, in the past tense.

    `TOPIC` is the stored name with its version. `EFFECTIVE` names the payload field that holds the
    business date. `REPORTED` facts happened outside and may be corrected by void and replacement;
    the others are zhiheng's own decisions and are undone by decisions of their own. `SCHEDULED`
    facts may carry a future date.
    """

    TOPIC: ClassVar[str]
    EFFECTIVE: ClassVar[str] = "on"
    REPORTED: ClassVar[bool] = False
    SCHEDULED: ClassVar[bool] = False

    @abstractmethod
    def subjects(self) -> tuple[str, ...]:
        """Every subject this fact touches, its own first, each once."""

    @property
    def effective(self) -> date:
        """The business date (Asia/Shanghai) on which the fact holds."""
        day: date = getattr(self, self.EFFECTIVE)
        return day


def each_once(*subjects: str | None) -> tuple[str, ...]:
    """The subjects in order, without gaps and doubles."""
    return tuple(dict.fromkeys(subject for subject in subjects if subject is not None))
