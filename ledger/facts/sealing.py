"""What the log says of itself: its keys, its origin, its days, what was read, that it came back."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.facts.base import Fact
from ledger.subjects import LOG, Digest, HeadsId, Subject, Text

READS = "reads:main"
"""The subject of what auditors and the bureau were shown."""

Size = Annotated[int, Field(ge=0)]


class SigningKeyAdopted(Fact):
    """From here on this key signs checkpoints; the first one after it carries `before` too."""

    TOPIC: ClassVar[str] = "signing-key-adopted.v1"
    key: Text
    before: Text | None
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (LOG,)


class OriginSucceeded(Fact):
    """The log goes on under a new name, since what the old one had signed is partly lost."""

    TOPIC: ClassVar[str] = "origin-succeeded.v1"
    origin: Text
    predecessor: Text
    predecessor_size: Size
    predecessor_root: Digest
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (LOG,)


class LogRestored(Fact):
    """The log came back from a backup of `backup_size` facts; `refilled` came from entry tiles."""

    TOPIC: ClassVar[str] = "log-restored.v1"
    backup_size: Size
    refilled: Size
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (LOG,)


class HeadsRecorded(Fact):
    """Where everything of one institution stood at the end of a day with facts.

    Counted are its facts up to the position `through`, daily heads apart; `root` is over the lines
    `subject sequence leaf` of the `heads` subjects they touch, sorted, each with the last of these
    facts that touches it. Anybody can compute the lines anew from the entries.
    """

    TOPIC: ClassVar[str] = "heads-recorded.v1"
    EFFECTIVE: ClassVar[str] = "day"
    chain: HeadsId
    of: Subject
    day: date
    through: Size
    facts: Annotated[int, Field(ge=1)]
    heads: Annotated[int, Field(ge=1)]
    root: Digest

    def subjects(self) -> tuple[str, ...]:
        return (self.chain,)


class ReadsDigested(Fact):
    """What auditors and the bureau were shown on a day: how often, and the root over its lines."""

    TOPIC: ClassVar[str] = "reads-digested.v1"
    EFFECTIVE: ClassVar[str] = "day"
    day: date
    reads: Annotated[int, Field(ge=1)]
    root: Digest

    def subjects(self) -> tuple[str, ...]:
        return (READS,)
