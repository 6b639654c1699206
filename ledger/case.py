"""One command before the book: what may be read to decide it, and what a decision consists of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated, Any, ClassVar, NamedTuple, Protocol, TypeVar

from pydantic import ConfigDict, Field

from ledger.actors import Role
from ledger.facts.base import Evidence, Fact, Value
from ledger.refusals import Refusal
from ledger.subjects import ActorId, InstitutionId, Text

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept UTC+8 without summer time since 1991; the ledger's dates begin later."""

State = TypeVar("State")


@lru_cache(maxsize=64)
def business_day(moment: datetime) -> date:
    """The date in Shanghai at a moment."""
    return moment.astimezone(SHANGHAI).date()


class Ref(NamedTuple):
    """One link of a subject's chain: the fact with this sequence."""

    subject: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its envelope, as evolve sees it. `position` is unknown until it is committed."""

    fact: Fact
    actor: str
    institution: str
    recorded_at: datetime
    sequences: Mapping[str, int]
    rests_on: tuple[Ref, ...] = ()
    position: int | None = None
    replaces: int | None = None
    leaf: str | None = None

    @property
    def effective(self) -> date:
        """The fact's business date."""
        return self.fact.effective


class Command(Value):
    """What somebody asks for. Subclasses name themselves and who may ask.

    `NAME` is `resource.verb`; `ROLES` are the roles that may ask (None: only on an empty log);
    `FRESH` is the id field that the door fills with a new id when the caller leaves it out;
    `PRIVATE` are the fields that go to the vault and never into a fact; `DECIDES` keeps programs
    from a command whose roles they may act in (`ledger.actors.FOR_PROGRAMS`).
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    NAME: ClassVar[str]
    ZH: ClassVar[str]
    EN: ClassVar[str]
    ROLES: ClassVar[frozenset[Role] | None]
    FRESH: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    DECIDES: ClassVar[bool] = False

    institution: InstitutionId | None = None
    on_behalf: ActorId | None = None
    reason: Text | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()


class Breach(NamedTuple):
    """A rule that reality broke: recorded beside the fact, never a refusal."""

    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class New:
    """A fact to be written. `institution` None means the one the command acts for.

    Every `rests_on` subject is among the subjects the fact touches; a void looks for dependants
    there. `replaces` is the position of the voided fact it stands for, `touching` the subjects of
    that fact.
    """

    fact: Fact
    rests_on: tuple[Ref, ...] = ()
    institution: str | None = None
    replaces: int | None = None
    touching: tuple[str, ...] = ()

    def subjects(self) -> tuple[str, ...]:
        """All subjects touched, the fact's own first."""
        return tuple(dict.fromkeys((*self.fact.subjects(), *self.touching)))


@dataclass(frozen=True, slots=True)
class Decision:
    """The facts a command yields, the breaches beside them, and a refusal that is itself on record.

    `refusal` is set only where facts were written and the answer is still no (the cap).
    """

    new: tuple[New, ...]
    breaches: tuple[Breach, ...] = ()
    refusal: Refusal | None = None


class Reader(Protocol):
    """What a case can look up; the book and tests provide it."""

    def state(self, subject: str) -> Any:
        """Folded state of a subject, its initial state if nothing is known of it."""

    def history(self, subject: str) -> tuple[Recorded, ...]:
        """Every committed fact of a subject in order of sequence, voided ones included."""

    def at(self, position: int) -> Recorded | None:
        """The committed fact at a position."""


@dataclass(frozen=True, slots=True)
class Case:
    """The circumstances of one decision; everything read through it is verified by the append."""

    actor: str
    institution: str
    now: datetime
    reader: Reader
    behalf: str | None = None
    commitments: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The business date of the decision (Asia/Shanghai)."""
        return business_day(self.now)

    def read(self, kind: type[State], subject: str) -> State:
        """The folded state of a subject; `kind` is the state class of that kind of subject."""
        state = self.reader.state(subject)
        if not isinstance(state, kind):
            raise TypeError(f"{subject} is not a {kind.__name__}")
        return state


Decide = Callable[[Any, Case], Decision]
